"""Cuts what lies on the ground to what a camera sees of it."""

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, XY, inside
from catseye.studio.camera import PoleCamera


def on_ground(points: F64) -> F64:
    """Points (N, 2) of the carriageway as (N, 3)."""
    return np.concatenate([points, np.zeros((len(points), 1))], axis=1)


def longest(seen: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and last index of the longest unbroken stretch of True; (0, 0) where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    if not len(begins):
        return 0, 0
    best = int((ends - begins).argmax())
    return int(begins[best]), int(ends[best]) - 1


def grid(polygon: F64) -> F64:
    """Points spread over a polygon, its middle where it is thinner than the grid."""
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    axes = [np.linspace(low[k], high[k], 33) for k in (0, 1)]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    within = points[inside(points, polygon)]
    return within if len(within) else polygon.mean(axis=0)[None]


def subdivided(polygon: F64, parts: int) -> F64:
    after = np.roll(polygon, -1, axis=0)
    share = (np.arange(parts) / parts)[None, :, None]
    return np.asarray((polygon[:, None] + share * (after - polygon)[:, None]).reshape(-1, 2), np.float64)


def cut_to_view(polygon: F64, camera: PoleCamera) -> F64:
    """A ground polygon in pixels (M, 2), cut at the near plane and at the picture's edges (Sutherland and Hodgman 1974)."""
    points = on_ground(polygon)
    depth = (points - np.array(camera.position_m)) @ camera.axes()[2]
    px, _ = camera.project(_half(points, depth - 0.5))
    width, height = camera.size
    for axis, sign, edge in ((0, 1, 0), (0, -1, width), (1, 1, 0), (1, -1, height)):
        px = _half(px, sign * (px[:, axis] - edge)) if len(px) else px
    return px


def _half(points: F64, distance: F64) -> F64:
    """The part of a polygon whose ``distance`` (N,) is not negative."""
    out = []
    for k in range(len(points)):
        n = (k + 1) % len(points)
        if distance[k] >= 0:
            out.append(points[k])
        if (distance[k] >= 0) != (distance[n] >= 0):
            share = distance[k] / (distance[k] - distance[n])
            out.append(points[k] + share * (points[n] - points[k]))
    return np.array(out, np.float64).reshape(-1, points.shape[1])


def without_doubles(points: list[XY]) -> list[XY]:
    return [point for k, point in enumerate(points) if point != points[k - 1]]
