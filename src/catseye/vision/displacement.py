"""Where the picture went between two looks: by one shift, turn and zoom, as most of its blocks say that tell."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.boxes import F32
from catseye.core.frame import U8
from catseye.core.geometry import F64

WIDTH_PX = 320
_BLOCKS = (5, 4)  # across, down
_MARGIN = 0.08  # of the picture's height, left free around them: they may move, and cameras write the time there
_NEAR_PX = 5  # how far blocks are sought first
_REACH = 0.12  # of the picture's width: how far then
_EDGE = 3.0  # levels of brightness a pixel at which an edge counts half
_TEXTURE = 0.09  # least standard deviation of edges in a block that tells
_FOUND, _CLEAR = 0.45, 0.08  # least correlation, and by how much better than anywhere else
_APART_PX = 6  # where else begins
_LEAST_BLOCKS, _LEAST_SHARE = 5, 0.6  # that tell, and of these that agree
_OFF_PX = 1.5  # how far a block may be from where the others put it
_MOST_ZOOM, _MOST_TURN = 0.25, 0.35  # share, radians
_POLAR = (256, 512)  # radii, angles of the spectrum in which turn and zoom are shifts
Bools = npt.NDArray[np.bool_]
Block = tuple[slice, slice]


def shrunk(plane: U8) -> U8:
    """A plane, uint8 (H, W), ``WIDTH_PX`` wide."""
    height = max(1, round(plane.shape[0] * WIDTH_PX / plane.shape[1]))
    return np.asarray(cv2.resize(plane, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def edges_of(luma: U8) -> F32:
    """How much of an edge each pixel of the small picture is, 0..1, float32 (h, w)."""
    small = cv2.GaussianBlur(shrunk(luma), (0, 0), 1.0)
    across, down = (cv2.Sobel(small, cv2.CV_32F, dx, dy, scale=1 / 8) for dx, dy in ((1, 0), (0, 1)))
    steep = cv2.magnitude(across, down)
    return np.asarray(steep / (steep + _EDGE), np.float32)


def displacement(reference: F32, now: F32, open_: Bools | None = None) -> F64 | None:
    """Where the corners and the middle of the picture went, (5, 2) px of the edge pictures (h, w); None where too little tells.

    Blocks that are not wholly ``open_``, bool (h, w), do not tell.
    """
    blocks = [block for block in _blocks(reference) if open_ is None or open_[block].all()]
    high, wide = reference.shape
    corners = np.array([0, wide, wide + 1j * high, 1j * high, (wide + 1j * high) / 2])
    middle = complex(corners[-1])
    led = _fit(reference, now, blocks, _NEAR_PX)
    if led is None:
        far = round(_REACH * wide)
        turn = _spun(reference, now)
        turned = _fit(_warped(reference, turn, middle), now, blocks, far)
        if turned is not None:
            turned = _Led(turned.many, turned.zoom * turn, turned.zoom * (middle - turn * middle) + turned.shift)
        led = max((one for one in (_fit(reference, now, blocks, far), turned) if one), key=lambda one: one.many, default=None)
    if led is None:
        return None
    gone = led.zoom * corners + led.shift - corners
    return np.column_stack([gone.real, gone.imag])


class _Led(NamedTuple):
    """How many blocks agree on which turn with zoom, and which shift; points of the plane are complex numbers."""

    many: int
    zoom: complex
    shift: complex


def _fit(reference: F32, now: F32, blocks: Sequence[Block], reach: int) -> _Led | None:
    """What enough blocks agree on that are found within ``reach`` px."""
    begun, gone = [], []
    for block in blocks:
        shift = _sought(reference, now, block, reach)
        if shift is not None:
            begun.append(_middle(block))
            gone.append(begun[-1] + shift)
    if len(begun) < _LEAST_BLOCKS:
        return None
    start, end = np.array(begun), np.array(gone)
    one, other = np.triu_indices(len(start), 1)
    zoom = (end[other] - end[one]) / (start[other] - start[one])
    shift_of = end[one] - zoom * start[one]
    fits = np.abs(zoom[:, None] * start + shift_of[:, None] - end) < _OFF_PX
    fits[(np.abs(np.abs(zoom) - 1) > _MOST_ZOOM) | (np.abs(np.angle(zoom)) > _MOST_TURN)] = False
    inside = fits[fits.sum(axis=1).argmax()]
    if inside.sum() < max(_LEAST_BLOCKS, _LEAST_SHARE * len(start)):
        return None
    root = np.column_stack([start[inside], np.ones(inside.sum())])
    found = np.linalg.lstsq(root, end[inside], rcond=None)[0]
    return _Led(int(inside.sum()), complex(found[0]), complex(found[1]))


def _spun(reference: F32, now: F32) -> complex:
    """The turn with zoom by which the spectrum of ``now`` differs from that of the reference (Reddy and Chatterji 1996)."""
    one, other = _spectrum(reference), _spectrum(now)
    (x, y), _ = cv2.phaseCorrelate(one, other, cv2.createHanningWindow(_POLAR, cv2.CV_32F))
    zoom = np.exp(-x * np.log(WIDTH_PX / 2) / _POLAR[0])
    turn = y * 2 * np.pi / _POLAR[1]
    return complex(zoom * np.exp(1j * turn))


def _spectrum(edges: F32) -> F32:
    """How strong each direction and, in logarithms, each frequency is."""
    high, wide = edges.shape
    square = np.zeros((wide, wide), np.float32)
    square[:high] = (edges - edges.mean()) * cv2.createHanningWindow((wide, high), cv2.CV_32F)
    strength = np.log1p(np.abs(np.fft.fftshift(np.fft.fft2(square)))).astype(np.float32)
    polar = cv2.warpPolar(strength, _POLAR, (wide / 2, wide / 2), wide / 2, cv2.INTER_LINEAR | cv2.WARP_POLAR_LOG)
    return np.asarray(polar, np.float32)


def _warped(edges: F32, zoom: complex, middle: complex) -> F32:
    shift = middle - zoom * middle
    led = np.array([[zoom.real, -zoom.imag, shift.real], [zoom.imag, zoom.real, shift.imag]])
    return np.asarray(cv2.warpAffine(edges, led, edges.shape[::-1]), np.float32)


def _blocks(edges: F32) -> Iterator[Block]:
    """Rows and columns of each block."""
    margin = _MARGIN * edges.shape[0]
    rows, columns = (
        np.linspace(margin, size - margin, n + 1).astype(int) for size, n in zip(edges.shape, _BLOCKS[::-1], strict=True)
    )
    for top, bottom in pairwise(rows.tolist()):
        for left, right in pairwise(columns.tolist()):
            yield slice(top, bottom), slice(left, right)


def _middle(block: Block) -> complex:
    down, across = block
    return complex((across.start + across.stop) / 2, (down.start + down.stop) / 2)


def _sought(reference: F32, now: F32, block: Block, reach: int) -> complex | None:
    """How far a block of the reference went, px; None where it is found nowhere, or in several places."""
    part = reference[block]
    if part.std() < _TEXTURE:
        return None
    down, across = block
    top, left = max(down.start - reach, 0), max(across.start - reach, 0)
    window = now[top : down.stop + reach, left : across.stop + reach]
    match = np.asarray(cv2.matchTemplate(window, part, cv2.TM_CCOEFF_NORMED), np.float32)
    _, best, _, (x, y) = cv2.minMaxLoc(match)
    if best < _FOUND or not (0 < x < match.shape[1] - 1 and 0 < y < match.shape[0] - 1):
        return None
    rest = match.copy()
    rest[max(0, y - _APART_PX) : y + _APART_PX + 1, max(0, x - _APART_PX) : x + _APART_PX + 1] = -1.0
    if best - float(rest.max()) < _CLEAR:
        return None
    return complex(left + x + _finer(match[y], x) - across.start, top + y + _finer(match[:, x], y) - down.start)


def _finer(row: F32, at: int) -> float:
    """How far beside its highest entry a row's peak is, by a parabola."""
    before, here, after = (float(row[at + k]) for k in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
