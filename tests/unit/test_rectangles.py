"""When two rectangles touch: against a sampling of time, and what must not matter."""

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from catseye.core.geometry import F64
from catseye.core.rectangles import Rectangles, contact_s, ways_meet

Box = tuple[float, float, float, float, float]  # x, y, yaw, half length, half width
places = st.floats(-20, 20)
boxes = st.tuples(places, places, st.floats(-np.pi, np.pi), st.floats(0.5, 6), st.floats(0.3, 1.3))
velocities = st.tuples(st.floats(-15, 15), st.floats(-15, 15))


def rectangle(box: Box) -> Rectangles:
    x, y, yaw, length, width = box
    return Rectangles(np.array([[x, y]]), np.array([yaw]), np.array([[length, width]]), np.zeros(1, np.int64))


def contact(a: Box, b: Box, velocity: tuple[float, float]) -> float:
    return float(contact_s(rectangle(a), rectangle(b), np.array([velocity]))[0])


def gap_m(a: Box, b: Box) -> float:
    """The distance of two rectangles, by points all round one and the distance of each to the other; 0 where they overlap."""
    found = []
    for one, other in ((a, b), (b, a)):
        corners = rectangle(one).corners()[0]
        edges = [corners[k] + np.linspace(0, 1, 41)[:, None] * (corners[k - 3] - corners[k]) for k in range(4)]
        found.append(_outside_m(np.concatenate([*edges, np.array([one[:2]])]), other))
    return min(found)


def _outside_m(points: F64, box: Box) -> float:
    x, y, yaw, length, width = box
    turned = (points - (x, y)) @ np.array([[np.cos(yaw), -np.sin(yaw)], [np.sin(yaw), np.cos(yaw)]])
    return float(np.hypot(*np.maximum(np.abs(turned) - (length, width), 0.0).T).min())


def moved(box: Box, velocity: tuple[float, float], by_s: float) -> Box:
    return (box[0] + by_s * velocity[0], box[1] + by_s * velocity[1], *box[2:])


@given(boxes, boxes, velocities)
def test_contact_is_when_a_sampling_finds_it(a: Box, b: Box, velocity: tuple[float, float]) -> None:
    first = contact(a, b, velocity)
    speed = float(np.hypot(*velocity))
    near_m = 0.3  # the distance of two sampled points on an edge of 12 m
    if not np.isfinite(first):
        assert all(gap_m(moved(a, velocity, t), b) > 0 for t in np.linspace(0.1, 10, 12))
        return
    assume(first < 30)
    assert gap_m(moved(a, velocity, first), b) <= near_m
    for share in (0.0, 0.5, 0.9):
        apart = gap_m(moved(a, velocity, share * first), b)
        assert apart <= (1 - share) * first * speed + near_m
        assert first == 0 or apart > 0 or (1 - share) * first * speed < 1e-6


@given(boxes, boxes, velocities, st.floats(-np.pi, np.pi), places, places)
def test_neither_who_is_first_nor_where_north_is_matters(
    a: Box, b: Box, velocity: tuple[float, float], turn: float, x: float, y: float
) -> None:
    back = (-velocity[0], -velocity[1])
    first = contact(a, b, velocity)
    near = [contact(a, tuple_of(b, grow), velocity) for grow in (-1e-6, 1e-6)]  # where they just graze either may be said
    low, high = min(near) - 1e-3, max(near) + 1e-3
    assume(np.isfinite(high) == np.isfinite(low))

    def turned(px: float, py: float) -> tuple[float, float]:
        return px * np.cos(turn) - py * np.sin(turn), px * np.sin(turn) + py * np.cos(turn)

    def elsewhere(box: Box) -> Box:
        px, py = turned(*box[:2])
        return px + x, py + y, box[2] + turn, *box[3:]

    for other in (contact(b, a, back), contact(elsewhere(a), elsewhere(b), turned(*velocity))):
        assert low <= other <= high or (np.isinf(first) and np.isinf(other))


def tuple_of(box: Box, grow: float) -> Box:
    return (*box[:3], box[3] + grow, box[4] + grow)


@given(st.floats(0.1, 50), st.floats(0.5, 30), st.floats(-np.pi, np.pi))
@example(gap=10.0, closing=5.0, yaw=0.0)
def test_one_behind_the_other_touches_after_the_gap_over_the_closing_speed(gap: float, closing: float, yaw: float) -> None:
    ahead = np.array([np.cos(yaw), np.sin(yaw)])
    x, y = ((gap + 4.0) * ahead).tolist()
    u, v = (closing * ahead).tolist()
    found = contact((0.0, 0.0, yaw, 2.0, 0.9), (x, y, yaw, 2.0, 0.9), (u, v))
    assert abs(found - gap / closing) < 1e-9 * (1 + gap / closing)


def test_ways_meet_where_fronts_are_at_one_place_at_an_angle_that_stands_against_doubt() -> None:
    a, across, behind = ((0.0, 0.0, yaw, 2.0, 0.9) for yaw in (0.0, np.pi / 2, 0.1))
    over = (2.0, -2.0, *across[2:])  # whose front is at (2, 0), too
    assert [len(part) for part in ways_meet(rectangle(a), rectangle(over))] == [1, 1]
    assert not len(ways_meet(rectangle(a), rectangle(behind))[0])
    doubt = (np.array([1.0]), np.array([1.0]))
    assert not len(ways_meet(rectangle(a), rectangle(over), doubt)[0])
    assert not len(ways_meet(rectangle(a), rectangle((2.0, -9.0, *across[2:])))[0])
