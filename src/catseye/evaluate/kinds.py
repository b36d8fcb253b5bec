"""What a truth lets us say about kinds: its makers marked some kinds and told some of them apart."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from catseye.core.road_users import GENERIC, MOTOR_VEHICLES, TWO_WHEELERS, RoadUser


class Verdict(StrEnum):
    """What a kind is worth beside the truth. ``UNNAMED``: one of the two does not go beyond vehicle or two-wheeler."""

    RIGHT = "right"
    WRONG = "wrong"
    UNNAMED = "unnamed"


def judged(kinds: AbstractSet[RoadUser]) -> frozenset[RoadUser]:
    """The kinds whose false alarms can be told, where road users of ``kinds`` were all marked.

    Makers who mark cars or trucks mark every motor vehicle. Who marks motorcycles may have left out bicycles.
    """
    found = set(kinds) & {RoadUser.PEDESTRIAN}
    if kinds & MOTOR_VEHICLES:
        found |= MOTOR_VEHICLES
    if RoadUser.TWO_WHEELER in kinds or {RoadUser.BICYCLE, RoadUser.MOTORCYCLE} <= kinds:
        found |= TWO_WHEELERS
    else:
        found |= kinds & TWO_WHEELERS
    return frozenset(found)


def verdict(true: RoadUser, said: RoadUser, kinds: AbstractSet[RoadUser]) -> Verdict:
    """Whether ``said`` is right. Makers without the word van called it a car or a truck, so there it is right for both."""
    if true is said and true not in GENERIC:
        return Verdict.RIGHT
    if true in GENERIC or said in GENERIC:
        return Verdict.UNNAMED
    if said is RoadUser.VAN and RoadUser.VAN not in kinds and true in {RoadUser.CAR, RoadUser.TRUCK}:
        return Verdict.RIGHT
    return Verdict.WRONG
