"""How many pixels a metre of the ground has across a camera's view.

EN 62676-4 names such densities by what a person can be made out for: 12.5 px/m to monitor, 25 to detect, 62.5 to observe, 125 to
recognise, 250 to identify. Traffic needs the lower ones.
"""

import numpy as np

from catseye.core.cameras import MOST_PX_PER_M
from catseye.core.geometry import F64

MONITOR_PX_PER_M = 12.5
_FLAT_DEG = 180.0  # no flat picture is so wide


def px_per_m(width_px: int, field_of_view_deg: float, away_m: F64) -> F64:
    """``width_px / (2 d tan(fov / 2))`` at distances d = ``away_m`` (N,) from the lens, by a pinhole. NaN from 180 degrees on."""
    if field_of_view_deg >= _FLAT_DEG:
        return np.full(len(away_m), np.nan)
    across_m = 2.0 * np.maximum(away_m, 1e-3) * np.tan(np.radians(field_of_view_deg) / 2)
    return np.asarray(width_px / across_m, np.float64)


def too_dense_to_m(width_px: int, field_of_view_deg: float, height_m: float | None) -> float | None:
    """How far from the camera's foot the ground has more than ``MOST_PX_PER_M``; 0 where none has, None where not known."""
    if field_of_view_deg >= _FLAT_DEG:
        return None
    away_m = width_px / (2.0 * MOST_PX_PER_M * np.tan(np.radians(field_of_view_deg) / 2))
    return float(np.sqrt(max(0.0, away_m**2 - (height_m or 0.0) ** 2)))
