"""Draws tags, lines and zones on redacted pictures, for the annotated film."""

from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np

from catseye.core.errors import RedactionError
from catseye.core.frame import U8
from catseye.core.scene import FittedScene
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed
from catseye.runtime.live import tags
from catseye.wire.live import Tag

# blue, green, red; the Okabe-Ito palette, which people with any colour vision tell apart
COLOURS = {
    "pedestrian": (0, 159, 230),
    "bicycle": (115, 158, 0),
    "motorcycle": (66, 228, 240),
    "two_wheeler": (115, 158, 0),
    "car": (233, 180, 86),
    "van": (178, 114, 0),
    "truck": (0, 94, 213),
    "bus": (167, 121, 204),
    "vehicle": (200, 200, 200),
}
_LINE = (80, 255, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


class PictureWriter(Protocol):
    """Takes redacted pictures, one after another."""

    def write(self, picture: RedactedPicture, at_ns: int) -> None:
        """Append one, to be shown from its instant of capture on."""
        ...

    def close(self) -> None:
        """Finish; harmless when called twice."""
        ...


class AnnotateSink:
    """Writes each analysed frame, redacted, with its tags drawn on. A withheld picture is left out."""

    def __init__(self, open_writer: Callable[[tuple[int, int]], PictureWriter]) -> None:
        self._open_writer = open_writer
        self._writer: PictureWriter | None = None

    def take(self, analysed: Analysed) -> None:
        """Append one frame."""
        if self._writer is None:
            self._writer = self._open_writer(analysed.frame.size)
        try:
            picture = analysed.picture()
        except RedactionError:
            return
        self._writer.write(picture.annotated(lambda canvas: draw(canvas, analysed)), analysed.frame.at_ns)

    def close(self) -> None:
        """Finish the film."""
        if self._writer is not None:
            self._writer.close()


def draw(canvas: U8, analysed: Analysed) -> None:
    """Draw everything known about a frame on its redacted picture, uint8 (H, W, 3), in place."""
    scale = max(0.4, canvas.shape[1] / 1600)
    _draw_scene(canvas, analysed.pipeline.fitted, scale, analysed)
    for tag in tags(analysed):
        _draw_tag(canvas, tag, scale)


def _draw_scene(canvas: U8, fitted: FittedScene, scale: float, analysed: Analysed) -> None:
    for zone in fitted.scene.zones:
        corners = fitted.polygon_px(zone.polygon).round().astype(np.int32)
        cv2.polylines(canvas, [corners], isClosed=True, color=(220, 220, 220), thickness=1, lineType=cv2.LINE_AA)
    for line in fitted.scene.lines:
        a, b = ((round(x), round(y)) for x, y in fitted.line_px(line))
        cv2.line(canvas, a, b, _LINE, 2, cv2.LINE_AA)
        volumes = analysed.volumes.of(line.name, line.directions)
        text = "  ".join(f"{way} {sum(kinds.values())}" for way, kinds in volumes.items())
        _write(canvas, f"{line.name}: {text}", ((a[0] + b[0]) // 2, (a[1] + b[1]) // 2), scale, _LINE)


def _draw_tag(canvas: U8, tag: Tag, scale: float) -> None:
    height, width = canvas.shape[:2]
    x1, y1, x2, y2 = (round(v * s) for v, s in zip(tag.box, (width, height) * 2, strict=True))
    colour = (150, 150, 150) if tag.parked else COLOURS[tag.road_user]
    cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, 2 if tag.seen else 1, cv2.LINE_AA)
    _write(canvas, f"{tag.road_user} {tag.tag}{' parked' if tag.parked else ''}", (x1, max(y1 - 4, 10)), scale, colour)


def _write(canvas: U8, text: str, at: tuple[int, int], scale: float, colour: tuple[int, int, int]) -> None:
    (width, height), _ = cv2.getTextSize(text, _FONT, scale, 1)
    x, y = min(max(at[0], 0), max(canvas.shape[1] - width - 2, 0)), max(at[1], height + 2)
    cv2.rectangle(canvas, (x, y - height - 3), (x + width + 2, y + 3), (30, 30, 30), -1)
    cv2.putText(canvas, text, (x + 1, y), _FONT, scale, colour, 1, cv2.LINE_AA)
