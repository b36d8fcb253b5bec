"""Scripted streets with exact truth: what a detector would say, frame by frame, and who truly crossed.

Each case is a function that returns its runs. A street is 640 x 360 px with one count line from bottom to top in its middle, unless
the case says otherwise; who goes right crosses it ``forward``. A car's box is 60 x 40 px. Where nobody could know from the boxes
what happened, the case says so and asks for what can be asked.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from catseye.core.road_users import RoadUser
from catseye.testing.passing import Row, box

FORWARD, BACKWARD = "forward", "backward"
X = 320.0
ACROSS = ((X, 360.0), (X, 0.0))
Frames = list[tuple[float, list[Row]]]
Way = Callable[[float], Row | None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """``runs`` are frames in order of arrival: (seconds, boxes). ``most`` is given where less may be counted than truly was."""

    runs: Sequence[Frames]
    truth: Counter[tuple[str, str]]
    line: tuple[tuple[float, float], tuple[float, float]] = ACROSS
    most: Counter[tuple[str, str]] | None = None


@dataclass(frozen=True)
class Named:
    """A case and what it is called."""

    name: str
    make: Callable[[], Case] = field(repr=False)


CASES: list[Named] = []


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    """List a case under the name of its function."""
    CASES.append(Named(make.__name__.replace("_", " "), make))
    return make


def truth(*, forward: int = 0, backward: int = 0, kind: str = "car") -> Counter[tuple[str, str]]:
    return +Counter({(FORWARD, kind): forward, (BACKWARD, kind): backward})


def straight(
    begin_s: float,
    *,
    y: float = 200.0,
    speed: float = 120.0,
    start: float = -40.0,
    size: tuple[float, float] = (60, 40),
    kind: RoadUser = RoadUser.CAR,
    confidence: float = 0.8,
) -> Way:
    """Someone who drives across the view from the left, or with a negative speed from the right."""

    def at(t: float) -> Row | None:
        x = (start if speed > 0 else 640 - start) + speed * (t - begin_s)
        seen = -size[0] / 2 < x < 640 + size[0] / 2
        return box(x, y, size=size, kind=kind, confidence=confidence) if t >= begin_s and seen else None

    return at


def filmed(ways: Iterable[Way], until_s: float, *, fps: float = 10.0, from_s: float = 0.0) -> Frames:
    """Frames at an even rate, boxes cut by the picture's edge."""
    ways = list(ways)
    times = [from_s + k / fps for k in range(round((until_s - from_s) * fps) + 1)]
    return [(t, [cut(row) for way in ways if (row := way(t)) is not None]) for t in times]


def cut(row: Row) -> Row:
    x1, y1, x2, y2, confidence, kind = row
    return (max(x1, 0.0), max(y1, 0.0), min(x2, 640.0), min(y2, 360.0), confidence, kind)


def trembling(frames: Frames, by_px: float, seed: int = 1) -> Frames:
    """Every edge of every box shaken evenly by up to ``by_px``."""
    rng = chance(seed)

    def shaken(row: Row) -> Row:
        a, b, c, d = (edge + rng.uniform(-by_px, by_px) for edge in row[:4])
        return (a, b, c, d, row[4], row[5])

    return [(t, [shaken(row) for row in rows]) for t, rows in frames]


