"""What is believed of vehicles before any is seen: how large they are, how they are built, and how a detector's boxes fit them.

Sizes are those of vehicles registered in Europe, outlines without mirrors. A place has its own mean, and so has a detector: what
these are wrong by in common makes speeds wrong by as much, and no number of vehicles tells it.
"""

import numpy as np

from catseye.core.road_users import RoadUser

# length, width, height in metres of cars, vans, and what is heavier; below the standard deviations of their logarithms
SIZES_M = np.array([(4.35, 1.80, 1.50), (5.50, 2.00, 2.35), (9.50, 2.50, 3.20)])
SPREAD = np.array([(0.08, 0.04, 0.06), (0.10, 0.04, 0.10), (0.35, 0.04, 0.14)])
PLACE_ALL, PLACE_EACH = 0.025, 0.025  # of a place's mean vehicle: all three sizes together, and each for itself
BOX = 0.04  # how much too wide, and too high, a detector's boxes are
# what a vehicle of a kind that was named is
MIX: dict[RoadUser, tuple[float, float, float]] = {
    RoadUser.CAR: (0.92, 0.06, 0.02),
    RoadUser.VEHICLE: (0.76, 0.12, 0.12),
    RoadUser.VAN: (0.30, 0.65, 0.05),
    RoadUser.TRUCK: (0.05, 0.25, 0.70),
    RoadUser.BUS: (0.03, 0.12, 0.85),
}
STRANGE = 0.05  # is none of these, or its box is wrong


def _hull(parts: list[tuple[tuple[float, ...], float, tuple[float, ...]]]) -> list[tuple[float, float, float]]:
    """Points of a body from rings (where along it, how far to each side, how high), as shares of its size."""
    return [(x, side * y, z) for along, y, high in parts for x in along for side in (-1, 1) for z in high]


_CAR = _hull(
    [
        ((-0.42, 0.42), 0.5, (0.12, 0.58)),
        ((-0.5, 0.5), 0.36, (0.2, 0.55)),
        ((-0.33, 0.08), 0.37, (1.0,)),
        ((-0.3, 0.3), 0.46, (0.0,)),
    ]
)
_BOX = _hull(
    [
        ((-0.48, 0.48), 0.5, (0.1, 0.94)),
        ((-0.5, 0.5), 0.43, (0.15, 0.85)),
        ((-0.46, 0.46), 0.44, (1.0,)),
        ((-0.35, 0.35), 0.47, (0.0,)),
    ]
)
SHAPES = np.array([_CAR, _BOX, _BOX])  # (3, P, 3) from the middle of the footprint, x forward
