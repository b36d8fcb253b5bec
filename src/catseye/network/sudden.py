"""What a camera's picture was a minute ago, and a loss of light since that nature does not do."""

import math

import numpy as np

from catseye.core.boxes import F32
from catseye.network.usual import at_share
from catseye.vision.signs import Signs

_OVER_S = 60.0
_KNOWN_S = 30.0  # of looks before it is relied on
_DIM, _FLAT = 0.6, 0.4  # of its light, and of its edges, that a part of the view keeps at most
_MOST = 0.8  # of the view that lost as much at once
_EDGES, _LIGHT = 2.0, 8.0  # levels that a part must have had to lose them
_LEAST_CELLS = 8
_DARK, _ALIKE = 45.0, 0.6  # mean brightness, or likeness of edges, by which it is light that was lost and not the view
_DUSK = 0.7  # of the day's light: with less, lamps are on


class MinuteAgo:
    """A mean over the last minute or so, which stands still while a sudden loss lasts.

    The light of a tropical dusk falls tenfold in a quarter of an hour at the fastest, 14 % in a minute, and cameras make up for
    most of it; a cloud takes more in seconds, and exposure brings that back within a few. What loses more than 40 % of its light
    and 60 % of its edges everywhere, within a minute and for longer than exposure takes, has lost it on the way to the sensor.
    """

    def __init__(self) -> None:
        self._bright: F32 | None = None
        self._rough: F32 | None = None
        self._edges: F32 | None = None
        self._seen_s = 0.0

    def darkness(self, signs: Signs) -> float:
        """1 or more where nearly all of the view has gone dark since, less below; 0 where nothing is known of that."""
        if self._bright is None or self._rough is None or self._edges is None or self._seen_s < _KNOWN_S:
            return 0.0
        had = signs.open_ & (self._bright >= _LIGHT)
        edged = signs.open_ & (self._rough >= _EDGES)
        if had.sum() < _LEAST_CELLS or edged.sum() < _LEAST_CELLS:
            return 0.0
        light = at_share(signs.bright[had] / self._bright[had], _MOST)
        edges = at_share(signs.rough[edged] / self._rough[edged], _MOST)
        seen = float(signs.mean) <= _DARK or alike(self._edges, signs.edges) >= _ALIKE
        if not seen:
            return 0.0  # something that is not dark is before it
        return min(_DIM / max(light, 0.01), _FLAT / max(edges, 0.01))

    def light(self, signs: Signs) -> float:
        """The mean brightness of a minute ago; of this look where that is not known."""
        known = self._bright is not None and self._seen_s >= _KNOWN_S
        return float(self._bright.mean()) if known and self._bright is not None else signs.mean

    def lit_by_lamps(self, day: float | None) -> bool:
        """Whether it was darker a minute ago than by day, of whose mean brightness ``day`` is; False where that is not known."""
        return day is not None and self._bright is not None and float(self._bright.mean()) < _DUSK * day

    def take(self, signs: Signs, passed_s: float) -> None:
        """Let a look be part of the last minute, ``passed_s`` after the one before."""
        if self._bright is None or self._rough is None or self._edges is None or self._edges.shape != signs.edges.shape:
            self._bright, self._rough, self._edges, self._seen_s = signs.bright.copy(), signs.rough.copy(), signs.edges.copy(), 0.0
        self._seen_s += passed_s
        share = 1 - math.exp(-passed_s / min(_OVER_S, self._seen_s + 1.0))
        self._bright += np.float32(share) * (signs.bright - self._bright)
        self._rough += np.float32(share) * (signs.rough - self._rough)
        self._edges += np.float32(share) * (signs.edges - self._edges)


def alike(one: F32, other: F32) -> float:
    """How alike two edge pictures (h, w) are, -1..1 (Pearson's correlation); 0 where one is flat or they differ in size."""
    if one.shape != other.shape:
        return 0.0
    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 0 else 0.0
