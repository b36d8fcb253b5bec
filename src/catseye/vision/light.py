"""The light and weather of a street, told from its pictures alone.

Simple rules on a few figures of small pictures; ``docs/design/receipt.md`` has the table of how often they are right. Fog, and
whatever else hides the street's contrast, is ``unknown``: counts in it should not be taken at the word of a sunny day.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.frame import U8
from catseye.core.receipt import Light

WIDTH_PX = 320
_KERNEL = np.array([[-0.5, 0, 0, 1, 0, 0, -0.5]], np.float32)  # what is brighter than both sides 3 px away
_FALLS_PX = 5


class Look(NamedTuple):
    """The figures of a picture. Brightness 0..255; the others are shares 0..1.

    ``darkest``, ``middle`` and ``bright`` are the 2nd, 50th and 98th percentile of brightness. ``amber`` is the share of pixels in
    the colour of lamps (red over green over blue), ``green`` where green is the most, ``chroma`` the median of (max - min) / max,
    ``blown`` the share that is pure white. ``falling`` and ``rising`` are the shares of thin upright streaks that are there in one
    frame only: brighter than the frames before and after, and darker than both.
    """

    darkest: float
    middle: float
    bright: float
    amber: float
    green: float
    chroma: float
    blown: float
    falling: float
    rising: float


def shrunk(bgr: U8) -> U8:
    """The small picture, uint8 (h, ``WIDTH_PX``, 3), that ``look`` wants."""
    height = max(1, round(bgr.shape[0] * WIDTH_PX / bgr.shape[1]))
    return np.asarray(cv2.resize(bgr, (WIDTH_PX, height), interpolation=cv2.INTER_AREA), np.uint8)


def look(pictures: Sequence[U8], keep: npt.NDArray[np.bool_] | None = None) -> Look:
    """The figures of the middle one of three consecutive small pictures, over the pixels (h, w) to ``keep``.

    A falling drop is bright, and in one frame only (Garg and Nayar 2007, "Vision and rain"); noise and traffic brighten as often as
    they darken.
    """
    before, now, after = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) for picture in pictures)
    kept = np.ones(now.shape, np.bool_) if keep is None else keep
    if not kept.any():
        return Look(*[0.0] * len(Look._fields))
    blue, green, red = (pictures[1][..., band][kept].astype(np.float32) for band in range(3))
    most, least = np.maximum(np.maximum(blue, green), red), np.minimum(np.minimum(blue, green), red)
    levels = np.percentile(now[kept], [2, 50, 98])
    return Look(
        darkest=float(levels[0]),
        middle=float(levels[1]),
        bright=float(levels[2]),
        amber=float(np.mean((red > 1.03 * green) & (green > 1.1 * blue) & (green > 30))),
        green=float(np.mean((green > red) & (green > blue))),
        chroma=float(np.median((most - least) / (most + 1))),
        blown=float(np.mean(least >= 245)),
        falling=_streaks(now - np.maximum(before, after), kept),
        rising=_streaks(np.minimum(before, after) - now, kept),
    )


def _streaks(change: npt.NDArray[np.float32], kept: npt.NDArray[np.bool_]) -> float:
    thin = cv2.filter2D(np.maximum(change, 0), -1, _KERNEL)
    upright = cv2.erode(thin, np.ones((_FALLS_PX, 1), np.uint8))
    return float(np.mean(np.asarray(upright)[kept] > 4))


def judge(seen: Look) -> Light:
    """The light of a picture; ``unknown`` where the street's contrast is gone.

    Cameras lift a dark street to the brightness of noon, so night and dusk are told by the colour of lamps too. A low sun has that
    colour as well, but grass stays green in it, and under lamps hardly anything does. The glints of headlamps in the dark are no
    rain: drops are not seen there.
    """
    wet = seen.chroma < 0.08 and seen.middle < 95
    if seen.middle > 20 and seen.falling > 0.003 and seen.falling > (1.3 if wet else 1.8) * seen.rising:
        return "rain"
    if seen.darkest > 110:
        return "unknown"
    if seen.blown > 0.08 and seen.bright >= 250:
        return "glare"
    return _hour(seen)


def _hour(seen: Look) -> Light:
    if seen.middle < 45:
        return "dusk" if seen.darkest >= 10 and seen.middle > 30 else "night"
    if seen.amber > 0.2 and seen.green > 0.2:
        return "day"
    if seen.amber > 0.34 and seen.chroma > 0.18:
        return "night"
    dim = seen.middle < 72 and seen.bright > 2.2 * seen.middle
    return "dusk" if dim or (seen.amber > 0.2 and 0.12 < seen.chroma < 0.16) else "day"
