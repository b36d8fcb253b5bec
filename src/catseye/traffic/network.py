"""How the lanes of a scene follow one another."""

from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64
from catseye.core.scene import FittedScene
from catseye.traffic.lanes import GroundLanes

_JOIN_M = 2.5  # a lane begins this near to where another ends, and
_TURN_RAD = np.pi / 3  # no more aside than this
_BORDER = 0.03  # of the picture: what ends there goes on unseen
_DEEP = 4  # lanes: further on nobody is waited for


@dataclass(frozen=True, slots=True, eq=False)
class LaneNetwork:
    """``after`` and ``before``: the lanes that each leads into, and that lead into it.

    ``begins`` and ``ends``: whether its first or last point is where it truly begins or ends, not the picture's edge.
    """

    lanes: GroundLanes
    after: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, ...], ...]
    begins: tuple[bool, ...]
    ends: tuple[bool, ...]

    def mouth(self, lane: int) -> bool:
        """Whether a lane begins at a junction or a fork, where a queue that grows back to it stands in the way of others."""
        before = self.before[lane]
        if not before:
            return self.begins[lane]
        return any(len(self.after[other]) > 1 for other in before)

    def ways_on(self, lane: int) -> list[tuple[tuple[int, ...], float]]:
        """The lanes from ``lane`` on, one chain for each way, and the length of each without ``lane`` itself."""
        found: list[tuple[tuple[int, ...], float]] = []

        def walk(chain: tuple[int, ...], length: float) -> None:
            further = [k for k in self.after[chain[-1]] if k not in chain] if len(chain) < _DEEP else []
            if not further or self.lanes.lanes[chain[-1]].approach:  # beyond a stop line another queue stands
                found.append((chain, length))
                return
            for k in further:
                walk((*chain, k), length + float(self.lanes.length_m[k]))

        walk((lane,), 0.0)
        return found


def network(lanes: GroundLanes, fitted: FittedScene) -> LaneNetwork:
    """The network that lanes make by where they begin and end."""
    ends = [(centre[-1], _heading(centre[-2:])) for centre in lanes.centres]
    starts = [(centre[0], _heading(centre[:2])) for centre in lanes.centres]
    after = tuple(tuple(k for k, start in enumerate(starts) if k != j and _follows(end, start)) for j, end in enumerate(ends))
    before = tuple(tuple(j for j in range(len(lanes)) if k in after[j]) for k in range(len(lanes)))
    drawn = [np.asarray(lane.points, np.float64) for lane in fitted.scene.lanes]
    return LaneNetwork(
        lanes, after, before, tuple(_inside(points[0]) for points in drawn), tuple(_inside(points[-1]) for points in drawn)
    )


def _heading(two: F64) -> float:
    x, y = two[1] - two[0]
    return float(np.arctan2(y, x))


def _follows(end: tuple[F64, float], start: tuple[F64, float]) -> bool:
    near = float(np.hypot(*(start[0] - end[0]))) <= _JOIN_M
    return near and bool(np.cos(start[1] - end[1]) >= np.cos(_TURN_RAD))


def _inside(unit: F64) -> bool:
    return bool((unit > _BORDER).all() and (unit < 1 - _BORDER).all())
