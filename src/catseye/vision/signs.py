"""Figures of one picture that tell whether a camera is fit to be counted on.

They are taken from the brightness alone, of small pictures, about once a second. None of them holds what a road user looks like;
what is kept of a camera over time is a slow mean of them (``network.usual``), in which traffic has faded.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F32
from catseye.core.frame import U8

FINE_PX, COARSE_PX, EDGES_PX = 640, 160, 80  # widths of the three pictures looked at
GRID = (9, 16)  # cells down, across
_WHITE = 245
_SAMPLED = 4  # pixels of which one is compared with the look before
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signs:
    """What one look at a picture tells; all of it only where no mask lies.

    ``mean`` and ``spread`` (standard deviation) are of brightness, 0..255. ``white`` is the share of pixels that are saturated,
    ``blob`` the share that the largest saturated spot covers. ``changed`` is the mean difference to the look before in levels of
    brightness and ``peak`` the largest, None at first. ``fine`` and ``rough`` are float32 ``GRID``: how strong detail of a pixel
    or two is in each cell, and how strong edges of the small picture are; ``open_`` bool ``GRID`` says which cells no mask
    touches. ``edges`` float32 (h, 80).
    """

    mean: float
    spread: float
    white: float
    blob: float
    changed: float | None
    peak: float | None
    fine: F32
    rough: F32
    open_: Bools
    edges: F32


class SignsTaker:
    """Takes the signs of one stream's pictures. ``open_`` uint8 (H, W) is zero where a mask lies; None where there is none."""

    def __init__(self, open_: U8 | None = None) -> None:
        self._open = open_
        self._before: U8 | None = None

    def take(self, luma: U8) -> Signs:
        """The signs of brightness uint8 (H, W), compared with the picture given before."""
        sampled = luma[::_SAMPLED, ::_SAMPLED]
        kept = self._kept((sampled.shape[1], sampled.shape[0]))
        changed = peak = None
        if self._before is not None and self._before.shape == sampled.shape:
            differences = cv2.absdiff(sampled, self._before)
            changed, peak = _mean_of(differences, kept), float(differences[kept].max(initial=0))
        self._before = np.ascontiguousarray(sampled).copy()
        fine, coarse = _shrunk(luma, FINE_PX), _shrunk(luma, COARSE_PX)
        small = coarse[self._kept((coarse.shape[1], coarse.shape[0]))]
        edges = _edges(coarse)
        white = (coarse >= _WHITE).astype(np.uint8)
        return Signs(
            mean=float(small.mean()) if small.size else 0.0,
            spread=float(small.std()) if small.size else 0.0,
            white=float(white.mean()),
            blob=_largest(white),
            changed=changed,
            peak=peak,
            fine=_cells(np.abs(cv2.Laplacian(fine, cv2.CV_32F))),
            rough=_cells(edges),
            open_=_cells(self._kept((COARSE_PX, coarse.shape[0])).astype(np.float32)) > 0.999,
            edges=np.asarray(cv2.resize(edges, (EDGES_PX, max(1, coarse.shape[0] // 2)), interpolation=cv2.INTER_AREA), np.float32),
        )

    def _kept(self, size: tuple[int, int]) -> Bools:
        if self._open is None:
            return np.ones((size[1], size[0]), np.bool_)
        return np.asarray(cv2.resize(self._open, size, interpolation=cv2.INTER_NEAREST), np.uint8) > 0


def _shrunk(luma: U8, width_px: int) -> U8:
    if luma.shape[1] <= width_px:
        return luma
    size = width_px, max(GRID[0], round(luma.shape[0] * width_px / luma.shape[1]))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _edges(small: U8) -> F32:
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, dy, scale=1 / 4) for dx, dy in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _cells(plane: npt.NDArray[np.floating]) -> F32:
    """The mean of float (H, W) in each cell of the grid."""
    return np.asarray(cv2.resize(plane.astype(np.float32), GRID[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _mean_of(plane: npt.NDArray[np.generic], kept: Bools) -> float:
    inside = np.asarray(plane, np.float32)[kept]
    return float(inside.mean()) if inside.size else 0.0


def _largest(white: U8) -> float:
    """The share of the picture that the largest connected spot covers."""
    if not white.any():
        return 0.0
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / white.size
