"""Boxes are float (N, 4) arrays of x1, y1, x2, y2 in pixels, origin top left, x2 and y2 exclusive."""

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Boxes = npt.NDArray[np.floating]

_EDGE_PX, _EDGE = 2.0, 0.04


def empty() -> F32:
    """No boxes, shape (0, 4)."""
    return np.zeros((0, 4), np.float32)


def area(xyxy: Boxes) -> F64:
    """Areas (N,) in square pixels; a box turned inside out has none."""
    size = np.maximum(xyxy[:, 2:].astype(np.float64) - xyxy[:, :2], 0.0)
    return size[:, 0] * size[:, 1]


def intersection(a: Boxes, b: Boxes) -> F64:
    """Areas (N, M) shared by each of ``a`` (N, 4) with each of ``b`` (M, 4)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    size = np.maximum(high.astype(np.float64) - low, 0.0)
    return np.asarray(size[..., 0] * size[..., 1], np.float64)


def iou(a: Boxes, b: Boxes) -> F64:
    """Intersection over union (N, M); 0 where both boxes are empty."""
    shared = intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def covered(a: Boxes, b: Boxes) -> F64:
    """Share (N, M) of each box of ``a`` that lies inside each box of ``b``."""
    shared = intersection(a, b)
    whole = np.broadcast_to(area(a)[:, None], shared.shape)
    return np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)


def centre(xyxy: Boxes) -> F64:
    """Centres (N, 2)."""
    return (xyxy[:, :2].astype(np.float64) + xyxy[:, 2:]) / 2


def foot(xyxy: Boxes) -> F64:
    """Middles of the lower edges (N, 2): where a road user meets the ground."""
    return np.stack([(xyxy[:, 0].astype(np.float64) + xyxy[:, 2]) / 2, xyxy[:, 3].astype(np.float64)], axis=1)


def clip(xyxy: Boxes, size: tuple[int, int]) -> F32:
    """The boxes cut to a picture of ``size`` (width, height)."""
    width, height = size
    return np.clip(xyxy, 0, [width, height, width, height]).astype(np.float32)


def at_edge(xyxy: Boxes, size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which sides (N, 4) lie on the edge of a picture of ``size`` (width, height), within 2 px or 4 % of the box's own size."""
    near = np.maximum(_EDGE * (xyxy[:, 2:].astype(np.float64) - xyxy[:, :2]), _EDGE_PX)
    return np.concatenate([xyxy[:, :2] <= near, xyxy[:, 2:] >= np.array(size, np.float64) - near], axis=1)
