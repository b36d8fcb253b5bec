"""A looped clip through days: light that changes, headlights, vehicles near and parked, wind, rain. None of it is a fault."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.frame import U8

_DAY_S = 86_400
_NIGHT_LIGHT = 0.3  # of the day's: a street with lamps
_HEADLIGHTS_EVERY_S, _HEADLIGHTS_S = 40, 4
_BUS_EVERY_S, _LONGEST_BUS_S = 600, 25
_PARKED_EVERY_S, _LONGEST_PARKED_S, _PARKED_MOST = 3600, 5400, 6
_RAIN_EVERY_S, _RAIN_S = 4 * 3600, 1800
_WIND_EVERY_S, _WIND_S, _SWAY = 5 * 3600, 3600, 0.003  # of the width that a pole sways at most
_NOISE = (1.0, 3.0)  # levels of brightness, by day and by night
_NOISES = 12  # fields of noise, of which a corner of chance is taken
_CLOUD_S = (120, 1500)
F32 = npt.NDArray[np.float32]


class Street:
    """Gives the brightness of each second. Pictures are uint8 (H, W, 3), BGR; ``chance`` decides when what comes."""

    def __init__(self, pictures: Sequence[U8], chance: np.random.Generator) -> None:
        self._lumas = [np.asarray(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), np.uint8) for one in pictures]
        self._chance = chance
        height, width = self._lumas[0].shape
        self._x, self._y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
        noises = [chance.standard_normal((height + 16, width + 16), np.float32) for _ in range(_NOISES)]
        self._noises = noises
        self._bus_until_s, self._bus = -1, (0.0, 0.0, 0.0)
        self._lamps_until_s, self._lamp = -1, (0.0, 0.0)
        self._parked: list[tuple[int, float, float, float]] = []
        self._cloud, self._cloud_to, self._cloud_until_s = 1.0, 1.0, 0
        self._last_s = 0

    def luma(self, second: int) -> U8:
        """Brightness uint8 (H, W) at a second from noon on; asked for in order of time."""
        passed_s, self._last_s = second - self._last_s, second
        sun = max(0.0, float(np.cos(2 * np.pi * second / _DAY_S)) * 1.6 + 0.4)
        light = _NIGHT_LIGHT + (1 - _NIGHT_LIGHT) * min(1.0, sun)
        seen = self._lumas[int(self._chance.integers(len(self._lumas)))].copy()
        self._park(seen, second, passed_s)
        self._pass_by(seen, second, passed_s)
        if second % _WIND_EVERY_S > _WIND_EVERY_S - _WIND_S:
            seen = self._swayed(seen)
        lit = light - (light - _NIGHT_LIGHT) * (1 - self._clouded(second, passed_s))  # clouds take nothing from lamps
        raining = second % _RAIN_EVERY_S > _RAIN_EVERY_S - _RAIN_S
        sigma = _NOISE[0] + (_NOISE[1] - _NOISE[0]) * (1 - light)
        if light < 0.5 and self._chance.random() < passed_s / _HEADLIGHTS_EVERY_S:
            self._lamps_until_s = second + _HEADLIGHTS_S
            self._lamp = float(self._chance.uniform(0.1, 0.9)), float(self._chance.uniform(0.3, 0.9))
        level: F32 = np.asarray(seen * np.float32(lit), np.float32)
        if second < self._lamps_until_s:
            self._shine(level)
        if raining:
            level = np.asarray(cv2.addWeighted(level, 0.75, np.maximum(self._noise(level.shape), 1.5), 10.0, 7.0), np.float32)
        return np.asarray(cv2.addWeighted(level, 1.0, self._noise(level.shape), sigma, 0.0, dtype=cv2.CV_8U), np.uint8)

    def _noise(self, shape: tuple[int, ...]) -> F32:
        which, down, across = (int(self._chance.integers(most)) for most in (_NOISES, 16, 16))
        return self._noises[which][down : down + shape[0], across : across + shape[1]]

    def _clouded(self, second: int, passed_s: int) -> float:
        """Clouds come within half a minute and take up to three tenths of the light; exposure makes up for the rest."""
        if second >= self._cloud_until_s:
            self._cloud_until_s = second + int(self._chance.integers(*_CLOUD_S))
            self._cloud_to = float(self._chance.uniform(0.7, 1.0))
        self._cloud += min(1.0, passed_s / 10) * (self._cloud_to - self._cloud)
        return self._cloud

    def _swayed(self, seen: U8) -> U8:
        most = max(1.0, _SWAY * seen.shape[1])
        by = [round(float(self._chance.uniform(-most, most))) for _ in range(2)]
        return np.roll(seen, by, (0, 1))

    def _park(self, seen: U8, second: int, passed_s: int) -> None:
        """Cars that are parked for minutes or hours, in place."""
        height, width = seen.shape
        if len(self._parked) < _PARKED_MOST and self._chance.random() < passed_s / _PARKED_EVERY_S:
            until_s = second + int(self._chance.integers(120, _LONGEST_PARKED_S))
            left, top, level = (float(self._chance.uniform(*ends)) for ends in ((0.05, 0.85), (0.4, 0.85), (30, 220)))
            self._parked.append((until_s, left, top, level))
        self._parked = [one for one in self._parked if one[0] > second]
        for _, left, top, level in self._parked:
            x, y, wide, high = int(left * width), int(top * height), int(0.1 * width), int(0.08 * height)
            seen[y : y + high, x : x + wide] = np.uint8(level)
            seen[y + high // 5 : y + high // 2, x + wide // 6 : x + wide - wide // 6] = 40

    def _pass_by(self, seen: U8, second: int, passed_s: int) -> None:
        """Now and then a long body with windows over a part of the picture, in place."""
        if self._chance.random() < passed_s / _BUS_EVERY_S:
            self._bus_until_s = second + int(self._chance.integers(3, _LONGEST_BUS_S))
            share, left, level = (float(self._chance.uniform(*ends)) for ends in ((0.3, 0.8), (0, 0.4), (40, 190)))
            self._bus = share, left, level
        if second >= self._bus_until_s:
            return
        share, left, level = self._bus
        height, width = seen.shape
        begin, end = int(left * width), min(width, int((left + share) * width))
        seen[int(0.2 * height) : int(0.9 * height), begin:end] = np.uint8(level)
        seen[int(0.3 * height) : int(0.5 * height), begin:end:24] = 30

    def _shine(self, level: F32) -> None:
        """Two lamps with their flare, in place."""
        height, width = level.shape
        for apart in (0.0, 0.05):
            far = np.hypot(self._x - (self._lamp[0] + apart) * width, self._y - self._lamp[1] * height)
            level += 255 * np.exp(-np.maximum(far - 0.008 * width, 0) / (0.01 * width))
