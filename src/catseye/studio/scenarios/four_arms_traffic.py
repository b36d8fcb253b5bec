"""The roads, the demand and the signals of a junction of four arms."""

from collections.abc import Iterator

from catseye.core.geometry import XY
from catseye.studio.scenarios.compass import ARMS, Arm, turn, turned
from catseye.studio.scenarios.four_arms import ARM_M, LIMIT_MPS, WALK_M, Layout
from catseye.studio.scenarios.mixes import TOWN
from catseye.studio.scenarios.recipe import WALK, Flow, Network, Signals, Stage

_LONG = ("bus", "articulated", "box_truck", "tipper")  # too long for the corners: they would cut over the kerb
_TURNS = [(a, b) for a in ARMS for b in ARMS if a != b]


def network(on: Layout) -> Network:
    """The junction for netconvert."""
    edges, ways = [], []
    nodes = [f'<node id="centre" x="0" y="0" type="traffic_light" radius="{on.radius_m}"/>']
    for arm in ARMS:
        for way, side in (("in", -1.0), ("out", 1.0)):  # two ends, or walkers would take the short cut round the arm's end
            x, y = turned(arm, side * max(on.median_m, 1.0), ARM_M)
            nodes.append(f'<node id="{arm}_{way}_end" x="{x}" y="{y}"/>')
        inward = (turned(arm, -on.median_m, ARM_M), turned(arm, -on.median_m, 0.0))
        edges.append(_edge(on, f"{arm}_in", f"{arm}_in_end", "centre", inward))
        outward = (turned(arm, on.median_m, 0.0), turned(arm, on.median_m, ARM_M))
        edges.append(_edge(on, f"{arm}_out", "centre", f"{arm}_out_end", outward))
        ways.append(f'<crossing node="centre" edges="{arm}_in {arm}_out" width="{on.crossing_m}" priority="true"/>')
    for arm, other in _TURNS:
        lane = on.lanes if turn(arm, other) == "left" else 1
        ways.append(f'<connection from="{arm}_in" to="{other}_out" fromLane="{lane}" toLane="{lane}"/>')
    return Network(
        nodes=f"<nodes>{''.join(nodes)}</nodes>",
        edges=f"<edges>{''.join(edges)}</edges>",
        connections=f"<connections>{''.join(ways)}</connections>",
    )


def _edge(on: Layout, name: str, begin: str, end: str, shape: tuple[XY, ...]) -> str:
    points = " ".join(f"{x},{y}" for x, y in shape)
    return (
        f'<edge id="{name}" from="{begin}" to="{end}" numLanes="{on.lanes}" speed="{LIMIT_MPS}" width="{on.lane_m}" '
        f'sidewalkWidth="{WALK_M}" shape="{points}"/>'
    )


def flows(on: Layout, per_h: dict[str, float], mix: dict[str, float] = TOWN, walks: float = 1.0) -> Iterator[Flow]:
    """Vehicles on each turn ("through", "left", "right") of each arm, fewer from east and west, and ``walks`` of those on foot."""
    for arm, other in _TURNS:
        way = turn(arm, other)
        yield Flow(
            edges=(f"{arm}_in", f"{other}_out"),
            per_h=per_h[way] * (1.0 if arm in {"north", "south"} else 0.85),
            origin=arm,
            destination=other,
            movement=f"{arm} {way}",
            mix=mix,
            never=_LONG if way == "right" else (),
        )
    for arm in ARMS:  # along each arm's two sidewalks, over its crossing and round its corners
        for begin, end in ((f"{arm}_in", f"{arm}_out"), (f"{arm}_out", f"{arm}_in")):
            yield _walk(on, begin, end, 22.0 * walks)
        following = ARMS[(ARMS.index(arm) + 1) % 4]
        opposite = ARMS[(ARMS.index(arm) + 2) % 4]
        yield _walk(on, f"{arm}_out", f"{following}_out", 10.0 * walks)
        yield _walk(on, f"{arm}_in", f"{opposite}_out", 14.0 * walks)


def _walk(on: Layout, begin: str, end: str, per_h: float) -> Flow:
    far = ARM_M - 130.0  # beyond what is kept of the run
    at = {name: far if name.endswith("_in") else ARM_M - on.stop_m - far for name in (begin, end)}
    return Flow(edges=(begin, end), per_h=per_h, mix={WALK: 1.0}, depart_m=at[begin], arrive_m=at[end])


def signals(on: Layout, green_s: float) -> Signals:
    """North and south, then the others, with those on foot beside them; who turns left goes last, or waits for a gap."""
    stages: list[Stage] = []
    for arms, crossed in ((("north", "south"), ("east", "west")), (("east", "west"), ("north", "south"))):
        walk = [f"{arm} walk {side}" for arm in crossed for side in ("left", "right")]
        stages += _green([f"{arm} ahead" for arm in arms], green_s, walk, 12.0)
        if on.own_left:
            stages += _green([f"{arm} left" for arm in arms], 9.0, [], 0.0)
    obeys = {f"{a}_in>{b}_out": f"{a} {_head(on, a, b)}" for a, b in _TURNS}
    obeys |= {f"{arm}_in {arm}_out": f"{arm} walk left" for arm in ARMS}
    yields = {"right"} if on.own_left else {"right", "left"}
    later = frozenset(f"{a}_in>{b}_out" for a, b in _TURNS if turn(a, b) in yields)
    return Signals(node="centre", stages=tuple(stages), obeys=obeys, yields=later)


def _head(on: Layout, arm: Arm, other: Arm) -> str:
    return "left" if on.own_left and turn(arm, other) == "left" else "ahead"


def _green(heads: list[str], seconds: float, walk: list[str], walk_s: float) -> Iterator[Stage]:
    def shown(state: str, walks: str = "") -> dict[str, str]:
        return dict.fromkeys(heads, state) | (dict.fromkeys(walk, walks) if walks else {})

    yield Stage(seconds=1.0, shown=shown("red_amber"))
    if walk:
        yield Stage(seconds=walk_s, shown=shown("green", "green"))
    yield Stage(seconds=seconds - walk_s, shown=shown("green"))
    yield Stage(seconds=3.0, shown=shown("amber"))
    yield Stage(seconds=2.0, shown={})
