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
_FINE = 4  # bits after the point in what OpenCV draws


def visible_shares(points: F32, xyxy: F64, reach_m: F64, nearest: F32) -> F64:
    """Shares (N,) of the outlines of one frame that nothing nearer hides, of what lies inside the picture.

    ``points`` float32 (N, P, 2) px, ``xyxy`` (N, 4) the boxes around them cut to the picture, ``reach_m`` (N,) their distances over
    ground, ``nearest`` the map of ``standing``. Who is nearer over ground hides who is farther.
    """
    shares = np.ones(len(points))
    over = boxes.intersection(xyxy, xyxy) > 0
    hides = over & (reach_m[None, :] < reach_m[:, None])
    still = _behind_something(xyxy, reach_m, nearest)
    hulls: dict[int, F32] = {}

    def hull(row: int) -> F32:
        if row not in hulls:
            hulls[row] = np.asarray(cv2.convexHull(points[row]), np.float32)
        return hulls[row]

    for row in np.flatnonzero(hides.any(axis=1) | still).tolist():
        low, size = xyxy[row, :2], xyxy[row, 2:] - xyxy[row, :2]
        scale = SHEET_PX / max(float(size.max()), 1e-6)
        sheet = np.zeros((max(int(size[1] * scale), 1), max(int(size[0] * scale), 1)), np.uint8)
        _fill(sheet, hull(row), low, scale, 1)
        alone = cv2.countNonZero(sheet)
        for other in np.flatnonzero(hides[row]).tolist():
            _fill(sheet, hull(other), low, scale, 0)
        if still[row]:
            sheet[_on_sheet(nearest, sheet.shape, low, scale) < reach_m[row]] = 0
        shares[row] = cv2.countNonZero(sheet) / alone if alone else 0.0
    return shares


def _fill(sheet: U8, hull: F32, low: F64, scale: float, value: int) -> None:
    at = (hull - low.astype(np.float32)) * np.float32(scale) - np.float32(0.5)
    cv2.fillConvexPoly(sheet, np.rint(np.clip(at, -1e5, 1e5) * (1 << _FINE)).astype(np.int32), value, shift=_FINE)


def _behind_something(xyxy: F64, reach_m: F64, nearest: F32) -> npt.NDArray[np.bool_]:
    """Which boxes (N,) have something that stands nearer before a part of them."""
    height, width = nearest.shape
    low = np.clip(np.floor(xyxy[:, :2] * SCALE).astype(np.int64), 0, [width - 1, height - 1])
    high = np.clip(np.ceil(xyxy[:, 2:] * SCALE).astype(np.int64), low + 1, [width, height])
    spans = np.column_stack([low, high]).tolist()
    return np.array(
        [nearest[y1:y2, x1:x2].min() < far for (x1, y1, x2, y2), far in zip(spans, reach_m.tolist(), strict=True)], bool
    )


def _on_sheet(nearest: F32, shape: tuple[int, ...], low: F64, scale: float) -> F32:
    """The map of what stands, sampled at the pixels of a sheet."""
    y, x = (((np.arange(n) + 0.5) / scale + start) * SCALE for n, start in zip(shape, low[::-1].tolist(), strict=True))
    rows = np.clip(y.astype(np.int64), 0, nearest.shape[0] - 1)
    columns = np.clip(x.astype(np.int64), 0, nearest.shape[1] - 1)
    return np.asarray(nearest[np.ix_(rows, columns)], np.float32)
