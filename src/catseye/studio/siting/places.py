"""Places along the lanes of a street, and the outlines of who stands there."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.outlines import outline
from catseye.studio.observe.projection import NEAREST_M, placed
from catseye.studio.street import Lane, Street

REACH_M = 80.0  # lanes are judged this far from the street's middle
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Places in the middle of lanes; columns of N.

    ``lane`` counts the street's lanes from 0, ``along_m`` is the way from the lane's beginning, ``xy_m`` (N, 2), ``heading_rad``.
    """

    lane: Rows
    along_m: F64
    xy_m: F64
    heading_rad: F64

    def __len__(self) -> int:
        """The number of places."""
        return len(self.lane)

    def __getitem__(self, index: Flags | Rows) -> "Places":
        """The places at ``index``."""
        return Places(
            lane=self.lane[index], along_m=self.along_m[index], xy_m=self.xy_m[index], heading_rad=self.heading_rad[index]
        )


def middle_of(street: Street) -> F64:
    """The middle (2,) of a street in metres: of its count lines, or else of its lanes."""
    points = [point for line in street.lines for point in line.points] or [xy for lane in street.lanes for xy in lane.centre]
    if not points:
        return np.zeros(2)
    corners = np.array(points, np.float64)
    return np.asarray((corners.min(axis=0) + corners.max(axis=0)) / 2, np.float64)


def along_lanes(street: Street, step_m: float) -> Places:
    """A place every ``step_m`` along every lane, within 80 m of the street's middle."""
    parts = [_along(k, lane, step_m) for k, lane in enumerate(street.lanes)]
    whole = Places(
        lane=np.concatenate([np.zeros(0, np.intp), *(part.lane for part in parts)]),
        along_m=np.concatenate([np.zeros(0), *(part.along_m for part in parts)]),
        xy_m=np.concatenate([np.zeros((0, 2)), *(part.xy_m for part in parts)]),
        heading_rad=np.concatenate([np.zeros(0), *(part.heading_rad for part in parts)]),
    )
    return whole[np.asarray(np.hypot(*(whole.xy_m - middle_of(street)).T) <= REACH_M)]


def _along(index: int, lane: Lane, step_m: float) -> Places:
    centre = np.asarray(lane.centre, np.float64)
    length = float(np.hypot(*np.diff(centre, axis=0).T).sum())
    at = np.arange(step_m / 2, length, step_m) if length > step_m else np.array([length / 2])
    xy, heading = on_path(centre, at)
    return Places(lane=np.full(len(at), index, np.intp), along_m=at, xy_m=xy, heading_rad=heading)


def on_path(centre: F64, at_m: F64) -> tuple[F64, F64]:
    """Points (N, 2) and headings (N,) at the ways ``at_m`` along a path (M, 2), held at its ends."""
    legs = np.hypot(*np.diff(centre, axis=0).T)
    far = np.concatenate([[0.0], np.cumsum(legs)])
    leg = np.clip(np.searchsorted(far, at_m, side="right") - 1, 0, len(legs) - 1)
    step = centre[leg + 1] - centre[leg]
    share = np.clip((at_m - far[leg]) / np.maximum(legs[leg], 1e-9), 0.0, 1.0)
    return centre[leg] + share[:, None] * step, np.arctan2(step[:, 1], step[:, 0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bodies:
    """Bodies of one model in the picture; columns of N.

    ``points`` float64 (N, P, 2) px of the outline, ``foot`` (N, 4, 2) the corners of the footprint in metres, ``front`` whether
    all of the body is in front of the camera (pixels mean nothing where it is not), ``xyxy`` (N, 4) px around the points.
    """

    points: F64
    foot: F64
    front: Flags
    xyxy: F64

    @property
    def height_px(self) -> F64:
        """Heights (N,) of the boxes around the whole bodies, in pixels; 0 for what is not in front."""
        return np.where(self.front, self.xyxy[:, 3] - self.xyxy[:, 1], 0.0)


def bodies_at(model: str, xy_m: F64, heading_rad: F64, camera: PoleCamera) -> Bodies:
    """Bodies of a model of ``bodies.MODELS`` without trailer that stand at points (N, 2), in the first phase of their stride."""
    shape, size = outline(model).phases[0], MODELS[model]
    at = np.column_stack([xy_m, np.zeros(len(xy_m))])
    points, depth = camera.project(placed(shape, at, heading_rad))
    half = np.array([size.length_m / 2, size.width_m / 2, 0.0])
    corners = np.array([(1, 1, 0), (-1, 1, 0), (-1, -1, 0), (1, -1, 0)]) * half
    return Bodies(
        points=points,
        foot=placed(corners, at, heading_rad)[..., :2],
        front=np.asarray((depth > NEAREST_M).all(axis=1), np.bool_),
        xyxy=np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1),
    )


def inside_share(bodies: Bodies, size: tuple[int, int]) -> F64:
    """Share (N,) of each body's box that lies in a picture of ``size``; 0 for what is not in front."""
    cut = np.clip(bodies.xyxy, 0.0, np.tile(np.array(size, np.float64), 2))
    whole, part = (np.maximum(box[:, 2:] - box[:, :2], 0.0).prod(axis=1) for box in (bodies.xyxy, cut))
    return np.where(bodies.front, part / np.maximum(whole, 1e-9), 0.0)
