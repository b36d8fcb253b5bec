"""The ground that a camera of the register sees, in metres and on the globe.

A plane that touches the globe near the cameras stands for the ground: x east and y north of an ``origin``, by the radii of
curvature of WGS 84 there (Snyder 1987, "Map projections: a working manual", 4-18 and 4-20).

Where nothing more is known, a view is a sector: from the camera's foot, ``field_of_view_deg`` wide about ``heading_deg``, as long
as ``reach_m``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catseye.core.cameras import Camera, LonLat, Place
from catseye.core.geometry import F64

_A_M, _E2 = 6378137.0, 0.00669437999014  # WGS 84: half the equator's axis, squared eccentricity
_STEP_DEG = 5.0


@dataclass(frozen=True, slots=True)
class LocalPlane:
    """The plane about ``origin`` (longitude, latitude)."""

    origin: LonLat

    def metres(self, points: Iterable[LonLat]) -> F64:
        """East and north (N, 2) in metres of points in degrees."""
        degrees = np.array(list(points), np.float64).reshape(-1, 2) - self.origin
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
        return np.radians([max(east, 1e-6), _A_M * (1.0 - _E2) / flat**1.5])


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
