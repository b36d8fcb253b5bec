"""Records are kept by a thread of their own: acknowledged once they are safe, in order, and never where that failed."""

import threading
from collections.abc import Iterator, Sequence

import pytest

from catseye.core.errors import StoreError
from catseye.core.events import Coverage
from catseye.core.ids import RunId, StreamId
from catseye.ports import Record
from catseye.runtime.keeping import Keeping


class Disk:
    """A store that writes when it is let."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.full = False
        self.written: list[Record] = []
        self.thread: int | None = None

    def append(self, records: Sequence[Record]) -> None:
        self.go.wait()
        self.thread = threading.get_ident()
        if self.full:
            raise StoreError("The disk is full.")
        self.written += records


class Desk:
    """A keeper, its disk, and what was acknowledged."""

    def __init__(self) -> None:
        self.disk, self.told = Disk(), list[Record]()
        self.keeping = Keeping(self.disk, self.told.extend)  # type: ignore[arg-type]  # only append is asked of it

    def give(self, *numbers: int) -> None:
        self.keeping.waiting += [record(number) for number in numbers]


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.disk.go.set()
    made.keeping.close()


def record(number: int) -> Coverage:
    return Coverage(stream=StreamId("s"), run=RunId("r"), scene_revision="", start_ns=number, end_ns=number + 1)


def test_nothing_is_acknowledged_before_it_is_safe_and_nobody_waits(desk: Desk) -> None:
    desk.give(1, 2)
    desk.keeping.keep()
    desk.give(3)
    desk.keeping.keep()
    desk.keeping.settle()
    assert desk.told == []
    assert desk.keeping.waiting == [record(3)]
    desk.disk.go.set()
    desk.keeping.keep(wait=True)
    assert desk.told == desk.disk.written == [record(number) for number in (1, 2, 3)]
    assert desk.disk.thread != threading.get_ident()


def test_a_failure_is_told_and_what_failed_is_not_acknowledged(desk: Desk) -> None:
    desk.disk.full = True
    desk.disk.go.set()
    desk.give(1)
    with pytest.raises(StoreError, match="full"):
        desk.keeping.keep(wait=True)
    assert desk.told == []
    desk.disk.full = False
    desk.give(2)
    desk.keeping.keep(wait=True)
    assert desk.told == [record(2)]


def test_a_disk_that_hangs_does_not_fill_the_memory(desk: Desk) -> None:
    desk.give(0)
    desk.keeping.keep()
    desk.give(*range(1, 10_002))
    threading.Timer(0.05, desk.disk.go.set).start()
    desk.keeping.keep()
    assert desk.told[0] == record(0)


def test_closing_ends_the_thread_after_what_is_under_way(desk: Desk) -> None:
    desk.give(1)
    desk.disk.go.set()
    desk.keeping.keep()
    desk.keeping.close()
    desk.keeping.settle()
    assert desk.told == [record(1)]
    desk.give(2)
    desk.keeping.keep(wait=True)
    assert desk.told == [record(1), record(2)]
