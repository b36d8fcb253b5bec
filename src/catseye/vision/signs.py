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
_BLOCK_PX = 8  # side of the squares that video is coded in
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signs:
    """What one look at a picture tells; all of it only where no mask lies.

    ``mean`` and ``spread`` (standard deviation) are of brightness, 0..255. ``white`` is the share of pixels that are saturated,
    ``blob`` the share that the largest saturated spot covers. ``changed`` is the mean difference to the look before in levels of
    brightness and ``peak`` the largest, None at first. ``fine`` and ``rough`` are float32 ``GRID``: how strong detail of a pixel
    or two is in each cell, and how strong edges of the small picture are; ``bright`` is each cell's mean and ``dazzled`` its share
    of saturated pixels. ``open_`` bool ``GRID`` says which cells no mask touches. ``edges`` float32 (h, 80). ``blocky`` is how much
    stronger the steps between the squares of 8 pixels that video is coded in are than those within them: 1 for none.
    """

    mean: float
    spread: float
    white: float
    blob: float
    changed: float | None
    peak: float | None
    fine: F32
    rough: F32
    bright: F32
    dazzled: F32
    open_: Bools
    edges: F32
    blocky: float


class SignsTaker:
    """Takes the signs of one stream's pictures. ``open_`` uint8 (H, W) is zero where a mask lies; None where there is none."""

    def __init__(self, open_: U8 | None = None) -> None:
        self._open = open_
        self._before: U8 | None = None

    def take(self, luma: U8) -> Signs:
        """The signs of brightness uint8 (H, W), compared with the picture given before."""
        sampled = np.ascontiguousarray(luma[::_SAMPLED, ::_SAMPLED])
        changed = peak = None
        if self._before is not None and self._before.shape == sampled.shape:
            differences, kept = cv2.absdiff(sampled, self._before), self._kept(sampled)
            changed, peak = cv2.mean(differences, kept)[0], cv2.minMaxLoc(differences, kept)[1]
        self._before = sampled
        fine, coarse = _shrunk(luma, FINE_PX), _shrunk(luma, COARSE_PX)
        mean, spread = (float(one[0, 0]) for one in cv2.meanStdDev(coarse, mask=self._kept(coarse)))
        edges = _edges(coarse)
        white = (coarse >= _WHITE).astype(np.uint8)
        return Signs(
            mean=mean,
            spread=spread,
            white=cv2.mean(white)[0],
            blob=_largest(white),
            changed=changed,
            peak=peak,
            fine=_cells(np.abs(cv2.Laplacian(fine, cv2.CV_32F))),
            rough=_cells(edges),
            bright=_cells(coarse),
            dazzled=_cells(white),
            open_=self._open_cells(coarse),
            edges=np.asarray(cv2.resize(edges, (EDGES_PX, max(1, coarse.shape[0] // 2)), interpolation=cv2.INTER_AREA), np.float32),
            blocky=_blocky(luma),
        )

    def _kept(self, plane: U8) -> U8 | None:
        """The mask of a picture of this size, None for none: zero where nothing is to be seen."""
        if self._open is None:
            return None
        return np.asarray(cv2.resize(self._open, plane.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)

    def _open_cells(self, coarse: U8) -> Bools:
        kept = self._kept(coarse)
        return np.ones(GRID, np.bool_) if kept is None else _cells((kept > 0).astype(np.float32)) > 0.999


def _shrunk(luma: U8, width_px: int) -> U8:
    if luma.shape[1] <= width_px:
        return luma
    size = width_px, max(GRID[0], round(luma.shape[0] * width_px / luma.shape[1]))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _edges(small: U8) -> F32:
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, dy, scale=1 / 4) for dx, dy in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _cells(plane: npt.NDArray[np.generic]) -> F32:
    """The mean of float (H, W) in each cell of the grid."""
    return np.asarray(cv2.resize(plane.astype(np.float32), GRID[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _blocky(luma: U8) -> float:
    """Steps across the borders of squares over those in their middles, of every fourth row; squares begin at the corner."""
    rows = luma[::_SAMPLED]
    most = (rows.shape[1] - 1) // _BLOCK_PX * _BLOCK_PX
    if most < 2 * _BLOCK_PX:
        return 1.0
    border, middle = (
        np.sort(cv2.absdiff(rows[:, at : most + 1 : _BLOCK_PX].copy(), rows[:, at - 1 : most : _BLOCK_PX].copy()).mean(axis=0))
        for at in (_BLOCK_PX, _BLOCK_PX // 2)
    )
    half = len(border) // 2  # the median: one line of the scene that lies on a border says nothing
    return float((border[half] + 0.1) / (middle[half] + 0.1))


def _largest(white: U8) -> float:
    """The share of the picture that the largest connected spot covers."""
    if not white.any():
        return 0.0
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / white.size
