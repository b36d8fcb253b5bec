import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.boxes import F64
from catseye.evaluate.bootstrap import Interval, differences, intervals


def share(total: F64) -> dict[str, F64]:
    whole = total[..., 1]
    return {"share": np.divide(total[..., 0], whole, out=np.full(whole.shape, np.nan), where=whole > 0)}


def units(rng: np.random.Generator, n: int, chance: float) -> F64:
    return np.stack([rng.random(n) < chance, np.ones(n)], axis=1).astype(np.float64)


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        told = intervals([units(rng, 120, 0.3)], share, resamples=300)["share"]
        assert told.low is not None
        assert told.high is not None
        held += told.low <= 0.3 <= told.high
    assert 0.90 <= held / 200 <= 0.99  # 0.95 is promised; 200 tries tell it to about 0.03


def test_a_difference_of_paired_results_is_surer_than_of_unpaired_ones() -> None:
    rng = np.random.default_rng(4)
    hard = rng.random(200)  # some road users are hard for everyone
    ours = np.stack([hard > 0.30, np.ones(200)], axis=1).astype(np.float64)
    theirs = np.stack([hard > 0.36, np.ones(200)], axis=1).astype(np.float64)
    paired = differences([ours], [theirs], share)["share"]
    shuffled = differences([ours], [rng.permutation(theirs)], share)["share"]
    assert paired.value == pytest.approx(shuffled.value)
    assert paired.excludes_zero
    assert not shuffled.excludes_zero


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 4), st.floats(0.0, 1.0))
def test_a_result_does_not_differ_from_itself(seed: int, clips: int, chance: float) -> None:
    rng = np.random.default_rng(seed)
    same = [units(rng, 30, chance) for _ in range(clips)]
    assert differences(same, same, share, resamples=50)["share"] == Interval(value=0.0, low=0.0, high=0.0)


def test_few_clips_make_an_interval_wide() -> None:
    # Within a clip all road users are alike: how many there are tells nothing, how many clips does.
    def apart(clips: int) -> float:
        told = intervals([np.stack([np.full(200, n % 2), np.ones(200)], axis=1).astype(np.float64) for n in range(clips)], share)[
            "share"
        ]
        assert told.low is not None
        assert told.high is not None
        return told.high - told.low

    assert apart(4) > 2 * apart(40)


def test_a_ratio_of_nothing_has_no_interval() -> None:
    nothing = intervals([np.zeros((0, 2))], share)["share"]
    assert nothing == Interval(value=None, low=None, high=None)
    assert not nothing.excludes_zero
