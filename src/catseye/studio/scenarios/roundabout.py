"""``roundabout``: a small roundabout of one lane with four arms that give way, and zebra crossings; centre at (0, 0)."""

import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint, plain
from catseye.studio.scenarios.compass import ARMS, Arm, turn, turned
from catseye.studio.scenarios.mixes import TOWN
from catseye.studio.scenarios.recipe import WALK, Flow, Network, Scenario, Spot, Spots
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, Street, Surface

ARM_M = 200.0
LANE_M = 3.5
RING_M = 13.0  # radius of the lane's middle
RING_LANE_M = 5.0
LIMIT_MPS = 13.89
RING_MPS = 7.0
WALK_M = 2.5
CROSS_M = 27.0  # from the centre to the crossings
CROSSING_M = 3.5
COUNT_M = 21.5
EDGE_M = RING_M + RING_LANE_M / 2 + 0.5  # the ring's outer kerb
_OFF = LANE_M / 2 + 0.6  # from the middle of an arm to the middle of its lanes
_LANE_SIDE_M = LANE_M / 2 + 0.25  # from the middle of a lane to the kerb
_SPREAD_RAD = math.radians(27.0)  # ring angle between an arm's middle and where it joins or leaves
_AIM_RAD = math.radians(40.0)  # between the ring and the way in


def street() -> Street:
    """All of the roundabout that does not move, fixtures left out."""
    return Street(
        name="roundabout",
        style="suburb",
        lanes=tuple(lane for arm in ARMS for lane in _lanes(arm)),
        surfaces=tuple(_surfaces()),
        markings=tuple(mark for arm in ARMS for mark in _markings(arm)),
        signals=(),
        fixtures=(),
        lines=tuple(line for arm in ARMS for line in _lines(arm)),
        zones=tuple(GroundZone(name=arm, polygon=_box(arm, -7.0, 7.0, 17.5, 24.5)) for arm in ARMS),
        movements=tuple(
            GroundMovement(name=f"{a} {turn(a, b)}", origin=a, destination=b, turn=turn(a, b)) for a in ARMS for b in ARMS if a != b
        ),
    )


def network() -> Network:
    """The same roundabout for netconvert."""
    nodes, edges, ways = [], [], []
    road = partial(plain.edge, limit_mps=LIMIT_MPS, width_m=LANE_M)
    far = partial(road, walk_m=WALK_M)
    ring = partial(plain.edge, limit_mps=RING_MPS, width_m=RING_LANE_M, priority=9)
    for k, arm in enumerate(ARMS):
        before = ARMS[k - 1]  # the next one along the ring, counter-clockwise
        nodes += [plain.node(f"{arm}_joins", _ring(arm, _SPREAD_RAD)), plain.node(f"{arm}_leaves", _ring(arm, -_SPREAD_RAD))]
        nodes.append(plain.node(f"{arm}_cross", turned(arm, 0.0, CROSS_M)))
        nodes += [plain.node(f"{arm}_{way}_end", turned(arm, x, ARM_M)) for way, x in (("in", -0.6), ("out", 0.6))]
        inward = (turned(arm, -0.6, ARM_M), turned(arm, -0.6, CROSS_M))
        outward = (turned(arm, 0.6, CROSS_M), turned(arm, 0.6, ARM_M))
        edges += [
            far(f"{arm}_in", f"{arm}_in_end", f"{arm}_cross", inward),
            far(f"{arm}_out", f"{arm}_cross", f"{arm}_out_end", outward),
            road(f"{arm}_entry", f"{arm}_cross", f"{arm}_joins", _entry(arm)),
            road(f"{arm}_exit", f"{arm}_leaves", f"{arm}_cross", _exit(arm)),
            ring(f"{arm}_ring", f"{arm}_leaves", f"{arm}_joins", _arc(arm, -_SPREAD_RAD, _SPREAD_RAD)),
            ring(f"{arm}_on", f"{arm}_joins", f"{before}_leaves", _arc(arm, _SPREAD_RAD, math.pi / 2 - _SPREAD_RAD)),
        ]
        ways += [plain.connection(f"{arm}_in", f"{arm}_entry", 1, 0), plain.connection(f"{arm}_exit", f"{arm}_out", 0, 1)]
        ways += [plain.connection(f"{arm}_entry", f"{arm}_on"), plain.connection(f"{arm}_ring", f"{arm}_on")]
        ways += [plain.connection(f"{arm}_on", f"{before}_ring"), plain.connection(f"{arm}_on", f"{before}_exit")]
        ways.append(plain.crossing(f"{arm}_cross", f"{arm}_in {arm}_out", CROSSING_M))
    return plain.network(nodes, edges, ways)


