"""Who truly crossed a count line: read off the marked paths, by code of its own that shares nothing with the counting rule.

A road user crosses where the foot of their box passes from one side of the line to the other, between its ends. They are on a side
once the foot is clear of the line by more than a person's hand shakes when drawing boxes, so one passage counts once; a change of
sides that is never clear is optional, for the maker could not be sure. On calibrated
ground the middle of the footprint stands for the foot, as in the counting itself: the lines were drawn for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.geometry import XY
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.truth import Mask, Truth
from catseye.evaluate.places import places

CLEAR_PX = 2.0
CLEAR_OF_HEIGHT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One road user over one line. ``frame`` is the interpolated frame number, ``optional`` that the maker could not be sure."""

    line: str
    direction: str
    frame: float
    road_user: RoadUser
    number: int
    point_px: XY
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """The way of one road user: frame (M,), foot (M, 2) px, box height (M,) px, whether parked or ignored (M,)."""

    number: int
    road_user: RoadUser
    frame: npt.NDArray[np.int64]
    foot: F64
    height: F64
    parked: Mask
    ignored: Mask


def paths(truth: Truth, at: F64 | None = None) -> list[Path]:
    """The way of everyone in the truth, in order of their numbers: by where each box stands, ``at`` (N, 2) px, or its foot."""
    at = boxes.foot(truth.boxes.xyxy) if at is None else at
    found = []
    for number in np.unique(truth.boxes.number).tolist():
        rows = np.flatnonzero(truth.boxes.number == number)
        rows = rows[np.argsort(truth.boxes.frame[rows], kind="stable")]
        xyxy = truth.boxes.xyxy[rows]
        kinds, votes = np.unique(truth.boxes.road_user[rows], return_counts=True)
        found.append(
            Path(
                number=number,
                road_user=RoadUser(kinds[np.argmax(votes)]),
                frame=truth.boxes.frame[rows],
                foot=at[rows],
                height=xyxy[:, 3] - xyxy[:, 1],
                parked=truth.parked[rows],
                ignored=truth.ignored[rows],
            ),
        )
    return found


def crossings(truth: Truth, scene: Scene, size: tuple[int, int]) -> list[Crossing]:
    """Every true crossing of every line of ``scene`` over a picture of ``size`` (width, height), in order of frame."""
    ways = paths(truth, places(truth, scene.fit(size)))
    found = [
        crossing
        for line in scene.lines
        for way in ways
        for crossing in (
            *over_line(way, scaled(line.points, size), line.name, line.directions),
            *unsure_over_line(way, scaled(line.points, size), line.name, line.directions),
        )
    ]
    return sorted(found, key=lambda crossing: (crossing.frame, crossing.line, crossing.number))


def scaled(points: Sequence[XY], size: tuple[int, int]) -> tuple[XY, XY]:
    """The two unit points of a line in pixels."""
    (ax, ay), (bx, by) = points
    return (ax * size[0], ay * size[1]), (bx * size[0], by * size[1])


def over_line(way: Path, ends: tuple[XY, XY], name: str, directions: tuple[str, str]) -> list[Crossing]:
    """The crossings of one way over one line, whose ``ends`` are in pixels."""
    side = _side(way, ends)
    # Between two that are clear the foot may tremble over the line; the last change of sides is the crossing.
    changes = [max(n for n in range(i, j) if side[n] * side[i] > 0) for i, j in _passages(way, side) if side[i] * side[j] < 0]
    found = (_crossing(way, k, side, ends, name, directions) for k in changes)
    return [crossing for crossing in found if crossing is not None]


def unsure_over_line(way: Path, ends: tuple[XY, XY], name: str, directions: tuple[str, str]) -> list[Crossing]:
    """Changes of side that may be the hand's: of who begins or ends on the line, or looks over it by less than the hand shakes.

    All optional.
    """
    side = _side(way, ends)
    sure = {n for i, j in _passages(way, side) if side[i] * side[j] < 0 for n in range(i, j)}
    found = (
        _crossing(way, k, side, ends, name, directions) for k in range(len(side) - 1) if k not in sure and side[k] * side[k + 1] < 0
    )
    return [replace(crossing, optional=True) for crossing in found if crossing is not None]


def _side(way: Path, ends: tuple[XY, XY]) -> F64:
    """How far (M,) px the way is on the right hand of a walker from a to b, y pointing down."""
    a, b = np.asarray(ends[0]), np.asarray(ends[1])
    along = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    return np.asarray((way.foot - a) @ np.array([-along[1], along[0]]), np.float64)


def _passages(way: Path, side: F64) -> list[tuple[int, int]]:
    """From each sighting clear of the line to the next."""
    clear = np.flatnonzero(np.abs(side) > np.maximum(CLEAR_PX, CLEAR_OF_HEIGHT * way.height)).tolist()
    return list(pairwise(clear))


def _crossing(way: Path, k: int, side: F64, ends: tuple[XY, XY], name: str, directions: tuple[str, str]) -> Crossing | None:
    """That between the sightings k and k + 1; None beside the line's ends and of who is parked."""
    a, b = np.asarray(ends[0]), np.asarray(ends[1])
    along = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    share = side[k] / (side[k] - side[k + 1])
    point = way.foot[k] + share * (way.foot[k + 1] - way.foot[k])
    if not 0 <= (point - a) @ along <= (b - a) @ along or way.parked[k : k + 2].all():
        return None
    return Crossing(
        line=name,
        direction=directions[0] if side[k] < 0 else directions[1],
        frame=float(way.frame[k] + share * (way.frame[k + 1] - way.frame[k])),
        road_user=way.road_user,
        number=way.number,
        point_px=(float(point[0]), float(point[1])),
        optional=bool(way.ignored[k : k + 2].all()),
    )
