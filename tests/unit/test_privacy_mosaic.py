"""What a mosaic tells of what is under it: the means of its blocks, and no more."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.privacy import mosaic

SIZE = (64, 48)


def textured(seed: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)


def pixelated(picture: np.ndarray, area: tuple[int, int, int, int], side: int) -> np.ndarray:
    target = picture.copy()
    mosaic.pixelate(picture, target, area, side)
    return target


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), side=st.sampled_from([8, 16]))
def test_only_the_means_of_blocks_survive(seed: int, side: int) -> None:
    picture = textured(seed)
    shuffled = picture.copy()
    rng = np.random.default_rng(seed + 1)
    for y in range(0, 48, side):
        for x in range(0, 64, side):
            block = shuffled[y : y + side, x : x + side]
            block[:] = rng.permutation(block.reshape(-1, 3)).reshape(block.shape)
    assert not np.array_equal(picture, shuffled)
    area = (0, 0, *SIZE)
    assert np.array_equal(pixelated(picture, area, side), pixelated(shuffled, area, side))


def test_a_different_mean_does_show_so_the_test_above_could_fail() -> None:
    dark, bright = np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 200, np.uint8)
    assert not np.array_equal(pixelated(dark, (0, 0, 16, 16), 8), pixelated(bright, (0, 0, 16, 16), 8))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 99), value=st.integers(0, 255))
def test_values_are_quantised(seed: int, value: int) -> None:
    flat = np.full((16, 16, 3), value, np.uint8)
    assert set(np.unique(pixelated(flat, (0, 0, 16, 16), 16))) == {value // 32 * 32 + 16}
    assert len(np.unique(pixelated(textured(seed), (0, 0, *SIZE), 8))) <= 256 // mosaic.QUANTUM


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(-50, 120), y=st.floats(-50, 120), width=st.floats(0, 90), height=st.floats(0, 90), side=st.sampled_from([8, 16, 32])
)
def test_areas_grow_to_whole_blocks_of_the_pictures_own_grid(x: float, y: float, width: float, height: float, side: int) -> None:
    size = (70, 50)  # no multiple of any block
    area = np.array([[x, y, x + width, y + height]])
    grown = mosaic.align(area, side, size)
    outside = x + width <= 0 or y + height <= 0 or x >= size[0] or y >= size[1]
    assert len(grown) == (0 if outside else 1)
    for x1, y1, x2, y2 in grown:
        assert x1 % side == 0
        assert y1 % side == 0
        assert x2 % side == 0 or x2 == size[0]
        assert y2 % side == 0 or y2 == size[1]
        assert x1 <= max(x, 0)
        assert y1 <= max(y, 0)
        assert x2 >= min(x + width, size[0])
        assert y2 >= min(y + height, size[1])
        assert x2 > x1
        assert y2 > y1


@settings(max_examples=25, deadline=None)
@given(extent=st.floats(0.1, 4000), across=st.integers(2, 12))
def test_blocks_are_powers_of_two_and_few(extent: float, across: int) -> None:
    side = int(mosaic.block_sides(np.array([extent]), across)[0])
    assert side >= mosaic.MIN_BLOCK_PX
    assert side & (side - 1) == 0
    assert extent / side <= across


@pytest.mark.parametrize("area", [(64, 0, 70, 8), (64, 40, 70, 50), (0, 40, 8, 50)])
def test_a_block_cut_by_the_edge_is_replaced_wholly(area: tuple[int, int, int, int]) -> None:
    picture = textured(3, (70, 50))
    shown = pixelated(picture, area, 8)
    x1, y1, x2, y2 = area
    for x in range(x1, x2, 8):
        for y in range(y1, y2, 8):
            assert len(np.unique(shown[y : min(y + 8, y2), x : min(x + 8, x2)].reshape(-1, 3), axis=0)) == 1


def head_moved_over_the_grid(side: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """A head of random detail, 3 blocks wide, and the average of its mosaics as it moves, each shifted back onto it."""
    rng = np.random.default_rng(5)
    extent = 3 * side
    head = rng.integers(0, 256, (extent, extent, 3)).astype(np.uint8)
    registered = np.zeros((extent, extent))
    for _ in range(steps):
        dx, dy = rng.integers(0, 2 * side, 2)
        street = np.full((extent + 4 * side, extent + 4 * side, 3), 120, np.uint8)
        street[side + dy : side + dy + extent, side + dx : side + dx + extent] = head
        shown = pixelated(street, (0, 0, street.shape[1], street.shape[0]), side)
        registered += shown[side + dy : side + dy + extent, side + dx : side + dx + extent, 1]
    return head[:, :, 1].astype(np.float64), registered / steps


def detail(picture: np.ndarray, side: int) -> np.ndarray:
    """What is finer than half a block: the picture less its own average over half blocks."""
    half = side // 2
    tiles = picture.reshape(picture.shape[0] // half, half, -1, half)
    return np.asarray((tiles - tiles.mean(axis=(1, 3), keepdims=True)).ravel(), np.float64)


def test_averaging_many_frames_brings_no_detail_back() -> None:
    head, averaged = head_moved_over_the_grid(8, 200)
    true, left = detail(head, 8), detail(averaged, 8)
    assert left.std() < 0.1 * true.std()
    assert true.std() > 20  # there was detail to bring back


def natural(extent: int, rng: np.random.Generator) -> np.ndarray:
    """Texture with the spectrum of natural pictures, amplitude falling with frequency; (extent, extent), mean 120."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(extent), np.fft.fftfreq(extent)))
    frequency[0, 0] = 1
    texture = np.fft.ifft2(np.fft.fft2(rng.normal(size=(extent, extent))) / frequency).real
    return np.asarray(np.clip((texture - texture.mean()) / texture.std() * 45 + 120, 0, 255), np.float64)