def _ring(arm: Arm, angle_rad: float, radius_m: float = RING_M) -> XY:
    """A point at an angle counter-clockwise from an arm's middle."""
    return turned(arm, -radius_m * math.sin(angle_rad), radius_m * math.cos(angle_rad))


def _arc(arm: Arm, first: float, last: float, radius_m: float = RING_M) -> list[XY]:
    return [_ring(arm, first + (last - first) * k / 12, radius_m) for k in range(13)]


def _entry(arm: Arm, pieces: int = 14) -> list[XY]:
    """The way in, from the crossing to the ring: a cubic curve."""
    end = (-RING_M * math.sin(_SPREAD_RAD), RING_M * math.cos(_SPREAD_RAD))
    heading = math.pi + _SPREAD_RAD + _AIM_RAD  # the ring's own, turned outwards
    aim = (end[0] - 7.0 * math.cos(heading), end[1] - 7.0 * math.sin(heading))
    begin, control = (-_OFF, CROSS_M), (-_OFF, CROSS_M - 8.0)
    return [turned(arm, *_cubic(begin, control, aim, end, k / pieces)) for k in range(pieces + 1)]


def _exit(arm: Arm) -> list[XY]:
    """The way out: the way in, mirrored."""
    return [turned(arm, -x, y) for x, y in reversed(_entry("north"))]


def _cubic(a: XY, b: XY, c: XY, d: XY, t: float) -> XY:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)), sum(
        w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)
    )


def _box(arm: Arm, left: float, right: float, near: float, far: float) -> tuple[XY, ...]:
    return turned(arm, left, near), turned(arm, right, near), turned(arm, right, far), turned(arm, left, far)


def _lanes(arm: Arm) -> Iterator[Lane]:
    road = partial(Lane, width_m=LANE_M, limit_mps=LIMIT_MPS)
    inward = (turned(arm, -_OFF, ARM_M), turned(arm, -_OFF, CROSS_M + 1.5))
    yield road(name=f"{arm}_in_1", approach=arm, centre=inward)
    yield road(name=f"{arm}_entry_0", approach=arm, centre=tuple(_entry(arm)), stops=True)
    yield road(name=f"{arm}_exit_0", approach="", centre=tuple(_exit(arm)))
    outward = (turned(arm, _OFF, CROSS_M + 1.5), turned(arm, _OFF, ARM_M))
    yield road(name=f"{arm}_out_1", approach="", centre=outward)
    ring = partial(Lane, approach="", width_m=RING_LANE_M, limit_mps=RING_MPS)
    yield ring(name=f"{arm}_ring_0", centre=tuple(_arc(arm, -_SPREAD_RAD, _SPREAD_RAD)))
    yield ring(name=f"{arm}_on_0", centre=tuple(_arc(arm, _SPREAD_RAD, math.pi / 2 - _SPREAD_RAD)))


def _beside(off_m: float, least_m: float) -> list[XY]:
    """The northern way in from ``ARM_M`` on, shifted to its right, as far as it is ``least_m`` from the centre."""
    way = [(-_OFF, ARM_M), *_entry("north", 90)]
    found = []
    for (ax, ay), (bx, by) in pairwise(way):
        length = math.dist((ax, ay), (bx, by))
        x, y = ax + off_m * (by - ay) / length, ay - off_m * (bx - ax) / length
        if math.hypot(x, y) > least_m:
            found.append((x, y))
    return found


def _corner(arm: Arm, off_m: float) -> list[XY]:
    """The way beside who comes in from ``arm`` and leaves by the next, ``off_m`` behind the kerb."""
    way = _beside(_LANE_SIDE_M + off_m, EDGE_M + off_m)
    angle = math.atan2(-way[-1][0], way[-1][1])
    following = ARMS[ARMS.index(arm) - 1]
    around = _arc(arm, angle, math.pi / 2 - angle, EDGE_M + off_m)
    return [*(turned(arm, x, y) for x, y in way), *around, *(turned(following, -x, y) for x, y in reversed(way))]


