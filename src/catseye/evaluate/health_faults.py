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
_NOISE = 2.0  # levels of brightness that a sensor leaves on what is covered or dark


@dataclass(frozen=True, slots=True)
class Fault:
    """``told`` are the states that are right for it; ``put`` is given pictures, a strength and a source of chance."""

    told: frozenset[CameraState]
    strengths: tuple[float, ...]
    unit: str
    put: Callable[[Pictures, float, np.random.Generator], list[U8]]


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


def _unlit(pictures: Pictures, strength: float, chance: np.random.Generator) -> list[U8]:
    """Grey, nearly black and full of noise, as at night when the infrared lamps have failed."""
    grey = [cv2.cvtColor(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR).astype(np.float32) for one in pictures]
    return [noisy(18 + (1 - strength) * 0.6 * one, 4.0, chance) for one in grey]


def noisy(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.generic]], sigma: float, chance: np.random.Generator, only: int | None = None
) -> U8:
    """A picture (H, W, 3) with noise of ``sigma`` levels of brightness on its first ``only`` columns (None: all), as uint8."""
    out = np.array(picture, np.float32)
    part = out[:, :only]
    part += chance.normal(0, sigma, (*part.shape[:2], 1))
    return np.clip(out, 0, 255).astype(np.uint8)


FAULTS: Mapping[str, Fault] = {
    "defocus": Fault(
        frozenset({CameraState.BLURRED, CameraState.OBSCURED}), (0.002, 0.004, 0.008, 0.016), "blur's sigma / width", _defocused
    ),
    "dark": Fault(frozenset({CameraState.BLACK, CameraState.OBSCURED}), (0.8, 0.9, 0.97, 1.0), "share of light lost", _darkened),
    "white-out": Fault(
        frozenset({CameraState.WHITE_OUT, CameraState.OBSCURED}), (0.7, 0.85, 0.95, 1.0), "share of white", _whitened
    ),
    "cover": Fault(frozenset({CameraState.OBSCURED}), (0.2, 0.4, 0.6, 0.9), "share of the view", _covered),
    "freeze": Fault(frozenset({CameraState.FROZEN}), (1.0,), "", _frozen),
    "shift": Fault(frozenset({CameraState.MOVED}), (0.02, 0.05, 0.1, 0.2), "shift / width", _shifted),
    "turn": Fault(frozenset({CameraState.MOVED}), (2.0, 5.0, 10.0, 20.0), "degrees", _turned),
    "dirt": Fault(
        frozenset({CameraState.LENS_DIRTY, CameraState.OBSCURED, CameraState.BLURRED}),
        (0.1, 0.2, 0.4, 0.6),
        "share smeared",
        _dirty,
    ),
    "glare": Fault(frozenset({CameraState.GLARE}), (0.02, 0.05, 0.1, 0.2), "share saturated", _glaring),
    "unlit": Fault(frozenset({CameraState.INFRARED_FAILED, CameraState.BLACK}), (0.9, 0.95, 0.98), "share of light lost", _unlit),
}
"""What pictures tell. With so much blur that no edge is left, ``obscured`` is as right as ``blurred``: nothing is seen.
``unlit`` is told as ``infrared_failed`` only after a history of lit nights, and as ``black`` before.
"""
