"""A signalised junction of four arms with crossings, of one or two lanes each way, centre at (0, 0): what does not move."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint
from catseye.studio.scenarios.compass import ARMS, Arm, out_rad, turn, turned
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, SignalHead, Street, Surface

ARM_M = 200.0
LIMIT_MPS = 13.89
WALK_M = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How wide the arms are and where they end. ``median_m`` is half of the island between both ways, 0 for a painted line.

    ``stop_m`` runs from the centre to the stop lines, ``count_m`` to the count lines: behind the crossing, where nobody queues
    or walks.
    """

    name: str
    lanes: int
    lane_m: float
    median_m: float
    stop_m: float
    crossing_m: float

    @property
    def kerb_m(self) -> float:
        """From the middle of an arm to its kerbs."""
        return self.median_m + self.lanes * self.lane_m

    @property
    def radius_m(self) -> float:
        """Of the corners, as netconvert wants it."""
        return self.stop_m - self.kerb_m - WALK_M

    @property
    def count_m(self) -> float:
        """From the centre to the count lines."""
        return self.stop_m - self.crossing_m - 1.5

    @property
    def lanes_m(self) -> tuple[float, ...]:
        """The middles of the lanes, from the middle of the arm, the right lane first."""
        return tuple(self.median_m + (k + 0.5) * self.lane_m for k in reversed(range(self.lanes)))

    @property
    def own_left(self) -> bool:
        """Whether who turns left has a lane and a signal of their own."""
        return self.lanes > 1


def street(on: Layout) -> Street:
    """All of the junction that does not move, fixtures left out."""
    near, far = on.count_m - 1.5, on.count_m + 6.5
    return Street(
        name=on.name,
        style="town",
        lanes=tuple(lane for arm in ARMS for lane in _lanes(on, arm)),
        surfaces=tuple(_surfaces(on)),
        markings=tuple(mark for arm in ARMS for mark in _markings(on, arm)),
        signals=tuple(head for arm in ARMS for head in _signals(on, arm)),
        fixtures=(),
        lines=tuple(line for arm in ARMS for line in _lines(on, arm)),
        zones=tuple(GroundZone(name=arm, polygon=_box(arm, on.kerb_m, near, far)) for arm in ARMS),
        movements=tuple(
            GroundMovement(name=f"{a} {turn(a, b)}", origin=a, destination=b, turn=turn(a, b)) for a in ARMS for b in ARMS if a != b
        ),
    )


def _box(arm: Arm, half: float, near: float, far: float) -> tuple[XY, ...]:
    return turned(arm, -half, near), turned(arm, half, near), turned(arm, half, far), turned(arm, -half, far)


def _lanes(on: Layout, arm: Arm) -> Iterator[Lane]:
    for index, off in enumerate(on.lanes_m, start=1):
        inward = (turned(arm, -off, ARM_M), turned(arm, -off, on.stop_m))
        yield Lane(name=f"{arm}_in_{index}", approach=arm, centre=inward, width_m=on.lane_m, limit_mps=LIMIT_MPS, stops=True)
        outward = (turned(arm, off, on.stop_m), turned(arm, off, ARM_M))
        yield Lane(name=f"{arm}_out_{index}", approach="", centre=outward, width_m=on.lane_m, limit_mps=LIMIT_MPS)


def _surfaces(on: Layout) -> Iterator[Surface]:
    """One cross of asphalt with round corners, sidewalks at the corners, an island on each arm."""
    outline: list[XY] = []
    for arm in ARMS:
        outline += [turned(arm, -on.kerb_m, ARM_M), turned(arm, on.kerb_m, ARM_M), *_corner(on, arm)]
    yield Surface(kind="carriageway", polygon=tuple(outline))
    for arm in ARMS:
        inner = [turned(arm, on.kerb_m, ARM_M), *_corner(on, arm), turned(arm, ARM_M, on.kerb_m)]
        back = on.kerb_m + WALK_M
        cut = (turned(arm, on.stop_m + 2.5, back), turned(arm, back, on.stop_m + 2.5))  # who walks round the corner cuts it
        outer = [turned(arm, ARM_M, back), *cut, turned(arm, back, ARM_M)]
        yield Surface(kind="sidewalk", polygon=(*inner, *outer), height_m=0.12)
        if on.median_m > 0:
            half, begins = 0.7 * on.median_m, on.stop_m + 1.7
            nose = [turned(arm, half * math.sin(a), begins - half * math.cos(a)) for a in _fan(-math.pi / 2, math.pi / 2, 6)]
            end = (turned(arm, half, ARM_M), turned(arm, -half, ARM_M))
            yield Surface(kind="island", polygon=(*nose, *end), height_m=0.12)


