"""How long to wait before a stream that broke is opened again."""

import secrets
from collections.abc import Callable
from typing import Final

FIRST_S: Final = 2.0
MOST_S: Final = 60.0
LEAST_S: Final = 1.0
GOOD_S: Final = 30.0
DENIED_S: Final = 300.0

_LOTS = secrets.SystemRandom()
Draw = Callable[[float, float], float]


class Backoff:
    """Waits that grow from 1-2 s to at most a minute, each drawn anew so that cameras lost together do not come back together.

    Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), never below ``LEAST_S``. A run that
    gave good pictures for ``GOOD_S`` begins anew. Who refuses is asked again after ``DENIED_S`` or somewhat later: cameras lock
    accounts. ``draw`` gives a number between two.
    """

    def __init__(self, draw: Draw = _LOTS.uniform) -> None:
        self._draw = draw
        self._failures = 0

    def wait_s(self, good_s: float, *, denied: bool = False) -> float:
        """Seconds to wait after a run that gave pictures for ``good_s``, 0 where it gave none."""
        if good_s >= GOOD_S:
            self._failures = 0
        if denied:
            return self._draw(DENIED_S, DENIED_S * 1.1)
        bound_s = min(FIRST_S * 2.0 ** min(self._failures, 16), MOST_S)
        self._failures += 1
        return self._draw(LEAST_S, bound_s)