def _surfaces() -> Iterator[Surface]:
    yield Surface(kind="carriageway", polygon=tuple(p for arm in reversed(ARMS) for p in _corner(arm, 0.0)))
    inner = RING_M - RING_LANE_M / 2 - 0.3
    ring = tuple(p for arm in reversed(ARMS) for p in _arc(arm, 0.0, math.pi / 2, inner)[:-1])
    yield Surface(kind="island", polygon=ring, height_m=0.12)
    nose = [(x, y) for x, y in _beside(-_LANE_SIDE_M, EDGE_M + 1.0) if y < CROSS_M - CROSSING_M / 2 - 0.4]
    for arm in ARMS:
        island = tuple(turned(arm, x, y) for x, y in (*nose, *((-x, y) for x, y in reversed(nose))))
        yield Surface(kind="island", polygon=island, height_m=0.12)
        walk = (*_corner(arm, 0.0), *reversed(_corner(arm, WALK_M)))
        yield Surface(kind="sidewalk", polygon=walk, height_m=0.12)


def _markings(arm: Arm) -> Iterator[Marking]:
    def at(x: float, y: float) -> XY:
        return turned(arm, x, y)

    kerb = _OFF + _LANE_SIDE_M
    yield from paint.zebra(at(-kerb, CROSS_M), at(kerb, CROSS_M), CROSSING_M - 0.4)
    yield from paint.line("centre", (at(0.0, CROSS_M + 3.0), at(0.0, CROSS_M + 20.0)))
    yield from paint.dashes("centre", (at(0.0, CROSS_M + 23.0), at(0.0, ARM_M)), paint.LANE_DASH_M)
    right, left = _beside(_LANE_SIDE_M - 0.2, EDGE_M - 0.2)[-1], _beside(-_LANE_SIDE_M + 0.2, EDGE_M - 0.2)[-1]
    yield from paint.give_way(at(*right), at(*left))


def _lines(arm: Arm) -> Iterator[GroundLine]:
    yield GroundLine(name=f"{arm} arm", points=(turned(arm, 6.2, COUNT_M), turned(arm, -6.2, COUNT_M)), directions=("out", "in"))
    right, left = ARMS[(ARMS.index(arm) + 1) % 4], ARMS[(ARMS.index(arm) + 3) % 4]
    middle = (turned(arm, 0.0, CROSS_M - 2.2), turned(arm, 0.0, CROSS_M + 2.2))
    yield GroundLine(name=f"{arm} crossing", points=middle, directions=(f"to the {right}", f"to the {left}"))


def _flows() -> Iterator[Flow]:
    per_h = {"through": 105.0, "left": 60.0, "right": 60.0}
    for k, a in enumerate(ARMS):
        for b in ARMS:
            if a == b:
                continue
            edges = [f"{a}_in", f"{a}_entry", f"{a}_on"]
            step = k - 1
            while ARMS[step] != b:
                edges += [f"{ARMS[step]}_ring", f"{ARMS[step]}_on"]
                step -= 1
            edges += [f"{b}_exit", f"{b}_out"]
            way = turn(a, b)
            yield Flow(
                edges=tuple(edges),
                per_h=per_h[way],
                origin=a,
                destination=b,
                movement=f"{a} {way}",
                mix=TOWN,
                never=("articulated", "bus") if way == "right" else ("articulated",),
            )
    far = ARM_M - 130.0
    inner = ARM_M - CROSS_M - 2.0 - far
    for arm in ARMS:
        for begin, end in ((f"{arm}_in", f"{arm}_out"), (f"{arm}_out", f"{arm}_in")):
            at = {edge: far if edge.endswith("_in") else inner for edge in (begin, end)}
            yield Flow(edges=(begin, end), per_h=20.0, mix={WALK: 1.0}, depart_m=at[begin], arrive_m=at[end])


def _through(a: Arm, b: Arm) -> tuple[str, ...]:
    return next(flow.edges for flow in _flows() if (flow.origin, flow.destination) == (a, b))


SCENARIO = Scenario(
    name="roundabout",
    title="small roundabout of one lane with four arms that give way, and zebra crossings",
    street=street,
    network=network,
    flows=tuple(_flows()),
    spots=Spots(
        stopped_vehicle=(Spot(edge="west_out", lane=1, at_m=25.0, edges=_through("east", "west")),),
        illegal_parking=(Spot(edge="north_out", lane=1, at_m=18.0, edges=_through("south", "north")),),
        spill_back=((Spot(edge="west_out", lane=1, at_m=20.0, edges=_through("east", "west")),),),
        wrong_way=(((_OFF, 110.0), (_OFF, 31.0)), ((-110.0, _OFF), (-31.0, _OFF))),
        near_miss=(((-9.0, 31.5), (9.0, 31.5)), ((-31.5, 9.0), (-31.5, -9.0))),
    ),
)
