"""One way in two tracks: told under one number where it can only be one road user."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.road_users import RoadUser
from catseye.rules.positions import Positions
from catseye.rules.succession import Succession

STEP_NS = 100_000_000
Way = dict[int, tuple[float, float]]  # by look, where the road user was seen


def positions(look: int, at: dict[int, tuple[float, float]], kinds: dict[int, RoadUser]) -> Positions:
    """Road users of 50 px, cars unless ``kinds`` says otherwise."""
    numbers = sorted(at)
    point = np.array([at[n] for n in numbers], np.float64).reshape(-1, 2)
    kind = np.array([kinds.get(n, RoadUser.CAR) for n in numbers], np.int16)
    n = len(numbers)
    return Positions(
        look * STEP_NS, np.array(numbers, np.int64), point, np.full(n, 6.0), kind, np.zeros(n, np.bool_), np.ones(n, np.bool_)
    )


def told(succession: Succession, ways: dict[int, Way], kinds: dict[int, RoadUser] | None = None) -> dict[int, set[int]]:
    """The numbers that each track was told under; one is told from its fifth sighting on, with those before."""
    found: dict[int, set[int]] = {number: set() for number in ways}
    for look in range(max(max(way) for way in ways.values()) + 1):
        batch: list[Positions] = []
        now = {}
        for number, way in ways.items():
            before = sorted(k for k in way if k <= look)
            if look in way and len(before) == 5:
                batch += [positions(k, {number: way[k]}, kinds or {}) for k in before[:-1]]
            if look in way and len(before) >= 5:
                now[number] = way[look]
        batch.append(positions(look, now, kinds or {}))
        of_point = {p: number for number, way in ways.items() for p in way.values()}
        for seen in succession.renamed(batch):
            for number, (x, y) in zip(seen.number.tolist(), seen.point.tolist(), strict=True):
                found[of_point[x, y]].add(number)
    return found


def drive(first: int, last: int, *, x: float = 0.0, y: float = 100.0, speed: float = 12.0) -> Way:
    return {look: (x + speed * look, y) for look in range(first, last)}


@given(gap=st.integers(1, 18), speed=st.floats(-40, 40), off=st.floats(-0.2, 0.2))
def test_who_goes_on_where_another_was_lost_is_told_as_one(gap: int, speed: float, off: float) -> None:
    ways = {1: drive(0, 10, speed=speed), 2: drive(10 + gap, 22 + gap, speed=speed, y=100.0 + 50 * off)}
    if abs(speed) < 0.5:
        ways = {1: drive(0, 10, speed=1.0), 2: drive(10 + gap, 22 + gap, speed=1.0, y=100.5)}
    assert told(Succession(), ways) == {1: {1}, 2: {1}}


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(drive(35, 50), id="hidden for longer than two seconds"),
        pytest.param(drive(14, 30, x=336, y=100.5, speed=-12), id="the other way"),
        pytest.param(drive(14, 30, x=200), id="too far on"),
        pytest.param(drive(14, 30, y=180), id="another lane"),
        pytest.param(drive(8, 30, x=2.0), id="seen at the same time"),
    ],
)
def test_who_cannot_be_the_same_stays_another(later: Way) -> None:
    assert told(Succession(), {1: drive(0, 10), 2: later}) == {1: {1}, 2: {2}}


def test_another_kind_is_another() -> None:
    ways = {1: drive(0, 10), 2: drive(14, 30)}
    assert told(Succession(), ways, {2: RoadUser.PEDESTRIAN})[2] == {2}


def test_where_two_may_go_on_nobody_does() -> None:
    assert told(Succession(), {1: drive(0, 10), 2: drive(14, 30, y=108), 3: drive(14, 30, y=92)}) == {1: {1}, 2: {2}, 3: {3}}


def test_a_number_is_told_no_more_once_nobody_goes_under_it() -> None:
    succession = Succession()
    told(succession, {1: drive(0, 10), 2: drive(14, 30)})
    assert succession.forget([1], for_good=False) == []
    assert succession.given_up(30 * STEP_NS) == []  # 2 goes under 1
    assert succession.given_up(90 * STEP_NS) == []
    assert succession.forget([2], for_good=True) == [1]
    assert len(succession) == 0
    assert succession.forget([5], for_good=True) == [5]  # never told


def test_lost_tracks_are_kept_for_three_seconds() -> None:
    succession = Succession()
    told(succession, {1: drive(0, 10)})
    assert succession.forget([1], for_good=False) == []
    assert succession.given_up(38 * STEP_NS) == []
    assert succession.given_up(41 * STEP_NS) == [1]
    assert len(succession) == 0


def test_who_is_seen_again_beside_the_other_is_two() -> None:
    succession = Succession()
    assert told(succession, {1: drive(0, 10) | drive(26, 30, y=300), 2: drive(14, 30)})[2] == {1, 2}
    assert sorted(succession.forget([1, 2], for_good=True)) == [1, 2]