def chance(seed: int) -> random.Random:
    """The same chance every time."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret with it


def without(frames: Frames, gone: Callable[[float, Row], bool]) -> Frames:
    return [(t, [row for row in rows if not gone(t, row)]) for t, rows in frames]


# Flicker and misses


@case
def one_frame_flicker() -> Case:
    """Every second box is missing."""
    frames = filmed([straight(0.5), straight(1.0, y=300, speed=-120)], 8)
    return Case(runs=[[(t, rows if k % 2 else []) for k, (t, rows) in enumerate(frames)]], truth=truth(forward=1, backward=1))


@case
def unseen_on_the_line() -> Case:
    """Hidden for 1.2 s, from well before the line to well beyond it."""
    frames = filmed([straight(0.0)], 8)
    return Case(runs=[without(frames, lambda t, _: 2.4 < t < 3.6)], truth=truth(forward=1))


@case
def doubtful_on_the_line() -> Case:
    """The detector is sure of it on either side only."""
    frames = filmed([straight(0.0)], 8)
    faint = [(t, [(*row[:4], 0.2 if 2.2 < t < 3.8 else 0.8, row[5]) for row in rows]) for t, rows in frames]
    return Case(runs=[[(t, [(a, b, c, d, e, f) for a, b, c, d, e, f in rows]) for t, rows in faint]], truth=truth(forward=1))


@case
def seen_on_two_frames_of_five() -> Case:
    """Ten motorcycles as today's detectors see them: on 40 % of their frames, by chance."""
    rng = chance(4)
    ways = [straight(4.0 * k, kind=RoadUser.MOTORCYCLE, size=(30, 40)) for k in range(10)]
    frames = without(filmed(ways, 48), lambda *_: rng.random() > 0.4)
    return Case(runs=[frames], truth=truth(forward=10, kind="motorcycle"))


@case
def trembling_boxes() -> Case:
    """Edges shake by 4 px, a tenth of the height."""
    ways = [straight(2.5 * k, y=180 + 60 * (k % 2), speed=120 if k % 2 else -120) for k in range(12)]
    return Case(runs=[trembling(filmed(ways, 40), 4.0)], truth=truth(forward=6, backward=6))


@case
def two_boxes_for_one_car() -> Case:
    """Every third frame has a second, slightly larger box round the same car."""
    frames = filmed([straight(0.0, start=40)], 8)
    twice = [
        (t, rows + [(a - 3, b - 3, c + 3, d + 2, 0.5, k) for a, b, c, d, _, k in rows if n % 3 == 0])
        for n, (t, rows) in enumerate(frames)
    ]
    return Case(runs=[twice], truth=truth(forward=1))


@case
def false_boxes_beside_the_line() -> Case:
    """One-frame boxes of nothing, everywhere, for a minute."""
    rng = chance(2)
    frames: Frames = [
        (k / 10, [box(rng.uniform(40, 600), rng.uniform(60, 350), confidence=0.6)] if rng.random() < 0.15 else [])
        for k in range(600)
    ]
    return Case(runs=[frames], truth=Counter())


@case
def kind_flickers() -> Case:
    """Now a car, now a van, now a truck: most often a car."""
    kinds = [RoadUser.CAR, RoadUser.VAN, RoadUser.CAR, RoadUser.TRUCK, RoadUser.CAR]
    frames = filmed([straight(0.0)], 8)
    return Case(runs=[[(t, [(*r[:5], kinds[k % 5]) for r in rows]) for k, (t, rows) in enumerate(frames)]], truth=truth(forward=1))


# Who is who


@case
def meeting_on_the_line() -> Case:
    """Two cars pass each other on the line, and the nearer hides the farther for half a second."""
    frames = filmed([straight(0.0, y=190), straight(0.0, y=215, speed=-120)], 8)
    return Case(runs=[without(frames, lambda t, r: 2.7 < t < 3.3 and r[3] == 190)], truth=truth(forward=1, backward=1))


@case
def overtaken_on_the_line() -> Case:
    """A fast car passes a slow one on the line, boxes overlapping by half."""
    frames = filmed([straight(0.0, speed=80), straight(2.1, y=216, speed=160)], 10)
    return Case(runs=[frames], truth=truth(forward=2))


@case
def order_of_boxes_changes() -> Case:
    """Three abreast; the detector lists them in another order every frame."""
    rng = chance(3)
    frames = filmed([straight(0.0, y=y) for y in (120, 180, 240)], 8)
    return Case(runs=[[(t, rng.sample(rows, len(rows))) for t, rows in frames]], truth=truth(forward=3))


