"""The ground that a camera of the register sees.

Where its scene is calibrated and its heading known, it is the picture's footprint: the homography tells the camera
(``rules.ground``), which is put on its registered place and turned to its registered heading. Else it is a sector: from the
camera's foot, ``field_of_view_deg`` wide about ``heading_deg``, as long as ``reach_m``. Neither knows of what stands in the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from catseye.core.cameras import MOST_PX_PER_M, Camera, LonLat, Place
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.network.density import MONITOR_PX_PER_M, px_per_m, too_dense_to_m
from catseye.network.plane import LocalPlane
from catseye.rules.ground import GroundView, ground_view

_STEP_DEG = 5.0
_GRID = (48, 512)  # points across and up at which a footprint is looked at: far off, a row of pixels is metres
_EDGE_PX = 0.01  # inside the picture's edge


@dataclass(frozen=True, slots=True, eq=False)
class Sector:
    """A view of which only heading, width and reach are known. ``width_px`` is the picture's, None where not known.

    ``outline`` (N, 2) is counter-clockwise in metres east and north of the foot. ``too_dense_to_m`` is how far from the foot the
    ground has more pixels a metre than a public view needs; None is not known.
    """

    place: Place
    outline: F64
    width_px: int | None
    too_dense_to_m: float | None
    kind: Literal["sector"] = "sector"

    def sees(self, points: F64) -> npt.NDArray[np.bool_]:
        """Whether each of ``points`` is near enough and within the angle."""
        turn = np.degrees(np.arctan2(points[:, 0], points[:, 1])) - (self.place.heading_deg or 0.0)
        within = np.abs((turn + 180.0) % 360.0 - 180.0) <= (self.place.field_of_view_deg or 0.0) / 2
        away_m = np.hypot(*points.T)
        return np.asarray((away_m <= (self.place.reach_m or 0.0)) & (within | (away_m == 0.0)), np.bool_)

    def px_per_m(self, points: F64) -> F64:
        """By the distance from the lens."""
        if self.width_px is None:
            return np.full(len(points), np.nan)
        away_m = np.hypot(np.hypot(*points.T), self.place.height_m or 0.0)
        return px_per_m(self.width_px, self.place.field_of_view_deg or 360.0, away_m)


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """A calibrated view. ``turn`` (2, 2) leads from metres east and north of the foot to the scene's axes, ``eye`` is the foot.

    Without a ``reach_m`` it reaches to where a metre has the pixels to monitor by.
    """

    view: GroundView
    size: tuple[int, int]
    eye: F64
    turn: F64
    reach_m: float | None
    outline: F64
    too_dense_to_m: float | None
    kind: Literal["footprint"] = "footprint"

    def sees(self, points: F64) -> npt.NDArray[np.bool_]:
        """Whether each of ``points`` is in the picture and near enough."""
        return self._sees(points @ self.turn.T + self.eye)

    def px_per_m(self, points: F64) -> F64:
        """From the homography, a metre across the line of sight."""
        return self._px_per_m(points @ self.turn.T + self.eye)

    def _sees(self, scene_m: F64) -> npt.NDArray[np.bool_]:
        flat = np.column_stack([scene_m, np.zeros(len(scene_m)), np.ones(len(scene_m))]) @ self.view.camera.T
        ahead = flat[:, 2] > 0
        px = flat[:, :2] / np.where(ahead, flat[:, 2], np.nan)[:, None]
        inside = ahead & ((px >= 0) & (px <= self.size)).all(axis=1)
        if self.reach_m is None:
            inside[inside] = self._px_per_m(scene_m[inside]) >= MONITOR_PX_PER_M
            return inside
        return np.asarray(inside & (np.hypot(*(scene_m - self.eye).T) <= self.reach_m), np.bool_)

    def _px_per_m(self, scene_m: F64) -> F64:
        sight = scene_m - self.eye
        across = np.column_stack([-sight[:, 1], sight[:, 0]]) / np.maximum(np.hypot(*sight.T), 1e-9)[:, None] / 2
        ends = [np.column_stack([scene_m + sign * across, np.zeros(len(scene_m))]) for sign in (-1.0, 1.0)]
        return np.asarray(np.hypot(*(self.view.pixels(ends[1]) - self.view.pixels(ends[0])).T), np.float64)


View = Sector | Footprint


def view_of(place: Place | None, scene: Scene | None, width_px: int | None) -> View | None:
    """What is seen from a place; None where that is not known. ``width_px`` is used where the scene does not tell the picture's."""
    if place is None:
        return None
    if scene is not None and scene.drawn_for is not None:
        width_px = scene.drawn_for[0]
        told = ground_view(scene.fit(scene.drawn_for))
        if told is not None and place.heading_deg is not None:
            return _footprint(told, scene.drawn_for, place.heading_deg, place.reach_m)
    outline = sector(place)
    if outline is None or place.field_of_view_deg is None:
        return None
    dense = None if width_px is None else too_dense_to_m(width_px, place.field_of_view_deg, place.height_m)
    return Sector(place, outline, width_px, dense)


