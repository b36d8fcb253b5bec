"""What is given up when a machine cannot carry all: frames a second first, by declared priority, then all but key frames.

Cameras of one priority are always treated alike. The lowest priority gives first, and gets back last.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median

SHARES = (1.0, 0.6, 0.35, 0.2, 0.0)  # of the frames that are asked for; 0: key frames alone
LATE_S = 0.4  # of the slowest hundredth, from capture to analysed
DROPPED = 0.1  # of the frames due
CALM_LATE_S = 0.25
CALM_DROPPED = 0.01
CALM_BUSY = 0.8
UP_AFTER_S = 20.0
LOOKS = 5  # that are judged together: a bad moment is no overload
LEAST = 3  # after a change, until it shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How a machine fared since the last look: the slowest hundredth's delay, the share of frames dropped, how busy it was."""

    lag_p99_s: float | None
    dropped: float
    busy: float


@dataclass(slots=True)
class Shedding:
    """Decides the rung of each priority on the ladder ``SHARES``."""

    _rungs: dict[int, int] = field(default_factory=dict)
    _looks: deque[Load] = field(default_factory=lambda: deque(maxlen=LOOKS))
    _calm_since_s: float | None = None

    def step(self, now_s: float, load: Load, priorities: Collection[int]) -> Mapping[int, float]:
        """The share of its frames that each priority may have now. Asked every few seconds; ``now_s`` is monotonic."""
        self._rungs = {priority: self._rungs.get(priority, 0) for priority in priorities}
        self._looks.append(load)
        late = median(look.lag_p99_s or 0.0 for look in self._looks)
        dropped, busy = (fmean(of) for of in zip(*((look.dropped, look.busy) for look in self._looks), strict=True))
        if late > LATE_S or dropped > DROPPED:
            self._calm_since_s = None
            if len(self._looks) >= LEAST and self._down():
                self._looks.clear()
        elif late <= CALM_LATE_S and dropped <= CALM_DROPPED and busy <= CALM_BUSY:
            self._calm_since_s = now_s if self._calm_since_s is None else self._calm_since_s
            if now_s - self._calm_since_s >= UP_AFTER_S and self._up():
                self._calm_since_s = now_s
                self._looks.clear()
        else:
            self._calm_since_s = None
        return {priority: SHARES[rung] for priority, rung in self._rungs.items()}

    def _down(self) -> bool:
        for priority in sorted(self._rungs, reverse=True):
            if self._rungs[priority] < len(SHARES) - 1:
                self._rungs[priority] += 1
                return True
        return False

    def _up(self) -> bool:
        for priority in sorted(self._rungs):
            if self._rungs[priority] > 0:
                self._rungs[priority] -= 1
                return True
        return False