@case
def walker_by_a_waiting_motorcycle() -> Case:
    """A walker goes along the line behind a waiting motorcycle, half of it hidden; then the motorcycle drives over the line."""

    def motorcycle(t: float) -> Row | None:
        return box(290 + max(0.0, t - 6) * 100, 200, size=(40, 50), kind=RoadUser.MOTORCYCLE) if t < 9.5 else None

    def walker(t: float) -> Row | None:
        return box(286, 120 + 22 * t, size=(22, 60), kind=RoadUser.PEDESTRIAN) if t < 9.5 else None

    return Case(runs=[filmed([motorcycle, walker], 10)], truth=truth(forward=1, kind="motorcycle"))


@case
def two_wheelers_between_cars() -> Case:
    """Two rows of cars stand; five motorcycles ride through between them."""
    stand: list[Way] = [lambda _, x=x, y=y: box(x, y) for x in (200, 275, 350, 425) for y in (170, 240)]  # type: ignore[misc]
    ride = [straight(1.0 + 2.0 * k, y=205, size=(26, 34), kind=RoadUser.MOTORCYCLE) for k in range(5)]
    return Case(runs=[filmed([*stand, *ride], 18)], truth=truth(forward=5, kind="motorcycle"))


@case
def a_bus_hides_a_car() -> Case:
    """A bus stands before the line; a car behind it is unseen for 1.3 s, over the line."""

    def bus(_: float) -> Row | None:
        return box(320, 260, size=(180, 90), kind=RoadUser.BUS)

    frames = filmed([bus, straight(0.5, y=205)], 9)
    return Case(runs=[without(frames, lambda _, r: r[5] == RoadUser.CAR and r[0] > 215 and r[2] < 425)], truth=truth(forward=1))


@case
def a_bus_hides_a_car_for_long() -> Case:
    """The same for 4 s: whether who comes out is who went in, nobody can know. Counted once or not at all, never twice."""

    def bus(_: float) -> Row | None:
        return box(320, 260, size=(400, 90), kind=RoadUser.BUS)

    frames = filmed([bus, straight(0.5, y=205, speed=80)], 11)
    hidden = without(frames, lambda _, r: r[5] == RoadUser.CAR and r[0] > 130 and r[2] < 510)
    return Case(runs=[hidden], truth=Counter(), most=truth(forward=1))


@case
def a_crowd_goes_both_ways() -> Case:
    """Twenty walkers, ten each way, close together."""
    ways = [
        straight(0.7 * k, y=150 + 17 * (k % 10), speed=45 if k % 2 else -45, size=(18, 48), kind=RoadUser.PEDESTRIAN)
        for k in range(20)
    ]
    return Case(runs=[filmed(ways, 34)], truth=truth(forward=10, backward=10, kind="pedestrian"))


# Where the line ends


@case
def just_inside_and_just_outside_the_ends() -> Case:
    """The line reaches from 120 to 240 px; two pass 4 px inside its ends, two 4 px outside."""
    frames = filmed([straight(1.5 * k, y=y) for k, y in enumerate((116, 124, 236, 244))], 12)
    return Case(runs=[frames], truth=truth(forward=2), line=((X, 240.0), (X, 120.0)))


@case
def exactly_through_an_end() -> Case:
    """On the very end it is counted once or not at all."""
    return Case(runs=[filmed([straight(0.0, y=240)], 8)], truth=Counter(), most=truth(forward=1), line=((X, 240.0), (X, 120.0)))


@case
def a_bus_wider_than_the_line() -> Case:
    """A bus of 200 px over a line of 60: its box reaches past both ends, its wheels pass between them."""
    way = straight(0.0, y=230, size=(200, 120), kind=RoadUser.BUS, start=-110)
    return Case(runs=[filmed([way], 10)], truth=truth(forward=1, kind="bus"), line=((X, 260.0), (X, 200.0)))


@case
def a_box_that_reaches_over_the_end() -> Case:
    """A truck passes beyond the line's end; only its box covers the line."""
    way = straight(0.0, y=280, size=(150, 110), kind=RoadUser.TRUCK, start=-80)
    return Case(runs=[filmed([way], 9)], truth=Counter(), line=((X, 240.0), (X, 120.0)))


