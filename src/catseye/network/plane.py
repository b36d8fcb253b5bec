"""The ground near a network as a plane.

x goes east and y north of an ``origin``, by the radii of curvature of WGS 84 there (Snyder 1987, "Map projections: a working
manual", 4-18 and 4-20). At 20 km it is off by tens of metres, over a view by less than a millimetre.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catseye.core.cameras import LonLat
from catseye.core.geometry import F64

_A_M, _E2 = 6378137.0, 0.00669437999014  # WGS 84: half the equator's axis, squared eccentricity


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """The plane about ``origin`` (longitude, latitude)."""

    origin: LonLat

    def metres(self, points: Sequence[LonLat] | F64) -> F64:
        """East and north (N, 2) in metres of points in degrees."""
        degrees = np.asarray(points, np.float64).reshape(-1, 2) - np.asarray(self.origin)
        degrees[:, 0] = (degrees[:, 0] + 180.0) % 360.0 - 180.0  # the short way over the date line
        return np.asarray(degrees * self._m_per_deg(), np.float64)

    def lonlat(self, metres: F64) -> F64:
        """Longitude and latitude (N, 2) of points in metres."""
        degrees = metres / self._m_per_deg() + self.origin
        degrees[:, 0] = (degrees[:, 0] + 180.0) % 360.0 - 180.0
        return np.asarray(degrees, np.float64)

    def _m_per_deg(self) -> F64:
        latitude = np.radians(self.origin[1])
        flat = 1.0 - _E2 * np.sin(latitude) ** 2
        east = _A_M * np.cos(latitude) / np.sqrt(flat)
        return np.asarray(np.radians([max(east, 1e-6), _A_M * (1.0 - _E2) / flat**1.5]), np.float64)
