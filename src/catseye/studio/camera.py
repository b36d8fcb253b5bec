"""A camera on a pole: from metres on the street to pixels of its picture.

A pinhole with the first two radial terms of Brown's lens model (Brown 1971, "Close-range camera calibration"), on a mast that
sways.
"""

import math
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64

Light = Literal["day", "low_sun", "overcast", "dusk", "night", "rain", "fog"]

_SWAY_HZ = (0.31, 0.83, 1.7)  # a lighting column's slow sway and its first bending mode
_SWAY_SHARE = (0.6, 0.3, 0.1)


class PoleCamera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``CAM.toml``. Where the camera hangs, how it looks, and what its picture suffers.

    ``position_m`` is x, y and the height over the carriageway; ``look_at_m`` the point on the ground in the middle of the picture.
    ``fov_deg`` is the horizontal field of view of the undistorted picture. ``k1`` and ``k2`` bend it (negative k1: barrel), by the
    radius in units of half the picture's width. ``sway_px`` is the sway of the mast, root mean square in pixels. ``dropped`` is the
    share of frames that never arrive, in bursts of ``burst`` frames on average.
    """

    position_m: tuple[float, float, float]
    look_at_m: tuple[float, float]
    fov_deg: float = 62.0
    roll_deg: float = 0.0
    size: tuple[int, int] = (640, 360)
    fps: float = 10.0
    k1: float = 0.0
    k2: float = 0.0
    sway_px: float = 0.0
    dropped: float = 0.0
    burst: float = 3.0
    light: Light = "day"
    seed: int = 1

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.size[0] / 2 / math.tan(math.radians(self.fov_deg) / 2)

    def axes(self) -> F64:
        """Rows: the camera's right, down and forward in street coordinates, float64 (3, 3)."""
        x, y, z = self.position_m
        forward = np.array([self.look_at_m[0] - x, self.look_at_m[1] - y, -z], np.float64)
        forward /= np.linalg.norm(forward)
        right = np.array([forward[1], -forward[0], 0.0])
        right /= np.linalg.norm(right)
        down = _cross(forward, right)
        roll = math.radians(self.roll_deg)
        turned = math.cos(roll) * right + math.sin(roll) * down
        return np.asarray(np.stack([turned, _cross(forward, turned), forward]), np.float64)

    def project(self, points_m: F64) -> tuple[F64, F64]:
        """Pixels (..., 2) and depth in metres (...) of points (..., 3). Pixels mean nothing where the depth is not positive."""
        seen = (np.asarray(points_m, np.float64) - np.array(self.position_m)) @ self.axes().T
        depth = seen[..., 2]
        flat = seen[..., :2] / np.where(np.abs(depth) < 1e-9, 1e-9, depth)[..., None]
        return self.distort(flat * self.focal_px + self.centre_px), np.asarray(depth, np.float64)

    @property
    def centre_px(self) -> F64:
        """The principal point: the middle of the picture."""
        return np.array(self.size, np.float64) / 2

    def distort(self, px: F64) -> F64:
        """Where the lens puts what a pinhole would put at ``px`` (..., 2)."""
        if self.k1 == 0.0 and self.k2 == 0.0:
            return np.asarray(px, np.float64)
        half = self.size[0] / 2
        offset = (px - self.centre_px) / half
        # Beyond the picture the polynomial may turn back; it is held there, for nothing of it is seen.
        squared = np.minimum((offset**2).sum(axis=-1, keepdims=True), 4.0)
        return np.asarray(offset * (1 + self.k1 * squared + self.k2 * squared**2) * half + self.centre_px, np.float64)

    def undistort(self, px: F64) -> F64:
        """The inverse of ``distort``, by fixed-point iteration (error below 0.01 px for the lenses that ``check`` admits)."""
        if self.k1 == 0.0 and self.k2 == 0.0:
            return np.asarray(px, np.float64)
        goal = np.asarray(px, np.float64)
        guess = goal.copy()
        for _ in range(20):
            guess = guess + (goal - self.distort(guess))
        return guess

    def ground(self, px: F64) -> F64:
        """The points (..., 2) on the ground in metres that pixels (..., 2) show; NaN where they show the sky."""
        flat = (self.undistort(px) - self.centre_px) / self.focal_px
        rays = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1) @ self.axes()
        reach = np.where(rays[..., 2] < -1e-9, self.position_m[2] / np.where(rays[..., 2] < -1e-9, -rays[..., 2], 1.0), np.nan)
        return np.asarray(rays[..., :2] * reach[..., None] + np.array(self.position_m[:2]), np.float64)

    def sway(self, at_s: F64) -> F64:
        """How far (N, 2) the picture is shifted at these times, in pixels: a sum of the mast's modes with random phases."""
        at = np.asarray(at_s, np.float64)
        phases = np.random.default_rng([self.seed, 0x5A]).uniform(0, 2 * np.pi, (2, len(_SWAY_HZ)))
        waves = np.sin(2 * np.pi * np.array(_SWAY_HZ) * at[:, None, None] + phases) @ np.sqrt(2 * np.array(_SWAY_SHARE))
        return np.asarray(waves * self.sway_px, np.float64)

    def times(self, seconds: float) -> F64:
        """The times (N,) of the frames that arrive in ``seconds``: all but the dropped ones, which go in bursts."""
        at = np.arange(int(seconds * self.fps + 1e-6)) / self.fps
        if self.dropped <= 0.0:
            return at
        rng = np.random.default_rng([self.seed, 0xD0])
        begins = rng.random(len(at)) < self.dropped / self.burst
        lasts = rng.geometric(1 / self.burst, len(at))
        gone = np.zeros(len(at) + 1, np.int64)
        np.add.at(gone, np.flatnonzero(begins), 1)
        np.add.at(gone, np.minimum(np.flatnonzero(begins) + lasts[begins], len(at)), -1)
        arrives: npt.NDArray[np.bool_] = np.cumsum(gone)[:-1] == 0
        return np.asarray(at[arrives], np.float64)


def _cross(a: F64, b: F64) -> F64:
    """The cross product of two vectors (3,), in a tenth of the time that NumPy takes for a single one."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
