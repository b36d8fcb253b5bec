"""A calibrated camera over flat ground: from pixels to metres and back, and where a body that stands there would be seen.

A scene's homography knows the ground alone. With square pixels and the optical axis in the middle of the picture it also tells the
camera: its two columns for the ground's axes are, seen through the lens, at right angles and equally long (Hartley and Zisserman
2004, "Multiple view geometry", 8.8), which gives the focal length, and that gives where the camera hangs.
"""

from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64
from catseye.core.scene import FittedScene

_FOCAL = (0.2, 20.0)  # of the picture's width; beyond it the homography is no camera's
_HORIZON = 1e-6  # of the lower edge's nearness
_EYE_M = (1.0, 300.0)  # how high a camera may hang


@dataclass(frozen=True, slots=True, eq=False)
class GroundView:
    """``camera`` (3, 4) projects points in metres, z up from the ground, to pixels; ``ground`` (3, 3) leads back from pixels."""

    camera: F64
    ground: F64

    def metres(self, px: F64, high_m: F64 | float = 0.0) -> F64:
        """Where pixels (N, 2) meet the ground, or a level ``high_m`` over it, (N, 2); NaN for those on the horizon and above."""
        flat = px @ self.ground[:, :2].T + self.ground[:, 2]
        at = flat[:, :2] / np.where(flat[:, 2:] > _HORIZON, flat[:, 2:], np.nan)
        if not np.any(high_m):
            return np.asarray(at, np.float64)
        eye = np.linalg.solve(self.camera[:, :3], -self.camera[:, 3])
        return np.asarray(eye[:2] + (at - eye[:2]) * (1.0 - np.asarray(high_m, np.float64)[..., None] / eye[2]), np.float64)

    def pixels(self, points_m: F64) -> F64:
        """Where points (..., 3) are seen, (..., 2)."""
        flat = points_m @ self.camera[:, :3].T + self.camera[:, 3]
        return np.asarray(flat[..., :2] / flat[..., 2:], np.float64)


def ground_view(fitted: FittedScene) -> GroundView | None:
    """The camera that a scene's homography tells of; None without one, and where no upright camera has such a homography."""
    if fitted.scene.homography is None:
        return None
    width, height = fitted.size
    ground = np.array(fitted.scene.homography).reshape(3, 3) @ np.diag([1 / width, 1 / height, 1.0])
    centre = np.array([[1.0, 0.0, -width / 2], [0.0, 1.0, -height / 2], [0.0, 0.0, 1.0]])
    columns = centre @ np.linalg.inv(ground)
    focal = _focal(columns)
    if focal is None or not _FOCAL[0] * width <= focal <= _FOCAL[1] * width:
        return None
    columns = np.diag([1 / focal, 1 / focal, 1.0]) @ columns
    columns /= np.sqrt(np.hypot(*np.linalg.norm(columns[:, :2], axis=0)) ** 2 / 2)
    low = ground @ np.array([width / 2, height, 1.0])  # the lower edge of the picture shows ground, in front of the camera
    ground = ground / low[2]  # positive below the horizon
    if (columns @ (low / low[2]))[2] < 0:
        columns = -columns
    up = np.cross(columns[:, 0], columns[:, 1])
    eye_m = float(-up @ columns[:, 2])
    if eye_m < 0:  # axes that turn the other way
        up, eye_m = -up, -eye_m
    if not _EYE_M[0] <= eye_m <= _EYE_M[1]:
        return None
    lens = np.linalg.inv(centre) @ np.diag([focal, focal, 1.0])
    return GroundView(camera=lens @ np.column_stack([columns[:, :2], up, columns[:, 2]]), ground=ground)


def _focal(columns: F64) -> float | None:
    """The focal length in px, by least squares; None for a camera that looks straight down, where all fit."""
    (x1, x2), (y1, y2), (z1, z2) = columns[:, :2]
    seen = np.array([x1 * x2 + y1 * y2, (x1**2 + y1**2 - x2**2 - y2**2) / 2])
    deep = np.array([z1 * z2, (z1**2 - z2**2) / 2])
    if deep @ deep <= 1e-18 * (seen @ seen):
        return None
    squared = -float(seen @ deep) / float(deep @ deep)
    return float(np.sqrt(squared)) if squared > 0 else None
