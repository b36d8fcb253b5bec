"""Who would touch whom, and how soon, if all kept their velocities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.rectangles import Rectangles, Rows, contact_s
from catseye.core.road_users import RoadUser

_SLOW_MPS = 0.5  # who come nearer no faster are not on a course of collision
_LEAST_S = 1e-3
_PLACE_ERRORS = 0.5  # standard deviations
_CORE_M = 0.1
_LATER_S = 1.0  # cores meet later than the rectangles about them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closings:
    """K pairs by their rows (``first`` the lower): ``ttc_s`` until both touch, ``drac_mps2`` that would just prevent it."""

    first: Rows
    second: Rows
    ttc_s: F64
    drac_mps2: F64


def closings(seen: GroundSightings, shapes: Rectangles, within_s: float) -> Closings:
    """The pairs with a TTC of up to ``within_s``, two on foot left out.

    TTC is the time until the rectangles touch at constant velocities (Hayward 1972). That they do must stand against the errors of
    places: what is left of both without the error at each side must meet, too. DRAC is the closing speed squared over twice the gap
    (Cooper and Ferguson 1976), which is the closing speed over twice the TTC. Pairs that overlap already have neither.
    """
    first, second = np.triu_indices(len(seen), 1)
    near = _may_meet(seen, shapes, first, second, within_s)
    first, second = first[near], second[near]
    nears = seen.velocity_mps[first] - seen.velocity_mps[second]
    ttc = contact_s(shapes[first], shapes[second], nears)
    meet = (ttc > 0) & (ttc <= within_s) & _surely(seen, shapes, first, second, within_s)
    first, second, ttc = first[meet], second[meet], ttc[meet]
    drac = np.hypot(*nears[meet].T) / (2 * np.maximum(ttc, _LEAST_S))
    return Closings(first=first, second=second, ttc_s=ttc, drac_mps2=np.asarray(drac, np.float64))


def _may_meet(seen: GroundSightings, shapes: Rectangles, first: Rows, second: Rows, within_s: float) -> Rows:
    """Which pairs are not both on foot, and have circles about them that would touch in time."""
    walks = seen.road_user == RoadUser.PEDESTRIAN
    radius = np.hypot(*shapes.half_m.T)
    apart = seen.xy_m[second] - seen.xy_m[first]
    nears = seen.velocity_mps[first] - seen.velocity_mps[second]
    speed2 = (nears**2).sum(axis=1)
    nearest_s = np.clip((apart * nears).sum(axis=1) / np.maximum(speed2, 1e-9), 0.0, within_s)
    least = ((apart - nearest_s[:, None] * nears) ** 2).sum(axis=1)
    close = (least <= (radius[first] + radius[second]) ** 2) & (speed2 > _SLOW_MPS**2)
    return np.flatnonzero(close & ~(walks[first] & walks[second]))


def _surely(seen: GroundSightings, shapes: Rectangles, first: Rows, second: Rows, within_s: float) -> npt.NDArray[np.bool_]:
    """Whether pairs would meet even if either were beside its place by its error."""
    half = np.maximum(shapes.half_m - _PLACE_ERRORS * seen.place_error_m[:, None], np.minimum(shapes.half_m, _CORE_M))
    cores = Rectangles(shapes.xy_m, shapes.yaw_rad, half, shapes.row)
    nears = seen.velocity_mps[first] - seen.velocity_mps[second]
    return np.asarray(contact_s(cores[first], cores[second], nears) <= within_s + _LATER_S, np.bool_)
