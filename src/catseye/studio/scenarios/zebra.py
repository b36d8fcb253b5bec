"""``zebra``: a road of two lanes with a zebra crossing at (0, 0), a bus stop and parked cars; x along the road."""

from collections.abc import Iterator
from dataclasses import replace

from catseye.core.geometry import XY
from catseye.studio.scenarios import paint
from catseye.studio.scenarios.mixes import TOWN
from catseye.studio.scenarios.recipe import WALK, Call, Flow, Network, Parked, Scenario, Spot, Spots
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Marking, Street, Surface

HALF_M = 150.0
LANE_M = 3.25
WALK_M = 3.0
CROSSING_M = 4.0
NODE_M = CROSSING_M / 2  # from the middle to where lanes end
LIMIT_MPS = 13.89
COUNT_M = 11.0
BAY_M = 2.9  # deep
BAY = (22.0, 76.0)  # from the middle, after the crossing: buses to the west, parked cars to the east
TAPER_M = 3.0
BEND_M = 2.5  # half of the length over which sidewalks bend round a bay
KERB_M = LANE_M
PARKED = (("estate", 27.0), ("hatchback", 33.2), ("van", 45.5), ("saloon", 58.0), ("suv", 69.8))  # metres beyond the crossing
_SIDES = (("east", 1.0), ("west", -1.0))  # who drives to the east keeps to the south


def street() -> Street:
    """All of the road that does not move, fixtures left out."""
    return Street(
        name="zebra",
        style="suburb",
        lanes=tuple(lane for name, to in _SIDES for lane in _lanes(name, to)),
        surfaces=tuple(_surfaces()),
        markings=tuple(_markings()),
        signals=(),
        fixtures=(),
        lines=tuple(_lines()),
        zones=tuple(
            GroundZone(name=name, polygon=tuple((to * x, y) for x, y in ((14, -3.4), (21, -3.4), (21, 3.4), (14, 3.4))))
            for name, to in _SIDES
        ),
        movements=(
            GroundMovement(name="west through", origin="west", destination="east", turn="through"),
            GroundMovement(name="east through", origin="east", destination="west", turn="through"),
        ),
    )


def _at(to: float, along_m: float, off_m: float) -> XY:
    """A point on the way to one side: metres beyond the crossing, and to the right of the road's middle."""
    return to * along_m + 0.0, -to * off_m + 0.0


def _lanes(name: str, to: float) -> Iterator[Lane]:
    """The way to one side, by SUMO's pieces: before the crossing, after it, beside the bay, and beyond."""
    other = "west" if name == "east" else "east"
    begins, ends = BAY[0] + BEND_M, BAY[1] - BEND_M
    before = (f"{other}_in_1", -HALF_M, -NODE_M), (f"{name}_out_1", NODE_M, BAY[0] - BEND_M)
    for lane, begin, end in (*before, (f"{name}_bay_2", begins, ends), (f"{name}_far_1", BAY[1] + BEND_M, HALF_M)):
        yield _lane(lane, (_at(to, begin, LANE_M / 2), _at(to, end, LANE_M / 2)), other if begin == -HALF_M else "")
    if name == "west":
        bay = _at(to, begins, KERB_M + BAY_M / 2), _at(to, ends, KERB_M + BAY_M / 2)
        yield Lane(name="west_bay_1", approach="", centre=bay, width_m=BAY_M, limit_mps=LIMIT_MPS, use="bus")


def _lane(name: str, centre: tuple[XY, ...], approach: str) -> Lane:
    return Lane(name=name, approach=approach, centre=centre, width_m=LANE_M, limit_mps=LIMIT_MPS, stops=bool(approach))


