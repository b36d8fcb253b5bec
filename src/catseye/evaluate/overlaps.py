"""The boxes of a truth and of a result that are held against each other, and how far they overlap, frame by frame.

What a truth sets aside (hidden boxes, kinds nobody marked) is taken out first, as TrackEval does for MOTChallenge: boxes are paired
with everything marked at an overlap of one half, then what lies on a set-aside box leaves with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core.boxes import F64
from catseye.core.road_users import RoadUser, same_family
from catseye.core.truth import Mask, TrackBoxes, Truth
from catseye.evaluate.kinds import judged

IOU = 0.5
EPS = float(np.finfo(np.float64).eps)
_PAIRS_AT_ONCE = 1_000_000
_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """Judged boxes of a truth or of a result, in order of frame, as columns of N.

    ``row`` is the box's row in its table, ``frame`` counts the judged frames from 0, ``who`` the tracks from 0 to ``tracks``.
    """

    row: Rows
    frame: Rows
    who: Rows
    tracks: int

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.row)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """A truth held against a result: both sides, and all pairs that overlap, in order of frame, as columns of P.

    ``t`` and ``r`` count the boxes of the sides; ``iou`` is above 0.
    """

    frames: int
    truth: Side
    result: Side
    t: Rows
    r: Rows
    iou: F64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Some of the road users: rows of the truth, and rows of the result that would be one of them were they false."""

    truth: Mask
    result: Mask


def judged_frames(truth: Truth, frames: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64]:
    """Those of ``frames`` that the truth has, in order; all of its own where none are given."""
    return np.arange(truth.frames) if frames is None else np.unique(frames[(frames >= 0) & (frames < truth.frames)])


def hold(truth: Truth, result: TrackBoxes, *, frames: npt.NDArray[np.int64] | None = None, part: Part | None = None) -> Held:
    """Hold ``result`` against ``truth`` in ``frames`` (those that were marked, unless given), of all road users or of a ``part``.

    Two boxes overlap only where both are on foot, on two wheels or motor vehicles.
    """
    both = facing(truth.boxes, result, judged_frames(truth, frames))
    aside = truth.ignored if part is None else truth.ignored | ~part.truth
    countable = np.isin(result.road_user, [int(kind) for kind in judged(truth.kinds)])
    if part is not None:
        countable &= part.result
    aside_t, countable_r = aside[both.truth.row], countable[both.result.row]
    if not aside_t.any() and countable_r.all():
        return both
    near = both.iou >= IOU - EPS
    pairs = assigned(both, np.where(near, both.iou, 0.0))
    kept_r = countable_r.copy()
    kept_r[both.r[near & aside_t[both.t]]] = False
    kept_r[both.r[pairs]] = ~aside_t[both.t[pairs]]
    return _only(both, ~aside_t, kept_r)


def assigned(both: Held, worth: F64) -> Rows:
    """Which pairs (indices into P, in order of frame) are matched one to one so that ``worth`` (P,) sums to the most in each frame.

    A pair of no worth is never matched.
    """
    live = np.flatnonzero(worth > 0)
    alone = (np.bincount(both.t[live], minlength=len(both.truth))[both.t[live]] == 1) & (
        np.bincount(both.r[live], minlength=len(both.result))[both.r[live]] == 1
    )
    frame = both.truth.frame[both.t[live]]
    hard = np.zeros(both.frames, np.bool_)
    hard[frame[~alone]] = True
    chosen = [live[~hard[frame]]]
    chosen += [solved(both, pairs, worth[pairs]) for pairs in by_frame(both, live[hard[frame]])]
    return np.sort(np.concatenate(chosen))


def by_frame(both: Held, pairs: Rows) -> Iterator[Rows]:
    """``pairs``, which are in order of frame, cut into those of each frame."""
    frame = both.truth.frame[both.t[pairs]]
    cuts = np.flatnonzero(np.diff(frame)) + 1
    return iter(np.split(pairs, cuts)) if len(pairs) else iter(())


