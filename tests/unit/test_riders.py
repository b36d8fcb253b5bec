import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core import boxes
from catseye.core.detection import Detections, whole_frame
from catseye.core.road_users import TWO_WHEELERS, RoadUser
from catseye.vision.riders import merge_riders

PERSON, BICYCLE, MOTORCYCLE = RoadUser.PEDESTRIAN, RoadUser.BICYCLE, RoadUser.MOTORCYCLE
Row = tuple[float, float, float, float, float, RoadUser]


def street(*rows: Row) -> Detections:
    table = np.array([row[:5] for row in rows], np.float32).reshape(-1, 5)
    kinds = np.array([row[5] for row in rows], np.int16)
    size = (400, 400)
    return Detections(at_ns=0, size=size, searched=whole_frame(size), xyxy=table[:, :4], confidence=table[:, 4], road_user=kinds)


BIKE: Row = (100, 150, 160, 190, 0.39, BICYCLE)


@pytest.mark.parametrize("machine", sorted(TWO_WHEELERS))
def test_a_rider_and_a_machine_are_one_road_user_of_the_machines_kind(machine: RoadUser) -> None:
    merged = merge_riders(street((115, 110, 145, 182, 0.8, PERSON), (*BIKE[:5], machine)))
    assert merged.road_user.tolist() == [machine]
    assert merged.xyxy.tolist() == [[100, 110, 160, 190]]
    assert merged.confidence.tolist() == pytest.approx([0.8])


def test_a_rider_whom_the_machines_box_already_holds_is_not_counted_again() -> None:
    merged = merge_riders(street((104, 101, 126, 170, 0.8, PERSON), (100, 100, 130, 180, 0.6, RoadUser.TWO_WHEELER)))
    assert merged.road_user.tolist() == [RoadUser.TWO_WHEELER]


@pytest.mark.parametrize(
    "person",
    [
        pytest.param((115, 110, 145, 190, 0.8, PERSON), id="feet on the ground between the wheels: walks the bicycle"),
        pytest.param((60, 110, 90, 182, 0.8, PERSON), id="beside it"),
        pytest.param((150, 110, 178, 182, 0.8, PERSON), id="before the front wheel"),
        pytest.param((120, 130, 140, 152, 0.8, PERSON), id="far behind it: too small, and the feet are higher than the saddle"),
        pytest.param((80, 10, 180, 170, 0.8, PERSON), id="near the camera: too tall"),
        pytest.param((115, 110, 145, 182, 0.8, RoadUser.CAR), id="no person"),
        pytest.param((115, 110, 145, 182, 1.0, PERSON), id="far surer than the machine"),
    ],
)
def test_who_does_not_ride_stays_apart(person: Row) -> None:
    assert len(merge_riders(street(person, BIKE))) == 2


def test_two_riders_side_by_side_keep_their_own_machines() -> None:
    merged = merge_riders(
        street(
            (115, 110, 145, 182, 0.8, PERSON),
            (215, 110, 245, 182, 0.7, PERSON),
            (200, 150, 260, 190, 0.6, MOTORCYCLE),
            BIKE,
        ),
    )
    assert merged.xyxy.tolist() == [[200, 110, 260, 190], [100, 110, 160, 190]]
    assert merged.road_user.tolist() == [MOTORCYCLE, BICYCLE]


def test_an_empty_street_stays_empty() -> None:
    assert len(merge_riders(street())) == 0


rows = st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 60)] * 2, st.integers(1, 10), st.sampled_from(list(RoadUser)))
streets = st.lists(rows, max_size=8).map(lambda rows: street(*((x, y, x + w, y + h, c / 10, kind) for x, y, w, h, c, kind in rows)))


@settings(max_examples=25)
@given(streets)
def test_merging_adds_nobody_and_removes_only_pedestrians(before: Detections) -> None:
    after = merge_riders(before)
    for kind in RoadUser:
        was, is_ = (int((d.road_user == kind).sum()) for d in (before, after))
        assert is_ <= was if kind is PERSON else is_ == was


@settings(max_examples=25)
@given(streets)
def test_merging_twice_changes_nothing(before: Detections) -> None:
    once = merge_riders(before)
    twice = merge_riders(once)
    assert twice.xyxy.tolist() == once.xyxy.tolist()
    assert twice.road_user.tolist() == once.road_user.tolist()


@settings(max_examples=25)
@given(streets)
def test_every_pedestrian_is_still_somewhere(before: Detections) -> None:
    after = merge_riders(before)
    people = before.xyxy[before.road_user == PERSON]
    if len(people):
        assert boxes.covered(people, after.xyxy).max(axis=1).min() > 0.999
