"""Lays a region of a picture into a network's input, and brings boxes back from there."""

from dataclasses import dataclass

import cv2
import numpy as np

from catseye.core.boxes import F32
from catseye.core.frame import U8

PAD_VALUE = 114  # the grey that letterboxed detectors were trained with


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a region lies in an input: input px = (frame px - its upper left corner) * scale.

    ``region`` is x1, y1, x2, y2 in frame px, ``scale`` along x and y.
    """

    region: tuple[int, int, int, int]
    scale: tuple[float, float]

    def to_frame(self, xyxy: F32) -> F32:
        """Boxes (N, 4) of the input as boxes of the frame, cut to the region."""
        x1, y1, x2, y2 = self.region
        boxes = xyxy / np.array(self.scale * 2, np.float32) + np.array([x1, y1, x1, y1], np.float32)
        return np.clip(boxes, np.array([x1, y1, x1, y1]), np.array([x2, y2, x2, y2])).astype(np.float32)


def whole_pixels(region: F32, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The pixels a region (4,) touches, inside a picture of ``size`` (width, height)."""
    x1, y1 = np.floor(region[:2]).astype(int).tolist()
    x2, y2 = np.ceil(region[2:]).astype(int).tolist()
    return max(x1, 0), max(y1, 0), min(x2, size[0]), min(y2, size[1])


def place(bgr: U8, region: tuple[int, int, int, int], into: U8, *, keep_aspect: bool) -> Placement:
    """Scale the pixels of ``region`` of ``bgr`` (H, W, 3) into all of ``into`` (h, w, 3), which is overwritten.

    With ``keep_aspect`` both axes scale alike, the picture lies at the top left and the rest is grey.
    """
    x1, y1, x2, y2 = region
    crop = bgr[y1:y2, x1:x2]
    height, width = into.shape[:2]
    scale_x, scale_y = width / (x2 - x1), height / (y2 - y1)
    if keep_aspect:
        scale_x = scale_y = min(scale_x, scale_y)
    scaled_to = (max(round((x2 - x1) * scale_x), 1), max(round((y2 - y1) * scale_y), 1))
    # Area averaging costs more and only matters where linear interpolation would skip pixels.
    method = cv2.INTER_AREA if scale_x < 0.5 and scale_y < 0.5 else cv2.INTER_LINEAR
    if scaled_to == (width, height):
        cv2.resize(crop, scaled_to, dst=into, interpolation=method)
    else:
        into[...] = PAD_VALUE
        into[: scaled_to[1], : scaled_to[0]] = cv2.resize(crop, scaled_to, interpolation=method)
    return Placement(region=region, scale=(scale_x, scale_y))
