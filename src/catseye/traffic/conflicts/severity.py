"""How hard two would have been hit, had they collided."""

import math

from catseye.core.geometry import XY
from catseye.core.road_users import RoadUser

# Assumed masses in kg, people and half a load on board; kerb masses of common European builds. A camera sees no mass.
MASS_KG: dict[RoadUser, float] = {
    RoadUser.PEDESTRIAN: 75.0,
    RoadUser.BICYCLE: 95.0,
    RoadUser.MOTORCYCLE: 270.0,
    RoadUser.CAR: 1450.0,
    RoadUser.VAN: 2300.0,
    RoadUser.TRUCK: 14000.0,
    RoadUser.BUS: 14500.0,
    RoadUser.VEHICLE: 1600.0,
    RoadUser.TWO_WHEELER: 150.0,
}


def delta_v_mps(kinds: tuple[RoadUser, RoadUser], velocities_mps: tuple[XY, XY]) -> tuple[float, float]:
    """The change of velocity of each if both stuck together: momentum is kept (SSAM's DeltaV, FHWA-HRT-08-051)."""
    a, b = (MASS_KG[kind] for kind in kinds)
    (ax, ay), (bx, by) = velocities_mps
    against = math.hypot(bx - ax, by - ay)
    return b / (a + b) * against, a / (a + b) * against
