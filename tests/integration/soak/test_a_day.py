"""A day of two cameras in minutes: nothing grows, nothing acknowledged is lost, and each cell says what was watched of it.

``CATSEYE_SOAK=24`` lives a day, with midnight and the hour that comes twice; unsaid, an hour.
"""

import base64
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.lives import street
from tests.lives.day import BORN_NS, CAMERAS, DISK_FULL, HAPPENINGS
from tests.lives.life import MINUTE_NS, RETENTION_S, memory_folder

from catseye.adapters.sqlite import SqliteLedgerReader, SqliteReader, check_ledger, check_store
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import CELL_S, NS_PER_S, cell_start, nanoseconds, seconds, split_by_cell, zone
from catseye.network.tally import tally
from catseye.testing.clock import FakeClock
from catseye.testing.network import MemoryLedger

HOURS = float(os.environ.get("CATSEYE_SOAK", "1"))
ROOT = Path(__file__).parents[3]
FAR = 2**62
WARM_H = min(6.0, HOURS / 2)
HELD = ("rss_mib", "handles", "threads", "disk_kib", "log_kib")
_records = msgspec.msgpack.Decoder(list[CameraMinute | HealthEpisode])
Spans = list[tuple[int, int]]


@dataclass
class Lived:
    """What a day said of itself."""

    folder: Path
    events: dict[StreamId, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    said: dict[StreamId, Spans] = field(default_factory=lambda: defaultdict(list))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    samples: list[dict[str, float]] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)
    watched: dict[StreamId, Spans] = field(default_factory=dict)
    key_frames_s: dict[StreamId, dict[int, float]] = field(default_factory=dict)
    died_ns: int = 0
    in_hand: list[HealthRecord] = field(default_factory=list)

    def hear(self, kind: str, what: Any) -> None:
        match kind:
            case "kept":
                self.events[what["camera"]] |= dict(what["events"])
                self.said[what["camera"]] += [(start, end) for start, end in what["watched"] if start < end]
            case "keeping":
                self.in_hand = _records.decode(base64.b64decode(what))
            case "told":
                self.ledger.keep(self.in_hand)
            case "sample":
                self.samples.append(what)
            case "happened":
                self.happened = what
            case "died_ns":
                self.died_ns = what
            case "truth":
                self.watched[what["camera"]] = [(start, end) for start, end in what["watched"]]
                self.key_frames_s[what["camera"]] = dict(what["key_frames_s"])

    def store(self, name: StreamId) -> Path:
        return self.folder / "cameras" / name / "store.sqlite"


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    order = [sys.executable, "-m", "tests.lives.day"]
    with memory_folder() as folder, tempfile.TemporaryFile("w+") as errors:
        told = Lived(folder)  # over a pipe: a file would be full too
        with subprocess.Popen(
            [*order, str(folder), str(HOURS)], cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as child:
            assert child.stdout is not None
            for line in child.stdout:
                told.hear(*msgspec.json.decode(line))
        errors.seek(0)
        assert child.returncode == 0, errors.read()[-3000:]
        yield told


def test_all_that_was_to_happen_did(lived: Lived) -> None:
    minutes = HOURS * 60
    assert set(lived.happened) == {one.what for one in (*HAPPENINGS, DISK_FULL)}
    assert all(lived.happened[one.what] >= (minutes - one.at_min) // one.every_min for one in HAPPENINGS)


def test_nothing_grows(lived: Lived) -> None:
    """Memory may breathe; handles and threads are as many at each quiet moment.

    The disk holds the events of two hours, a row a minute and one a cell of each camera, and of each of the three
    databases a log that SQLite empties at a thousand pages.
    """
    warm = [one for one in lived.samples if one["second"] >= WARM_H * 3600]
    print("hour, MiB, handles, threads, KiB on disk, KiB of logs")
    for one in warm if HOURS <= 2 else warm[:: 24 if HOURS >= 18 else 4] + warm[-1:]:
        print(round(one["second"] / 3600, 2), *(round(one[key], 1) for key in HELD))
    assert len({(one["handles"], one["threads"]) for one in warm}) == 1
    assert max(one["rss_mib"] for one in warm[len(warm) // 2 :]) - warm[0]["rss_mib"] < 8.0
    assert warm[-1]["disk_kib"] - warm[0]["disk_kib"] < 64.0 * len(CAMERAS) * max(1.0, HOURS - WARM_H)
    assert max(one["log_kib"] for one in warm) < 3 * 5 * 1024


@pytest.mark.parametrize("name", CAMERAS)
def test_every_acknowledged_event_is_in_its_cell_once(lived: Lived, name: StreamId) -> None:
    assert check_store(lived.store(name)) == []
    reader = SqliteReader(lived.store(name), clock=FakeClock(lived.died_ns))
    counts = reader.counts(name, BORN_NS, lived.died_ns)
    there = {event.id for event in reader.events(name, 0, FAR)}
    assert len(lived.events[name]) > HOURS * 60
    promised = Counter(cell_start(at_ns) for at_ns in lived.events[name].values())
    kept = Counter[int]()
    for count in counts:
        kept[count.start_ns] += count.volume or 0
    assert +kept == promised
    forgotten_ns = lived.died_ns - nanoseconds(RETENTION_S)
    assert {event for event, at_ns in lived.events[name].items() if at_ns >= forgotten_ns} <= there
    if HOURS * 3600 > 2 * RETENTION_S:
        assert len(there) < len(lived.events[name])
    reader.close()


@pytest.mark.parametrize("name", CAMERAS)
def test_each_cell_says_what_was_watched_of_it(lived: Lived, name: StreamId) -> None:
    """To the instant what was acknowledged; and what the street knows, but for what was not yet kept when the disk filled."""
    reader = SqliteReader(lived.store(name), clock=FakeClock(lived.died_ns))
    assert reader.watched(name, 0, FAR) == joined(lived.said[name])
    truly, told = per_cell(lived.watched[name]), dict[int, float]()
    for count in reader.counts(name, BORN_NS, lived.died_ns):
        told[count.start_ns] = max(told.get(count.start_ns, 0.0), count.observed_s)
    reader.close()
    full = {cell_start(at_ns) for at_ns in full_at(lived, every_s=10)}
    off = {(cell - BORN_NS) / 6e10: told[cell] - truly.get(cell, 0.0) for cell in told}
    print(name, {at: round(s, 2) for at, s in off.items() if abs(s) > 1e-6})
    assert all(told[cell] == pytest.approx(truly.get(cell, 0.0), abs=6.0 if cell in full else 1e-6) for cell in told)


def test_the_ledger_holds_each_acknowledged_minute_and_both_hours_of_the_clock_change(lived: Lived) -> None:
    assert check_ledger(lived.folder / "network.sqlite") == []
    reader = SqliteLedgerReader(lived.folder / "network.sqlite")
    minutes = reader.minutes(0, FAR)
    assert minutes == lived.ledger.minutes(0, FAR)
    assert {one.id: one.revision for one in reader.episodes(0, FAR)} == {
        one.id: one.revision for one in lived.ledger.episodes(0, FAR)
    }
    full = {at_ns // MINUTE_NS * MINUTE_NS for at_ns in full_at(lived, every_s=10)}
    for name in CAMERAS:
        mine = [minute for minute in minutes if minute.stream == name]
        whole = tally(mine, (BORN_NS, lived.died_ns), (), zone(street.TIMEZONE))
        twice_s = min(HOURS, 1.75) * 3600
        assert whole.hours[2].due_s == twice_s
        assert whole.whole.due_s == HOURS * 3600
        lost_s = lived.happened[DISK_FULL.what] * (DISK_FULL.lasts_s + 120) + lived.happened["it is taken out"] * 150
        assert whole.whole.unobserved_s < lost_s
        assert whole.whole.in_state[CameraState.OFFLINE] > 0
        held_s = lived.key_frames_s[name]
        assert sum(held_s.values()) > 0
        told_s = {minute.start_ns: minute.key_frames_only_s for minute in mine if minute.start_ns not in full}
        assert {at: (told, held_s.get(at, 0.0)) for at, told in told_s.items() if abs(told - held_s.get(at, 0.0)) > 1.5} == {}
    reader.close()


def full_at(lived: Lived, *, every_s: int) -> Iterator[int]:
    """Instants at which the disk was full, and those of ten seconds before and of a minute after."""
    for nth in range(lived.happened[DISK_FULL.what]):
        begin_ns = BORN_NS + (DISK_FULL.at_min + nth * DISK_FULL.every_min) * 60 * NS_PER_S
        yield from range(begin_ns - 10 * NS_PER_S, begin_ns + (DISK_FULL.lasts_s + 60) * NS_PER_S, every_s * NS_PER_S)


def joined(spans: Sequence[tuple[int, int]]) -> Spans:
    whole: Spans = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def per_cell(spans: Sequence[tuple[int, int]]) -> dict[int, float]:
    cells: dict[int, float] = {}
    for start, end in spans:
        for cell, begin, stop in split_by_cell(start, end, CELL_S):
            cells[cell] = cells.get(cell, 0.0) + seconds(stop - begin)
    return cells
