from dataclasses import replace

import numpy as np
import pytest

from catseye.core.frame import U8
from catseye.evaluate.health import Clean, Trial, clean, most_likely, rates, trials
from catseye.evaluate.health_counting import onset, suffers_from
from catseye.evaluate.health_faults import FAULTS, FPS
from catseye.evaluate.health_street import Street


def street(number: int) -> U8:
    """A made-up view, uint8 (90, 160, 3): sharp blocks, and one that drives."""
    draw = np.random.default_rng(7)
    picture = np.full((90, 160, 3), 110, np.uint8)
    for _ in range(90):
        x, y = draw.integers(0, 150), draw.integers(0, 82)
        picture[y : y + draw.integers(3, 20), x : x + draw.integers(3, 20)] = draw.integers(30, 220)
    picture[60:70, 10 * number : 10 * number + 12] = 200
    return picture


PICTURES = [street(number) for number in range(6)]


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.fps(fault.strengths[0]) == FPS])
def test_a_stronger_fault_changes_more_and_leaves_what_it_was_given(name: str) -> None:
    before = [one.copy() for one in PICTURES]
    fault = FAULTS[name]
    weak, strong = (
        np.mean(
            [
                np.abs(a.astype(int) - b).mean()
                for a, b in zip(fault.put(PICTURES, s, np.random.default_rng(1)), PICTURES, strict=True)
            ]
        )
        for s in (fault.strengths[0], fault.strengths[-1])
    )
    assert strong > weak or len(fault.strengths) == 1
    assert all((a == b).all() for a, b in zip(before, PICTURES, strict=True))
    assert all(
        one.shape == PICTURES[0].shape and one.dtype == np.uint8
        for one in fault.put(PICTURES, fault.strengths[-1], np.random.default_rng(1))
    )


def test_strong_faults_are_told_and_a_sound_camera_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    strong = {name: replace(FAULTS[name], strengths=FAULTS[name].strengths[-1:]) for name in ("dark", "white-out", "freeze")}
    monkeypatch.setattr("catseye.evaluate.health.FAULTS", strong)
    monkeypatch.setattr("catseye.evaluate.health.LEARN_S", 60)
    done = {(one.fault, one.strength): one for one in trials("made up", PICTURES)}
    assert len(done) == 3
    assert all(one.told_s is not None for one in done.values())
    assert not clean("made up", PICTURES, length_s=300).alarms


def test_rates_put_clips_together() -> None:
    done = [
        Trial(clip="a", fault="cover", strength=0.4, told_s=60.0),
        Trial(clip="b", fault="cover", strength=0.4, told_s=70.0),
        Trial(clip="c", fault="cover", strength=0.4, told_s=None, instead="blurred"),
    ]
    of = next(one for one in rates(done) if (one.fault, one.strength) == ("cover", 0.4))
    assert (of.trials, of.told, of.median_s) == (3, 2, 65.0)
    assert next(one for one in rates(done) if (one.fault, one.strength) == ("cover", 0.9)).median_s is None


def test_counting_suffers_where_more_than_a_tenth_is_lost() -> None:
    lost = {("cover", 0.2): (100, 10), ("cover", 0.4): (100, 11), ("cover", 0.6): (100, 90), ("turn", 2.0): (0, 0)}
    assert suffers_from(lost, "cover") == 0.4
    assert suffers_from(lost, "turn") is None


def test_a_day_of_the_street_has_light_and_dark() -> None:
    seen = Street(PICTURES, np.random.default_rng(1))
    noon, midnight = seen.luma(0).mean(), seen.luma(43_200).mean()
    assert noon > 2 * midnight > 20


def test_no_alarm_in_three_days_says_less_than_one_a_day() -> None:
    assert most_likely(0) == pytest.approx(2.9957, abs=1e-3)  # of the tables of Garwood (1936), one-sided 95 %
    assert most_likely(3) == pytest.approx(7.7537, abs=1e-3)
    assert Clean(days=3.0, alarms=()).at_most_a_day == pytest.approx(1.0, abs=0.01)
    assert Clean(days=0.0, alarms=()).at_most_a_day is None


def test_where_counting_suffers_are_the_trials_of_the_weakest_strength_that_loses_a_tenth_and_beyond() -> None:
    lost = {("turn", 1.0): (20, 1), ("turn", 2.0): (20, 8), ("turn", 5.0): (20, 20)}
    done = [Trial(clip="a", fault="turn", strength=at, told_s=None) for at in (1.0, 2.0, 5.0)]
    assert [[one.strength for one in of] for of in onset(lost, done, "turn")][:2] == [[2.0], [5.0]]
    assert onset({}, done, "turn") == []
