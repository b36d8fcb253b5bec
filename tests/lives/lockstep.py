"""A clock that goes on when it is told, once everybody who lives by it has had their turn: a day takes as long as its work."""

import threading
from collections import deque
from collections.abc import Callable, Iterator

from catseye.core.frame import Frame
from catseye.core.time import nanoseconds
from catseye.ports import FrameSource, SourceInfo
from catseye.runtime.reader import Reader
from catseye.runtime.vitals import Vitals
from catseye.testing.clock import FakeClock
from catseye.testing.scripted import ScriptedSource

PATIENCE_S = 60.0  # real ones: a turn takes milliseconds
_LOOK_S = 0.05
LIVING = ("camera-", "health-")  # names of the threads that are waited for


class Time(FakeClock):
    """The clock, and who waits for which instant of it."""

    def __init__(self, now_ns: int) -> None:
        super().__init__(now_ns)
        self.turn = threading.Condition()
        self._waiting: dict[int, tuple[int | None, Callable[[], bool]]] = {}
        self.fed: dict[int, Fed] = {}  # by the thread that opened it

    def event(self) -> "TimedEvent":
        """An event whose waits end by this clock."""
        return TimedEvent(self)

    def wait(self, ended: Callable[[], bool], timeout_s: float | None) -> None:
        """Hold the calling thread until ``ended`` or until so much time has passed."""
        with self.turn:
            due_ns = None if timeout_s is None else self.monotonic_ns() + nanoseconds(timeout_s)
            self._waiting[threading.get_ident()] = due_ns, ended
            self.turn.notify_all()
            while not ended() and (due_ns is None or self.monotonic_ns() < due_ns):
                self.turn.wait()
            del self._waiting[threading.get_ident()]

    def go_on(self, duration_s: float) -> None:
        """Let time pass, and wait until all have done what was due by then."""
        with self.turn:
            self.advance(duration_s)
            self.turn.notify_all()
        self.settle()

    def settle(self) -> None:
        """Wait until every living thread waits: for time, or for a frame with none left to analyse."""
        with self.turn:
            for _ in range(round(PATIENCE_S / _LOOK_S)):
                if self.turn.wait_for(lambda: not self._busy(), _LOOK_S):  # a thread that ends tells nobody
                    return
            raise AssertionError(f"{[thread.name for thread in self._busy()]} never came to rest")

    def _busy(self) -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name.startswith(LIVING) and not self._rests(one)]

    def _rests(self, thread: threading.Thread) -> bool:
        waits = self._waiting.get(thread.ident or 0)
        if waits is not None:
            due_ns, ended = waits
            return not ended() and (due_ns is None or self.monotonic_ns() < due_ns)
        fed = self.fed.get(thread.ident or 0)
        return fed is not None and fed.eaten


class TimedEvent(threading.Event):
    """Waits by a ``Time``."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def wait(self, timeout: float | None = None) -> bool:
        self._time.wait(self.is_set, timeout)
        return self.is_set()

    def set(self) -> None:
        with self._time.turn:
            super().set()
            self._time.turn.notify_all()


class Fed(ScriptedSource):
    """A live source that gives what it is fed, frame by frame; closing it wakes it."""

    def __init__(self, time: Time, info: SourceInfo) -> None:
        super().__init__(self._steps(), info=info)
        self._time = time
        self._fed: deque[Frame | Exception] = deque()
        self._hungry = False
        self.reader: Reader | None = None
        self.taken = 0
        with time.turn:
            time.fed[threading.get_ident()] = self

    @property
    def eaten(self) -> bool:
        """Whether all that was fed has been analysed, or is not due, and more is waited for."""
        reader = self.reader
        return self._hungry and not self._fed and reader is not None and reader.due == self.taken + reader.dropped

    def feed(self, step: Frame | Exception) -> None:
        with self._time.turn:
            self._fed.append(step)
            self._hungry = False
            self._time.turn.notify_all()

    def _steps(self) -> Iterator[Frame | Exception]:
        while True:
            with self._time.turn:
                self._hungry = not self._fed
                self._time.turn.notify_all()
                self._time.turn.wait_for(lambda: self._fed or self.closed)
                if self.closed:
                    return
                step = self._fed.popleft()
            yield step

    def close(self) -> None:
        with self._time.turn:
            super().close()
            for ident in [ident for ident, fed in self._time.fed.items() if fed is self]:
                del self._time.fed[ident]
            self._time.turn.notify_all()


class WitnessedVitals(Vitals):
    """Vital signs that let a ``Fed`` source know which of its frames have been dealt with."""

    def opened(self, source: FrameSource, reader: Reader) -> None:
        super().opened(source, reader)
        if isinstance(source, Fed):
            with source._time.turn:
                source.reader = reader
                source._time.turn.notify_all()

    def frame(self, size: tuple[int, int], lag_s: float) -> None:
        super().frame(size, lag_s)
        self._taken()

    def glimpsed(self, size: tuple[int, int]) -> None:
        super().glimpsed(size)
        self._taken()

    def _taken(self) -> None:
        fed = self._source
        if isinstance(fed, Fed):
            with fed._time.turn:
                fed.taken += 1
                fed._time.turn.notify_all()
