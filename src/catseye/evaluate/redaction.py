"""How many heads and number plates the redactor covers, measured against people's own marks.

The head of a marked pedestrian is taken to be the top 1/6.5 of the box, over the middle 60 % of its width (a standing adult
measures seven to seven and a half heads). Where the plates of a marked motor vehicle are depends on how it stands, so all of the
lower half of its box is asked for, from 40 px up: a car 1.5 m high then has 27 px a metre, two for letters of 75 mm. A head or a
lower half counts as covered when at least 90 % of its pixels inside the picture were pixelated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F64, Boxes
from catseye.core.errors import RedactionError
from catseye.core.frame import Frame
from catseye.core.road_users import MOTOR_VEHICLES, RoadUser
from catseye.core.truth import Truth
from catseye.pipeline.camera import CameraPipeline
from catseye.ports import Detector
from catseye.privacy.redaction import RedactedPicture, Redactor

COVERED = 0.9
HEAD_OF_HEIGHT = 1 / 6.5
HEAD_OF_WIDTH = 0.6
PLATE_OF_HEIGHT = 0.5
LEGIBLE_PX = 40.0
_EDGE_PX = 1.0
_HIDDEN = 0.5  # of a head behind the box of someone nearer
_BANDS_PX = (0.0, 8.0, 12.0, 16.0, 24.0, 32.0, np.inf)


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """The heads or plates of some height in pixels [from, to), place or visibility, and the share of them that was covered."""

    name: str
    number: int
    recall: float | None
    recall_75: float | None
    mean_cover: float | None


class RedactionScore(msgspec.Struct, frozen=True, kw_only=True):
    """``altered`` is the mean share of the picture that was pixelated. What is in withheld frames is in none of the bands."""

    frames: int
    withheld: int
    altered: float
    all: Band
    by_height: tuple[Band, ...]
    by_visibility: tuple[Band, ...]
    plates: tuple[Band, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Heads of one or more frames as columns of N: height in px, covered share 0..1, whether someone nearer hides them."""

    height_px: F64
    cover: F64
    hidden: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Plates:
    """Lower halves of motor vehicles as columns of N: covered share 0..1, whether the picture's edge cuts the vehicle."""

    cover: F64
    cut: npt.NDArray[np.bool_]


def heads(xyxy: Boxes) -> F64:
    """Where the heads of upright pedestrians (N, 4) px are, (N, 4) px."""
    size = xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]
    side = size[:, 0] * (1 - HEAD_OF_WIDTH) / 2
    low = xyxy[:, 1] + size[:, 1] * HEAD_OF_HEIGHT
    return np.stack([xyxy[:, 0] + side, xyxy[:, 1].astype(np.float64), xyxy[:, 2] - side, low], axis=1)


def judge(pedestrians: Boxes, picture: RedactedPicture) -> Heads:
    """How much of each head of the marked ``pedestrians`` (N, 4) px the picture hides. Heads outside the picture are left out."""
    where = heads(pedestrians)
    cover, seen = _cover(where, picture)
    nearer = pedestrians[:, None, 3] < pedestrians[None, :, 3]
    hidden = (boxes.covered(where, pedestrians) * nearer).max(axis=1, initial=0.0) >= _HIDDEN
    return Heads((where[:, 3] - where[:, 1])[seen], cover, hidden[seen])


def judge_plates(vehicles: Boxes, picture: RedactedPicture) -> Plates:
    """How much the picture hides of the lower half of each marked motor vehicle (N, 4) px that is large enough to be read."""
    where = vehicles[vehicles[:, 3] - vehicles[:, 1] >= LEGIBLE_PX].astype(np.float64)
    where[:, 1] += PLATE_OF_HEIGHT * (where[:, 3] - where[:, 1])
    width, height = picture.size
    past = np.concatenate([where[:, :2] <= _EDGE_PX, where[:, 2:] >= np.array([width, height]) - _EDGE_PX], axis=1)
    cut = np.asarray(past.any(axis=1), np.bool_)
    cover, seen = _cover(where, picture)
    return Plates(cover, cut[seen])


