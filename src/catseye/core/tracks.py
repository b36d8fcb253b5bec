"""Road users followed through one run of one stream, by motion alone."""

from dataclasses import dataclass
from enum import IntEnum

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.ids import RunId, StreamId


class TrackState(IntEnum):
    """Seen too little to be sure; seen now and sure; sure, but not seen in this frame."""

    TENTATIVE = 0
    CONFIRMED = 1
    COASTING = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """The tracks alive after a frame, as columns of N.

    ``number`` int64, ``xyxy`` float32 (N, 4) px, ``velocity`` float32 (N, 2) px/s of the centre, ``state`` int8 of TrackState,
    ``detection`` int32 index into the detections or -1, ``road_user`` int16, ``confidence`` float32 (of the last detection),
    ``proven`` bool: seen so often or surely that it is somebody, ``sure`` bool: seen in this frame, and not doubtfully.
    """

    at_ns: int
    size: tuple[int, int]
    number: npt.NDArray[np.int64]
    xyxy: F32
    velocity: F32
    state: npt.NDArray[np.int8]
    detection: npt.NDArray[np.int32]
    road_user: npt.NDArray[np.int16]
    confidence: F32
    proven: npt.NDArray[np.bool_]
    sure: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of tracks."""
        return len(self.number)


def no_tracks(at_ns: int, size: tuple[int, int]) -> Tracks:
    """An empty street."""
    return Tracks(
        at_ns=at_ns,
        size=size,
        number=np.zeros(0, np.int64),
        xyxy=boxes.empty(),
        velocity=np.zeros((0, 2), np.float32),
        state=np.zeros(0, np.int8),
        detection=np.zeros(0, np.int32),
        road_user=np.zeros(0, np.int16),
        confidence=np.zeros(0, np.float32),
        proven=np.zeros(0, np.bool_),
        sure=np.zeros(0, np.bool_),
    )


class Trajectory(msgspec.Struct, frozen=True, kw_only=True, tag="trajectory"):
    """An ended track: where it went, in unit coordinates of its ground contact point. Short-lived; volumes outlast it.

    ``path_unit`` holds (x, y) in 0..1 of the picture at each of ``times_ns``. ``end_reason`` is ``left`` (out of the picture),
    ``lost`` (no longer detected), ``run_ended``.
    """

    stream: StreamId
    run: RunId
    track: int
    road_user: str
    confidence: float
    times_ns: tuple[int, ...]
    path_unit: tuple[tuple[float, float], ...]
    end_reason: str
