"""How many pixels a metre of the street gets."""

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera

CAR_WIDTH_M = 1.8


def across_px_m(xy_m: F64, heading_rad: F64, camera: PoleCamera) -> F64:
    """Pixels per metre (N,) across the lane at places (N, 2) on the road: how long a bar of 1.8 m, a car's width, that lies square
    to the driving direction is in the picture, divided by 1.8 m. NaN for a bar that is not all in front of the camera.
    """
    half = CAR_WIDTH_M / 2 * np.stack([-np.sin(heading_rad), np.cos(heading_rad)], axis=1)
    ends = np.stack([xy_m - half, xy_m + half], axis=1)
    px, depth = camera.project(np.concatenate([ends, np.zeros((*ends.shape[:2], 1))], axis=2))
    length = np.hypot(*(px[:, 1] - px[:, 0]).T)
    return np.where((depth > 0.0).all(axis=1), length / CAR_WIDTH_M, np.nan)
