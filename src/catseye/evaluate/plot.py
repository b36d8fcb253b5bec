"""The ways of the truth against those of a result, drawn on white: no picture of the street."""

from pathlib import Path

import cv2
import numpy as np

from catseye.core import boxes
from catseye.core.errors import OutputError
from catseye.core.frame import U8
from catseye.core.geometry import XY
from catseye.core.scene import Scene
from catseye.core.truth import TrackBoxes, Truth
from catseye.evaluate.crossings import crossings, scaled

_TRUE, _FOUND, _LINE = (190, 190, 190), (180, 90, 0), (40, 40, 220)  # blue, green, red
_SHORTEST_PX = 900  # of the drawing's longer side


def draw(truth: Truth, result: TrackBoxes, scene: Scene, size: tuple[int, int]) -> U8:
    """A drawing uint8 (H, W, 3) BGR: true ways grey and wide, tracks blue and thin, count lines red with a dot a true crossing."""
    scale = max(1, -(-_SHORTEST_PX // max(size)))
    canvas = np.full((size[1] * scale, size[0] * scale, 3), 255, np.uint8)
    _ways(canvas, truth.boxes, scale, _TRUE, 2 * scale)
    _ways(canvas, result, scale, _FOUND, 1)
    for line in scene.lines:
        a, b = scaled(line.points, size)
        cv2.line(canvas, _pixel(a, scale), _pixel(b, scale), _LINE, 1, cv2.LINE_AA)
        cv2.putText(canvas, line.name, _pixel(b, scale), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _LINE, 1, cv2.LINE_AA)
    for crossing in crossings(truth, scene, size):
        cv2.circle(canvas, _pixel(crossing.point_px, scale), 3, _LINE, -1, cv2.LINE_AA)
    return canvas


def write(path: Path, drawing: U8) -> None:
    """Write a drawing as PNG. Raises OutputError."""
    _, content = cv2.imencode(".png", drawing)
    try:
        path.write_bytes(content.tobytes())
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.", "Check that its folder exists and may be written."
        ) from error


def _ways(canvas: U8, table: TrackBoxes, scale: int, colour: tuple[int, int, int], width: int) -> None:
    for number in np.unique(table.number).tolist():
        rows = np.flatnonzero(table.number == number)
        rows = rows[np.argsort(table.frame[rows], kind="stable")]
        way = np.rint(boxes.foot(table.xyxy[rows]) * scale).astype(np.int32)
        cv2.polylines(canvas, [way], isClosed=False, color=colour, thickness=width, lineType=cv2.LINE_AA)


def _pixel(point: XY, scale: int) -> tuple[int, int]:
    return round(point[0] * scale), round(point[1] * scale)
