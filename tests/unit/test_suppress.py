import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.vision.suppress import SAME_KIND_IOU, Found, keep_best, merge_regions

CAR, TRUCK, PERSON = RoadUser.CAR, RoadUser.TRUCK, RoadUser.PEDESTRIAN


def found(*rows: tuple[float, float, float, float, float, RoadUser]) -> Found:
    table = np.array([row[:5] for row in rows], np.float32).reshape(-1, 5)
    return Found(table[:, :4], table[:, 4], np.array([row[5] for row in rows], np.int16))


@st.composite
def many(draw: st.DrawFn) -> Found:
    rows = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(1, 30)] * 2, st.integers(1, 10), st.sampled_from(list(RoadUser)))
    return found(*((x, y, x + w, y + h, c / 10, kind) for x, y, w, h, c, kind in draw(st.lists(rows, max_size=12))))


@settings(max_examples=25)
@given(many())
def test_what_stays_was_there_and_no_two_of_a_kind_overlap(before: Found) -> None:
    after = keep_best(before)
    rows = {
        (*box, kind) for box, kind in zip(before.xyxy.tolist() and map(tuple, before.xyxy.tolist()), before.road_user, strict=True)
    }
    assert all((*map(float, box), kind) in rows for box, kind in zip(after.xyxy, after.road_user, strict=True))
    same = after.road_user[:, None] == after.road_user[None, :]
    overlap = boxes.iou(after.xyxy, after.xyxy) * same
    np.fill_diagonal(overlap, 0)
    assert (overlap < SAME_KIND_IOU).all()


@settings(max_examples=25)
@given(many())
def test_suppressing_twice_changes_nothing(before: Found) -> None:
    once = keep_best(before)
    assert keep_best(once).xyxy.tolist() == once.xyxy.tolist()


def test_two_opinions_of_one_vehicle_are_one() -> None:
    kept = keep_best(found((0, 0, 10, 10, 0.6, CAR), (0, 0, 10, 11, 0.7, TRUCK)))
    assert kept.road_user.tolist() == [TRUCK]


def test_a_person_before_a_vehicle_stays() -> None:
    assert len(keep_best(found((0, 0, 10, 10, 0.6, CAR), (0, 0, 10, 10, 0.7, PERSON)))) == 2


def test_a_box_cut_by_its_region_yields_to_the_whole_one_of_another_region() -> None:
    left, right = (0, 0, 60, 100), (30, 0, 100, 100)
    cut, whole = found((40, 10, 60, 30, 0.9, CAR)), found((40, 10, 80, 30, 0.5, CAR))
    assert merge_regions([cut, whole], [left, right], (100, 100)).xyxy.tolist() == [[40, 10, 80, 30]]


def test_a_box_cut_by_the_picture_itself_stays() -> None:
    first, second = (0, 0, 60, 100), (0, 0, 100, 100)
    parts = [found((0, 10, 20, 30, 0.9, CAR)), found((0, 10, 45, 30, 0.5, CAR))]
    assert len(merge_regions(parts, [first, second], (100, 100))) == 2


def test_the_same_box_from_two_regions_is_one() -> None:
    one = found((40, 10, 50, 30, 0.9, CAR))
    assert len(merge_regions([one, one], [(0, 0, 60, 100), (30, 0, 100, 100)], (100, 100))) == 1


def test_no_region_is_nothing() -> None:
    assert len(merge_regions([], [], (10, 10))) == 0
