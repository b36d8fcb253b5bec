"""Incidents: state machines that neither flap nor flood, and what each kind takes for evidence."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Lane, ZoneUse
from catseye.core.signals import SignalState
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.core.traffic import Incident
from catseye.testing.ground import Row, moment, road, times, unit, watch
from catseye.traffic.engine import Moment
from catseye.traffic.incidents.engine import INCIDENTS, Incidents
from catseye.traffic.incidents.machine import Evidence, Machine, Origin, Times
from catseye.traffic.situation import Watch

STREAM, RUN = StreamId("s"), RunId("r")
TIMES = Times(open_s=2.0, close_s=3.0, cooldown_s=5.0, merge_m=5.0)


def told(of: Watch, moments: list[Moment]) -> list[Incident]:
    engine = Incidents(of, stream=STREAM, run=RUN)
    found = [record for one in moments for record in engine.update(one)]
    found += engine.close(moments[-1].seen.at_ns)
    return [record for record in found if isinstance(record, Incident)]


def machine() -> Machine:
    of = watch(road())
    return Machine(kind="stopped_vehicle", times=TIMES, origin=Origin(stream=STREAM, run=RUN, fitted=of.fitted, view=of.view))


evidences = st.lists(
    st.tuples(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 2), st.floats(0.0, 30.0)), max_size=3)), min_size=1, max_size=80
)


@given(evidences)
@settings(max_examples=80, deadline=None)
def test_no_machine_flaps_faster_than_its_times(steps: list[tuple[int, list[tuple[int, float]]]]) -> None:
    of, at_ns, found = machine(), 0, []
    for tenths, items in steps:
        at_ns += tenths * NS_PER_S // 5
        one_each = dict(items)
        found += of.update(at_ns, [Evidence(key=key, point_m=(x, 0.0), place="p", reason="r") for key, x in one_each.items()])
    found += of.close(at_ns)
    by_id = {
        key: list(rows) for key, rows in itertools.groupby(sorted(found, key=lambda r: (r.id, r.revision)), key=lambda r: r.id)
    }
    ends = []
    for rows in by_id.values():
        assert [row.revision for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0].state == "opened"
        assert rows[-1].state == "closed"
        assert all(row.state == "updated" for row in rows[1:-1])
        assert rows[0].opened_ns - rows[0].at_ns >= nanoseconds(TIMES.open_s)
        assert all(a.seen_at_ns <= b.seen_at_ns for a, b in itertools.pairwise(rows))
        closed = rows[-1].closed_ns
        assert closed is not None
        if closed < at_ns:
            assert closed - rows[0].opened_ns >= nanoseconds(TIMES.close_s)
            ends.append((closed, rows[0].point_m[0]))
    for closed, x in ends:
        for rows in by_id.values():
            again = rows[0].opened_ns - closed
            if again >= 0 and abs(rows[0].point_m[0] - x) <= TIMES.merge_m:
                assert again >= nanoseconds(TIMES.cooldown_s)


def test_evidence_that_does_not_last_opens_nothing() -> None:
    of = machine()
    item = Evidence(key=1, point_m=(0.0, 0.0), place="p", reason="r")
    found = [record for k in range(60) for record in of.update(k * NS_PER_S // 5, [item] if k % 15 < 8 else [])]
    assert found == []


def test_what_was_not_observed_neither_opens_nor_closes() -> None:
    of = machine()
    item = Evidence(key=1, point_m=(0.0, 0.0), place="p", reason="r")
    assert of.update(0, [item]) == []
    assert of.update(10 * NS_PER_S, [item]) == []  # a gap: nobody knows that it lasted
    opened = [record for k in range(1, 11) for record in of.update(10 * NS_PER_S + k * NS_PER_S // 5, [item])]
    assert [record.state for record in opened] == ["opened"]
    assert of.update(60 * NS_PER_S, []) == []  # another gap: nobody knows that it ended


def test_a_vehicle_that_stands_in_a_free_lane_is_told_in_seconds() -> None:
    rows = [moment(t, [(1, RoadUser.CAR, min(8 * t - 20, -4.0), 0.0, 8.0 if t < 2 else 0.0, 0.0)]) for t in times(20)]
    found = told(watch(road()), rows)
    assert [record.kind for record in found if record.state == "opened"] == ["stopped_vehicle"]
    assert found[0].place == "east"
    assert found[0].seen_at_ns <= 8 * NS_PER_S
    assert "nothing ahead" in found[0].reason


def arrives(t: float, number: int, x: float) -> Row:
    """A car that drives up to x in a second, and stands."""
    return number, RoadUser.CAR, x - 8.0 * max(0.0, 1.0 - t), 0.0, 8.0 if t < 1.0 else 0.0, 0.0


def test_a_queue_has_one_incident_at_its_head() -> None:
    rows = [moment(t, [arrives(t, k, 5.0 - 8.0 * k) for k in range(3)]) for t in times(20)]
    found = [record for record in told(watch(road()), rows) if record.state == "opened" and record.kind == "stopped_vehicle"]
    assert [record.point_m for record in found] == [pytest.approx((5.0, 0.0))]


@pytest.mark.parametrize(("state", "due"), [("red", False), ("amber", False), ("unknown", False), ("off", False), ("green", True)])
def test_who_waits_at_a_line_is_excused_unless_it_shows_green(state: SignalState, due: bool) -> None:
    of = watch(road(approach="west arm", signal="head"), (0.0, state))
    assert bool(told(of, [moment(t, [arrives(t, 1, 20.0)]) for t in times(60)])) == due


def test_green_is_counted_from_when_it_came() -> None:
    of = watch(road(approach="west arm", signal="head"), (0.0, "red"), (50.0, "green"))
    rows = [moment(t, [(1, RoadUser.CAR, 20.0, 0.0, 0.0, 0.0)]) for t in times(90)]
    (first, *_) = told(of, rows)
    assert 70 * NS_PER_S <= first.seen_at_ns <= 80 * NS_PER_S


@pytest.mark.parametrize("use", ["parking"])
def test_who_is_parked_where_that_is_meant_is_no_incident(use: ZoneUse) -> None:
    of = watch(road(zones=((use, [(-10, -3), (10, -3), (10, 3), (-10, 3)]),)))
    rows = [moment(t, [(1, RoadUser.CAR, 0.0, 0.0, 0.0, 0.0)]) for t in times(60)]
    assert told(of, rows) == []


@pytest.mark.parametrize(("seconds", "due"), [(40.0, False), (80.0, True)])
def test_a_box_that_nobody_drove_into_is_a_vehicle_only_after_a_minute(seconds: float, due: bool) -> None:
    rows = [moment(t, [(1, RoadUser.CAR, 0.0, 0.0, 0.0, 0.0)]) for t in times(seconds)]
    assert bool(told(watch(road()), rows)) == due


def test_where_others_drive_through_nobody_stands() -> None:
    def at(t: float) -> Moment:
        rows: list[Row] = [arrives(t, 1, 0.0), (2 + int(t // 5), RoadUser.CAR, -25 + 10 * (t % 5), 0.3, 10.0, 0.0)]
        return moment(t, rows)

    found = told(watch(road()), [at(t) for t in times(30)])
    assert "stopped_vehicle" not in {record.kind for record in found}


def test_what_seems_to_jump_back_to_the_next_vehicle_goes_no_wrong_way() -> None:
    def at(t: float) -> Row:
        x, v = (-20 + 15 * t, 15.0) if t < 2.0 else (10 - 9 * (t - 2.0), -9.0) if t < 3.6 else (-4.4 + 15 * (t - 3.6), 15.0)
        return 1, RoadUser.CAR, x, 0.0, v, 0.0

    assert told(watch(road()), [moment(t, [at(t)]) for t in times(5)]) == []


def test_who_drives_in_and_comes_back_against_the_traffic_is_told_later() -> None:
    rows = [moment(t, [(1, RoadUser.CAR, -20 + 10 * t, 0.0, 10.0, 0.0)]) for t in times(4)]
    rows += [moment(4 + t, [(1, RoadUser.CAR, 20 - 7 * t, 0.0, -7.0, 0.0)]) for t in times(5.5)]
    (first, *_) = told(watch(road()), rows)
    assert first.kind == "wrong_way"
    assert first.seen_at_ns >= 7 * NS_PER_S


@pytest.mark.parametrize("v", [0.0, 5.0])
def test_what_stands_like_a_post_or_rides_is_nobody_on_foot(v: float) -> None:
    rows = [moment(t, [(1, RoadUser.PEDESTRIAN, -20 + v * t, 0.0, v, 0.0)], length_m=0.5) for t in times(8)]
    assert told(watch(road()), rows) == []


@pytest.mark.parametrize(("vx", "due"), [(8.0, False), (-8.0, True)])
def test_against_the_traffic(vx: float, due: bool) -> None:
    begin = -20.0 if vx > 0 else 20.0
    rows = [moment(t, [(1, RoadUser.CAR, begin + vx * t, 0.0, vx, 0.0)]) for t in times(4.5)]
    found = [record.kind for record in told(watch(road()), rows) if record.state == "opened"]
    assert found == (["wrong_way"] if due else [])


def test_a_place_that_may_be_in_the_other_lane_is_no_wrong_way() -> None:
    rows = [moment(t, [(1, RoadUser.CAR, 20 - 8.0 * t, 1.0, -8.0, 0.0)], error_m=1.0) for t in times(4.5)]
    assert told(watch(road()), rows) == []


@pytest.mark.parametrize(("y", "due"), [(0.0, True), (-6.0, False)])
def test_on_foot_on_the_carriageway(y: float, due: bool) -> None:
    rows = [moment(t, [(1, RoadUser.PEDESTRIAN, -10 + 1.2 * t, y, 1.2, 0.0)], length_m=0.5) for t in times(8)]
    assert bool(told(watch(road()), rows)) == due


def test_on_foot_on_a_crossing_is_no_incident() -> None:
    of = watch(road(zones=(("crossing", [(-3, -4), (3, -4), (3, 8), (-3, 8)]),)))
    rows = [moment(t, [(1, RoadUser.PEDESTRIAN, 0.0, -2 + 0.5 * t, 0.0, 0.5)], length_m=0.5) for t in times(12)]
    assert told(of, rows) == []


def test_a_queue_back_to_where_its_lane_begins() -> None:
    short = road(lanes=[Lane(name="out", points=unit([(-6, 0), (25, 0)]), limit_kmh=50.0)])
    rows = [moment(t, [(k, RoadUser.CAR, -2.0 + 8.0 * k, 0.0, 0.0, 0.0) for k in range(3)]) for t in times(20)]
    assert "queue_spill_back" in {record.kind for record in told(watch(short), rows)}
    only_last = [moment(t, [(1, RoadUser.CAR, 14.0, 0.0, 0.0, 0.0), (2, RoadUser.CAR, 22.0, 0.0, 0.0, 0.0)]) for t in times(20)]
    assert "queue_spill_back" not in {record.kind for record in told(watch(short), only_last)}


def test_traffic_that_breaks_down_and_not_traffic_that_always_crawled() -> None:
    def flow(t: float, speed: float) -> Moment:
        rows: list[Row] = [(k, RoadUser.CAR, -20 + 10.0 * k, 0.0, speed, 0.0) for k in range(5)]
        return moment(t, rows)

    breaks = [flow(t, 13.0 if t < 60 else 1.8) for t in times(110, 2.0)]
    crawls = [flow(t, 1.8) for t in times(110, 2.0)]
    assert "congestion" in {record.kind for record in told(watch(road()), breaks)}
    assert "congestion" not in {record.kind for record in told(watch(road()), crawls)}


@pytest.mark.parametrize(("limit", "due"), [(120.0, True), (50.0, False)])
def test_slow_is_told_where_others_are_fast(limit: float, due: bool) -> None:
    rows = [moment(t, [(1, RoadUser.TRUCK, -24 + 5 * t, 0.0, 5.0, 0.0)]) for t in times(9)]
    found = {record.kind for record in told(watch(road(limit_kmh=limit)), rows)}
    assert ("slow_vehicle" in found) == due


def test_two_that_stand_askew_after_a_hard_stop_are_a_crash_and_two_in_line_are_none() -> None:
    def pair(t: float, dx: float, dy: float, heading: float) -> Moment:
        v = 12.0 if t < 1.0 else max(0.0, 12.0 - 12.0 * (t - 1.0) / 0.6)
        x = -15 + min(12 * t, 12.0) + (0.0 if t < 1 else 3.6 * min(1.0, (t - 1.0) / 0.6))
        one = moment(t, [(1, RoadUser.CAR, x, 0.0, v, 0.0), (2, RoadUser.CAR, 0.6 + dx, dy, 0.0, 0.0)])
        one.seen.heading_rad[:] = [0.0, heading]
        return one

    crash = [pair(t, 3.0, 1.0, 1.2) for t in times(12)]
    queue = [pair(t, 5.5, 0.0, 0.0) for t in times(12)]
    assert "crash" in {record.kind for record in told(watch(road()), crash)}
    assert "crash" not in {record.kind for record in told(watch(road()), queue)}


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 4), st.floats(-25, 25), st.floats(-6, 8), st.floats(-12, 12)), max_size=4),
        min_size=2,
        max_size=40,
    )
)
@settings(max_examples=20, deadline=None)
def test_whatever_is_seen_revisions_follow_one_another_and_nothing_stays_open(
    frames: list[list[tuple[int, float, float, float]]],
) -> None:
    rows = []
    for k, frame in enumerate(frames):
        each = {number: (number, RoadUser.CAR, x, y, v, 0.0) for number, x, y, v in frame}
        rows.append(moment(k * 0.4, list(each.values())))
    found = told(watch(road()), rows)
    assert found == told(watch(road()), rows)
    assert {record.kind for record in found} <= set(INCIDENTS)
    last = {record.id: record for record in found}
    assert all(record.state == "closed" for record in last.values())
