"""Kinds of road user.

Seven kinds that are counted, and two for what a detector could not tell further: ``VEHICLE`` (some motor vehicle) and
``TWO_WHEELER`` (a bicycle or a motorcycle). A rider and the machine under them are one road user.
"""

from enum import IntEnum


class RoadUser(IntEnum):
    """The kind of a road user; the value is what ``Detections.road_user`` holds."""

    PEDESTRIAN = 0
    BICYCLE = 1
    MOTORCYCLE = 2
    CAR = 3
    VAN = 4
    TRUCK = 5
    BUS = 6
    VEHICLE = 7
    TWO_WHEELER = 8

    @property
    def label(self) -> str:
        """The name in files, the API and on the page."""
        return self.name.lower()


GENERIC: frozenset[RoadUser] = frozenset({RoadUser.VEHICLE, RoadUser.TWO_WHEELER})
MOTOR_VEHICLES: frozenset[RoadUser] = frozenset(
    {RoadUser.CAR, RoadUser.VAN, RoadUser.TRUCK, RoadUser.BUS, RoadUser.VEHICLE},
)
TWO_WHEELERS: frozenset[RoadUser] = frozenset({RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER})
VULNERABLE: frozenset[RoadUser] = TWO_WHEELERS | {RoadUser.PEDESTRIAN}

_FAMILIES = (frozenset({RoadUser.PEDESTRIAN}), TWO_WHEELERS, MOTOR_VEHICLES)


def family(road_user: RoadUser) -> frozenset[RoadUser]:
    """The kinds that can be another opinion of the same road user: those on foot, on two wheels, or motor vehicles."""
    return next(kinds for kinds in _FAMILIES if road_user in kinds)


def same_family(a: RoadUser, b: RoadUser) -> bool:
    """Whether two kinds can be two opinions of one road user: both on foot, both on two wheels or both motor vehicles."""
    return b in family(a)
