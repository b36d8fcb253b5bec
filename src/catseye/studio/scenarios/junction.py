"""``junction``: a signalised junction of four arms with crossings, two lanes each way, centre at (0, 0)."""

import math
from collections.abc import Iterator

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint
from catseye.studio.scenarios.compass import ARMS, Arm, out_rad, turn, turned
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, SignalHead, Street, Surface

ARM_M = 200.0
LANE_M = 3.25
LIMIT_MPS = 13.89
MEDIAN_M = 1.0  # half of it
KERB_M = MEDIAN_M + 2 * LANE_M
WALK_M = 3.0
STOP_M = 17.5  # from the centre to the stop lines, which netconvert gets from the corner radius
CORNER_M = STOP_M - KERB_M - WALK_M
CROSSING_M = 4.0
COUNT_M = STOP_M + 0.5
LANES_M = (MEDIAN_M + 1.5 * LANE_M, MEDIAN_M + 0.5 * LANE_M)  # from the middle of the road: right lane, left lane


def street() -> Street:
    """All of the junction that does not move, fixtures left out."""
    return Street(
        name="junction",
        style="town",
        lanes=tuple(lane for arm in ARMS for lane in _lanes(arm)),
        surfaces=tuple(_surfaces()),
        markings=tuple(mark for arm in ARMS for mark in _markings(arm)),
        signals=tuple(head for arm in ARMS for head in _signals(arm)),
        fixtures=(),
        lines=tuple(line for arm in ARMS for line in _lines(arm)),
        zones=tuple(GroundZone(name=arm, polygon=_box(arm, -8.5, 8.5, 8.5, 13.5)) for arm in ARMS),
        movements=tuple(
            GroundMovement(name=f"{a} {turn(a, b)}" if a != b else f"{a} u-turn", origin=a, destination=b, turn=turn(a, b))
            for a in ARMS
            for b in ARMS
        ),
    )


def _box(arm: Arm, left: float, right: float, near: float, far: float) -> tuple[XY, ...]:
    return turned(arm, left, near), turned(arm, right, near), turned(arm, right, far), turned(arm, left, far)


def _lanes(arm: Arm) -> Iterator[Lane]:
    for index, off in enumerate(LANES_M, start=1):
        inward = (turned(arm, -off, ARM_M), turned(arm, -off, STOP_M))
        yield Lane(name=f"{arm}_in_{index}", approach=arm, centre=inward, width_m=LANE_M, limit_mps=LIMIT_MPS, stops=True)
        outward = (turned(arm, off, STOP_M), turned(arm, off, ARM_M))
        yield Lane(name=f"{arm}_out_{index}", approach="", centre=outward, width_m=LANE_M, limit_mps=LIMIT_MPS)


def _surfaces() -> Iterator[Surface]:
    """One cross of asphalt with round corners, sidewalks at the corners, a median on each arm."""
    outline: list[XY] = []
    for arm in ARMS:
        outline += [turned(arm, -KERB_M, ARM_M), turned(arm, KERB_M, ARM_M), *_corner(arm, STOP_M - KERB_M)]
    yield Surface(kind="carriageway", polygon=tuple(outline))
    for arm in ARMS:
        inner = [turned(arm, KERB_M, ARM_M), *_corner(arm, STOP_M - KERB_M), turned(arm, ARM_M, KERB_M)]
        outer = [turned(arm, ARM_M, KERB_M + WALK_M), *reversed(_corner(arm, CORNER_M)), turned(arm, KERB_M + WALK_M, ARM_M)]
        yield Surface(kind="sidewalk", polygon=(*inner, *outer), height_m=0.12)
        nose = [turned(arm, 0.7 * math.sin(a), STOP_M + 1.7 - 0.7 * math.cos(a)) for a in _fan(-math.pi / 2, math.pi / 2, 6)]
        end = (turned(arm, 0.7, ARM_M), turned(arm, -0.7, ARM_M))
        yield Surface(kind="island", polygon=(*nose, *end), height_m=0.12)


def _corner(arm: Arm, radius_m: float) -> list[XY]:
    """The round corner on the left hand of who drives in from ``arm``, from that arm to the next one clockwise."""
    return [turned(arm, STOP_M - radius_m * math.cos(a), STOP_M - radius_m * math.sin(a)) for a in _fan(0.0, math.pi / 2, 10)]


def _fan(first: float, last: float, pieces: int) -> list[float]:
    return [first + (last - first) * k / pieces for k in range(pieces + 1)]


def _markings(arm: Arm) -> Iterator[Marking]:
    def way(x: float, near: float, far: float = ARM_M) -> tuple[XY, XY]:
        return turned(arm, x, near), turned(arm, x, far)

    solid = STOP_M + 31.0
    yield from paint.line("lane", way(-MEDIAN_M - LANE_M, STOP_M + 0.6, solid))
    yield from paint.dashes("lane", way(-MEDIAN_M - LANE_M, solid + 3.0), paint.LANE_DASH_M)
    yield from paint.dashes("lane", way(MEDIAN_M + LANE_M, STOP_M), paint.LANE_DASH_M)
    for x in (-MEDIAN_M + 0.05, MEDIAN_M - 0.05):
        yield from paint.line("edge", way(x, STOP_M + 0.6 if x < 0 else STOP_M))
    stop = STOP_M + 0.3
    yield from paint.line("stop", (turned(arm, -KERB_M, stop), turned(arm, -MEDIAN_M, stop)), 0.5)
    crossing = STOP_M - CROSSING_M / 2
    yield from paint.zebra(turned(arm, -KERB_M, crossing), turned(arm, KERB_M, crossing), CROSSING_M - 0.6)
    for off, turns in zip(LANES_M, ("tr", "l"), strict=True):
        for back in (6.0, 24.0):
            yield from paint.arrow(turned(arm, -off, STOP_M + back), out_rad(arm) + math.pi, turns)


def _signals(arm: Arm) -> Iterator[SignalHead]:
    """Heads for each lane at the stop line, and two for those on foot, who look at the one opposite."""
    outward = round(out_rad(arm), 6)
    for name, x, y, arm_m in (("ahead", -KERB_M - 0.7, STOP_M - 0.4, 0.0), ("left", -0.1, STOP_M + 2.2, 0.0)):
        at = turned(arm, x, y)
        yield SignalHead(name=f"{arm} {name}", kind="vehicle", approach=arm, position_m=at, facing_rad=outward, arm_m=arm_m)
    for name, side in (("walk right", -1.0), ("walk left", 1.0)):
        at = turned(arm, side * (KERB_M + 1.4), STOP_M - CROSSING_M - 0.1)
        x, y = turned(arm, -side, 0.0)
        facing = round(math.atan2(y, x), 6)
        yield SignalHead(
            name=f"{arm} {name}", kind="pedestrian", approach=f"{arm} crossing", position_m=at, facing_rad=facing, height_m=2.3
        )


def _lines(arm: Arm) -> Iterator[GroundLine]:
    ends = (turned(arm, KERB_M, COUNT_M), turned(arm, -KERB_M, COUNT_M))
    yield GroundLine(name=f"{arm} arm", points=ends, directions=("out", "in"))
    right, left = ARMS[(ARMS.index(arm) + 1) % 4], ARMS[(ARMS.index(arm) + 3) % 4]
    middle = (turned(arm, 0.0, STOP_M - CROSSING_M - 0.3), turned(arm, 0.0, STOP_M + 0.3))
    yield GroundLine(name=f"{arm} crossing", points=middle, directions=(f"to the {right}", f"to the {left}"))
