"""How much of the way over a count line a camera sees: the room on either side before the picture or the unmasked part of it ends.

On calibrated ground it is measured with a car and with someone on foot, each as large as it is at that place.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, inside
from catseye.core.scene import CountLine, FittedScene
from catseye.rules.ground import GroundView

MOST_M = 12.0  # room beyond this is enough for anybody
MOST_UNIT = 0.3  # the same without calibration, of the picture's diagonal
SEEN = 0.5  # share of a body in the picture, with which a detector still finds it and its box still tells where it is
_STEP_M = 0.5
_STEPS_UNIT = 60
_SHARES = np.linspace(0.05, 0.95, 19)  # where along a line it is looked
_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Of each place along a line (P,): the room (P, 2) on its left and its right hand, and the height (P,) px of the body there.

    Room is metres on calibrated ground and else a share of the picture's diagonal; ``masked`` (P, 2) says that a mask ended it.
    Heights are NaN where they are not known.
    """

    room: F64
    masked: npt.NDArray[np.bool_]
    height_px: F64

    def at(self, places: npt.NDArray[np.bool_]) -> "Room":
        """The room at some of the places."""
        return Room(self.room[places], self.masked[places], self.height_px[places])


def line_m(view: GroundView, fitted: FittedScene, line: CountLine) -> F64:
    """The two ends (2, 2) of a line in metres; NaN where an end is not on the ground."""
    return view.metres(np.array(fitted.line_px(line)))


def on_ground(view: GroundView, fitted: FittedScene, ends_m: F64, build: tuple[float, float, float]) -> Room:
    """The room that a body of ``build`` (length, width, height) has that goes square over the line with ``ends_m`` (2, 2)."""
    along = ends_m[1] - ends_m[0]
    way = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    places = ends_m[0] + _SHARES[:, None] * along
    gone = np.arange(0.0, MOST_M + _STEP_M, _STEP_M)
    rooms, masks, height = [], [], np.full(len(places), np.nan)
    for side in (-1.0, 1.0):
        middle = places[:, None, :] + side * gone[None, :, None] * way
        xyxy, before = _boxes(view, middle, float(np.arctan2(way[1], way[0])), build)
        seen = before & (_share_inside(xyxy, fitted.size) >= SEEN)
        foot = np.stack([(xyxy[..., 0] + xyxy[..., 2]) / 2, xyxy[..., 3]], axis=-1)
        hidden = _masked(foot, fitted)
        first = _first(~seen | hidden)
        rooms.append(np.minimum(first * _STEP_M, MOST_M))
        at = np.minimum(first, len(gone) - 1)
        rows = np.arange(len(places))
        masks.append((first < len(gone)) & hidden[rows, at] & seen[rows, at])
        height = np.where(before[:, 0], xyxy[:, 0, 3] - xyxy[:, 0, 1], np.nan)
    return Room(np.stack(rooms, axis=1), np.stack(masks, axis=1), height)


def in_picture(fitted: FittedScene, line: CountLine) -> Room:
    """The room square to the line in the picture, in shares of its diagonal."""
    a, b = (np.asarray(end) for end in fitted.line_px(line))
    diagonal = float(np.hypot(*fitted.size))
    way = np.array([-(b - a)[1], (b - a)[0]]) / max(float(np.hypot(*(b - a))), 1e-9)
    places = a + _SHARES[:, None] * (b - a)
    gone = np.linspace(0.0, MOST_UNIT, _STEPS_UNIT + 1)
    rooms, masks = [], []
    for side in (-1.0, 1.0):
        px = places[:, None, :] + side * gone[None, :, None] * diagonal * way
        seen = ((px >= 0.0) & (px <= np.array(fitted.size))).all(axis=-1)
        hidden = _masked(px, fitted)
        first = _first(~seen | hidden)
        rooms.append(gone[np.minimum(first, _STEPS_UNIT)])
        at = np.minimum(first, _STEPS_UNIT)
        rows = np.arange(len(places))
        masks.append((first <= _STEPS_UNIT) & hidden[rows, at] & seen[rows, at])
    return Room(np.stack(rooms, axis=1), np.stack(masks, axis=1), np.full(len(places), np.nan))


def _boxes(view: GroundView, middle: F64, heading: float, build: tuple[float, float, float]) -> tuple[F64, npt.NDArray[np.bool_]]:
    """The boxes (..., 4) px of bodies that stand at ``middle`` (..., 2) m, and whether they stand before the camera."""
    cos, sin = np.cos(heading), np.sin(heading)
    x, y, z = (_CORNERS * np.array(build)).T
    corners = np.stack([x * cos - y * sin, x * sin + y * cos, z], axis=-1)
    points = corners + np.concatenate([middle, np.zeros((*middle.shape[:-1], 1))], axis=-1)[..., None, :]
    before = (points @ view.camera[2, :3] + view.camera[2, 3] > 0.0).all(axis=-1)
    px = view.pixels(points)
    return np.concatenate([px.min(axis=-2), px.max(axis=-2)], axis=-1), before


def _share_inside(xyxy: F64, size: tuple[int, int]) -> F64:
    cut = np.clip(xyxy, 0.0, np.tile(np.array(size, np.float64), 2))
    whole = (xyxy[..., 2:] - xyxy[..., :2]).prod(axis=-1)
    return np.asarray((cut[..., 2:] - cut[..., :2]).prod(axis=-1) / np.maximum(whole, 1e-9), np.float64)


def _masked(px: F64, fitted: FittedScene) -> npt.NDArray[np.bool_]:
    """Whether each of ``px`` (P, S, 2) lies in a mask."""
    flat = px.reshape(-1, 2)
    hidden = np.zeros(len(flat), np.bool_)
    for mask in fitted.scene.masks:
        hidden |= inside(flat, fitted.polygon_px(mask.polygon))
    return hidden.reshape(px.shape[:-1])


def _first(ends: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """The first column (P,) that is true; the number of columns where none is."""
    return np.asarray(np.where(ends.any(axis=1), ends.argmax(axis=1), ends.shape[1]), np.intp)


def box_area(view: GroundView, at_m: F64, build: tuple[float, float, float]) -> float:
    """The area in square pixels of the box of a body that stands at ``at_m`` (2,), the mean of both its headings."""
    areas = []
    for heading in (0.0, np.pi / 2):
        xyxy, _ = _boxes(view, at_m[None], heading, build)
        areas.append(float((xyxy[0, 2:] - xyxy[0, :2]).prod()))
    return sum(areas) / len(areas)
