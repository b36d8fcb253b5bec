"""Who entered and left a detection zone, when, and which movements that completes."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
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


def test_a_turn_back_is_a_movement_of_its_own_and_each_completes_once() -> None:
    there_and_back = [20 + 8 * k for k in range(75)] + [612 - 8 * k for k in range(75)]
    _, done = movements(there_and_back * 3)
    assert [e.rule for e in done] == ["through", "back"]


def test_nothing_is_kept_of_who_is_gone() -> None:
    book, _ = movements([20 + 8 * k for k in range(75)] * 4)
    book.forget([7], START_NS + 10**11)
    assert all(value == 0 for value in book.present.values())
    assert book._movements._origins == {}
    assert book._movements._done == {}
