"""Violations: told once, only where they are sure, and without a trace of who."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catseye.core.events import MovementCompleted
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Lane, Movement, Zone, ZoneUse
from catseye.core.signals import SignalState
from catseye.core.time import NS_PER_S
from catseye.core.traffic import Violation
from catseye.testing.ground import Row, moment, road, times, unit, watch
from catseye.traffic.engine import Moment
from catseye.traffic.signals import SignalStates
from catseye.traffic.situation import Watch
from catseye.traffic.violations.engine import KINDS, SURE, Violations
from catseye.traffic.violations.red_light import CLOCK_S

STREAM, RUN = StreamId("s"), RunId("r")


def told(of: Watch, moments: list[Moment], *, errors_known: bool = True) -> list[Violation]:
    engine = Violations(watch=of, stream=STREAM, run=RUN, errors_known=errors_known)
    found = [record for one in moments for record in engine.update(one)]
    return [record for record in found if isinstance(record, Violation)]


def drive(v: float, *, begin: float = -20.0, kind: RoadUser = RoadUser.CAR, seconds: float = 8.0) -> list[Moment]:
    return [moment(t, [(7, kind, begin + v * t, 0.0, v, 0.0)]) for t in times(seconds)]


@given(
    v=st.floats(3.0, 20.0),
    red_s=st.floats(0.0, 8.0),
    lasts_s=st.floats(0.5, 10.0),
)
@settings(max_examples=15, deadline=None)
def test_a_red_light_is_run_only_if_the_front_passes_during_red(v: float, red_s: float, lasts_s: float) -> None:
    states: tuple[tuple[float, SignalState], ...] = ((0.0, "green"), (red_s + 1e-3, "red"), (red_s + lasts_s, "green"))
    passes_s = (25.0 + 20.0 - 2.25) / v
    found = [
        one
        for one in told(watch(road(approach="arm", signal="head", limit_kmh=200.0), *states), drive(v, seconds=20.0))
        if one.kind == "red_light"
    ]
    if found:
        assert red_s - 0.05 <= passes_s <= red_s + lasts_s + 0.05
        assert found[0].at_ns / NS_PER_S == pytest.approx(passes_s, abs=0.1)
    slack = CLOCK_S + 0.7 / v + 0.1
    if red_s + slack < passes_s < red_s + lasts_s - slack:
        assert len(found) == 1


def test_who_stops_a_little_beyond_the_line_has_not_run_the_light() -> None:
    of = watch(road(approach="arm", signal="head"), (0.0, "red"))
    rows: list[Moment] = []
    for t in times(20):
        x = min(10 + 4 * t, 24.0)
        rows.append(moment(t, [(7, RoadUser.CAR, x, 0.0, 4.0 if x < 24 else 0.0, 0.0)]))
    assert [one for one in told(of, rows) if one.kind == "red_light"] == []


def test_without_news_of_the_signal_nobody_runs_it() -> None:
    of = watch(road(approach="arm", signal="head"))
    assert told(of, drive(10.0)) == []


@given(v=st.floats(8.0, 30.0), error=st.floats(0.0, 4.0))
@settings(max_examples=25, deadline=None)
def test_speeding_has_the_error_taken_off(v: float, error: float) -> None:
    rows = drive(v, seconds=45 / v)
    for row in rows:
        row.seen.speed_error_mps[:] = error
    found = [one for one in told(watch(road(limit_kmh=50.0)), rows) if one.kind == "speeding"]
    if 45 / v > 1.6:  # it is on the lane for longer than speeding has to last
        assert bool(found) == (v - SURE * error > 50 / 3.6)
    for one in found:
        assert one.speed_mps is not None
        assert one.limit_mps is not None
        assert one.speed_mps - SURE * (one.error_mps or 0.0) > one.limit_mps
    assert len(found) <= 1


def test_no_speed_is_a_violation_where_its_error_is_not_known() -> None:
    assert told(watch(road(limit_kmh=30.0)), drive(20.0, seconds=2.2), errors_known=False) == []


@pytest.mark.parametrize(
    ("seconds", "due"), [(8.0, []), (60.0, ["illegal_stopping"]), (240.0, ["illegal_stopping", "illegal_parking"])]
)
def test_stopping_where_nobody_may(seconds: float, due: list[str]) -> None:
    zone: tuple[tuple[ZoneUse, list[tuple[float, float]]], ...] = (("no_stopping", [(-10, -3), (10, -3), (10, 3), (-10, 3)]),)
    rows = [moment(0.0, [(7, RoadUser.VAN, -8.0, 0.0, 8.0, 0.0)])]
    rows += [moment(1 + t, [(7, RoadUser.VAN, 0.0, 0.0, 0.0, 0.0)]) for t in times(seconds, 1.0)]
    assert [one.kind for one in told(watch(road(zones=zone)), rows)] == due


@pytest.mark.parametrize(
    ("use", "kind", "due"),
    [
        ("bus", RoadUser.CAR, "bus_lane"),
        ("bus", RoadUser.BUS, None),
        ("bus", RoadUser.VEHICLE, None),
        ("bicycle", RoadUser.CAR, "cycle_lane"),
        ("bicycle", RoadUser.BICYCLE, None),
        ("all", RoadUser.CAR, None),
    ],
)
def test_reserved_lanes(use: str, kind: RoadUser, due: str | None) -> None:
    of = watch(road(lanes=[Lane(name="kept", points=unit([(-25, 0), (25, 0)]), use=use)]))  # type: ignore[arg-type]
    assert [one.kind for one in told(of, drive(8.0, kind=kind, seconds=5.0))] == ([] if due is None else [due])


def test_blocked_crossing_and_junction() -> None:
    crossing = watch(road(zones=(("crossing", [(-2, -3), (2, -3), (2, 3), (-2, 3)]),)))
    stands = [moment(t, [(7, RoadUser.CAR, 0.0, 0.0, 0.0, 0.0)]) for t in times(10)]
    assert "blocked_crossing" in {one.kind for one in told(crossing, stands)}
    box = road(zones=(("junction", [(-8, -3), (2, -3), (2, 3), (-8, 3)]),))
    rows: list[Row] = [(7, RoadUser.CAR, -3.0, 0.0, 0.0, 0.0), (8, RoadUser.CAR, 5.0, 0.0, 0.0, 0.0)]
    assert [one.kind for one in told(watch(box), [moment(t, rows) for t in times(20)])] == ["blocked_junction"]
    assert told(watch(box), [moment(t, rows[:1]) for t in times(20)]) == []  # it waits for a gap


@pytest.mark.parametrize(("permission", "due"), [("forbidden", ["illegal_turn"]), ("allowed", [])])
def test_a_forbidden_movement(permission: str, due: list[str]) -> None:
    drawn = road()
    zones = tuple(Zone(name=n, polygon=unit([(x, -3), (x + 4, -3), (x + 4, 3), (x, 3)])) for n, x in (("a", -10.0), ("b", 10.0)))
    way = Movement(name="turn", origin="a", destination="b", permission=permission)  # type: ignore[arg-type]
    of = watch(replace(drawn, zones=zones, movements=(way,)))
    event = MovementCompleted(
        id="e",
        stream=STREAM,
        run=RUN,
        track=7,
        rule="turn",
        at_ns=NS_PER_S,
        seen_at_ns=NS_PER_S,
        road_user="car",
        point_unit=unit([(10.0, 0.0)])[0],
        scene_revision="",
        origin="a",
        destination="b",
    )
    found = told(of, [Moment(seen=moment(1.0, []).seen, events=(event,))])
    assert [one.kind for one in found] == due
    for one in found:
        assert one.point_m == pytest.approx((10.0, 0.0), abs=0.1)


def test_wrong_way_is_told_once() -> None:
    found = told(watch(road()), drive(-8.0, begin=20.0, seconds=4.5))
    assert [one.kind for one in found] == ["wrong_way"]


def test_no_violation_holds_a_number_of_a_track() -> None:
    first = told(watch(road(limit_kmh=30.0)), drive(12.0, seconds=3.0))
    again = []
    for one in drive(12.0, seconds=3.0):
        one.seen.number[:] = 123456789
        again.append(one)
    assert first == told(watch(road(limit_kmh=30.0)), again)
    assert first
    assert {one.kind for one in first} <= set(KINDS)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["red", "amber", "green"])), min_size=1, max_size=30),
    st.integers(0, 2000),
)
def test_signals_show_the_last_that_was_told(changes: list[tuple[int, SignalState]], at_s: int) -> None:
    signals, time, truth = SignalStates(), 0, []
    for step, state in changes:
        time += step
        signals.told("head", time * NS_PER_S, state)
        truth.append((time, state))
    last = time
    shown = [state for since, state in truth if since <= at_s]
    if at_s >= last - 100:
        assert signals.at("head", at_s * NS_PER_S) == (shown[-1] if shown else "unknown")
    assert signals.at("other", at_s * NS_PER_S) == "unknown"
    assert np.size(signals._times["head"]) <= 130
