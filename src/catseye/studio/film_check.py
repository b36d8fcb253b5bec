"""Whether a film shows bodies where its truth has them: true boxes against the renderer's own body numbers, pixel by pixel."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.geometry import F64
from catseye.core.truth import Truth
from catseye.studio.traffic.checks import Check

LEAST_IOU = 0.9
CLEAR, TALL_PX = 0.9, 12.0  # who is hidden or cut more, or smaller, is not compared: a pixel is too much of them
Mask = tuple[int, npt.NDArray[np.uint16]]


def overlaps(truth: Truth, masks: Iterable[Mask]) -> F64:
    """Overlap (N,) of each clearly seen true box with the box around its body's pixels; 0 where it has none.

    ``masks`` are frames, counted from 0, with body numbers as pixels (H, W).
    """
    assert truth.visible is not None
    tall = truth.boxes.xyxy[:, 3] - truth.boxes.xyxy[:, 1] >= TALL_PX
    found: list[float] = []
    for frame, mask in masks:
        for row in np.flatnonzero((truth.boxes.frame == frame) & tall & (truth.visible >= CLEAR)).tolist():
            y, x = np.nonzero(mask == truth.boxes.number[row])
            around = np.array([[x.min(), y.min(), x.max() + 1, y.max() + 1]], np.float64) if len(x) else np.zeros((1, 4))
            found.append(float(boxes.iou(truth.boxes.xyxy[[row]], around)[0, 0]))
    return np.array(found, np.float64)


def check_film(truth: Truth, masks: Iterable[Mask]) -> Check:
    """The median overlap, and the share of boxes that overlap by 0.9."""
    found = overlaps(truth, masks)
    name = "boxes are those of the rendered bodies"
    bound = f"median above {LEAST_IOU}"
    if not len(found):
        return Check(name=name, found="nobody in clear view", bound=bound, passed=False)
    median, low = np.percentile(found, [50, 5])
    text = f"IoU median {median:.3f}, p5 {low:.3f}, {(found > LEAST_IOU).mean():.0%} above {LEAST_IOU}, {len(found)} boxes"
    return Check(name=name, found=text, bound=bound, passed=bool(median > LEAST_IOU))
