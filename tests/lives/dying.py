"""A camera's life until it passes a point at which it dies. Run as ``python -m tests.lives.dying FOLDER ROUND [POINT NTH]``.

It says, a line of JSON each, what is acknowledged, and of the ledger and the network's file also what is about to be.
"""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
from tests.lives import crash_points
from tests.lives.life import Life, camera, coverage_of
from tests.lives.lockstep import Time

from catseye.adapters.sqlite import SqliteStore, write
from catseye.adapters.sqlite.connection import open_writable, transaction
from catseye.adapters.sqlite.migrations import MIGRATIONS
from catseye.config.network_edit import edit_network, with_camera
from catseye.core.events import LineCrossed
from catseye.core.health import HealthRecord
from catseye.core.ids import StreamId
from catseye.ports import Record
from catseye.testing.clock import FakeClock
from catseye.testing.store_records import SCENE, T0, crossed, started, watched

EAST = StreamId("east")
BORN_NS = 1_793_000_700_000_000_000
HOUR_NS = 3600 * 10**9
LIVES_S = 660
_RECORDS = msgspec.msgpack.Encoder()
_SAYING = threading.Lock()


def say(kind: str, what: object) -> None:
    with _SAYING:
        sys.stdout.write(msgspec.json.encode([kind, what]).decode() + "\n")
        sys.stdout.flush()


class Says:
    """Prints what it is told."""

    def kept(self, stream: StreamId, records: Sequence[Record]) -> None:
        events = [(record.id, record.at_ns) for record in records if isinstance(record, LineCrossed)]
        say("kept", {"camera": stream, "events": events, "watched": coverage_of(records)})

    def keeping(self, records: Sequence[HealthRecord]) -> None:
        say("keeping", _RECORDS.encode(list(records)))

    def told(self, records: Sequence[HealthRecord]) -> None:
        say("told", _RECORDS.encode(list(records)))


def live(folder: Path, nth_round: int) -> None:
    time = Time(BORN_NS + nth_round * HOUR_NS)
    life = Life(folder, time, Says())
    life.put(camera("east"))
    for second in range(LIVES_S):
        if second % 60 == 40:
            life.hang_up(EAST, answers=False)
        life.outside[EAST].answers |= second % 60 == 55
        if second % 10 == 5:
            said = f"round {nth_round}, second {second}"
            say("editing", said)
            edited = msgspec.structs.replace(camera("east", scene=""), address="rtsp://192.0.2.1/a", purpose=said)
            edit_network(folder / "network.toml", lambda text, to=edited: with_camera(text, to))  # type: ignore[misc]  # bound at once
            say("edited", said)
        life.second()
    life.close()


def make_old(path: Path) -> None:
    """A store as the first Catseye made it, with a minute in it."""
    connection = open_writable(path, MIGRATIONS[:1])
    with transaction(connection):
        write.begin(connection, started(), SCENE, T0)
        write.append(connection, [crossed(track, track / 2.0) for track in range(100)] + [watched(0.0, 60.0)], T0, {})
    connection.close()


if __name__ == "__main__":
    where, number, *point = sys.argv[1:]
    if point and crash_points.POINTS[point[0]] == crash_points.POINTS["store: in the middle of a migration"]:
        old = Path(where, f"round-{number}", "old.sqlite")
        old.parent.mkdir()
        make_old(old)
        crash_points.put_on(point[0], int(point[1]))
        SqliteStore(old, clock=FakeClock(T0)).close()
    if point:
        crash_points.put_on(point[0], int(point[1]))
    live(Path(where), int(number))
