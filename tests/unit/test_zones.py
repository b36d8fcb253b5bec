"""Who entered and left a detection zone, when, and which movements that completes."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from catseye.core.events import Event, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.scene import Movement, Scene, Zone
from catseye.pipeline.rulebook import Rulebook
from catseye.rules.zones import SETTLE_S, ZoneWatch
from catseye.testing.passing import RUN, SIZE, STREAM, sighting
from catseye.testing.scripted import START_NS

MIDDLE = Zone(name="middle", polygon=((0.25, 0.0), (0.75, 0.0), (0.75, 1.0), (0.25, 1.0)))  # 160 to 480 px
WEST = Zone(name="west", polygon=((0.0, 0.0), (0.25, 0.0), (0.25, 1.0), (0.0, 1.0)))
EAST = Zone(name="east", polygon=((0.75, 0.0), (1.0, 0.0), (1.0, 1.0), (0.75, 1.0)))


def watch() -> ZoneWatch:
    return ZoneWatch(MIDDLE, Scene(zones=(MIDDLE,)).fit(SIZE), stream=STREAM, run=RUN)


def follow(zone: ZoneWatch, xs: Sequence[float], *, fps: float = 10.0, number: int = 7) -> list[Event]:
    return [e for k, x in enumerate(xs) for e in zone.update(sighting(k / fps, {number: (x, 180.0)}))]


def after_s(event: Event) -> float:
    return (event.at_ns - START_NS) / 1e9


@pytest.mark.parametrize("fps", [2, 10, 30])
def test_passing_through_gives_an_entry_a_leave_and_the_dwell(fps: int) -> None:
    entered, left = follow(watch(), [100 + 80 * k / fps for k in range(6 * fps)], fps=fps)
    assert isinstance(entered, ZoneEntered)
    assert isinstance(left, ZoneLeft)
    assert after_s(entered) == pytest.approx(60 / 80, abs=0.5 / fps)
    assert after_s(left) == pytest.approx(380 / 80, abs=0.5 / fps)
    assert left.dwell_s == pytest.approx(4.0, abs=1 / fps)
    assert not entered.appeared
    assert not left.vanished


def test_who_is_first_seen_inside_has_appeared_and_who_ends_inside_has_vanished() -> None:
    zone = watch()
    (entered,) = follow(zone, [300.0] * 10)
    assert isinstance(entered, ZoneEntered)
    assert entered.appeared
    assert entered.at_ns == START_NS
    assert zone.present == 1
    (left,) = zone.forget([7], START_NS + 5_000_000_000)
    assert isinstance(left, ZoneLeft)
    assert left.vanished
    assert left.dwell_s == pytest.approx(0.9)
    assert zone.present == 0
    assert zone._stays == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([158.0, 162.0]), max_size=40))
def test_trembling_over_the_edge_never_gives_two_entries_in_a_row(xs: list[float]) -> None:
    zone = watch()
    events = [*follow(zone, xs), *zone.forget([7], START_NS + 10**10)]
    kinds = [type(event) for event in events]
    assert kinds == [ZoneEntered, ZoneLeft] * (len(kinds) // 2)
    for entered, left in zip(events[::2], events[1::2], strict=True):
        assert left.at_ns >= entered.at_ns
    assert len({event.id for event in events}) == len(events)


def test_a_tremble_shorter_than_the_settling_time_changes_nothing() -> None:
    assert follow(watch(), [100.0] * 10 + [162.0, 158.0] * 50 + [100.0] * 10) == []
    (entered,) = follow(watch(), [300.0] * 10 + [158.0, 162.0] * 50 + [300.0] * 10)
    assert isinstance(entered, ZoneEntered)
    assert SETTLE_S > 0.1


def test_a_passer_by_of_a_moment_is_not_in_the_zone() -> None:
    assert follow(watch(), [100.0] * 5 + [300.0] * 2 + [100.0] * 10) == []
    assert follow(watch(), [100.0] * 5 + [600.0] * 2 + [100.0] * 10) == []  # across it and back


REACH = 8.0  # of a sighting
SMALL = Zone(name="small", polygon=((0.4375, 0.4), (0.5625, 0.4), (0.5625, 0.6), (0.4375, 0.6)))  # 280 to 360 and 144 to 216 px


def drive(scene: Scene, *, fps: float, speed: float, phase: float = 0.0, aside: float = 0.0, angle: float = 0.0) -> list[Event]:
    """Straight at ``speed`` px/s over (320, 180 + aside) at 0 s, seen a while before and after."""
    book = Rulebook(scene.fit(SIZE), stream=STREAM, run=RUN)
    half_s = 140.0 / speed + 0.5 + 2 / fps
    times = [(k + phase) / fps - half_s for k in range(math.ceil(2 * half_s * fps))]
    events: list[Event] = []
    for at_s in times:
        x, y = 320.0 + speed * at_s * math.cos(angle), 180.0 + aside + speed * at_s * math.sin(angle)
        events += book.update(sighting(at_s, {7: (x, y)}, reach=REACH))
    return events + book.forget([7], START_NS + round(times[-1] * 1e9))


@given(st.floats(1, 30), st.floats(80, 4000), st.floats(0, 1, exclude_max=True), st.floats(-90, 90), st.floats(-math.pi, math.pi))
@example(10.0, 1500.0, 0.5, 0.0, 0.0)  # through it between two sightings
@example(25.0, 300.0, 0.5, 0.0, 0.0)  # in it for 0.27 s
def test_on_a_straight_way_the_frame_rate_does_not_decide_who_was_in_a_zone(
    fps: float, speed: float, phase: float, aside: float, angle: float
) -> None:
    way = [(320 + d * math.cos(angle), 180 + aside + d * math.sin(angle)) for d in range(-140, 141)]
    depth = [min(x - 280, 360 - x, y - 144, 216 - y) for x, y in way]
    events = drive(Scene(zones=(SMALL,)), fps=fps, speed=speed, phase=phase, aside=aside, angle=angle)
    if max(depth) < -1:
        assert events == []
        return
    assume(max(depth) >= 2 * REACH + 1)
    entered, left = events
    assert isinstance(entered, ZoneEntered)
    assert isinstance(left, ZoneLeft)
    inside = [d for d, deep in zip(range(-140, 141), depth, strict=True) if deep > 0]
    assert after_s(entered) == pytest.approx(inside[0] / speed, abs=1.5 / speed)
    assert after_s(left) == pytest.approx(inside[-1] / speed, abs=1.5 / speed)
    assert left.dwell_s == pytest.approx(after_s(left) - after_s(entered), abs=0.001)
    assert (entered.appeared, left.vanished) == (False, False)


@given(
    st.lists(st.sampled_from([-0.9, -0.5, -0.1, 0.1, 0.5, 0.9]), max_size=40), st.floats(0, 400), st.sampled_from([2.0, 10.0, 25.0])
)
def test_who_trembles_along_the_rim_at_any_speed_is_not_in_the_zone(shares: list[float], speed: float, fps: float) -> None:
    """Never inside for 0.3 s or two sightings on end, and never deeper than the reach: neither rule may see a visit."""
    ys = [-2 * REACH]
    for share in shares:
        ys += [REACH * share, -REACH * 0.5]
    zone = watch()
    rim = 0.25 * SIZE[0]
    events = [e for k, y in enumerate(ys) for e in zone.update(sighting(k / fps, {7: (rim + y, 20 + speed * k / fps)}))]
    assert [*events, *zone.forget([7], START_NS + 10**11)] == []


def test_who_begins_well_inside_and_drives_out_at_once_has_left() -> None:
    zone = watch()
    entered, left = follow(zone, [440.0, 470.0, *[500.0 + 30 * k for k in range(10)]])
    assert isinstance(entered, ZoneEntered)
    assert isinstance(left, ZoneLeft)
    assert entered.appeared
    assert after_s(left) == pytest.approx(4 / 30)
    assert follow(watch(), [476.0, *[500.0 + 30 * k for k in range(10)]]) == []  # first seen on the rim


def test_who_ends_well_inside_a_moment_after_driving_in_has_entered() -> None:
    zone = watch()
    assert follow(zone, [20.0 + 60 * k for k in range(4)]) == []
    entered, left = zone.forget([7], START_NS + 10**9)
    assert isinstance(entered, ZoneEntered)
    assert isinstance(left, ZoneLeft)
    assert after_s(entered) == pytest.approx(14 / 60)
    assert left.vanished
    shallow = watch()
    assert follow(shallow, [100.0] * 5 + [166.0]) == []
    assert shallow.forget([7], START_NS + 10**9) == []


def movements(xs: Sequence[float], *, number: int = 7) -> tuple[Rulebook, list[MovementCompleted]]:
    scene = Scene(
        zones=(WEST, EAST),
        movements=(
            Movement(name="through", origin="west", destination="east"),
            Movement(name="back", origin="west", destination="west"),
        ),
    )
    book = Rulebook(scene.fit(SIZE), stream=STREAM, run=RUN)
    events = [e for k, x in enumerate(xs) for e in book.update(sighting(k / 10, {number: (x, 180.0)}))]
    return book, [e for e in events if isinstance(e, MovementCompleted)]


def test_a_movement_is_out_of_one_zone_and_later_into_another() -> None:
    _, (through,) = movements([20 + 8 * k for k in range(75)])
    assert (through.rule, through.origin, through.destination) == ("through", "west", "east")
    assert after_s(through) == pytest.approx(460 / 80, abs=0.1)
    _, wrong_way = movements([620 - 8 * k for k in range(75)])
    assert wrong_way == []


@pytest.mark.parametrize("zones", [(WEST, MIDDLE), (MIDDLE, WEST)])
def test_a_movement_between_zones_that_touch_is_seen_whichever_is_listed_first(zones: tuple[Zone, Zone]) -> None:
    scene = Scene(zones=zones, movements=(Movement(name="over", origin="west", destination="middle"),))
    book = Rulebook(scene.fit(SIZE), stream=STREAM, run=RUN)
    events = [e for k in range(40) for e in book.update(sighting(k / 10, {7: (20.0 + 8 * k, 180.0)}))]
    assert [e.rule for e in events if isinstance(e, MovementCompleted)] == ["over"]


IN = Zone(name="in", polygon=((0.3, 0.4), (0.42, 0.4), (0.42, 0.6), (0.3, 0.6)))
OUT = Zone(name="out", polygon=((0.58, 0.4), (0.7, 0.4), (0.7, 0.6), (0.58, 0.6)))
LAPPED = Zone(name="out", polygon=((0.4, 0.4), (0.52, 0.4), (0.52, 0.6), (0.4, 0.6)))


@settings(max_examples=60)
@given(st.sampled_from([OUT, LAPPED]), st.booleans(), st.booleans(), st.floats(1, 30), st.floats(80, 4000))
@example(OUT, True, True, 2.0, 2000.0)
def test_the_frame_rate_does_not_decide_whether_a_movement_is_seen(
    out: Zone, out_first: bool, back: bool, fps: float, speed: float
) -> None:
    zones = (out, IN) if out_first else (IN, out)
    ways = tuple(Movement(name=f"{a} to {b}", origin=a, destination=b) for a, b in (("in", "out"), ("out", "in")))
    events = drive(Scene(zones=zones, movements=ways), fps=fps, speed=speed, angle=math.pi if back else 0.0)
    (done,) = [e for e in events if isinstance(e, MovementCompleted)]
    (entered,) = [e for e in events if isinstance(e, ZoneEntered) and e.rule == done.destination]
    assert (done.rule, done.at_ns) == ("out to in" if back else "in to out", entered.at_ns)


def test_a_zone_within_another_is_not_out_of_it() -> None:
    scene = Scene(zones=(MIDDLE, SMALL), movements=(Movement(name="m", origin="middle", destination="small"),))
    assert not [e for e in drive(scene, fps=10, speed=80) if isinstance(e, MovementCompleted)]


def test_a_movement_into_where_the_track_ends_is_seen() -> None:
    book, none = movements([200.0 - 30 * k for k in range(6)] + [50.0 + 30 * k for k in range(16)])
    assert none == []
    assert [e.rule for e in book.forget([7], START_NS + 10**11) if isinstance(e, MovementCompleted)] == ["through"]


def test_a_turn_back_is_a_movement_of_its_own_and_each_completes_once() -> None:
    there_and_back = [20 + 8 * k for k in range(75)] + [612 - 8 * k for k in range(75)]
    _, done = movements(there_and_back * 3)
    assert [e.rule for e in done] == ["through", "back"]


def test_nothing_is_kept_of_who_is_gone() -> None:
    book, _ = movements([20 + 8 * k for k in range(75)] * 4)
    book.forget([7], START_NS + 10**11)
    assert all(value == 0 for value in book.present.values())
    assert book._movements._origins == {}
    assert book._movements._inside == {}
    assert book._movements._done == {}
