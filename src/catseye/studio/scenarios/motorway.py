"""``motorway``: three lanes each way with hard shoulders; eastbound an on-ramp joins. It runs from west to east through (0, 0)."""

from collections.abc import Iterator
from functools import partial

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint, plain
from catseye.studio.scenarios.mixes import FAST
from catseye.studio.scenarios.recipe import Flow, Network, Scenario, Spot, Spots
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, Street, Surface

HALF_M = 320.0
LANE_M = 3.6
INNER_M = 2.5  # from the middle of the motorway to the nearest lane
LIMIT_MPS = 33.33
RAMP_MPS = 22.22
SHOULDER_M = 3.0
MERGE_M = (-45.0, 145.0)
COUNT_M = (MERGE_M[0] - 4.0, MERGE_M[0] + 38.0)  # before and after the nose
OUTER_M = INNER_M + 3 * LANE_M
_MAIN = INNER_M + 1.5 * LANE_M  # to the middle of three lanes
_WIDE = INNER_M + 2.0 * LANE_M  # to the middle of four
_JOINS = INNER_M + 3.5 * LANE_M  # to the middle of the lane that joins
_RAMP: tuple[XY, ...] = ((-HALF_M, -66.0), (-185.0, -41.0), (-115.0, -24.0), (-75.0, -17.4), (MERGE_M[0], -_JOINS))


def street() -> Street:
    """All of the motorway that does not move, fixtures left out."""
    before, after = COUNT_M
    return Street(
        name="motorway",
        style="country",
        lanes=tuple(_lanes()),
        surfaces=tuple(_surfaces()),
        markings=tuple(_markings()),
        signals=(),
        fixtures=(),
        lines=tuple(_lines()),
        zones=(
            GroundZone(name="main road", polygon=_strip(before - 16.0, before, -OUTER_M, -INNER_M)),
            GroundZone(
                name="ramp", polygon=((before - 16.0, -18.6), (before, -17.4), (before, -OUTER_M - 0.2), (before - 16.0, -14.7))
            ),
            GroundZone(name="after the merge", polygon=_strip(after - 8.0, after + 8.0, -OUTER_M - LANE_M, -INNER_M)),
        ),
        movements=(
            GroundMovement(name="through", origin="main road", destination="after the merge", turn="through"),
            GroundMovement(name="merge", origin="ramp", destination="after the merge", turn="through"),
        ),
    )


def _lines() -> Iterator[GroundLine]:
    """Before the nose the three lanes and the ramp, after it all four lanes; and the other carriageway."""
    before, after = COUNT_M
    for name, x, low, high in (
        ("upstream", before, OUTER_M, INNER_M),
        ("on-ramp", before, OUTER_M + LANE_M + 1.2, OUTER_M + 0.2),
        ("downstream", after, OUTER_M + LANE_M, INNER_M),
    ):
        yield GroundLine(name=name, points=((x, -low), (x, -high)), directions=("east", "wrong way"))
    yield GroundLine(name="westbound", points=((-25.0, OUTER_M), (-25.0, INNER_M)), directions=("west", "wrong way"))


def network() -> Network:
    """The same motorway for netconvert."""
    begin, end = MERGE_M
    nodes = [
        *(plain.node(name, at, radius_m=0.5) for name, at in (("merge", (begin, -_WIDE)), ("taper", (end, -_WIDE)))),
        *(plain.node(name, at) for name, at in (("east_end", (HALF_M, -_MAIN)), ("west_end", (-HALF_M, -_MAIN)))),
        *(plain.node(name, at) for name, at in (("west_begin", (HALF_M, _MAIN)), ("west_away", (-HALF_M, _MAIN)))),
        plain.node("ramp_begin", _RAMP[0]),
    ]
    fast = partial(plain.edge, limit_mps=LIMIT_MPS, width_m=LANE_M, priority=9)
    edges = [
        fast("main", "west_end", "merge", ((-HALF_M, -_MAIN), (begin, -_MAIN)), lanes=3),
        plain.edge("ramp", "ramp_begin", "merge", _RAMP, limit_mps=RAMP_MPS, width_m=LANE_M, priority=3),
        fast("joined", "merge", "taper", ((begin, -_WIDE), (end, -_WIDE)), lanes=4),
        fast("on", "taper", "east_end", ((end, -_MAIN), (HALF_M, -_MAIN)), lanes=3),
        fast("back", "west_begin", "west_away", ((HALF_M, _MAIN), (-HALF_M, _MAIN)), lanes=3),
    ]
    ways = [plain.connection("main", "joined", lane, lane + 1) for lane in range(3)]
    ways += [plain.connection("ramp", "joined"), *(plain.connection("joined", "on", lane + 1, lane) for lane in range(3))]
    return plain.network(nodes, edges, ways)


def _strip(left: float, right: float, low: float, high: float) -> tuple[XY, ...]:
    return (left, low), (right, low), (right, high), (left, high)


