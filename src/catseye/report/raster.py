"""A drawing as PNG, for where vectors cannot be: the workbook."""

import io
import math
from importlib.resources import files
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from catseye.report.drawing import Anchor, Area, Drawing, Point, Stroke

_FINER = 2  # drawn so much larger, then made smaller: smooth edges
_ANCHORS: dict[Anchor, str] = {"start": "ls", "middle": "ms", "end": "rs"}
REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


def png(drawing: Drawing, *, scale: float = 1.5) -> bytes:
    """The picture on white, ``scale`` pixels a unit."""
    fine = scale * _FINER
    picture = Image.new("RGB", (round(drawing.width * fine), round(drawing.height * fine)), "white")
    pen = ImageDraw.Draw(picture)
    for part in drawing.parts:
        match part:
            case Area():
                pen.polygon([(x * fine, y * fine) for x, y in part.points], fill=part.colour)
            case Stroke():
                width = max(1, round(part.width * fine))
                for piece in _dashes(part.points) if part.dashed else [part.points]:
                    pen.line([(x * fine, y * fine) for x, y in piece], fill=part.colour, width=width, joint="curve")
            case _:
                font = ImageFont.truetype(io.BytesIO(font_file(BOLD if part.bold else REGULAR)), round(part.size * fine))
                pen.text(
                    (part.at[0] * fine, part.at[1] * fine), part.text, fill=part.colour, font=font, anchor=_ANCHORS[part.anchor]
                )
    small = picture.resize((round(drawing.width * scale), round(drawing.height * scale)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def font_file(name: str) -> bytes:
    """The bytes of one of the two fonts: DejaVu Sans with Latin, Greek and Cyrillic letters."""
    return files("catseye.report").joinpath("fonts", name).read_bytes()


def _dashes(points: tuple[Point, ...], length: float = 4.0) -> list[tuple[Point, ...]]:
    """Every other ``length`` of a way."""
    pieces: list[tuple[Point, ...]] = []
    left, drawn = length, True
    for (ax, ay), (bx, by) in pairwise(points):
        far, at = math.hypot(bx - ax, by - ay), 0.0
        while far - at > 1e-9:
            step = min(left, far - at)
            if drawn:
                pieces.append(tuple((ax + t / far * (bx - ax), ay + t / far * (by - ay)) for t in (at, at + step)))
            at, left = at + step, left - step
            if left <= 1e-9:
                left, drawn = length, not drawn
    return pieces
