import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.road_users import RoadUser
from catseye.core.truth import Truth, track_boxes
from catseye.studio.film_check import check_film, overlaps


def truth_of(box: tuple[float, float, float, float], visible: float = 1.0) -> Truth:
    no = np.zeros(1, np.bool_)
    return Truth(
        boxes=track_boxes([(0, 7, box, int(RoadUser.CAR), 1.0)]),
        ignored=no,
        parked=no,
        stopped=no,
        kinds=frozenset({RoadUser.CAR}),
        frames=1,
        visible=np.array([visible]),
    )


def mask(x1: int, y1: int, x2: int, y2: int, number: int = 7) -> np.ndarray:
    picture = np.zeros((100, 200), np.uint16)
    picture[y1:y2, x1:x2] = number
    return picture


@given(st.integers(0, 100), st.integers(0, 50), st.integers(12, 90), st.integers(12, 48))
def test_a_body_that_is_where_its_box_says_overlaps_wholly(x: int, y: int, width: int, height: int) -> None:
    found = overlaps(truth_of((x, y, x + width, y + height)), [(0, mask(x, y, x + width, y + height))])
    assert found.tolist() == [1.0]


def test_a_body_elsewhere_or_of_another_number_is_found_out() -> None:
    truth = truth_of((10, 10, 50, 40))
    assert check_film(truth, [(0, mask(10, 10, 50, 40))]).passed
    assert not check_film(truth, [(0, mask(16, 10, 56, 40))]).passed
    assert overlaps(truth, [(0, mask(10, 10, 50, 40, number=8))]).tolist() == [0.0]


@pytest.mark.parametrize(("box", "visible"), [((10, 10, 50, 40), 0.5), ((10, 10, 50, 20), 1.0)])
def test_the_hidden_and_the_small_are_not_compared_and_nobody_is_no_pass(
    box: tuple[float, float, float, float], visible: float
) -> None:
    assert not len(overlaps(truth_of(box, visible), [(0, mask(0, 0, 1, 1))]))
    assert not check_film(truth_of(box, visible), [(0, mask(0, 0, 1, 1))]).passed
