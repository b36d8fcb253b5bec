"""Scripted streets: frames and clocks."""

from collections import Counter

from catseye.testing.torture_script import Case, Named, chance, cut, filmed, listed_in, straight, truth

CASES: list[Named] = []
case = listed_in(CASES)


def at_rate(fps: float, speed: float) -> Case:
    ways = [straight(6.0 * k, speed=speed if k % 2 else -speed, y=160 + 60 * (k % 2)) for k in range(8)]
    return Case(runs=[filmed(ways, 48 + 700 / speed, fps=fps)], truth=truth(forward=4, backward=4))


@case
def thirty_frames_a_second() -> Case:
    """Eight cars at 2 lengths a second."""
    return at_rate(30, 120)


@case
def ten_frames_a_second() -> Case:
    """The same."""
    return at_rate(10, 120)


@case
def five_frames_a_second() -> Case:
    """The same."""
    return at_rate(5, 120)


@case
def three_frames_a_second() -> Case:
    """The same."""
    return at_rate(3, 120)


@case
def two_frames_a_second() -> Case:
    """The same: a whole length from frame to frame."""
    return at_rate(2, 120)


@case
def one_frame_a_second() -> Case:
    """Eight slow cars: at two lengths from frame to frame nobody could tell which is which."""
    return at_rate(1, 60)


@case
def a_third_of_the_frames_dropped() -> Case:
    """By chance."""
    rng = chance(5)
    frames = filmed([straight(2.0 * k, speed=120 if k % 2 else -120, y=160 + 60 * (k % 2)) for k in range(10)], 28)
    return Case(runs=[[f for f in frames if rng.random() > 1 / 3]], truth=truth(forward=5, backward=5))


@case
def a_second_dropped_on_the_line() -> Case:
    """No frame for one second, while both cross."""
    frames = filmed([straight(0.0), straight(0.2, y=300, speed=-120)], 8)
    return Case(runs=[[f for f in frames if not 2.5 < f[0] < 3.5]], truth=truth(forward=1, backward=1))


@case
def the_clock_jumps_ahead() -> Case:
    """No frame for 10 s: who crossed meanwhile nobody saw, so it is not counted (nor covered); those before and after are."""
    frames = filmed([straight(0.0), straight(8.0), straight(22.0)], 30)
    return Case(runs=[[f for f in frames if not 10.5 < f[0] < 20.5]], truth=truth(forward=2))


@case
def the_clock_is_set_back() -> Case:
    """By a quarter of a second, while a car nears the line: frames of a time that came already are as if they had never come."""
    frames = filmed([straight(0.0)], 8)
    return Case(runs=[[(t if t < 2.5 else t - 0.25, rows) for t, rows in frames]], truth=truth(forward=1))


@case
def the_clock_is_set_back_by_a_second() -> Case:
    """To the clock the car leaps two lengths in a tenth of a second: whether it is the same one, nobody can know. Never twice."""
    frames = filmed([straight(0.0)], 8)
    late = [(t if t < 2.5 else t - 1.0, rows) for t, rows in frames]
    return Case(runs=[late], truth=Counter(), most=truth(forward=1))


@case
def every_frame_twice() -> Case:
    """A camera that repeats every frame, with the same time."""
    frames = filmed([straight(0.0), straight(0.5, y=300, speed=-120)], 8)
    return Case(runs=[[f for f in frames for _ in range(2)]], truth=truth(forward=1, backward=1))


@case
def frames_in_disorder() -> Case:
    """Every second pair of frames arrives in the wrong order."""
    frames = filmed([straight(0.0), straight(0.5, y=300, speed=-120)], 8)
    mixed = [f for k in range(0, len(frames) - 3, 4) for f in (frames[k], frames[k + 1], frames[k + 3], frames[k + 2])]
    return Case(runs=[mixed], truth=truth(forward=1, backward=1))


@case
def an_uneven_clock() -> Case:
    """Frames come in bursts, their times shaken by half a frame."""
    rng = chance(6)
    ways = [straight(2.0 * k, y=160 + 60 * (k % 2)) for k in range(6)]
    times = sorted(k / 10 + rng.uniform(-0.05, 0.05) for k in range(1, 180))
    return Case(runs=[[(t, [cut(r) for w in ways if (r := w(t)) is not None]) for t in times]], truth=truth(forward=6))


@case
def reconnected_before_the_line() -> Case:
    """The stream breaks and comes back while the car is still well before the line: the second run sees it cross."""
    frames = filmed([straight(0.0)], 8)
    return Case(runs=[[f for f in frames if f[0] < 1.5], [f for f in frames if f[0] > 1.8]], truth=truth(forward=1))


@case
def reconnected_on_the_line() -> Case:
    """The stream breaks when the car is on the line. Neither run saw both sides, and nothing joins two runs: it is not counted."""
    frames = filmed([straight(0.0)], 8)
    return Case(
        runs=[[f for f in frames if f[0] < 2.95], [f for f in frames if f[0] > 3.05]], truth=Counter(), most=truth(forward=1)
    )


@case
def reconnected_after_the_line() -> Case:
    """The stream breaks when the car is clear of the line: counted by the first run, and not again by the second."""
    frames = filmed([straight(0.0)], 8)
    return Case(runs=[[f for f in frames if f[0] < 3.5], [f for f in frames if f[0] > 3.8]], truth=truth(forward=1))
