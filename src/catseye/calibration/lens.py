"""How much a lens bends the picture, from things that are straight in reality, and what that does to speeds.

One radial term of Brown's model (Brown 1971, "Close-range camera calibration"), by the radius in half widths of the picture around
its middle; negative is a barrel. The term is the one with which the points of each line, led back, lie straightest (the plumb-line
method, of the same paper). A scene's homography knows nothing of lenses, so a bend is told and not mended.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.optimize import minimize_scalar

from catseye.calibration.errors import facing
from catseye.calibration.fit import led
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

_MOST = 0.35  # of the term either way: what fixed cameras have
_LEAST = 3  # points of a line
_STEP = 1e-3
_ROUNDS = 12
_SURE = 2.0  # standard deviations
_LEAST_SLOPE = 0.1  # of the polynomial, from the middle's 1
_NEAR = 0.35  # of the lower edge's nearness: the ground up to three times as far as the nearest
_SIDE = 14
_WAY = 1e-3  # of the picture
_WAYS = np.stack([np.cos(a := np.arange(8) * np.pi / 8), np.sin(a)], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """``k1`` and its standard deviation ``error``; the points lay ``bend_px`` off straight at most, and lie ``left_px`` off now."""

    k1: float
    error: float
    bend_px: float
    left_px: float

    @property
    def bends(self) -> bool:
        """Whether it is surely not straight."""
        return abs(self.k1) > _SURE * self.error


def parse_straight(texts: list[str]) -> list[F64]:
    """Lines (P, 2) px as a user typed them: "x,y x,y x,y". Raises ConfigError."""
    lines = []
    for text in texts:
        try:
            points = np.array([[float(value) for value in word.split(",")] for word in text.split()], np.float64)
        except ValueError:
            points = np.zeros(0)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise ConfigError(f"--straight {text!r} is no row of points.", "Write pixels as x,y with a space between points.")
        if len(points) < _LEAST:
            raise ConfigError(
                f"--straight {text!r} has {len(points)} points: any two are straight.",
                "Give three or more along something straight.",
            )
        lines.append(points)
    return lines


def lens_of(lines: list[F64], size: tuple[int, int], click_px: float) -> Lens:
    """The lens that makes ``lines`` of (P, 2) px straightest in a picture of ``size``; clicks are ``click_px`` exact."""

    def off(k1: float) -> F64:
        return np.concatenate([_off_px(undistorted(line, k1, size)) for line in lines])

    found = minimize_scalar(lambda k1: float((off(k1) ** 2).sum()), bounds=(-_MOST, _MOST), method="bounded")
    k1 = float(found.x)
    slope = (off(k1 + _STEP) - off(k1 - _STEP)) / (2 * _STEP)
    told = float(slope @ slope)
    spread = click_px * _stretch(np.concatenate(lines), k1, size)
    return Lens(
        k1=round(k1, 4),
        error=round(float(np.linalg.norm(slope * spread)) / told, 4) if told > 0 else float("inf"),
        bend_px=round(float(np.abs(off(0.0)).max()), 1),
        left_px=round(float(np.abs(off(k1)).max()), 1),
    )


def undistorted(px: F64, k1: float, size: tuple[int, int]) -> F64:
    """Where a lens without a bend would put what is seen at ``px`` (N, 2)."""
    half, middle = size[0] / 2, np.array(size, np.float64) / 2
    goal = (px - middle) / half
    guess = goal.copy()
    for _ in range(_ROUNDS):
        guess = goal / (1 + k1 * np.minimum((guess**2).sum(axis=1, keepdims=True), 2.0))
    return np.asarray(guess * half + middle, np.float64)


def speed_errors(lens: Lens, homography: F64, size: tuple[int, int]) -> tuple[float, float]:
    """By what share speeds over a ``homography`` (3, 3) that fits the bent picture best are off for the bend: usual, and worst."""
    across, down = np.meshgrid(np.linspace(0.03, 0.97, _SIDE), np.linspace(0.03, 0.97, _SIDE))
    unit = np.column_stack([across.ravel(), down.ravel()])
    homography = facing(homography)
    nearness = np.column_stack([unit, np.ones(len(unit))]) @ homography[2]
    unit = unit[nearness > _NEAR]
    fitted = np.asarray(cv2.findHomography(unit, undistorted(unit * size, lens.k1, size) / size)[0], np.float64)
    truly = homography @ np.linalg.inv(fitted)
    here, way = np.repeat(unit, len(_WAYS), axis=0), np.tile(_WAYS, (len(unit), 1)) * _WAY
    told = led(homography, here + way) - led(homography, here - way)
    real = led(truly, undistorted((here + way) * size, lens.k1, size) / size)
    real -= led(truly, undistorted((here - way) * size, lens.k1, size) / size)
    off = np.abs(np.hypot(*told.T) / np.hypot(*real.T) - 1)
    return float(np.median(off)), float(off.max())


def _stretch(px: F64, k1: float, size: tuple[int, int]) -> F64:
    """How many times as far (P,) a click that is off is off once it is led back; most where the polynomial nearly turns back."""
    middle = np.array(size, np.float64) / 2
    radius = np.hypot(*(undistorted(px, k1, size) - middle).T) / middle[0]
    return np.asarray(1 / np.maximum(1 + 3 * k1 * radius**2, _LEAST_SLOPE), np.float64)


def _off_px(points: F64) -> F64:
    """How far points (P, 2) are from the straight line through them, with sign."""
    centred = points - points.mean(axis=0)
    across = np.linalg.svd(centred, full_matrices=False)[2][1]
    return np.asarray(centred @ (across if across[np.abs(across).argmax()] > 0 else -across), np.float64)
