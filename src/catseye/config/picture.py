"""A scene drawn on a blank sheet, for a person to see whether it is what they meant. No picture of the street is read or shown."""

import cv2
import numpy as np

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.core.scene import CountLine, FittedScene, Scene

LONG_SIDE_PX = 1280
_ARROW_PX = 48.0
_INK = (40, 40, 40)
_PAPER = (250, 250, 250)
_GRID = (225, 225, 225)
_ZONE = (180, 130, 40)
_MASK = (120, 120, 120)
_LINES = ((40, 40, 200), (30, 130, 30), (170, 30, 150), (0, 110, 190), (150, 100, 0), (90, 60, 40))  # blue, green, red


def scene_png(scene: Scene, size: tuple[int, int] | None = None) -> bytes:
    """What ``draw_scene`` draws, as a PNG file."""
    _, png = cv2.imencode(".png", draw_scene(scene, size))
    return png.tobytes()


def draw_scene(scene: Scene, size: tuple[int, int] | None = None) -> U8:
    """A scene's lines with both directions, zones, movements and masks, uint8 (H, W, 3) BGR.

    The sheet has the shape of ``size`` (width, height), else of ``drawn_for``, else 16:9; its longer side has ``LONG_SIDE_PX``.
    """
    width, height = size or scene.drawn_for or (16, 9)
    scale = LONG_SIDE_PX / max(width, height)
    fitted = scene.fit((max(round(width * scale), 1), max(round(height * scale), 1)))
    sheet = _sheet(fitted.size)
    _masks(sheet, fitted)
    _zones(sheet, fitted)
    for index, line in enumerate(scene.lines):
        _line(sheet, fitted, line, _LINES[index % len(_LINES)])
    return sheet


def _sheet(size: tuple[int, int]) -> U8:
    """Blank paper with a line at every tenth."""
    width, height = size
    sheet = np.full((height, width, 3), _PAPER, np.uint8)
    for tenth in range(1, 10):
        x, y = round(width * tenth / 10), round(height * tenth / 10)
        cv2.line(sheet, (x, 0), (x, height), _GRID, 1)
        cv2.line(sheet, (0, y), (width, y), _GRID, 1)
        _label(sheet, f"{tenth / 10}", np.array([x, 8.0]), _MASK, scale=0.35)
        _label(sheet, f"{tenth / 10}", np.array([14.0, y]), _MASK, scale=0.35)
    return sheet


def _masks(sheet: U8, fitted: FittedScene) -> None:
    for mask in fitted.scene.masks:
        polygon = fitted.polygon_px(mask.polygon)
        cv2.fillPoly(sheet, [_ints(polygon)], _MASK, cv2.LINE_AA)
        _label(sheet, f"mask: {mask.name}", polygon.mean(axis=0), _INK)


def _zones(sheet: U8, fitted: FittedScene) -> None:
    centres = {}
    for zone in fitted.scene.zones:
        polygon = fitted.polygon_px(zone.polygon)
        filled = sheet.copy()
        cv2.fillPoly(filled, [_ints(polygon)], _ZONE, cv2.LINE_AA)
        cv2.addWeighted(filled, 0.25, sheet, 0.75, 0, dst=sheet)
        cv2.polylines(sheet, [_ints(polygon)], True, _ZONE, 2, cv2.LINE_AA)
        centres[zone.name] = polygon.mean(axis=0)
    for movement in fitted.scene.movements:
        origin, destination = centres[movement.origin], centres[movement.destination]
        dx, dy = (destination - origin) / max(float(np.hypot(*(destination - origin))), 1.0)
        aside = np.array([-dy, dx]) * 12.0  # keeps the way back apart
        _arrow(sheet, origin + aside, destination + aside, _ZONE)
        _label(sheet, movement.name, origin + (destination - origin) * 0.65 + aside, _ZONE)
    for name, centre in centres.items():
        _label(sheet, f"zone: {name}", centre, _ZONE)


def _line(sheet: U8, fitted: FittedScene, line: CountLine, colour: tuple[int, int, int]) -> None:
    a, b = (np.asarray(end) for end in fitted.line_px(line))
    middle = (a + b) / 2
    dx, dy = (b - a) / np.hypot(*(b - a))
    right_hand = np.array([-dy, dx])  # of someone who walks from a to b, y pointing down
    cv2.line(sheet, _ints(a).tolist(), _ints(b).tolist(), colour, 3, cv2.LINE_AA)
    for way, side in zip(line.directions, (right_hand, -right_hand), strict=True):
        tip = middle + side * _ARROW_PX
        _arrow(sheet, middle, tip, colour)
        (wide, high), _ = cv2.getTextSize(way, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
        _label(sheet, way, tip + side * np.array([wide / 2 + 8.0, high]), colour)
    cv2.circle(sheet, _ints(a).tolist(), 5, colour, cv2.FILLED, cv2.LINE_AA)
    _label(sheet, line.name, a - np.array([dx, dy]) * 22.0, colour, scale=0.6)


def _arrow(sheet: U8, start: F64, end: F64, colour: tuple[int, int, int]) -> None:
    tip = 12.0 / max(float(np.hypot(*(end - start))), 12.0)
    cv2.arrowedLine(sheet, _ints(start).tolist(), _ints(end).tolist(), colour, 2, cv2.LINE_AA, 0, tip)


def _label(sheet: U8, text: str, centre: F64, colour: tuple[int, int, int], *, scale: float = 0.5) -> None:
    """Text on a white ground around ``centre``, moved as far as it must to lie on the sheet."""
    height, width = sheet.shape[:2]
    (wide, high), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    x = int(np.clip(centre[0] - wide / 2, 2, max(width - wide - 2, 2)))
    y = int(np.clip(centre[1] + high / 2, high + 2, max(height - below - 2, high + 2)))
    cv2.rectangle(sheet, (x - 2, y - high - 2), (x + wide + 2, y + below), _PAPER, cv2.FILLED)
    cv2.putText(sheet, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)


def _ints(points: F64) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    return np.rint(points).astype(np.int32)
