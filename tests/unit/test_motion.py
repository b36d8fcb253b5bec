"""The gate sees what moves, and nothing else, whatever the size of the picture and the light."""

from functools import cache

import numpy as np
import pytest

from catseye.core.frame import U8
from catseye.vision.motion import MotionGate, MotionParams

SIZE = (640, 360)


@cache
def street(seed: int = 1, size: tuple[int, int] = SIZE) -> U8:
    """A textured picture, uint8 (H, W)."""
    coarse = np.random.default_rng(seed).integers(60, 160, (size[1] // 20 + 1, size[0] // 20 + 1))
    return np.kron(coarse, np.ones((20, 20)))[: size[1], : size[0]].astype(np.uint8)


def with_box(picture: U8, x: int, y: int, w: int = 40, h: int = 30, value: int = 230) -> U8:
    out = picture.copy()
    out[y : y + h, x : x + w] = value
    return out


def noisy(picture: U8, seed: int, sigma: float) -> U8:
    noise = np.random.default_rng(seed).standard_normal(picture.shape, np.float32) * np.float32(sigma)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def at(k: int, fps: float = 10.0) -> int:
    return round(k / fps * 1e9)


def test_the_first_frame_moves_wholly_and_an_unchanged_one_not_at_all() -> None:
    gate = MotionGate()
    first = gate.look(street(), at(0))
    assert first.flash
    assert first.regions.tolist() == [[0, 0, 640, 360]]
    for k in range(1, 20):
        again = gate.look(street(), at(k))
        assert not again.flash
        assert again.regions.shape == (0, 4)


@pytest.mark.parametrize("size", [(640, 360), (321, 241), (1920, 1080), (64, 48)])
def test_what_moves_is_inside_its_region_at_every_size(size: tuple[int, int]) -> None:
    gate, empty = MotionGate(), street(size=size)
    w, h = max(12, size[0] // 12), max(10, size[1] // 10)
    gate.look(empty, at(0))
    for k in range(1, 6):
        x, y = size[0] // 10 + k * w // 4, size[1] // 3
        (region,) = gate.look(with_box(empty, x, y, w, h), at(k)).regions
        slack = 4 * max(1, size[0] / 320)
        assert region[:2] == pytest.approx([x, y], abs=2 * w)
        assert (region[:2] <= [x + slack, y + slack]).all()
        assert (region[2:] >= [x + w - slack, y + h - slack]).all()


def test_noise_is_no_motion_and_motion_shows_through_it() -> None:
    gate = MotionGate()
    asked = [len(gate.look(noisy(street(), k, 4.0), at(k)).regions) for k in range(60)]
    assert sum(asked[20:]) == 0
    assert len(gate.look(with_box(noisy(street(), 99, 4.0), 300, 150), at(60)).regions) >= 1


def test_a_lamp_that_lights_the_whole_street_is_a_flash_and_soon_learned() -> None:
    gate = MotionGate()
    for k in range(10):
        gate.look(street(), at(k))
    bright = np.clip(street().astype(int) + 60, 0, 255).astype(np.uint8)
    assert gate.look(bright, at(10)).flash
    assert not any([gate.look(bright, at(k)).flash for k in range(11, 20)][2:])
    assert gate.look(bright, at(20)).regions.shape == (0, 4)


@pytest.mark.parametrize("fps", [2.0, 10.0])
def test_what_stops_becomes_background_in_seconds_not_frames(fps: float) -> None:
    gate = MotionGate(MotionParams(background_s=4.0))
    gate.look(street(), 0)
    stopped = with_box(street(), 300, 150)
    active = [len(gate.look(stopped, at(k, fps)).regions) > 0 for k in range(1, int(40 * fps))]
    settled_s = sum(active) / fps
    assert 4 < settled_s < 20
    assert not active[-1]


def test_a_picture_of_another_size_begins_anew() -> None:
    gate = MotionGate()
    gate.look(street(), at(0))
    assert gate.look(street(size=(321, 241)), at(1)).flash


def test_a_speck_is_no_road_user() -> None:
    gate = MotionGate()
    gate.look(street(), at(0))
    assert gate.look(with_box(street(), 300, 150, 3, 3), at(1)).regions.shape == (0, 4)


def test_time_going_back_is_harmless() -> None:
    gate = MotionGate()
    for when in (5, 3, 9, 1, 10):
        motion = gate.look(street(), at(when))
    assert motion.regions.shape == (0, 4)
