"""The patient part of a camera's health: states with hysteresis, episodes, and minutes that add up."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.network.health import OVER_S, TOLD_S, HealthBook, Taken

STREAM = StreamId("gate")
START_S = 1_800_000_000 // 60 * 60
STATES = [state for state in CameraState if state is not CameraState.OK]
Moment = Mapping[CameraState, str]


def at(second: float) -> int:
    return round((START_S + second) * NS_PER_S)


def run(moments: Iterable[Moment | None], *, every_s: float = 1.0) -> tuple[HealthBook, list[HealthRecord]]:
    """A book that was stepped through moments; None: of nothing that a picture tells is anything known."""
    book, said = HealthBook(STREAM), list[HealthRecord]()
    second = 0.0
    for moment in moments:
        unknown = set(STATES) if moment is None else ()
        said += book.step(at(second), moment or {}, unknown)
        second += every_s
    return book, said


def episodes(said: Iterable[HealthRecord]) -> list[HealthEpisode]:
    last: dict[str, HealthEpisode] = {}
    for record in said:
        if isinstance(record, HealthEpisode):
            before = last.get(record.id)
            assert record.revision == (1 if before is None else before.revision + 1)
            last[record.id] = record
    return list(last.values())


def minutes(said: Iterable[HealthRecord]) -> list[CameraMinute]:
    return [record for record in said if isinstance(record, CameraMinute)]


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_told_after_its_time_and_is_over_after_its_time(state: CameraState) -> None:
    told_s, over_s = int(TOLD_S[state]), int(OVER_S[state])
    book, said = run([{}] * 5 + [{state: "why"}] * (told_s + 1) + [{}] * (over_s + 1))
    (episode,) = episodes(said)
    assert (episode.state, episode.began_ns, episode.told_ns) == (state, at(5), at(5 + told_s))
    assert episode.ended_ns == at(5 + told_s + 1)
    assert book.state is CameraState.OK
    assert book.reason == ""


@pytest.mark.parametrize("state", [state for state in STATES if TOLD_S[state] >= 1])
def test_what_holds_for_less_than_its_time_is_not_told(state: CameraState) -> None:
    _, said = run([{state: "why"}] * int(TOLD_S[state]) + [{}] * 60)
    assert episodes(said) == []


def test_a_short_miss_does_not_begin_anew_but_a_frozen_picture_that_changes_once_does() -> None:
    for state, told in ((CameraState.BLACK, 1), (CameraState.FROZEN, 0)):
        _, said = run([{state: "why"}] * 6 + [{}] + [{state: "why"}] * 17)
        assert len(episodes(said)) == told


def test_the_first_state_in_order_hides_the_others_and_what_it_hid_is_told_after_it() -> None:
    both = {CameraState.BLACK: "dark", CameraState.OFFLINE: "away"}
    book, said = run([{CameraState.BLACK: "dark"}] * 30 + [both] * 30 + [{CameraState.BLACK: "dark"}] * 30)
    assert [episode.state for episode in episodes(said)] == ["black", "offline", "black"]
    assert book.state is CameraState.BLACK


def test_what_is_not_known_while_a_camera_is_away_goes_on_after_it() -> None:
    """A camera that was moved and loses its stream has still been moved when it is back."""
    gone = set(STATES) - {CameraState.OFFLINE}
    book, said = run([{CameraState.MOVED: "why"}] * 60)
    for second in range(60, 120):
        said += book.step(at(second), {CameraState.OFFLINE: "away"}, gone)
    for second in range(120, 130):
        said += book.step(at(second), {CameraState.MOVED: "why"})
    assert [episode.state for episode in episodes(said)] == ["moved", "offline", "moved"]


def test_a_camera_with_a_still_street_is_given_longer() -> None:
    for still_s, told_s in ((0.0, 20), (90.0, 90)):
        book = HealthBook(STREAM)
        said = [r for s in range(120) for r in book.step(at(s), {CameraState.FROZEN: "why"}, still_s=still_s)]
        assert episodes(said)[0].told_ns == at(told_s)


def test_the_doubtful_seconds_of_a_minute_belong_to_what_they_turned_out_to_be() -> None:
    _, said = run([{}] * 51 + [{CameraState.OBSCURED: "why"}] * 130)
    first, second, *_ = minutes(said)
    assert first.seconds == {CameraState.OK: 51.0, CameraState.OBSCURED: 9.0}
    assert second.seconds == {CameraState.OBSCURED: 60.0}


def test_time_in_which_nobody_observed_is_in_no_minute() -> None:
    book = HealthBook(STREAM)
    said = [record for second in range(31) for record in book.step(at(second), {})]
    said += [record for second in range(300, 331) for record in book.step(at(second), {})]
    said += book.close(at(331))
    assert {minute.start_ns: minute.seconds for minute in minutes(said)} == {
        at(0): {CameraState.OK: 30.0},
        at(300): {CameraState.OK: 30.0},
    }


def test_what_came_in_is_added_to_the_minute() -> None:
    book = HealthBook(STREAM)
    taken = Taken(frames_decoded=10, frames_analysed=5, frames_shed=1, bytes_in=100, lag_s=0.2, clock_error_ms=-30.0)
    said = [record for second in range(61) for record in book.step(at(second), {}, taken=taken)]
    (minute,) = minutes(said)
    assert (minute.frames_decoded, minute.frames_analysed, minute.frames_shed, minute.bytes_in) == (600, 300, 60, 6000)
    assert (minute.lag_p99_s, minute.clock_error_ms) == (0.2, -30.0)


def test_closing_ends_what_lasts_and_says_so() -> None:
    book, said = run([{CameraState.OFFLINE: "no route"}] * 30)
    said += book.close(at(30))
    (episode,) = episodes(said)
    assert episode.ended_ns == at(30)
    assert "lasted when the watch ended" in episode.reason


HELD = st.lists(
    st.tuples(st.sets(st.sampled_from(STATES), max_size=3), st.booleans(), st.integers(1, 70), st.sampled_from([1, 3, 9, 14])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(HELD)
def test_whatever_happens_the_minutes_hold_what_was_observed_and_episodes_follow_one_another(
    script: list[tuple[set[CameraState], bool, int, int]],
) -> None:
    book, said, now, before = HealthBook(STREAM), list[HealthRecord](), 0, None
    observed = 0.0
    for holding, known, steps, every_s in script:
        for _ in range(steps):
            if before is not None and now - before <= 10:
                observed += now - before
            said += book.step(at(now), dict.fromkeys(holding, "why") if known else {}, () if known else set(STATES))
            before, now = now, now + every_s
    said += book.close(at(before or 0))
    told = minutes(said)
    assert sum(sum(minute.seconds.values()) for minute in told) == pytest.approx(observed)
    assert len({minute.start_ns for minute in told}) == len(told)
    assert all(sum(minute.seconds.values()) <= 60 + 1e-6 for minute in told)
    ended = sorted(episodes(said), key=lambda episode: (episode.told_ns, episode.began_ns))
    assert all(episode.ended_ns is not None and episode.began_ns <= episode.ended_ns for episode in ended)
    for one, other in pairwise(ended):
        assert (one.ended_ns or 0) <= other.began_ns


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([state for state in STATES if TOLD_S[state] >= 7]), st.lists(st.booleans(), min_size=300, max_size=300))
def test_noise_that_never_holds_for_long_tells_nothing(state: CameraState, noise: list[bool]) -> None:
    """At most two seconds of every nine: a camera that is nearly well does not flap."""
    _, said = run([{state: "why"} if here and second % 9 < 2 else {} for second, here in enumerate(noise)])
    assert episodes(said) == []