def _lanes() -> Iterator[Lane]:
    begin, end = MERGE_M
    for k in range(3):  # from the right
        y = OUTER_M - (k + 0.5) * LANE_M
        for name, first, last, index in (("main", -HALF_M, begin, k), ("joined", begin, end, k + 1), ("on", end, HALF_M, k)):
            yield _lane(f"{name}_{index}", ((first, -y), (last, -y)), LIMIT_MPS)
        yield _lane(f"back_{k}", ((HALF_M, y), (-HALF_M, y)), LIMIT_MPS)
    yield _lane("joined_0", ((begin, -_JOINS), (end, -_JOINS)), LIMIT_MPS)
    yield _lane("ramp_0", _RAMP, RAMP_MPS)


def _lane(name: str, centre: tuple[XY, ...], limit_mps: float) -> Lane:
    return Lane(name=name, approach="", centre=centre, width_m=LANE_M, limit_mps=limit_mps)


def _surfaces() -> Iterator[Surface]:
    begin, end = MERGE_M
    yield Surface(kind="carriageway", polygon=_strip(-HALF_M, HALF_M, INNER_M - 0.6, OUTER_M + 0.2))
    yield Surface(kind="carriageway", polygon=_strip(-HALF_M, HALF_M, -OUTER_M - 0.2, -INNER_M + 0.6))
    yield Surface(kind="shoulder", polygon=_strip(-HALF_M, HALF_M, OUTER_M + 0.2, OUTER_M + SHOULDER_M))
    yield Surface(kind="shoulder", polygon=_strip(end + 40.0, HALF_M, -OUTER_M - SHOULDER_M, -OUTER_M - 0.2))
    yield Surface(kind="verge", polygon=_strip(-HALF_M, HALF_M, -INNER_M + 0.6, INNER_M - 0.6))
    low = -OUTER_M - LANE_M - 0.2
    yield Surface(
        kind="carriageway",
        polygon=((begin, low), (end, low), (end + 40.0, -OUTER_M - 0.2), (begin - 24.0, -OUTER_M - 0.2), (begin, -OUTER_M - 0.2)),
    )
    yield Surface(
        kind="shoulder",
        polygon=(
            (begin, low),
            (end, low),
            (end + 40.0, -OUTER_M - 0.2),
            (end + 40.0, -OUTER_M - SHOULDER_M),
            (end, low - 2.0),
            (begin, low - 2.0),
        ),
    )
    left = [(x, y + LANE_M / 2 + 0.2) for x, y in _RAMP]
    right = [(x, y - LANE_M / 2 - 1.4) for x, y in _RAMP]
    yield Surface(kind="carriageway", polygon=(*left, *reversed(right)))


def _markings() -> Iterator[Marking]:
    begin, end = MERGE_M
    for sign in (-1.0, 1.0):
        for k in (1, 2):
            way = ((-HALF_M, sign * (INNER_M + k * LANE_M)), (HALF_M, sign * (INNER_M + k * LANE_M)))
            yield from paint.dashes("lane", way, paint.FAST_DASH_M, 0.15)
        yield from paint.line("edge", ((-HALF_M, sign * INNER_M), (HALF_M, sign * INNER_M)), 0.2)
    yield from paint.line("edge", ((-HALF_M, OUTER_M), (HALF_M, OUTER_M)), 0.2)
    yield from paint.line("edge", ((-HALF_M, -OUTER_M), (begin, -OUTER_M)), 0.2)
    yield from paint.dashes("lane", ((begin, -OUTER_M), (end, -OUTER_M)), (3.0, 3.0), 0.3)
    yield from paint.line("edge", ((begin, -OUTER_M - LANE_M), (end, -OUTER_M - LANE_M)), 0.2)
    yield from paint.line("edge", ((end, -OUTER_M - LANE_M), (end + 40.0, -OUTER_M), (HALF_M, -OUTER_M)), 0.2)
    for off in (LANE_M / 2, -LANE_M / 2):
        yield from paint.line("edge", tuple((x, y + off) for x, y in _RAMP), 0.15)


def _flows() -> Iterator[Flow]:
    yield Flow(
        edges=("main", "joined", "on"),
        per_h=2100.0,
        origin="main road",
        destination="after the merge",
        movement="through",
        mix=FAST,
    )
    yield Flow(
        edges=("ramp", "joined", "on"), per_h=380.0, origin="ramp", destination="after the merge", movement="merge", mix=FAST
    )
    yield Flow(edges=("back",), per_h=2300.0, mix=FAST)


SCENARIO = Scenario(
    name="motorway",
    title="motorway of three lanes each way with an on-ramp and hard shoulders",
    street=street,
    network=network,
    flows=tuple(_flows()),
    spots=Spots(
        stopped_vehicle=(Spot(edge="back", lane=0, at_m=HALF_M - 10.0, edges=("back",)),),
        debris=(
            Spot(edge="back", lane=1, at_m=HALF_M + 30.0, edges=("back",)),
            Spot(edge="joined", lane=2, at_m=75.0, edges=("joined",)),
        ),
        wrong_way=(((-138.0, OUTER_M + 1.6), (94.0, OUTER_M + 1.6)),),  # on the shoulder, where there is room,
    ),
)
