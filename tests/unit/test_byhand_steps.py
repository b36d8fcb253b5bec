"""What a counter does to a count: each step and the one that takes it back, and the coverage of what was shown."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.byhand.agreement import agreement
from catseye.byhand.pictures import Pictures
from catseye.byhand.steps import Add, Amend, Declare, Drop, Step, Watch, joined, taken
from catseye.core.errors import ConfigError
from catseye.wire.hand_counts import HandComplete, HandCount, HandCrossing, HandLine, decode_json, encode_json

LINES = (HandLine(name="a", directions=("in", "out")), HandLine(name="through", directions=("through",)))
WAYS = [(line.name, way) for line in LINES for way in line.directions]
FRESH = HandCount(
    catseye_truth=1, from_s=5, until_s=30, kinds=("car", "bus", "pedestrian"), lines=LINES, crossings=(), watched=(), complete=()
)

times = st.integers(5_000, 30_000).map(lambda ms: ms / 1000)


@st.composite
def crossings(draw: st.DrawFn) -> HandCrossing:
    line, way = draw(st.sampled_from(WAYS))
    return HandCrossing(
        line=line,
        direction=way,
        road_user=draw(st.sampled_from(FRESH.kinds)),
        at_s=draw(times),
        optional=draw(st.booleans()),
        key=draw(st.sampled_from("abcde")),
    )


declared = st.builds(
    lambda way, kinds: HandComplete(line=way[0], direction=way[1], kinds=tuple(sorted(kinds))),
    st.sampled_from(WAYS),
    st.sets(st.sampled_from(FRESH.kinds)),
)
steps = st.one_of(
    crossings().map(lambda c: Add(crossing=c)),
    crossings().map(lambda c: Amend(crossing=c)),
    st.sampled_from("abcde").map(lambda key: Drop(key=key)),
    st.lists(declared, max_size=3, unique_by=lambda one: (one.line, one.direction)).map(lambda ways: Declare(ways=tuple(ways))),
    st.lists(st.tuples(times, times), max_size=3).map(lambda some: Watch(stretches=tuple(some))),
)


@given(st.lists(steps, max_size=20))
def test_whatever_is_done_reads_back_equal_and_is_taken_back_whole(some: list[Step]) -> None:
    count, back = FRESH, []
    for step in some:
        try:
            after, undo = taken(count, step)
        except ConfigError:  # a key that is not free, or was deleted
            continue
        assert decode_json(encode_json(after)) == after
        if undo is None:
            assert msgspec.structs.replace(after, watched=count.watched) == count
        else:
            back.append((count, undo))
        count = after
    for before, undo in reversed(back):
        count, _ = taken(count, undo)
        assert msgspec.structs.replace(count, watched=()) == msgspec.structs.replace(before, watched=())


@given(st.lists(st.tuples(times, times), max_size=8), st.lists(times, max_size=20))
def test_what_is_joined_covers_what_any_stretch_covered(some: list[tuple[float, float]], instants: list[float]) -> None:
    found = joined(some, (5, 30))
    ends = [at for stretch in found for at in stretch]
    assert ends == sorted(set(ends))
    for at in instants:
        inside = any(a < at < b for a, b in some)
        assert any(a <= at <= b for a, b in found) or not inside
        assert inside or not any(a < at < b for a, b in found) or any(at in stretch for stretch in some)


def test_a_step_sent_twice_is_taken_once() -> None:
    crossing = HandCrossing(line="a", direction="in", road_user="car", at_s=6, key="k")
    once, _ = taken(FRESH, Add(crossing=crossing))
    assert taken(once, Add(crossing=crossing)) == (once, None)
    with pytest.raises(ConfigError, match="Another count has that key"):
        taken(once, Add(crossing=msgspec.structs.replace(crossing, at_s=7)))


@pytest.mark.parametrize(
    "change", [{"line": "b"}, {"direction": "up"}, {"road_user": "dragon"}, {"at_s": 4.9}, {"at_s": 31}, {"key": ""}]
)
def test_a_count_of_nothing_is_refused(change: dict[str, Any]) -> None:
    crossing = HandCrossing(line="a", direction="in", road_user="car", at_s=6, key="k")
    with pytest.raises(ConfigError):
        taken(FRESH, Add(crossing=msgspec.structs.replace(crossing, **change)))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), max_size=60))
def test_pictures_that_are_kept_are_whole_and_the_newest(some: list[tuple[int, int]]) -> None:
    kept = Pictures(lambda _: b"", 100)
    order: list[tuple[int, bytes]] = []
    for n, (number, length) in enumerate(some):
        jpeg = bytes([n % 256]) * length
        gone = kept.crowded_out(length)
        kept.put(number, jpeg)
        order = [*order[len(gone) :], (number, jpeg)]
        assert sum(len(one) for _, one in order) <= 100
        newest = dict(order)
        assert {there: kept.get(there) for there in kept.numbers()} == newest
    kept.close()
    assert kept.get(0) is None


def _told(*rows: tuple[str, float, str], **more: Any) -> HandCount:
    found = tuple(
        HandCrossing(line="a", direction=way, road_user=kind, at_s=at, key=str(n)) for n, (way, at, kind) in enumerate(rows)
    )
    return msgspec.structs.replace(FRESH, crossings=found, **({"watched": ((5, 30),), "complete": None} | more))


def test_two_people_agree_where_both_watched_and_both_say_it_is_complete() -> None:
    first = _told(("in", 6, "car"), ("in", 10, "bus"), ("in", 15, "car"), ("out", 7, "car"), ("in", 29, "car"))
    second = _told(
        ("in", 7.4, "car"),
        ("in", 10.2, "car"),
        ("in", 18, "car"),
        watched=((5, 28),),
        complete=(HandComplete(line="a", direction="in", kinds=("car", "bus")),),
    )
    found = agreement(first, second)
    assert (found.both_s, found.matched, found.share) == (23, 2, 0.5)
    assert [(one.first, one.crossing.at_s) for one in found.alone] == [(True, 15), (False, 18)]
    assert [(one.first, one.second) for one in found.kinds] == [("bus", "car")]
    assert agreement(FRESH, FRESH).share is None
    with pytest.raises(ConfigError, match="different scenes"):
        agreement(first, msgspec.structs.replace(second, scene_revision="other"))