@case
def round_the_end_and_back_over() -> Case:
    """Up on the left, round the line's upper end, and down over it from the right: once, backward."""

    def way(t: float) -> Row | None:
        if t < 3:
            return box(220, 300 - 70 * t)
        if t < 5:
            return box(220 + 100 * (t - 3), 90)
        return box(420 - 60 * (t - 5), 90 + 45 * (t - 5)) if t < 9 else None

    return Case(runs=[filmed([way], 10)], truth=truth(backward=1), line=((X, 240.0), (X, 120.0)))


@case
def slanted_line() -> Case:
    """The line runs across the lanes at 45 degrees."""
    ways = [straight(1.5 * k, y=120 + 50 * k) for k in range(4)]
    return Case(runs=[filmed(ways, 12)], truth=truth(forward=4), line=((140.0, 340.0), (440.0, 40.0)))


# Stopping and turning


def stopping(begin_s: float, at_x: float, until_s: float) -> Way:
    """Drives up, stops with its foot at ``at_x``, goes on at ``until_s``."""
    arriving, leaving = straight(begin_s), straight(until_s, start=at_x)
    stops_s = begin_s + (at_x + 40) / 120

    def at(t: float) -> Row | None:
        if t < stops_s:
            return arriving(t)
        return box(at_x, 200) if t < until_s else leaving(t)

    return at


@case
def a_queue_that_stops_on_the_line() -> Case:
    """Five cars, one after the other, stop on the line for 12 s each and tremble there by 3 px."""
    ways = [stopping(20.0 * k, X, 20.0 * k + 15) for k in range(5)]
    return Case(runs=[trembling(filmed(ways, 104), 3.0)], truth=truth(forward=5))


@case
def parked_on_the_line() -> Case:
    """A parked car trembles on the line for two minutes."""
    return Case(runs=[trembling(filmed([lambda _: box(X + 1, 200)], 120), 3.0)], truth=Counter())


@case
def its_foot_is_hidden_by_turns() -> Case:
    """A car waits 4 px before a level line; what passes before it hides a fifth of it every few seconds."""
    frames = filmed([lambda _: box(320, 194)], 60)
    hidden = [(t, [(a, b, c, d - 8 if int(t / 1.5) % 2 else d, e, k) for a, b, c, d, e, k in rows]) for t, rows in frames]
    return Case(runs=[hidden], truth=Counter(), line=((200.0, 190.0), (440.0, 190.0)))


@case
def over_the_line_and_back() -> Case:
    """Drives half a length over the line, and reverses all the way: once each way."""

    def way(t: float) -> Row | None:
        x = -40 + 100 * t if t < 4 else 360 - 80 * (t - 4)
        return box(x, 200) if x > -30 else None

    return Case(runs=[filmed([way], 9)], truth=truth(forward=1, backward=1))


@case
def only_the_bumper_over_the_line() -> Case:
    """Noses 3 px over the line, within what a box trembles by, and reverses: not counted."""

    def way(t: float) -> Row | None:
        x = -40 + 100 * t if t < 3.63 else 323 - 80 * (t - 3.63)
        return box(x, 200) if x > -30 else None

    return Case(runs=[filmed([way], 9)], truth=Counter())


@case
def u_turn() -> Case:
    """Over the line, round, and back over it on the other side of the road: once each way."""

    def way(t: float) -> Row | None:
        if t < 4.2:
            return box(-40 + 100 * t, 170)
        if t < 5.4:
            return box(380 + 20 * (1 - abs(t - 4.8) / 0.6), 170 + 75 * (t - 4.2))
        return box(380 - 100 * (t - 5.4), 260) if t < 9 else None

    return Case(runs=[filmed([way], 10)], truth=truth(forward=1, backward=1))


@case
def a_platoon() -> Case:
    """Fifteen cars, bumper to bumper at 8 px."""
    ways = [straight(0.0, start=-40 - 68.0 * k) for k in range(15)]
    return Case(runs=[filmed(ways, 15)], truth=truth(forward=15))


# Frames and clocks


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
