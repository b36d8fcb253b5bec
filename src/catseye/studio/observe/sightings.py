"""What a detector made of marked frames: for each true box found or missed, and what was found where nobody is."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.detection import Detections
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser, same_family
from catseye.core.truth import Mask, Truth

IOU = 0.5  # of a true box and a detection that are one
ABSORBED = 0.5  # share of a detection on a box that need not be found, from which on it is no false one
EDGE_PX = 2.0  # a box this near to the edge of the picture is taken for cut

_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])
Rows = npt.NDArray[np.intp]
I16 = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marked:
    """Boxes that are in the picture, whatever told so, ordered by frame; columns of N.

    ``frame`` int64 of the looked-at frames, ``at_s`` float64, ``number`` int64, ``xyxy`` float64 (N, 4) px, ``road_user`` int16,
    ``visible`` float64 the share that nothing hides, ``cut`` bool at an edge of the picture, ``due`` bool: must be found.
    """

    frame: npt.NDArray[np.int64]
    at_s: F64
    number: npt.NDArray[np.int64]
    xyxy: F64
    road_user: I16
    visible: F64
    cut: Mask
    due: Mask

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.frame)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sightings:
    """A detector's answers to the frames of one clip, against what is there.

    Of each box of ``marked``: ``confidence`` float64 (0 where it was missed), ``found`` float64 (N, 4) the detection's box (NaN
    where missed), ``said`` int16 the kind it was taken for (-1 where missed). Of the M false boxes: ``false_frame`` int64,
    ``false_xyxy`` (M, 4), ``false_confidence``, ``false_said`` int16. ``frames_s`` (F,) are the instants of all frames looked at,
    numbered ``frames``. ``kinds`` are those that the truth marks: finds of others were not judged.
    """

    marked: Marked
    confidence: F64
    found: F64
    said: I16
    false_frame: npt.NDArray[np.int64]
    false_xyxy: F64
    false_confidence: F64
    false_said: I16
    frames: npt.NDArray[np.int64]
    frames_s: F64
    size: tuple[int, int]
    kinds: frozenset[RoadUser]
    light: str = "day"


def marked(truth: Truth, frames: npt.NDArray[np.int64], frames_s: F64, size: tuple[int, int]) -> Marked:
    """The boxes of a truth in the frames that were looked at.

    Where the truth does not tell how much is seen, it is the share of a box that no box with a lower foot covers.
    """
    row = np.searchsorted(frames, truth.boxes.frame)
    chosen = np.flatnonzero((row < len(frames)) & (frames[np.minimum(row, len(frames) - 1)] == truth.boxes.frame))
    chosen = chosen[np.argsort(truth.boxes.frame[chosen], kind="stable")]
    xyxy = truth.boxes.xyxy[chosen]
    frame = truth.boxes.frame[chosen]
    ends = np.concatenate([xyxy[:, :2], np.array(size) - xyxy[:, 2:]], axis=1)
    return Marked(
        frame=frame,
        at_s=frames_s[row[chosen]],
        number=truth.boxes.number[chosen],
        xyxy=xyxy,
        road_user=truth.boxes.road_user[chosen],
        visible=_uncovered(frame, xyxy) if truth.visible is None else truth.visible[chosen],
        cut=np.asarray((ends <= EDGE_PX).any(axis=1), np.bool_),
        due=~truth.ignored[chosen],
    )


def _uncovered(frame: npt.NDArray[np.int64], xyxy: F64) -> F64:
    """The share (N,) of each box that no box of the same frame with a lower foot covers, on a grid of 16 by 16 points."""
    share = np.ones(len(frame))
    place = (np.arange(16) + 0.5) / 16
    for rows in _by_frame(frame):
        for row in rows.tolist():
            mine = xyxy[row]
            nearer = xyxy[rows[xyxy[rows, 3] > mine[3]]]
            x = mine[0] + place * (mine[2] - mine[0])
            y = mine[1] + place * (mine[3] - mine[1])
            in_x = (x[None] >= nearer[:, :1]) & (x[None] < nearer[:, 2:3])
            in_y = (y[None] >= nearer[:, 1:2]) & (y[None] < nearer[:, 3:])
            share[row] = 1.0 - (in_x[:, :, None] & in_y[:, None, :]).any(axis=0).mean()
    return share


def compare(there: Marked, answers: Iterable[tuple[int, float, Detections]], kinds: frozenset[RoadUser], light: str) -> Sightings:
    """Pair answers, as (frame, seconds, detections) in order of frame, with what is there.

    A pair overlaps by an IoU of 0.5; pairs are made so that overlaps and confidences sum to the most, right kinds first. What is
    left over is false, unless half of it lies on a box that need not be found, or the truth does not mark its kind.
    """
    n = len(there)
    confidence, found, said = np.zeros(n), np.full((n, 4), np.nan), np.full(n, -1, np.int16)
    false: list[tuple[int, list[float], float, int]] = []
    looked: list[tuple[int, float]] = []
    size = (0, 0)
    judged = [int(kind) for kind in RoadUser if any(same_family(kind, k) for k in kinds)]
    for frame, at_s, seen in answers:
        size = seen.size
        looked.append((frame, at_s))
        low, high = np.searchsorted(there.frame, [frame, frame + 1])
        rows = np.arange(low, high)
        overlap = boxes.iou(there.xyxy[rows], seen.xyxy)
        worth = (overlap + seen.confidence) * (1 + _FAMILY[there.road_user[rows]][:, seen.road_user])
        at, which = linear_sum_assignment(np.where(overlap >= IOU, worth, 0.0), maximize=True)
        real = overlap[at, which] >= IOU
        at, which = rows[at[real]], which[real]
        confidence[at], found[at], said[at] = seen.confidence[which], seen.xyxy[which], seen.road_user[which]
        alone = np.ones(len(seen), np.bool_)
        alone[which] = False
        optional = there.xyxy[rows[~there.due[rows]]]
        alone &= boxes.covered(seen.xyxy, optional).max(axis=1, initial=0.0) < ABSORBED
        alone &= np.isin(seen.road_user, judged)
        false += [
            (frame, seen.xyxy[k].tolist(), float(seen.confidence[k]), int(seen.road_user[k]))
            for k in np.flatnonzero(alone).tolist()
        ]
    return Sightings(
        marked=there,
        confidence=confidence,
        found=found,
        said=said,
        false_frame=np.array([row[0] for row in false], np.int64),
        false_xyxy=np.array([row[1] for row in false], np.float64).reshape(-1, 4),
        false_confidence=np.array([row[2] for row in false], np.float64),
        false_said=np.array([row[3] for row in false], np.int16),
        frames=np.array([row[0] for row in looked], np.int64),
        frames_s=np.array([row[1] for row in looked], np.float64),
        size=size,
        kinds=kinds,
        light=light,
    )


def _by_frame(frame: npt.NDArray[np.int64]) -> Iterable[Rows]:
    """The rows of each frame; ``frame`` ascends."""
    edges = np.flatnonzero(np.diff(frame, prepend=-1, append=-1))
    return (np.arange(low, high) for low, high in pairwise(edges.tolist()))
