"""Which box of a result belongs to which box of a truth, frame by frame.

The rule is that of CLEAR MOT (Bernardin and Stiefelhagen 2008, "Evaluating multiple object tracking performance"): a pair of the
frame before stays a pair while it still overlaps; the rest are paired so that the overlaps sum to the most.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.truth import Mask, TrackBoxes, Truth
from catseye.evaluate.overlaps import EPS, IOU, Held, Rows, by_frame, hold, solved

_STAYS = 1000.0  # outweighs any sum of overlaps in one frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairing:
    """Rows of a truth and of a result that belong together, in order of frame.

    ``truth`` and ``result`` (P,) are the pairs; ``missed`` the truth's rows without one, ``extra`` the result's. What the truth
    sets aside is in none of them.
    """

    truth: Rows
    result: Rows
    missed: Rows
    extra: Rows


def match(truth: Truth, result: TrackBoxes, *, frames: npt.NDArray[np.int64] | None = None) -> Pairing:
    """Pair the boxes of ``result`` with those of ``truth`` in ``frames`` (all that were marked, unless given)."""
    return pairing_of(hold(truth, result, frames=frames))


def pairing_of(both: Held) -> Pairing:
    """The pairs and what is left over, as rows of the two tables."""
    pairs = followed(both)
    return Pairing(
        truth=both.truth.row[both.t[pairs]],
        result=both.result.row[both.r[pairs]],
        missed=both.truth.row[_without(both.t[pairs], len(both.truth))],
        extra=both.result.row[_without(both.r[pairs], len(both.result))],
    )


def followed(both: Held) -> Rows:
    """The pairs of CLEAR MOT, as indices into those of ``both``, in order of frame."""
    live = np.flatnonzero(both.iou >= IOU - EPS)
    step = busy_step(both)[both.truth.frame[both.t[live]]]
    clash = (np.bincount(both.t[live], minlength=len(both.truth))[both.t[live]] > 1) | (
        np.bincount(both.r[live], minlength=len(both.result))[both.r[live]] > 1
    )
    hard = np.isin(step, step[clash])
    chosen = np.ones(len(live), np.bool_)
    chosen[hard] = False
    for pairs in by_frame(both, live[hard]):
        first, here, after = np.searchsorted(step, step[np.searchsorted(live, pairs[0])] + np.array([-1, 0, 1]))
        before = live[first:here][chosen[first:here]]
        partner = dict(zip(both.truth.who[both.t[before]].tolist(), both.result.who[both.r[before]].tolist(), strict=True))
        whom, by = both.truth.who[both.t[pairs]].tolist(), both.result.who[both.r[pairs]].tolist()
        stays = np.array([partner.get(t) == r for t, r in zip(whom, by, strict=True)])
        chosen[here:after] = np.isin(pairs, solved(both, pairs, both.iou[pairs] + _STAYS * stays))
    return live[chosen]


def busy_step(both: Held) -> Rows:
    """For each frame how many frames before it hold boxes of both sides: what "the frame before" means to CLEAR MOT."""
    busy = np.ones(both.frames, np.bool_)
    for side in (both.truth, both.result):
        busy &= np.bincount(side.frame, minlength=both.frames) > 0
    return np.cumsum(busy) - busy


def _without(used: Rows, n: int) -> Mask:
    free = np.ones(n, np.bool_)
    free[used] = False
    return free
