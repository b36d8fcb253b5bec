"""Pictures as lists of strokes, areas and words, so that page, document and workbook show the same one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

INK, SOFT, GRID, ROAD, NOTE = "#1c2430", "#5b6675", "#dfe4ea", "#eef1f5", "#b3541e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through ``points``, ``width`` wide."""

    points: tuple[Point, ...]
    colour: str
    width: float
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled outline; ``says`` is told when pointed at, where that is possible."""

    points: tuple[Point, ...]
    colour: str
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text whose baseline is at ``at``."""

    at: Point
    text: str
    size: float = 11.0
    colour: str = SOFT
    anchor: Anchor = "middle"
    bold: bool = False


@dataclass(slots=True, kw_only=True)
class Drawing:
    """A picture, x to the right and y down, later parts over earlier ones. ``title`` tells those who cannot see it what it is."""

    title: str
    width: float
    height: float
    parts: list[Stroke | Area | Words] = field(default_factory=list)

    def stroke(self, points: Sequence[Point], colour: str, width: float = 1.0, *, dashed: bool = False) -> None:
        """A line through ``points``."""
        self.parts.append(Stroke(points=tuple(points), colour=colour, width=width, dashed=dashed))

    def area(self, points: Sequence[Point], colour: str, says: str = "") -> None:
        """A filled outline."""
        self.parts.append(Area(points=tuple(points), colour=colour, says=says))

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, says: str = "") -> None:
        """A filled rectangle."""
        self.area(((left, top), (right, top), (right, bottom), (left, bottom)), colour, says)

    def words(
        self, at: Point, text: str, *, size: float = 11.0, colour: str = SOFT, anchor: Anchor = "middle", bold: bool = False
    ) -> None:
        """One line of text."""
        self.parts.append(Words(at=at, text=text, size=size, colour=colour, anchor=anchor, bold=bold))


def svg(drawing: Drawing, *, font: str = "") -> str:
    """The picture as SVG that stands inside a page, whose font it has, or with a font of its own."""
    family = f' font-family="{escape(font)}"' if font else ""
    inside = "".join(map(_svg_part, drawing.parts))
    return (
        f'<svg viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" aria-label="{escape(drawing.title)}" '
        f'xmlns="http://www.w3.org/2000/svg"{family}>{inside}</svg>'
    )


def _svg_part(part: Stroke | Area | Words) -> str:
    match part:
        case Words():
            bold = ' font-weight="700"' if part.bold else ""
            return (
                f'<text x="{part.at[0]:.1f}" y="{part.at[1]:.1f}" font-size="{part.size:g}" fill="{part.colour}" '
                f'text-anchor="{part.anchor}"{bold}>{escape(part.text)}</text>'
            )
        case Stroke():
            dashes = ' stroke-dasharray="4 4"' if part.dashed else ""
            return (
                f'<polyline fill="none" stroke="{part.colour}" stroke-width="{part.width:.1f}" stroke-linejoin="round"{dashes} '
                f'points="{_way(part.points)}"/>'
            )
        case Area():
            says = f"<title>{escape(part.says)}</title>" if part.says else ""
            return f'<polygon fill="{part.colour}" points="{_way(part.points)}">{says}</polygon>'


def _way(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