def _footprint(view: GroundView, size: tuple[int, int], heading_deg: float, reach_m: float | None) -> Footprint:
    """A calibrated view turned to its heading."""
    width, height = size
    eye = np.asarray(np.linalg.solve(view.camera[:, :3], -view.camera[:, 3])[:2], np.float64)
    left, middle, right = view.metres(np.array([[0.0, height], [width / 2, height], [width, height]])) - eye
    ahead = middle / np.hypot(*middle)
    clockwise = np.array([ahead[1], -ahead[0]])
    aside = clockwise if (right - left) @ clockwise > 0 else -clockwise  # a scene's y may point down
    turned = np.radians(heading_deg)
    north_up = np.array([[np.sin(turned), np.cos(turned)], [np.cos(turned), -np.sin(turned)]])  # from east, north
    turn = np.asarray(np.column_stack([ahead, aside]) @ north_up, np.float64)
    rough = Footprint(view, size, eye, turn, reach_m, np.zeros((0, 2)), None)
    at = [np.linspace(_EDGE_PX, end - _EDGE_PX, count) for end, count in zip(size, _GRID, strict=True)]
    ground = (view.metres(np.stack(np.meshgrid(at[0], at[1][::-1]), -1).reshape(-1, 2)) - eye) @ turn
    known = np.isfinite(ground).all(axis=1)
    ground[~known] = 0.0
    known &= rough.sees(ground)
    dense = ground[known][rough.px_per_m(ground[known]) > MOST_PX_PER_M]
    far_m = float(np.hypot(*dense.T).max()) if len(dense) else 0.0
    rows = (_GRID[1], _GRID[0])
    return replace(rough, outline=_rim(ground.reshape(*rows, 2), known.reshape(rows)), too_dense_to_m=far_m)


def _rim(ground: F64, known: npt.NDArray[np.bool_]) -> F64:
    """The outline (N, 2) of points (row, column, 2), rows from the picture's lower edge up: the near ends, back by the far."""
    near, far = [], []
    for column in range(ground.shape[1]):
        seen = ground[known[:, column], column]
        if len(seen):
            near.append(seen[0])
            far.append(seen[-1])
    return np.asarray([*near, *far[::-1]], np.float64).reshape(-1, 2)


def sector(place: Place) -> F64 | None:
    """The corners (N, 2) of the ground seen, metres east and north of the foot, counter-clockwise; None where not known."""
    if place.heading_deg is None or place.field_of_view_deg is None or place.reach_m is None:
        return None
    wide = place.field_of_view_deg
    steps = max(2, int(np.ceil(wide / _STEP_DEG)) + 1)
    turns = np.radians(place.heading_deg + np.linspace(wide / 2, -wide / 2, steps))
    rim = place.reach_m * np.column_stack([np.sin(turns), np.cos(turns)])
    return rim[:-1] if wide >= 360.0 else np.vstack([np.zeros((1, 2)), rim])


def rings(cameras: Iterable[Camera]) -> dict[str, tuple[LonLat, ...]]:
    """What each camera sees as a closed ring of longitudes and latitudes, counter-clockwise; none for those not known."""
    seen: dict[str, tuple[LonLat, ...]] = {}
    for camera in cameras:
        corners = sector(camera.place) if camera.place else None
        if camera.place is not None and corners is not None:
            ring = [(round(x, 7), round(y, 7)) for x, y in LocalPlane(camera.place.point).lonlat(corners).tolist()]
            seen[camera.name] = (*ring, ring[0])
    return seen
