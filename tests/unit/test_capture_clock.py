from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catseye.core.capture_clock import SLEW, WINDOW_S, CaptureClock, MediaTime

S = 1_000_000_000
MS = 1_000_000
START = 1_600_000_000 * S
TB90K = Fraction(1, 90_000)
TBMS = Fraction(1, 1000)

quick = settings(max_examples=25)
intervals_ms = st.lists(st.integers(1, 5000), min_size=1, max_size=60)


def file_clock(**media: object) -> CaptureClock:
    return CaptureClock(MediaTime(**({"time_base": TBMS, "fps": 25.0} | media)), start_ns=START)  # type: ignore[arg-type]


def stamps(clock: CaptureClock, ticks: list[int | None]) -> list[int]:
    return [clock.stamp(pts, 0) - START for pts in ticks]


@quick
@given(intervals_ms, st.integers(-(2**40), 2**40))
def test_a_files_instants_are_its_start_and_its_own_times(steps: list[int], first: int) -> None:
    ticks = list(accumulate(steps, initial=first))
    clock = file_clock()
    assert stamps(clock, list(ticks)) == [(tick - first) * MS for tick in ticks]
    assert clock.discontinuities == 0


@quick
@given(st.lists(st.one_of(st.none(), st.integers(-(2**34), 2**34)), max_size=80), st.sampled_from([None, 1.0, 25.0, 1000.0]))
def test_instants_increase_strictly_whatever_the_source_says(ticks: list[int | None], fps: float | None) -> None:
    clock = CaptureClock(MediaTime(time_base=TB90K, fps=fps), start_ns=START)
    at = [clock.stamp(pts, 0) for pts in ticks]
    assert all(one < other for one, other in pairwise(at))


@quick
@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 2**33)), st.integers(0, 3 * S)), min_size=1, max_size=80),
    st.integers(0, 20 * S),
)
def test_live_instants_increase_and_are_never_later_than_arrival(frames: list[tuple[int | None, int]], backlog: int) -> None:
    clock = CaptureClock(MediaTime(time_base=TB90K), start_ns=0, live=True, backlog_ns=backlog)
    arrived = START
    last = 0
    for pts, passed in frames:
        arrived += max(passed, 1)
        at = clock.stamp(pts, arrived)
        assert last < at <= arrived
        last = at


@quick
@given(st.sampled_from([2**32, 2**33]), st.lists(st.integers(90, 800_000), min_size=1, max_size=40), st.integers(1, 2_000_000))
def test_a_counter_that_wraps_loses_no_time(turn: int, steps: list[int], before: int) -> None:
    first = turn - before
    ticks = list(accumulate(steps, initial=first))
    clock = file_clock(time_base=TB90K)
    given_out = stamps(clock, [tick % turn for tick in ticks])
    assert given_out == [(tick - first) * S // 90_000 for tick in ticks]
    assert clock.discontinuities == 0


def test_a_frame_out_of_order_across_the_wrap_is_no_jump() -> None:
    clock = file_clock(time_base=TB90K)
    turn, frame = 2**33, 3600
    assert stamps(clock, [turn - frame, 0, turn - 1, frame, 2 * frame])[-2:] == [80 * MS, 120 * MS]
    assert clock.discontinuities == 0


@quick
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(-(2**31), 2**31)), min_size=1, max_size=6))
def test_jumps_neither_make_nor_lose_time(runs: list[tuple[int, int]]) -> None:
    ticks: list[int | None] = []
    jumps = 0
    end = 0
    for frames, offset in runs:
        begin = end + offset
        if ticks:
            moved = begin - (end - 40)
            assume(not -80 < moved <= 10_100)
            assume(abs(abs(moved) - 2**32) > 20_000)
            jumps += 1
        ticks += [begin + 40 * k for k in range(frames)]
        end = begin + 40 * frames
    clock = file_clock()
    assert stamps(clock, ticks) == [40 * MS * k for k in range(len(ticks))]
    assert clock.discontinuities == jumps


def test_a_gap_up_to_the_limit_is_time_and_beyond_it_is_a_jump() -> None:
    clock = file_clock(max_gap_s=10.0)
    assert stamps(clock, [0, 10_000, 20_001]) == [0, 10_000 * MS, 10_040 * MS]
    assert clock.discontinuities == 1


def test_a_picture_every_half_minute_is_no_jump() -> None:
    clock = file_clock(fps=1 / 30)
    assert stamps(clock, [0, 30_000, 60_000])[-1] == 60 * S
    assert clock.discontinuities == 0


