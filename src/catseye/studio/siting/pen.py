"""Drawing on a white sheet: shapes and text with smooth edges. Everything is drawn at twice its size and shrunk."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.frame import U8
from catseye.core.geometry import F64

Colour = tuple[int, int, int]  # blue, green, red
PAPER: Colour = (255, 255, 255)
INK: Colour = (45, 40, 38)
FAINT: Colour = (128, 122, 118)
_OVER = 2
_BITS = 4
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_PX = 21.5  # height of a capital at scale 1


class Pen:
    """A sheet of ``size`` (width, height) px; all coordinates and sizes are pixels of the finished drawing."""

    def __init__(self, size: tuple[int, int], paper: Colour = PAPER) -> None:
        self.size = size
        self._canvas: U8 = np.full((size[1] * _OVER, size[0] * _OVER, 3), paper, np.uint8)

    def finished(self) -> U8:
        """The drawing, uint8 (H, W, 3) BGR."""
        return np.asarray(cv2.resize(self._canvas, self.size, interpolation=cv2.INTER_AREA), np.uint8)

    def paste(self, drawing: U8, at: tuple[int, int]) -> None:
        """Put another finished drawing with its upper left corner at ``at``."""
        big = cv2.resize(drawing, None, fx=_OVER, fy=_OVER, interpolation=cv2.INTER_NEAREST)
        x, y = at[0] * _OVER, at[1] * _OVER
        self._canvas[y : y + big.shape[0], x : x + big.shape[1]] = big

    def tint(self, where: npt.NDArray[np.bool_], colour: Colour, opacity: float) -> None:
        """Colour what is true in a coarse map (h, w) that is stretched over the sheet."""
        height, width = self._canvas.shape[:2]
        share = cv2.resize(where.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)[..., None] * opacity
        self._canvas[:] = np.rint(self._canvas * (1.0 - share) + np.array(colour, np.float32) * share).astype(np.uint8)

    def fill(self, polygon: F64 | Sequence[Sequence[float]], colour: Colour) -> None:
        """Fill a polygon (N, 2)."""
        cv2.fillPoly(self._canvas, [_fine(polygon)], colour, cv2.LINE_AA, _BITS)

    def line(
        self,
        points: F64 | Sequence[Sequence[float]],
        colour: Colour,
        width: float = 1.0,
        *,
        closed: bool = False,
        dash: float = 0.0,
    ) -> None:
        """Draw a line through points (N, 2), dashed where ``dash`` is the length of one dash."""
        thick = max(1, round(width * _OVER))
        if dash > 0.0:
            for piece in _dashes(np.asarray(points, np.float64), dash):
                cv2.polylines(self._canvas, [_fine(piece)], False, colour, thick, cv2.LINE_AA, _BITS)
            return
        cv2.polylines(self._canvas, [_fine(points)], closed, colour, thick, cv2.LINE_AA, _BITS)

    def dot(self, at: Sequence[float], radius: float, colour: Colour, *, edge: Colour | None = None) -> None:
        """A filled circle, with a rim where ``edge`` is given."""
        centre = _fine([at])[0].tolist()
        cv2.circle(self._canvas, centre, round(radius * _OVER * (1 << _BITS)), colour, cv2.FILLED, cv2.LINE_AA, _BITS)
        if edge is not None:
            cv2.circle(self._canvas, centre, round(radius * _OVER * (1 << _BITS)), edge, 2 * _OVER, cv2.LINE_AA, _BITS)

    def text(
        self,
        words: str,
        at: Sequence[float],
        *,
        px: float = 11.0,
        colour: Colour = INK,
        anchor: tuple[float, float] = (0.0, 1.0),
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """Write with capitals ``px`` high. ``anchor`` says which point of the words is at ``at``: (0, 1) is their lower left."""
        wide, _ = text_size(words, px, bold=bold)
        x, y = (at[0] - anchor[0] * wide) * _OVER, (at[1] + (1.0 - anchor[1]) * px) * _OVER
        where, scale = (round(x), round(y)), px * _OVER / _FONT_PX
        thick = _thickness(px, bold=bold)
        if halo:
            cv2.putText(self._canvas, words, where, _FONT, scale, PAPER, thick + 4 * _OVER, cv2.LINE_AA)
        cv2.putText(self._canvas, words, where, _FONT, scale, colour, thick, cv2.LINE_AA)


def text_size(words: str, px: float, *, bold: bool = False) -> tuple[float, float]:
    """Width and height of words with capitals ``px`` high."""
    (wide, _), _ = cv2.getTextSize(words, _FONT, px * _OVER / _FONT_PX, _thickness(px, bold=bold))
    return wide / _OVER, px


def _thickness(px: float, *, bold: bool) -> int:
    return max(1, round(px * _OVER * (0.155 if bold else 0.06)))


def _fine(points: F64 | Sequence[Sequence[float]]) -> npt.NDArray[np.int32]:
    # A pixel's number names its middle, a coordinate here the corner.
    return np.rint((np.asarray(points, np.float64) * _OVER - 0.5) * (1 << _BITS)).astype(np.int32)


def _dashes(points: F64, dash: float) -> list[F64]:
    a, b = points[0], points[-1]
    many = max(1, round(float(np.hypot(*(b - a))) / dash))
    ends = a + np.linspace(0.0, 1.0, many + 1)[:, None] * (b - a)
    return [ends[k : k + 2] for k in range(0, many, 2)]
