"""A source that keeps what it sends is left alone between due frames, and not while it is behind."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.frame import Frame
from catseye.core.time import NS_PER_S
from catseye.runtime.resting import Resting
from catseye.testing.scripted import blank_frame

STEP_NS = NS_PER_S / 5


def shot(seq: int, *, late_s: float = 0.0) -> Frame:
    frame = blank_frame(seq, size=(8, 8), fps=25.0)
    return replace(frame, arrived_ns=frame.at_ns + round(late_s * NS_PER_S))


def rests(late_s: list[float]) -> list[float]:
    """The rests after each fifth frame; every frame comes so much later than it was captured."""
    resting, told = Resting(), []
    for seq, late in enumerate(late_s):
        frame = shot(seq, late_s=late)
        resting.pass_by(frame)
        if seq and seq % 5 == 0:
            told.append(resting.after(frame, STEP_NS))
    return told


def test_the_rest_ends_a_frame_before_the_next_due_one() -> None:
    assert rests([0.3] * 30) == pytest.approx([0.16] * 5)


def test_who_is_late_rests_less_and_who_is_later_than_that_not_at_all() -> None:
    assert rests([0.3] * 6 + [0.4] * 5 + [0.9] * 5 + [0.3] * 5) == pytest.approx([0.16, 0.061, 0.0, 0.16], abs=0.01)


def test_a_clock_that_drifts_away_is_followed() -> None:
    assert rests([0.3 + 0.0001 * k for k in range(2000)])[-1] == pytest.approx(0.16, abs=0.01)


@given(st.lists(st.floats(0, 5), min_size=6, max_size=60))
def test_no_rest_is_longer_than_the_time_until_the_next_due_frame(late_s: list[float]) -> None:
    assert all(0 <= rest_s <= 0.16001 for rest_s in rests(late_s))
