"""The one door through which pictures leave the process.

``RedactedPicture`` is the only picture that writers and feeds accept, and only a ``Redactor`` makes one. Whatever goes wrong in
between ends in RedactionError: the picture is withheld, never shown as it was.
"""

from collections.abc import Callable
from typing import final

import cv2
import numpy as np

from catseye.core import boxes
from catseye.core.boxes import F32, F64, Boxes
from catseye.core.detection import Detections
from catseye.core.errors import RedactionError
from catseye.core.frame import U8, Picture
from catseye.core.road_users import MOTOR_VEHICLES, TWO_WHEELERS, RoadUser
from catseye.core.scene import Mask
from catseye.core.tracks import Tracks
from catseye.ports.detector import FaceFinder
from catseye.privacy import areas, mosaic
from catseye.privacy.masks import MaskLayer
from catseye.privacy.memory import Kinds, Memory

HEAD_BLOCKS = 6  # across the area around a head, so three or four across the head itself
PLATE_BLOCKS = 10  # across a vehicle: a plate is a quarter of the width of a car seen from the front

_KEY = object()
_PLATED = [int(kind) for kind in MOTOR_VEHICLES | {RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER}]
_RIDDEN = [int(kind) for kind in TWO_WHEELERS]


@final
class RedactedPicture:
    """A picture that may leave the process. Only this module can make one.

    ``bgr`` is uint8 (H, W, 3), read-only. ``areas`` is int32 (A, 4) xyxy px: what was pixelated (masks are apart).
    """

    __slots__ = ("areas", "bgr")

    def __init__(self, key: object, bgr: U8, pixelated: mosaic.I32) -> None:
        if key is not _KEY:
            raise TypeError("Only privacy.redaction makes a RedactedPicture.")
        bgr.setflags(write=False)
        pixelated.setflags(write=False)
        self.bgr = bgr
        self.areas = pixelated

    def __reduce__(self) -> str:
        """No other process makes one: it cannot be pickled or copied."""
        raise TypeError("A RedactedPicture does not travel; encode it.")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.bgr.shape[1], self.bgr.shape[0]

    def annotated(self, draw: Callable[[U8], None]) -> "RedactedPicture":
        """A copy that ``draw`` has drawn tags and lines on; it is given the redacted pixels and nothing else."""
        canvas = self.bgr.copy()
        draw(canvas)
        return RedactedPicture(_KEY, canvas, self.areas)

    def within(self, width_px: int) -> "RedactedPicture":
        """The picture made smaller, to be at most so wide; itself where it is."""
        width, height = self.size
        if width <= width_px:
            return self
        size = width_px, max(1, round(height * width_px / width))
        bgr = np.asarray(cv2.resize(self.bgr, size, interpolation=cv2.INTER_AREA), np.uint8)
        return RedactedPicture(_KEY, bgr, np.round(self.areas * (width_px / width)).astype(np.int32))


class Redactor:
    """Makes the pictures of one run of one stream fit to be shown.

    ``masks`` are blacked out. ``face_finder`` adds faces to what box geometry finds, where one is installed. ``hold_s`` is how long
    a pedestrian or rider who was detected once stays covered.
    """

    def __init__(self, masks: tuple[Mask, ...] = (), face_finder: FaceFinder | None = None, *, hold_s: float = 0.8) -> None:
        self._masks = MaskLayer(masks)
        self._face_finder = face_finder
        self._memory = Memory(hold_s)

    def see(self, detections: Detections) -> None:
        """Remember what was found. To be told of every frame that was looked at, also of those that nobody asks to see."""
        self._memory.see(detections)

    def redact(self, picture: Picture, detections: Detections | None, tracks: Tracks, moving: Boxes) -> RedactedPicture:
        """The picture of the frame that ``tracks`` belong to, fit to be shown.

        ``detections`` are all of that frame's, from the lowest confidence up, or None where the detector did not look.
        ``moving`` (R, 4) px are the regions that moved. Raises RedactionError for anything that casts doubt on the result, and
        until the whole of the picture has been looked at once.
        """
        try:
            return self._redact(picture, detections, tracks, moving)
        except RedactionError:
            raise
        except Exception as error:
            raise RedactionError(f"A picture was withheld: redaction failed with {type(error).__name__}.") from error

    def _redact(self, picture: Picture, detections: Detections | None, tracks: Tracks, moving: Boxes) -> RedactedPicture:
        _check(picture, detections, tracks, moving)
        if detections is not None:
            self._memory.see(detections)
        if not self._memory.looked_everywhere:
            raise RedactionError("A picture was withheld: not all of it has been looked at yet.")
        source = self._masks.apply(picture.bgr())
        found = boxes.empty() if self._face_finder is None else _finite(self._face_finder.find(source), "A face")
        xyxy = np.concatenate([self._memory.xyxy, tracks.xyxy])
        road_user = np.concatenate([self._memory.road_user, tracks.road_user])
        heads = np.concatenate([*_heads(xyxy, road_user), areas.faces(found), areas.unexplained(moving, xyxy, picture.size)])
        plates = areas.plates(xyxy[np.isin(road_user, _PLATED)])
        todo = sorted(
            {
                *_placed(heads, _extent(heads), HEAD_BLOCKS, picture.size),
                *_placed(plates, _extent(plates), PLATE_BLOCKS, picture.size),
            }
        )
        target = source.copy()
        for side, x1, y1, x2, y2 in todo:  # the coarser block wins where areas overlap
            mosaic.pixelate(source, target, (x1, y1, x2, y2), side)
        pixelated = np.array([area for _, *area in todo], np.int32).reshape(-1, 4)
        return RedactedPicture(_KEY, self._masks.apply(target), pixelated)


def _check(picture: Picture, detections: Detections | None, tracks: Tracks, moving: Boxes) -> None:
    if tracks.size != picture.size or (detections is not None and detections.size != picture.size):
        raise RedactionError("A picture was withheld: its boxes are of another size of picture.")
    if detections is not None and detections.at_ns != tracks.at_ns:
        raise RedactionError("A picture was withheld: its detections are of another frame.")
    _finite(tracks.xyxy, "A track")
    _finite(moving, "A moving region")


def _finite(xyxy: Boxes, what: str) -> Boxes:
    if xyxy.ndim != 2 or xyxy.shape[1] != 4 or not np.isfinite(xyxy).all():
        raise RedactionError(f"A picture was withheld: {what.lower()} has no proper box.")
    return xyxy


def _heads(xyxy: F32, road_user: Kinds) -> list[F64]:
    on_foot = xyxy[road_user == RoadUser.PEDESTRIAN]
    riding = xyxy[np.isin(road_user, _RIDDEN)]
    return [areas.pedestrian_heads(on_foot), areas.rider_heads(riding)]


def _extent(xyxy: Boxes) -> F64:
    return np.asarray((xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]).max(axis=1), np.float64)


def _placed(found: F64, extent: F64, across: int, size: tuple[int, int]) -> list[tuple[int, ...]]:
    """Areas as (block side, x1, y1, x2, y2) on the grid; ``across`` blocks span ``extent`` (N,) px."""
    sides = mosaic.block_sides(np.minimum(extent, max(size)), across)
    placed = []
    for side in np.unique(sides).tolist():
        placed += [(side, *area) for area in mosaic.align(found[sides == side], side, size).tolist()]
    return placed
