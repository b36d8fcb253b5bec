"""Parts of the view that are neither analysed nor shown."""

import cv2
import numpy as np
import numpy.typing as npt

from catseye.core import boxes, geometry
from catseye.core.boxes import Boxes
from catseye.core.frame import U8, Picture
from catseye.core.scene import FittedScene, Mask


class MaskLayer:
    """The masks of one scene, drawn once for each size of picture they meet."""

    def __init__(self, masks: tuple[Mask, ...]) -> None:
        self._polygons = [np.asarray(mask.polygon, np.float64).reshape(-1, 2) for mask in masks]
        self._keep: U8 | None = None

    def apply(self, plane: U8) -> U8:
        """``plane``, uint8 (H, W) or (H, W, 3), with every masked pixel black. Without masks it is the array that was given."""
        if not self._polygons:
            return plane
        keep = self._raster((plane.shape[1], plane.shape[0]))
        return np.asarray(cv2.bitwise_and(plane, plane, mask=keep), np.uint8)

    def _raster(self, size: tuple[int, int]) -> U8:
        if self._keep is None or self._keep.shape != (size[1], size[0]):
            keep = np.full((size[1], size[0]), 255, np.uint8)
            for polygon in self._polygons:
                corners = np.rint(polygon * size).astype(np.int32)
                cv2.fillPoly(keep, [corners], (0,))  # the border pixels belong to the mask
            self._keep = keep
        return self._keep


def outside_masks(xyxy: Boxes, fitted: FittedScene) -> npt.NDArray[np.bool_]:
    """Whether each of the boxes (N, 4) px stands on ground that no mask covers, judged by its foot point; bool (N,)."""
    outside = np.ones(len(xyxy), np.bool_)
    foot = boxes.foot(xyxy)
    for mask in fitted.scene.masks:
        outside &= ~geometry.inside(foot, fitted.polygon_px(mask.polygon))
    return outside


class MaskedPicture:
    """A picture whose masked parts are black before anything looks at it."""

    def __init__(self, picture: Picture, masks: MaskLayer) -> None:
        self._picture, self._masks = picture, masks

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self._picture.size

    def luma(self) -> U8:
        """Brightness, uint8 (H, W)."""
        return self._masks.apply(self._picture.luma())

    def bgr(self) -> U8:
        """Colour, uint8 (H, W, 3)."""
        return self._masks.apply(self._picture.bgr())
