# SPDX-License-Identifier: GPL-3.0-or-later
"""Wheels, two to an axle; the axle turns about its middle."""

import numpy as np

from bodies.parts import Parts


def axle(radius_m: float, track_m: float, width_m: float, *, spokes: int = 5) -> Parts:
    """Both wheels of an axle about the origin; ``track_m`` is from outer side to outer side."""
    parts = Parts()
    for side in (-1, 1):
        y = side * (track_m / 2 - width_m / 2)
        outer = side * (track_m / 2)
        parts.cylinder((0, y, 0), radius_m, width_m * 0.8, "tyre", sides=28)
        parts.cylinder((0, y, 0), radius_m * 0.95, width_m, "tyre", sides=28)
        parts.cylinder((0, outer - side * 0.015, 0), radius_m * 0.66, 0.05, "rim", sides=20)
        parts.cylinder((0, outer - side * 0.008, 0), radius_m * 0.17, 0.05, "black", sides=8)
        for spoke in range(spokes):
            angle = spoke * 2 * np.pi / spokes
            hole = (radius_m * 0.42 * np.cos(angle), outer - side * 0.012, radius_m * 0.42 * np.sin(angle))
            parts.cylinder(hole, radius_m * 0.14, 0.05, "black", sides=8)
    return parts
