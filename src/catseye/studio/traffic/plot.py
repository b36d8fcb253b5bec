"""The paths of a run from above, drawn on a white sheet: no picture of a street."""

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.road_users import TWO_WHEELERS, RoadUser
from catseye.studio.bodies import MODELS
from catseye.studio.street import Street
from catseye.studio.traffic.run import middle
from catseye.studio.truth import StudioTruth

_SIDE_PX = 1400
_REACH_M = 70.0
_SHIFT = 4
_GROUND = {"carriageway": (225, 225, 225), "sidewalk": (205, 212, 215), "island": (205, 220, 205)}  # blue, green, red
_WALK, _RIDE, _DRIVE, _SCRIPT, _LINE = (60, 130, 0), (190, 100, 0), (150, 150, 150), (0, 0, 210), (200, 0, 160)


def draw_paths(truth: StudioTruth, street: Street) -> npt.NDArray[np.uint8]:
    """A drawing uint8 (H, W, 3) BGR: vehicles grey, two-wheelers blue, walkers green, scripted ones red, count lines violet."""
    centre = middle(street)
    sheet = np.full((_SIDE_PX, _SIDE_PX, 3), 255, np.uint8)

    def px(points: object) -> npt.NDArray[np.int32]:
        flat = (np.asarray(points, np.float64) - centre) * [1.0, -1.0] * (_SIDE_PX / 2 / _REACH_M) + _SIDE_PX / 2
        return np.rint(flat * (1 << _SHIFT)).astype(np.int32)

    for surface in street.surfaces:
        cv2.fillPoly(sheet, [px(surface.polygon)], _GROUND.get(surface.kind, (235, 235, 235)), cv2.LINE_AA, _SHIFT)
    t = truth.trajectories
    scripted = {number for event in truth.happenings for number in event.numbers}
    order = np.lexsort((t.step, t.number))
    for rows in np.split(order, np.flatnonzero(np.diff(t.number[order])) + 1) if len(order) else ():
        number = int(t.number[rows[0]])
        kind = MODELS[truth.road_users[number - 1].model].road_user
        colour = _WALK if kind is RoadUser.PEDESTRIAN else _RIDE if kind in TWO_WHEELERS else _DRIVE
        colour = _SCRIPT if number in scripted else colour
        cv2.polylines(sheet, [px(t.xy_m[rows[::3]])], False, colour, 1, cv2.LINE_AA, _SHIFT)
    for line in street.lines:
        a, b = px(line.points)
        cv2.line(sheet, a.tolist(), b.tolist(), _LINE, 2, cv2.LINE_AA, _SHIFT)
        cv2.putText(sheet, line.name, (b >> _SHIFT).tolist(), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _LINE, 1, cv2.LINE_AA)
    return sheet
