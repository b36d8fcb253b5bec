"""One detector for all cameras of a process.

Each camera asks and waits, so there is one request a camera at most and nothing queues up. A look that does not begin within
``PATIENCE_S`` comes too late to be of use: the camera gives its frame up, keeps its place, and asks with its newest frame next.
Turns are given by start-time fair queueing (Goyal, Vin and Cheng 1996): within a priority all cameras get the same, a higher
priority gets more, and nobody starves.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from catseye.core.detection import Detections, DetectRequest
from catseye.core.time import seconds
from catseye.ports import Clock, Detector, DetectorBusyError, DetectorInfo

PATIENCE_S = 0.35  # and then a look: within half a second of its capture a frame is analysed, or never
_WEIGHT = 4.0  # one priority higher gets so many times the turns when there are too few


@dataclass(slots=True, eq=False)
class _Asked:
    """A request that waits for its turn, its start tag, and what came of it."""

    request: DetectRequest
    start: float
    order: int
    done: threading.Event = field(default_factory=threading.Event)
    found: Detections | None = None
    error: BaseException | None = None


class SharedDetector:
    """Gives each camera a ``Detector`` of its own (``of``) and asks the one behind them, in a thread of its own."""

    def __init__(self, detector: Detector, clock: Clock) -> None:
        self._detector, self._clock = detector, clock
        self._wanted = threading.Condition()
        self._asked: list[_Asked] = []
        self._finish: dict[str, float] = {}
        self._kept: dict[str, tuple[float, int]] = {}  # the places of those who gave up
        self._serving = False
        self._virtual = 0.0
        self._orders = 0
        self._closed = False
        self.busy_s = 0.0
        self.turns: dict[str, int] = {}
        self._thread = threading.Thread(target=self._serve, name="catseye-detector", daemon=True)
        self._thread.start()

    @property
    def info(self) -> DetectorInfo:
        """Which detector it is."""
        return self._detector.info

    def of(self, name: str, priority: int) -> "OneCamera":
        """The detector as the camera ``name`` sees it; ``priority`` 1 comes first."""
        return OneCamera(self, name, _WEIGHT ** (1 - priority))

    def close(self) -> None:
        """Answer nobody any more; harmless when called twice."""
        with self._wanted:
            self._closed = True
            self._wanted.notify_all()
        self._thread.join()
        self._detector.close()

    def is_busy(self) -> bool:
        """Whether a request now would have to wait for another one's look."""
        return self._serving or bool(self._asked)

    def ask(self, name: str, weight: float, request: DetectRequest) -> Detections:
        """Wait for the turn of ``name``. Raises DetectorBusyError when it does not come in time, what the detector raises, and
        RuntimeError once closed.
        """
        asked = self._queue(name, weight, request)
        if not asked.done.wait(PATIENCE_S):
            self._give_up(name, asked)
            asked.done.wait()
        if asked.error is not None:
            raise asked.error
        assert asked.found is not None
        self.turns[name] = self.turns.get(name, 0) + 1
        return asked.found

    def _queue(self, name: str, weight: float, request: DetectRequest) -> _Asked:
        with self._wanted:
            if self._closed:
                raise RuntimeError("The detector is closed.")
            if (kept := self._kept.pop(name, None)) is not None:
                asked = _Asked(request, *kept)
            else:
                start = max(self._virtual, self._finish.get(name, 0.0))
                self._finish[name] = start + max(1, len(request.regions)) / weight
                asked = _Asked(request, start, self._orders)
                self._orders += 1
            self._asked.append(asked)
            self._wanted.notify_all()
            return asked

    def _give_up(self, name: str, asked: _Asked) -> None:
        """Leave the queue, unless the look has begun."""
        with self._wanted:
            if asked in self._asked:
                self._asked.remove(asked)
                self._kept[name] = asked.start, asked.order
                raise DetectorBusyError(f"The detector was busy for {PATIENCE_S:g} s.")

    def forget(self, name: str) -> None:
        """A camera is watched no more."""
        with self._wanted:
            self._finish.pop(name, None)
            self._kept.pop(name, None)
            self.turns.pop(name, None)

    def _serve(self) -> None:
        while (asked := self._next()) is not None:
            began_ns = self._clock.monotonic_ns()
            try:
                asked.found = self._detector.detect([asked.request])[0]
            except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that asked
                asked.error = error
            self.busy_s += seconds(self._clock.monotonic_ns() - began_ns)
            self._serving = False
            asked.done.set()

    def _next(self) -> _Asked | None:
        with self._wanted:
            while not self._asked and not self._closed:
                self._wanted.wait()
            if self._closed:
                for asked in self._asked:
                    asked.error = RuntimeError("The detector is closed.")
                    asked.done.set()
                return None
            first = min(self._asked, key=lambda asked: (asked.start, asked.order))
            self._asked.remove(first)
            self._virtual = max(self._virtual, first.start)
            self._serving = True
            return first


class OneCamera:
    """A ports.Detector that waits for its camera's turn."""

    def __init__(self, shared: SharedDetector, name: str, weight: float) -> None:
        self._shared, self._name, self._weight = shared, name, weight

    @property
    def info(self) -> DetectorInfo:
        """Which detector it is."""
        return self._shared.info

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """One answer a request, in order."""
        return [self._shared.ask(self._name, self._weight, request) for request in requests]

    def is_busy(self) -> bool:
        """Whether a request now would have to wait for another camera's look."""
        return self._shared.is_busy()

    def close(self) -> None:
        """The camera asks no more; the detector goes on for the others."""
        self._shared.forget(self._name)
