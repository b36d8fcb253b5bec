"""The vital signs of a stream over several runs."""

from catseye.core.health import StreamState
from catseye.core.ids import RunId, StreamId
from catseye.runtime.reader import Reader
from catseye.runtime.vitals import STALLED_S, Vitals
from catseye.testing.clock import FakeClock
from catseye.testing.scripted import ScriptedSource, blank_frame


def vitals(clock: FakeClock) -> Vitals:
    return Vitals(StreamId("test"), clock, "scripted")


def run_of(signs: Vitals, clock: FakeClock, frames: int, *, corrupt: int = 0) -> None:
    source = ScriptedSource(blank_frame(k, size=(8, 8), fps=10.0) for k in range(frames))
    source.corrupt = corrupt
    reader = Reader(source, analysed_fps=10.0, may_drop=False)
    signs.opened(source, reader)
    for frame in reader.frames(patience_s=5.0):
        assert frame is not None
        clock.advance(0.1)
        signs.frame(frame.size, 0.05)
    reader.close()


def test_counts_add_up_over_runs() -> None:
    clock = FakeClock()
    signs = vitals(clock)
    run_of(signs, clock, 20, corrupt=2)
    signs.run = RunId("one")
    signs.closed()
    run_of(signs, clock, 10, corrupt=1)
    assert (signs.decoded, signs.analysed, signs.dropped, signs.corrupt) == (30, 30, 0, 3)
    signs.closed()
    signs.closed()
    assert (signs.decoded, signs.corrupt) == (30, 3)
    assert signs.health().drops == {"decode": 3, "analyse": 0}


def test_what_nobody_could_look_at_in_time_was_dropped() -> None:
    clock = FakeClock()
    signs = vitals(clock)
    run_of(signs, clock, 20)
    signs.gave_up()
    assert signs.dropped == 1
    signs.closed()
    assert (signs.dropped, signs.due) == (1, 20)
    run_of(signs, clock, 10)
    signs.gave_up()
    assert signs.health().drops == {"decode": 0, "analyse": 2}


def test_rates_are_of_the_last_seconds_and_only_while_running() -> None:
    clock = FakeClock()
    signs = vitals(clock)
    assert signs.health().state is StreamState.CONNECTING
    assert signs.health().fps_analysed is None
    run_of(signs, clock, 200)
    health = signs.health()
    assert health.state is StreamState.RUNNING
    assert health.fps_analysed == 10.0
    assert health.lag_s == 0.05
    assert health.size == (8, 8)
    assert len(signs._marks) <= 102


def test_silence_becomes_a_stall_and_the_next_frame_ends_it() -> None:
    clock = FakeClock()
    signs = vitals(clock)
    signs.frame((8, 8), 0.1)
    clock.advance(STALLED_S - 0.1)
    signs.silent()
    assert signs.health().state is StreamState.RUNNING
    clock.advance(0.2)
    signs.silent()
    assert signs.health().state is StreamState.STALLED
    assert signs.health().fps_in is None
    since_ns = signs.health().since_ns
    clock.advance(5)
    signs.silent()
    assert signs.health().since_ns == since_ns
    signs.frame((8, 8), 0.1)
    assert signs.health().state is StreamState.RUNNING
