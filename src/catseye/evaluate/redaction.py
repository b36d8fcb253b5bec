"""How many heads the redactor covers, measured against people's own marks.

The head of a marked pedestrian is taken to be the top 1/6.5 of the box, over the middle 60 % of its width (a standing adult
measures seven to seven and a half heads). A head counts as covered when at least 90 % of its pixels inside the picture were
pixelated.
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
from catseye.core.road_users import RoadUser
from catseye.core.truth import Truth
from catseye.pipeline.camera import CameraPipeline
from catseye.ports import Detector
from catseye.privacy.redaction import RedactedPicture, Redactor

COVERED = 0.9
HEAD_OF_HEIGHT = 1 / 6.5
HEAD_OF_WIDTH = 0.6
_HIDDEN = 0.5  # of a head behind the box of someone nearer
_BANDS_PX = (0.0, 8.0, 12.0, 16.0, 24.0, 32.0, np.inf)


class HeadBand(msgspec.Struct, frozen=True, kw_only=True):
    """The heads of some height in pixels [from, to), or of some visibility, and the share of them that was covered."""

    name: str
    heads: int
    recall: float | None
    recall_75: float | None
    mean_cover: float | None


class RedactionScore(msgspec.Struct, frozen=True, kw_only=True):
    """``altered`` is the mean share of the picture that was pixelated. Heads of withheld frames are in none of the bands."""

    frames: int
    withheld: int
    altered: float
    all: HeadBand
    by_height: tuple[HeadBand, ...]
    by_visibility: tuple[HeadBand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """Heads of one or more frames as columns of N: height in px, covered share 0..1, whether someone nearer hides them."""

    height_px: F64
    cover: F64
    hidden: npt.NDArray[np.bool_]


def heads(xyxy: Boxes) -> F64:
    """Where the heads of upright pedestrians (N, 4) px are, (N, 4) px."""
    size = xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]
    side = size[:, 0] * (1 - HEAD_OF_WIDTH) / 2
    low = xyxy[:, 1] + size[:, 1] * HEAD_OF_HEIGHT
    return np.stack([xyxy[:, 0] + side, xyxy[:, 1].astype(np.float64), xyxy[:, 2] - side, low], axis=1)


def judge(pedestrians: Boxes, picture: RedactedPicture) -> Heads:
    """How much of each head of the marked ``pedestrians`` (N, 4) px the picture hides. Heads outside the picture are left out."""
    width, height = picture.size
    replaced = np.zeros((height, width), np.bool_)
    for x1, y1, x2, y2 in picture.areas:
        replaced[y1:y2, x1:x2] = True
    where = heads(pedestrians)
    shown = np.clip(np.rint(where), 0, [width, height, width, height]).astype(np.int64)
    seen = (shown[:, 2] > shown[:, 0]) & (shown[:, 3] > shown[:, 1])
    cover = [float(replaced[y1:y2, x1:x2].mean()) for x1, y1, x2, y2 in shown[seen]]
    nearer = pedestrians[:, None, 3] < pedestrians[None, :, 3]
    hidden = (boxes.covered(where, pedestrians) * nearer).max(axis=1, initial=0.0) >= _HIDDEN
    return Heads((where[:, 3] - where[:, 1])[seen], np.asarray(cover, np.float64), hidden[seen])


def score(
    frames: Iterable[Frame], detector: Detector, pipeline: CameraPipeline, redactor: Redactor, truth: Truth, *, every: int = 1
) -> RedactionScore:
    """Run the product's own way of a frame over every ``every``-th of ``frames`` and hold its pictures against ``truth``."""
    rows = truth.boxes[~truth.ignored & (truth.boxes.road_user == RoadUser.PEDESTRIAN)]
    judged, altered, withheld = [], [], 0
    for frame in frames:
        if frame.seq % every or frame.seq >= truth.frames:
            continue
        try:
            picture = redacted(frame, detector, pipeline, redactor)
        except RedactionError:
            withheld += 1
            continue
        judged.append(judge(rows.xyxy[rows.frame == frame.seq], picture))
        altered.append(altered_share(picture))
    return _summary(judged, altered, withheld)


def redacted(frame: Frame, detector: Detector, pipeline: CameraPipeline, redactor: Redactor) -> RedactedPicture:
    """One frame through detector, pipeline and redactor. Raises RedactionError."""
    request = pipeline.plan(frame)
    found = None if request is None else detector.detect([request])[0]
    pipeline.advance(frame, found)
    return redactor.redact(frame.picture, found, pipeline.tracks, pipeline.moving)


def altered_share(picture: RedactedPicture) -> float:
    """The share of the picture's pixels that was pixelated."""
    replaced = np.zeros(picture.size[::-1], np.bool_)
    for x1, y1, x2, y2 in picture.areas:
        replaced[y1:y2, x1:x2] = True
    return float(replaced.mean())


def _summary(judged: Sequence[Heads], altered: Sequence[float], withheld: int) -> RedactionScore:
    height = np.concatenate([h.height_px for h in judged]) if judged else np.zeros(0)
    cover = np.concatenate([h.cover for h in judged]) if judged else np.zeros(0)
    hidden = np.concatenate([h.hidden for h in judged]) if judged else np.zeros(0, np.bool_)
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
    )


def _band(name: str, cover: F64) -> HeadBand:
    if not len(cover):
        return HeadBand(name=name, heads=0, recall=None, recall_75=None, mean_cover=None)
    return HeadBand(
        name=name,
        heads=len(cover),
        recall=float((cover >= COVERED).mean()),
        recall_75=float((cover >= 0.75).mean()),
        mean_cover=float(cover.mean()),
    )
