"""What the ground of a studio street is for, where rules depend on it: read from its paint and its lanes.

Crossings are where bars are painted. Where signals stand, the ground between the stop lines and the crossings' far sides is the
junction, and nobody may stop on what leads away from it. A parking place is where the surface is one.
"""

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.scene import ZoneUse
from catseye.studio.street import GroundZone, Lane, Street

_BARS_M = 1.6  # between bars of one crossing; those of two arms are further apart
_REACH_M = 8.0  # from a stop line, in which its crossing begins
_NO_STOPPING_M = (4.0, 70.0)  # beyond the junction


def ground_uses(street: Street) -> list[tuple[GroundZone, ZoneUse]]:
    """The zones of a street with what they are for. No name is that of a line, a zone or a movement of the street."""
    crossings = _crossings(street)
    found: list[tuple[GroundZone, ZoneUse]] = [(_zone(name, hull), "crossing") for name, hull in crossings]
    parking = [surface for surface in street.surfaces if surface.kind == "parking"]
    found += [(_zone(f"parking {k}", np.array(one.polygon)), "parking") for k, one in enumerate(parking, start=1)]
    if street.lanes and any(head.kind == "vehicle" for head in street.signals):
        found.append((_zone("junction", _junction(street, [hull for _, hull in crossings])), "junction"))
        away = [lane for lane in street.lanes if not lane.approach]
        found += [(_zone(f"no stopping {lane.name}", _stretch(lane)), "no_stopping") for lane in away]
    return found


def _zone(name: str, polygon: F64) -> GroundZone:
    return GroundZone(name=name, polygon=tuple((round(x, 3), round(y, 3)) for x, y in polygon.tolist()))


def _crossings(street: Street) -> list[tuple[str, F64]]:
    """Each crossing's outline, named after the count line over it."""
    bars = [np.asarray(mark.polygon, np.float64) for mark in street.markings if mark.kind == "zebra"]
    groups: list[list[F64]] = []
    for bar in bars:
        near = [group for group in groups if any(np.hypot(*(bar.mean(axis=0) - one.mean(axis=0))) < _BARS_M for one in group)]
        merged = [bar, *(one for group in near for one in group)]
        groups = [group for group in groups if not any(group is one for one in near)] + [merged]
    hulls = [_hull(np.concatenate(group)) for group in groups]
    lines = {line.name: np.mean(line.points, axis=0) for line in street.lines}
    named = []
    for k, hull in enumerate(hulls, start=1):
        middle = hull.mean(axis=0)
        name = min(lines, key=lambda line: float(np.hypot(*(lines[line] - middle))), default="")
        belongs = bool(name) and np.hypot(*(lines[name] - middle)) < _REACH_M
        named.append((f"{name} bars" if belongs else f"bars {k}", hull))
    return named


def _junction(street: Street, crossings: list[F64]) -> F64:
    """Between the lanes' ends, less the crossings: each end is moved to the far side of the crossing before it."""
    corners = []
    for lane in street.lanes:
        centre = np.asarray(lane.centre, np.float64)
        end, before = (centre[-1], centre[-2]) if lane.approach else (centre[0], centre[1])
        way = (end - before) / np.hypot(*(end - before))
        past = [(hull - end) @ way for hull in crossings if _before(hull, end, way)]
        middle = end + way * (max(float(part.max()) for part in past) if past else 0.0)
        aside = np.array([-way[1], way[0]]) * lane.width_m / 2
        corners += [middle + aside, middle - aside]
    return _hull(np.array(corners))


def _before(hull: F64, end: F64, way: F64) -> bool:
    along, aside = (hull - end) @ way, (hull - end) @ np.array([-way[1], way[0]])
    return bool(aside.min() < 0 < aside.max() and 0 < along.max() < _REACH_M)


def _stretch(lane: Lane) -> F64:
    a, b = np.asarray(lane.centre[0], np.float64), np.asarray(lane.centre[-1], np.float64)
    way = (b - a) / np.hypot(*(b - a))
    aside = np.array([-way[1], way[0]]) * lane.width_m / 2
    begin, end = (a + min(part, float(np.hypot(*(b - a)))) * way for part in _NO_STOPPING_M)
    return np.array([begin + aside, begin - aside, end - aside, end + aside])


def _hull(points: F64) -> F64:
    """The convex hull, counter-clockwise (Andrew 1979, monotone chain)."""
    ordered: list[XY] = sorted({(float(x), float(y)) for x, y in points.tolist()})

    def half(run: list[XY]) -> list[XY]:
        out: list[XY] = []
        for p in run:
            while len(out) > 1 and _turn(out[-2], out[-1], p) <= 0:
                out.pop()
            out.append(p)
        return out[:-1]

    return np.array([*half(ordered), *half(ordered[::-1])])


def _turn(a: XY, b: XY, c: XY) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
