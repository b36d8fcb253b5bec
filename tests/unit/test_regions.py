"""Which parts of a frame are looked at: all that moves, wholly, in few windows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.boxes import F32
from catseye.core.detection import whole_frame
from catseye.vision.regions import MOST_WINDOWS, cut_by_window, plan_regions

HD = (1920, 1080)
INPUT = (512, 512)


@st.composite
def moving(draw: st.DrawFn) -> F32:
    def one() -> tuple[int, int, int, int]:
        x, y = draw(st.integers(0, 1900)), draw(st.integers(0, 1060))
        return x, y, min(1920, x + draw(st.integers(4, 500))), min(1080, y + draw(st.integers(4, 500)))

    return np.array([one() for _ in range(draw(st.integers(0, 8)))], np.float32).reshape(-1, 4)


@settings(max_examples=80, deadline=None)
@given(moving())
def test_all_that_moves_is_wholly_in_some_window(active: F32) -> None:
    regions = plan_regions(active, HD, INPUT)
    assert 1 <= len(regions) <= MOST_WINDOWS
    assert regions.dtype == np.float32
    assert (regions[:, :2] >= 0).all()
    assert (regions[:, 2:] <= np.array(HD) + 0.01).all()
    for box in active:
        assert any((box[:2] >= r[:2] - 0.5).all() and (box[2:] <= r[2:] + 0.5).all() for r in regions)


def test_a_frame_near_the_detectors_input_is_looked_at_whole() -> None:
    active = np.array([[10, 10, 30, 30]], np.float32)
    assert (plan_regions(active, (768, 576), INPUT) == whole_frame((768, 576))).all()


def test_a_small_far_thing_on_a_large_frame_is_looked_at_closely() -> None:
    (window,) = plan_regions(np.array([[900, 500, 920, 520]], np.float32), HD, INPUT)
    assert window[2] - window[0] < 800
    assert window[3] - window[1] < 800


def test_a_busy_or_filled_frame_is_looked_at_whole() -> None:
    corners = np.array([[x, y, x + 20, y + 20] for x in (50, 950, 1850) for y in (50, 1000)], np.float32)
    assert (plan_regions(corners, HD, INPUT) == whole_frame(HD)).all()
    assert (plan_regions(np.array([[0, 0, 1500, 900]], np.float32), HD, INPUT) == whole_frame(HD)).all()


def test_a_box_cut_by_a_window_is_known_unless_another_window_shows_it_whole() -> None:
    left, right = [0.0, 0.0, 700.0, 700.0], [500.0, 0.0, 1200.0, 700.0]
    found = np.array(
        [
            [100, 100, 200, 200],  # whole
            [600, 100, 700, 200],  # at the edge of the left window, whole in the right one
            [1100, 100, 1200, 200],  # cut
            [0, 300, 80, 420],  # at the edge of the picture, where no more can be seen
        ],
        np.float32,
    )
    assert cut_by_window(found, np.array([left, right], np.float32), HD).tolist() == [False, False, True, False]
