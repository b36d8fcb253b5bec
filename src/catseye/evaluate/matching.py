"""Which box of a result belongs to which box of a truth, frame by frame.

The rule is that of CLEAR MOT (Bernardin and Stiefelhagen 2008, "Evaluating multiple object tracking performance"): a pair of the
frame before stays a pair while it still overlaps; the rest are paired so that the overlaps sum to the most.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.road_users import RoadUser, same_family
from catseye.core.truth import Mask, TrackBoxes, Truth
from catseye.evaluate.kinds import judged

IOU = 0.5
_STAYS = 1000.0  # outweighs any sum of overlaps in one frame

Rows = npt.NDArray[np.intp]
_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairing:
    """Rows of a truth and of a result that belong together, in order of frame.

    ``truth`` and ``result`` (P,) are the pairs; ``missed`` the truth's rows without one, ``extra`` the result's. ``near`` (K, 2)
    holds every (truth row, result row) that overlaps enough to be a pair. A truth's ignored rows, what was found there, and
    finds of kinds that the truth cannot judge are in none of them.
    """

    truth: Rows
    result: Rows
    missed: Rows
    extra: Rows
    near: Rows


def match(truth: Truth, result: TrackBoxes, *, frames: npt.NDArray[np.int64] | None = None, iou: float = IOU) -> Pairing:
    """Pair the boxes of ``result`` with those of ``truth``.

    ``frames`` are the frames to judge: all that were marked, unless given. A pair overlaps by ``iou`` at least and both are on
    foot, on two wheels or motor vehicles.
    """
    looked_at = np.arange(truth.frames) if frames is None else frames[(frames >= 0) & (frames < truth.frames)]
    can_judge = np.isin(result.road_user, [int(kind) for kind in judged(truth.kinds)])
    pairs: list[tuple[int, int]] = []
    missed: list[int] = []
    extra: list[int] = []
    near: list[tuple[int, int]] = []
    before: dict[int, int] = {}
    for of_truth, of_result in _by_frame(truth.boxes, result, looked_at):
        overlap = boxes.iou(truth.boxes.xyxy[of_truth], result.xyxy[of_result])
        overlap[~_FAMILY[truth.boxes.road_user[of_truth]][:, result.road_user[of_result]]] = 0.0
        overlap[overlap < iou] = 0.0
        stays = _stays(truth.boxes.number[of_truth], result.number[of_result], before)
        rows, columns = _assign(overlap, stays)
        before = {
            int(truth.boxes.number[t]): int(result.number[r]) for t, r in zip(of_truth[rows], of_result[columns], strict=True)
        }
        ignored = truth.ignored[of_truth]
        absorbed = overlap[ignored].any(axis=0)
        paired = ~ignored[rows]
        pairs += zip(of_truth[rows[paired]].tolist(), of_result[columns[paired]].tolist(), strict=True)
        missed += of_truth[_without(rows, len(of_truth)) & ~ignored].tolist()
        alone = _without(columns, len(of_result)) & ~absorbed & can_judge[of_result]
        extra += of_result[alone].tolist()
        judged_column = alone.copy()
        judged_column[columns[paired]] = True
        at = np.argwhere((overlap > 0) & ~ignored[:, None] & judged_column[None, :])
        near += zip(of_truth[at[:, 0]].tolist(), of_result[at[:, 1]].tolist(), strict=True)
    both = np.array(pairs, np.intp).reshape(-1, 2)
    return Pairing(
        truth=both[:, 0],
        result=both[:, 1],
        missed=np.array(missed, np.intp),
        extra=np.array(extra, np.intp),
        near=np.array(near, np.intp).reshape(-1, 2),
    )


def _by_frame(truth: TrackBoxes, result: TrackBoxes, frames: npt.NDArray[np.int64]) -> Iterator[tuple[Rows, Rows]]:
    """The rows of both in each frame, in order of frame."""
    order = [np.argsort(table.frame, kind="stable") for table in (truth, result)]
    cuts = [
        [np.searchsorted(table.frame[rows], frames, side=side).tolist() for side in ("left", "right")]
        for table, rows in zip((truth, result), order, strict=True)
    ]
    for (t0, t1), (r0, r1) in zip(*(zip(*cut, strict=True) for cut in cuts), strict=True):
        yield order[0][t0:t1], order[1][r0:r1]


def _stays(truth: npt.NDArray[np.int64], result: npt.NDArray[np.int64], before: dict[int, int]) -> Mask:
    """Which (truth, result) were a pair in the frame before, bool (T, R)."""
    partner = np.array([before.get(number, -1) for number in truth.tolist()], np.int64)
    return np.asarray(partner[:, None] == result[None, :], np.bool_)


def _assign(overlap: F64, stays: Mask) -> tuple[Rows, Rows]:
    """Rows and columns of the best pairs; none overlaps by nothing."""
    rows, columns = linear_sum_assignment(overlap + _STAYS * (stays & (overlap > 0)), maximize=True)
    real = overlap[rows, columns] > 0
    return rows[real].astype(np.intp), columns[real].astype(np.intp)


def _without(used: Rows, n: int) -> Mask:
    free = np.ones(n, np.bool_)
    free[used] = False
    return free
