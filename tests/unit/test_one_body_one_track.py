"""False boxes that ride along with a body, and boxes around nothing that jump: none is a road user of its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Lane
from catseye.core.traffic import Incident, Violation
from catseye.rules.ground import GroundView
from catseye.testing.ground import Row, moment, road, times, unit, watch
from catseye.traffic.doubles import Doubles
from catseye.traffic.engine import Moment
from catseye.traffic.incidents.engine import Incidents
from catseye.traffic.motion import across_m, spread_m2
from catseye.traffic.situation import Watch
from catseye.traffic.violations.engine import Violations

EYE_M = np.array([0.0, -45.0])  # of the camera over the testing road, 30 m up


def view() -> GroundView:
    return watch(road()).view


def rides(t: float, times_as_far: float, *, speed: float = 8.0) -> list[Row]:
    """A car to the east, and a box on it whose foot is seen so many times as far from the camera."""
    x = -20 + speed * t
    body: Row = (1, RoadUser.CAR, x, 0.0, speed, 0.0)
    far = EYE_M + times_as_far * (np.array([x, 0.0]) - EYE_M)
    return [body, (2, RoadUser.CAR, float(far[0]), float(far[1]), times_as_far * speed, 0.0)]


def doubles(moments: list[Moment], of: GroundView | None = None) -> set[int]:
    """The numbers that are ever taken for doubles."""
    found = Doubles(of or view())
    return {int(n) for one in moments for n in one.seen.number[found.update(one.seen)]}


@given(high=st.floats(1.0, 2.3), speed=st.floats(4.0, 20.0))
@settings(max_examples=20, deadline=None)
def test_a_box_that_rides_along_is_the_double_of_its_body(high: float, speed: float) -> None:
    far = 30.0 / (30.0 - high)  # similar triangles
    assert doubles([moment(t, rides(t, far, speed=speed)) for t in times(3)]) == {2}


def test_what_would_be_higher_than_its_body_is_no_double() -> None:
    assert doubles([moment(t, rides(t, 30.0 / (30.0 - 3.0))) for t in times(3)]) == set()


@pytest.mark.parametrize("vx", [-8.6, 4.0, 14.0, 0.0])
def test_who_goes_otherwise_is_nobodys_double(vx: float) -> None:
    def at(t: float) -> Moment:
        body, (number, kind, x, y, _, _) = rides(t, 1.07)
        return moment(t, [body, (number, kind, x, y, vx, 0.0)])

    assert doubles([at(t) for t in times(3)]) == set()


def test_who_drives_before_another_on_a_road_that_leads_away_is_no_double() -> None:
    rows = [
        moment(t, [(1, RoadUser.TRUCK, 0.0, -20 + 8 * t, 0.0, 8.0), (2, RoadUser.CAR, 0.0, -16.5 + 8.5 * t, 0.0, 8.6)])
        for t in times(3)
    ]
    assert doubles(rows) == set()


def test_all_who_stand_are_nobodys_doubles() -> None:
    rows = [moment(t, [(k, RoadUser.CAR, 0.0, 3.0 * k, 0.0, 0.0) for k in range(3)]) for t in times(5)]
    assert doubles(rows) == set()


def test_a_moment_alike_makes_no_double() -> None:
    rows = [moment(t, rides(t, 1.07)) for t in times(0.4)]
    rows += [moment(t, [rides(t, 1.07)[0], (2, RoadUser.CAR, 0.0, 3.0, -8.0, 0.0)]) for t in times(3)[2:]]
    assert doubles(rows) == set()


def of_kind(of: Watch, moments: list[Moment], kind: str) -> list[Incident | Violation]:
    """The incidents that open and the violations, of one kind."""
    stream, run = StreamId("s"), RunId("r")
    engines = Incidents(of, stream=stream, run=run), Violations(watch=of, stream=stream, run=run, errors_known=True)
    records = [record for one in moments for engine in engines for record in engine.update(one)]
    return [
        one
        for one in records
        if (isinstance(one, Violation) or (isinstance(one, Incident) and one.state == "opened")) and one.kind == kind
    ]


@pytest.mark.parametrize(("body_too", "due"), [(False, 2), (True, 0)])
def test_a_box_that_rides_along_in_the_lane_beside_goes_no_wrong_way(body_too: bool, due: int) -> None:
    far = 30.0 / (30.0 - 2.4)  # 3.9 m further off: in the lane to the west
    rows = [moment(t, rides(t, far)[0 if body_too else 1 :]) for t in times(4.5)]
    assert len(of_kind(watch(road()), rows, "wrong_way")) == due


@pytest.mark.parametrize(("body_too", "due"), [(False, 1), (True, 0)])
def test_a_box_that_rides_along_runs_no_light_of_the_lane_beside(body_too: bool, due: int) -> None:
    lanes = (
        Lane(name="ahead", points=unit([(-25, 0), (15, 0)]), approach="arm", signal="other"),
        Lane(name="left", points=unit([(-25, 3.9), (15, 3.9)]), approach="arm", signal="head"),
    )
    of = watch(road(lanes=lanes), (0.0, "red"))
    rows = [moment(t, rides(t, 30.0 / (30.0 - 2.4))[0 if body_too else 1 :]) for t in times(6)]
    assert len(of_kind(of, rows, "red_light")) == due


def test_on_a_road_that_leads_away_the_error_along_it_is_no_doubt_of_the_side() -> None:
    lanes = (
        Lane(name="in", points=unit([(-2.0, 40), (-2.0, -15)])),
        Lane(name="out", points=unit([(2.0, -15), (2.0, 40)])),
    )
    rows = [moment(t, [(1, RoadUser.CAR, 2.0, 35 - 8 * t, 0.0, -8.0)], error_m=1.0) for t in times(4)]
    (told,) = of_kind(watch(road(lanes=lanes)), rows, "wrong_way")[1:]
    assert told.place == "out"


def test_a_box_that_slides_across_the_lanes_drives_along_none() -> None:
    rows = [moment(t, [(1, RoadUser.CAR, 12 - 8 * t, -4 + 2.8 * t, -8.0, 2.8)]) for t in times(4)]
    straight = [moment(t, [(1, RoadUser.CAR, 20 - 8 * t, 0.0, -8.0, 0.0)]) for t in times(4)]
    assert of_kind(watch(road()), rows, "wrong_way") == []
    assert len(of_kind(watch(road()), straight, "wrong_way")) == 2


@pytest.mark.parametrize(("stood_s", "due"), [(0.0, 2), (4.0, 0)])
def test_a_box_that_slides_back_along_a_queue_goes_no_wrong_way(stood_s: float, due: int) -> None:
    still = [moment(t, [(1, RoadUser.CAR, 10.0, 0.0, 0.0, 0.0)]) for t in times(stood_s)]
    back = [moment(stood_s + t, [(1, RoadUser.CAR, 10 - 5 * t, 0.0, -5.0, 0.0)]) for t in times(2.6)]
    assert len(of_kind(watch(road()), still + back, "wrong_way")) == due


@pytest.mark.parametrize(("error_m", "due"), [(1.0, 2), (5.0, 0)])
def test_the_way_against_the_traffic_is_longer_than_the_errors_of_its_place(error_m: float, due: int) -> None:
    lane = Lane(name="in", points=unit([(0, 40), (0, -15)]))
    rows = [moment(t, [(1, RoadUser.CAR, 0.0, 5 * t, 0.0, 5.0)], error_m=error_m) for t in times(2.6)]
    assert len(of_kind(watch(road(lanes=[lane])), rows, "wrong_way")) == due


def test_between_both_sides_nobody_goes_against_either() -> None:
    rows = [moment(t, [(1, RoadUser.CAR, 20 - 8 * t, 1.7, -8.0, 0.0)]) for t in times(4)]
    assert of_kind(watch(road()), rows, "wrong_way") == []


@pytest.mark.parametrize(("length_m", "due"), [(2.0, 1), (6.0, 0)])
def test_who_came_drove_further_than_its_own_length(length_m: float, due: int) -> None:
    def at(t: float) -> Row:  # 4 m in half a second, once
        x = 8 * min(max(t - 10, 0.0), 0.5)
        return 1, RoadUser.CAR, x, 0.0, 8.0 if 10 <= t < 10.5 else 0.0, 0.0

    rows = [moment(t, [at(t)], length_m=length_m) for t in times(30)]
    assert len(of_kind(watch(road()), rows, "stopped_vehicle")) == due


@pytest.mark.parametrize(("away_s", "due"), [(10.0, 1), (30.0, 0)])
def test_who_is_lost_standing_has_come_when_it_is_found_again(away_s: float, due: int) -> None:
    def at(t: float) -> list[Row]:
        if t < 4:
            return [(1, RoadUser.CAR, min(-20 + 8 * t, 0.0), 0.0, 8.0 if t < 2.5 else 0.0, 0.0)]
        return [(2, RoadUser.CAR, 0.6, 0.0, 0.0, 0.0)] if t >= 4 + away_s else []

    rows = [moment(t, at(t)) for t in times(14 + away_s)]
    assert len(of_kind(watch(road()), rows, "stopped_vehicle")) == due


@given(error=st.floats(0.1, 3.0), x=st.floats(-20, 20), y=st.floats(-10, 30))
@settings(max_examples=30, deadline=None)
def test_errors_of_places_lie_along_the_line_of_sight(error: float, x: float, y: float) -> None:
    spread = spread_m2(view(), np.array([[x, y]]), np.array([error]))
    assert np.trace(spread[0]) == pytest.approx(error**2)
    sight = np.arctan2(y - EYE_M[1], x - EYE_M[0])
    assert across_m(spread, sight)[0] < across_m(spread, sight + np.pi / 2)[0]
    assert across_m(spread, sight)[0] == pytest.approx(across_m(spread, sight + np.pi)[0])
