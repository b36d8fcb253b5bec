"""Counts held against a truth while a clip plays."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.compared import Compared, LineTally, Tally
from catseye.core.errors import ConfigError
from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.ids import RunId, StreamId
from catseye.core.known import KnownCrossing, KnownLine, KnownTruth, KnownTurn
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Movement, Scene, Zone
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.runtime.comparing import LATE_S, Comparing, unlike

BEGINS = 1_790_236_800 * NS_PER_S
BOX = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.4))
SCENE = Scene(
    lines=(
        CountLine(name="high", points=((0.0, 0.5), (1.0, 0.5)), directions=("in", "out")),
        CountLine(name="low", points=((0.0, 0.9), (1.0, 0.9)), directions=("in", "out")),
    ),
    zones=tuple(Zone(name=name, polygon=BOX) for name in ("north", "south", "east")),
    movements=(
        Movement(name="north to south", origin="north", destination="south"),
        Movement(name="north to east", origin="north", destination="east"),
    ),
)
LINES = tuple(KnownLine(name=line.name, directions=line.directions) for line in SCENE.lines)
TURNS = (
    KnownTurn(movement="north to south", origin="north", turn="through"),
    KnownTurn(movement="north to east", origin="north", turn="left"),
)
WAYS = [("high", "in"), ("high", "out"), ("low", "in"), ("north to south", "north to south"), ("north to east", "north to east")]


@dataclass(frozen=True)
class Passed:
    """Someone passed ``way`` at ``at_s``."""

    way: tuple[str, str]
    at_s: float
    kind: RoadUser = RoadUser.CAR

    def true(self, *, optional: bool = False) -> KnownCrossing:
        rule, direction = self.way
        return KnownCrossing(rule=rule, direction=direction, road_user=self.kind, at_s=self.at_s, optional=optional)

    def counted(self) -> LineCrossed | MovementCompleted:
        (rule, direction), at_ns = self.way, BEGINS + nanoseconds(self.at_s)
        if rule == direction:
            return MovementCompleted(
                id=f"{rule} {self.at_s}",
                stream=StreamId("s"),
                run=RunId("r"),
                track=1,
                rule=rule,
                at_ns=at_ns,
                seen_at_ns=at_ns,
                road_user=self.kind.label,
                point_unit=(0.5, 0.5),
                scene_revision="x",
                origin="north",
                destination="south",
            )
        return LineCrossed(
            id=f"{rule} {direction} {self.at_s}",
            stream=StreamId("s"),
            run=RunId("r"),
            track=1,
            rule=rule,
            at_ns=at_ns,
            seen_at_ns=at_ns,
            road_user=self.kind.label,
            point_unit=(0.5, 0.5),
            scene_revision="x",
            direction=direction,
        )


def known(*passed: Passed, until_s: float | None = None, kinds: frozenset[RoadUser] = frozenset(RoadUser)) -> KnownTruth:
    ordered = sorted(passed, key=lambda one: one.at_s)
    return KnownTruth(lines=LINES, turns=TURNS, crossings=tuple(one.true() for one in ordered), kinds=kinds, until_s=until_s)


def after(comparing: Comparing, now_s: float, *, ended: bool = False) -> Compared:
    return comparing.at(BEGINS, BEGINS + nanoseconds(now_s), ended=ended)


def line(compared: Compared, rule: str, direction: str) -> LineTally:
    return next(tally for tally in compared.lines if (tally.rule, tally.direction) == (rule, direction))


def numbers(tally: Tally) -> tuple[int | None, int | None, int, int]:
    return tally.counted, tally.true, tally.missed, tally.extra


passages = st.lists(
    st.builds(
        Passed,
        st.sampled_from(WAYS),
        st.integers(0, 600).map(lambda tenths: tenths / 10),
        st.sampled_from([RoadUser.CAR, RoadUser.BUS, RoadUser.BICYCLE, RoadUser.PEDESTRIAN]),
    ),
    max_size=20,
)


@given(passages, st.integers(0, 60))
def test_where_all_is_counted_as_it_was_nothing_is_wrong_at_any_time(passed: list[Passed], now_s: int) -> None:
    comparing = Comparing(known(*passed), SCENE)
    comparing.add([one.counted() for one in passed if one.at_s <= now_s])
    for ended in (False, True):
        compared = after(comparing, now_s, ended=ended)
        for tally in (*compared.lines, *compared.turns, compared.all_lines, compared.all_turns):
            assert (tally.missed, tally.extra) == (0, 0)
            assert tally.counted == tally.true
    assert comparing.mistakes(BEGINS, BEGINS + now_s * NS_PER_S) == ()
    due = [one for one in passed if one.at_s <= now_s]
    assert compared.all_lines.true == sum(one.way[0] != one.way[1] for one in due)
    assert compared.all_turns.true == sum(one.way[0] == one.way[1] and one.kind is not RoadUser.PEDESTRIAN for one in due)


@given(passages, passages)
def test_at_the_end_everyone_is_counted_missed_or_extra(true: list[Passed], counted: list[Passed]) -> None:
    comparing = Comparing(known(*true), SCENE)
    comparing.add([one.counted() for one in counted])
    compared = after(comparing, 70.0, ended=True)
    for tally in (*compared.lines, *compared.turns):
        assert tally.counted is not None
        assert tally.true is not None
        assert tally.true - tally.missed == tally.counted - tally.extra >= 0
    mistakes = comparing.mistakes(BEGINS, BEGINS + 70 * NS_PER_S)
    sums = compared.all_lines, compared.all_turns
    assert sum(mistake.extra for mistake in mistakes) == sum(tally.extra for tally in sums)
    assert sum(not mistake.extra for mistake in mistakes) == sum(tally.missed for tally in sums)


@given(passages, passages, st.lists(st.integers(0, 70), max_size=5))
def test_asking_while_it_plays_does_not_change_the_end(true: list[Passed], counted: list[Passed], asked_s: list[int]) -> None:
    once, often = Comparing(known(*true), SCENE), Comparing(known(*true), SCENE)
    once.add([one.counted() for one in counted])
    left = sorted(counted, key=lambda one: one.at_s)
    for now_s in sorted(asked_s):
        often.add([one.counted() for one in left if one.at_s <= now_s])
        left = [one for one in left if one.at_s > now_s]
        after(often, now_s)
    often.add([one.counted() for one in left])
    assert after(once, 70.0, ended=True) == after(often, 70.0, ended=True)


def test_before_the_first_frame_everything_is_null_and_never_zero() -> None:
    compared = Comparing(known(Passed(("high", "in"), 2.0)), SCENE).at(None, None)
    tallies = (*compared.lines, *compared.turns, compared.all_lines, compared.all_turns)
    assert len(tallies) == 8
    assert {numbers(tally) for tally in tallies} == {(None, None, 0, 0)}


def test_a_crossing_is_missed_only_once_it_can_no_longer_be_on_its_way() -> None:
    comparing = Comparing(known(Passed(("high", "in"), 10.0)), SCENE)
    assert numbers(line(after(comparing, 9.9), "high", "in")) == (0, 0, 0, 0)
    assert numbers(line(after(comparing, 10.0), "high", "in")) == (0, 1, 0, 0)
    assert numbers(line(after(comparing, 10.0 + LATE_S), "high", "in")) == (0, 1, 1, 0)
    assert numbers(line(after(comparing, 10.0, ended=True), "high", "in")) == (0, 1, 1, 0)
    comparing.add([Passed(("high", "in"), 10.4).counted()])
    assert numbers(line(after(comparing, 10.0 + LATE_S), "high", "in")) == (1, 1, 0, 0)


def test_one_counted_a_little_before_it_is_true_is_no_count_of_nothing() -> None:
    comparing = Comparing(known(Passed(("high", "in"), 10.0)), SCENE)
    comparing.add([Passed(("high", "in"), 9.0).counted()])
    assert numbers(line(after(comparing, 9.2), "high", "in")) == (0, 0, 0, 0)
    assert numbers(line(after(comparing, 10.2), "high", "in")) == (1, 1, 0, 0)


def test_errors_do_not_cancel() -> None:
    comparing = Comparing(known(Passed(("high", "in"), 10.0), Passed(("high", "out"), 30.0)), SCENE)
    comparing.add([Passed(("high", "in"), 20.0).counted(), Passed(("high", "in"), 30.0).counted()])
    compared = after(comparing, 60.0, ended=True)
    assert numbers(line(compared, "high", "in")) == (2, 1, 1, 2)
    assert numbers(line(compared, "high", "out")) == (0, 1, 1, 0)
    assert numbers(compared.all_lines) == (2, 2, 2, 2)
    assert [(m.extra, m.line, m.direction, m.at_s) for m in comparing.mistakes(BEGINS, BEGINS + 60 * NS_PER_S)] == [
        (False, "high", "in", 10.0),
        (True, "high", "in", 20.0),
        (True, "high", "in", 30.0),
        (False, "high", "out", 30.0),
    ]


def test_walkers_are_on_lines_and_not_in_the_turning_table() -> None:
    walker = RoadUser.PEDESTRIAN
    comparing = Comparing(
        known(Passed(("north to south", "north to south"), 5.0, walker), Passed(("low", "in"), 5.0, walker)), SCENE
    )
    comparing.add([Passed(("north to east", "north to east"), 6.0, walker).counted(), Passed(("low", "in"), 5.0, walker).counted()])
    compared = after(comparing, 60.0, ended=True)
    assert numbers(compared.all_turns) == (0, 0, 0, 0)
    assert numbers(line(compared, "low", "in")) == (1, 1, 0, 0)


def test_two_ways_to_one_side_share_a_cell() -> None:
    truth = known(Passed(("north to south", "north to south"), 5.0), Passed(("north to east", "north to east"), 8.0))
    turns = tuple(KnownTurn(movement=turn.movement, origin="north", turn="left") for turn in TURNS)
    comparing = Comparing(KnownTruth(lines=LINES, turns=turns, crossings=truth.crossings), SCENE)
    assert [numbers(cell) for cell in after(comparing, 60.0, ended=True).turns] == [(0, 2, 2, 0)]


def test_kinds_and_times_that_the_truth_cannot_judge_are_left_out() -> None:
    truth = known(Passed(("high", "in"), 5.0, RoadUser.PEDESTRIAN), until_s=20.0, kinds=frozenset({RoadUser.PEDESTRIAN}))
    comparing = Comparing(truth, SCENE)
    comparing.add([Passed(("high", "in"), 5.0).counted(), Passed(("high", "in"), 30.0, RoadUser.PEDESTRIAN).counted()])
    assert numbers(line(after(comparing, 60.0, ended=True), "high", "in")) == (0, 1, 1, 0)


def test_an_optional_crossing_is_neither_missed_nor_extra() -> None:
    truth = KnownTruth(lines=LINES, turns=(), crossings=(Passed(("high", "in"), 5.0).true(optional=True),))
    for counted in ([], [Passed(("high", "in"), 5.0).counted()]):
        comparing = Comparing(truth, SCENE)
        comparing.add(counted)
        assert numbers(line(after(comparing, 60.0, ended=True), "high", "in")) == (0, 0, 0, 0)


def test_what_truth_and_scene_do_not_share_is_named() -> None:
    truth = KnownTruth(
        lines=(LINES[0], KnownLine(name="far", directions=("in", "out"))),
        turns=(KnownTurn(movement="south to east", origin="south", turn="right"), *TURNS[:1]),
        crossings=(),
    )
    assert unlike(truth, SCENE) == (
        "The scene has no count line 'far': not compared.",
        "The truth has no count line 'low': not compared.",
        "The scene has no movement 'south to east': not compared.",
        "The truth has no movement 'north to east': not compared.",
    )
    assert unlike(known(), SCENE) == ()
    compared = after(Comparing(truth, SCENE), 1.0)
    assert {tally.rule for tally in compared.lines} == {"high"}
    assert [(tally.origin, tally.turn) for tally in compared.turns] == [("north", "through")]


def test_a_truth_of_another_street_is_refused() -> None:
    elsewhere = KnownTruth(lines=(KnownLine(name="far", directions=("in", "out")),), turns=(), crossings=())
    with pytest.raises(ConfigError, match="in common"):
        unlike(elsewhere, SCENE)
    swapped = KnownTruth(lines=(KnownLine(name="high", directions=("up", "down")),), turns=(), crossings=())
    with pytest.raises(ConfigError, match="up and down"):
        unlike(swapped, SCENE)
