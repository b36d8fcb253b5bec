"""The first sightings of a road user, from before anybody could be sure of it.

A track is confirmed only after it was seen some times: until then it may be nothing. Who goes on to be seen was there from its
first sighting on, and at few frames a second a car is past a line before it is confirmed. So the sightings of a young track are
held back until it was seen ``ENOUGH`` times and is proven, and then all told in order. What a detector invents seldom lasts that
long at few looks a second, and seldom convinces at many: of a track that ends before, only the sightings are told that were
confirmed, and none if it was never proven.

Who is proven is believed from its first sighting on, so all that was held back is told as sure.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import XY
from catseye.rules.positions import Positions

ENOUGH = 5  # sightings; of crossings of fewer, before they were confirmed, more were invented than true
_MOST = 64  # sightings kept of one that is never told


@dataclass(frozen=True, slots=True)
class _Sighting:
    at_ns: int
    point: XY
    reach: float
    road_user: int
    cut: bool
    confirmed: bool


@dataclass(slots=True)
class _Young:
    """What is held back of a track."""

    kept: deque[_Sighting] = field(default_factory=lambda: deque(maxlen=_MOST))
    proven: bool = False


class EarlySightings:
    """Holds sightings of young tracks back, and gives them up when they are told or the track ends."""

    def __init__(self) -> None:
        self._young: dict[int, _Young] = {}

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._young)

    def told(self, confirmed: Positions, tentative: Positions, proven: npt.NDArray[np.int64]) -> list[Positions]:
        """Take one frame's sightings in, and the numbers of the proven tracks (N,). Who is confirmed was tentative before.

        Returns what may be told with it: earlier sightings one by one, then those of now.
        """
        for number, sighting in _rows(tentative, confirmed=False):
            self._young.setdefault(number, _Young()).kept.append(sighting)
        for number in proven.tolist():
            if (young := self._young.get(number)) is not None:
                young.proven = True
        rows = np.array([number not in self._young for number in confirmed.number.tolist()], np.bool_)
        grown: list[tuple[int, _Sighting]] = []
        for number, sighting in _rows(confirmed[~rows], confirmed=True):
            young = self._young[number]
            young.kept.append(sighting)
            if young.proven and len(young.kept) >= ENOUGH:
                grown += [(number, one) for one in self._young.pop(number).kept]
        return [*map(_alone, sorted(grown, key=lambda row: (row[1].at_ns, row[0]))), confirmed[rows]]

    def forget(self, numbers: Iterable[int]) -> list[Positions]:
        """Free what is kept of ended tracks. Returns the confirmed sightings of proven ones that were not told."""
        ended = [(int(number), young) for number in numbers if (young := self._young.pop(int(number), None)) is not None]
        gone = [(number, one) for number, young in ended if young.proven for one in young.kept if one.confirmed]
        return list(map(_alone, sorted(gone, key=lambda row: (row[1].at_ns, row[0]))))


def _rows(seen: Positions, *, confirmed: bool) -> list[tuple[int, _Sighting]]:
    columns = (column.tolist() for column in (seen.number, seen.point, seen.reach, seen.road_user, seen.cut))
    return [
        (number, _Sighting(seen.at_ns, (x, y), reach, kind, cut, confirmed))
        for number, (x, y), reach, kind, cut in zip(*columns, strict=True)
    ]


def _alone(row: tuple[int, _Sighting]) -> Positions:
    """One sighting as the positions of a frame."""
    number, one = row
    return Positions(
        one.at_ns,
        np.array([number]),
        np.array([one.point]),
        np.array([one.reach]),
        np.array([one.road_user], np.int16),
        np.array([one.cut]),
        np.ones(1, np.bool_),
    )
