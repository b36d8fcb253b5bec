"""What each family of networks puts out, turned into boxes in pixels of its input.

Every decoder takes the raw outputs (name -> float array, batch of one) and the input's size (width, height), and returns boxes of
at least ``LOWEST`` confidence before suppression. Outputs are told apart by shape, since exporters name them differently.
"""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F32
from catseye.core.road_users import RoadUser
from catseye.vision.suppress import Found, keep_best, nothing

LOWEST = 0.1
Outputs = Mapping[str, npt.NDArray[Any]]

COCO: dict[int, RoadUser] = {
    0: RoadUser.PEDESTRIAN,
    1: RoadUser.BICYCLE,
    2: RoadUser.CAR,
    3: RoadUser.MOTORCYCLE,
    5: RoadUser.BUS,
    7: RoadUser.TRUCK,
}
COCO_CHANNELS = tuple(COCO)
COCO_KINDS = np.array(list(COCO.values()), np.int16)
PVB_KINDS = np.array([RoadUser.VEHICLE, RoadUser.PEDESTRIAN, RoadUser.TWO_WHEELER], np.int16)


def _by_kind(xyxy: F32, scores: F32) -> Found:
    """Each box (N, 4) as its best road user of ``scores`` (N, 6), where that is confident enough."""
    best = scores.argmax(axis=1)
    confidence = scores[np.arange(len(scores)), best]
    sure = confidence >= LOWEST
    return Found(xyxy[sure].astype(np.float32), confidence[sure].astype(np.float32), COCO_KINDS[best[sure]])


def pvb(outputs: Outputs, size: tuple[int, int]) -> Found:  # noqa: ARG001 - one signature for all families
    """person-vehicle-bike-detection-2003 and its kin: boxes (N, 5) of x1, y1, x2, y2 px and confidence; labels (N,)."""
    rows = next(array for array in outputs.values() if array.ndim == 2 and array.shape[1] == 5)
    labels = next(array for array in outputs.values() if array.ndim == 1)
    sure = (rows[:, 4] >= LOWEST) & (labels >= 0) & (labels < len(PVB_KINDS))
    rows = rows[sure].astype(np.float32)
    return Found(rows[:, :4], rows[:, 4], PVB_KINDS[labels[sure].astype(np.intp)])


def centernet(outputs: Outputs, size: tuple[int, int]) -> Found:
    """CenterNet (Zhou et al. 2019): ``heat`` (1, 6, h, w), a peak a road user; ``reach`` (1, 4, h, w), input px from the peak
    to the left, top, right and lower edge. The six channels are those of ``COCO``.
    """
    heat, reach = outputs["heat"][0], outputs["reach"][0]
    around = np.stack([cv2.dilate(channel, np.ones((3, 3), np.uint8)) for channel in heat])
    kind, y, x = np.nonzero((heat >= LOWEST) & (heat == around))
    if not len(kind):
        return nothing()
    stride = size[0] / heat.shape[2], size[1] / heat.shape[1]
    left, top, right, bottom = reach[:, y, x]
    xyxy = np.stack([x * stride[0] - left, y * stride[1] - top, x * stride[0] + right, y * stride[1] + bottom], axis=1)
    return Found(xyxy.astype(np.float32), heat[kind, y, x].astype(np.float32), COCO_KINDS[kind])


def cells(size: tuple[int, int], stride: int) -> F32:
    """Column and row (N, 2) of each cell of a grid of ``stride`` px over an input of ``size``, row by row."""
    columns, rows = -(-size[0] // stride), -(-size[1] // stride)
    y, x = np.mgrid[:rows, :columns]
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def yolox(outputs: Outputs, size: tuple[int, int]) -> Found:
    """YOLOX (Ge et al. 2021): rows (1, N, 85) of centre offset in cells, log of the size in cells, presence, 80 class scores;
    the cells of strides 8, 16 and 32 follow one another.
    """
    rows = next(iter(outputs.values()))[0]
    presence = rows[:, 4]
    likely = np.flatnonzero(presence >= LOWEST)
    grid = np.concatenate([cells(size, stride) for stride in (8, 16, 32)])[likely]
    stride = np.repeat((8.0, 16.0, 32.0), [len(cells(size, s)) for s in (8, 16, 32)]).astype(np.float32)[likely, None]
    rows = rows[likely]
    centre = (rows[:, :2] + grid) * stride
    half = np.exp(rows[:, 2:4]) * stride / 2
    scores = rows[:, [5 + channel for channel in COCO_CHANNELS]] * rows[:, 4:5]
    return _by_kind(np.concatenate([centre - half, centre + half], axis=1), scores)


def picodet(outputs: Outputs, size: tuple[int, int]) -> Found:
    """PicoDet (Yu et al. 2021): per stride 8, 16, 32 and 64 class scores (1, N, 80) and, for each edge, the distribution
    (1, N, 4 * 8) over distances of 0..7 strides from the cell's centre (generalized focal loss).
    """
    arrays = sorted((array[0] for array in outputs.values()), key=lambda array: -array.shape[0])
    scores_of = [array for array in arrays if array.shape[1] == 80]
    reach_of = [array for array in arrays if array.shape[1] != 80]
    xyxy, scores = [], []
    for stride, score, reach in zip((8, 16, 32, 64), scores_of, reach_of, strict=True):
        wanted = score[:, list(COCO_CHANNELS)]
        likely = np.flatnonzero(wanted.max(axis=1) >= LOWEST)
        bins = reach[likely].reshape(len(likely), 4, reach.shape[1] // 4)
        weight = np.exp(bins - bins.max(axis=2, keepdims=True))
        distance = (weight @ np.arange(bins.shape[2])) / weight.sum(axis=2) * stride
        centre = (cells(size, stride)[likely] + 0.5) * stride
        xyxy.append(np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], axis=1))
        scores.append(wanted[likely])
    return _by_kind(np.concatenate(xyxy).astype(np.float32), np.concatenate(scores))


FACE_STRIDES = (8, 16, 32)
FACE_LOWEST = 0.3  # a face missed is worse than a spot blurred in vain


def faces(outputs: Outputs, size: tuple[int, int]) -> F32:
    """YuNet (Wu et al. 2023): per stride ``cls`` and ``obj`` scores (1, N, 1), and ``bbox`` (1, N, 4) of centre offset in cells and
    log of the size in cells. Returns boxes float32 (N, 4) in input px, doubles suppressed.
    """
    xyxy, scores = [], []
    for stride in FACE_STRIDES:
        score = np.sqrt(np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1))
        likely = np.flatnonzero(score >= FACE_LOWEST)
        box = outputs[f"bbox_{stride}"][0, likely]
        centre = (cells(size, stride)[likely] + box[:, :2]) * stride
        half = np.exp(box[:, 2:]) * stride / 2
        xyxy.append(np.concatenate([centre - half, centre + half], axis=1))
        scores.append(score[likely])
    found = Found(np.concatenate(xyxy).astype(np.float32), np.concatenate(scores), np.zeros(sum(map(len, scores)), np.int16))
    return keep_best(found).xyxy
