"""The four arms of a junction: each is the northern one, turned."""

import math
from typing import Literal

from catseye.core.geometry import XY

Arm = Literal["north", "east", "south", "west"]
Turn = Literal["left", "through", "right", "u"]
ARMS: tuple[Arm, ...] = ("north", "east", "south", "west")  # clockwise
_TURNS: tuple[Turn, ...] = ("u", "left", "through", "right")  # by quarters, clockwise from the own arm


def turned(arm: Arm, x: float, y: float) -> XY:
    """Where a point of the northern arm lies on ``arm``."""
    for _ in range(ARMS.index(arm)):
        x, y = y, -x
    return x + 0.0, y + 0.0


def out_rad(arm: Arm) -> float:
    """The yaw of who drives out along an arm."""
    x, y = turned(arm, 0.0, 1.0)
    return math.atan2(y, x)


def turn(origin: Arm, destination: Arm) -> Turn:
    """What one does who comes in from ``origin`` and leaves by ``destination``."""
    return _TURNS[(ARMS.index(destination) - ARMS.index(origin)) % 4]
