"""Faults of cameras, put into real pictures at graded strength.

A fault takes a run of pictures uint8 (H, W, 3), BGR, and gives as many that look as they would with it. Strengths are in the unit
that each names, weakest first; lengths are shares of the picture's width, so that a strength means the same on every camera.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from catseye.core.frame import U8
from catseye.core.health import CameraState

Pictures = Sequence[U8]
FPS = 8.0  # of a sound camera
_NOISE = 2.0  # levels of brightness that a sensor leaves on what is covered or dark


@dataclass(frozen=True, slots=True)
class Fault:
    """``told`` are the states that are right for it; ``put`` is given pictures, a strength and a source of chance.

    ``before`` is how the camera's pictures are made that it is put into, ``fps`` how many pictures come a second with it, and
    ``suffers_from`` from which strength on counting suffers, where that is not to be judged by boxes in pictures.
    """

    told: frozenset[CameraState]
    strengths: tuple[float, ...]
    unit: str
    put: Callable[[Pictures, float, np.random.Generator], list[U8]]
    before: Callable[[Pictures, np.random.Generator], list[U8]] | None = None
    fps: Callable[[float], float] = lambda _: FPS
    suffers_from: float | None = None


def _defocused(pictures: Pictures, strength: float, _: np.random.Generator) -> list[U8]:
    return [np.asarray(cv2.GaussianBlur(one, (0, 0), strength * one.shape[1]), np.uint8) for one in pictures]


def _darkened(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    return [noisy(16 + (1 - strength) * one.astype(np.float32), _NOISE, chance) for one in pictures]


def _whitened(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    return [noisy(255 * strength + (1 - strength) * one.astype(np.float32), _NOISE / 2, chance) for one in pictures]


def _covered(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    return [noisy(_over(one, strength), _NOISE, chance, only=round(strength * one.shape[1])) for one in pictures]


def _over(picture: U8, share: float) -> U8:
    covered = picture.copy()
    covered[:, : round(share * picture.shape[1])] = (70, 75, 80)
    return covered


def _frozen(pictures: Pictures, _: float, __: np.random.Generator) -> list[U8]:
    return [pictures[0]] * len(pictures)


def _shifted(pictures: Pictures, strength: float, _: np.random.Generator) -> list[U8]:
    return [_warped(one, np.array([[1, 0, strength * one.shape[1]], [0, 1, strength * one.shape[1] / 3]])) for one in pictures]


def _turned(pictures: Pictures, strength: float, _: np.random.Generator) -> list[U8]:
    return [_warped(one, cv2.getRotationMatrix2D((one.shape[1] / 2, one.shape[0] / 2), strength, 1.0)) for one in pictures]


def _warped(picture: U8, by: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> U8:
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpAffine(picture, by.astype(np.float64), size, borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def _dirty(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    """Smears that stay where they are: soft, and with little contrast."""
    height, width = pictures[0].shape[:2]
    smear = np.zeros((height, width), np.float32)
    while float((smear > 0.5).mean()) < strength:
        middle = int(chance.integers(width)), int(chance.integers(height))
        cv2.circle(smear, middle, max(2, round(width * float(chance.uniform(0.04, 0.1)))), (1.0,), -1)
    smear = np.asarray(cv2.GaussianBlur(smear, (0, 0), 0.01 * width), np.float32)[..., None]
    soft = [cv2.GaussianBlur(one, (0, 0), 0.03 * width).astype(np.float32) * 0.6 + 55 for one in pictures]
    return [np.asarray(one * (1 - smear) + other * smear, np.uint8) for one, other in zip(pictures, soft, strict=True)]


def _glaring(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    """A saturated spot that covers ``strength`` of the picture, with a flare around it."""
    height, width = pictures[0].shape[:2]
    radius = float(np.sqrt(strength * height * width / np.pi))
    x, y = (float(chance.uniform(0.3, 0.7)) * side for side in (width, height))
    far = np.hypot(np.arange(width)[None] - x, np.arange(height)[:, None] - y).astype(np.float32)
    light = 255 * np.exp(-np.maximum(far - radius, 0) / (0.5 * radius + 1))[..., None]
    return [np.clip(one + light, 0, 255).astype(np.uint8) for one in pictures]


def _lit_by_infrared(pictures: Pictures, chance: np.random.Generator) -> list[U8]:
    """Grey, darker than by day, and with the noise of a night."""
    grey = [cv2.cvtColor(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.float32) for one in pictures]
    return [noisy(0.6 * one, 3.0, chance) for one in grey]


def _unlit(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    """Nearly black and full of noise, as at night when the infrared lamps have failed."""
    return [noisy(16 + (1 - strength) * one.astype(np.float32), 4.0, chance) for one in pictures]


def _full_of_noise(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    return [noisy(one, strength, chance) for one in pictures]


def _coded_low(pictures: Pictures, strength: float, _: np.random.Generator) -> list[U8]:
    """Brightness in squares of 8 pixels whose cosine transform is rounded to steps of ``strength``, coarser for fine detail."""
    return [_quantised(one, strength) for one in pictures]


def _quantised(picture: U8, step: float) -> U8:
    height, width = (side // 8 * 8 for side in picture.shape[:2])
    k, n = np.mgrid[:8, :8].astype(np.float64)
    basis = np.where(k == 0, np.sqrt(1 / 8), np.sqrt(2 / 8) * np.cos(np.pi * (2 * n + 1) * k / 16)).astype(np.float32)
    steps = (step * (1 + (k + n) / 4)).astype(np.float32)
    luma = picture[:height, :width].astype(np.float32) @ np.array([0.114, 0.587, 0.299], np.float32)
    squares = luma.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2)
    coded = basis.T @ (np.rint(basis @ squares @ basis.T / steps) * steps) @ basis
    out = picture.astype(np.float32)
    out[:height, :width] += (coded.swapaxes(1, 2).reshape(height, width) - luma)[..., None]
    return np.clip(out, 0, 255).astype(np.uint8)


def _as_they_are(pictures: Pictures, _: float, __: np.random.Generator) -> list[U8]:
    return list(pictures)


def _repeated(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    """Each picture ``strength`` times, and those in between never: what is seen once a second stands still and jumps."""
    fresh = [noisy(one, 1.0, chance) for one in pictures[:: int(strength)]]
    return [one for one in fresh for _ in range(int(strength))][: len(pictures)]


def noisy(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.generic]], sigma: float, chance: np.random.Generator, only: int | None = None
) -> U8:
    """A picture (H, W, 3) with noise of ``sigma`` levels of brightness on its first ``only`` columns (None: all), as uint8."""
    out = np.array(picture, np.float32)
    part = out[:, :only]
    part += chance.normal(0, sigma, (*part.shape[:2], 1))
    return np.clip(out, 0, 255).astype(np.uint8)


_STATE = CameraState
FAULTS: Mapping[str, Fault] = {
    "defocus": Fault(
        frozenset({_STATE.BLURRED, _STATE.OBSCURED}), (0.001, 0.002, 0.004, 0.008, 0.016), "blur's sigma / width", _defocused
    ),
    "dark": Fault(frozenset({_STATE.BLACK, _STATE.OBSCURED}), (0.6, 0.7, 0.8, 0.9, 0.97, 1.0), "share of light lost", _darkened),
    "white-out": Fault(frozenset({_STATE.WHITE_OUT, _STATE.OBSCURED}), (0.5, 0.7, 0.85, 0.95, 1.0), "share of white", _whitened),
    "cover": Fault(frozenset({_STATE.OBSCURED}), (0.1, 0.2, 0.4, 0.6, 0.9), "share of the view", _covered),
    "freeze": Fault(frozenset({_STATE.FROZEN}), (1.0,), "", _frozen, suffers_from=1.0),
    "repeat": Fault(
        frozenset({_STATE.LOW_FRAME_RATE, _STATE.FROZEN}), (2.0, 3.0, 5.0), "looks at one picture", _repeated, suffers_from=2.0
    ),
    "frame drop": Fault(
        frozenset({_STATE.LOW_FRAME_RATE}),
        (0.3, 0.6, 0.8),
        f"share of {FPS:g} fps lost",
        _as_they_are,
        fps=lambda strength: FPS * (1 - strength),
        suffers_from=0.6,
    ),
    "shift": Fault(frozenset({_STATE.MOVED}), (0.01, 0.02, 0.05, 0.1, 0.2), "shift / width", _shifted),
    "turn": Fault(frozenset({_STATE.MOVED}), (1.0, 2.0, 5.0, 10.0, 20.0), "degrees", _turned),
    "dirt": Fault(
        frozenset({_STATE.LENS_DIRTY, _STATE.OBSCURED, _STATE.BLURRED}), (0.05, 0.1, 0.2, 0.4, 0.6), "share smeared", _dirty
    ),
    "glare": Fault(frozenset({_STATE.GLARE}), (0.01, 0.02, 0.05, 0.1, 0.2), "share saturated", _glaring),
    "infrared failed": Fault(
        frozenset({_STATE.INFRARED_FAILED, _STATE.BLACK}),
        (0.8, 0.9, 0.95, 0.98),
        "share of light lost",
        _unlit,
        before=_lit_by_infrared,
    ),
    "noise": Fault(frozenset({_STATE.BLURRED, _STATE.OBSCURED}), (5.0, 10.0, 20.0, 40.0), "sigma, levels", _full_of_noise),
    "low bit rate": Fault(
        frozenset({_STATE.LOW_BIT_RATE, _STATE.BLURRED, _STATE.OBSCURED}),
        (10.0, 20.0, 40.0, 80.0),
        "step of brightness",
        _coded_low,
    ),
}
"""What pictures tell. With so much blur that no edge is left, ``obscured`` is as right as ``blurred``: nothing is seen.
``infrared_failed`` is told after a history of days and lit nights, and as ``black`` before.
"""
