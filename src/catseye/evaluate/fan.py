"""Count lines drawn by the truth itself, where a clip has no scene: several across each flow, the same ones every time."""

import numpy as np

from catseye.core.boxes import F64
from catseye.core.geometry import XY
from catseye.core.scene import CountLine, Scene
from catseye.core.truth import Truth
from catseye.evaluate.crossings import Path, over_line, paths

MOST_LINES = 12
_SHARES = (0.3, 0.5, 0.7)  # of the way of a road user, where a line may be drawn
_HALF_HEIGHTS = 2.0  # half a line's length in heights of the box that crosses it in its middle
_MARGIN = 0.04  # of the picture, kept free along its edges
_MOVED_HEIGHTS = 2.0  # who goes less far than this draws no line
_APART = 0.12  # of the picture's diagonal, between the middles of two lines that run alike
_ALIKE = np.cos(np.radians(30))


def fan(truth: Truth, size: tuple[int, int]) -> Scene:
    """Up to twelve lines, square to the ways of road users at 30, 50 and 70 % of their length, the busiest first.

    A line that runs beside a busier one is left out. The choice looks at the truth alone, never at a result. ``size`` is the
    picture's (width, height).
    """
    ways = paths(truth)
    candidates = [line for way in ways for share in _SHARES if (line := _across(way, share, size)) is not None]
    busy = [sum(len(over_line(way, line, "", ("a", "b"))) for way in ways) for line in candidates]
    chosen: list[tuple[XY, XY]] = []
    for index in sorted(range(len(candidates)), key=lambda i: (-busy[i], i)):
        if len(chosen) == MOST_LINES:
            break
        if busy[index] and not any(_beside(candidates[index], other, size) for other in chosen):
            chosen.append(candidates[index])
    scale = np.asarray(size, np.float64)
    lines = []
    for n, ends in enumerate(chosen):
        (ax, ay), (bx, by) = (np.asarray(ends) / scale).round(4).tolist()
        lines.append(CountLine(name=f"test {n + 1:02d}", points=((ax, ay), (bx, by))))
    return Scene(drawn_for=size, lines=tuple(lines))


def _across(way: Path, share: float, size: tuple[int, int]) -> tuple[XY, XY] | None:
    """A line square to the way at a share of its length, in pixels; None where it would not lie well inside the picture."""
    foot = _smooth(way.foot)
    steps = np.hypot(*np.diff(foot, axis=0).T)
    gone = np.concatenate([[0.0], np.cumsum(steps)])
    height = float(np.median(way.height))
    if np.hypot(*(foot[-1] - foot[0])) < _MOVED_HEIGHTS * height:
        return None
    middle, before, after = (
        np.array([np.interp(at * gone[-1], gone, foot[:, axis]) for axis in (0, 1)]) for at in (share, share - 0.1, share + 0.1)
    )
    heading = (after - before) / max(float(np.hypot(*(after - before))), 1e-9)
    half = _HALF_HEIGHTS * float(np.interp(share * gone[-1], gone, way.height)) * np.array([-heading[1], heading[0]])
    low, high = _MARGIN * np.asarray(size), (1 - _MARGIN) * np.asarray(size)
    if (middle < low).any() or (middle > high).any():
        return None
    a, b = (_shortened(middle, middle + reach, low, high) for reach in (-half, half))
    return (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))


def _smooth(foot: F64) -> F64:
    """The way without the tremble of hand-drawn boxes: a running mean over nine frames."""
    padded = np.pad(foot, ((4, 4), (0, 0)), mode="edge")
    return np.asarray(np.stack([np.convolve(padded[:, axis], np.full(9, 1 / 9), "valid") for axis in (0, 1)], axis=1), np.float64)


def _shortened(start: F64, end: F64, low: F64, high: F64) -> F64:
    """``end`` drawn back towards ``start`` until it lies within [low, high]."""
    reach = end - start
    room = np.where(reach > 0, high - start, start - low)
    share = np.min(np.divide(room, np.abs(reach), out=np.ones(2), where=reach != 0))
    return np.asarray(start + min(1.0, float(share)) * reach, np.float64)


def _beside(a: tuple[XY, XY], b: tuple[XY, XY], size: tuple[int, int]) -> bool:
    """Whether two lines run alike and their middles are close."""
    p, q = np.asarray(a), np.asarray(b)
    u, v = p[1] - p[0], q[1] - q[0]
    alike = abs(float(u @ v)) >= _ALIKE * float(np.hypot(*u) * np.hypot(*v))
    return alike and float(np.hypot(*(p.mean(axis=0) - q.mean(axis=0)))) < _APART * float(np.hypot(*size))
