"""Coverage pieces never overlap and sum to the time watched, whatever the frame times and whenever they are handed out."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.events import Coverage
from catseye.core.ids import RunId, StreamId
from catseye.core.time import LONGEST_GAP_S, NS_PER_S
from catseye.pipeline.coverage import CoverageBook

LONGEST_NS = round(LONGEST_GAP_S * NS_PER_S)
steps_ns = st.one_of(st.integers(1, LONGEST_NS), st.integers(LONGEST_NS - 2, LONGEST_NS + 2), st.integers(LONGEST_NS, 10**12))


def book() -> CoverageBook:
    return CoverageBook(StreamId("test"), RunId("run"))


def spans(pieces: list[Coverage]) -> list[tuple[int, int]]:
    return [(piece.start_ns, piece.end_ns) for piece in pieces]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**18), st.lists(st.tuples(steps_ns, st.sampled_from([None, 0, NS_PER_S, 60 * NS_PER_S])), max_size=60))
def test_pieces_are_apart_in_order_and_sum_to_the_time_watched(start_ns: int, frames: list[tuple[int, int | None]]) -> None:
    coverage, at_ns, watched_ns = book(), start_ns, 0
    pieces: list[Coverage] = []
    coverage.watched(at_ns)
    for step_ns, flush_ns in frames:
        at_ns += step_ns
        joined = coverage.watched(at_ns)
        assert joined == (step_ns <= LONGEST_NS)
        watched_ns += step_ns if joined else 0
        if flush_ns is not None:
            pieces += coverage.take("rev", at_least_ns=flush_ns)
    pieces += coverage.take("rev", at_least_ns=0)
    assert sum(end - start for start, end in spans(pieces)) == watched_ns
    assert all(end > start for start, end in spans(pieces))
    assert all(before[1] <= after[0] for before, after in pairwise(spans(pieces)))


def test_a_gap_longer_than_two_seconds_is_not_covered() -> None:
    coverage = book()
    for at_s in (10, 11, 12, 15, 16):
        coverage.watched(at_s * NS_PER_S)
    assert spans(list(coverage.take("rev"))) == [(10 * NS_PER_S, 12 * NS_PER_S), (15 * NS_PER_S, 16 * NS_PER_S)]


def test_pieces_wait_until_they_are_long_enough() -> None:
    coverage = book()
    coverage.watched(0)
    coverage.watched(NS_PER_S // 2)
    assert coverage.take("rev") == ()
    coverage.watched(NS_PER_S)
    assert spans(list(coverage.take("rev"))) == [(0, NS_PER_S)]
    assert coverage.take("rev", at_least_ns=0) == ()


def test_lone_frames_far_apart_cover_nothing_and_pile_up_nothing() -> None:
    coverage = book()
    for k in range(1000):
        coverage.watched(k * 3 * NS_PER_S)
    assert coverage.take("rev", at_least_ns=0) == ()
    assert len(coverage._stretches) == 1


def test_what_was_watched_before_the_counted_part_can_be_given_up() -> None:
    coverage = book()
    for at_s in (1, 2, 3, 9, 10):
        coverage.watched(at_s * NS_PER_S)
    coverage.forget_before(2 * NS_PER_S)
    assert spans(list(coverage.take("rev"))) == [(2 * NS_PER_S, 3 * NS_PER_S), (9 * NS_PER_S, 10 * NS_PER_S)]
