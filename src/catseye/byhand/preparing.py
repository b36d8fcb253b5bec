"""Makes the pictures of a clip ahead of whoever looks at them: decoded, searched by the detector, redacted, compressed.

What the redactor withholds is not shown, and it is remembered why.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, groupby

from catseye.byhand.passage import Passage
from catseye.byhand.pictures import Pictures
from catseye.core.errors import CatseyeError, RedactionError
from catseye.core.frame import Frame
from catseye.core.time import seconds
from catseye.ports import FrameSource
from catseye.runtime.reader import Reader

BEHIND = 40  # pictures behind the one that is looked at, which do not make room
_FAR = 60  # pictures ahead of the work: whoever wants one that far waits for less when the work begins anew there
_NAP_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reel:
    """What is to be shown: of what ``open`` opens, ``fps`` frames a second from ``from_s`` to ``until_s``.

    Work begins at ``first_s``; what lies before it is done last.
    """

    open: Callable[[], FrameSource]
    from_s: float
    until_s: float
    fps: float
    first_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work is. ``times_s`` are those of the pictures known so far, all of them once ``ended`` is true.

    ``ready`` are the ranges [first, last] of those that can be shown; ``withheld`` says why others never can.
    """

    times_s: tuple[float, ...]
    ready: tuple[tuple[int, int], ...]
    withheld: dict[int, str]
    ended: bool
    error: CatseyeError | None


class Preparer:
    """Works in a thread of its own between ``start`` and ``close``. Other methods may be called from any thread."""

    def __init__(self, reel: Reel, passage: Passage, pictures: Pictures) -> None:
        self._reel, self._passage, self._pictures = reel, passage, pictures
        self._moved = threading.Condition()
        self._stopped = False
        self._looked_at = 0
        self._wanted: int | None = None
        self._times: list[float] = []
        self._withheld: dict[int, str] = {}
        self._begun = self._ended = False
        self._error: CatseyeError | None = None
        self.crash: BaseException | None = None
        self.size: tuple[int, int] | None = None
        self._thread = threading.Thread(target=self._run, name="catseye-preparer", daemon=True)

    def start(self) -> None:
        """Begin; returns once the first frame is decoded. Raises SourceError and ConfigError where the clip cannot be shown."""
        self._thread.start()
        with self._moved:
            while self.size is None and self._error is None and self.crash is None and not self._ended:
                self._moved.wait(_NAP_S)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Stop after the picture in hand; harmless when called twice."""
        with self._moved:
            self._stopped = True
            self._moved.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def look_at(self, number: int) -> None:
        """Where the counter is now: what is not ready there comes next."""
        with self._moved:
            self._looked_at = number
            self._wanted = None if self._done(number) else number
            self._moved.notify_all()

    def progress(self) -> Progress:
        """How far the work is."""
        ready = self._pictures.numbers()
        with self._moved:
            return Progress(
                times_s=tuple(self._times),
                ready=tuple(_ranges(ready)),
                withheld=dict(self._withheld),
                ended=self._ended,
                error=self._error,
            )

    def _run(self) -> None:
        try:
            while (first := self._next()) is not None:
                self._pass(first)
        except CatseyeError as error:
            self._error = error
        except BaseException as error:  # noqa: BLE001  the main thread raises it again
            self.crash = error
        with self._moved:
            self._moved.notify_all()

    def _next(self) -> int | None:
        """Where to go on: what is waited for, else what comes next, else what was left out; None to stop."""
        with self._moved:
            while not self._stopped:
                if not self._ended:
                    return self._wanted or 0
                if self._wanted is not None and self._wanted < len(self._times) and not self._done(self._wanted):
                    return self._wanted
                ahead = next((n for n in range(self._looked_at, len(self._times)) if not self._done(n)), None)
                if ahead is not None:
                    return ahead
                left = next((n for n in range(len(self._times)) if not self._done(n)), None)
                if left is not None and not self._pictures.full:
                    return left
                self._moved.wait(_NAP_S)
            return None

    def _pass(self, first: int) -> None:
        """Make pictures from number ``first`` on, until the clip ends, or the counter wants another one."""
        source = self._reel.open()
        reader = Reader(source, analysed_fps=self._reel.fps, may_drop=False)
        number, begins_ns = -1, None
        begins_s, self._begun = 0.0 if self._begun else self._reel.first_s, True
        self._passage.leave()
        try:
            for frame in reader.frames():
                if self._stopped:
                    return
                if frame is None:
                    continue
                if begins_ns is None:
                    begins_ns = frame.at_ns
                    self._open(frame)
                at_s = seconds(frame.at_ns - begins_ns)
                if at_s >= self._reel.until_s:
                    break
                if at_s < self._reel.from_s:
                    continue
                number += 1
                self._learn(number, at_s)
                if number < first or self._done(number) or at_s < begins_s:
                    self._passage.leave()
                elif not self._make(number, frame):
                    return
            with self._moved:
                self._ended = True
        finally:
            reader.close()

    def _open(self, frame: Frame) -> None:
        """The clip's first frame says whether the scene fits."""
        self._passage.check(frame)
        with self._moved:
            self.size = frame.size
            self._moved.notify_all()

    def _learn(self, number: int, at_s: float) -> None:
        """Remember when a picture was taken."""
        with self._moved:
            if number == len(self._times):
                self._times.append(round(at_s, 3))

    def _make(self, number: int, frame: Frame) -> bool:
        """One picture; whether to go on with the next one."""
        try:
            jpeg = self._pictures.encoded(self._passage.picture(frame))
        except RedactionError as error:
            with self._moved:
                self._withheld[number] = error.message
            return True
        with self._moved:
            while not self._stopped and any(self._looked_at - BEHIND <= n <= number for n in self._pictures.crowded_out(len(jpeg))):
                if self._elsewhere(number):
                    return False
                self._moved.wait(_NAP_S)
            if self._stopped:
                return False
            self._pictures.put(number, jpeg)
            return not self._elsewhere(number)

    def _elsewhere(self, number: int) -> bool:
        """Whether the counter waits for a picture that the work will not come to soon."""
        wanted = self._wanted
        return wanted is not None and not self._done(wanted) and not number < wanted <= number + _FAR

    def _done(self, number: int) -> bool:
        return number in self._pictures or number in self._withheld


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    found = []
    steps = count()
    for _, run in groupby(numbers, key=lambda number: number - next(steps)):
        those = list(run)
        found.append((those[0], those[-1]))
    return found
