"""Drops boxes that say the same road user twice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.road_users import RoadUser, same_family

SAME_KIND_IOU = 0.5  # two boxes of one kind: the usual figure of non-maximum suppression
SAME_FAMILY_IOU = 0.65  # a car that is also a truck: two opinions of one vehicle, unless the boxes really differ
CUT_COVER = 0.75  # a box from the rim of a region that another region saw whole

I16 = npt.NDArray[np.int16]
_FAMILY = np.array([[same_family(a, b) for b in RoadUser] for a in RoadUser])


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Boxes of one look: ``xyxy`` float32 (N, 4) px, ``confidence`` float32 (N,), ``road_user`` int16 (N,) of RoadUser values."""

    xyxy: F32
    confidence: F32
    road_user: I16

    def __len__(self) -> int:
        """The number of boxes."""
        return len(self.xyxy)

    def __getitem__(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Found":
        """The boxes at ``index``, in that order."""
        return Found(self.xyxy[index], self.confidence[index], self.road_user[index])


def nothing() -> Found:
    """No boxes."""
    return Found(boxes.empty(), np.zeros(0, np.float32), np.zeros(0, np.int16))


def family_mask(a: I16, b: I16) -> npt.NDArray[np.bool_]:
    """Whether each kind of ``a`` (N,) and each of ``b`` (M,) can be two opinions of one road user, bool (N, M)."""
    return np.asarray(_FAMILY[a[:, None], b[None, :]])


def keep_best(found: Found) -> Found:
    """Greedy non-maximum suppression, most confident first, within each family of kinds.

    Boxes of one kind are the same road user from an overlap (IoU) of 0.5, boxes of kindred kinds from 0.65.
    """
    if len(found) < 2:
        return found
    found = found[np.argsort(-found.confidence, kind="stable")]
    same_kind = found.road_user[:, None] == found.road_user[None, :]
    limit = np.where(same_kind, SAME_KIND_IOU, np.where(family_mask(found.road_user, found.road_user), SAME_FAMILY_IOU, np.inf))
    return found[_survivors(boxes.iou(found.xyxy, found.xyxy) >= limit)]


def _survivors(beats: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of rows in order of rank stay, when each row that stays removes the later ones it ``beats`` (N, N)."""
    alive = np.ones(len(beats), np.bool_)
    for i in range(len(beats)):
        if alive[i]:
            alive[i + 1 :] &= ~beats[i, i + 1 :]
    return alive


def merge_regions(parts: list[Found], regions: list[tuple[int, int, int, int]], size: tuple[int, int]) -> Found:
    """The boxes of several overlapping regions of one frame of ``size``, each road user once.

    Before the usual suppression, a box that ends at the inner rim of its region (so may be cut there) goes if most of it
    lies in a box of the same family from another region.
    """
    if len(parts) < 2:
        return parts[0] if parts else nothing()
    whole = Found(*(np.concatenate(columns) for columns in zip(*((p.xyxy, p.confidence, p.road_user) for p in parts), strict=True)))
    origin = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    cut = np.concatenate([_cut(part.xyxy, region, size) for part, region in zip(parts, regions, strict=True)])
    elsewhere = origin[:, None] != origin[None, :]
    larger = boxes.area(whole.xyxy)[None, :] > boxes.area(whole.xyxy)[:, None]
    hidden = boxes.covered(whole.xyxy, whole.xyxy) >= CUT_COVER
    repeated = elsewhere & larger & hidden & family_mask(whole.road_user, whole.road_user)
    return keep_best(whole[~(cut & repeated.any(axis=1))])


def _cut(xyxy: F32, region: tuple[int, int, int, int], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Whether each box (N, 4) reaches a rim of ``region`` that is not the rim of the frame."""
    x1, y1, x2, y2 = region
    near = 2.0  # px
    cut = (xyxy[:, 0] <= x1 + near) & (x1 > 0) | (xyxy[:, 1] <= y1 + near) & (y1 > 0)
    cut |= (xyxy[:, 2] >= x2 - near) & (x2 < size[0]) | (xyxy[:, 3] >= y2 - near) & (y2 < size[1])
    return np.asarray(cut)
