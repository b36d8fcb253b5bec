"""Where on the ground conflicts gather."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.ndimage import maximum_filter

from catseye.core.geometry import F64, XY

CELL_M = 0.5
_KERNEL_M = 2.5  # half a car's length: what is nearer happened at one place
_REACH = 4.0  # kernels that the grid goes beyond the outermost conflict
_MOST_CELLS = 1_000_000
_LEAST = 2  # a place with one conflict is none where they gather


class Hotspot(msgspec.Struct, frozen=True, kw_only=True):
    """A place where conflicts gather: ``conflicts`` within two kernels of ``point_m``, and ``per_are`` at it, per 100 m2."""

    point_m: XY
    conflicts: int
    per_are: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Density:
    """Conflicts per 100 m2 in square cells (rows of y, columns of x), the first at the corner ``origin_m``."""

    origin_m: XY
    cell_m: float
    per_are: F64
    kernel_m: float


def density(points_m: Sequence[XY], place_error_m: float) -> Density:
    """The density of conflicts (N >= 1 points), each spread by a normal kernel as wide as half a car and the error of a place.

    Kernel density: Silverman 1986. Cells are ``CELL_M``, larger where the street is large. Raises ValueError for no points.
    """
    points = np.asarray(points_m, np.float64).reshape(-1, 2)
    if not len(points):
        raise ValueError("no points")
    kernel_m = float(np.hypot(_KERNEL_M, place_error_m))
    low, high = points.min(axis=0) - _REACH * kernel_m, points.max(axis=0) + _REACH * kernel_m
    cell_m = max(CELL_M, float(np.sqrt(np.prod(high - low) / _MOST_CELLS)))
    columns, rows = np.ceil((high - low) / cell_m).astype(int).tolist()
    x, y = (low[axis] + (np.arange(n) + 0.5) * cell_m for axis, n in ((0, columns), (1, rows)))
    along, up = (np.exp(-(((line[:, None] - points[:, axis]) / kernel_m) ** 2) / 2) for axis, line in ((0, x), (1, y)))
    per_m2 = up @ along.T / (2 * np.pi * kernel_m**2)
    return Density(origin_m=(float(low[0]), float(low[1])), cell_m=cell_m, per_are=100.0 * per_m2, kernel_m=kernel_m)


def hotspots(points_m: Sequence[XY], found: Density, most: int = 5) -> list[Hotspot]:
    """The densest places, densest first: each two kernels from any denser one, with two conflicts or more."""
    points = np.asarray(points_m, np.float64).reshape(-1, 2)
    around = 2 * int(np.ceil(2 * found.kernel_m / found.cell_m)) + 1
    top = (found.per_are == maximum_filter(found.per_are, size=around)) & (found.per_are > 0)
    row, column = np.nonzero(top)
    places = np.array(found.origin_m) + (np.stack([column, row], 1) + 0.5) * found.cell_m
    near = (np.hypot(*(places[:, None] - points).transpose(2, 0, 1)) <= 2 * found.kernel_m).sum(axis=1)
    kept = [
        Hotspot(point_m=(round(x, 2), round(y, 2)), conflicts=int(count), per_are=round(float(dense), 3))
        for (x, y), count, dense in zip(places.tolist(), near, found.per_are[row, column], strict=True)
        if count >= _LEAST
    ]
    return sorted(kept, key=lambda spot: -spot.per_are)[:most]