def _corner(on: Layout, arm: Arm) -> list[XY]:
    """The round corner on the left hand of who drives in from ``arm``, from that arm to the next one clockwise."""
    radius = on.stop_m - on.kerb_m
    return [turned(arm, on.stop_m - radius * math.cos(a), on.stop_m - radius * math.sin(a)) for a in _fan(0.0, math.pi / 2, 10)]


def _fan(first: float, last: float, pieces: int) -> list[float]:
    return [first + (last - first) * k / pieces for k in range(pieces + 1)]


def _markings(on: Layout, arm: Arm) -> Iterator[Marking]:
    def way(x: float, near: float, far: float = ARM_M) -> tuple[XY, XY]:
        return turned(arm, x, near), turned(arm, x, far)

    solid = on.stop_m + 31.0
    for k in range(1, on.lanes):
        x = on.median_m + k * on.lane_m
        yield from paint.line("lane", way(-x, on.stop_m + 0.6, solid))
        yield from paint.dashes("lane", way(-x, solid + 3.0), paint.LANE_DASH_M)
        yield from paint.dashes("lane", way(x, on.stop_m), paint.LANE_DASH_M)
    if on.median_m > 0:
        for x in (-on.median_m + 0.05, on.median_m - 0.05):
            yield from paint.line("edge", way(x, on.stop_m + 0.6 if x < 0 else on.stop_m))
    else:
        yield from paint.line("lane", way(0.0, on.stop_m + 0.6, solid))
        yield from paint.dashes("lane", way(0.0, solid + 3.0), paint.LANE_DASH_M)
    stop = on.stop_m + 0.3
    yield from paint.line("stop", (turned(arm, -on.kerb_m, stop), turned(arm, -on.median_m, stop)), 0.5)
    crossing = on.stop_m - on.crossing_m / 2
    yield from paint.zebra(turned(arm, -on.kerb_m, crossing), turned(arm, on.kerb_m, crossing), on.crossing_m - 0.6)
    if on.own_left:
        for off, turns in zip(on.lanes_m, ("tr", "l"), strict=True):
            for back in (6.0, 24.0):
                yield from paint.arrow(turned(arm, -off, on.stop_m + back), out_rad(arm) + math.pi, turns)


def _signals(on: Layout, arm: Arm) -> Iterator[SignalHead]:
    """A head on the kerb's pole, one for the left turn on its arm, and two for those on foot, who look at the one opposite."""
    outward = round(out_rad(arm), 6)
    pole = -on.kerb_m - 0.7
    heads = (("ahead", 3.0, 0.0), ("left", 5.4, -on.lanes_m[-1] - pole))[: 2 if on.own_left else 1]
    for name, height_m, arm_m in heads:
        at = turned(arm, pole, on.stop_m - 0.4)
        yield SignalHead(
            name=f"{arm} {name}", kind="vehicle", approach=arm, position_m=at, facing_rad=outward, height_m=height_m, arm_m=arm_m
        )
    for name, side in (("walk right", -1.0), ("walk left", 1.0)):
        at = turned(arm, side * (on.kerb_m + 1.2), on.stop_m + 0.2)  # on the far side: they hide less of who crosses
        x, y = turned(arm, -side, 0.0)
        facing = round(math.atan2(y, x), 6)
        yield SignalHead(
            name=f"{arm} {name}", kind="pedestrian", approach=f"{arm} crossing", position_m=at, facing_rad=facing, height_m=2.3
        )


def _lines(on: Layout, arm: Arm) -> Iterator[GroundLine]:
    half = on.kerb_m + 1.4  # to the round corners, or who turns right would pass beyond its end
    ends = (turned(arm, half, on.count_m), turned(arm, -half, on.count_m))
    yield GroundLine(name=f"{arm} arm", points=ends, directions=("out", "in"))
    right, left = ARMS[(ARMS.index(arm) + 1) % 4], ARMS[(ARMS.index(arm) + 3) % 4]
    middle = (turned(arm, 0.0, on.stop_m - on.crossing_m - 0.3), turned(arm, 0.0, on.stop_m + 0.3))
    yield GroundLine(name=f"{arm} crossing", points=middle, directions=(f"to the {right}", f"to the {left}"))
