"""What is asked of a detector, and what it answers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectRequest:
    """Look at these regions of this frame.

    ``regions`` is float32 (R, 4) xyxy px. ``name`` asks for the kind of motor vehicle and two-wheeler too, where finding and
    naming are done by two models.
    """

    frame: Frame
    regions: F32
    name: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detections:
    """What was found in the regions searched. N = 0 means looked and found nothing; not having looked is ``None``.

    ``size`` (width, height) of the frame in px, ``searched`` float32 (R, 4) px, ``xyxy`` float32 (N, 4) px, ``confidence`` float32
    (N,) in 0..1, ``road_user`` int16 (N,) of RoadUser values.
    """

    at_ns: int
    size: tuple[int, int]
    searched: F32
    xyxy: F32
    confidence: F32
    road_user: npt.NDArray[np.int16]

    def __post_init__(self) -> None:
        n = len(self.xyxy)
        if self.xyxy.shape != (n, 4) or self.confidence.shape != (n,) or self.road_user.shape != (n,):
            raise ValueError(f"shapes differ: {self.xyxy.shape} {self.confidence.shape} {self.road_user.shape}")
        if not np.isfinite(self.xyxy).all():
            raise ValueError("a box is not finite")

    def __len__(self) -> int:
        """The number of detections."""
        return len(self.xyxy)

    def __getitem__(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Detections":
        """The detections at ``index``, in that order."""
        return Detections(
            at_ns=self.at_ns,
            size=self.size,
            searched=self.searched,
            xyxy=self.xyxy[index],
            confidence=self.confidence[index],
            road_user=self.road_user[index],
        )


def whole_frame(size: tuple[int, int]) -> F32:
    """The one region that is the whole picture, float32 (1, 4)."""
    return np.array([[0, 0, size[0], size[1]]], np.float32)


def nothing_found(at_ns: int, size: tuple[int, int], searched: F32 | None = None) -> Detections:
    """Looked (everywhere, unless ``searched`` says less) and found nothing."""
    return Detections(
        at_ns=at_ns,
        size=size,
        searched=whole_frame(size) if searched is None else searched,
        xyxy=boxes.empty(),
        confidence=np.zeros(0, np.float32),
        road_user=np.zeros(0, np.int16),
    )
