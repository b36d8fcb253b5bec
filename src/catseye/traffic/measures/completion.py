"""What movement one probably did whose way was seen in part only, by the ways of those who were seen from end to end.

A way that breaks off keeps its chances: of each movement that it may have been, how often that is driven, times how near the way
came to the ways that were driven there. The chances of a way add up to 1 at most, and to nothing where it is near none. They are
expected numbers, kept apart from what was counted. Nobody is found again by looks: a way that breaks off and one that begins nearby
shortly after are taken for one, so that no vehicle is expected twice.
"""

import math
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import F64, XY, inside
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.scene import Movement
from catseye.core.time import nanoseconds
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook

STEP_M = 2.0
LEAST_M = 6.0  # a shorter way tells nothing
SPREAD_M = 1.5  # how far ways of one movement lie apart
OFF_M = 4.5  # a way that ends further from those of a movement was not it
LEAST_WAYS = 3
KEPT_WAYS = 12  # the latest of each movement
_LONGEST = 100  # steps kept of one way
_REJOINS_NS, _REJOINS_M = nanoseconds(10.0), 25.0


@dataclass(slots=True)
class _Way:
    """One vehicle's way so far, a point every ``STEP_M``, and the zones it was in, in order."""

    kind: RoadUser
    first_ns: int
    last_ns: int
    points: list[XY] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    """A way that broke off, with its chances."""

    last_ns: int
    last_m: XY
    kind: RoadUser
    chances: Mapping[str, float]


@dataclass(slots=True)
class Completion:
    """The ways of one run; ``zones`` are the ends of the movements, in metres."""

    book: MinuteBook
    movements: tuple[Movement, ...]
    zones: dict[str, F64]
    _ways: dict[int, _Way] = field(default_factory=dict)
    _driven: dict[str, deque[F64]] = field(default_factory=dict)
    _count: Counter[str] = field(default_factory=Counter)
    _open: deque[_Open] = field(default_factory=deque)

    def update(self, seen: GroundSightings) -> None:
        """Take a moment in."""
        there = seen[seen.road_user != RoadUser.PEDESTRIAN]
        zone = np.full(len(there), "", dtype=object)
        for name, polygon in self.zones.items():
            zone[inside(there.xy_m, polygon)] = name
        old, self._ways = self._ways, {}
        rows = zip(there.number.tolist(), there.road_user.tolist(), there.xy_m.tolist(), zone.tolist(), strict=True)
        for number, kind, (x, y), within in rows:
            way = old.pop(number) if number in old else _Way(RoadUser(kind), seen.at_ns, seen.at_ns)
            way.kind, way.last_ns, self._ways[number] = RoadUser(kind), seen.at_ns, way
            if not way.points or math.dist((x, y), way.points[-1]) >= STEP_M:
                way.points = [*way.points[1 - _LONGEST :], (x, y)]
            if within and within not in way.zones:
                way.zones.append(within)
        for way in old.values():
            self._ends(way)
        while self._open and self._open[0].last_ns < seen.at_ns - _REJOINS_NS:
            self._expect(self._open.popleft())

    def close(self) -> None:
        """The end of what was watched: nothing more is known of those who are still under way."""
        self._ways.clear()
        while self._open:
            self._expect(self._open.popleft())

    def _ends(self, way: _Way) -> None:
        """Learn a way that led from end to end; hold one that broke off."""
        for movement in self.movements:
            if way.zones[:2] == [movement.origin, movement.destination]:
                self._count[movement.name] += 1
                self._driven.setdefault(movement.name, deque(maxlen=KEPT_WAYS)).append(np.array(way.points))
                return
        chances = self._chances(way) if len(way.zones) == 1 and len(way.points) * STEP_M >= LEAST_M else {}
        if not chances:
            return
        for earlier in self._open:
            near = math.dist(earlier.last_m, way.points[0]) <= _REJOINS_M
            both = {name: chance * chances.get(name, 0.0) for name, chance in earlier.chances.items()}
            if near and earlier.last_ns < way.first_ns and sum(both.values()) > 0:
                self._open.remove(earlier)
                chances = _shares(both)
                break
        self._open.append(_Open(way.last_ns, way.points[-1], way.kind, chances))

    def _chances(self, way: _Way) -> dict[str, float]:
        points, found = np.array(way.points), {}
        for movement in self.movements:
            driven = self._driven.get(movement.name, ())
            if way.zones[0] in {movement.origin, movement.destination} and len(driven) >= LEAST_WAYS:
                off_m = min(_apart(points, other) for other in driven)
                if off_m <= OFF_M:
                    found[movement.name] = self._count[movement.name] * float(np.exp(-0.5 * (off_m / SPREAD_M) ** 2))
        return _shares(found)

    def _expect(self, ended: _Open) -> None:
        for name, chance in ended.chances.items():
            self.book.add(("movement", name), ended.last_ns, key("estimated", ended.kind.label), chance)


def _shares(found: Mapping[str, float]) -> dict[str, float]:
    whole = sum(found.values())
    return {name: part / whole for name, part in found.items() if part > 0} if whole > 0 else {}


def _apart(points: F64, driven: F64) -> float:
    """How far a part of a way (N, 2) is from one driven to its end (M, 2), m: root mean square; endless where it leads back."""
    apart = np.hypot(*np.moveaxis(points[:, None] - driven[None], -1, 0))
    nearest = apart.argmin(axis=1)
    if nearest[-1] <= nearest[0]:
        return float("inf")
    return float(max(np.sqrt((apart.min(axis=1) ** 2).mean()), apart.min(axis=1)[[0, -1]].max() - STEP_M))
