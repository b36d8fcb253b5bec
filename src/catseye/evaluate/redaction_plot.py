"""The recall of the redactor, by the height of heads and of vehicles in view and cut, drawn on white: no picture of the street."""

import cv2
import numpy as np

from catseye.core.frame import U8
from catseye.evaluate.redaction import Band, RedactionScore

_INK, _BAR, _GRID = (60, 60, 60), (180, 90, 0), (225, 225, 225)  # blue, green, red
_LEFT, _TOP, _WIDE, _ROW = 150, 50, 600, 40


def draw(score: RedactionScore) -> U8:
    """A bar chart uint8 (H, W, 3) BGR: share covered in each band of heads or plates that has any."""
    bands = [band for band in (score.all, *score.by_height, *score.by_visibility, *score.plates) if band.number]
    canvas = np.full((_TOP + _ROW * len(bands) + 20, _LEFT + _WIDE + 190, 3), 255, np.uint8)
    _write(canvas, f"heads and lower halves of vehicles covered; {score.altered:.1%} of the picture altered", (10, 28))
    for share in (0.25, 0.5, 0.75, 1.0):
        x = _LEFT + round(_WIDE * share)
        cv2.line(canvas, (x, _TOP), (x, canvas.shape[0] - 20), _GRID, 1)
    for row, band in enumerate(bands):
        _draw_band(canvas, band, _TOP + row * _ROW)
    return canvas


def _draw_band(canvas: U8, band: Band, top: int) -> None:
    recall = band.recall or 0.0
    cv2.rectangle(canvas, (_LEFT, top + 8), (_LEFT + round(_WIDE * recall), top + _ROW - 8), _BAR, -1)
    _write(canvas, band.name, (10, top + 26))
    _write(canvas, f"{recall:.2%} of {band.number}", (_LEFT + _WIDE + 10, top + 26))


def _write(canvas: U8, text: str, at: tuple[int, int]) -> None:
    cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
