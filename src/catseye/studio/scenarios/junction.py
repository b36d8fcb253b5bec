"""``junction``: a signalised junction of four arms with crossings, two lanes each way, centre at (0, 0)."""

import math
from collections.abc import Iterator

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint
from catseye.studio.scenarios.compass import ARMS, Arm, out_rad, turn, turned
from catseye.studio.scenarios.mixes import TOWN
from catseye.studio.scenarios.recipe import WALK, Flow, Network, Scenario, Signals, Spot, Spots, Stage
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, SignalHead, Street, Surface

ARM_M = 200.0
LANE_M = 3.0
LIMIT_MPS = 13.89
MEDIAN_M = 1.0  # half of it
KERB_M = MEDIAN_M + 2 * LANE_M
WALK_M = 3.0
STOP_M = 14.5  # from the centre to the stop lines, which netconvert gets from the corner radius
CORNER_M = STOP_M - KERB_M - WALK_M
CROSSING_M = 3.5
COUNT_M = STOP_M - CROSSING_M - 1.5  # behind the crossing: nobody queues or walks there
COUNT_HALF_M = KERB_M + 1.4  # to the round corners, or who turns right would pass beyond its end
_LONG = ("bus", "articulated", "box_truck", "tipper")  # too long for the corners: they would cut over the kerb
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
        zones=tuple(GroundZone(name=arm, polygon=_box(arm, -KERB_M, KERB_M, COUNT_M - 1.5, COUNT_M + 6.5)) for arm in ARMS),
        movements=tuple(
            GroundMovement(name=f"{a} {turn(a, b)}", origin=a, destination=b, turn=turn(a, b)) for a in ARMS for b in ARMS if a != b
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
        back = KERB_M + WALK_M
        cut = (turned(arm, STOP_M + 2.5, back), turned(arm, back, STOP_M + 2.5))  # who walks round the corner cuts it
        outer = [turned(arm, ARM_M, back), *cut, turned(arm, back, ARM_M)]
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
    ends = (turned(arm, COUNT_HALF_M, COUNT_M), turned(arm, -COUNT_HALF_M, COUNT_M))
    yield GroundLine(name=f"{arm} arm", points=ends, directions=("out", "in"))
    right, left = ARMS[(ARMS.index(arm) + 1) % 4], ARMS[(ARMS.index(arm) + 3) % 4]
    middle = (turned(arm, 0.0, STOP_M - CROSSING_M - 0.3), turned(arm, 0.0, STOP_M + 0.3))
    yield GroundLine(name=f"{arm} crossing", points=middle, directions=(f"to the {right}", f"to the {left}"))


def network() -> Network:
    """The same junction for netconvert."""
    edges, ways = [], []
    nodes = [f'<node id="centre" x="0" y="0" type="traffic_light" radius="{CORNER_M}"/>']
    for arm in ARMS:
        for way, side in (
            ("in", -MEDIAN_M),
            ("out", MEDIAN_M),
        ):  # two ends, or walkers would take the short cut round the arm's end
            x, y = turned(arm, side, ARM_M)
            nodes.append(f'<node id="{arm}_{way}_end" x="{x}" y="{y}"/>')
        inward = (turned(arm, -MEDIAN_M, ARM_M), turned(arm, -MEDIAN_M, 0.0))
        edges.append(_edge(f"{arm}_in", f"{arm}_in_end", "centre", inward))
        outward = (turned(arm, MEDIAN_M, 0.0), turned(arm, MEDIAN_M, ARM_M))
        edges.append(_edge(f"{arm}_out", "centre", f"{arm}_out_end", outward))
        for other in ARMS:
            if other != arm:
                lane = 2 if turn(arm, other) == "left" else 1
                ways.append(f'<connection from="{arm}_in" to="{other}_out" fromLane="{lane}" toLane="{lane}"/>')
        ways.append(f'<crossing node="centre" edges="{arm}_in {arm}_out" width="{CROSSING_M}" priority="true"/>')
    return Network(
        nodes=f"<nodes>{''.join(nodes)}</nodes>",
        edges=f"<edges>{''.join(edges)}</edges>",
        connections=f"<connections>{''.join(ways)}</connections>",
    )


def _edge(name: str, begin: str, end: str, shape: tuple[XY, ...]) -> str:
    points = " ".join(f"{x},{y}" for x, y in shape)
    return (
        f'<edge id="{name}" from="{begin}" to="{end}" numLanes="2" speed="{LIMIT_MPS}" width="{LANE_M}" '
        f'sidewalkWidth="{WALK_M}" shape="{points}"/>'
    )


def _flows() -> Iterator[Flow]:
    per_h = {"through": 235.0, "left": 80.0, "right": 75.0}
    for arm in ARMS:
        for other in ARMS:
            way = turn(arm, other)
            if way == "u":
                continue
            yield Flow(
                edges=(f"{arm}_in", f"{other}_out"),
                per_h=per_h[way] * (1.0 if arm in {"north", "south"} else 0.85),
                origin=arm,
                destination=other,
                movement=f"{arm} {way}",
                mix=TOWN,
                never=_LONG if way == "right" else (),
            )
    for arm in ARMS:  # along each arm's two sidewalks, over its crossing and round its corners
        for begin, end in ((f"{arm}_in", f"{arm}_out"), (f"{arm}_out", f"{arm}_in")):
            yield _walk(begin, end, 22.0)
        following = ARMS[(ARMS.index(arm) + 1) % 4]
        opposite = ARMS[(ARMS.index(arm) + 2) % 4]
        yield _walk(f"{arm}_out", f"{following}_out", 10.0)
        yield _walk(f"{arm}_in", f"{opposite}_out", 14.0)


def _walk(begin: str, end: str, per_h: float) -> Flow:
    far = ARM_M - 130.0  # beyond what is kept of the run
    at = {name: far if name.endswith("_in") else ARM_M - STOP_M - far for name in (begin, end)}
    return Flow(edges=(begin, end), per_h=per_h, mix={WALK: 1.0}, depart_m=at[begin], arrive_m=at[end])


def _signal_program() -> Signals:
    """Straight on and right with those on foot beside it, then left by itself; first north and south, then the others."""
    stages: list[Stage] = []
    for arms, crossed in ((("north", "south"), ("east", "west")), (("east", "west"), ("north", "south"))):
        walk = [f"{arm} walk {side}" for arm in crossed for side in ("left", "right")]
        stages += _green([f"{arm} ahead" for arm in arms], 25.0, walk, 12.0)
        stages += _green([f"{arm} left" for arm in arms], 9.0, [], 0.0)
    obeys = {f"{a}_in>{b}_out": f"{a} {'left' if turn(a, b) == 'left' else 'ahead'}" for a in ARMS for b in ARMS if a != b}
    obeys |= {f"{arm}_in {arm}_out": f"{arm} walk left" for arm in ARMS}
    right = frozenset(f"{a}_in>{b}_out" for a in ARMS for b in ARMS if turn(a, b) == "right")
    return Signals(node="centre", stages=tuple(stages), obeys=obeys, yields=right)


def _green(heads: list[str], seconds: float, walk: list[str], walk_s: float) -> Iterator[Stage]:
    def shown(state: str, walks: str = "") -> dict[str, str]:
        return dict.fromkeys(heads, state) | (dict.fromkeys(walk, walks) if walks else {})

    yield Stage(seconds=1.0, shown=shown("red_amber"))
    if walk:
        yield Stage(seconds=walk_s, shown=shown("green", "green"))
    yield Stage(seconds=seconds - walk_s, shown=shown("green"))
    yield Stage(seconds=3.0, shown=shown("amber"))
    yield Stage(seconds=2.0, shown={})


def _spots() -> Spots:
    def spot(edge: str, lane: int, from_centre_m: float, edges: tuple[str, ...]) -> Spot:
        at = ARM_M - from_centre_m if edge.endswith("_in") else from_centre_m - STOP_M
        return Spot(edge=edge, lane=lane, at_m=at, edges=edges)

    west, north = ("east_in", "west_out"), ("south_in", "north_out")
    return Spots(
        stopped_vehicle=(spot("west_out", 1, 40.0, west), spot("north_out", 1, 45.0, north)),
        illegal_parking=(spot("north_out", 1, 30.0, north), spot("west_out", 1, 32.0, west)),
        spill_back=((spot("west_out", 1, 38.0, west), spot("west_out", 2, 38.0, ("south_in", "west_out"))),),
        debris=(spot("west_out", 1, 46.0, west), spot("north_out", 1, 50.0, north)),
        red_light=(
            ("north_in", 1, "north ahead"),
            ("west_in", 1, "west ahead"),
            ("south_in", 1, "south ahead"),
            ("east_in", 1, "east ahead"),
        ),
        wrong_way=(
            ((LANES_M[1], 105.0), (LANES_M[1], -95.0)),
            ((-105.0, LANES_M[1]), (95.0, LANES_M[1])),
        ),
        near_miss=(
            ((-12.0, STOP_M - 2.5), (12.0, STOP_M - 2.5)),
            ((-STOP_M + 2.5, -12.0), (-STOP_M + 2.5, 12.0)),
            ((12.0, STOP_M - 1.5), (-12.0, STOP_M - 1.5)),
        ),
    )


SCENARIO = Scenario(
    name="junction",
    title="signalised junction of four arms, two lanes each way, with crossings",
    street=street,
    network=network,
    flows=tuple(_flows()),
    spots=_spots(),
    signals=_signal_program(),
)
