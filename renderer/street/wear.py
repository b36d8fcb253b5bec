# SPDX-License-Identifier: GPL-3.0-or-later
"""What years of traffic do to asphalt, as a picture laid on it: tyre tracks, oil, patches, seams, cracks, and hollows."""

import math
from collections.abc import Mapping, Sequence

import bpy
import numpy as np

PIXELS = 2048
ACROSS_M = 170.0
_PER_M = PIXELS / ACROSS_M
_WIDEST_M = 55.0  # of a junction
_STOPPING_M = 14.0  # where wheels polish and oil drips most


def wear_map(lanes: Sequence[Mapping], middle: tuple[float, float], seed: int) -> bpy.types.Image:
    """Red: how bright, half for plain asphalt. Green: how deep water stands after rain. ``middle`` is the picture's, in metres."""
    rng = np.random.default_rng([seed, 0xA5])
    bright = 1.0 + 0.045 * _cloud(rng, 1.7) + 0.05 * _cloud(rng, 0.9)
    water = 0.5 + 0.2 * _cloud(rng, 1.8)
    sheet = _Sheet(bright, middle)
    _patches(sheet, lanes, rng)
    for lane in [*lanes, *_ways_across(lanes)]:
        _traffic(sheet, lane, rng)
    _cracks(sheet, rng)
    pixels = np.ones((PIXELS, PIXELS, 4), np.float32)
    pixels[..., 0] = np.clip(bright / 2, 0, 1)
    pixels[..., 1] = np.clip(water, 0, 1)
    image = bpy.data.images.new("wear", PIXELS, PIXELS, float_buffer=False, is_data=True)
    image.pixels.foreach_set(pixels.ravel())
    image.pack()
    return image


def _cloud(rng: np.random.Generator, slope: float) -> np.ndarray:
    """Noise (PIXELS, PIXELS) of mean 0 and deviation 1 whose amplitude falls with frequency to the power of ``slope``."""
    down, across = np.fft.fftfreq(PIXELS)[:, None], np.fft.rfftfreq(PIXELS)[None]
    frequency = np.maximum(np.hypot(down, across), 12.0 / PIXELS)
    spectrum = np.fft.rfft2(rng.standard_normal((PIXELS, PIXELS), np.float32)) * frequency**-slope
    spectrum[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum, (PIXELS, PIXELS))
    return np.asarray(noise / noise.std(), np.float32)


class _Sheet:
    """The brightness, in metres."""

    def __init__(self, bright: np.ndarray, middle: tuple[float, float]) -> None:
        self.bright, self.middle = bright, middle
        self.low = np.array(middle) - ACROSS_M / 2

    def near(self, points: np.ndarray, reach_m: float) -> tuple[tuple[slice, slice], np.ndarray] | None:
        """The part of the sheet round some points, and the places (H, W, 2) of its pixels."""
        low = np.clip(((points.min(axis=0) - reach_m - self.low) * _PER_M).astype(int), 0, PIXELS)
        high = np.clip(((points.max(axis=0) + reach_m - self.low) * _PER_M).astype(int) + 1, 0, PIXELS)
        if np.any(high <= low):
            return None
        x = (np.arange(low[0], high[0]) + 0.5) / _PER_M + self.low[0]
        y = (np.arange(low[1], high[1]) + 0.5) / _PER_M + self.low[1]
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        return part, np.stack(np.meshgrid(x, y), axis=-1)


