"""What is given up under load: the lowest priority first, alike within one, step by step, and back again when calm."""

from hypothesis import given
from hypothesis import strategies as st

from catseye.runtime.network.shedding import DOWN_EVERY_S, SHARES, UP_AFTER_S, Load, Shedding

HEAVY = Load(lag_p99_s=2.0, dropped=0.5, busy=1.0)
CALM = Load(lag_p99_s=0.1, dropped=0.0, busy=0.5)
BETWEEN = Load(lag_p99_s=0.3, dropped=0.05, busy=0.9)


def test_the_lowest_priority_gives_everything_before_the_next_gives_anything() -> None:
    shedding = Shedding()
    seen = [dict(shedding.step(step * DOWN_EVERY_S, HEAVY, {1, 3})) for step in range(3 * len(SHARES))]
    assert seen[0] == {1: 1.0, 3: SHARES[1]}
    assert seen[len(SHARES) - 2] == {1: 1.0, 3: 0.0}
    assert seen[-1] == {1: 0.0, 3: 0.0}


def test_it_waits_for_a_step_to_show() -> None:
    shedding = Shedding()
    shedding.step(0.0, HEAVY, {1})
    assert shedding.step(DOWN_EVERY_S / 2, HEAVY, {1})[1] == SHARES[1]
    assert shedding.step(DOWN_EVERY_S, HEAVY, {1})[1] == SHARES[2]


def test_what_was_given_comes_back_step_by_step_once_it_has_been_calm() -> None:
    shedding = Shedding()
    for step in range(3):
        shedding.step(step * DOWN_EVERY_S, HEAVY, {1, 2})
    calm_from = 3 * DOWN_EVERY_S
    assert shedding.step(calm_from, CALM, {1, 2})[2] == SHARES[3]
    assert shedding.step(calm_from + UP_AFTER_S - 1, CALM, {1, 2})[2] == SHARES[3]
    assert shedding.step(calm_from + UP_AFTER_S, CALM, {1, 2})[2] == SHARES[2]


def test_between_calm_and_heavy_nothing_changes() -> None:
    shedding = Shedding()
    before = dict(shedding.step(0.0, HEAVY, {1}))
    for step in range(1, 200):
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
