"""One picture of one stream, and when it was taken.

Three clocks meet here. ``pts`` counts ticks of the source, ``at_ns`` is the estimated instant of capture that every measure uses,
``arrived_ns`` is when this machine had the frame. A frame is read-only and is never stored or sent.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
import numpy.typing as npt

from catseye.core.ids import RunId, StreamId

U8 = npt.NDArray[np.uint8]


class Picture(Protocol):
    """The image planes of a frame; colour is computed when first asked for, so a gated frame never pays for it."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        ...

    def luma(self) -> U8:
        """Brightness, uint8 (H, W), read-only."""
        ...

    def bgr(self) -> U8:
        """Colour, uint8 (H, W, 3) in blue, green, red order, read-only."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A decoded frame. ``seq`` counts decoded frames of the run from 0, so a gap in it is a dropped frame."""

    stream: StreamId
    run: RunId
    seq: int
    pts: int | None
    time_base: Fraction
    at_ns: int
    arrived_ns: int
    picture: Picture

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.picture.size


class ArrayPicture:
    """A picture from an array in memory: uint8 (H, W, 3) BGR. Image folders, tests and the studio use it."""

    __slots__ = ("_bgr", "_luma")

    def __init__(self, bgr: U8) -> None:
        if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8:
            raise ValueError(f"need uint8 (H, W, 3), got {bgr.dtype} {bgr.shape}")
        self._bgr = bgr
        self._bgr.setflags(write=False)
        self._luma: U8 | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._bgr.shape[1], self._bgr.shape[0]

    def luma(self) -> U8:
        """Brightness by ITU-R BT.601 weights, uint8 (H, W)."""
        if self._luma is None:
            weights = np.array([29, 150, 77], np.uint16)
            self._luma = ((self._bgr.astype(np.uint16) @ weights) >> 8).astype(np.uint8)
            self._luma.setflags(write=False)
        return self._luma

    def bgr(self) -> U8:
        """Colour, uint8 (H, W, 3)."""
        return self._bgr
