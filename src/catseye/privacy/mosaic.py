"""Pixelation beyond recovery.

A block of the mosaic is one colour: the mean of the pixels under it, quantised. Blocks lie on one grid that is fixed to the picture
and their sides are powers of two, so finer blocks nest in coarser ones: whatever the boxes do from frame to frame, pixels that
stand still are only ever mixed with the same neighbours. See ADR 0060.
"""

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F64
from catseye.core.frame import U8

MIN_BLOCK_PX = 8
QUANTUM = 32  # grey levels; what keeps many frames of someone who walks from adding up to one sharp picture, see ADR 0060

I32 = npt.NDArray[np.int32]


def block_sides(extent_px: F64, across: int) -> I32:
    """Block sides (N,) in px so that ``across`` blocks or fewer span ``extent_px`` (N,): powers of two from MIN_BLOCK_PX."""
    wanted = np.maximum(extent_px / across, MIN_BLOCK_PX)
    return np.exp2(np.ceil(np.log2(wanted))).astype(np.int32)


def align(areas: F64, side: int, size: tuple[int, int]) -> I32:
    """Grow areas (N, 4) px to whole blocks and cut them to the picture: int32 (M, 4); those outside the picture are left out."""
    limit = np.array([size[0], size[1], size[0], size[1]], np.float64)
    touching = (areas[:, 2:] > 0).all(axis=1) & (areas[:, :2] < limit[:2]).all(axis=1)
    inside = np.clip(areas[touching], 0.0, limit)
    low = np.floor(inside[:, :2] / side)
    high = np.maximum(np.ceil(inside[:, 2:] / side), low + 1)  # a point still takes a block
    return np.asarray(np.minimum(np.concatenate([low, high], axis=1) * side, limit), np.int32)


def pixelate(source: U8, target: U8, area: tuple[int, int, int, int], side: int) -> None:
    """Replace ``area`` (whole blocks, or cut by the picture's edge) of ``target`` by the mosaic of ``source``; both (H, W, 3)."""
    x1, y1, x2, y2 = area
    crop = source[y1:y2, x1:x2]
    right, below = -(x2 - x1) % side, -(y2 - y1) % side
    if right or below:  # the picture ends within a block
        crop = np.asarray(cv2.copyMakeBorder(crop, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)
    height, width = crop.shape[:2]
    means = cv2.resize(crop, (width // side, height // side), interpolation=cv2.INTER_AREA)
    quantised = means // QUANTUM * QUANTUM + QUANTUM // 2
    blocks = cv2.resize(quantised, (width, height), interpolation=cv2.INTER_NEAREST)
    target[y1:y2, x1:x2] = blocks[: y2 - y1, : x2 - x1]
