"""What kind of road user a track is: a vote over all frames in which it was seen.

One frame's opinion flickers; the sum of many does not. The family (on foot, two wheels, motor vehicle) with most votes
wins, then the kind within it. Votes for a generic kind (``VEHICLE``, ``TWO_WHEELER``) settle the family and yield to any vote
for a kind.
"""

import numpy as np
import numpy.typing as npt

from catseye.core.road_users import GENERIC, MOTOR_VEHICLES, TWO_WHEELERS, RoadUser

KINDS = len(RoadUser)
_FAMILIES = (frozenset({RoadUser.PEDESTRIAN}), TWO_WHEELERS, MOTOR_VEHICLES)
_MEMBER = np.array([[kind in family for kind in RoadUser] for family in _FAMILIES])
_FAMILY_OF = _MEMBER.argmax(axis=0)
_NAMED = np.array([kind not in GENERIC for kind in RoadUser])
_RIDER = 1.6  # a rider is often found as a mere person, never the other way round: votes for two wheels weigh more
_WEIGHTS = _MEMBER.T * np.array([1.0, _RIDER, 1.0])


class Votes:
    """The votes of N tracks, float64 (N, 9): the summed confidence for each RoadUser."""

    def __init__(self) -> None:
        self._sums = np.zeros((0, KINDS))
        self._kinds: npt.NDArray[np.int16] | None = None  # of these sums, once asked for

    def begin(self, road_user: npt.NDArray[np.int16], confidence: npt.NDArray[np.floating]) -> None:
        """Add tracks with a first vote each."""
        fresh = np.zeros((len(road_user), KINDS))
        fresh[np.arange(len(road_user)), road_user] = confidence
        self._sums = np.concatenate([self._sums, fresh])
        if self._kinds is not None:
            self._kinds = np.concatenate([self._kinds, road_user])  # one vote wins

    def add(self, rows: npt.NDArray[np.intp], road_user: npt.NDArray[np.int16], confidence: npt.NDArray[np.floating]) -> None:
        """Add one vote to each of ``rows``."""
        self._sums[rows, road_user] += confidence
        self._kinds = None

    def add_shares(self, rows: npt.NDArray[np.intp], kinds: tuple[RoadUser, ...], shares: npt.NDArray[np.floating]) -> None:
        """Add an opinion spread over ``kinds``: ``shares`` float (len(rows), len(kinds))."""
        self._sums[np.asarray(rows)[:, None], np.array(kinds, np.intp)[None, :]] += shares
        self._kinds = None

    def keep(self, index: npt.NDArray[np.bool_]) -> None:
        """Keep only these rows."""
        self._sums = self._sums[index]
        self._kinds = None if self._kinds is None else self._kinds[index]

    def named(self) -> npt.NDArray[np.float64]:
        """The summed votes (N,) for kinds that are not generic: how well each track's kind is known."""
        return np.asarray(self._sums[:, _NAMED].sum(axis=1), np.float64)

    def kinds(self) -> npt.NDArray[np.int16]:
        """The winner (N,) of each track."""
        if self._kinds is None:
            self._kinds = _winners(self._sums)
        return self._kinds.copy()

    def winner(self, row: int) -> tuple[RoadUser, float]:
        """The kind of one track and its share, in 0..1, of the votes for kinds of its family."""
        kind = RoadUser(int(self.kinds()[row]))
        sums = self._sums[row]
        rivals = sums[_MEMBER[_FAMILY_OF[kind]] & (_NAMED if _NAMED[kind] else ~_NAMED)].sum()
        return kind, float(sums[kind] / rivals) if rivals > 0 else 0.0


def _winners(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    """The winner (N,) of each row of votes (N, 9)."""
    family = (sums @ _WEIGHTS).argmax(axis=1) if len(sums) else np.zeros(0, np.intp)
    within = np.where(_MEMBER[family], sums, -1.0)
    named = np.where(_NAMED, within, -1.0)
    best = named.argmax(axis=1)
    has_name = named[np.arange(len(sums)), best] > 0
    return np.asarray(best if has_name.all() else np.where(has_name, best, within.argmax(axis=1)), np.int16)
