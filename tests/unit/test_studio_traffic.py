import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.core.rectangles import Rectangles, contact_s
from catseye.studio.bodies import MODELS
from catseye.studio.scenarios import SCENARIOS, paint, scenario
from catseye.studio.scenarios.compass import ARMS, turn
from catseye.studio.street import GroundLine
from catseye.studio.traffic.demand import routes, trips
from catseye.studio.traffic.driven import STEP_S, Driven
from catseye.studio.traffic.footprints import overlap_m2
from catseye.studio.traffic.motion import body
from catseye.studio.traffic.queues import halts, in_queue
from catseye.studio.traffic.rules import over_line
from catseye.studio.traffic.script import KINDS, kinds_of, plan

LINE = GroundLine(name="line", points=((0.0, -10.0), (0.0, 10.0)), directions=("east", "west"))
place = st.floats(-20, 20)
shape = st.tuples(place, place, st.floats(-math.pi, math.pi), st.floats(0.3, 8), st.floats(0.3, 1.5))


def one(x: float, y: float, yaw: float, length: float, width: float) -> Rectangles:
    return Rectangles(np.array([[x, y]]), np.array([yaw]), np.array([[length, width]]), np.zeros(1, np.int64))


def driven(front: np.ndarray[tuple[int, ...], np.dtype[np.float64]], angle: float, speed: float) -> Driven:
    count = len(front)
    steps = np.arange(count, dtype=np.int32)
    return Driven("v0", steps, front, np.full(count, angle), np.full(count, speed), np.zeros(count, np.int32))


@given(st.sampled_from(sorted(set(MODELS) - {"debris"})), st.floats(-math.pi, math.pi), st.floats(1, 20))
def test_a_body_that_goes_straight_points_where_it_goes(name: str, angle: float, speed: float) -> None:
    along = np.array([math.cos(angle), math.sin(angle)])
    front = np.arange(50)[:, None] * speed * STEP_S * along
    moved = body(driven(front, angle, speed), MODELS[name])
    assert np.cos(moved.yaw_rad - angle) == pytest.approx(1.0)
    assert np.cos(moved.trailer_yaw_rad - angle) == pytest.approx(1.0)
    assert moved.speed_mps == pytest.approx(speed)
    assert front - moved.xy_m == pytest.approx(np.tile(MODELS[name].length_m / 2 * along, (50, 1)), abs=1e-6)


@given(st.floats(9, 40), st.floats(2, 9))
def test_the_rear_of_a_car_stays_on_the_path_of_its_front(radius: float, speed: float) -> None:
    turned = np.arange(200) * speed * STEP_S / radius
    front = radius * np.stack([np.cos(turned), np.sin(turned)], 1)
    model = MODELS["saloon"]
    moved = body(driven(front, math.pi / 2, speed), model)
    late = turned * radius > 3 * model.length_m
    rear = moved.xy_m - model.length_m / 2 * np.stack([np.cos(moved.yaw_rad), np.sin(moved.yaw_rad)], 1)
    assert np.hypot(*rear[late].T) == pytest.approx(radius, abs=0.15)


@given(shape, shape, st.floats(-15, 15), st.floats(-15, 15))
@settings(max_examples=60)
def test_bodies_touch_at_the_time_to_collision_and_not_before(
    a: tuple[float, ...], b: tuple[float, ...], vx: float, vy: float
) -> None:
    first, second = one(*a), one(*b)
    velocity = np.array([[vx, vy]])
    at = float(contact_s(first, second, velocity)[0])

    def apart_after(seconds: float) -> bool:
        later = Rectangles(first.xy_m + seconds * velocity, first.yaw_rad, first.half_m, first.row)
        return bool(contact_s(later, second, np.zeros((1, 2)))[0] > 0)

    if not math.isfinite(at):
        assert all(apart_after(seconds) for seconds in np.linspace(0.0, 5.0, 25).tolist())
    elif 1e-6 < at < 1e6:
        assert apart_after(at * 0.999)
        wide = Rectangles(first.xy_m + at * velocity, first.yaw_rad, first.half_m + 1e-5 * (1 + at), first.row)
        assert contact_s(wide, second, np.zeros((1, 2)))[0] == 0.0


