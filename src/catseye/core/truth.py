"""What people marked in a clip, and boxes of tracks to hold against it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F64
from catseye.core.road_users import RoadUser

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackBoxes:
    """Boxes of tracks, one row for each frame a track is in, as columns of N.

    ``frame`` int64 counts decoded frames from 0, ``number`` int64 names the track, ``xyxy`` float64 (N, 4) px, ``road_user`` int16
    of RoadUser values, ``confidence`` float64.
    """

    frame: npt.NDArray[np.int64]
    number: npt.NDArray[np.int64]
    xyxy: F64
    road_user: npt.NDArray[np.int16]
    confidence: F64

    def __post_init__(self) -> None:
        n = len(self.frame)
        if self.xyxy.shape != (n, 4) or any(len(column) != n for column in (self.number, self.road_user, self.confidence)):
            raise ValueError("columns differ in length")

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.frame)

    def __getitem__(self, index: Mask | npt.NDArray[np.intp]) -> "TrackBoxes":
        """The rows at ``index``, in that order."""
        return TrackBoxes(
            frame=self.frame[index],
            number=self.number[index],
            xyxy=self.xyxy[index],
            road_user=self.road_user[index],
            confidence=self.confidence[index],
        )


def track_boxes(rows: Sequence[tuple[int, int, tuple[float, float, float, float], int, float]]) -> TrackBoxes:
    """Rows of (frame, number, xyxy, road user, confidence) as columns."""
    return TrackBoxes(
        frame=np.array([row[0] for row in rows], np.int64),
        number=np.array([row[1] for row in rows], np.int64),
        xyxy=np.array([row[2] for row in rows], np.float64).reshape(-1, 4),
        road_user=np.array([row[3] for row in rows], np.int16),
        confidence=np.array([row[4] for row in rows], np.float64),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """Every road user of some kinds in a clip, marked by people.

    ``boxes`` are ordered by frame. A box that is ``ignored`` (hidden, or set aside by its makers) may be found or not, without
    reward or penalty. ``parked`` and ``stopped`` are what the makers said, all false where they said nothing. ``kinds`` are the
    kinds that were marked: what else is found cannot be judged. Frames [0, ``frames``) were looked at. ``visible`` is the share of
    each box's road user that can be seen. None is unknown, and so is a ``light`` of "" (day, dusk, night, rain ...).
    """

    boxes: TrackBoxes
    ignored: Mask
    parked: Mask
    stopped: Mask
    kinds: frozenset[RoadUser]
    frames: int
    size: tuple[int, int] | None = None
    fps: float | None = None
    visible: F64 | None = None
    light: str = ""

    def __post_init__(self) -> None:
        columns = (self.ignored, self.parked, self.stopped, *(() if self.visible is None else (self.visible,)))
        if any(len(column) != len(self.boxes) for column in columns):
            raise ValueError("columns differ in length")
