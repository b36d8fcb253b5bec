"""Where words go on a plan so that they cover neither one another nor what they name."""

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.siting.pen import Colour, Pen, text_size

_PAD_PX = 3.0
_APART_PX = 8.0


class Labels:
    """Writes words on one drawing, one after the other, each where it overlaps least with what stands there already."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._taken: list[F64] = []

    def keep_clear(self, points: F64, margin_px: float = 2.0) -> None:
        """Nothing shall be written over the rectangle around points (N, 2)."""
        self._taken.append(np.concatenate([points.min(axis=0) - margin_px, points.max(axis=0) + margin_px]))

    def at_line(self, words: str, ends: F64, *, px: float, colour: Colour) -> None:
        """Name a line (2, 2): beyond its end away from the middle of the drawing, else beyond the other, else beside it."""
        middle = np.array(self._pen.size) / 2
        near, far = sorted(ends, key=lambda end: float(np.hypot(*(end - middle))))
        way = (far - near) / max(float(np.hypot(*(far - near))), 1e-6)
        aside = np.array([-way[1], way[0]])
        places = [(far, way), (near, -way), (far, aside), (far, -aside), (near, aside), (near, -aside)]
        self._write(words, places, px=px, colour=colour, bold=False)

    def at_point(self, words: str, at: F64, away: F64, *, px: float, colour: Colour) -> None:
        """Name a point: on the side of the unit vector ``away``, else on the others."""
        aside = np.array([-away[1], away[0]])
        self._write(words, [(at, away), (at, aside), (at, -aside), (at, -away)], px=px, colour=colour, bold=True)

    def _write(self, words: str, places: list[tuple[F64, F64]], *, px: float, colour: Colour, bold: bool) -> None:
        half = np.array(text_size(words, px, bold=bold)) / 2
        size = np.array(self._pen.size, np.float64)
        spots = []
        for at, away in places:
            # The rectangle of the words touches a circle round the place.
            centre = at + away * (_APART_PX + np.abs(away) @ half)
            spots.append(np.clip(centre, half + _PAD_PX, size - half - _PAD_PX))
        best = min(spots, key=lambda spot: self._covered(spot, half))
        self._pen.text(words, best.tolist(), px=px, colour=colour, anchor=(0.5, 0.5), bold=bold, halo=True)
        self._taken.append(np.concatenate([best - half - _PAD_PX, best + half + _PAD_PX]))

    def _covered(self, spot: F64, half: F64) -> float:
        if not self._taken:
            return 0.0
        taken = np.stack(self._taken)
        shared = np.minimum(taken[:, 2:], spot + half) - np.maximum(taken[:, :2], spot - half)
        return float(np.maximum(shared, 0.0).prod(axis=1).sum())
