"""Which detection belongs to which track: how likely it is where the track should be, solved exactly."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.boxes import F64, Boxes
from catseye.core.detection import Detections
from catseye.core.road_users import RoadUser, same_family
from catseye.vision.kalman import Expected

Rows = npt.NDArray[np.intp]
Pairs = tuple[Rows, Rows]
Candidates = tuple[Rows, Rows, F64]  # rows, columns and worth of possible pairs

_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])
# A rider is seen now as a person, now as a two-wheeler, so those two may be opinions of one road user.
_FAMILY[RoadUser.PEDESTRIAN, [RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER]] = True
_FAMILY[[RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER], RoadUser.PEDESTRIAN] = True


def of_one(candidates: Candidates, a: npt.NDArray[np.int16], b: npt.NDArray[np.int16]) -> Candidates:
    """Those ``candidates`` where the kind of the row in ``a`` and of the column in ``b`` can be opinions of one road user."""
    rows, columns, worth = candidates
    kept = _FAMILY[a[rows], b[columns]]
    return rows[kept], columns[kept], worth[kept]


def fitting(expected: Expected, centre: F64, density: float, most: F64) -> Candidates:
    """The found boxes, cx, cy, w, h ``centre`` (M, 4) px, that fit an expected one, and how well.

    A pair is worth twice the log of its likelihood over that of a newcomer's box, whose ``density`` is per square length of place
    and per square length of width and height (a likelihood ratio as in Blackman and Popoli 1999, section 6.2). So who is
    surely here outbids who might be anywhere. Pairs of no worth, and those further apart than ``most`` (N,) lengths, are left out.
    """
    mean, variance = expected.mean, expected.variance
    worth = -2 * np.log(density * (2 * np.pi) ** 2) - np.log(variance.prod(axis=1)) + 8 * np.log(expected.length)
    reach = np.minimum(np.sqrt(np.maximum(worth, 0.0)[:, None] * variance[:, :2]), (most * expected.length)[:, None])
    near = np.abs(centre[:, 0] - mean[:, :1]) <= reach[:, :1]
    near &= np.abs(centre[:, 1] - mean[:, 1:2]) <= reach[:, 1:]
    rows, columns = np.divmod(np.flatnonzero(near), max(len(centre), 1))
    gap = centre[columns] - mean[rows]
    worth = worth[rows] - (gap**2 / variance[rows]).sum(axis=1)
    kept = (worth > 0) & (gap[:, 0] ** 2 + gap[:, 1] ** 2 <= (most * expected.length)[rows] ** 2)
    return rows[kept], columns[kept], worth[kept]


def overlapping(expected: Expected, found: Boxes, least: float) -> Candidates:
    """The found boxes (M, 4) that overlap an expected one by at least ``least`` (intersection over union), and by how much."""
    half = expected.mean[:, 2:] / 2
    score = boxes.iou(np.concatenate([expected.mean[:, :2] - half, expected.mean[:, :2] + half], axis=1), found)
    rows, columns = np.nonzero(score >= least)
    return rows, columns, score[rows, columns]


def assign(candidates: Candidates) -> Pairs:
    """Rows and columns of the one-to-one pairing of ``candidates`` (each pair once, worth more than 0) that is worth most."""
    rows, columns, worth = candidates
    if not len(rows):
        return rows, columns
    alone = (np.bincount(rows)[rows] == 1) & (np.bincount(columns)[columns] == 1)
    if alone.all():
        return rows, columns
    # On a street most pairs have no rival: only the others are a problem to solve.
    row, r = np.unique(rows[~alone], return_inverse=True)
    column, c = np.unique(columns[~alone], return_inverse=True)
    matrix = np.zeros((len(row), len(column)))
    matrix[r, c] = worth[~alone]
    at, which = linear_sum_assignment(matrix, maximize=True)
    kept = matrix[at, which] > 0
    return np.concatenate([rows[alone], row[at[kept]]]), np.concatenate([columns[alone], column[which[kept]]])


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
