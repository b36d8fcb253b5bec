"""How exact a calibration is, in a form that outlives the command that made it."""

from typing import Literal

import msgspec

from catseye.core.geometry import XY

Method = Literal["ground_points", "vanishing_points", "vehicles"]
Shift = tuple[float, float, float, float, float, float, float, float]


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is uncertain about a homography, told at four ``points`` of the picture, of which no three are on one line.

    Each row of ``shifts_m`` is one way in which all four may be off together: one standard deviation of it, as x and y in metres
    of each point's place. The rows are independent of one another, and their squares add up: they are a root of the covariance of
    the four places, and four places decide a homography.
    """

    method: Method
    points: tuple[XY, XY, XY, XY]
    shifts_m: tuple[Shift, ...]
