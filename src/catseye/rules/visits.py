"""Short visits to a zone: who goes through it faster than it takes to settle there.

Between two sightings a road user went straight, so the way between them is cut with the rim of the zone. A visit too short to
settle counts if it was a way through: deeper in the zone than the position can be trusted to, and out again elsewhere than in. A
tremble on the rim is not deep, and one who jumps in and back comes out where it went in.
"""

import math
from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64, XY, rim_distance


@dataclass(frozen=True, slots=True)
class Leg:
    """The way between two sightings, straight and at one speed, and the parts of it inside a zone (shares of the way, in order)."""

    a: XY
    b: XY
    start_ns: int
    end_ns: int
    inside: list[tuple[float, float]]

    def at(self, share: float) -> XY:
        """Where it was after that share of the way (px)."""
        return self.a[0] + share * (self.b[0] - self.a[0]), self.a[1] + share * (self.b[1] - self.a[1])

    def at_ns(self, share: float) -> int:
        """When it was there."""
        return self.start_ns + round(share * (self.end_ns - self.start_ns))

    def met_ns(self, *, entering: bool) -> int:
        """When it last went in, or out. One who only touches the rim did so where it was seen inside."""
        if entering:
            return self.at_ns(self.inside[-1][0] if self.inside else 1.0)
        return self.at_ns(self.inside[-1][1] if self.inside else 0.0)


@dataclass(slots=True)
class Visit:
    """A way in a zone, from where it went in (or was first seen: ``appeared``) to where it went out or is now. Lengths are px."""

    start: XY
    start_ns: int
    end: XY
    end_ns: int
    depth: float
    reach: float
    appeared: bool = False

    @property
    def through(self) -> bool:
        """Whether it was a way through, however short it took."""
        return self.depth >= self.reach and math.dist(self.start, self.end) >= 2 * self.reach


def begun(point: XY, at_ns: int, reach: float, polygon: F64) -> Visit:
    """The visit of one who is first seen inside."""
    return Visit(point, at_ns, point, at_ns, float(rim_distance(np.array([point]), polygon)[0]), reach, appeared=True)


def extended(visit: Visit | None, leg: Leg, reach: float, polygon: F64) -> Visit | None:
    """``visit`` with what of ``leg`` is inside; a new one where there was none."""
    if not leg.inside:
        return visit
    first, last = leg.inside[0][0], leg.inside[-1][1]
    if visit is None:
        visit = Visit(leg.at(first), leg.at_ns(first), leg.at(last), leg.at_ns(last), 0.0, reach)
    looked = [leg.at(share) for begin, end in leg.inside for share in (begin, (begin + end) / 2, end)]
    visit.end, visit.end_ns = leg.at(last), leg.at_ns(last)
    visit.depth = max(visit.depth, float(rim_distance(np.array(looked), polygon).max()))
    visit.reach = max(visit.reach, reach)
    return visit