def finer_than(period_px: int, picture: np.ndarray) -> np.ndarray:
    frequency = np.hypot(*(np.meshgrid(*[np.fft.fftfreq(len(picture))] * 2)))
    spectrum = np.fft.fft2(picture)
    spectrum[frequency < 1 / period_px] = 0
    return np.asarray(np.fft.ifft2(spectrum).real.ravel(), np.float64)


def attack(quantum: int, frames: int = 30, side: int = 8, extent: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """The strongest linear attack on a head that walks over the grid: every shift, the street behind and the spectrum are known.

    Returns the head and the regularised least squares guess of it.
    """
    rng = np.random.default_rng(0)
    head, wide = natural(extent, rng), extent + 2 * side
    rows, seen = [], []
    for _ in range(frames):
        dx, dy = rng.integers(0, side, 2)
        street, pixel = np.full((wide, wide), 120.0), np.eye(1 + extent * extent)[np.zeros((wide, wide), int)]
        street[dy : dy + extent, dx : dx + extent] = head
        pixel[dy : dy + extent, dx : dx + extent] = np.eye(1 + extent * extent)[1:].reshape(extent, extent, -1)
        blocks = wide // side
        means = street.reshape(blocks, side, blocks, side).mean(axis=(1, 3)).ravel()
        seen.append((means // quantum * quantum + quantum / 2 if quantum > 1 else means) - 120)
        rows.append(pixel.reshape(blocks, side, blocks, side, -1).mean(axis=(1, 3)).reshape(blocks * blocks, -1)[:, 1:])
    system, observed = np.concatenate(rows), np.concatenate(seen)
    guess = np.linalg.solve(system.T @ system + 0.002 * np.eye(extent * extent), system.T @ observed)
    return head, guess.reshape(extent, extent)


def test_the_best_linear_guess_from_many_frames_has_no_detail_finer_than_a_block() -> None:
    head, guess = attack(mosaic.QUANTUM)
    assert np.corrcoef(finer_than(8, head), finer_than(8, guess))[0, 1] < 0.4


def test_without_quantisation_the_attack_would_work_so_the_test_above_can_fail() -> None:
    head, guess = attack(1)
    assert np.corrcoef(finer_than(8, head), finer_than(8, guess))[0, 1] > 0.6
