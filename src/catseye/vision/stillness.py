"""Which road users stand still, and for how long."""

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.time import NS_PER_S
from catseye.core.tracks import Tracks

MOVED = 0.3  # of its size: less is the jitter of its box
STILL_S = 10.0


class Stillness:
    """Remembers where each track stood when it last moved."""

    def __init__(self) -> None:
        self._number = np.zeros(0, np.int64)
        self._centre = np.zeros((0, 2))
        self._since_ns = np.zeros(0, np.int64)

    def update(self, tracks: Tracks) -> npt.NDArray[np.float64]:
        """Seconds (N,) each track has stood still; forgets tracks that are gone."""
        if not len(tracks) and not len(self._number):
            return np.zeros(0)
        centre = boxes.centre(tracks.xyxy)
        if not np.array_equal(tracks.number, self._number):
            self._match(tracks, centre)
        gone = centre - self._centre
        gone *= gone
        moved = np.flatnonzero(gone[:, 0] + gone[:, 1] > MOVED**2 * np.maximum(boxes.area(tracks.xyxy), 1.0))
        self._centre[moved], self._since_ns[moved] = centre[moved], tracks.at_ns
        return np.asarray((tracks.at_ns - self._since_ns) / NS_PER_S, np.float64)

    def _match(self, tracks: Tracks, centre: npt.NDArray[np.float64]) -> None:
        """Bring what is remembered into the order of ``tracks``; those that are new have moved now."""
        reference, since = centre.copy(), np.full(len(tracks), tracks.at_ns, np.int64)
        same = tracks.number[:, None] == self._number  # faster than sorting for the few hundred road users a view can hold
        here, there = np.divmod(np.flatnonzero(same), max(len(self._number), 1))
        reference[here], since[here] = self._centre[there], self._since_ns[there]
        self._number, self._centre, self._since_ns = tracks.number.copy(), reference, since