def _surfaces() -> Iterator[Surface]:
    yield Surface(kind="carriageway", polygon=((-HALF_M, -KERB_M), (HALF_M, -KERB_M), (HALF_M, KERB_M), (-HALF_M, KERB_M)))
    for name, to in _SIDES:
        (near, begin), (end, far) = ((at - TAPER_M / 2, at + TAPER_M / 2) for at in BAY)
        edge = [(near, KERB_M), (begin, KERB_M + BAY_M), (end, KERB_M + BAY_M), (far, KERB_M)]
        yield Surface(kind="carriageway" if name == "west" else "parking", polygon=tuple(_at(to, *point) for point in edge))
        inner = [(-HALF_M, KERB_M), *edge, (HALF_M, KERB_M)]
        outer = [(x, off + WALK_M) for x, off in inner]
        walk = tuple(_at(to, *point) for point in (*inner, *reversed(outer)))
        yield Surface(kind="sidewalk", polygon=walk, height_m=0.12)


def _markings() -> Iterator[Marking]:
    yield from paint.zebra((0.0, -KERB_M), (0.0, KERB_M), CROSSING_M - 0.6)
    for _, to in _SIDES:
        yield from paint.line("centre", (_at(to, NODE_M + 1.2, 0.0), _at(to, BAY[0], 0.0)))
        yield from paint.dashes("centre", (_at(to, BAY[0] + 3.0, 0.0), _at(to, HALF_M, 0.0)), paint.LANE_DASH_M)
        yield from paint.give_way(_at(to, -NODE_M - 0.9, LANE_M - 0.1), _at(to, -NODE_M - 0.9, 0.1))
        yield from paint.dashes("edge", (_at(to, BAY[0] - TAPER_M / 2, KERB_M), _at(to, BAY[1] + TAPER_M / 2, KERB_M)), (1.5, 1.5))


def _lines() -> Iterator[GroundLine]:
    for name, to in _SIDES:
        ends = (to * COUNT_M, -KERB_M), (to * COUNT_M, KERB_M)
        yield GroundLine(name=f"{name} side", points=ends, directions=("to the east", "to the west"))
    middle = (-NODE_M - 0.6, 0.0), (NODE_M + 0.6, 0.0)
    yield GroundLine(name="crossing", points=middle, directions=("to the south", "to the north"))


def network() -> Network:
    """The same road for netconvert."""
    edges, ways = [], []
    nodes = [f'<node id="middle" x="0" y="0" type="priority" radius="{NODE_M}"/>']
    for name, to in _SIDES:
        other = "west" if name == "east" else "east"
        for way, along, off in (("in", -HALF_M, 0.1), ("far", HALF_M, 0.1)):  # two ends each, or walkers would go round them
            x, y = _at(to, along, off)
            nodes.append(f'<node id="{other if way == "in" else name}_{way}_end" x="{x}" y="{y}"/>')
        nodes += [
            f'<node id="{name}_bay_{k}" x="{_at(to, along, 0.0)[0]}" y="0" radius="{BEND_M}"/>' for k, along in enumerate(BAY)
        ]
        edges.append(_edge(f"{other}_in", f"{other}_in_end", "middle", to, (-HALF_M, 0.0)))
        edges.append(_edge(f"{name}_out", "middle", f"{name}_bay_0", to, (0.0, BAY[0])))
        edges.append(
            _edge(
                f"{name}_bay", f"{name}_bay_0", f"{name}_bay_1", to, BAY, bay='allow="bus"' if name == "west" else 'disallow="all"'
            )
        )
        edges.append(_edge(f"{name}_far", f"{name}_bay_1", f"{name}_far_end", to, (BAY[1], HALF_M)))
        for begin, end, first, last in (
            (f"{other}_in", f"{name}_out", 1, 1),
            (f"{name}_out", f"{name}_bay", 1, 2),
            (f"{name}_bay", f"{name}_far", 2, 1),
        ):
            ways.append(f'<connection from="{begin}" to="{end}" fromLane="{first}" toLane="{last}"/>')
    ways.append(f'<crossing node="middle" edges="east_in east_out" width="{CROSSING_M}" priority="true"/>')
    return Network(
        nodes=f"<nodes>{''.join(nodes)}</nodes>",
        edges=f"<edges>{''.join(edges)}</edges>",
        connections=f"<connections>{''.join(ways)}</connections>",
    )


