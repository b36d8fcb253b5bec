"""Who crossed, when, which way: what must hold whatever the line and the path."""

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catseye.core.events import LineCrossed
from catseye.core.geometry import along, signed_distance
from catseye.core.road_users import RoadUser
from catseye.rules.lines import LineCounter
from catseye.testing.passing import RUN, SIZE, STREAM, scene_of, sighting
from catseye.testing.scripted import START_NS

XY = tuple[float, float]
REACH = 8.0
UPRIGHT = ((320.0, 60.0), (320.0, 300.0))  # its right-hand side, "forward" into it, is on the left of the picture

few = settings(max_examples=10, deadline=None)
coordinate = st.integers(0, 640).map(float)
points = st.tuples(coordinate, coordinate)


def counter(a: XY = UPRIGHT[0], b: XY = UPRIGHT[1]) -> LineCounter:
    scene = scene_of([("line", a, b)])
    return LineCounter(scene.lines[0], scene.fit(SIZE), stream=STREAM, run=RUN)


def follow(line: LineCounter, path: Sequence[XY], *, fps: float = 10.0, number: int = 7, start_s: float = 0.0) -> list[LineCrossed]:
    return [e for k, point in enumerate(path) for e in line.update(sighting(start_s + k / fps, {number: point}, reach=REACH))]


def straight(a: XY, b: XY, steps: int = 20) -> list[XY]:
    return [(a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps + 1)]


def ways(events: Sequence[LineCrossed]) -> Counter[str]:
    return Counter(event.direction for event in events)


@st.composite
def line_and_path(draw: st.DrawFn) -> tuple[tuple[XY, XY], list[XY]]:
    """A line, and a path whose corners are clear of it, so that every passage in it is a real one."""
    a, b = draw(points), draw(points)
    assume(np.hypot(a[0] - b[0], a[1] - b[1]) > 40)
    corners = draw(st.lists(points, min_size=2, max_size=5, unique=True))
    assume((np.abs(signed_distance(np.array(corners), a, b)) > 2.5 * REACH).all())
    path = [corners[0]]
    for before, after in itertools.pairwise(corners):
        path += straight(before, after, draw(st.integers(1, 8)))[1:]
    return (a, b), path


def test_each_way_over_a_line_is_named_as_the_scene_says() -> None:
    right = follow(counter(), straight((200, 200), (440, 200)))
    assert ways(right) == {"backward": 1}
    assert right[0].point_unit == pytest.approx((0.5, 200 / 360))
    assert right[0].road_user == RoadUser.CAR.label
    assert ways(follow(counter(), straight((440, 200), (200, 200)))) == {"forward": 1}


@few
@given(line_and_path())
def test_reversing_the_ends_of_a_line_swaps_its_directions(drawn: tuple[tuple[XY, XY], list[XY]]) -> None:
    (a, b), path = drawn
    there, back = follow(counter(a, b), path), follow(counter(b, a), path)
    assert [(e.at_ns, e.direction) for e in there] == [
        (e.at_ns, {"forward": "backward", "backward": "forward"}[e.direction]) for e in back
    ]


@few
@given(line_and_path())
def test_reversing_time_swaps_directions_and_keeps_number_and_instants(drawn: tuple[tuple[XY, XY], list[XY]]) -> None:
    (a, b), path = drawn
    there, back = follow(counter(a, b), path), follow(counter(a, b), path[::-1])
    assert ways(there)["forward"] == ways(back)["backward"]
    assert ways(there)["backward"] == ways(back)["forward"]
    whole_ns = round((len(path) - 1) / 10 * 1e9)
    mirrored = [whole_ns - (e.at_ns - START_NS) for e in reversed(back)]
    assert mirrored == pytest.approx([e.at_ns - START_NS for e in there], abs=2000)


