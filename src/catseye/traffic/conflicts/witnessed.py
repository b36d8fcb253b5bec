"""Who was watched well enough to take part in a conflict."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.ground import GroundSightings
from catseye.core.time import nanoseconds, seconds

WATCHED_S = 1.0  # of the time before an instant is looked at
_LEAST_S = 0.5  # who came later is not known yet
_SEEN_SHARE = 0.85  # of the instants since then
# What came and moved neither as far nor as many errors of its place may be a thing, or a picture's fault.
_MOVED_M, _MOVED = 1.0, 3.0
_PLACE_ERROR_M, _SPEED_ERROR_MPS = 1.4, 0.7  # beyond three quarters of a car's width, or half a walk, a near miss is a guess
_FORGET_S = 5.0


@dataclass(slots=True)
class _Watched:
    """One road user as it was watched."""

    first_ns: int
    first_m: tuple[float, float]
    last_ns: int
    moved: bool = False
    lately: deque[tuple[int, bool]] = field(default_factory=deque)

    def share(self, at_ns: int) -> float:
        """The share of the instants of the last ``WATCHED_S`` at which it was seen."""
        while seconds(at_ns - self.lately[0][0]) > WATCHED_S:
            self.lately.popleft()
        return sum(seen for _, seen in self.lately) / len(self.lately)


class Witnessed:
    """Tells, instant by instant, whose places and speeds can bear a conflict.

    A detector's boxes make tracks of what is nobody, of half a bus, or of one body twice. Such tracks come and go, are seen now and
    then, never get anywhere, or lie where nobody can tell their place to half a car's width.
    """

    def __init__(self) -> None:
        self._watched: dict[int, _Watched] = {}
        self._began_ns: int | None = None

    def update(self, seen: GroundSightings) -> npt.NDArray[np.bool_]:
        """Which of these (N,) are known well; instants come in order."""
        at_ns = seen.at_ns
        if self._began_ns is None:
            self._began_ns = at_ns
        known = np.zeros(len(seen), np.bool_)
        far_m = np.minimum(_MOVED_M, _MOVED * seen.place_error_m)
        columns = (seen.number.tolist(), seen.xy_m.tolist(), seen.seen.tolist(), far_m.tolist())
        for row, (number, (x, y), sighted, far) in enumerate(zip(*columns, strict=True)):
            one = self._watched.get(number)
            if one is None:
                one = self._watched[number] = _Watched(first_ns=at_ns, first_m=(x, y), last_ns=at_ns)
                one.moved = at_ns == self._began_ns  # who stands there when the watch begins came before
            one.last_ns = at_ns
            one.lately.append((at_ns, sighted))
            one.moved = one.moved or float(np.hypot(x - one.first_m[0], y - one.first_m[1])) >= far
            known[row] = one.moved and seconds(at_ns - one.first_ns) >= _LEAST_S and one.share(at_ns) >= _SEEN_SHARE
        self._forget(at_ns)
        # An error of speeds is not known where that of the calibration is not: then it cannot be held against anybody.
        exact = (seen.place_error_m <= _PLACE_ERROR_M) & ~(seen.speed_error_mps > _SPEED_ERROR_MPS)
        return np.asarray(known & exact, np.bool_)

    def clear(self) -> None:
        """Forget everybody; the watch begins anew."""
        self._watched.clear()
        self._began_ns = None

    def _forget(self, at_ns: int) -> None:
        old_ns = at_ns - nanoseconds(_FORGET_S)
        self._watched = {number: one for number, one in self._watched.items() if one.last_ns >= old_ns}