def _cover(where: F64, picture: RedactedPicture) -> tuple[F64, npt.NDArray[np.bool_]]:
    """The share (M,) that the picture hides of each place inside it, and which (N,) of the places (N, 4) px those are."""
    width, height = picture.size
    replaced = _replaced(picture)
    shown = np.clip(np.rint(where), 0, [width, height, width, height]).astype(np.int64)
    seen = (shown[:, 2] > shown[:, 0]) & (shown[:, 3] > shown[:, 1])
    return np.array([float(replaced[y1:y2, x1:x2].mean()) for x1, y1, x2, y2 in shown[seen]], np.float64), seen


def _replaced(picture: RedactedPicture) -> npt.NDArray[np.bool_]:
    replaced = np.zeros(picture.size[::-1], np.bool_)
    for x1, y1, x2, y2 in picture.areas:
        replaced[y1:y2, x1:x2] = True
    return replaced


def score(
    frames: Iterable[Frame], detector: Detector, pipeline: CameraPipeline, redactor: Redactor, truth: Truth, *, every: int = 1
) -> RedactionScore:
    """Run the product's own way of a frame over every ``every``-th of ``frames`` and hold its pictures against ``truth``."""
    on_foot = truth.boxes[~truth.ignored & (truth.boxes.road_user == RoadUser.PEDESTRIAN)]
    vehicles = truth.boxes[~truth.ignored & np.isin(truth.boxes.road_user, [int(kind) for kind in MOTOR_VEHICLES])]
    judged, plates, altered, withheld = [], [], [], 0
    for frame in frames:
        if frame.seq % every or frame.seq >= truth.frames:
            continue
        try:
            picture = redacted(frame, detector, pipeline, redactor)
        except RedactionError:
            withheld += 1
            continue
        judged.append(judge(on_foot.xyxy[on_foot.frame == frame.seq], picture))
        plates.append(judge_plates(vehicles.xyxy[vehicles.frame == frame.seq], picture))
        altered.append(altered_share(picture))
    return _summary(judged, plates, altered, withheld)


def redacted(frame: Frame, detector: Detector, pipeline: CameraPipeline, redactor: Redactor) -> RedactedPicture:
    """One frame through detector, pipeline and redactor. Raises RedactionError."""
    request = pipeline.plan(frame)
    found = None if request is None else detector.detect([request])[0]
    pipeline.advance(frame, found)
    return redactor.redact(frame.picture, found, pipeline.tracks, pipeline.moving)


def altered_share(picture: RedactedPicture) -> float:
    """The share of the picture's pixels that was pixelated."""
    return float(_replaced(picture).mean())


def _summary(judged: Sequence[Heads], plates: Sequence[Plates], altered: Sequence[float], withheld: int) -> RedactionScore:
    height = np.concatenate([np.zeros(0), *(h.height_px for h in judged)])
    cover = np.concatenate([np.zeros(0), *(h.cover for h in judged)])
    hidden = np.concatenate([np.zeros(0, np.bool_), *(h.hidden for h in judged)])
    read = np.concatenate([np.zeros(0), *(p.cover for p in plates)])
    cut = np.concatenate([np.zeros(0, np.bool_), *(p.cut for p in plates)])
    bands = list(pairwise(_BANDS_PX))
    return RedactionScore(
        frames=len(judged) + withheld,
        withheld=withheld,
        altered=float(np.mean(altered)) if altered else 0.0,
        all=_band("all", cover),
        by_height=tuple(
            _band(f"{low:g}-{high:g} px" if high < np.inf else f"from {low:g} px", cover[(height >= low) & (height < high)])
            for low, high in bands
        ),
        by_visibility=(_band("in view", cover[~hidden]), _band("behind someone", cover[hidden])),
        plates=(_band("wholly in the picture", read[~cut]), _band("cut by its edge", read[cut])),
    )


def _band(name: str, cover: F64) -> Band:
    if not len(cover):
        return Band(name=name, number=0, recall=None, recall_75=None, mean_cover=None)
    return Band(
        name=name,
        number=len(cover),
        recall=float((cover >= COVERED).mean()),
        recall_75=float((cover >= 0.75).mean()),
        mean_cover=float(cover.mean()),
    )
