"""Lines that could be drawn instead of one: the same line, moved along the way that leads over it."""

import numpy as np

from catseye.core.geometry import F64
from catseye.core.scene import CountLine, FittedScene
from catseye.rules.ground import GroundView, ground_view

SHIFTS_M = (2.0, 4.0, 6.0, 9.0, 12.0)
SHIFTS_UNIT = (0.03, 0.06, 0.09, 0.13)  # without calibration, of the picture's diagonal
_LEFT = 0.6  # share of a moved line that must lie in the picture


def shifted(line: CountLine, fitted: FittedScene) -> list[CountLine]:
    """The line moved to either side, nearest first, cut to the picture; without those of which too little is left.

    On calibrated ground it is moved over the ground, else square to itself in the picture.
    """
    view = ground_view(fitted)
    ends = np.array(fitted.line_px(line))
    moved = _over_ground(view, ends) if view is not None else _in_picture(ends, float(np.hypot(*fitted.size)))
    found = []
    for points in moved:
        cut = _cut(points, fitted.size)
        if cut is not None:
            (ax, ay), (bx, by) = np.clip(fitted.to_unit(cut), 0.0, 1.0).round(4).tolist()
            found.append(CountLine(name=line.name, points=((ax, ay), (bx, by)), directions=line.directions))
    return found


def _over_ground(view: GroundView, ends: F64) -> list[F64]:
    ends_m = view.metres(ends)
    along = ends_m[1] - ends_m[0]
    if not np.isfinite(along).all():
        return []
    way = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    moved = []
    for shift_m in (side * much for much in SHIFTS_M for side in (-1, 1)):
        there = np.pad(ends_m + shift_m * way, ((0, 0), (0, 1)))
        if (there @ view.camera[2, :3] + view.camera[2, 3] > 0.0).all():
            moved.append(view.pixels(there))
    return moved


def _in_picture(ends: F64, diagonal: float) -> list[F64]:
    along = ends[1] - ends[0]
    way = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    return [ends + side * much * diagonal * way for much in SHIFTS_UNIT for side in (-1, 1)]


def _cut(ends: F64, size: tuple[int, int]) -> F64 | None:
    """The part of a line (2, 2) px that lies in the picture, None where that is too little of it (Liang and Barsky 1984)."""
    begin, end, along = 0.0, 1.0, ends[1] - ends[0]
    for axis in (0, 1):
        for step, room in ((-along[axis], ends[0][axis]), (along[axis], size[axis] - ends[0][axis])):
            if step == 0.0:
                if room < 0.0:
                    return None
            elif step < 0.0:
                begin = max(begin, float(room / step))
            else:
                end = min(end, float(room / step))
    return ends[0] + np.array([[begin], [end]]) * along if end - begin >= _LEFT else None
