"""Which parts of a frame the detector is asked to look at.

A detector sees a region scaled to its input. On a frame not much larger than that input the whole frame is the region. On a larger
one, windows around what moves are looked at closely, so that a far road user keeps its pixels.
"""

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import F32, Boxes
from catseye.core.detection import whole_frame

CLOSE_SCALE = 1.7  # a frame up to this much larger than the detector's input is looked at whole
MOST_WINDOWS = 4  # more windows than this cost more than one look at the whole frame is worth
_MARGIN = 0.25


def plan_regions(active: Boxes, size: tuple[int, int], input_size: tuple[int, int]) -> F32:
    """Regions float32 (R, 4) px that hold all of ``active`` (N, 4) px wholly, or the whole frame of ``size`` (width, height)."""
    scale = max(size[0] / input_size[0], size[1] / input_size[1])
    if scale <= CLOSE_SCALE or len(active) == 0:
        return whole_frame(size)
    window = np.minimum(np.array(input_size) * CLOSE_SCALE * 0.8, size)
    pending = _padded(active, size)
    windows: list[F32] = []
    while len(pending):
        if len(windows) == MOST_WINDOWS:
            return whole_frame(size)
        placed, held = _place(pending, window, size)
        if not held.any():
            return whole_frame(size)  # something larger than a window fills the picture anyway
        windows.append(placed)
        pending = pending[~held]
    return np.array(windows, np.float32)


def _padded(active: Boxes, size: tuple[int, int]) -> F32:
    margin = (active[:, 2:] - active[:, :2]) * _MARGIN + 8
    return boxes.clip(np.concatenate([active[:, :2] - margin, active[:, 2:] + margin], axis=1), size)


def _place(pending: F32, window: Boxes, size: tuple[int, int]) -> tuple[F32, npt.NDArray[np.bool_]]:
    """A window that begins at the leftmost, then topmost, pending box and the mask of the boxes that it holds."""
    first = pending[np.lexsort((pending[:, 1], pending[:, 0]))[0]]
    near = pending[(np.abs(pending[:, 1] - first[1]) < window[1]) & (pending[:, 2] <= first[0] + window[0])]
    top = float(first[1]) if len(near) == 0 else float(min(first[1], max(near[:, 1].min(), first[3] - window[1])))
    corner = np.clip([first[0], top], 0, np.maximum(np.array(size) - window, 0))
    placed = np.concatenate([corner, corner + window]).astype(np.float32)
    held = np.concatenate([pending[:, :2] >= placed[:2] - 0.5, pending[:, 2:] <= placed[2:] + 0.5], axis=1)
    return placed, np.asarray(held.all(axis=1), np.bool_)


def cut_by_window(xyxy: Boxes, searched: F32, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which boxes (N,) end at the edge of a window inside the frame, so that only a part of the road user was seen.

    A box that another window holds away from its edges is whole.
    """
    whole = np.zeros(len(xyxy), bool)
    for region in searched:
        left, top, right, bottom = region
        clear = (
            ((xyxy[:, 0] > left + 2) | (left <= 0))
            & ((xyxy[:, 1] > top + 2) | (top <= 0))
            & ((xyxy[:, 2] < right - 2) | (right >= size[0]))
            & ((xyxy[:, 3] < bottom - 2) | (bottom >= size[1]))
        )
        centre = boxes.centre(xyxy)
        within = ((centre >= region[:2]) & (centre <= region[2:])).all(axis=1)
        whole |= clear & within
    return ~whole
