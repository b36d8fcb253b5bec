"""Time in which a camera is paused ends up in whole minutes, to the second and in no other."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.runtime.network.pausing import Pauses

A, B = StreamId("a"), StreamId("b")


@given(
    st.integers(0, 3600),
    st.lists(st.tuples(st.integers(1, 200), st.sets(st.sampled_from([A, B]))), min_size=1, max_size=20),
)
def test_every_second_is_told_once_in_its_minute(start_s: int, steps: list[tuple[int, set[StreamId]]]) -> None:
    pauses, now_s, true = Pauses(), start_s, Counter[tuple[StreamId, int]]()
    records = pauses.step(now_s * NS_PER_S, ())
    paused: set[StreamId] = set()
    for length_s, then in steps:
        for second in range(now_s, now_s + length_s):
            true.update((name, second // 60) for name in paused)
        now_s += length_s
        records += pauses.step(now_s * NS_PER_S, then)
        paused = then
    records += pauses.close(now_s * NS_PER_S)
    told = {(record.stream, record.start_ns // (60 * NS_PER_S)): record.paused_s for record in records}
    assert len(told) == len(records)
    assert told == true
    assert all(record.seconds == {} for record in records)


def test_a_clock_that_goes_back_tells_nothing() -> None:
    pauses = Pauses()
    pauses.step(600 * NS_PER_S, [A])
    assert pauses.step(300 * NS_PER_S, [A]) == []
    (record,) = pauses.step(360 * NS_PER_S, [A])
    assert record.paused_s == 60.0
