"""A looped clip through a day: light that changes, headlights, a bus that fills the picture, rain. None of it is a fault."""

from collections.abc import Sequence

import cv2
import numpy as np

from catseye.core.frame import U8

_DAY_S = 86_400
_NIGHT_LIGHT = 0.3  # of the day's: a street with lamps
_HEADLIGHTS_EVERY_S, _HEADLIGHTS_S = 40, 4
_BUS_EVERY_S, _LONGEST_BUS_S = 600, 25
_RAIN_EVERY_S, _RAIN_S = 4 * 3600, 1800
_NOISE = (1.0, 3.0)  # levels of brightness, by day and by night


class Street:
    """Gives the brightness of each second. Pictures are uint8 (H, W, 3), BGR; ``chance`` decides when what comes."""

    def __init__(self, pictures: Sequence[U8], chance: np.random.Generator) -> None:
        self._lumas = [np.asarray(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), np.float32) for one in pictures]
        self._chance = chance
        height, width = self._lumas[0].shape
        self._x, self._y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
        self._bus_until_s, self._bus = -1, (0.0, 0.0, 0.0)
        self._lamps_until_s, self._lamp = -1, (0.0, 0.0)
        self._last_s = 0

    def luma(self, second: int) -> U8:
        """Brightness uint8 (H, W) at a second from noon on; asked for in order of time."""
        passed_s, self._last_s = second - self._last_s, second
        sun = max(0.0, float(np.cos(2 * np.pi * second / _DAY_S)) * 1.6 + 0.4)
        light = _NIGHT_LIGHT + (1 - _NIGHT_LIGHT) * min(1.0, sun)
        cloud = 1 - 0.15 * (1 + float(np.sin(second / 700.0))) / 2
        seen = self._lumas[(second * 7 // 4) % len(self._lumas)] * (light * cloud)
        if self._chance.random() < passed_s / _BUS_EVERY_S:
            self._bus_until_s = second + int(self._chance.integers(3, _LONGEST_BUS_S))
            self._bus = (
                float(self._chance.uniform(0.3, 0.8)),
                float(self._chance.uniform(0, 0.4)),
                float(self._chance.uniform(40, 190)),
            )
        if second < self._bus_until_s:
            self._drive(seen, light)
        if light < 0.5 and self._chance.random() < passed_s / _HEADLIGHTS_EVERY_S:
            self._lamps_until_s = second + _HEADLIGHTS_S
            self._lamp = float(self._chance.uniform(0.1, 0.9)), float(self._chance.uniform(0.3, 0.9))
        if second < self._lamps_until_s:
            self._shine(seen)
        if second % _RAIN_EVERY_S > _RAIN_EVERY_S - _RAIN_S:
            seen = 0.75 * seen + 22 + 10 * self._chance.standard_normal(seen.shape, np.float32).clip(1.5, None) - 15
        sigma = _NOISE[0] + (_NOISE[1] - _NOISE[0]) * (1 - light)
        noise = self._chance.standard_normal(seen.shape, np.float32) * sigma
        return np.clip(seen + noise, 0, 255).astype(np.uint8)

    def _drive(self, seen: np.ndarray[tuple[int, ...], np.dtype[np.float32]], light: float) -> None:
        """A long body with windows over a part of the picture, in place."""
        share, left, level = self._bus
        height, width = seen.shape
        begin, end = int(left * width), min(width, int((left + share) * width))
        top, bottom = int(0.2 * height), int(0.9 * height)
        seen[top:bottom, begin:end] = level * light
        seen[int(0.3 * height) : int(0.5 * height), begin:end:24] = 30 * light

    def _shine(self, seen: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
        """Two lamps with their flare, in place."""
        height, width = seen.shape
        for apart in (0.0, 0.05):
            far = np.hypot(self._x - (self._lamp[0] + apart) * width, self._y - self._lamp[1] * height)
            seen += 255 * np.exp(-np.maximum(far - 0.008 * width, 0) / (0.01 * width))
