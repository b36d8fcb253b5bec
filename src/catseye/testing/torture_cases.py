"""Scripted streets: what a detector says, who is who, where the line ends, stopping and turning."""

from collections import Counter

from catseye.core.road_users import RoadUser
from catseye.testing.passing import Row, box
from catseye.testing.torture_script import (
    Case,
    Frames,
    Named,
    Way,
    X,
    chance,
    filmed,
    listed_in,
    straight,
    trembling,
    truth,
    without,
)

CASES: list[Named] = []
case = listed_in(CASES)


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


def ghosts(fps: float) -> Frames:
    """Boxes of nothing that drift over the line like cars: hardly sure for a fifth of each second, else doubtful or none."""
    ways = [straight(7.0 * k, y=160 + 60 * (k % 2), speed=-120 if k % 2 else 120) for k in range(6)]

    def told(k: int, row: Row) -> list[Row]:
        if k % fps < fps / 5:
            return [(*row[:4], 0.42, row[5])]
        return [(*row[:4], 0.17, row[5])] if k % 2 else []

    return [(t, [one for row in rows for one in told(k, row)]) for k, (t, rows) in enumerate(filmed(ways, 42, fps=fps))]


@case
def ghosts_at_25_frames_a_second() -> Case:
    """Doubtful boxes of nothing that move over the line, followed all the way: nobody was there."""
    return Case(runs=[ghosts(25)], truth=Counter())


def faint(fps: float) -> Case:
    """Eight motorcycles that the detector is hardly sure of, on three looks of five by chance; on one of four it doubts them."""
    rng = chance(7)
    ways = [straight(5.0 * k, y=160 + 60 * (k % 2), size=(40, 44), kind=RoadUser.MOTORCYCLE) for k in range(8)]

    def told(row: Row) -> list[Row]:
        luck = rng.random()
        return [(*row[:4], 0.43 if luck < 0.6 else 0.2, row[5])] if luck < 0.85 else []

    frames = [(t, [one for row in rows for one in told(row)]) for t, rows in filmed(ways, 44, fps=fps)]
    return Case(runs=[frames], truth=truth(forward=8, kind="motorcycle"))


@case
def faint_at_25_frames_a_second() -> Case:
    """Proof takes them a second or more, and then all of their way is told."""
    return faint(25)


@case
def faint_at_5_frames_a_second() -> Case:
    """The same."""
    return faint(5)


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
