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
        shoulders = np.array([-0.5, -0.4, 0.4, 0.5]) * width_m
        radii = np.array([0.9, 1.0, 1.0, 0.9]) * radius_m
        path = np.column_stack([np.zeros(4), y + shoulders, np.zeros(4)])
        parts.sweep(path, radii, "tyre", sides=24, across=(1, 0, 0))
        parts.cylinder((0, outer - side * 0.015, 0), radius_m * 0.66, 0.05, "rim", sides=20)
        parts.cylinder((0, outer - side * 0.008, 0), radius_m * 0.17, 0.05, "black", sides=8)
        for spoke in range(spokes):
            angle = spoke * 2 * np.pi / spokes
            hole = (radius_m * 0.42 * np.cos(angle), outer - side * 0.012, radius_m * 0.42 * np.sin(angle))
            parts.cylinder(hole, radius_m * 0.14, 0.05, "black", sides=8)
    return parts
