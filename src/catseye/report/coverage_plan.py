"""A plan of what a network's cameras see: views, key places seen and unseen, cameras that could be added. No picture is in it."""

import math
from collections.abc import Collection, Sequence

import numpy as np

from catseye.core.cameras import LonLat
from catseye.core.geometry import F64
from catseye.network.coverage import Eye, KeyPlace
from catseye.network.plane import LocalPlane
from catseye.report.drawing import GRID, INK, SOFT, Drawing, Point

SEEN, UNSEEN, ADDED = "#2f8f5b", "#b8402a", "#7a4fa3"
_VIEW, _VIEW_RIM, _ADDED_VIEW = "#e3ecf7", "#2d6da3", "#efe6f7"
_WIDTH, _TALLEST, _EDGE, _TOP, _LEGEND = 900.0, 900.0, 28.0, 46.0, 52.0
_LEAST_M = 60.0
_NAMED = 40  # places; more names would lie on one another
_BARS_M = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10)


def coverage_plan(
    places: Sequence[KeyPlace], seen: Collection[int], eyes: Sequence[Eye], added: Sequence[Eye], title: str
) -> Drawing:
    """North is up. ``seen`` are the numbers of the places that are seen by ``eyes``; ``added`` are cameras that could be."""
    plan = _Plan(places, [*eyes, *added])
    drawing = Drawing(title=title, width=_WIDTH, height=_TOP + plan.height + _LEGEND)
    outlines = [(eye, plan.view(eye), eye in added) for eye in (*added, *eyes)]
    for eye, outline, more in outlines:
        drawing.area(outline, _ADDED_VIEW if more else _VIEW, eye.name)
    for _, outline, more in outlines:
        drawing.stroke([*outline, outline[0]], ADDED if more else _VIEW_RIM, 1.0, dashed=more)
    for i, place in enumerate(places):
        _place(drawing, plan, place, SEEN if i in seen else UNSEEN, named=len(places) <= _NAMED)
    for eye, _, more in outlines:
        x, y = plan.at([eye.point])[0]
        drawing.area(_dot((x, y), 4.0), ADDED if more else _VIEW_RIM, eye.name)
        drawing.words((x, y + 14), eye.name, size=9, colour=ADDED if more else _VIEW_RIM)
    _around(drawing, plan, title)
    return drawing


class _Plan:
    """From the globe to the drawing."""

    def __init__(self, places: Sequence[KeyPlace], eyes: Sequence[Eye]) -> None:
        corners = [point for place in places for point in place.points] + [eye.point for eye in eyes]
        self._plane = LocalPlane(corners[0] if corners else (0.0, 0.0))
        reached = [self._ground(eye) for eye in eyes]
        all_m = np.vstack([self._plane.metres(corners), *reached]) if corners else np.zeros((1, 2))
        low, high = all_m.min(axis=0), all_m.max(axis=0)
        middle, size = (low + high) / 2, np.maximum(high - low, _LEAST_M) * 1.08
        self.scale = float(min((_WIDTH - 2 * _EDGE) / size[0], (_TALLEST - _TOP - _LEGEND) / size[1]))
        self.height = float(size[1] * self.scale)
        self._low, self._left = middle - size / 2, (_WIDTH - float(size[0]) * self.scale) / 2

    def at(self, points: Sequence[LonLat]) -> list[Point]:
        return self._drawn(self._plane.metres(points))

    def view(self, eye: Eye) -> list[Point]:
        return self._drawn(self._ground(eye))

    def _ground(self, eye: Eye) -> F64:
        return eye.view.outline + self._plane.metres([eye.point])

    def _drawn(self, metres: F64) -> list[Point]:
        flat = (metres - self._low) * self.scale
        return [(self._left + x, _TOP + self.height - y) for x, y in flat.tolist()]


def _place(drawing: Drawing, plan: _Plan, place: KeyPlace, colour: str, *, named: bool) -> None:
    corners = plan.at(place.points)
    if len(corners) > 1:
        drawing.stroke(corners, colour, 2.0)
    else:
        drawing.area(_dot(corners[0], 5.0, corners=4), colour, f"{place.name} {place.kind}".strip())
    x, y = (sum(axis) / len(corners) for axis in zip(*corners, strict=True))
    if named:
        drawing.words((x, y - 9), place.name, size=10, colour=colour, bold=True)


def _around(drawing: Drawing, plan: _Plan, title: str) -> None:
    """Title, north, scale and what colours mean."""
    drawing.words((_EDGE, 26), title, size=15, colour=INK, anchor="start", bold=True)
    x, y = _WIDTH - _EDGE, 34.0
    drawing.area(((x, y - 22), (x - 5, y - 8), (x + 5, y - 8)), INK)
    drawing.words((x, y + 3), "N", size=11, colour=INK)
    base = _TOP + plan.height + 24
    drawing.stroke(((_EDGE, base - 16), (_WIDTH - _EDGE, base - 16)), GRID)
    bar_m = next((m for m in _BARS_M if m * plan.scale <= 180), 5)
    drawing.stroke(((_EDGE, base), (_EDGE + bar_m * plan.scale, base)), INK, 2.0)
    drawing.words((_EDGE, base + 16), f"{bar_m} m", colour=SOFT, anchor="start")
    x = 270.0
    for colour, words in ((SEEN, "seen"), (UNSEEN, "unseen"), (_VIEW_RIM, "camera and its view"), (ADDED, "could be added")):
        drawing.area(_dot((x, base), 5.0), colour)
        drawing.words((x + 10, base + 4), words, anchor="start")
        x += 42 + 7 * len(words)
    drawing.words(
        (270, base + 20), "views are as registered or calibrated; what stands in the way is not known", size=10, anchor="start"
    )


def _dot(at: Point, radius: float, corners: int = 16) -> list[Point]:
    turns = [2 * math.pi * k / corners for k in range(corners)]
    return [(at[0] + radius * math.cos(turn), at[1] + radius * math.sin(turn)) for turn in turns]