@few
@given(line_and_path())
def test_a_mirrored_scene_swaps_directions(drawn: tuple[tuple[XY, XY], list[XY]]) -> None:
    (a, b), path = drawn
    assume((np.abs(along(np.array(path), a, b) - 0.5) > 1e-6).all())

    def mirror(p: XY) -> XY:
        return (640.0 - p[0], p[1])

    there = ways(follow(counter(a, b), path))
    mirrored = ways(follow(counter(mirror(a), mirror(b)), [mirror(p) for p in path]))
    assert (there["forward"], there["backward"]) == (mirrored["backward"], mirrored["forward"])


@few
@given(line_and_path())
def test_entries_and_exits_balance(drawn: tuple[tuple[XY, XY], list[XY]]) -> None:
    """Over a line that spans the whole plane, what crossed forward less what came back is where it now is."""
    (a, b), path = drawn
    dx, dy = b[0] - a[0], b[1] - a[1]
    events = ways(follow(counter((a[0] - 50 * dx, a[1] - 50 * dy), (b[0] + 50 * dx, b[1] + 50 * dy)), path))
    first, last = np.sign(signed_distance(np.array([path[0], path[-1]]), a, b))
    assert events["forward"] - events["backward"] == (last - first) / 2


@st.composite
def corners_clear_of(draw: st.DrawFn, sides: Sequence[tuple[XY, XY]]) -> list[XY]:
    """A path's corners, none of them near any of the lines."""
    clear = points.filter(lambda p: all(abs(signed_distance(np.array([p]), a, b)[0]) > 2.5 * REACH for a, b in sides))
    return draw(st.lists(clear, min_size=2, max_size=8))


RING = [(200.0, 100.0), (440.0, 120.0), (420.0, 260.0), (210.0, 240.0)]
SIDES = [(RING[k], RING[(k + 1) % 4]) for k in range(4)]  # clockwise in the picture: right of each side is inside


@few
@given(corners=corners_clear_of(SIDES), steps=st.integers(1, 15))
def test_a_closed_ring_of_lines_conserves(corners: list[XY], steps: int) -> None:
    path = [p for a, b in itertools.pairwise(corners) for p in straight(a, b, steps)]
    net = 0
    for a, b in SIDES:
        events = ways(follow(counter(a, b), path))
        net += events["forward"] - events["backward"]
    within = [all(signed_distance(np.array([p]), a, b)[0] > 0 for a, b in SIDES) for p in (corners[0], corners[-1])]
    assert net == within[1] - within[0]


@few
@given(fps=st.integers(1, 30), speed=st.integers(40, 400), start=st.integers(0, 200), phase=st.floats(0, 1))
def test_the_instant_is_exact_for_uniform_motion_at_any_frame_rate(fps: int, speed: int, start: int, phase: float) -> None:
    seconds = 640 / speed + 2
    path = [(start + speed * (k + phase) / fps, 200.0) for k in range(int(seconds * fps))]
    assume(path[0][0] < 320)
    (event,) = follow(counter(), path, fps=fps)
    assert (event.at_ns - START_NS) / 1e9 == pytest.approx((320 - start) / speed - phase / fps, abs=1e-6)
    assert event.seen_at_ns >= event.at_ns


def test_a_point_on_the_line_keeps_its_side() -> None:
    assert follow(counter(), [(280, 200), (320, 200), (320, 200), (280, 200), (270, 200)]) == []
    (over,) = follow(counter(), [(280, 200), (320, 200), (320, 200), (360, 200)])
    assert over.at_ns == START_NS + 200_000_000  # it left the line after its last sighting on it


def test_who_appears_on_the_line_has_not_crossed_it() -> None:
    assert follow(counter(), [(320, 200), (320, 200), (360, 200), (400, 200)]) == []


@few
@given(
    at=st.floats(-60, 60),
    jitter=st.lists(st.floats(-REACH * 0.99, REACH * 0.99), min_size=2, max_size=200),
)
def test_trembling_within_the_trusted_reach_never_counts(at: float, jitter: list[float]) -> None:
    assert follow(counter(), [(320 + at + shake, 200) for shake in jitter]) == []


