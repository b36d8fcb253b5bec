"""SUMO's plain XML, element by element. Edges are given by the middle of all their lanes."""

from collections.abc import Sequence

from catseye.core.geometry import XY
from catseye.studio.scenarios.recipe import Network


def node(name: str, at: XY, *, radius_m: float = 1.5) -> str:
    """A node where nobody has a signal."""
    return f'<node id="{name}" x="{at[0]:.3f}" y="{at[1]:.3f}" type="priority" radius="{radius_m}"/>'


def edge(  # noqa: PLR0913 - as many as an edge has
    name: str,
    begin: str,
    end: str,
    shape: Sequence[XY],
    *,
    limit_mps: float,
    width_m: float,
    lanes: int = 1,
    walk_m: float = 0.0,
    priority: int = 1,
) -> str:
    """An edge with its lanes spread round ``shape``; with a sidewalk on its right where ``walk_m`` is the width of one."""
    points = " ".join(f"{x:.3f},{y:.3f}" for x, y in shape)
    walk = f' sidewalkWidth="{walk_m}"' if walk_m else ' disallow="pedestrian"'
    return (
        f'<edge id="{name}" from="{begin}" to="{end}" numLanes="{lanes}" speed="{limit_mps}" width="{width_m}"{walk}'
        f' priority="{priority}" spreadType="{"right" if walk_m else "center"}" shape="{points}"/>'
    )


def connection(begin: str, end: str, from_lane: int = 0, to_lane: int = 0) -> str:
    """A way from a lane to a lane."""
    return f'<connection from="{begin}" to="{end}" fromLane="{from_lane}" toLane="{to_lane}"/>'


def crossing(at: str, edges: str, width_m: float) -> str:
    """A way over edges for those on foot, who go first."""
    return f'<crossing node="{at}" edges="{edges}" width="{width_m}" priority="true"/>'


def network(nodes: Sequence[str], edges: Sequence[str], connections: Sequence[str]) -> Network:
    """The three files."""
    return Network(
        nodes=f"<nodes>{''.join(nodes)}</nodes>",
        edges=f"<edges>{''.join(edges)}</edges>",
        connections=f"<connections>{''.join(connections)}</connections>",
    )
