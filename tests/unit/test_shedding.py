"""What is given up under load: the lowest priority first, alike within one, step by step, and back again when calm."""

from hypothesis import given
from hypothesis import strategies as st

from catseye.runtime.network.shedding import LEAST, SHARES, UP_AFTER_S, Load, Shedding

HEAVY = Load(lag_p99_s=2.0, dropped=0.5, busy=1.0)
CALM = Load(lag_p99_s=0.1, dropped=0.0, busy=0.5)
BETWEEN = Load(lag_p99_s=0.3, dropped=0.05, busy=0.9)


def test_the_lowest_priority_gives_everything_before_the_next_gives_anything() -> None:
    shedding = Shedding()
    seen = [dict(shedding.step(2.0 * step, HEAVY, {1, 3})) for step in range(2 * LEAST * len(SHARES))]
    assert seen[LEAST - 1] == {1: 1.0, 3: SHARES[1]}
    assert seen[LEAST * (len(SHARES) - 1) - 1] == {1: 1.0, 3: 0.0}
    assert seen[-1] == {1: 0.0, 3: 0.0}


def test_it_waits_for_a_step_to_show() -> None:
    shedding = Shedding()
    rungs = [SHARES.index(shedding.step(2.0 * step, HEAVY, {1})[1]) for step in range(2 * LEAST)]
    assert rungs == [0] * (LEAST - 1) + [1] * LEAST + [2]


def test_a_bad_moment_now_and_then_is_no_overload() -> None:
    shedding = Shedding()
    bad = Load(lag_p99_s=1.2, dropped=0.1, busy=0.6)
    for step in range(300):
        assert shedding.step(2.0 * step, bad if step % 3 == 2 else CALM, {1}) == {1: 1.0}


def test_what_was_given_comes_back_step_by_step_once_it_has_been_calm() -> None:
    shedding = Shedding()
    for step in range(3 * LEAST):
        shedding.step(2.0 * step, HEAVY, {1, 2})
    assert shedding.step(100.0, CALM, {1, 2})[2] == SHARES[3]
    assert shedding.step(100.0 + UP_AFTER_S - 1, CALM, {1, 2})[2] == SHARES[3]
    assert shedding.step(100.0 + UP_AFTER_S, CALM, {1, 2})[2] == SHARES[2]


def test_between_calm_and_heavy_nothing_changes() -> None:
    shedding = Shedding()
    for step in range(LEAST):
        before = dict(shedding.step(float(step), HEAVY, {1}))
    assert before == {1: SHARES[1]}
    for step in range(LEAST, 200):
        assert shedding.step(float(step), BETWEEN, {1}) == before


@given(st.lists(st.sampled_from([HEAVY, CALM, BETWEEN]), max_size=80), st.sets(st.integers(1, 9), min_size=1, max_size=4))
def test_a_higher_priority_never_has_less_and_shares_are_of_the_ladder(loads: list[Load], priorities: set[int]) -> None:
    shedding = Shedding()
    for step, load in enumerate(loads):
        shares = shedding.step(step * 5.0, load, priorities)
        assert set(shares) == priorities
        assert set(shares.values()) <= set(SHARES)
        ordered = [shares[priority] for priority in sorted(priorities)]
        assert ordered == sorted(ordered, reverse=True)
