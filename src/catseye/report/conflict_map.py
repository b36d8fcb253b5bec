"""Where conflicts happened, on a plan of the street: lanes, density and the conflicts themselves. No picture is in it."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.scene import FittedScene
from catseye.core.traffic import Conflict
from catseye.report.drawing import GRID, INK, ROAD, SOFT, Drawing, Point
from catseye.rules.ground import GroundView
from catseye.traffic.conflicts.hotspots import Density, density, hotspots

COLOURS = {"rear_end": "#1766c2", "lane_change": "#8a4fbf", "crossing": "#c2261a"}
_HEAT = ("#fdf0d5", "#fbd9a0", "#f7b267", "#f08a4b", "#e0603f")  # a fifth of the highest density each, from a tenth of it on
_OUTLINED = {"crossing", "junction"}
_LEAST_HEAT = 0.1
_WIDTH, _EDGE, _TOP, _LEGEND = 720.0, 24.0, 44.0, 58.0
_AROUND_M = 8.0
_DOT = (2.6, 6.5)  # radius, of the mildest and the hardest
_HARD_MPS = 12.0  # delta-V of the largest dot
_CORNERS = 16


def conflict_map(conflicts: Sequence[Conflict], fitted: FittedScene, view: GroundView, title: str) -> Drawing:
    """A plan, y up, in the scene's metres; a dot is the larger the harder both would have hit each other."""
    lanes = [view.metres(fitted.to_px(np.asarray(lane.points, np.float64))) for lane in fitted.scene.lanes]
    widths = [lane.width_m for lane in fitted.scene.lanes]
    points = [one.point_m for one in conflicts]
    plan = _Plan(points or [xy for lane in lanes for xy in lane.tolist()] or [(0.0, 0.0)])
    drawing = Drawing(title=title, width=_WIDTH, height=plan.height + _TOP + _LEGEND)
    for lane, width_m in zip(lanes, widths, strict=True):
        for part in plan.inside(lane):
            drawing.stroke(part, ROAD, max(1.0, width_m * plan.scale))
    if points:
        found = density(points, fitted.scene.error_m or 0.0)
        _heat(drawing, plan, found)
    for lane in lanes:
        for part in plan.inside(lane):
            drawing.stroke(part, GRID, 1.0, dashed=True)
    for zone in fitted.scene.zones:
        if zone.use in _OUTLINED:
            outline = view.metres(fitted.polygon_px(zone.polygon))
            for part in plan.inside(np.concatenate([outline, outline[:1]])):
                drawing.stroke(part, SOFT, 0.6)
    for one in sorted(conflicts, key=_hardness, reverse=True):
        drawing.area(_dot(plan.at(one.point_m), _radius(one)), COLOURS.get(one.kind, INK), _says(one))
    if points:
        for rank, spot in enumerate(hotspots(points, found), 1):
            x, y = plan.at(spot.point_m)
            drawing.words((x + 9, y - 7), f"{rank}", size=13, colour=INK, anchor="start", bold=True)
    _around(drawing, plan, title)
    return drawing


class _Plan:
    """From metres to the drawing."""

    def __init__(self, points: Sequence[Sequence[float]]) -> None:
        places = np.asarray(points, np.float64)
        self.low, high = places.min(axis=0) - _AROUND_M, places.max(axis=0) + _AROUND_M
        self.size_m = high - self.low
        self.scale = min((_WIDTH - 2 * _EDGE) / self.size_m[0], _WIDTH / self.size_m[1])
        self.height = float(self.size_m[1] * self.scale)
        self.left = (_WIDTH - float(self.size_m[0] * self.scale)) / 2

    def at(self, point_m: XY) -> Point:
        x, y = ((np.asarray(point_m) - self.low) * self.scale).tolist()
        return self.left + x, _TOP + self.height - y

    def inside(self, way: F64) -> list[list[Point]]:
        """The parts of a way that are in the plan, cut to a metre."""
        along = np.concatenate([[0.0], np.hypot(*np.diff(way, axis=0).T).cumsum()])
        at = np.arange(0.0, along[-1] + 1.0, 1.0)
        fine = np.stack([np.interp(at, along, way[:, axis]) for axis in (0, 1)], 1)
        within = ((fine >= self.low) & (fine <= self.low + self.size_m)).all(axis=1)
        cuts = np.flatnonzero(np.diff(within)) + 1
        parts = [part for part, keep in zip(np.split(fine, cuts), np.split(within, cuts), strict=True) if keep[0] and len(part) > 1]
        return [[self.at((x, y)) for x, y in part.tolist()] for part in parts]


def _heat(drawing: Drawing, plan: _Plan, found: Density) -> None:
    """Cells by fifths of the highest density, runs of one shade in a row as one box."""
    share = found.per_are / found.per_are.max()
    shade = np.where(share < _LEAST_HEAT, -1, np.minimum((share * len(_HEAT)).astype(int), len(_HEAT) - 1))
    low, high = plan.low, plan.low + plan.size_m
    for row, line in enumerate(shade):
        bottom = found.origin_m[1] + row * found.cell_m
        if not low[1] <= bottom <= high[1] - found.cell_m:
            continue
        cuts = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
        for first, last in pairwise(cuts):
            if line[first] < 0:
                continue
            left, right = (float(np.clip(found.origin_m[0] + n * found.cell_m, low[0], high[0])) for n in (first, last))
            (x0, y1), (x1, y0) = plan.at((left, bottom)), plan.at((right, bottom + found.cell_m))
            drawing.box(x0, y0 - 0.3, x1, y1, _HEAT[line[first]])


def _around(drawing: Drawing, plan: _Plan, title: str) -> None:
    """Title, scale and what colours mean."""
    drawing.words((_EDGE, 26), title, size=15, colour=INK, anchor="start", bold=True)
    base = _TOP + plan.height + 26
    bar_m = next((m for m in (50, 20, 10, 5, 2) if m * plan.scale <= 160), 1)
    drawing.stroke(((_EDGE, base), (_EDGE + bar_m * plan.scale, base)), INK, 2.0)
    drawing.words((_EDGE, base + 16), f"{bar_m} m", colour=SOFT, anchor="start")
    x = 260.0
    for kind, colour in COLOURS.items():
        drawing.area(_dot((x, base - 1), 4.5), colour)
        drawing.words((x + 9, base + 3), kind.replace("_", " "), anchor="start")
        x += 92
    for shade in _HEAT:
        drawing.box(x, base - 6, x + 18, base + 4, shade)
        x += 18
    drawing.words((x + 6, base + 3), "denser", anchor="start")
    drawing.words((260, base + 20), "larger: harder, had they collided; numbers: where most happened", anchor="start")


def _dot(at: Point, radius: float) -> list[Point]:
    turns = [2 * math.pi * k / _CORNERS for k in range(_CORNERS)]
    return [(at[0] + radius * math.cos(turn), at[1] + radius * math.sin(turn)) for turn in turns]


def _hardness(one: Conflict) -> float:
    return max(one.delta_v_mps or (0.0,))


def _radius(one: Conflict) -> float:
    return _DOT[0] + (_DOT[1] - _DOT[0]) * min(1.0, _hardness(one) / _HARD_MPS)


def _says(one: Conflict) -> str:
    measures = [f"{name} {value:.1f} s" for name, value in (("TTC", one.ttc_s), ("PET", one.pet_s)) if value is not None]
    return f"{one.kind.replace('_', ' ')}: {one.road_users[0]} and {one.road_users[1]}, {', '.join(measures)}"
