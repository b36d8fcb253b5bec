"""What is painted on a street, cut into polygons. Points and lengths in metres."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from catseye.core.geometry import XY
from catseye.studio.street import Marking, MarkingKind

LANE_DASH_M = (3.0, 6.0)  # paint and gap of a lane line in towns
FAST_DASH_M = (6.0, 12.0)
_LEAST_M = 0.01
_BAR_M = 0.5  # of a zebra crossing, and the gap between two


def stripe(a: XY, b: XY, width_m: float) -> tuple[XY, ...]:
    """The rectangle along a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy)
    ox, oy = -dy / length * width_m / 2, dx / length * width_m / 2
    return ((a[0] + ox, a[1] + oy), (b[0] + ox, b[1] + oy), (b[0] - ox, b[1] - oy), (a[0] - ox, a[1] - oy))


def line(kind: MarkingKind, way: Sequence[XY], width_m: float = 0.12) -> Iterator[Marking]:
    """An unbroken line along a polyline."""
    for a, b in pairwise(way):
        yield Marking(kind=kind, polygon=stripe(a, b, width_m))


def dashes(kind: MarkingKind, way: Sequence[XY], dash_m: tuple[float, float], width_m: float = 0.12) -> Iterator[Marking]:
    """A broken line along a polyline: paint, gap, paint."""
    paint, period = dash_m[0], sum(dash_m)
    begin = 0.0
    for a, b in pairwise(way):
        end = begin + math.dist(a, b)
        for k in range(int(begin // period), int(end // period) + 1):
            first, last = max(k * period, begin), min(k * period + paint, end)
            if last - first > _LEAST_M:
                ends = _along(a, b, first - begin), _along(a, b, last - begin)
                yield Marking(kind=kind, polygon=stripe(*ends, width_m))
        begin = end


def zebra(a: XY, b: XY, width_m: float) -> Iterator[Marking]:
    """Bars across the way a-b of those on foot, which is ``width_m`` wide."""
    length = math.dist(a, b)
    bars = int((length + _BAR_M) // (2 * _BAR_M))
    first = (length - (2 * bars - 1) * _BAR_M) / 2
    for k in range(bars):
        start = first + 2 * k * _BAR_M
        yield Marking(kind="zebra", polygon=stripe(_along(a, b, start), _along(a, b, start + _BAR_M), width_m))


def give_way(a: XY, b: XY) -> Iterator[Marking]:
    """A row of triangles from a to b; their tips point to the left of a-b, at those who must give way."""
    length = math.dist(a, b)
    nx, ny = -(b[1] - a[1]) / length, (b[0] - a[0]) / length
    count = max(int(length // 0.75), 1)
    for k in range(count):
        p, q, m = (_along(a, b, (k + share) * length / count) for share in (0.17, 0.83, 0.5))
        yield Marking(kind="give_way", polygon=(p, q, (m[0] + 0.7 * nx, m[1] + 0.7 * ny)))


def arrow(tip: XY, yaw_rad: float, turns: str) -> Iterator[Marking]:
    """A lane arrow whose straight part ends at ``tip``; ``turns`` holds any of l, t and r."""
    forward, left = (math.cos(yaw_rad), math.sin(yaw_rad)), (-math.sin(yaw_rad), math.cos(yaw_rad))

    def at(u: float, v: float) -> XY:
        return tip[0] + u * forward[0] + v * left[0], tip[1] + u * forward[1] + v * left[1]

    yield Marking(kind="arrow", polygon=stripe(at(-4.5, 0), at(-1.2 if "t" in turns else -2.2, 0), 0.16))
    if "t" in turns:
        yield Marking(kind="arrow", polygon=(at(-1.2, 0.35), at(0, 0), at(-1.2, -0.35)))
    for turn, side in (("l", 1.0), ("r", -1.0)):
        if turn in turns:
            yield Marking(kind="arrow", polygon=stripe(at(-3.0, 0), at(-2.2, side * 0.45), 0.16))
            yield Marking(kind="arrow", polygon=(at(-2.55, side * 0.72), at(-1.55, side * 0.95), at(-2.2, side * 0.05)))


def _along(a: XY, b: XY, at_m: float) -> XY:
    share = at_m / math.dist(a, b)
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
