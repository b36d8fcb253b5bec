import numpy as np
import pytest

from catseye.core.scene import Mask, Scene
from catseye.privacy.masks import MaskLayer, outside_masks

LEFT_HALF = Mask(name="garden", polygon=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 3)])
def test_masked_pixels_are_black_and_others_untouched(shape: tuple[int, ...]) -> None:
    plane = np.full(shape, 77, np.uint8)
    shown = MaskLayer((LEFT_HALF,)).apply(plane)
    assert not shown[:, :33].any()
    assert (shown[:, 34:] == 77).all()
    assert (plane == 77).all()


def test_one_layer_fits_every_size_of_picture() -> None:
    layer = MaskLayer((LEFT_HALF,))
    for width in (64, 128, 64):
        shown = layer.apply(np.full((48, width), 9, np.uint8))
        assert not shown[:, : width // 2].any()
        assert shown[:, width // 2 + 2 :].all()


def test_without_masks_nothing_is_copied() -> None:
    plane = np.zeros((4, 4), np.uint8)
    assert MaskLayer(()).apply(plane) is plane


def test_who_stands_in_a_mask_is_told_by_the_foot() -> None:
    fitted = Scene(masks=(LEFT_HALF,)).fit((100, 100))
    boxes = np.array([[10, 10, 20, 40], [40, 10, 70, 40], [20, 10, 60, 40]], np.float32)
    assert outside_masks(boxes, fitted).tolist() == [False, True, False]
    assert outside_masks(boxes, Scene().fit((100, 100))).all()
    assert outside_masks(boxes[:0], fitted).shape == (0,)
