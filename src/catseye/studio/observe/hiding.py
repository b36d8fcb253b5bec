"""How much of each road user is seen: outlines drawn one behind the other, each on a small sheet of its own."""

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.observe.standing import SCALE
from catseye.studio.truth import I32

F32 = npt.NDArray[np.float32]
U8 = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SHEET_PX = 48  # the longer side of a sheet: fine enough for 2 % of a body, whatever its size in the picture
_FINE_BITS = 4  # after the point, in what OpenCV draws
_FINE = 1 << _FINE_BITS
_FAR_PX = 1e4
_EDGE_PX = 3.0  # of a sheet: what stays further off an outline is not touched by its edge, however OpenCV rounds it
_TURNS = np.radians(np.arange(0.0, 180.0, 22.5))  # directions in which two outlines are asked whether a gap lies between them


def visible_shares(frame: I32, points: F32, xyxy: F64, reach_m: F64, nearest: F32) -> F64:
    """Shares (N,) of outlines that nothing nearer of their frame hides, of what lies inside the picture.

    ``frame`` int32 (N,) in rising order, ``points`` float32 (N, P, 2) px, ``xyxy`` (N, 4) the boxes around them cut to the
    picture, ``reach_m`` (N,) their distances over ground, ``nearest`` the map of ``standing``. Who is nearer over ground hides who
    is farther.
    """
    shares = np.ones(len(points))
    sizes = xyxy[:, 2:] - xyxy[:, :2]
    scales = SHEET_PX / np.maximum(sizes.max(axis=1, initial=0.0), 1e-6)
    points = np.clip(points, -_FAR_PX, _FAR_PX)
    still = _behind_something(xyxy, reach_m, nearest)
    behind, before = _apart_in_depth(frame, xyxy, reach_m)
    touch = _may_touch(points, scales, behind, before)
    behind, before = behind[touch], before[touch]
    hidden = np.flatnonzero(still | (np.bincount(behind, minlength=len(points)) > 0))
    first = np.searchsorted(behind, hidden)
    drawn = _drawn(points, xyxy, scales, np.insert(behind, first, hidden), np.insert(before, first, hidden))
    shapes = np.maximum(sizes[hidden] * scales[hidden, None], 1.0).astype(np.int64).tolist()
    many = np.bincount(behind, minlength=len(points))[hidden].tolist()
    for row, (width, height), others in zip(hidden.tolist(), shapes, many, strict=True):
        sheet = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(sheet, next(drawn), 1, shift=_FINE_BITS)
        alone = cv2.countNonZero(sheet)
        for _ in range(others):
            cv2.fillConvexPoly(sheet, next(drawn), 0, shift=_FINE_BITS)
        if still[row]:
            sheet[_on_sheet(nearest, (width, height), xyxy[row, :2].tolist(), float(scales[row])) < reach_m[row]] = 0
        shares[row] = cv2.countNonZero(sheet) / alone if alone else 0.0
    return shares


def _apart_in_depth(frame: I32, xyxy: F64, reach_m: F64) -> tuple[Rows, Rows]:
    """Pairs (M,) of rows of one frame whose boxes overlap: the farther, in rising order, and the nearer."""
    behind, before = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for low, high in pairwise(np.flatnonzero(np.diff(frame, prepend=-1, append=-2)).tolist()):
        left, top, right, bottom = xyxy[low:high].T
        reach = reach_m[low:high]
        begins = (left[:, None] < right) & (top[:, None] < bottom)
        some = begins.diagonal()
        row, other = np.nonzero(begins & begins.T & some & some[:, None] & (reach[:, None] > reach))
        behind.append(row + low)
        before.append(other + low)
    return np.concatenate(behind), np.concatenate(before)


def _may_touch(points: F32, scales: F64, behind: Rows, before: Rows) -> Mask:
    """Which pairs (M,) of outlines have no gap between them that shows in any of a few directions."""
    along = points.transpose(1, 0, 2) @ np.stack([np.cos(_TURNS), np.sin(_TURNS)]).astype(np.float32)
    low, high = along.min(axis=0), along.max(axis=0)
    gap = np.maximum(low[before] - high[behind], low[behind] - high[before]).max(axis=1, initial=-np.inf)
    return np.asarray(gap <= _EDGE_PX / scales[behind])


def _drawn(points: F32, xyxy: F64, scales: F64, sheet: Rows, who: Rows) -> Iterator[I32]:
    """The hulls of the outlines ``who`` (M,), each int32 (P, 2) as OpenCV draws it on the sheet of a row of ``sheet`` (M,)."""
    # The middle of a sheet's first pixel lies half a pixel inside it.
    lows = (xyxy[:, :2] + 0.5 / scales[:, None]).astype(np.float32)
    names, of = np.unique(who, return_inverse=True)
    hulls = [cv2.convexHull(points[row])[:, 0] for row in names.tolist()]
    count = np.array([len(hull) for hull in hulls], np.int64)
    begin, many = (np.cumsum(count) - count)[of], count[of]
    ends = np.cumsum(many)
    corner = np.arange(int(many.sum())) + np.repeat(begin - (ends - many), many)
    on = np.repeat(sheet, many)
    flat = np.concatenate([np.zeros((0, 2), np.float32), *hulls])
    at = (flat[corner] - lows[on]) * (scales * _FINE).astype(np.float32)[on, None]
    corners = at.astype(np.int32)
    for low, high in pairwise([0, *ends.tolist()]):
        yield corners[low:high]


def _behind_something(xyxy: F64, reach_m: F64, nearest: F32) -> Mask:
    """Which boxes (N,) have something that stands nearer before a part of them.

    The least of a box is that of four windows in its corners, each a power of two wide and high (the sparse table of Bender and
    Farach-Colton 2000, "The LCA problem revisited").
    """
    height, width = nearest.shape
    low = np.clip(np.floor(xyxy[:, :2] * SCALE).astype(np.int64), 0, [width - 1, height - 1])
    high = np.clip(np.ceil(xyxy[:, 2:] * SCALE).astype(np.int64), low + 1, [width, height])
    power = np.frexp(high - low)[1] - 1
    least = np.full(len(xyxy), np.inf, np.float32)
    for size in np.unique(power, axis=0).tolist():
        rows = np.flatnonzero((power == size).all(axis=1))
        (w, h), (x, y) = (1 << n for n in size), low[rows].T
        window = cv2.erode(nearest, np.ones((h, w), np.uint8), anchor=(0, 0), borderType=cv2.BORDER_REPLICATE)
        right, bottom = high[rows, 0] - w, high[rows, 1] - h
        least[rows] = np.minimum(np.minimum(window[y, x], window[y, right]), np.minimum(window[bottom, x], window[bottom, right]))
    return np.asarray(least < reach_m)


def _on_sheet(nearest: F32, size: tuple[int, int], low: list[float], scale: float) -> F32:
    """The map of what stands, sampled at the pixels of a sheet of ``size`` (width, height)."""
    step = SCALE / scale
    to_map = np.array([[step, 0.0, step / 2 + low[0] * SCALE - 0.5], [0.0, step, step / 2 + low[1] * SCALE - 0.5]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(nearest, to_map, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
