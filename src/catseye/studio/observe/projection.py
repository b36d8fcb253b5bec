"""From poses on the street to outlines in the picture."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.outlines import outline
from catseye.studio.poses import Poses
from catseye.studio.street import Street

NEAREST_M = 0.3  # what comes nearer to the lens, or behind it, is not projected
_CELL_M = 0.25

Rows = npt.NDArray[np.intp]


class Ground:
    """How high the ground is: the raised surfaces of a street on a grid of 0.25 m."""

    def __init__(self, street: Street) -> None:
        raised = [surface for surface in street.surfaces if surface.height_m > 0.0]
        points = np.array([point for surface in raised for point in surface.polygon], np.float64).reshape(-1, 2)
        self._low = points.min(axis=0) if len(points) else np.zeros(2)
        extent = (points.max(axis=0) - self._low) if len(points) else np.zeros(2)
        shape = np.ceil(extent / _CELL_M).astype(np.int64) + 1
        self._height = np.zeros((int(shape[0]), int(shape[1])))
        for surface in raised:
            self._raise(np.asarray(surface.polygon, np.float64), surface.height_m)

    def _raise(self, polygon: F64, height_m: float) -> None:
        low = np.floor((polygon.min(axis=0) - self._low) / _CELL_M).astype(np.int64)
        high = np.ceil((polygon.max(axis=0) - self._low) / _CELL_M).astype(np.int64) + 1
        part = self._height[low[0] : high[0], low[1] : high[1]]
        x, y = ((np.arange(n) + at) * _CELL_M + least for n, at, least in zip(part.shape, low, self._low, strict=True))
        np.maximum(part, height_m, out=part, where=inside_grid(x, y, polygon))

    def height_m(self, xy_m: F64) -> F64:
        """Heights (N,) in metres over the carriageway at points (N, 2)."""
        cell = np.rint((xy_m - self._low) / _CELL_M).astype(np.int64)
        known = np.asarray(((cell >= 0) & (cell < np.array(self._height.shape))).all(axis=1))
        cell = np.where(known[:, None], cell, 0)
        return np.where(known, self._height[cell[:, 0], cell[:, 1]], 0.0)


def inside_grid(x: F64, y: F64, polygon: F64) -> npt.NDArray[np.bool_]:
    """Whether each point of a grid, columns ``x`` (N,) in rising order by rows ``y`` (M,), lies in ``polygon`` (P, 2): (N, M).

    What ``inside`` says of each, row by row: a crossing of the polygon's edge switches all points to the left of it.
    """
    x1, y1 = polygon.T
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    row, edge = np.nonzero((y1 > y[:, None]) != (y2 > y[:, None]))
    meets = (x2 - x1)[edge] * (y[row] - y1[edge]) / (y2 - y1)[edge] + x1[edge]
    switches = np.zeros((len(x) + 1, len(y)), np.int64)
    np.add.at(switches, (np.searchsorted(x, meets), row), 1)
    return np.asarray(switches[::-1].cumsum(axis=0)[::-1][1:] % 2 == 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The outlines of some poses of one shape, in pixels before the mast sways.

    ``rows`` (N,) of the poses; ``points`` float64 (N, P, 2); ``xyxy`` (N, 4) around them, not cut to the picture; ``reach_m`` (N,)
    the distance over ground from the camera, by which nearer ones hide farther ones.
    """

    rows: Rows
    points: F64
    xyxy: F64
    reach_m: F64


def project(poses: Poses, model_of: dict[int, str], camera: PoleCamera, ground: Ground) -> Iterator[Seen]:
    """The outline of every pose that is in front of the camera, shape by shape. ``model_of`` maps numbers to models."""
    names = sorted(set(model_of.values()))
    code = np.zeros(max(model_of, default=0) + 1, np.int64)
    for number, model in model_of.items():
        code[number] = names.index(model)
    of_row = code[poses.number]
    for k, name in enumerate(names):
        rows = np.flatnonzero(of_row == k)
        if len(rows):
            yield from _of_model(name, rows, poses, camera, ground.height_m(poses.xy_m[rows]))


def _of_model(name: str, rows: Rows, poses: Poses, camera: PoleCamera, z_m: F64) -> Iterator[Seen]:
    shape, model = outline(name), MODELS[name]
    middle = np.column_stack([poses.xy_m[rows], z_m])
    if shape.trailer is not None:
        bumper = middle + model.length_m / 2 * _forward(poses.yaw_rad[rows])
        kingpin = bumper - (model.length_m - model.trailer_m) * _forward(poses.yaw_rad[rows])
        both = [
            placed(shape.phases[0], bumper, poses.yaw_rad[rows]),
            placed(shape.trailer, kingpin, poses.trailer_yaw_rad[rows]),
        ]
        yield _seen(rows, np.concatenate(both, axis=1), middle, camera)
        return
    phase = shape.phase(poses.walked_m[rows], poses.speed_mps[rows])
    for p in np.unique(phase).tolist():
        of = np.flatnonzero(phase == p)
        yield _seen(rows[of], placed(shape.phases[p], middle[of], poses.yaw_rad[rows[of]]), middle[of], camera)


def placed(points: F64, at: F64, yaw_rad: F64) -> F64:
    """Points (P, 3) of a body's own frame turned by each yaw (N,) and moved to ``at`` (N, 3): (N, P, 3)."""
    cos, sin = np.cos(yaw_rad)[:, None], np.sin(yaw_rad)[:, None]
    x = points[:, 0] * cos - points[:, 1] * sin + at[:, :1]
    y = points[:, 0] * sin + points[:, 1] * cos + at[:, 1:2]
    return np.stack([x, y, np.broadcast_to(points[:, 2], x.shape) + at[:, 2:3]], axis=-1)


def _forward(yaw_rad: F64) -> F64:
    return np.stack([np.cos(yaw_rad), np.sin(yaw_rad), np.zeros_like(yaw_rad)], axis=1)


def _seen(rows: Rows, points_m: F64, middle: F64, camera: PoleCamera) -> Seen:
    px, depth = camera.project(points_m)
    front = (depth > NEAREST_M).all(axis=1)
    px = px[front]
    by_point = np.ascontiguousarray(px.transpose(1, 0, 2))  # reduced in a third of the time
    return Seen(
        rows=rows[front],
        points=px,
        xyxy=np.concatenate([by_point.min(axis=0), by_point.max(axis=0)], axis=1),
        reach_m=np.hypot(*(middle[front, :2] - np.array(camera.position_m[:2])).T),
    )