def test_a_parked_vehicle_trembling_on_the_line_is_not_counted_in_five_minutes() -> None:
    shake = np.random.default_rng(1).normal(0, REACH / 4, (3000, 2))
    assert follow(counter(), [(320.0 + dx, 200.0 + dy) for dx, dy in shake.tolist()]) == []


def test_who_drives_up_and_parks_on_the_line_counts_at_most_once() -> None:
    shake = np.random.default_rng(2).normal(0, REACH / 4, 3000)
    path = [*straight((100, 200), (320, 200)), *((320.0 + dx, 200.0) for dx in shake.tolist())]
    assert len(follow(counter(), path)) <= 1


def test_a_turn_back_over_the_line_gives_one_each_way() -> None:
    path = [*straight((200, 150), (420, 150)), *straight((420, 210), (200, 210))]
    assert [e.direction for e in follow(counter(), path)] == ["backward", "forward"]


def test_a_turn_back_before_it_is_clear_of_the_line_gives_none() -> None:
    assert follow(counter(), [*straight((200, 150), (322, 150)), *straight((322, 150), (200, 150))]) == []


@few
@given(start=st.integers(100, 300), gone=st.floats(0.02, 3.0), height=st.integers(-50, 500))
def test_who_passes_beyond_the_ends_is_not_counted(start: int, gone: float, height: int) -> None:
    assume(not 60 <= height <= 300)
    assert follow(counter(), straight((start, height), (460, height), max(2, round(gone * 10)))) == []


@pytest.mark.parametrize("end", [60.0, 300.0])
def test_through_the_very_end_counts_at_most_once_and_going_round_it_never(end: float) -> None:
    assert len(follow(counter(), straight((200, end), (440, end)))) <= 1
    outside = end - 40 if end < 100 else end + 40
    assert follow(counter(), [*straight((200, outside), (440, outside)), (440, 200)]) == []


@few
@given(missing=st.sets(st.integers(1, 39), max_size=25), growth=st.lists(st.floats(0.5, 2.0), min_size=41, max_size=41))
def test_one_passage_counts_once_whatever_flickers(missing: set[int], growth: list[float]) -> None:
    line = counter()
    events = [
        event
        for k, (x, y) in enumerate(straight((200, 200), (440, 200), 40))
        if k not in missing
        for event in line.update(sighting(k / 10, {7: (x, y)}, reach=REACH * growth[k]))
    ]
    assert ways(events) == {"backward": 1}
    assert (events[0].at_ns - START_NS) / 1e9 == pytest.approx(2.0, abs=1e-6)


def test_two_at_once_and_a_second_passage_have_ids_of_their_own() -> None:
    line = counter()
    events = [
        event
        for k in range(81)
        for event in line.update(
            sighting(k / 10, {1: (200 + 6 * min(k, 80 - k), 120), 2: (440 - 6 * min(k, 80 - k), 220)}, reach=REACH)
        )
    ]
    assert Counter((e.track, e.direction) for e in events) == {
        (1, "backward"): 1,
        (1, "forward"): 1,
        (2, "forward"): 1,
        (2, "backward"): 1,
    }
    assert len({e.id for e in events}) == 4


def test_nothing_is_kept_of_ten_thousand_passages() -> None:
    line = counter()
    passed = 0
    for batch in range(100):
        numbers = range(batch * 100, batch * 100 + 100)
        for k, x in enumerate((280.0, 310.0, 360.0)):
            passed += len(line.update(sighting(batch + k / 10, dict.fromkeys(numbers, (x, 200.0)), reach=REACH)))
        line.forget(numbers)
    assert passed == 10_000
    assert len(line) == 0
    assert not any(value for value in vars(line).values() if isinstance(value, dict))
