"""Processes that die at named points of the code: what was acknowledged stays, nothing is there twice, and life goes on."""

import base64
import copy
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from tests.lives.crash_points import POINTS
from tests.lives.dying import BORN_NS, EAST, HOUR_NS, LIVES_S
from tests.lives.life import RETENTION_S, memory_folder

from catseye.adapters.sqlite import SqliteLedgerReader, SqliteReader, SqliteStore, check_ledger, check_store
from catseye.config.network_file import load_network
from catseye.core.health import CameraMinute, HealthEpisode, HealthRecord
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.network.usual import Usual
from catseye.testing.clock import FakeClock
from catseye.testing.network import MemoryLedger
from catseye.testing.store_records import CELL_NS, STREAM, T0

ROUNDS = int(os.environ.get("CATSEYE_KILLS", str(len(POINTS))))  # once each; a hundred take five minutes
ROOT = Path(__file__).parents[3]
FAR = 2**62
NETWORK = """\
# Kept by hand.
[[cameras]]
name = "east"
address = "rtsp://192.0.2.1/a"
kind_of_place = "street"
purpose = "counts"
legal_basis = "law"
[[cameras]]
name = "west"  # as it was
address = "rtsp://192.0.2.2/a"
kind_of_place = "street"
purpose = "counts"
legal_basis = "law"
"""
_records = msgspec.msgpack.Decoder(list[CameraMinute | HealthEpisode])


@dataclass
class Promised:
    """What was acknowledged in all rounds so far, and what may be there besides."""

    events: dict[str, int] = field(default_factory=dict)
    watched: list[tuple[int, int]] = field(default_factory=list)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    records: int = 0
    in_hand: list[HealthRecord] = field(default_factory=list)
    purposes: list[str] = field(default_factory=lambda: ["counts"])

    def hear(self, lines: Sequence[str]) -> None:
        """Take in what a life said until it died."""
        self.in_hand = []
        for kind, what in (msgspec.json.decode(line) for line in lines if line.endswith("\n")):
            if kind == "kept":
                self.events |= dict(what["events"])
                self.watched += [(start, end) for start, end in what["watched"]]
                self.records += len(what["events"]) + len(what["watched"])
            elif kind == "keeping":
                self.in_hand = _records.decode(base64.b64decode(what))
            elif kind == "told":
                self.ledger.keep(self.in_hand)
                self.records += len(self.in_hand)
                self.in_hand = []
            elif kind == "editing":
                self.purposes.append(what)
            else:
                self.purposes = [what]
                self.records += 1


def run(folder: Path, number: int, *point: str) -> tuple[int, list[str]]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.lives.dying", folder, str(number), *point],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if point else None,
        text=True,
        check=False,
        timeout=120,
    )
    return told.returncode, told.stdout.splitlines(keepends=True)


def judge_store(folder: Path, promised: Promised, number: int) -> None:
    path = folder / "cameras" / EAST / "store.sqlite"
    if not path.exists():
        assert not promised.events
        return
    assert check_store(path) == []
    reader = SqliteReader(path, clock=FakeClock(BORN_NS))
    there = {event.id: event.at_ns for event in reader.events(EAST, 0, FAR)}
    forgotten_ns = BORN_NS + number * HOUR_NS + LIVES_S * NS_PER_S - nanoseconds(RETENTION_S)
    assert [name for name, at_ns in promised.events.items() if name not in there and at_ns > forgotten_ns] == []
    assert len(there.keys() - promised.events.keys()) <= 1, "more than the append in hand was kept unsaid"
    promised.events |= there
    assert sum(count.volume or 0 for count in reader.counts(EAST, BORN_NS, BORN_NS + (number + 1) * HOUR_NS)) == len(
        promised.events
    )
    watched = reader.watched(EAST, 0, FAR)
    assert all(any(a <= start and end <= b for a, b in watched) for start, end in promised.watched)
    unsaid_ns = sum(b - a for a, b in watched) - sum(b - a for a, b in promised.watched)
    assert 0 <= unsaid_ns <= 6 * NS_PER_S, "what one append covers at most, where nobody came by"
    promised.watched = watched
    reader.close()


def judge_ledger(folder: Path, promised: Promised) -> None:
    path = folder / "network.sqlite"
    if not path.exists():
        return
    assert check_ledger(path) == []
    reader = SqliteLedgerReader(path)
    minutes, episodes = reader.minutes(0, FAR), {one.id: one.revision for one in reader.episodes(0, FAR)}
    reader.close()
    besides = copy.deepcopy(promised.ledger)
    besides.keep(promised.in_hand)
    for book in (promised.ledger, besides):
        if (minutes, episodes) == (book.minutes(0, FAR), {one.id: one.revision for one in book.episodes(0, FAR)}):
            promised.ledger = book
            return
    raise AssertionError("The ledger holds neither what was acknowledged nor that and what was in hand.")


def judge_files(folder: Path, promised: Promised) -> None:
    text = (folder / "network.toml").read_text()
    east, west = load_network(folder / "network.toml").cameras
    assert text.startswith("# Kept by hand.")
    assert "# as it was" in text
    assert west.purpose == "counts"
    assert east.purpose in promised.purposes
    promised.purposes = [east.purpose]
    history = folder / "cameras" / EAST / "health.json"
    if history.exists():
        assert msgspec.json.decode(history.read_bytes(), type=Usual).looks > 0


def judge_old(folder: Path) -> None:
    """A store that was being brought up to date is brought up to date by the next who opens it."""
    path = folder / "old.sqlite"
    store = SqliteStore(path, clock=FakeClock(T0))
    assert len(store.events(STREAM, 0, FAR)) == 100
    assert sum(count.volume or 0 for count in store.counts(STREAM, T0, T0 + CELL_NS)) == 100
    assert store.watched(STREAM, 0, FAR) == [(T0, T0 + 60 * NS_PER_S)]
    store.close()
    assert check_store(path) == []


def chosen(lots: random.Random) -> Iterator[tuple[str, int]]:
    """The points in their order, over and over, at some passing of each."""
    names = list(POINTS)
    for number in range(ROUNDS):
        name = names[number % len(names)]
        yield name, lots.randint(1, POINTS[name].most)


@pytest.fixture
def folder() -> Iterator[Path]:
    with memory_folder() as made:
        (made / "network.toml").write_text(NETWORK)
        yield made


def test_whoever_dies_anywhere_keeps_what_it_promised(folder: Path) -> None:
    promised = Promised()
    for number, (point, nth) in enumerate(chosen(random.Random(11))):
        code, said = run(folder, number, point, str(nth))
        assert code == -signal.SIGKILL, f"{point!r} was not passed {nth} times"
        promised.hear(said)
        judge_store(folder, promised, number)
        judge_ledger(folder, promised)
        judge_files(folder, promised)
        if (folder / f"round-{number}").exists():
            judge_old(folder / f"round-{number}")
    code, said = run(folder, ROUNDS)
    assert code == 0
    promised.hear(said)
    assert promised.in_hand == []
    judge_store(folder, promised, ROUNDS)
    judge_ledger(folder, promised)
    judge_files(folder, promised)
    reader = SqliteReader(folder / "cameras" / EAST / "store.sqlite", clock=FakeClock(BORN_NS))
    assert 0 < len(reader.events(EAST, 0, FAR)) < len(promised.events), "something was purged"
    assert len(reader.gaps(EAST, 0, FAR)) >= ROUNDS - 2  # not every life was long enough to cover anything
    print(f"{ROUNDS} rounds, {promised.records} records acknowledged, 0 lost")
