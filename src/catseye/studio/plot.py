"""A street on a grid of half metres: where something may stand, and the lines along which things line up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, XY
from catseye.studio.street import Street

REACH_M = 120.0  # from the street's middle
_CELL_M = 0.5
_LOW_M = 1.3  # what is lower hides nothing from a camera on a pole
_BUSY = ("carriageway", "sidewalk", "island", "shoulder", "cycle_lane", "parking")


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """The grid: which cells are taken, by what is low and by what is tall, and how far each is from the street."""

    origin: F64
    taken: npt.NDArray[np.uint8]  # by the street or by a thing
    shut: npt.NDArray[np.uint8]  # to tall things
    away_m: npt.NDArray[np.float32]
    _edges: dict[float, list[F64]] = field(default_factory=dict)

    @classmethod
    def of(cls, street: Street, keep_clear: Sequence[Sequence[XY]]) -> "Plot":
        """The grid round the middle of a street, with all of it that is not grass, and what stands there, taken."""
        marks = [point for line in street.lines for point in line.points]
        corners = np.array(marks or [point for surface in street.surfaces for point in surface.polygon], np.float64)
        middle = (corners.min(axis=0) + corners.max(axis=0)) / 2 if len(corners) else np.zeros(2)
        cells = round(2 * REACH_M / _CELL_M)
        taken, shut = np.zeros((cells, cells), np.uint8), np.zeros((cells, cells), np.uint8)
        plot = cls(middle - REACH_M, taken, shut, np.zeros((cells, cells), np.float32))
        for surface in street.surfaces:
            if surface.kind in _BUSY:
                plot.fill(taken, surface.polygon)
        plot.away_m[:] = cv2.distanceTransform(1 - taken, cv2.DIST_L2, 5) * _CELL_M
        for polygon in keep_clear:
            plot.fill(shut, polygon)
        for head in street.signals:
            plot.fill(taken, square(head.position_m, 1.5))
        for fixture in street.fixtures:
            plot.fill(taken, fixture.outline or square(fixture.position_m, 0.5))
        return plot

    def fill(self, sheet: npt.NDArray[np.uint8], polygon: Sequence[XY] | F64) -> None:
        """Mark the cells of a polygon on one of the sheets."""
        cells = (np.asarray(polygon, np.float64) - self.origin) / _CELL_M - 0.5
        cv2.fillPoly(sheet, [np.rint(cells * 16).astype(np.int32)], 1, shift=4)

    def claim(self, polygon: F64, height_m: float) -> bool:
        """Take the ground for a thing that high; False where some of it is taken, shut or off the grid."""
        if np.any(polygon < self.origin) or np.any(polygon > self.origin + 2 * REACH_M):
            return False
        low = np.maximum(np.floor((polygon.min(axis=0) - self.origin) / _CELL_M).astype(int) - 1, 0)
        high = np.ceil((polygon.max(axis=0) - self.origin) / _CELL_M).astype(int) + 1
        part = np.s_[low[1] : high[1], low[0] : high[0]]
        sheet = np.zeros_like(self.taken[part])
        self.fill(sheet, polygon - low * _CELL_M)
        if np.any(sheet & (self.taken[part] | self.shut[part] if height_m > _LOW_M else self.taken[part])):
            return False
        self.taken[part] |= sheet
        return True

    def frontage(self, setback_m: float) -> list[F64]:
        """Lines (N, 2) in metres that run ``setback_m`` behind the street, in straight pieces."""
        if setback_m not in self._edges:
            near = (self.away_m <= setback_m).astype(np.uint8)
            edges, _ = cv2.findContours(near, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            straight = [cv2.approxPolyDP(edge, 0.6, closed=True)[:, 0] for edge in edges]
            self._edges[setback_m] = [(edge + 0.5) * _CELL_M + self.origin for edge in straight if len(edge) > 1]
        return self._edges[setback_m]

    def outward(self, at: F64, along: F64) -> F64 | None:
        """The unit vector square to ``along`` that leads away from the street; None at the grid's edge."""
        normal = np.array([-along[1], along[0]])
        sides = [self.away_at(at + side * normal) for side in (1.0, -1.0)]
        if sides[0] is None or sides[1] is None or sides[0] == sides[1]:
            return None
        return normal if sides[0] > sides[1] else -normal

    def away_at(self, at: F64) -> float | None:
        column, row = np.floor((at - self.origin) / _CELL_M).astype(int)
        inside = 1 < row < len(self.away_m) - 2 and 1 < column < len(self.away_m) - 2
        return float(self.away_m[row, column]) if inside else None

    def first_free(self, start: F64, along: F64, least_m: float) -> F64 | None:
        """The first place from ``start`` on that is ``least_m`` off the street."""
        for step in np.arange(0.0, 40.0, _CELL_M):
            away = self.away_at(start + step * along)
            if away is not None and away >= least_m:
                return np.asarray(start + step * along, np.float64)
        return None


def square(at: XY, half_m: float) -> tuple[XY, ...]:
    """A square round a point."""
    return tuple((at[0] + dx * half_m, at[1] + dy * half_m) for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
