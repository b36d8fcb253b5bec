"""The first sightings of a road user, from before anybody could be sure of it.

A track is confirmed only after it was seen some times: until then it may be nothing. Who goes on to be seen was there from its
first sighting on, and at few frames a second a car is past a line before it is confirmed. So the sightings of a young track are
held back until it was seen ``ENOUGH`` times, and then all told in order. What a detector invents seldom lasts that long: of a track
that ends before, only the sightings are told that were confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import XY
from catseye.rules.positions import Positions

ENOUGH = 5  # sightings; of crossings of fewer, before they were confirmed, more were invented than true
_MOST = 64  # sightings kept of one that is never confirmed


@dataclass(frozen=True, slots=True)
class _Sighting:
    at_ns: int
    point: XY
    reach: float
    road_user: int
    cut: bool
    confirmed: bool


class EarlySightings:
    """Holds sightings of young tracks back, and gives them up when they are told or the track ends."""

    def __init__(self) -> None:
        self._kept: dict[int, list[_Sighting]] = {}

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._kept)

    def told(self, confirmed: Positions, tentative: Positions) -> list[Positions]:
        """Take one frame's sightings in. Returns what may be told with it: earlier sightings one by one, then those of now."""
        for number, sighting in _rows(tentative, confirmed=False):
            kept = self._kept.setdefault(number, [])
            kept.append(sighting)
            del kept[:-_MOST]
        rows = np.array([number not in self._kept for number in confirmed.number.tolist()], np.bool_)
        grown: list[tuple[int, _Sighting]] = []
        for number, sighting in _rows(confirmed[~rows], confirmed=True):
            self._kept[number].append(sighting)
            if len(self._kept[number]) >= ENOUGH:
                grown += [(number, one) for one in self._kept.pop(number)]
        return [*map(_alone, sorted(grown, key=lambda row: (row[1].at_ns, row[0]))), confirmed[rows]]

    def forget(self, numbers: Iterable[int]) -> list[Positions]:
        """Free what is kept of ended tracks. Returns their confirmed sightings that were not told."""
        gone = [(number, one) for number in numbers for one in self._kept.pop(int(number), []) if one.confirmed]
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
    )
