"""Conflicts: TTC, DRAC, PET and who is told, over made-up moments whose measures are known by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.time import nanoseconds
from catseye.core.traffic import Conflict
from catseye.testing.ground import Row, moment, road, times, watch
from catseye.traffic.conflicts.closing import closings
from catseye.traffic.conflicts.engine import ConflictParams, Conflicts
from catseye.traffic.conflicts.footprints import footprints
from catseye.traffic.conflicts.severity import MASS_KG, delta_v_mps
from catseye.traffic.conflicts.swept import STEP_S
from catseye.traffic.engine import Moment

CAR, WALKS, BIKE = RoadUser.CAR, RoadUser.PEDESTRIAN, RoadUser.BICYCLE
WIDEST = ConflictParams(ttc_s=3.0, pet_s=5.0)
LENGTH_M, WIDTH_M = 4.5, 1.8  # of everyone in these moments


def told(moments: list[Moment], params: ConflictParams | None = None) -> list[Conflict]:
    of = watch(road())
    engine = Conflicts(of.fitted, of.view, stream=StreamId("s"), run=RunId("r"), params=params)
    found = [record for one in moments for record in engine.update(one)]
    found += engine.close(moments[-1].seen.at_ns)
    return [record for record in found if isinstance(record, Conflict)]


def crossing(late_s: float, *, fps: float = 10.0, kind: RoadUser = CAR, error_m: float = 0.1) -> list[Moment]:
    """One goes east over (0, 0) at 8 m/s, another north over it ``late_s`` later at 8 m/s."""
    rows = [
        [(1, CAR, -15 + 8 * t, 0.0, 8.0, 0.0), (2, kind, 0.0, -15 + 8 * (t - late_s), 0.0, 8.0)] for t in times(3.2 + late_s, fps)
    ]
    inside = [[row for row in pair if abs(row[2]) < 18 and abs(row[3]) < 18] for pair in rows]
    return [moment(t, row, error_m=error_m) for t, row in zip(times(3.2 + late_s, fps), inside, strict=True)]


@given(gap=st.floats(1.0, 20.0), fast=st.floats(6.0, 15.0), slow=st.floats(0.0, 5.0))
def test_ttc_of_two_in_line_is_gap_over_closing_speed_and_drac_its_square_over_twice_the_gap(
    gap: float, fast: float, slow: float
) -> None:
    seen = moment(0.0, [(1, CAR, 0.0, 0.0, fast, 0.0), (2, CAR, gap + LENGTH_M, 0.0, slow, 0.0)]).seen
    found = closings(seen, footprints(seen), 30.0)
    assert found.ttc_s.tolist() == pytest.approx([gap / (fast - slow)])
    assert found.drac_mps2.tolist() == pytest.approx([(fast - slow) ** 2 / (2 * gap)])


def test_two_on_foot_have_no_ttc_and_one_on_foot_has() -> None:
    for kinds, expected in (((WALKS, WALKS), 0), ((CAR, WALKS), 1), ((BIKE, WALKS), 1)):
        seen = moment(0.0, [(1, kinds[0], 0.0, 0.0, 2.0, 0.0), (2, kinds[1], 6.0, 0.0, 0.0, 0.0)]).seen
        assert len(closings(seen, footprints(seen), 3.0).ttc_s) == expected


def test_a_glance_that_the_errors_of_places_explain_is_none() -> None:
    rows: list[Row] = [(1, CAR, 0.0, 0.0, 10.0, 0.0), (2, CAR, 15.0, 1.6, 0.0, 0.0)]  # sides overlap by 0.2 m
    for error_m, expected in ((0.05, 1), (0.8, 0)):
        seen = moment(0.0, rows, error_m=error_m).seen
        assert len(closings(seen, footprints(seen), 3.0).ttc_s) == expected


@given(late=st.floats(1.2, 3.0), fps=st.sampled_from([5.0, 10.0]))
@settings(max_examples=8, deadline=None)
def test_pet_is_from_when_the_first_left_the_ground_to_when_the_second_comes(late: float, fps: float) -> None:
    (one,) = told(crossing(late, fps=fps), WIDEST)
    # The first has left the strip of the second when its rear is over its side; the second comes with its front at the near side.
    true = late - (LENGTH_M + WIDTH_M) / 8
    assert one.pet_s is not None
    assert -1e-3 <= one.pet_s - true <= 2 * STEP_S + 1e-3  # leaving and coming are each seen up to a step late, or early
    assert one.kind == "crossing"
    assert one.angle_rad == pytest.approx(np.pi / 2, abs=1e-3)
    assert one.point_m == pytest.approx((0.0, 0.0), abs=LENGTH_M)


def test_only_what_is_severe_is_told() -> None:
    assert told(crossing(4.2)) == []
    assert [one.pet_s for one in told(crossing(4.2), WIDEST)] == pytest.approx([4.2 - (LENGTH_M + WIDTH_M) / 8], abs=2 * STEP_S)
    assert len(told(crossing(1.5))) == 1


@pytest.mark.parametrize("aside_m", [0.5, 1.0])
def test_of_one_that_drives_through_another_nothing_is_told(aside_m: float) -> None:
    rows = [[(1, CAR, -15 + 8 * t, 0.0, 8.0, 0.0), (2, CAR, 0.0, aside_m, 0.0, 0.0)] for t in times(4.0, 10.0)]
    assert len(told([moment(t, row) for t, row in zip(times(4.0, 10.0), rows, strict=True)])) == 0


def test_who_follows_has_no_pet() -> None:
    def rows(t: float) -> list[Row]:
        return [(n, CAR, x + 8 * t, 0.0, 8.0, 0.0) for n, x in ((1, -15.0), (2, -23.0)) if abs(x + 8 * t) < 18]

    assert told([moment(t, rows(t)) for t in times(5.0, 10.0)], WIDEST) == []


def test_who_drives_up_and_brakes_late_is_told_as_a_rear_end_conflict_once() -> None:
    def rows(t: float) -> list[Row]:
        brakes = 12 * t - 2.0 * t**2 if t < 3 else 18.0
        return [(1, CAR, 8.0, 0.0, 0.0, 0.0), (2, CAR, -15.5 + brakes, 0.0, max(12 - 4 * t, 0.0), 0.0)]

    moments = [moment(t, rows(t)) for t in times(14.0, 10.0)]
    (one,) = told(moments)
    gap_m = [8 + 15.5 - LENGTH_M - (12 * t - 2 * t**2) for t in times(3.0, 10.0)]
    least = min(gap / (12 - 4 * t) for gap, t in zip(gap_m, times(3.0, 10.0), strict=True))
    assert one.kind == "rear_end"
    assert one.ttc_s == pytest.approx(least, abs=1e-3)
    assert one.pet_s is None
    assert one.speeds_mps[0] == 0.0  # the first is who stood ahead
    assert one.movements == ("", "")


def test_a_conflict_across_a_gap_nobody_watched_is_none() -> None:
    moments = crossing(2.0)
    broken = [one for one in moments if not 1.2 <= one.seen.at_ns / 1e9 <= 4.3]
    assert len(told(moments)) == 1
    assert [one.pet_s for one in told(broken, WIDEST) if one.pet_s is not None] == []


def test_who_is_cut_by_the_edge_of_the_picture_is_not_judged() -> None:
    def rows(t: float) -> list[Row]:
        return [(1, CAR, 60.0, 0.0, 0.0, 0.0), (2, CAR, 40.0 + 8 * t, 0.0, 8.0, 0.0)]

    assert told([moment(t, rows(t)) for t in times(1.5, 10.0)], WIDEST) == []


def test_the_same_moments_tell_the_same_records() -> None:
    assert told(crossing(1.4), WIDEST) == told(crossing(1.4), WIDEST)


@given(st.sampled_from(list(MASS_KG)), st.sampled_from(list(MASS_KG)), *[st.floats(-20, 20)] * 4)
def test_delta_v_keeps_the_momentum_and_adds_up_to_the_closing_speed(
    a: RoadUser, b: RoadUser, ax: float, ay: float, bx: float, by: float
) -> None:
    ours, theirs = delta_v_mps((a, b), ((ax, ay), (bx, by)))
    assert ours * MASS_KG[a] == pytest.approx(theirs * MASS_KG[b])
    assert ours + theirs == pytest.approx(np.hypot(bx - ax, by - ay))


def test_nothing_grows_with_hours() -> None:
    of = watch(road())
    engine = Conflicts(of.fitted, of.view, stream=StreamId("s"), run=RunId("r"))
    sizes = []
    for k in range(8):
        for one in crossing(1.5, fps=5.0):
            seen = replace(one.seen, at_ns=one.seen.at_ns + nanoseconds(5.0 * k), number=one.seen.number + 2 * k)
            engine.update(Moment(seen=seen))
        kept = (engine._open, engine._waiting, engine._movement, engine._times, engine._swept._past, engine._swept._fronts)
        sizes.append([len(part) for part in kept])
    assert sizes[0][0] > 0
    assert sizes[4] == sizes[5] == sizes[6] == sizes[7]