def _traffic(sheet: _Sheet, lane: Mapping, rng: np.random.Generator) -> None:
    """Two dark tracks and a line of oil between them along a lane, darker where vehicles stop."""
    centre = np.asarray(lane["centre"], float)
    strength = float(rng.uniform(0.09, 0.16)) * lane.get("faint", 1.0)
    lengths = np.hypot(*np.diff(centre, axis=0).T)
    left = np.concatenate([np.cumsum(lengths[::-1])[::-1], [0.0]])
    for a, b, rest in zip(centre, centre[1:], left, strict=False):
        found = sheet.near(np.stack([a, b]), 2.0)
        length = float(np.hypot(*(b - a)))
        if found is None or length < 1e-6:
            continue
        part, at = found
        along = ((at - a) @ (b - a)) / length
        off = ((at - a) @ np.array([a[1] - b[1], b[0] - a[0]])) / length
        on = ((along >= 0) & (along <= length)).astype(np.float32)
        stopping = 1.0 + (1.2 * np.exp(-((rest - along) / _STOPPING_M).clip(0)) if lane.get("stops") else 0.0)
        tracks = np.exp(-(((np.abs(off) - 0.78) / 0.32) ** 2)) * strength
        oil = np.exp(-((off / 0.34) ** 2)) * strength * 0.7
        sheet.bright[part] *= 1.0 - on * np.clip((tracks + oil) * stopping, 0, 0.45)


def _ways_across(lanes: Sequence[Mapping]) -> list[Mapping]:
    """The ways over a junction, from each lane that stops there into those that lead out, as smooth bends."""
    found = []
    ins = [lane["centre"] for lane in lanes if lane.get("stops") and len(lane["centre"]) > 1]
    outs = [lane["centre"] for lane in lanes if not lane.get("stops") and len(lane["centre"]) > 1]
    for into in ins:
        for out in outs:
            a, b = np.asarray(into[-1], float), np.asarray(out[0], float)
            before, after = a - np.asarray(into[-2], float), np.asarray(out[1], float) - b
            ahead, away = before / np.hypot(*before), after / np.hypot(*after)
            far = float(np.hypot(*(b - a)))
            if not 4.0 < far < _WIDEST_M or ahead @ (b - a) < 0.3 * far or ahead @ away < -0.5:
                continue
            t = np.linspace(0.0, 1.0, 13)[:, None]
            p, q = a + 0.45 * far * ahead, b - 0.45 * far * away
            bend = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * p + 3 * t**2 * (1 - t) * q + t**3 * b
            found.append({"centre": bend, "faint": 0.35})
    return found


def _patches(sheet: _Sheet, lanes: Sequence[Mapping], rng: np.random.Generator) -> None:
    """Where the road was dug up: rectangles along lanes, newer and darker or older and paler, with a sealed seam."""
    usable = [np.asarray(lane["centre"], float) for lane in lanes if len(lane["centre"]) > 1]
    for _ in range(34 if usable else 0):
        centre = usable[rng.integers(len(usable))]
        k = int(rng.integers(len(centre) - 1))
        a, b = centre[k], centre[k + 1]
        length = max(float(np.hypot(*(b - a))), 1e-6)
        along = (b - a) / length
        across = np.array([-along[1], along[0]])
        middle = a + rng.uniform(0, length) * along + rng.uniform(-2.2, 2.2) * across
        half = np.array([rng.uniform(0.8, 5.0), rng.uniform(0.4, 1.3)])
        found = sheet.near(middle[None], 6.0)
        if found is None:
            continue
        part, at = found
        inside = np.minimum(half[0] - np.abs((at - middle) @ along), half[1] - np.abs((at - middle) @ across))
        tint = float(rng.choice([0.72, 0.8, 1.16, 1.24]))
        sheet.bright[part] *= np.where(inside > 0, tint, 1.0)
        sheet.bright[part] *= 1.0 - 0.35 * np.exp(-((inside / 0.07) ** 2))


def _cracks(sheet: _Sheet, rng: np.random.Generator) -> None:
    """Thin crooked lines."""
    for _ in range(70):
        heading, at = rng.uniform(0, 2 * math.pi), np.array(sheet.middle) + rng.uniform(-60, 60, 2)
        for _ in range(int(rng.integers(8, 30))):
            step = 0.35 * np.array([math.cos(heading), math.sin(heading)])
            for share in np.linspace(0, 1, 6):
                column, row = ((at + share * step - sheet.low) * _PER_M).astype(int)
                if 0 <= row < PIXELS and 0 <= column < PIXELS:
                    sheet.bright[row, column] *= 0.86
            at, heading = at + step, heading + rng.normal(0, 0.45)
