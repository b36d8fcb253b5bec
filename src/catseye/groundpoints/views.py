"""What the page of a calibration is told, and what it tells."""

import msgspec

from catseye.api.views import Problem
from catseye.calibration.report import CalibrationReport
from catseye.core.geometry import XY


class ClickedPoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point that was clicked: ``at_unit`` of the picture, ``ground`` lon and lat, or metres east and north; null: not told."""

    name: str
    at_unit: XY
    ground: XY | None = None


class ClickedPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All points of a page, in order. ``degrees``: their ground is lon and lat (WGS 84)."""

    degrees: bool = True
    points: tuple[ClickedPoint, ...] = ()


class FittedView(msgspec.Struct, frozen=True, kw_only=True):
    """What the points that have a place on the ground tell; ``problem`` where they tell nothing, and all else is null then.

    ``used`` are the numbers of the points that were used, ``led_unit`` where the place of each is seen by this calibration (null:
    behind the camera). ``grid_unit`` are lines on the ground ``grid_m`` metres apart.
    """

    problem: Problem | None = None
    report: CalibrationReport | None = None
    used: tuple[int, ...] = ()
    led_unit: tuple[XY | None, ...] = ()
    grid_m: int | None = None
    grid_unit: tuple[tuple[XY, ...], ...] = ()


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    """What is calibrated: names of the files, the picture's size, the points so far, and what they tell."""

    scene: str
    file: str
    size: tuple[int, int]
    click_px: float
    survey_m: float
    clicked: ClickedPoints
    fitted: FittedView


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was put into the scene."""

    scene: str
    error_m: float
