from itertools import pairwise

from catseye.core.time import nanoseconds
from catseye.runtime.pacing import Paced
from catseye.testing import FakeClock, ScriptedSource, blank_frame
from catseye.testing.conformance import check_source


def test_frames_come_at_their_own_distance_and_none_is_left_out() -> None:
    clock = FakeClock()
    frames = [blank_frame(seq, fps=10) for seq in (0, 1, 2, 12)]
    began = clock.now_ns()
    arrived = [frame.arrived_ns - began for frame in Paced(ScriptedSource(frames), clock).frames()]
    assert arrived == [0, nanoseconds(0.1), nanoseconds(0.2), nanoseconds(1.2)]


def test_who_is_slow_catches_up_without_waiting() -> None:
    clock = FakeClock()
    released = []
    for frame in Paced(ScriptedSource([blank_frame(seq, fps=10) for seq in range(6)]), clock).frames():
        released.append(clock.monotonic_ns())
        if frame.seq == 1:
            clock.advance(0.25)
    assert [round(one / 1e6) for one in released] == [0, 100, 350, 350, 400, 500]


def test_a_step_of_the_wall_clock_moves_nothing() -> None:
    clock = FakeClock()
    arrived = []
    for frame in Paced(ScriptedSource([blank_frame(seq, fps=10) for seq in range(4)]), clock).frames():
        arrived.append(frame.arrived_ns)
        clock.step(-3600.0 if frame.seq % 2 else 7200.0)
    assert {other - one for one, other in pairwise(arrived)} == {nanoseconds(0.1)}


def test_closing_ends_it_and_the_recording() -> None:
    source = ScriptedSource([blank_frame(seq) for seq in range(5)])
    paced = Paced(source, FakeClock())
    frames = paced.frames()
    next(frames)
    paced.close()
    assert list(frames) == []
    assert source.closed


def test_it_is_a_source_as_any_other() -> None:
    check_source(lambda: Paced(ScriptedSource([blank_frame(seq) for seq in range(5)]), FakeClock()))
