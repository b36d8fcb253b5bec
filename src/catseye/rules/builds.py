"""How road users are built: outer sizes, and a few points of the outline, enough to tell which box one fills in a picture.

A body stands on its wheels or feet, which lie further in than its ends; the ends hang over the ground. A block that stood on its
corners would fill a box that reaches further down, so it would be taken to stand half a metre too far away, a truck by two.
Sizes and overhangs are those of common European vehicles.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from catseye.core.geometry import F64
from catseye.core.road_users import GENERIC, MOTOR_VEHICLES, TWO_WHEELERS, RoadUser, family

Points = list[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Build:
    """Outer length, width and height, and how far the body reaches beyond its first and its last wheels or feet, in metres."""

    length_m: float
    width_m: float
    height_m: float
    front_m: float
    rear_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """The builds (B) that one of a voted kind may have: those of its whole family, for it may be misnamed.

    ``outline`` (P, B, 3) m, x forward and z up from the middle of the footprint; ``length_m`` (B,); ``size_m`` (B, 2), length and
    width; ``unlikely`` (B,) is twice the logarithm of how much less a build is believed than those of the kind itself; ``high_m``
    is how high the kind is.
    """

    outline: F64
    length_m: F64
    size_m: F64
    unlikely: F64
    high_m: float


BUILDS: dict[RoadUser, tuple[Build, ...]] = {
    RoadUser.PEDESTRIAN: (Build(0.5, 0.55, 1.7, 0.05, 0.05),),
    RoadUser.BICYCLE: (Build(1.8, 0.65, 1.75, 0.34, 0.34),),
    RoadUser.MOTORCYCLE: (Build(2.15, 0.8, 1.7, 0.3, 0.3),),
    RoadUser.CAR: (
        Build(3.6, 1.7, 1.5, 0.75, 0.6),
        Build(4.2, 1.8, 1.5, 0.85, 0.75),
        Build(4.7, 1.85, 1.5, 0.9, 1.0),
        Build(5.1, 1.95, 1.7, 0.95, 1.1),
    ),
    RoadUser.VAN: (Build(4.6, 1.9, 1.9, 0.85, 0.7), Build(5.6, 2.0, 2.4, 0.95, 1.0), Build(6.8, 2.1, 2.7, 1.0, 1.6)),
    RoadUser.TRUCK: (
        Build(6.0, 2.2, 2.8, 1.1, 1.4),
        Build(8.3, 2.5, 3.3, 1.4, 2.1),
        Build(12.0, 2.55, 3.8, 1.4, 2.6),
        Build(16.5, 2.55, 4.0, 1.4, 2.6),
    ),
    RoadUser.BUS: (
        Build(8.0, 2.4, 3.0, 2.0, 2.2),
        Build(10.0, 2.5, 3.1, 2.5, 2.9),
        Build(12.0, 2.55, 3.1, 2.7, 3.3),
        Build(18.0, 2.55, 3.1, 2.7, 3.4),
    ),
}
_UNLIKELY = 20.0  # as much as a misfit of one standard deviation at every look
_USUAL = RoadUser.CAR  # what a motor vehicle is that could not be named further
_UNDER_M = 0.28  # how far the ends of a vehicle hang over the ground
_LOW_M = 1.8  # a vehicle that is lower has a roof shorter and narrower than its body
_BOTH = (-1.0, 1.0)
_POINTS = 18


@cache
def choice(road_user: int) -> Choice:
    """The builds that one who was voted this kind may have."""
    kind = RoadUser(road_user)
    all_of = [(of, build) for of in sorted(family(kind)) for build in BUILDS.get(of, ())]
    own = {_USUAL} if kind is RoadUser.VEHICLE else family(kind) if kind in GENERIC else {kind}
    return Choice(
        outline=np.stack([outline(of, build) for of, build in all_of], axis=1),
        length_m=np.array([build.length_m for _, build in all_of]),
        size_m=np.array([(build.length_m, build.width_m) for _, build in all_of]),
        unlikely=np.array([0.0 if of in own else _UNLIKELY for of, _ in all_of]),
        high_m=float(np.mean([build.height_m for of, build in all_of if of in own])),
    )


def outline(kind: RoadUser, build: Build) -> F64:
    """The points (P, 3) m of a body of a kind: as many for each, the last ones repeated, which changes no box."""
    drawn = _vehicle if kind in MOTOR_VEHICLES else _rider if kind in TWO_WHEELERS else _walker
    points = drawn(build)
    return np.array(points + points[-1:] * (_POINTS - len(points)))


def _walker(b: Build) -> Points:
    """Feet, hands, shoulders, head."""
    x, y, z = b.length_m / 2, b.width_m / 2, b.height_m
    feet = [(at, side * 0.3 * y, 0.0) for at in (x - b.front_m, b.rear_m - x) for side in _BOTH]
    hands = [(end * x, side * y, 0.45 * z) for end in _BOTH for side in _BOTH]
    return feet + hands + [(0.0, side * wide * y, up * z) for wide, up in ((0.9, 0.8), (0.3, 1.0)) for side in _BOTH]


def _rider(b: Build) -> Points:
    """Two narrow wheels, handlebar, shoulders, head."""
    x, y, z = b.length_m / 2, b.width_m / 2, b.height_m
    wheels = [(x - b.front_m, 0.0, 0.0), (b.rear_m - x, 0.0, 0.0), (x, 0.0, b.front_m), (-x, 0.0, b.rear_m)]
    parts = ((0.35, 1.0, 0.6), (-0.1, 0.7, 0.82), (0.0, 0.3, 1.0))
    return wheels + [(at * x, side * wide * y, up * z) for at, wide, up in parts for side in _BOTH]


def _vehicle(b: Build) -> Points:
    """Wheels, both ends from below up, mirrors, roof."""
    x, y, z = b.length_m / 2, b.width_m / 2, b.height_m
    low = z < _LOW_M
    wheels = [(at, side * 0.98 * y, 0.0) for at in (x - b.front_m, b.rear_m - x) for side in _BOTH]
    ends = [(end * x, side * 0.88 * y, up) for end in _BOTH for side in _BOTH for up in (_UNDER_M, 0.5 * z if low else z)]
    mirrors = [((0.25 if low else 0.85) * x, side * 1.14 * y, (0.65 if low else 0.6) * z) for side in _BOTH]
    roof = [(at * x, side * (0.74 if low else 0.98) * y, z) for at in ((-0.65, 0.1) if low else (-0.96, 0.96)) for side in _BOTH]
    return wheels + ends + mirrors + roof
