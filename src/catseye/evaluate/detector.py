"""A detector alone, held against a truth frame by frame: no gate, no windows, no tracker.

Riders and their machines are made one road user, as the pipeline does before it follows anybody.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from catseye.core import boxes
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.frame import Frame
from catseye.core.road_users import MOTOR_VEHICLES, TWO_WHEELERS, RoadUser, same_family
from catseye.core.truth import Mask, Truth
from catseye.evaluate.detection import ratio
from catseye.evaluate.kinds import judged
from catseye.ports import Detector
from catseye.vision.riders import merge_riders

GROUPS: dict[str, frozenset[RoadUser]] = {
    "motor vehicles": MOTOR_VEHICLES,
    "two-wheelers": TWO_WHEELERS,
    "pedestrians": frozenset({RoadUser.PEDESTRIAN}),
}
HEIGHTS_PX = (0.0, 12.0, 20.0, 32.0, 64.0, np.inf)
_ABSORBED = 0.5  # share of a box that lies on road users which need not be found
_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What has to be found, and what finding means.

    Road users of ``min_height_px`` and more of which ``min_visible`` is seen must be found, by a box of at least ``confidence``
    that overlaps theirs by ``iou``. Others may be found or not.
    """

    min_height_px: float = 12.0
    min_visible: float = 0.7
    confidence: float = 0.3
    iou: float = 0.5


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Of ``due`` road users' boxes, ``found`` as some road user and ``right`` as one of their group."""

    due: int
    found: int
    right: int

    @property
    def recall(self) -> float | None:
        """Found of due; None where nothing was due."""
        return ratio(self.found, self.due)

    @property
    def right_share(self) -> float | None:
        """Right of due; None where nothing was due."""
        return ratio(self.right, self.due)


class DetectorScore(msgspec.Struct, frozen=True, kw_only=True):
    """``groups`` and ``kinds`` by what is true; ``heights[group]`` by the height of the true box in pixels.

    ``false`` boxes lie on no road user, by what they claim to be.
    """

    frames: int
    groups: dict[str, Share]
    kinds: dict[str, Share]
    heights: dict[str, dict[str, Share]]
    false: dict[str, int]

    @property
    def false_a_frame(self) -> float | None:
        """False boxes a frame; None where no frame was judged."""
        return ratio(sum(self.false.values()), self.frames)


def score(frames: Iterable[Frame], detector: Detector, truth: Truth, terms: Terms, *, every: int = 1) -> DetectorScore:
    """Look at every ``every``-th frame as a whole and count what was found."""
    due = must_be_found(truth, terms)
    order = np.argsort(truth.boxes.frame, kind="stable")
    can_judge = np.isin(np.arange(len(RoadUser)), [int(kind) for kind in judged(truth.kinds)])
    found, right = np.zeros((2, len(truth.boxes)), np.bool_)
    was_due = np.zeros(len(truth.boxes), np.bool_)
    false: Counter[str] = Counter()
    looked = 0
    for frame in frames:
        if frame.seq % every or frame.seq >= truth.frames:
            continue
        looked += 1
        seen = merge_riders(detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size))])[0])
        seen = seen[seen.confidence >= terms.confidence]
        low, high = np.searchsorted(truth.boxes.frame[order], [frame.seq, frame.seq + 1])
        rows = order[low:high]
        paired, extra = judge(truth, rows, due[rows], seen, terms.iou)
        was_due[rows] = due[rows]
        hit = rows[paired >= 0]
        found[hit] = True
        right[hit] = _FAMILY[truth.boxes.road_user[hit], seen.road_user[paired[paired >= 0]]]
        false.update(RoadUser(claim).label for claim in seen.road_user[extra & can_judge[seen.road_user]].tolist())
    return _score(looked, truth, _Answer(was_due, found, right), dict(sorted(false.items())))


def must_be_found(truth: Truth, terms: Terms) -> Mask:
    """Which boxes (N,) of a truth count: not ignored, tall enough, and enough of them to be seen where that is known."""
    tall = truth.boxes.xyxy[:, 3] - truth.boxes.xyxy[:, 1] >= terms.min_height_px
    seen = np.ones(len(truth.boxes), np.bool_) if truth.visible is None else truth.visible >= terms.min_visible
    return np.asarray(~truth.ignored & tall & seen, np.bool_)


def judge(truth: Truth, rows: Rows, due: Mask, seen: Detections, iou: float) -> tuple[npt.NDArray[np.int64], Mask]:
    """The detection of each true box of one frame, int64 (N,) with -1 for none, and which detections (M,) lie on no road user.

    Boxes are paired one to one so that overlaps sum to the most, right kinds and due boxes before others. What is left over and
    lies by half on a road user that was not due is no false box.
    """
    marked = truth.boxes.xyxy[rows]
    overlap = boxes.iou(marked, seen.xyxy)
    overlap[overlap < iou] = 0.0
    worth = overlap * (1 + 0.5 * _FAMILY[truth.boxes.road_user[rows]][:, seen.road_user]) * np.where(due, 2.0, 1.0)[:, None]
    paired = np.full(len(rows), -1, np.int64)
    at, which = linear_sum_assignment(worth, maximize=True)
    real = overlap[at, which] > 0
    paired[at[real]] = which[real]
    absorbed = boxes.covered(seen.xyxy, marked[~due]).max(axis=1, initial=0.0) >= _ABSORBED
    extra = ~absorbed
    extra[paired[paired >= 0]] = False
    return paired, np.asarray(extra, np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """Which boxes (N,) of the truth were due, found, and found as one of their group."""

    due: Mask
    found: Mask
    right: Mask

    def share(self, chosen: Mask) -> Share:
        due = self.due & chosen
        return Share(due=int(due.sum()), found=int((self.found & due).sum()), right=int((self.right & due).sum()))


def _score(frames: int, truth: Truth, answer: _Answer, false: dict[str, int]) -> DetectorScore:
    kind = truth.boxes.road_user
    height = truth.boxes.xyxy[:, 3] - truth.boxes.xyxy[:, 1]
    of_group = {name: np.isin(kind, [int(k) for k in kinds]) for name, kinds in GROUPS.items()}
    bands = [(f"{low:g} to {high:g} px", (height >= low) & (height < high)) for low, high in pairwise(HEIGHTS_PX)]
    return DetectorScore(
        frames=frames,
        groups={name: answer.share(chosen) for name, chosen in of_group.items()},
        kinds={k.label: answer.share(kind == k) for k in RoadUser if (answer.due & (kind == k)).any()},
        heights={
            name: {label: answer.share(chosen & band) for label, band in bands if (answer.due & chosen & band).any()}
            for name, chosen in of_group.items()
        },
        false=false,
    )
