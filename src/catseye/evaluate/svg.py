"""Small plots as inline SVG: text alone, so that a page needs nothing from outside. Colours are CSS classes of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

_W, _H = 520.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 12.0, 14.0, 40.0


@dataclass(slots=True, kw_only=True)
class Plot:
    """Axes from 0 to ``right`` and from ``low`` to ``top``, and what is drawn in them, later over earlier."""

    title: str
    x_label: str
    y_label: str
    right: float
    top: float
    low: float = 0.0
    _parts: list[str] = field(default_factory=list)

    def line(self, points: Sequence[tuple[float, float]], style: str) -> None:
        """A line through ``points``."""
        way = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)
        self._parts.append(f'<polyline class="{style}" fill="none" points="{way}"/>')

    def area(self, points: Sequence[tuple[float, float]], style: str) -> None:
        """A filled outline."""
        way = " ".join(f"{self._x(x):.1f},{self._y(y):.1f}" for x, y in points)
        self._parts.append(f'<polygon class="{style}" points="{way}"/>')

    def dot(self, x: float, y: float, style: str, says: str, *, size: float = 3.5) -> None:
        """A dot that says something when pointed at."""
        self._parts.append(
            f'<circle class="{style}" cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="{size}"><title>{escape(says)}</title></circle>'
        )

    def tick(self, x: float, *, above: bool, style: str, says: str) -> None:
        """A short mark at the upper or lower edge."""
        y = _TOP if above else _H - _BOTTOM - 9
        self._parts.append(
            f'<rect class="{style}" x="{self._x(x) - 1:.1f}" y="{y:.1f}" width="2" height="9"><title>{escape(says)}</title></rect>'
        )

    def text(self) -> str:
        """The picture."""
        grid = []
        for value in ticks(0.0, self.right):
            x = self._x(value)
            grid.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_H - _BOTTOM}"/>')
            grid.append(f'<text x="{x:.1f}" y="{_H - _BOTTOM + 15}" text-anchor="middle">{value:g}</text>')
        for value in ticks(self.low, self.top):
            y = self._y(value)
            grid.append(f'<line class="grid" x1="{_LEFT}" x2="{_W - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            grid.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
        middle_x, middle_y = (_LEFT + _W - _RIGHT) / 2, (_TOP + _H - _BOTTOM) / 2
        names = (
            f'<text x="{middle_x}" y="{_H - 6}" text-anchor="middle">{escape(self.x_label)}</text>'
            f'<text transform="translate(13 {middle_y}) rotate(-90)" text-anchor="middle">{escape(self.y_label)}</text>'
        )
        inside = "".join(grid) + "".join(self._parts) + names
        return f'<svg viewBox="0 0 {_W:g} {_H:g}" role="img" aria-label="{escape(self.title)}">{inside}</svg>'

    def _x(self, value: float) -> float:
        return _LEFT + (_W - _LEFT - _RIGHT) * value / max(self.right, 1e-9)

    def _y(self, value: float) -> float:
        return _H - _BOTTOM - (_H - _TOP - _BOTTOM) * (value - self.low) / max(self.top - self.low, 1e-9)


def ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers in [low, high]."""
    span = max(high - low, 1e-9)
    power = 10.0 ** np.floor(np.log10(span / 4))
    step = next(power * n for n in (1, 2, 5, 10) if span / (power * n) <= 8)
    first = int(np.ceil(low / step - 1e-9))
    return [float(round(n * step, 10)) for n in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def stacked(rows: Sequence[tuple[str, Sequence[tuple[float, str]]]], title: str, form: Callable[[float], str]) -> str:
    """Horizontal bars, a row each: its name, and parts (length, style) one behind the other."""
    left, wide, high = 190.0, 240.0, 22.0
    most = max([sum(length for length, _ in parts) for _, parts in rows] + [1e-9])
    drawn = []
    for n, (name, parts) in enumerate(rows):
        x, y = left, n * high
        drawn.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(_short(name))}<title>{escape(name)}</title></text>'
        )
        for length, style in parts:
            width = wide * length / most
            drawn.append(f'<rect class="{style}" x="{x:.1f}" y="{y + 4}" width="{width:.1f}" height="14"/>')
            x += width
        drawn.append(f'<text x="{x + 6:.1f}" y="{y + 15}">{escape(" + ".join(form(length) for length, _ in parts))}</text>')
    return f'<svg viewBox="0 0 {_W:g} {len(rows) * high:g}" role="img" aria-label="{escape(title)}">{"".join(drawn)}</svg>'


def forest(rows: Sequence[tuple[str, float, float, float]], title: str) -> str:
    """Values with intervals beside zero, a row each: name, value, low, high. Those that exclude zero stand out."""
    left, wide, high = 120.0, 230.0, 26.0
    reach = max([abs(end) for _, _, low, top in rows for end in (low, top)] + [1e-9])

    def x(value: float) -> float:
        return left + wide / 2 * (1 + value / reach)

    drawn = [f'<line class="axis" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="0" y2="{len(rows) * high:g}"/>']
    for n, (name, value, low, top) in enumerate(rows):
        y = n * high + high / 2
        style = "sure" if low > 0 or top < 0 else "unsure"
        drawn.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        drawn.append(f'<line class="{style}" x1="{x(low):.1f}" x2="{x(top):.1f}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<circle class="{style}" cx="{x(value):.1f}" cy="{y}" r="4"/>')
        drawn.append(f'<text x="{left + wide + 8}" y="{y + 4}">{value:+.1%} [{low:+.1%}, {top:+.1%}]</text>')
    return f'<svg viewBox="0 0 {_W:g} {len(rows) * high:g}" role="img" aria-label="{escape(title)}">{"".join(drawn)}</svg>'


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "…"
