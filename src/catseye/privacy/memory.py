"""What the detector saw where it has not looked since, and for a moment after."""

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.detection import Detections
from catseye.core.road_users import VULNERABLE
from catseye.core.time import nanoseconds

Kinds = npt.NDArray[np.int16]

_LARGE = 0.08  # of the picture: so near that a detector that saw someone there would be sure of it
_LARGE_VEHICLE = 0.25  # the same of vehicles
_SURE = 0.25

_ON_FOOT_OR_TWO_WHEELS = [int(kind) for kind in VULNERABLE]


class Memory:
    """Detections of one run, doubtful ones too, until their place was searched again.

    Between looks nothing moved, so they still stand there. Pedestrians and riders stay for ``hold_s`` longer: a detector loses
    them for a frame or two more often than they vanish.
    """

    def __init__(self, hold_s: float) -> None:
        self._hold_ns = nanoseconds(hold_s)
        self.xyxy: F32 = boxes.empty()
        self.road_user: Kinds = np.zeros(0, np.int16)
        self._at_ns: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._latest_ns: int | None = None
        self.looked_everywhere = False

    def see(self, found: Detections) -> None:
        """Take in what was found in one frame; the same frame again changes nothing."""
        if found.at_ns == self._latest_ns:
            return
        self._latest_ns = found.at_ns
        found = found[_believable(found)]
        held = (found.at_ns - self._at_ns < self._hold_ns) & np.isin(self.road_user, _ON_FOOT_OR_TWO_WHEELS)
        kept = held | ~_within(self.xyxy, found.searched)
        self.xyxy = np.concatenate([self.xyxy[kept], found.xyxy])
        self.road_user = np.concatenate([self.road_user[kept], found.road_user])
        self._at_ns = np.concatenate([self._at_ns[kept], np.full(len(found), found.at_ns, np.int64)])
        self.looked_everywhere |= bool(boxes.covered(_picture(found.size), found.searched).max(initial=0.0) > 0.99)


def _believable(found: Detections) -> npt.NDArray[np.bool_]:
    """All (N,) but doubtful boxes over much of the picture, which would hide the street and are next to never right."""
    limit = np.where(np.isin(found.road_user, _ON_FOOT_OR_TWO_WHEELS), _LARGE, _LARGE_VEHICLE)
    large = boxes.area(found.xyxy) > limit * found.size[0] * found.size[1]
    return np.asarray(~large | (found.confidence >= _SURE), np.bool_)


def _picture(size: tuple[int, int]) -> F32:
    return np.array([[0, 0, *size]], np.float32)


def _within(xyxy: F32, regions: F32) -> npt.NDArray[np.bool_]:
    """Whether each box (N, 4) has its centre in one of ``regions`` (R, 4)."""
    centre = boxes.centre(xyxy)[:, None]
    inside = (centre >= regions[None, :, :2]) & (centre <= regions[None, :, 2:])
    return np.asarray(np.asarray(inside.all(axis=2)).any(axis=1), np.bool_)
