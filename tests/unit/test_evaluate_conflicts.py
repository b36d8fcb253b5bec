"""Recall and precision of conflicts: strict at the level, kind by kind, and only of what was due."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.ids import RunId, StreamId
from catseye.core.time import nanoseconds
from catseye.core.traffic import Conflict
from catseye.evaluate.conflicts import APART_M, APART_S, ConflictRow, Levels, Run, TrueConflict, judge, pair_up


def true(at_s: float, *, x: float = 0.0, ttc: float | None = 1.0, pet: float | None = None, due: bool = True) -> TrueConflict:
    return TrueConflict(kind="crossing", at_s=at_s, point_m=(x, 0.0), road_users=("car", "bicycle"), ttc_s=ttc, pet_s=pet, due=due)


def told(
    at_s: float,
    *,
    x: float = 0.0,
    ttc: float | None = 1.0,
    pet: float | None = None,
    users: tuple[str, str] = ("bicycle", "car"),
) -> Conflict:
    return Conflict(
        id=f"{at_s}-{x}",
        stream=StreamId("s"),
        run=RunId("r"),
        scene_revision="",
        kind="rear_end",
        at_ns=nanoseconds(at_s),
        seen_at_ns=nanoseconds(at_s),
        point_m=(x, 0.0),
        point_unit=(0.5, 0.5),
        road_users=users,
        movements=("", ""),
        ttc_s=ttc,
        pet_s=pet,
        drac_mps2=None,
        delta_v_mps=None,
        angle_rad=1.0,
        speeds_mps=(5.0, 5.0),
    )


def rows(*runs: Run, levels: Levels | None = None) -> dict[str, ConflictRow]:
    return {row.name: row for row in judge(runs, levels or Levels()).rows}


def test_found_missed_invented_and_milder() -> None:
    run = Run(
        true=(true(10), true(40), true(70, ttc=2.5), true(100, due=False)),
        told=(told(10.5, x=1.0), told(70, ttc=1.4), told(100), told(130)),
        seconds=180.0,
    )
    row = rows(run)["all"]
    assert (row.true, row.due, row.found) == (3, 2, 1)
    assert (row.told, row.right, row.milder) == (3, 1, 1)  # what was not due counts neither for nor against
    assert row.recall.value == pytest.approx(1 / 2)
    assert row.precision.value == pytest.approx(1 / 3)


def test_a_true_one_that_is_told_as_just_too_mild_is_missed() -> None:
    run = Run(true=(true(10, ttc=1.49),), told=(told(10, ttc=1.51),), seconds=60.0)
    row = rows(run)["all"]
    assert (row.due, row.found, row.told) == (1, 0, 0)
    assert row.precision.value is None


def test_kinds_are_the_true_ones_and_road_users_match_in_either_order() -> None:
    run = Run(true=(true(10),), told=(told(10),), seconds=60.0)
    by_name = rows(run)
    assert by_name["crossing"].found == 1
    assert by_name["rear_end"].due == 0
    assert by_name["rear_end"].told == 0
    assert by_name["with a cyclist"].found == 1
    assert by_name["on foot"].due == 0
    other = Run(true=(true(10),), told=(told(10, users=("car", "pedestrian")),), seconds=60.0)
    assert rows(other)["all"].found == 0


def test_a_level_may_ask_for_one_measure_alone() -> None:
    run = Run(true=(true(10, ttc=None, pet=1.0),), told=(told(10, ttc=None, pet=1.2),), seconds=60.0)
    assert rows(run, levels=Levels(ttc_s=None))["all"].found == 1
    assert rows(run, levels=Levels(pet_s=None))["all"].due == 0
    assert judge([run], Levels()).pet_error_s == pytest.approx(0.2)


def test_the_interval_holds_the_value_and_needs_more_than_one_minute_to_have_a_width() -> None:
    many = Run(
        true=tuple(true(30.0 + 60 * k) for k in range(20)), told=tuple(told(30.0 + 60 * k) for k in range(0, 20, 2)), seconds=1200.0
    )
    recall = rows(many)["all"].recall
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low < 0.5 < recall.high


events = st.lists(st.tuples(st.floats(0, 20), st.floats(-15, 15)), max_size=5)


@given(events, events)
def test_pairs_are_one_to_one_within_the_bounds_and_none_is_left_that_could_be_made(
    trues: list[tuple[float, float]], tolds: list[tuple[float, float]]
) -> None:
    ours, theirs = [true(t, x=x) for t, x in trues], [told(t, x=x) for t, x in tolds]
    pairs = pair_up(ours, theirs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)

    def may(i: int, j: int) -> bool:
        return abs(trues[i][0] - theirs[j].at_ns / 1e9) <= APART_S and abs(trues[i][1] - tolds[j][1]) <= APART_M

    assert all(may(i, j) for i, j in pairs)
    free = itertools.product(set(range(len(ours))) - {i for i, _ in pairs}, set(range(len(theirs))) - {j for _, j in pairs})
    assert not any(may(i, j) for i, j in free)
