"""How much of each road user is seen: outlines drawn one behind the other, each on a small sheet of its own."""

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.geometry import F64
from catseye.studio.observe.standing import SCALE

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]

SHEET_PX = 48  # the longer side of a sheet: fine enough for 2 % of a body, whatever its size in the picture
_FINE_BITS = 4  # after the point, in what OpenCV draws
_FINE = 1 << _FINE_BITS
_FAR_PX = 1e4


def visible_shares(points: F32, xyxy: F64, reach_m: F64, nearest: F32) -> F64:
    """Shares (N,) of the outlines of one frame that nothing nearer hides, of what lies inside the picture.

    ``points`` float32 (N, P, 2) px, ``xyxy`` (N, 4) the boxes around them cut to the picture, ``reach_m`` (N,) their distances over
    ground, ``nearest`` the map of ``standing``. Who is nearer over ground hides who is farther.
    """
    shares = np.ones(len(points))
    over = boxes.intersection(xyxy, xyxy) > 0
    hides = over & (reach_m[None, :] < reach_m[:, None])
    still = _behind_something(xyxy, reach_m, nearest)
    sizes = xyxy[:, 2:] - xyxy[:, :2]
    scales = SHEET_PX / np.maximum(sizes.max(axis=1, initial=0.0), 1e-6)
    shapes = np.maximum(sizes * scales[:, None], 1.0).astype(np.int64).tolist()
    points = np.clip(points, -_FAR_PX, _FAR_PX)
    hulls: dict[int, F32] = {}

    def fill(sheet: U8, row: int, other: int, value: int) -> None:
        if other not in hulls:
            hulls[other] = np.asarray(cv2.convexHull(points[other]), np.float32)
        scale = float(scales[row])
        at = (hulls[other] - lows[row]) * (scale * _FINE)
        cv2.fillConvexPoly(sheet, at.astype(np.int32), value, shift=_FINE_BITS)

    # The middle of a sheet's first pixel lies half a pixel inside it.
    lows = (xyxy[:, :2] + 0.5 / scales[:, None]).astype(np.float32)
    behind: dict[int, list[int]] = {row: [] for row in np.flatnonzero(still).tolist()}
    for row, other in np.argwhere(hides).tolist():
        behind.setdefault(row, []).append(other)
    for row, others in behind.items():
        width, height = shapes[row]
        sheet = np.zeros((height, width), np.uint8)
        fill(sheet, row, row, 1)
        alone = cv2.countNonZero(sheet)
        for other in others:
            fill(sheet, row, other, 0)
        if still[row]:
            sheet[_on_sheet(nearest, (width, height), xyxy[row, :2].tolist(), float(scales[row])) < reach_m[row]] = 0
        shares[row] = cv2.countNonZero(sheet) / alone if alone else 0.0
    return shares


def _behind_something(xyxy: F64, reach_m: F64, nearest: F32) -> npt.NDArray[np.bool_]:
    """Which boxes (N,) have something that stands nearer before a part of them."""
    height, width = nearest.shape
    low = np.clip(np.floor(xyxy[:, :2] * SCALE).astype(np.int64), 0, [width - 1, height - 1])
    high = np.clip(np.ceil(xyxy[:, 2:] * SCALE).astype(np.int64), low + 1, [width, height])
    spans = np.column_stack([low, high]).tolist()
    return np.array(
        [nearest[y1:y2, x1:x2].min() < far for (x1, y1, x2, y2), far in zip(spans, reach_m.tolist(), strict=True)], bool
    )


def _on_sheet(nearest: F32, size: tuple[int, int], low: list[float], scale: float) -> F32:
    """The map of what stands, sampled at the pixels of a sheet of ``size`` (width, height)."""
    step = SCALE / scale
    to_map = np.array([[step, 0.0, step / 2 + low[0] * SCALE - 0.5], [0.0, step, step / 2 + low[1] * SCALE - 0.5]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(nearest, to_map, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