@given(shape, shape)
def test_overlap_is_mutual_and_no_more_than_either(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    there, back = (float(overlap_m2(one(*p), one(*q))[0]) for p, q in ((a, b), (b, a)))
    assert there == pytest.approx(back, abs=0.01)
    assert there <= min(4 * a[3] * a[4], 4 * b[3] * b[4]) + 0.01


@given(st.lists(st.tuples(place, st.floats(-9, 9)), min_size=2, max_size=30))
def test_crossings_of_a_line_alternate_and_sum_to_the_change_of_side(path: list[tuple[float, float]]) -> None:
    xy = np.array(path)
    found = over_line(xy, np.arange(len(xy), dtype=np.int32), np.ones(len(xy), np.int32), LINE)
    ways = [direction for _, _, direction, _ in found]
    assert all(a != b for a, b in pairwise(ways))
    sides = np.sign(xy[xy[:, 0] != 0, 0])
    if len(sides):
        assert ways.count("east") - ways.count("west") == int(sides[-1] - sides[0]) // 2


@given(st.lists(st.tuples(place, st.floats(-9, 9)), min_size=2, max_size=30))
def test_time_reversed_everyone_crosses_the_other_way(path: list[tuple[float, float]]) -> None:
    xy, steps, alone = np.array(path), np.arange(len(path), dtype=np.int32), np.ones(len(path), np.int32)
    there = [way for _, _, way, _ in over_line(xy, steps, alone, LINE)]
    back = [way for _, _, way, _ in over_line(xy[::-1], steps, alone, LINE)]
    assert [{"east": "west", "west": "east"}[way] for way in reversed(back)] == there


paths = st.lists(st.tuples(place, st.floats(-9, 9)), min_size=1, max_size=12)


@given(st.lists(paths, min_size=1, max_size=4))
def test_paths_one_after_the_other_cross_a_line_as_each_alone(several: list[list[tuple[float, float]]]) -> None:
    number = np.repeat(np.arange(1, len(several) + 1, dtype=np.int32), [len(path) for path in several])
    step = np.concatenate([np.arange(len(path), dtype=np.int32) for path in several])
    each = [np.array(path) for path in several]
    alone = [
        crossed
        for k, xy in enumerate(each, start=1)
        for crossed in over_line(xy, np.arange(len(xy), dtype=np.int32), np.full(len(xy), k, np.int32), LINE)
    ]
    assert over_line(np.concatenate(each), step, number, LINE) == alone


def test_a_queue_is_joined_below_5_and_left_above_10_km_per_h() -> None:
    speed = np.array([30, 7, 4, 7, 9, 11, 7, 3, 3]) / 3.6
    assert in_queue(speed).tolist() == [False, False, True, True, True, False, False, True, True]


def test_a_halt_lasts_three_seconds() -> None:
    still = np.zeros(30)
    assert halts(np.concatenate([[5.0], still, [5.0], still[:29], [5.0]])) == 1


@given(st.integers(0, 1000), st.floats(0.2, 2.0))
@settings(max_examples=5)
def test_the_same_seed_sends_the_same_trips(seed: int, demand: float) -> None:
    once, again = (trips(SCENARIOS["junction"], seed=seed, seconds=120, demand=demand) for _ in range(2))
    assert routes(once) == routes(again)
    assert [trip.depart_s for trip in once] == sorted(trip.depart_s for trip in once)


def test_bicycles_and_motorcycles_are_on_the_road() -> None:
    drawn = [t.model for t in trips(SCENARIOS["junction"], seed=1, seconds=7200, demand=1.0) if t.model != "walker"]
    assert min(drawn.count("bicycle"), drawn.count("motorcycle")) >= 0.04 * len(drawn)


def test_ten_minutes_of_the_junction_have_every_happening_once() -> None:
    planned = plan(SCENARIOS["junction"], kinds_of("all"), seed=3, seconds=1200)
    kinds = [item.kind for item in planned]
    assert sorted(kinds) == sorted(KINDS * 2)
    assert plan(SCENARIOS["junction"], kinds_of("none"), seed=3, seconds=1200) == []


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as told:
        scenario("juntion")
    assert told.value.remedy == "Did you mean 'junction'?"
    with pytest.raises(ConfigError) as told:
        kinds_of("near_mis")
    assert told.value.remedy == "Did you mean 'near_miss'?"


def test_right_is_the_next_arm_counter_clockwise_of_who_drives_in() -> None:
    assert [turn("north", arm) for arm in ARMS] == ["u", "left", "through", "right"]


@given(st.floats(5, 100), st.floats(0.5, 6), st.floats(0.5, 6))
def test_dashes_cover_their_share_of_the_way(length: float, paint_m: float, gap_m: float) -> None:
    marks = list(paint.dashes("lane", ((0.0, 0.0), (length / 2, 0.0), (length, 0.0)), (paint_m, gap_m)))
    covered = sum(max(x for x, _ in m.polygon) - min(x for x, _ in m.polygon) for m in marks)
    whole = math.floor(length / (paint_m + gap_m)) * paint_m
    assert whole - 0.1 <= covered <= whole + paint_m + 0.1
