import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.road_users import RoadUser
from catseye.core.truth import Truth, track_boxes
from catseye.evaluate.detector import DetectorScore, Terms, score
from catseye.testing import ScriptedDetector, blank_frame
from catseye.wire import motchallenge

ALL = frozenset({RoadUser.CAR, RoadUser.PEDESTRIAN, RoadUser.BICYCLE, RoadUser.MOTORCYCLE})
Box = tuple[float, float, float, float]
CAR: Box = (100.0, 100.0, 160.0, 140.0)


def truth_of(
    rows: list[tuple[int, Box, RoadUser, float]], *, ignored: tuple[int, ...] = (), kinds: frozenset[RoadUser] = ALL
) -> Truth:
    """Rows of (frame, box, kind, visible share); ``ignored`` are row numbers."""
    no = np.zeros(len(rows), np.bool_)
    aside = no.copy()
    aside[list(ignored)] = True
    return Truth(
        boxes=track_boxes([(frame, n, box, kind, 1.0) for n, (frame, box, kind, _) in enumerate(rows)]),
        ignored=aside,
        parked=no,
        stopped=no,
        kinds=kinds,
        frames=max((row[0] for row in rows), default=-1) + 1,
        visible=np.array([row[3] for row in rows]),
    )


def judged(
    truth: Truth, seen: dict[int, list[tuple[float, float, float, float, float, RoadUser]]], **terms: float
) -> DetectorScore:
    return score([blank_frame(k) for k in range(truth.frames)], ScriptedDetector(dict(seen)), truth, Terms(**terms))


def test_found_right_wrong_and_false_are_told_apart() -> None:
    truth = truth_of(
        [
            (0, CAR, RoadUser.CAR, 1.0),
            (0, (300, 100, 320, 150), RoadUser.BICYCLE, 1.0),
            (0, (400, 100, 420, 150), RoadUser.PEDESTRIAN, 1),
        ]
    )
    seen = judged(
        truth,
        {0: [(*CAR, 0.9, RoadUser.CAR), (300, 100, 320, 150, 0.8, RoadUser.PEDESTRIAN), (500, 20, 540, 60, 0.5, RoadUser.TRUCK)]},
    )
    assert (seen.groups["motor vehicles"].found, seen.groups["motor vehicles"].right) == (1, 1)
    assert (seen.groups["two-wheelers"].found, seen.groups["two-wheelers"].right) == (1, 0)
    assert (seen.groups["pedestrians"].due, seen.groups["pedestrians"].found) == (1, 0)
    assert seen.false == {"truck": 1}
    assert seen.false_a_frame == 1.0


def test_what_is_faint_does_not_count_and_what_barely_overlaps_is_false() -> None:
    truth = truth_of([(0, CAR, RoadUser.CAR, 1.0)])
    assert judged(truth, {0: [(*CAR, 0.29, RoadUser.CAR)]}).groups["motor vehicles"].found == 0
    aside = judged(truth, {0: [(130, 100, 190, 140, 0.9, RoadUser.CAR)]})
    assert aside.groups["motor vehicles"].found == 0
    assert aside.false == {"car": 1}


@pytest.mark.parametrize(("visible", "box", "ignored"), [(0.5, CAR, ()), (1.0, (100, 100, 120, 108), ()), (1.0, CAR, (0,))])
def test_who_need_not_be_found_earns_neither_reward_nor_penalty(visible: float, box: Box, ignored: tuple[int, ...]) -> None:
    truth = truth_of([(0, box, RoadUser.CAR, visible)], ignored=ignored)
    for answer in ([], [(*box, 0.9, RoadUser.CAR)], [(box[0], box[1], box[2] - 8, box[3], 0.9, RoadUser.CAR)]):
        seen = judged(truth, {0: answer})
        assert seen.groups["motor vehicles"].due == 0
        assert seen.groups["motor vehicles"].recall is None
        assert seen.false == {}


def test_two_boxes_on_one_car_are_one_find_and_one_false() -> None:
    truth = truth_of([(0, CAR, RoadUser.CAR, 1.0)])
    seen = judged(truth, {0: [(*CAR, 0.9, RoadUser.CAR), (102, 100, 160, 140, 0.8, RoadUser.CAR)]})
    assert seen.groups["motor vehicles"].found == 1
    assert seen.false == {"car": 1}


def test_a_rider_and_a_machine_are_one_road_user() -> None:
    rider: Box = (200.0, 80.0, 230.0, 150.0)
    truth = truth_of([(0, rider, RoadUser.BICYCLE, 1.0)])
    seen = judged(truth, {0: [(205, 80, 225, 135, 0.8, RoadUser.PEDESTRIAN), (200, 110, 230, 150, 0.7, RoadUser.BICYCLE)]})
    assert (seen.groups["two-wheelers"].found, seen.groups["two-wheelers"].right) == (1, 1)
    assert seen.false == {}


def test_kinds_that_nobody_marked_are_no_false_boxes() -> None:
    truth = truth_of([(0, CAR, RoadUser.CAR, 1.0)], kinds=frozenset({RoadUser.CAR}))
    assert judged(truth, {0: [(300, 100, 320, 150, 0.9, RoadUser.PEDESTRIAN)]}).false == {}


def test_heights_and_frames_left_out() -> None:
    truth = truth_of([(k, CAR, RoadUser.CAR, 1.0) for k in range(10)])
    seen = score([blank_frame(k) for k in range(10)], ScriptedDetector({0: [(*CAR, 0.9, RoadUser.CAR)]}), truth, Terms(), every=5)
    assert seen.frames == 2
    assert seen.heights["motor vehicles"] == {"32 to 64 px": seen.groups["motor vehicles"]}
    assert seen.groups["motor vehicles"].recall == 0.5


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.floats(0.3, 1.0)), min_size=1, max_size=12, unique_by=lambda c: c[:2]
    )
)
def test_the_truth_itself_finds_everyone_and_nothing_false(cells: list[tuple[int, int, float]]) -> None:
    rows = [(0, (x * 100.0, y * 70.0, x * 100.0 + 60, y * 70.0 + 40), RoadUser.CAR, 1.0) for x, y, _ in cells]
    truth = truth_of([(frame, (x1, y1, x2, y2), kind, seen) for frame, (x1, y1, x2, y2), kind, seen in rows])
    found = judged(truth, {0: [(*row[1], confidence, RoadUser.CAR) for row, (_, _, confidence) in zip(rows, cells, strict=True)]})
    assert found.groups["motor vehicles"].recall == 1.0
    assert found.false == {}


def test_visibility_is_read_from_a_truth_of_nine_columns() -> None:
    truth = motchallenge.decode_truth("1,1,10,10,20,20,1,3,0.4\n2,1,10,10,20,20,1,3,1\n")
    assert truth.visible is not None
    assert truth.visible.tolist() == [0.4, 1.0]
    assert motchallenge.decode_truth("1,1,10,10,20,20,1\n").visible is None
