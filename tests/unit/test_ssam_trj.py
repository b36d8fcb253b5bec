"""SSAM's trajectories: every byte where its reader looks for it, and back again."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.testing.ground import Row, moment
from catseye.traffic.conflicts.moving import moving_rectangles
from catseye.wire.ssam_trj import TrjStep, decode, encode

metres = st.floats(-200, 200, width=32)


def step(at_s: float, cars: list[tuple[float, float, float]], first: int = 1) -> TrjStep:
    """Cars 4 m long and 2 m wide with their middles at x, y, bound for a direction."""
    x, y, way = np.array(cars, np.float64).reshape(-1, 3).T
    middle, ahead = np.stack([x, y], 1), np.stack([np.cos(way), np.sin(way)], 1)
    return TrjStep(
        at_s=at_s,
        number=np.arange(first, first + len(cars)),
        front_m=middle + 2 * ahead,
        rear_m=middle - 2 * ahead,
        width_m=np.full(len(cars), 2.0),
        speed_mps=np.full(len(cars), 10.0),
        acceleration_mps2=np.full(len(cars), -1.5),
    )


def test_bytes_are_where_the_reader_of_ssam_looks() -> None:
    content = encode([step(0.0, [(10.0, -3.0, 0.0)], first=7), step(0.5, [])])
    assert struct.unpack_from("<Bcf", content) == (0, b"L", pytest.approx(1.04))
    assert struct.unpack_from("<BBfiiii", content, 6) == (1, 1, 1.0, 7, -4, 13, -2)
    assert struct.unpack_from("<Bf", content, 28) == (2, 0.0)
    assert struct.unpack_from("<Biib8f", content, 33) == (3, 7, 0, 0, 12.0, -3.0, 8.0, -3.0, 4.0, 2.0, 10.0, -1.5)
    assert struct.unpack_from("<Bf", content, 75) == (2, 0.5)
    assert len(content) == 80


@given(st.lists(st.lists(st.tuples(metres, metres, st.floats(-3, 3)), max_size=4), min_size=1, max_size=5))
def test_what_was_written_is_read(steps: list[list[tuple[float, float, float]]]) -> None:
    written = [step(k / 10, cars) for k, cars in enumerate(steps)]
    if not any(steps):
        with pytest.raises(ValueError, match="nobody"):
            encode(written)
        return
    content = encode(written)
    read = decode(content)
    assert len(read) == len(written)
    for was, now in zip(written, read, strict=True):
        assert now.at_s == pytest.approx(was.at_s)
        assert now.number.tolist() == was.number.tolist()
        for name in ("front_m", "rear_m", "width_m", "speed_mps", "acceleration_mps2"):
            assert np.allclose(getattr(now, name), getattr(was, name), atol=1e-4)
    low_x, low_y, high_x, high_y = struct.unpack_from("<iiii", content, 12)
    middles = np.concatenate([(one.front_m + one.rear_m) / 2 for one in written])
    assert ((middles > (low_x, low_y)) & (middles < (high_x, high_y))).all()


@given(st.integers(1, 79))
def test_a_file_that_is_cut_off_is_refused_unless_a_step_ends_there(length: int) -> None:
    content = encode([step(0.0, [(10.0, -3.0, 0.0)]), step(0.5, [])])
    if length in {28, 33, 75}:
        assert len(decode(content[:length])) == {28: 0, 33: 1, 75: 1}[length]
    else:
        with pytest.raises(ConfigError):
            decode(content[:length])


@pytest.mark.parametrize(("at", "byte"), [(0, 9), (1, ord("B")), (2, 7), (6, 0), (7, 0), (8, 1), (28, 1)])
def test_another_make_is_refused(at: int, byte: int) -> None:
    content = bytearray(encode([step(0.0, [(0.0, 0.0, 0.0)])]))
    content[at] = byte
    with pytest.raises(ConfigError):
        decode(bytes(content))


def rows(x: float, speed: float) -> list[Row]:
    return [(41, RoadUser.CAR, x, 0.0, speed, 0.0), (90, RoadUser.PEDESTRIAN, 0.0, 3.0, 0.0, 1.0)]


def test_moments_become_rectangles_with_numbers_of_their_own() -> None:
    moments = [moment(100.0, rows(0.0, 10.0)).seen, moment(100.5, rows(5.0, 9.0)).seen, moment(110.0, rows(50.0, 3.0)).seen]
    first, second, late = moving_rectangles(moments, on_foot=True)
    assert [first.at_s, second.at_s, late.at_s] == [0.0, 0.5, 10.0]
    assert [one.number.tolist() for one in (first, second, late)] == [[1, 2], [1, 2], [3, 4]]
    assert first.acceleration_mps2.tolist() == [0.0, 0.0]
    assert second.acceleration_mps2 == pytest.approx([-2.0, 0.0])
    assert late.acceleration_mps2.tolist() == [0.0, 0.0]
    seen = moments[1]
    assert (second.front_m + second.rear_m) / 2 == pytest.approx(seen.xy_m)
    assert np.hypot(*(second.front_m - second.rear_m).T) == pytest.approx(seen.length_m)
    assert second.front_m[0, 0] > second.rear_m[0, 0]


def test_those_on_foot_can_be_left_out() -> None:
    (only,) = moving_rectangles([moment(1.0, rows(0.0, 10.0)).seen], on_foot=False)
    assert only.number.tolist() == [1]
    assert only.speed_mps.tolist() == [10.0]
