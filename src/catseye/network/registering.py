"""How far a whole view has moved, to a fraction of a pixel: too little for edges to lie elsewhere, enough for lines to be wrong.

A small motion of everything at once (shift, turn, size) is fitted to two edge pictures by least squares on the slope of the
reference: the inverse compositional way of Baker and Matthews (2004). Traffic and shadows change edges here and there, but not
all of them in one rigid way.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F32
from catseye.network.sudden import alike

_ROUNDS = 4
_SMOOTH_PX = 1.0
_RIM_PX = 3  # nothing is known of what comes in over the border
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Motion:
    """How far points of the view moved, in pixels of the edge picture, root mean square, and how much more alike (Pearson's
    correlation) the two pictures are once that is undone.
    """

    rms_px: float
    gain: float


UNMOVED: Final = Motion(0.0, 0.0)


def motion(reference: F32, now: F32) -> Motion:
    """The motion from ``reference`` to ``now``, float32 (h, w) both; none where one is flat or too small to tell."""
    if min(reference.shape) <= 4 * _RIM_PX or reference.std() == 0 or now.std() == 0:
        return UNMOVED
    still, moving = (_even(np.asarray(cv2.GaussianBlur(one, (0, 0), _SMOOTH_PX), np.float32)) for one in (reference, now))
    height, width = still.shape
    inner = np.s_[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX]
    rows, columns = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
    x, y = (np.broadcast_to(one, still.shape)[inner].ravel() for one in (columns - width / 2, rows - height / 2))
    slope_y, slope_x = (np.asarray(np.gradient(still, axis=axis), np.float32)[inner].ravel() for axis in (0, 1))
    steep = np.stack([slope_x, slope_y, slope_y * x - slope_x * y, slope_x * x + slope_y * y], -1)
    normal = steep.T @ steep
    if np.linalg.cond(normal) > 1e9:
        return UNMOVED
    middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1]])
    whole, warped = np.eye(3), moving
    for _ in range(_ROUNDS):
        right, below, turn, more = np.linalg.solve(normal, steep.T @ (warped - still)[inner].ravel())
        whole = whole @ np.linalg.inv(np.array([[1 + more, -turn, right], [turn, 1 + more, below], [0, 0, 1]]))
        warped = _warped(moving, middle @ whole @ np.linalg.inv(middle))
    far = whole[:2] @ np.stack([x, y, np.ones_like(x)]) - np.stack([x, y])
    rms_px = float(np.sqrt((far**2).sum(axis=0).mean()))
    if not np.isfinite(rms_px) or rms_px > width / 4:
        return UNMOVED  # it went astray
    return Motion(rms_px, alike(still[inner], warped[inner]) - alike(still[inner], moving[inner]))


def _warped(plane: F32, to: F64) -> F32:
    """``plane`` with, at each point, what is at the point that ``to`` (3, 3) leads to."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = plane.shape[1], plane.shape[0]
    return np.asarray(cv2.warpAffine(plane, to[:2], size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _even(plane: F32) -> F32:
    return np.asarray((plane - plane.mean()) / (plane.std() + 1e-6), np.float32)
