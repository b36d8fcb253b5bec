"""Looks at vehicles under way, of which the size of the box tells how the camera hangs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.calibration.fleet import MIX
from catseye.core import boxes
from catseye.core.geometry import F64
from catseye.core.truth import TrackBoxes

LOOKS = 6  # at one vehicle at most
MOST = 120  # vehicles; more tell no more
_EDGE_PX = 2.0
_LEAST_PX = 14.0  # a lower box tells little
_OVERLAP = 0.1  # of its area: a box so near to another may be wrong
_SMOOTH_S = 1.0
_REACH = 0.5  # of a box's size: from there on the path to there it tells the heading
_LEAST_WAY = 0.8  # of a box's size
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passages:
    """V vehicles, LOOKS looks at each; where ``seen`` (V, LOOKS) is false there was none and the last stands again.

    ``xyxy`` (V, LOOKS, 4) px; ``before`` and ``after`` (V, LOOKS, 2) px are where on its path the box's foot was just before and
    after; ``road_user`` int16 (V,); ``size`` of the picture (width, height).
    """

    size: tuple[int, int]
    xyxy: F64
    before: F64
    after: F64
    seen: Bools
    road_user: npt.NDArray[np.int16]

    def __len__(self) -> int:
        """The number of vehicles."""
        return len(self.road_user)


def passages(tracked: TrackBoxes, size: tuple[int, int], fps: float) -> Passages:
    """The vehicles that went far enough and were seen whole and free, ``fps`` frames a second; some, where there are many."""
    good = _free(tracked) & _whole(tracked.xyxy, size)
    order = np.lexsort((tracked.frame, tracked.number))
    each = np.split(order, np.flatnonzero(np.diff(tracked.number[order])) + 1) if len(order) else []
    ways = [_looks(tracked, rows, good, fps) for rows in each if int(tracked.road_user[rows[-1]]) in MIX]
    found = sorted((way for way in ways if way is not None), key=lambda way: way[0])
    if len(found) > MOST:
        found = [found[k] for k in np.linspace(0, len(found) - 1, MOST).astype(int)]
    rows = np.array([way[1] for way in found], np.intp).reshape(-1, LOOKS)
    ends = np.array([way[2] for way in found], np.float64).reshape(-1, LOOKS, 4)
    return Passages(
        size=size,
        xyxy=tracked.xyxy[rows],
        before=ends[..., :2],
        after=ends[..., 2:],
        seen=np.concatenate([np.ones((len(rows), 1), np.bool_), np.diff(rows, axis=1) > 0], axis=1)
        if len(rows)
        else np.zeros((0, LOOKS), np.bool_),
        road_user=tracked.road_user[rows[:, 0]],
    )


def _whole(xyxy: F64, size: tuple[int, int]) -> Bools:
    inside = (xyxy[:, :2] > _EDGE_PX).all(axis=1) & (xyxy[:, 2:] < np.array(size) - _EDGE_PX).all(axis=1)
    return np.asarray(inside & (xyxy[:, 3] - xyxy[:, 1] >= _LEAST_PX), np.bool_)


def _free(tracked: TrackBoxes) -> Bools:
    """Whether each box hardly overlaps any other of its frame."""
    free = np.ones(len(tracked), np.bool_)
    order = np.argsort(tracked.frame, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(tracked.frame[order])) + 1):
        here = tracked.xyxy[rows]
        sides = np.minimum(here[:, None, 2:], here[None, :, 2:]) - np.maximum(here[:, None, :2], here[None, :, :2])
        common = np.maximum(sides, 0.0).prod(axis=2)
        np.fill_diagonal(common, 0.0)
        free[rows] = (common <= _OVERLAP * boxes.area(here.astype(np.float32))[:, None]).all(axis=1)
    return free


def _looks(tracked: TrackBoxes, rows: Rows, good: Bools, fps: float) -> tuple[int, Rows, F64] | None:
    """Of one track: its first frame, which rows to look at (LOOKS,), and the path just before and after, (LOOKS, 4)."""
    if len(rows) < 8:
        return None
    reach = max(1, round(_SMOOTH_S * fps / float(np.median(np.diff(tracked.frame[rows])))))
    path = _smooth(boxes.foot(tracked.xyxy[rows].astype(np.float32)), reach)
    sides = tracked.xyxy[rows, 2:] - tracked.xyxy[rows, :2]
    long = np.sqrt(sides.prod(axis=1))
    gone = np.concatenate([[0.0], np.hypot(*np.diff(path, axis=0).T).cumsum()])
    usable = np.flatnonzero(good[rows] & (gone >= _REACH * long) & (gone <= gone[-1] - _REACH * long))
    if len(usable) < 3:
        return None
    way = np.concatenate([[0.0], (np.diff(gone[usable]) / long[usable][1:]).cumsum()])
    if way[-1] < _LEAST_WAY:
        return None
    picked = usable[np.unique(np.searchsorted(way, np.linspace(0.0, way[-1], LOOKS)).clip(0, len(usable) - 1))]
    picked = np.concatenate([picked, np.repeat(picked[-1:], LOOKS - len(picked))])
    ends = [np.interp(gone[picked] + sign * _REACH * long[picked], gone, path[:, axis]) for sign in (-1, 1) for axis in (0, 1)]
    return int(tracked.frame[rows[0]]), rows[picked], np.stack(ends, axis=1)


def _smooth(path: F64, reach: int) -> F64:
    """The mean of each point (N, 2) and up to ``reach`` others on both sides, as many on one as on the other."""
    at = np.arange(len(path))
    wide = np.minimum(np.minimum(at, at[::-1]), reach)
    sums = np.concatenate([np.zeros((1, 2)), path.cumsum(axis=0)])
    return np.asarray((sums[at + wide + 1] - sums[at - wide]) / (2 * wide + 1)[:, None], np.float64)
