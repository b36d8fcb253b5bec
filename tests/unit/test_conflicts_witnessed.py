"""Who takes part in a conflict: only who was seen to come, steadily, where places and speeds can bear it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.ground import GroundSightings
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.traffic import Conflict
from catseye.testing.ground import Row, moment, road, times, watch
from catseye.traffic.conflicts.engine import Conflicts
from catseye.traffic.conflicts.witnessed import Witnessed
from catseye.traffic.engine import Moment
from catseye.traffic.followed import Life, _headings

CAR = RoadUser.CAR


def told(moments: list[Moment]) -> list[Conflict]:
    of = watch(road())
    engine = Conflicts(of.fitted, of.view, stream=StreamId("s"), run=RunId("r"))
    found = [record for one in moments for record in engine.update(one)]
    found += engine.close(moments[-1].seen.at_ns)
    return [record for record in found if isinstance(record, Conflict)]


def braking(*, stands_from_s: float, error_m: float = 0.1) -> list[Moment]:
    """One drives up and brakes late before another that is there from ``stands_from_s`` on, and never moves."""

    def rows(t: float) -> list[Row]:
        ahead = 12 * t - 2.0 * t**2 if t < 3 else 18.0
        stands: list[Row] = [(1, CAR, 8.0, 0.0, 0.0, 0.0)] if t >= stands_from_s else []
        return [*stands, (2, CAR, -15.5 + ahead, 0.0, max(12 - 4 * t, 0.0), 0.0)]

    return [moment(t, rows(t), error_m=error_m) for t in times(14.0, 10.0)]


def known_at_the_end(moments: list[GroundSightings]) -> dict[int, bool]:
    witnessed = Witnessed()
    for seen in moments:
        known = witnessed.update(seen)
    return dict(zip(seen.number.tolist(), known.tolist(), strict=True))


def going(speed_mps: float, seconds: float, *, late_s: float = 0.0) -> list[GroundSightings]:
    """One that is there at first and goes, and a second one that comes ``late_s`` later and goes as fast beside it."""
    found = []
    for t in times(seconds, 10.0):
        late: list[Row] = [(2, CAR, -10 + speed_mps * (t - late_s), 6.0, speed_mps, 0.0)] if t >= late_s else []
        found.append(moment(t, [(1, CAR, -10 + speed_mps * t, 0.0, speed_mps, 0.0), *late]).seen)
    return found


def test_one_that_appears_and_never_moves_has_no_conflict_and_one_that_stood_there_at_first_has() -> None:
    assert len(told(braking(stands_from_s=0.0))) == 1
    assert told(braking(stands_from_s=0.3)) == []


def test_nobody_takes_part_where_places_are_vague() -> None:
    assert len(told(braking(stands_from_s=0.0, error_m=0.2))) == 1
    assert told(braking(stands_from_s=0.0, error_m=1.5)) == []


@given(speed=st.floats(1.0, 15.0), late=st.floats(0.3, 2.0))
@settings(max_examples=30, deadline=None)
def test_one_is_known_once_it_was_watched_for_half_a_second_and_came_a_metre(speed: float, late: float) -> None:
    for lasted in (0.3, 2.0):
        known = known_at_the_end(going(speed, late + lasted, late_s=late))
        assert known[1]  # it was there when the watch began, more than half a second ago
        assert known[2] == (lasted == 2.0)


@given(share=st.sampled_from([0.5, 0.7, 1.0]), seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_one_that_is_seen_now_and_then_is_not_known(share: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    moments = going(5.0, 3.0)
    hidden = set(rng.permutation(10)[: round(10 * (1 - share))].tolist())
    last = [k for k in range(len(moments)) if k >= len(moments) - 10]
    for k, place in enumerate(last):
        if k in hidden:
            moments[place] = replace(moments[place], seen=np.zeros(len(moments[place]), np.bool_))
    assert known_at_the_end(moments)[1] == (share == 1.0)


@pytest.mark.parametrize(("error_mps", "expected"), [(0.3, True), (1.0, False), (float("nan"), True)])
def test_a_vague_speed_bears_no_conflict_but_one_of_unknown_error_may(error_mps: float, expected: bool) -> None:
    moments = [replace(seen, speed_error_mps=np.full(len(seen), error_mps)) for seen in going(5.0, 2.0)]
    assert known_at_the_end(moments)[1] is expected


@given(speed=st.floats(0.7, 10.0), error=st.floats(0.0, 3.0), turn=st.floats(-3.0, 3.0))
def test_a_velocity_that_does_not_stand_against_its_error_turns_nobody(speed: float, error: float, turn: float) -> None:
    life = Life(told=1, number=1, first_ns=0, heading_rad=0.5)
    velocity = speed * np.array([[[np.cos(0.5 + turn), np.sin(0.5 + turn)]]])
    sure = speed >= 2.5 * error
    ((heading,),) = _headings([life], velocity, np.array([[error]])).tolist()
    assert np.cos(heading - 0.5 - (turn if sure else 0.0)) == pytest.approx(1.0)
    assert life.heading_rad == heading


def test_after_a_gap_all_begin_anew() -> None:
    witnessed = Witnessed()
    for seen in going(5.0, 2.0):
        assert len(witnessed.update(seen)) == len(seen)
    witnessed.clear()
    assert not witnessed.update(going(5.0, 2.0)[-1]).any()