def _edge(name: str, begin: str, end: str, to: float, reach: tuple[float, float], bay: str = "") -> str:
    points = " ".join(f"{x},{y}" for x, y in (_at(to, along, 0.0) for along in reach))
    lane = f'<lane index="0" {bay} width="{BAY_M}"/>' if bay else ""
    return (
        f'<edge id="{name}" from="{begin}" to="{end}" numLanes="{2 if bay else 1}" speed="{LIMIT_MPS}" width="{LANE_M}" '
        f'sidewalkWidth="{WALK_M}" shape="{points}">{lane}</edge>'
    )


def _flows() -> Iterator[Flow]:
    for name, _ in _SIDES:
        other = "west" if name == "east" else "east"
        edges = (f"{other}_in", f"{name}_out", f"{name}_bay", f"{name}_far")
        way = Flow(edges=edges, per_h=430.0, origin=other, destination=name, movement=f"{other} through", mix=TOWN, never=("bus",))
        stop = Call(edge="west_bay", lane=1, at_m=38.0, seconds=(14.0, 32.0)) if name == "west" else None
        yield way
        yield replace(way, per_h=12.0, mix={"bus": 1.0}, never=(), call=stop)
        over = ((f"{other}_in", f"{other}_far", 40.0), (f"{other}_in", f"{name}_in", 30.0), (f"{name}_far", f"{name}_in", 35.0))
        for begin, end, per_h in (*over, (f"{other}_in", f"{name}_far", 12.0), (f"{name}_far", f"{other}_in", 10.0)):
            yield _walk(begin, end, per_h)


def _walk(begin: str, end: str, per_h: float) -> Flow:
    far = 130.0  # beyond what is kept of the run
    at = {edge: HALF_M - far if edge.endswith("_in") else far - BAY[1] for edge in (begin, end)}
    return Flow(edges=(begin, end), per_h=per_h, mix={WALK: 1.0}, depart_m=at[begin], arrive_m=at[end])


def _spots() -> Spots:
    def way(name: str, other: str) -> tuple[str, ...]:
        return f"{other}_in", f"{name}_out", f"{name}_bay", f"{name}_far"

    east, west = way("east", "west"), way("west", "east")
    # Whoever stands before the crossing, or far beyond it, does not make others stand on it.
    return Spots(
        stopped_vehicle=(
            Spot(edge="west_in", lane=1, at_m=112.0, edges=east),
            Spot(edge="east_in", lane=1, at_m=118.0, edges=west),
        ),
        illegal_parking=(
            Spot(edge="west_in", lane=1, at_m=126.0, edges=east),
            Spot(edge="east_in", lane=1, at_m=132.0, edges=west),
        ),
        spill_back=(
            (Spot(edge="east_far", lane=1, at_m=28.0, edges=east),),
            (Spot(edge="west_far", lane=1, at_m=24.0, edges=west),),
        ),
        debris=(Spot(edge="west_in", lane=1, at_m=121.0, edges=east), Spot(edge="west_in", lane=1, at_m=104.0, edges=east)),
        near_miss=(((-19.0, -5.0), (-19.0, 5.0)), ((16.0, 5.0), (16.0, -5.0)), ((-1.2, -5.0), (-1.2, 5.0))),
    )


SCENARIO = Scenario(
    name="zebra",
    title="road of two lanes with a zebra crossing, a bus stop and parked cars",
    street=street,
    network=network,
    flows=tuple(_flows()),
    spots=_spots(),
    parked=tuple(Parked(model=model, at_m=_at(1.0, along, KERB_M + 1.3), yaw_rad=0.0) for model, along in PARKED),
)
