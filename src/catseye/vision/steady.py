"""Whether a camera still looks where it looked at first.

Every second the edges of a small picture are compared, block by block, with those of the first looks. Edges are averaged over a few
looks, so that traffic fades, and levelled, so that light matters little. A block tells where it went only if it is found again
clearly and in one place; the camera has moved when the blocks that tell agree, look after look, on one shift, turn and zoom. The
thresholds are ours; ``tests/unit/test_steady.py`` holds them against films that were moved, and films that were not.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from catseye.core.boxes import F32
from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.core.time import NS_PER_S
from catseye.vision.displacement import WIDTH_PX, displacement, edges_of, shrunk

_EVERY_NS = NS_PER_S
_LEARN = 8  # looks that the reference is the mean of
_MEAN_OF = 3  # looks that it is compared with
_AGREE = 4  # comparisons, one after the other
_LOST, _SELDOM = 10, 5  # after so many looks that find nothing again, which are dear, only each so many seconds
_ALIKE_PX = 3.0  # how much they may differ
_RENEWED = 1 / 600  # of the reference a look, while nothing moves: the light of a day changes slowly
_MOVED = 0.006  # of the picture's width, in the mean over its corners and middle


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMoved:
    """From ``at_ns`` on the picture lies ``shift_px`` (mean over its corners and middle, in its own pixels) from where it lay."""

    at_ns: int
    shift_px: float


class Steadiness:
    """Looks at one stream. Give it every frame's brightness; it takes what it needs.

    ``open_`` uint8 (H, W) is zero where nothing may be looked at; None for pictures that are open everywhere.
    """

    def __init__(self, open_: U8 | None = None) -> None:
        self._open = None if open_ is None else shrunk(open_) == np.iinfo(np.uint8).max
        self._reference: F32 | None = None
        self._looks: deque[F32] = deque(maxlen=_LEARN)
        self._due_ns: int | None = None
        self._begun_ns = 0
        self._shifts: list[F64] = []
        self._lost = 0
        self._moved = False

    def look(self, luma: U8, at_ns: int) -> CameraMoved | None:
        """Take in the brightness uint8 (H, W) of a frame; says once that the camera has moved."""
        if self._moved or (self._due_ns is not None and self._due_ns - _SELDOM * _EVERY_NS <= at_ns < self._due_ns):
            return None
        self._due_ns = at_ns + _EVERY_NS * (_SELDOM if self._lost >= _LOST else 1)
        self._looks.append(edges_of(luma))
        if self._reference is None:
            if len(self._looks) == _LEARN:
                self._reference = np.mean(self._looks, axis=0, dtype=np.float32)
                self._looks.clear()
            return None
        if len(self._looks) < _MEAN_OF:
            return None
        now: F32 = np.mean([*self._looks][-_MEAN_OF:], axis=0, dtype=np.float32)
        shift = displacement(self._reference, now, self._open)
        self._lost = self._lost + 1 if shift is None else 0
        if shift is None or _mean_px(shift) < _MOVED * WIDTH_PX:
            self._shifts.clear()
            if shift is not None:
                self._reference += _RENEWED * (now - self._reference)
            return None
        return self._agreed(shift, at_ns, luma.shape[1] / WIDTH_PX)

    def _agreed(self, shift: F64, at_ns: int, scale: float) -> CameraMoved | None:
        """What a look says that found the picture elsewhere, with those before it."""
        if self._shifts and np.abs(shift - self._shifts[-1]).max() > _ALIKE_PX:
            self._shifts.clear()
        if not self._shifts:
            self._begun_ns = at_ns
        self._shifts.append(shift)
        if len(self._shifts) < _AGREE:
            return None
        self._moved = True
        return CameraMoved(at_ns=self._begun_ns - _MEAN_OF * _EVERY_NS, shift_px=round(_mean_px(shift) * scale, 1))


def _mean_px(shift: F64) -> float:
    return float(np.hypot(*shift.T).mean())