def test_a_repeated_or_swapped_timestamp_moves_only_its_own_frame() -> None:
    clock = file_clock()
    given_out = stamps(clock, [0, 40, 40, 80, 160, 120, 200])
    assert [given_out[k] for k in (0, 1, 3, 4, 6)] == [0, 40 * MS, 80 * MS, 160 * MS, 200 * MS]
    assert 40 * MS < given_out[2] < 42 * MS
    assert 160 * MS < given_out[5] < 162 * MS
    assert clock.discontinuities == 0


def test_missing_timestamps_go_on_at_the_rate_and_meet_known_ones_again() -> None:
    assert stamps(file_clock(fps=10.0), [None, None, None]) == [0, 100 * MS, 200 * MS]
    assert stamps(file_clock(fps=None), [None, None]) == [0, 40 * MS]
    assert stamps(file_clock(), [0, 40, None, 120, None, 200]) == [k * 40 * MS for k in range(6)]


def live_run(clock: CaptureClock, delays_ns: list[int], *, frame_ns: int = 40 * MS, rate: float = 1.0) -> list[int]:
    """Capture k at START + k frames, stamped by a camera whose clock runs at ``rate``. Returns at minus the true capture."""
    errors = []
    arrived = 0
    for k, delay in enumerate(delays_ns):
        arrived = max(arrived + 1000, START + k * frame_ns + delay)
        errors.append(clock.stamp(round(k * frame_ns * rate) * 9 // 100_000, arrived) - (START + k * frame_ns))
    return errors


def live_clock() -> CaptureClock:
    return CaptureClock(MediaTime(time_base=TB90K, fps=25.0), start_ns=0, live=True)


@quick
@given(st.lists(st.integers(0, 300), min_size=20, max_size=40))
def test_jitter_does_not_shake_the_instants(jitter_ms: list[int]) -> None:
    errors = live_run(live_clock(), [20 * MS, 20 * MS] + [(20 + ms) * MS for ms in jitter_ms])
    assert all(abs(error - 20 * MS) < 20 * MS for error in errors)
    steps = [other - one for one, other in pairwise(errors)]
    assert max(map(abs, steps), default=0) <= SLEW * 400 * MS + MS


def test_a_cameras_drifting_clock_is_followed() -> None:
    for rate in (1.0002, 0.9998):
        errors = live_run(live_clock(), [20 * MS] * 4000, rate=rate)
        assert abs(errors[-1]) < 20 * MS + WINDOW_S * S * 0.0003


def test_a_camera_whose_clock_runs_away_is_noticed() -> None:
    clock = live_clock()
    errors = live_run(clock, [20 * MS] * 2000, rate=0.9)
    assert clock.discontinuities > 0
    assert max(map(abs, errors)) < 6 * S


def test_a_stall_and_its_burst_keep_the_instants_of_capture() -> None:
    clock = live_clock()
    held = [20 * MS] * 100 + [(5000 - 40 * k) * MS for k in range(125)] + [20 * MS] * 100
    errors = live_run(clock, held)
    assert max(map(abs, errors)) <= 25 * MS + SLEW * 5 * S
    assert clock.discontinuities == 0


def test_a_backlog_sent_on_connecting_is_dated_back() -> None:
    clock = CaptureClock(MediaTime(time_base=TBMS, fps=25.0), start_ns=0, live=True, backlog_ns=4 * S)
    at = [clock.stamp(40 * k, START + k) for k in range(100)]
    assert at[0] == START - 4 * S
    assert {other - one for one, other in pairwise(at)} == {40 * MS}


def test_a_live_source_without_timestamps_is_dated_by_arrival() -> None:
    clock = live_clock()
    arrivals = [START, START + 90 * MS, START + 310 * MS]
    assert [clock.stamp(None, arrived) for arrived in arrivals] == arrivals


def test_a_live_sources_counter_may_restart() -> None:
    clock = CaptureClock(MediaTime(time_base=TBMS, fps=25.0), start_ns=0, live=True)
    for k in range(50):
        clock.stamp(90_000 + 40 * k, START + 40 * k * MS)
    again = [clock.stamp(40 * k, START + (60_000 + 40 * k) * MS) for k in range(50)]
    assert clock.discontinuities == 1
    assert abs(again[0] - (START + 60_000 * MS)) < 20 * MS
    assert {other - one for one, other in pairwise(again)} == {40 * MS}
