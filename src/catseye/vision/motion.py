"""The motion gate: where something moves, so that the detector is asked only when there is something to see.

A running average of the small grey picture is the background; pixels far from it have changed. A background model with several
modes a pixel (MOG2) finds the same regions at eight times the cost.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.frame import U8
from catseye.core.time import seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionParams:
    """``width_px`` of the picture the gate works on; ``background_s`` is how fast a still thing becomes background.

    ``threshold`` is the least change of brightness (0..255) that counts, raised by the noise of the picture. A region smaller than
    ``least_px`` pixels of the small picture is noise. Above ``flash_share`` of changed pixels the light changed, not the street.
    """

    width_px: int = 320
    background_s: float = 8.0
    threshold: float = 14.0
    least_px: int = 10
    flash_share: float = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Moving regions, float32 (R, 4) px of the frame; ``flash`` when nearly all of the picture changed at once."""

    regions: F32
    flash: bool


class MotionGate:
    """Learns the background of one run and says what moves. The first frame moves wholly.

    Small pictures are computed into arrays that are kept: making new ones for every frame costs more than what is put into them.
    """

    def __init__(self, params: MotionParams | None = None) -> None:
        self._params = params or MotionParams()
        self._background: F32 | None = None
        self._kept: dict[str, U8] = {}
        self._sums = np.zeros((1, 1), np.int32)
        self._noise = 2.0
        self._at_ns = 0

    def look(self, luma: U8, at_ns: int) -> Motion:
        """The regions of ``luma`` uint8 (H, W) that differ from the background, which then takes the frame in."""
        height, width = luma.shape
        shape = self._small_shape(luma)
        if self._background is None or self._background.shape != shape:
            self._sums = np.zeros((shape[0] + 1, shape[1] + 1), np.int32)
            self._kept = {name: np.zeros(shape, np.uint8) for name in ("small", "difference", "trimmed", "changed", "joined")}
            self._background = self._shrink(luma).astype(np.float32)
            self._at_ns = at_ns
            return Motion(np.array([[0, 0, width, height]], np.float32), flash=True)
        small, difference = self._shrink(luma), self._kept["difference"]
        cv2.convertScaleAbs(self._background, difference)
        changed = self._changed(np.asarray(cv2.absdiff(small, difference, difference), np.uint8))
        share = cv2.countNonZero(changed) / changed.size
        self._learn(small, at_ns, fast=share > self._params.flash_share)
        if share > self._params.flash_share:
            return Motion(np.array([[0, 0, width, height]], np.float32), flash=True)
        return Motion(self._regions(changed, (width, height)) if share > 0 else boxes.empty(), flash=False)

    def _small_shape(self, luma: U8) -> tuple[int, int]:
        height, width = luma.shape
        wanted = min(self._params.width_px, width)
        return max(1, round(height * wanted / width)), wanted

    def _shrink(self, luma: U8) -> U8:
        step = max(1, round(luma.shape[1] / self._params.width_px / 2))
        small = self._kept["small"]
        # every step-th pixel first: averaging all pixels of a large frame would cost as much as its decode
        return np.asarray(cv2.resize(luma[::step, ::step], small.shape[::-1], small, interpolation=cv2.INTER_LINEAR), np.uint8)

    def _changed(self, difference: U8) -> U8:
        _, trimmed = cv2.threshold(difference, 12, 12, cv2.THRESH_TRUNC, self._kept["trimmed"])
        mean = float(cv2.mean(trimmed)[0])
        self._noise += 0.05 * (mean - self._noise)
        threshold = self._params.threshold + 2.0 * max(0.0, self._noise - 2.0)
        _, changed = cv2.threshold(difference, threshold, 255, cv2.THRESH_BINARY, self._kept["changed"])
        return np.asarray(changed, np.uint8)

    def _learn(self, small: U8, at_ns: int, *, fast: bool) -> None:
        assert self._background is not None
        elapsed_s = max(0.0, seconds(at_ns - self._at_ns))
        self._at_ns = at_ns
        rate = 0.7 if fast else float(1.0 - np.exp(-elapsed_s / self._params.background_s))
        cv2.accumulateWeighted(small, self._background, rate)

    def _regions(self, changed: U8, size: tuple[int, int]) -> F32:
        joined = cv2.dilate(changed, _KERNEL, self._kept["joined"])
        contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        scale = np.array([size[0] / changed.shape[1], size[1] / changed.shape[0]] * 2)
        corners = np.array([cv2.boundingRect(contour) for contour in contours], np.intp).reshape(-1, 4)
        corners[:, 2:] += corners[:, :2]
        left, top, right, bottom = corners.T
        sums = cv2.integral(changed, self._sums)
        lit = (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]) // 255
        kept = ((right - left) * (bottom - top) >= 2 * self._params.least_px) & (lit >= self._params.least_px)
        return np.asarray(corners[kept] * scale, np.float32)


_KERNEL = np.ones((3, 3), np.uint8)