def solved(both: Held, pairs: Rows, worth: F64) -> Rows:
    """Of the ``pairs`` of one frame those that are worth the most together. The matrix is that of the whole frame."""
    frame = both.truth.frame[both.t[pairs[0]]]
    t0, t1 = np.searchsorted(both.truth.frame, [frame, frame + 1])
    r0, r1 = np.searchsorted(both.result.frame, [frame, frame + 1])
    at = np.full((t1 - t0, r1 - r0), -1, np.intp)
    matrix = np.zeros(at.shape)
    t, r = both.t[pairs] - t0, both.r[pairs] - r0
    at[t, r], matrix[t, r] = pairs, worth
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    found = at[rows, columns]
    return found[found >= 0]


def facing(truth: TrackBoxes, result: TrackBoxes, frames: npt.NDArray[np.int64]) -> Held:
    """All boxes of two tables in ``frames``, in order of frame, and the pairs that overlap."""
    ours, theirs = _side(truth, frames), _side(result, frames)
    found = [_overlapping(truth, result, ours, theirs, block) for block in _blocks(ours, theirs, len(frames))]
    t, r, iou = (np.concatenate([columns[n] for columns in found]) if found else np.zeros(0) for n in range(3))
    return Held(frames=len(frames), truth=ours, result=theirs, t=t.astype(np.intp), r=r.astype(np.intp), iou=iou)


def _side(table: TrackBoxes, frames: npt.NDArray[np.int64]) -> Side:
    at = np.searchsorted(frames, table.frame)
    inside = np.flatnonzero(frames[np.minimum(at, len(frames) - 1)] == table.frame) if len(frames) else np.zeros(0, np.intp)
    row = inside[np.argsort(at[inside], kind="stable")]
    names, who = np.unique(table.number[row], return_inverse=True)
    return Side(row=row, frame=at[row].astype(np.intp), who=who.astype(np.intp), tracks=len(names))


def _blocks(truth: Side, result: Side, frames: int) -> Iterator[tuple[int, int]]:
    """Stretches [first, last) of frames with about a million pairs of boxes each."""
    pairs = np.bincount(truth.frame, minlength=frames) * np.bincount(result.frame, minlength=frames)
    gone = np.concatenate([[0], np.cumsum(pairs)])
    first = 0
    while first < frames:
        last = max(first + 1, int(np.searchsorted(gone, gone[first] + _PAIRS_AT_ONCE, side="right")) - 1)
        yield first, last
        first = last


def _overlapping(truth: TrackBoxes, result: TrackBoxes, ours: Side, theirs: Side, block: tuple[int, int]) -> tuple[Rows, Rows, F64]:
    """The pairs of boxes of ``block`` [first, last) of frames that overlap, and by how much."""
    t0, t1 = np.searchsorted(ours.frame, block)
    first, last = (np.searchsorted(theirs.frame, ours.frame[t0:t1], side=side) for side in ("left", "right"))
    n = last - first
    t = np.repeat(np.arange(t0, t1), n)
    r = np.arange(n.sum()) + np.repeat(first - np.concatenate([[0], np.cumsum(n)[:-1]]), n) if len(n) else np.zeros(0, np.intp)
    same = _FAMILY[truth.road_user[ours.row[t]], result.road_user[theirs.row[r]]]
    t, r = t[same], r[same]
    a, b = truth.xyxy[ours.row[t]], result.xyxy[theirs.row[r]]
    size = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0.0)
    shared = size[:, 0] * size[:, 1]
    union = _area(a) + _area(b) - shared
    real = (shared > 0) & (union > 0)
    return t[real], r[real], shared[real] / union[real]


def _area(xyxy: F64) -> F64:
    return np.asarray((xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1]), np.float64)


def _only(both: Held, truth: Mask, result: Mask) -> Held:
    """``both`` with some boxes left out."""
    ours, theirs = _kept(both.truth, truth), _kept(both.result, result)
    pairs = truth[both.t] & result[both.r]
    t, r = np.cumsum(truth) - 1, np.cumsum(result) - 1
    return Held(frames=both.frames, truth=ours, result=theirs, t=t[both.t[pairs]], r=r[both.r[pairs]], iou=both.iou[pairs])


def _kept(side: Side, kept: Mask) -> Side:
    names, who = np.unique(side.who[kept], return_inverse=True)
    return Side(row=side.row[kept], frame=side.frame[kept], who=who.astype(np.intp), tracks=len(names))
