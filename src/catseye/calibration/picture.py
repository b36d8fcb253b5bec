"""A calibration drawn: the ground points, and a grid of metres laid over the street."""

import cv2
import numpy as np

from catseye.calibration.fit import led
from catseye.calibration.grid import grid_lines
from catseye.calibration.pairs import GroundPoints
from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.privacy.redaction import RedactedPicture

_WIDE_PX = 1280
_PAPER, _SHADE = 250, (40, 40, 40)
_GRID, _MEASURED, _LED = (233, 180, 86), (66, 228, 240), (0, 94, 213)  # blue, green, red; Okabe-Ito
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def calibration_png(
    homography: F64, around_m: F64, size: tuple[int, int], still: RedactedPicture | None, points: GroundPoints | None = None
) -> bytes:
    """A PNG file: a blue grid of metres round the places ``around_m`` (N, 2), on a redacted still.

    Yellow is where each of ``points`` was clicked, vermilion where its place is led to. ``homography`` leads from unit coordinates.
    """
    scale = _WIDE_PX / size[0]
    wide, high = _WIDE_PX, max(round(size[1] * scale), 1)
    if still is None:
        sheet = np.full((high, wide, 3), _PAPER, np.uint8)
    else:
        sheet = np.asarray(cv2.resize(still.bgr, (wide, high), interpolation=cv2.INTER_LINEAR), np.uint8)
    whole = np.array([wide, high], np.float64)
    back = np.asarray(np.linalg.inv(homography), np.float64)
    step_m = _grid(sheet, back, around_m, whole)
    if points is not None:
        _marks(sheet, points, led(back, points.metres), whole)
    _label(sheet, f"grid of {step_m} m", (14, high - 16))
    _, png = cv2.imencode(".png", sheet)
    return png.tobytes()


def _marks(sheet: U8, points: GroundPoints, places: F64, whole: F64) -> None:
    for name, unit, place in zip(points.names, points.unit, places, strict=True):
        at, to = _px(unit * whole), _px(place * whole)
        cv2.line(sheet, at, to, _LED, 2, cv2.LINE_AA)
        cv2.circle(sheet, to, 4, _LED, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(sheet, at, 7, _SHADE, 3, cv2.LINE_AA)
        cv2.circle(sheet, at, 7, _MEASURED, 2, cv2.LINE_AA)
        _label(sheet, name, (at[0] + 12, at[1] - 8))


def _grid(sheet: U8, back: F64, metres: F64, whole: F64) -> int:
    """Draw ground lines a round number of metres apart round the places; returns how many metres."""
    step_m, lines = grid_lines(back, metres)
    for line in lines:
        _curve(sheet, line * whole)
    return step_m


def _curve(sheet: U8, px: F64) -> None:
    near = np.asarray((np.abs(px) < 10 * _WIDE_PX).all(axis=1), np.bool_)  # what is behind the camera is NaN, and not near
    for k in np.flatnonzero(near[:-1] & near[1:]):
        cv2.line(sheet, _px(px[k]), _px(px[k + 1]), _GRID, 1, cv2.LINE_AA)


def _px(point: F64) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _label(sheet: U8, text: str, at: tuple[int, int]) -> None:
    (wide, high), below = cv2.getTextSize(text, _FONT, 0.55, 1)
    x = min(at[0], sheet.shape[1] - wide - 4)
    cv2.rectangle(sheet, (x - 3, at[1] - high - 4), (x + wide + 3, at[1] + below + 1), (30, 30, 30), cv2.FILLED)
    cv2.putText(sheet, text, (x, at[1]), _FONT, 0.55, (235, 235, 235), 1, cv2.LINE_AA)
