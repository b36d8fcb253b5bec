import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.vision.letterbox import PAD_VALUE, place, whole_pixels


def test_stretching_fills_the_whole_input() -> None:
    bgr = np.full((40, 80, 3), 200, np.uint8)
    into = np.zeros((64, 64, 3), np.uint8)
    placement = place(bgr, (0, 0, 80, 40), into, keep_aspect=False)
    assert (into == 200).all()
    assert placement.scale == (64 / 80, 64 / 40)


def test_letterboxing_keeps_the_shape_and_greys_the_rest() -> None:
    bgr = np.full((40, 80, 3), 200, np.uint8)
    into = np.zeros((64, 64, 3), np.uint8)
    placement = place(bgr, (0, 0, 80, 40), into, keep_aspect=True)
    assert placement.scale == (0.8, 0.8)
    assert (into[:32] == 200).all()
    assert (into[32:] == PAD_VALUE).all()


def test_only_the_region_is_shown() -> None:
    bgr = np.zeros((40, 80, 3), np.uint8)
    bgr[10:20, 30:50] = (1, 2, 3)
    into = np.zeros((32, 32, 3), np.uint8)
    place(bgr, (30, 10, 50, 20), into, keep_aspect=False)
    assert (into == (1, 2, 3)).all()


@pytest.mark.parametrize("keep_aspect", [False, True])
@settings(max_examples=25)
@given(data=st.data())
def test_a_box_comes_back_where_it_was(data: st.DataObject, keep_aspect: bool) -> None:
    x1, y1 = data.draw(st.integers(0, 50)), data.draw(st.integers(0, 30))
    x2, y2 = data.draw(st.integers(x1 + 4, 90)), data.draw(st.integers(y1 + 4, 60))
    placement = place(np.zeros((60, 90, 3), np.uint8), (x1, y1, x2, y2), np.zeros((32, 48, 3), np.uint8), keep_aspect=keep_aspect)
    box = np.array([[x1 + 1, y1 + 1, x2 - 1, y2 - 1]], np.float32)
    shown = (box - np.array([x1, y1, x1, y1])) * np.array(placement.scale * 2)
    np.testing.assert_allclose(placement.to_frame(shown.astype(np.float32)), box, atol=1e-3)


def test_boxes_do_not_leave_their_region() -> None:
    placement = place(np.zeros((60, 90, 3), np.uint8), (10, 10, 50, 40), np.zeros((32, 32, 3), np.uint8), keep_aspect=False)
    assert placement.to_frame(np.array([[-9, -9, 99, 99]], np.float32)).tolist() == [[10, 10, 50, 40]]


def test_a_region_is_the_pixels_it_touches_inside_the_picture() -> None:
    assert whole_pixels(np.array([1.2, -3.0, 9.1, 99.0], np.float32), (20, 10)) == (1, 0, 10, 10)
