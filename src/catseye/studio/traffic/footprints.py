"""Footprints of a run as rectangles, and who overlaps."""

from collections.abc import Iterable

import numpy as np

from catseye.core.geometry import F64, polygon_area
from catseye.core.rectangles import Rectangles, Rows, contact_s
from catseye.studio.bodies import Model
from catseye.studio.truth import Trajectories

OVERLAP_M2 = 0.05


def sizes_m(models: Iterable[Model]) -> F64:
    """Length, width and length of the trailer of each build, (N, 3)."""
    return np.array([(m.length_m, m.width_m, m.trailer_m) for m in models], np.float64).reshape(-1, 3)


def rectangles(table: Trajectories, sizes: F64, rows: Rows) -> Rectangles:
    """The footprints of some rows: one each, of an articulated vehicle the tractor's and after all others the trailer's.

    ``sizes[n - 1]``, of ``sizes_m``, is that of number n.
    """
    length, width, trailer = sizes[table.number[rows] - 1].T
    ahead = np.stack([np.cos(table.yaw_rad[rows]), np.sin(table.yaw_rad[rows])], 1)
    xy = table.xy_m[rows] + (trailer / 2)[:, None] * ahead
    half = np.stack([(length - trailer) / 2, width / 2], 1)
    long = np.flatnonzero(trailer > 0)
    if not len(long):
        return Rectangles(xy, table.yaw_rad[rows], half, rows)
    yaw = table.trailer_yaw_rad[rows[long]]
    kingpin = xy[long] - half[long, :1] * ahead[long]
    behind = kingpin - (trailer[long] / 2)[:, None] * np.stack([np.cos(yaw), np.sin(yaw)], 1)
    return Rectangles(
        np.concatenate([xy, behind]),
        np.concatenate([table.yaw_rad[rows], yaw]),
        np.concatenate([half, np.stack([trailer[long] / 2, width[long] / 2], 1)]),
        np.concatenate([rows, rows[long]]),
    )


def overlap_m2(a: Rectangles, b: Rectangles) -> F64:
    """The area (N,) that pairs share."""
    touch = contact_s(a, b, np.zeros((len(a.row), 2))) == 0.0
    found = np.zeros(len(a.row))
    rows = np.flatnonzero(touch)
    corners, axes = a[rows].corners(), b[rows].axes()
    for k, row in enumerate(rows.tolist()):
        found[row] = _common_m2(corners[k], b.xy_m[row], axes[k], b.half_m[row])
    return found


def _common_m2(polygon: F64, middle: F64, axes: F64, half_m: F64) -> float:
    """The area of a convex polygon within a rectangle, cut side by side (Sutherland and Hodgman 1974)."""
    points = (polygon - middle) @ axes.T
    for axis, sign in ((0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)):
        beyond = sign * points[:, axis] - half_m[axis]
        kept: list[F64] = []
        for p, q, d, e in zip(points, np.roll(points, -1, axis=0), beyond, np.roll(beyond, -1), strict=True):
            if d <= 0:
                kept.append(p)
            if (d < 0 < e) or (e < 0 < d):
                kept.append(p + d / (d - e) * (q - p))
        if len(kept) < 3:
            return 0.0
        points = np.array(kept)
    return polygon_area(tuple((x, y) for x, y in points.tolist()))
