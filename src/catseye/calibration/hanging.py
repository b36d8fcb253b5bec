"""How a camera hangs over flat ground, in nine numbers with what is believed of vehicles, and the boxes that follow from them.

The camera has square pixels, its axis in the middle of the picture, and no distortion. The ground's origin is below it, y ahead.
"""

from dataclasses import dataclass

import numpy as np

from catseye.calibration.fleet import SHAPES, SIZES_M
from catseye.core.geometry import F64

# The nine numbers: logarithms of the focal length (px) and the height (m), tilt and roll in radians, then how much longer, wider
# and higher the place's vehicles are than believed, and how much too wide and too high their boxes, as logarithms.
FOCAL, TILT, ROLL, HEIGHT = range(4)
SIZE, BOX = slice(4, 7), slice(7, 9)
NUMBERS = 9
_DOWN = 1e-3  # a ray that leads less down than this does not meet the ground
_NEAREST = 0.2  # m before the camera
_LEAST = 0.1  # px
_NUDGE_M = 0.05
_CLEAR = np.array([[1e3, 0.0], [0.0, 1e3], [0.0, 0.0], [0.0, 0.0]])  # slopes of what is not seen: it stays where it is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """What was seen, (V, K): ``foot``, ``before`` and ``after`` (V, K, 2) px, and the ``centre`` (2,) of the picture."""

    foot: F64
    before: F64
    after: F64
    centre: F64

    def ground(self, view: F64, px: F64) -> F64:
        """Where pixels (..., 2) meet the ground in metres; NaN on the horizon and above."""
        return ground(view, px, self.centre)

    def boxes(self, view: F64, kind: int, beside: F64, larger: F64 | None = None) -> F64:
        """What vehicles of a ``kind`` of SIZES_M look like that stand ``beside`` (V, K, 2) m of where their boxes' feet are.

        (V, K, 4): middle x, lower y, and the logarithms of width and height, px. ``larger`` (3,) adds to the logarithms of sizes.
        """
        size = SIZES_M[kind] * np.exp(view[SIZE] + (0.0 if larger is None else larger))
        way = self.ground(view, self.after) - self.ground(view, self.before)
        cos, sin = np.moveaxis(way / np.hypot(way[..., 0], way[..., 1])[..., None], -1, 0)[..., None]
        along, across, high = (SHAPES[kind] * size).T
        middle = self.ground(view, self.foot) + beside
        x, y = along * cos - across * sin + middle[..., 0, None], along * sin + across * cos + middle[..., 1, None]
        z, turn = high - np.exp(view[HEIGHT]), axes(view)
        u, v, depth = (row[0] * x + row[1] * y + row[2] * z for row in turn)
        scale = np.exp(view[FOCAL]) / np.maximum(depth, _NEAREST)
        u, v = u * scale + self.centre[0], v * scale + self.centre[1]
        left, right, top, low = u.min(axis=-1), u.max(axis=-1), v.min(axis=-1), v.max(axis=-1)
        sides = np.log(np.maximum([right - left, low - top], _LEAST))
        return np.stack([(left + right) / 2, low, *sides], axis=-1)

    def slopes(self, view: F64, kind: int, beside: F64, seen: F64) -> F64:
        """The derivatives (V, K, 4, 2) of the boxes ``seen`` from there, by each metre; harmless where nothing is seen."""
        steps = [(self.boxes(view, kind, beside + step) - seen) / _NUDGE_M for step in _NUDGE_M * np.eye(2)]
        found = np.stack(steps, axis=-1)
        whole = found[..., 0, 0] * found[..., 1, 1] - found[..., 0, 1] * found[..., 1, 0]
        usable = np.isfinite(found).all(axis=(-1, -2)) & (np.abs(whole) > 1e-6)
        return np.where(usable[..., None, None], found, _CLEAR)


def axes(view: F64) -> F64:
    """Rows (3, 3): the camera's right, down and forward on the ground's axes."""
    cos, sin = np.cos(view[TILT]), np.sin(view[TILT])
    level = np.array([[1.0, 0.0, 0.0], [0.0, -sin, -cos], [0.0, cos, -sin]])
    cos, sin = np.cos(view[ROLL]), np.sin(view[ROLL])
    return np.asarray(np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]]) @ level, np.float64)


def ground(view: F64, px: F64, centre: F64) -> F64:
    """Where pixels (..., 2) of a picture with this ``centre`` meet the ground, in metres; NaN on the horizon and above."""
    rays = np.concatenate([(px - centre) / np.exp(view[FOCAL]), np.ones((*px.shape[:-1], 1))], axis=-1) @ axes(view)
    down = np.where(rays[..., 2] < -_DOWN, rays[..., 2], np.nan)
    return np.asarray(rays[..., :2] * (-np.exp(view[HEIGHT]) / down)[..., None], np.float64)


def homography(view: F64, size: tuple[int, int]) -> F64:
    """The homography (3, 3) from unit coordinates of a picture of ``size`` to metres, positive for the ground."""
    focal, turn, (width, height) = np.exp(view[FOCAL]), axes(view), size
    lens = np.array([[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]])
    seen = lens @ np.column_stack([turn[:, :2], -np.exp(view[HEIGHT]) * turn[:, 2]])
    found = np.linalg.inv(seen) @ np.diag([width, height, 1.0])
    return np.asarray(found / (found @ (0.5, 1.0, 1.0))[2], np.float64)
