#!/usr/bin/env python3
"""Draws docs/images/line-places.svg: good and bad places of a count line. Run it from the project's root."""

from collections.abc import Callable
from html import escape
from pathlib import Path

OUT = Path("docs/images/line-places.svg")
WIDE, HIGH, CAPTION, GAP, ACROSS = 270.0, 170.0, 44.0, 14.0, 3
TOP, BOTTOM, MIDDLE = 34.0, HIGH, WIDE / 2  # the road's far and near end, and where it goes
GOOD, BAD, WAY = "#009e73", "#d55e00", "#0072b2"
CARS = ("#4d6f91", "#8a5a44", "#6b7d4f", "#7a6a90")


class Panel:
    """One small picture: a straight road that goes away from the camera, and what is put on it."""

    def __init__(self) -> None:
        self.parts = [
            f'<rect width="{WIDE}" height="{HIGH}" fill="#c9d3b8"/><rect width="{WIDE}" height="{TOP}" fill="#dfe9f2"/>',
            self._polygon([(-0.78, 1.0), (0.78, 1.0), (0.78, 0.0), (-0.78, 0.0)], "#b9b5ad"),
            self._polygon([(-0.62, 1.0), (0.62, 1.0), (0.62, 0.0), (-0.62, 0.0)], "#8d9096"),
        ]
        for begin in (0.04, 0.12, 0.22, 0.35, 0.52, 0.74):
            end = begin * 1.35
            self.parts.append(self._polygon([(-0.012, begin), (0.012, begin), (0.012, end), (-0.012, end)], "#eee"))

    def at(self, aside: float, near: float) -> tuple[float, float]:
        """Where a place on the road is seen: ``aside`` -0.62 to 0.62 from kerb to kerb, ``near`` 0 (far) to 1 (near)."""
        return MIDDLE + aside * (14.0 + 150.0 * near), TOP + (BOTTOM - TOP) * near

    def _polygon(self, places: list[tuple[float, float]], fill: str, more: str = "") -> str:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*place) for place in places))
        return f'<polygon points="{points}" fill="{fill}" {more}/>'

    def car(
        self, aside: float, near: float, colour: int = 0, *, tall: float = 1.0, lights: bool = False, wide: float = 0.34
    ) -> None:
        """A vehicle whose lower edge is at ``near``."""
        x, y = self.at(aside, near)
        w = wide * (14.0 + 150.0 * near)
        h = 0.72 * w * tall * 0.34 / wide
        fill = CARS[colour % len(CARS)]
        self.parts.append(
            f'<rect x="{x - w / 2:.1f}" y="{y - h:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{w / 9:.1f}" fill="{fill}"/>'
        )
        left, top = x - w * 0.38, y - h * 0.9
        glass = f'<rect x="{left:.1f}" y="{top:.1f}" width="{w * 0.76:.1f}" height="{h * 0.34:.1f}" rx="2" fill="#cfe0ee"/>'
        self.parts.append(glass)
        for side in (-0.34, 0.34) if lights else ():
            self.parts.append(
                f'<circle cx="{x + side * w:.1f}" cy="{y - h * 0.3:.1f}" r="{w * 0.3:.1f}" fill="#fff6c8" opacity="0.75"/>'
            )

    def rider(self, aside: float, near: float) -> None:
        """Somebody on two wheels, or on foot."""
        x, y = self.at(aside, near)
        s = 0.05 * (14.0 + 150.0 * near)
        self.parts.append(
            f'<rect x="{x - s / 2:.1f}" y="{y - 3.6 * s:.1f}" width="{s:.1f}" height="{3.6 * s:.1f}" rx="{s / 2:.1f}" fill="#222"/>'
            f'<circle cx="{x:.1f}" cy="{y - 4.2 * s:.1f}" r="{0.75 * s:.1f}" fill="#c58b5a"/>'
        )

    def line(self, a: tuple[float, float], b: tuple[float, float], *, good: bool) -> None:
        """A count line from place to place."""
        (x1, y1), (x2, y2) = self.at(*a), self.at(*b)
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        self.parts.append(f'<line {ends} stroke="#fff" stroke-width="7" stroke-linecap="round"/>')
        dash = "" if good else 'stroke-dasharray="7 5"'
        self.parts.append(f'<line {ends} stroke="{GOOD if good else BAD}" stroke-width="4" stroke-linecap="round" {dash}/>')

    def way(self, *places: tuple[float, float]) -> None:
        """The way of somebody, with an arrow at its end."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*place) for place in places))
        self.parts.append(f'<polyline points="{points}" fill="none" stroke="{WAY}" stroke-width="3" marker-end="url(#tip)"/>')

    def post(self, aside: float, near: float, *, tree: bool = False) -> None:
        """A pole, or a tree, before the road."""
        x, y = self.at(aside, near)
        self.parts.append(f'<rect x="{x - 4:.1f}" y="0" width="8" height="{y:.1f}" fill="#555"/>')
        if tree:
            self.parts.append(f'<ellipse cx="{x:.1f}" cy="58" rx="42" ry="40" fill="#4c7a3f" opacity="0.96"/>')

    def bar(self, near: float, *, zebra: bool = False) -> None:
        """A stop line, or a zebra crossing."""
        if not zebra:
            self.parts.append(self._polygon([(0.02, near), (0.6, near), (0.6, near + 0.03), (0.02, near + 0.03)], "#fff"))
        for k in range(7) if zebra else ():
            left = -0.6 + 0.18 * k
            self.parts.append(
                self._polygon([(left, near), (left + 0.09, near), (left + 0.09, near + 0.16), (left, near + 0.16)], "#fff")
            )

    def shade(self, *places: tuple[float, float]) -> None:
        """A dark part of the road."""
        self.parts.append(self._polygon(list(places), "#1c2330", 'opacity="0.55"'))

    def night(self) -> None:
        """Darkness over all that was drawn so far."""
        self.parts.append(f'<rect width="{WIDE}" height="{HIGH}" fill="#0a1024" opacity="0.72"/>')


def good(p: Panel) -> None:
    p.car(0.3, 0.3, 1)
    p.car(-0.3, 0.8, 0)
    p.line((-0.74, 0.5), (0.74, 0.5), good=True)


def edge(p: Panel) -> None:
    p.car(-0.3, 1.12, 0)
    p.line((-0.7, 0.95), (0.7, 0.95), good=False)
    p.line((-0.74, 0.55), (0.74, 0.55), good=True)


def pole(p: Panel) -> None:
    p.car(-0.2, 0.4, 2)
    p.post(-0.24, 1.0, tree=True)
    p.line((-0.7, 0.4), (0.7, 0.4), good=False)
    p.line((-0.74, 0.74), (0.74, 0.74), good=True)


def queue(p: Panel) -> None:
    p.bar(0.42)
    for k, near in enumerate((0.53, 0.68, 0.9)):
        p.car(0.3, near, k)
    p.line((-0.05, 0.6), (0.72, 0.6), good=False)
    p.line((-0.74, 0.3), (0.74, 0.3), good=True)


def far(p: Panel) -> None:
    p.car(0.3, 0.06, 3)
    p.car(-0.3, 0.09, 1)
    p.line((-0.9, 0.08), (0.9, 0.08), good=False)
    p.line((-0.74, 0.5), (0.74, 0.5), good=True)


def short(p: Panel) -> None:
    p.way((-0.42, 0.9), (-0.42, 0.3))
    p.line((-0.3, 0.66), (-0.12, 0.66), good=False)
    p.line((-0.74, 0.45), (0.74, 0.45), good=True)


def lengthwise(p: Panel) -> None:
    p.way((0.3, 0.95), (0.28, 0.2))
    p.line((0.2, 0.95), (0.38, 0.25), good=False)
    p.line((-0.74, 0.5), (0.74, 0.5), good=True)


def kerb(p: Panel) -> None:
    p.bar(0.55, zebra=True)
    for near in (0.66, 0.7, 0.62):
        p.rider(-0.7 + 0.03 * near, near)
    p.line((-0.62, 0.48), (-0.64, 0.82), good=False)
    p.line((0.02, 0.48), (0.02, 0.8), good=True)


def shadow(p: Panel) -> None:
    p.shade((-0.78, 0.3), (0.1, 0.3), (0.3, 0.62), (-0.78, 0.62))
    p.car(-0.3, 0.52, 0)
    p.rider(-0.55, 0.55)
    p.line((-0.74, 0.47), (0.74, 0.47), good=False)
    p.line((-0.74, 0.78), (0.74, 0.78), good=True)


def glare(p: Panel) -> None:
    p.night()
    p.car(-0.3, 0.28, 0, lights=True)
    p.car(-0.3, 0.6, 1, lights=True)
    p.line((-0.8, 0.2), (0.8, 0.2), good=False)
    p.line((-0.74, 0.78), (0.74, 0.78), good=True)


def bus(p: Panel) -> None:
    p.car(-0.34, 0.42, 3)
    p.rider(0.02, 0.6)
    p.car(-0.28, 0.62, 1, tall=1.9, wide=0.42)
    p.line((-0.74, 0.45), (0.74, 0.45), good=False)
    p.line((-0.74, 0.85), (0.74, 0.85), good=True)


def turn(p: Panel) -> None:
    p.line((-0.74, 0.58), (0.74, 0.58), good=True)
    p.way((0.34, 0.98), (0.34, 0.45), (0.2, 0.33), (-0.2, 0.33), (-0.34, 0.45), (-0.34, 0.9))


PANELS: tuple[tuple[str, str, Callable[[Panel], None]], ...] = (
    ("Good", "kerb to kerb, way in view on both sides", good),
    ("At the picture's edge", "tracks begin and end there", edge),
    ("Behind a tree or a pole", "tracks break where nobody is seen", pole),
    ("Where queues stand", "put it past the stop line", queue),
    ("Too far", "who is small is not found", far),
    ("Too short", "many pass beside its end", short),
    ("Along the lane", "they cross it late or never", lengthwise),
    ("On the zebra's kerb", "who waits stands on it", kerb),
    ("In the shadow", "who is dark is missed", shadow),
    ("Far at night", "only lights are seen, and they glare", glare),
    ("Behind buses", "a car and a rider are hidden", bus),
    ("A U-turn", "one crossing each way, as it should be", turn),
)


def drawing() -> str:
    """The whole picture."""
    rows = -(-len(PANELS) // ACROSS)
    width, height = ACROSS * WIDE + (ACROSS + 1) * GAP, rows * (HIGH + CAPTION + GAP) + GAP + 22
    tip = f'<path d="M0,0 L10,5 L0,10 z" fill="{WAY}"/>'
    marker = f'<marker id="tip" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="5" markerHeight="5" orient="auto">{tip}</marker>'
    named = 'role="img" aria-label="Good and bad places of a count line"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="sans-serif" {named}>',
        f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>',
        f'<defs>{marker}<clipPath id="view"><rect width="{WIDE}" height="{HIGH}"/></clipPath></defs>',
    ]
    for n, (name, why, draw) in enumerate(PANELS):
        panel = Panel()
        draw(panel)
        x, y = GAP + n % ACROSS * (WIDE + GAP), GAP + n // ACROSS * (HIGH + CAPTION + GAP)
        out.append(f'<g transform="translate({x:g} {y:g})"><g clip-path="url(#view)">{"".join(panel.parts)}</g>')
        out.append(f'<text y="{HIGH + 18}" font-size="15" font-weight="bold" fill="#222">{escape(name)}</text>')
        out.append(f'<text y="{HIGH + 36}" font-size="13" fill="#444">{escape(why)}</text></g>')
    words = ((GOOD, "green", "a good place; "), (BAD, "orange, dashed", "a bad one"))
    key = "".join(f'<tspan fill="{fill}" font-weight="bold">{name}</tspan>: {what}' for fill, name, what in words)
    out.append(f'<text x="{GAP}" y="{height - 12:g}" font-size="13" fill="#444">{key}</text></svg>')
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    OUT.write_text(drawing(), encoding="utf-8")
