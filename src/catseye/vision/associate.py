"""Which detection belongs to which track: overlap of boxes, widened by how unsure the prediction is, solved exactly."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.boxes import F64, Boxes
from catseye.core.detection import Detections
from catseye.core.road_users import RoadUser, same_family

Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]

_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])
# A rider is seen now as a person, now as a two-wheeler, so those two may be opinions of one road user.
_FAMILY[RoadUser.PEDESTRIAN, [RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER]] = True
_FAMILY[[RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER], RoadUser.PEDESTRIAN] = True


def may_be_one(a: npt.NDArray[np.int16], b: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Whether each kind of ``a`` (N,) and each of ``b`` (M,) can be opinions of one road user, (N, M)."""
    return np.asarray(_FAMILY[a[:, None], b[None, :]])


def similarity(predicted: F64, spread: F64, found: Boxes) -> F64:
    """How well each predicted box (N, 4) fits each found box (M, 4), in 0..1, as (N, M).

    Intersection over union, where both boxes are first widened by two standard deviations of the prediction, ``spread`` (N, 2) px,
    at most by their own size: right after its birth a track's speed is unknown, and at a low frame rate its next box may not
    touch the last one. A box widened by nothing gives the plain measure.
    """
    if not len(predicted) or not len(found):
        return np.zeros((len(predicted), len(found)))
    size = predicted[:, 2:] - predicted[:, :2]
    wide = np.minimum(2.0 * spread, 0.6 * np.maximum(size, size.max(axis=1, keepdims=True) * 0.5))
    low, high = predicted[:, :2] - wide, predicted[:, 2:] + wide
    rows, columns = _meeting(low - wide, high + wide, found)
    near, wide = found[columns].astype(np.float64), wide[rows]
    low, high, other_low, other_high = low[rows], high[rows], near[:, :2] - wide, near[:, 2:] + wide
    shared = np.maximum(np.minimum(high, other_high) - np.maximum(low, other_low), 0.0)
    (shared_px, area, other_area) = (side[:, 0] * side[:, 1] for side in (shared, high - low, other_high - other_low))
    score = np.zeros((len(predicted), len(found)))
    score[rows, columns] = shared_px / np.maximum(area + other_area - shared_px, 1e-9)
    return score


def _meeting(low: F64, high: F64, found: Boxes) -> Pairs:
    """Rows and columns of the boxes from ``low`` to ``high`` (N, 2) that meet boxes of ``found`` (M, 4).

    On a street few do: one comparison of all pairs by each side, and nothing else, keeps a hundred road users cheap.
    """
    left, top, right, bottom = found.T
    meet = low[:, :1] < right
    meet &= high[:, :1] > left
    meet &= low[:, 1:] < bottom
    meet &= high[:, 1:] > top
    return np.divmod(np.flatnonzero(meet), len(found))


def assign(score: F64, least: float) -> Pairs:
    """Rows and columns of the pairing of ``score`` (N, M) with the greatest sum, of pairs that score at least ``least``."""
    if not score.size:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    good = np.where(score >= least, score, 0.0)
    rows, columns = linear_sum_assignment(good, maximize=True)
    kept = good[rows, columns] > 0
    return rows[kept], columns[kept]


def doubles(xyxy: Boxes, of: Boxes, least: float = 0.7) -> npt.NDArray[np.bool_]:
    """Which boxes (N,) lie mostly on one of ``of``: a second opinion of a road user already held, not a new one."""
    if not len(of):
        return np.zeros(len(xyxy), bool)
    return np.asarray(boxes.iou(xyxy, of).max(axis=1) >= least)


def without_doubles(found: Detections, rows: npt.NDArray[np.intp], least: float = 0.7) -> npt.NDArray[np.intp]:
    """``rows`` of detections less those that lie mostly on a surer one of them: one road user is not born twice."""
    if len(rows) < 2:
        return rows
    rows = rows[np.lexsort((*found.xyxy[rows].T, -found.confidence[rows]))]
    on = np.triu(boxes.iou(found.xyxy[rows], found.xyxy[rows]) >= least, 1)
    kept = np.ones(len(rows), bool)
    for row in np.flatnonzero(on.any(axis=1)):
        if kept[row]:
            kept &= ~on[row]
    return rows[kept]
