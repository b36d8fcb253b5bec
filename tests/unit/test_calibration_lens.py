"""Straight things tell how much a lens bends the picture; lenses that bend nothing are not accused of it."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from catseye.calibration.lens import Lens, lens_of, parse_straight, speed_errors, undistorted
from catseye.cli import main
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera

CAMERA = PoleCamera(position_m=(-14.0, -10.0, 8.0), look_at_m=(2.0, 1.0), fov_deg=75.0, size=(1280, 720))
CLICK_PX = 1.0
KERBS = (((-12, -4), (14, -4)), ((-10, 5), (14, 5)), ((-6, -6), (-6, 10)), ((8, -8), (8, 10)))


def clicked(k1: float, random: np.random.Generator) -> list[F64]:
    """Seven points along each of four kerbs, as a lens shows them."""
    camera = replace(CAMERA, k1=k1)
    lines = []
    for begin, end in KERBS:
        share = np.linspace(0, 1, 7)[:, None]
        at = np.column_stack([np.array(begin) * (1 - share) + np.array(end) * share, np.zeros(7)])
        px, depth = camera.project(at)
        assert (depth > 0).all()
        lines.append(px + random.normal(0, CLICK_PX, px.shape))
    return lines


@given(st.floats(-0.25, 0.15), st.integers(0, 10_000))
def test_a_lens_is_found_within_its_stated_error(k1: float, seed: int) -> None:
    found = lens_of(clicked(k1, np.random.default_rng(seed)), CAMERA.size, CLICK_PX)
    assert found.k1 == pytest.approx(k1, abs=5 * found.error)
    assert found.left_px < 6 * CLICK_PX


def test_errors_are_stated_as_large_as_they_are() -> None:
    random = np.random.default_rng(3)
    found = [lens_of(clicked(-0.1, random), CAMERA.size, CLICK_PX) for _ in range(100)]
    off = np.array([(one.k1 + 0.1) / one.error for one in found])
    assert 0.7 < np.sqrt((off**2).mean()) < 1.4
    assert all(one.bends for one in found)


def test_a_straight_lens_is_seldom_accused() -> None:
    random = np.random.default_rng(4)
    accused = [lens_of(clicked(0.0, random), CAMERA.size, CLICK_PX).bends for _ in range(100)]
    assert sum(accused) <= 12


@given(st.floats(-0.25, 0.15), st.lists(st.tuples(st.floats(0, 1280), st.floats(0, 720)), min_size=1, max_size=9))
def test_points_are_led_back_through_the_lens(k1: float, points: list[tuple[float, float]]) -> None:
    px = np.array(points)
    again = replace(CAMERA, k1=k1).distort(undistorted(px, k1, CAMERA.size))
    radius = np.hypot(*((undistorted(px, k1, CAMERA.size) - CAMERA.centre_px) / 640).T)
    inside = 1 + 3 * k1 * radius**2 > 0.4  # beyond it the polynomial turns back, and no lens is like that
    assert again[inside] == pytest.approx(px[inside], abs=1.0)


def ground(k1: float) -> F64:
    """The homography that fits the bent picture best, from unit coordinates to metres."""
    import cv2

    camera = replace(CAMERA, k1=k1)
    unit = np.stack(np.meshgrid(np.linspace(0.05, 0.95, 9), np.linspace(0.5, 0.97, 9)), axis=-1).reshape(-1, 2)
    found, _ = cv2.findHomography(unit, camera.ground(unit * camera.size))
    return np.asarray(found, np.float64)


@pytest.mark.parametrize("k1", [-0.2, -0.05, 0.1])
def test_what_a_bend_does_to_speeds_is_said_as_it_is(k1: float) -> None:
    """Against true metres of a camera with such a lens; the order is right, for the best fit is not the only one."""
    homography, camera = ground(k1), replace(CAMERA, k1=k1)
    unit = np.stack(np.meshgrid(np.linspace(0.1, 0.9, 9), np.linspace(0.55, 0.95, 9)), axis=-1).reshape(-1, 2)
    leads = (partial(metres, homography), partial(truly, camera))
    off = []
    for way in np.array([(1e-3, 0.0), (0.0, 1e-3)]):
        told, real = (np.hypot(*(lead(unit + way) - lead(unit - way)).T) for lead in leads)
        off.append(np.abs(told / real - 1))
    usual, worst = speed_errors(Lens(k1=k1, error=0.01, bend_px=1.0, left_px=1.0), homography, camera.size)
    assert np.median(off) / 3 < usual < np.median(off) * 3
    assert worst > np.quantile(off, 0.8)


def metres(homography: F64, unit: F64) -> F64:
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def truly(camera: PoleCamera, unit: F64) -> F64:
    return camera.ground(unit * camera.size)


def test_no_bend_no_error() -> None:
    usual, worst = speed_errors(Lens(k1=0.0, error=0.01, bend_px=0.0, left_px=0.0), ground(0.0), CAMERA.size)
    assert usual < 1e-6
    assert worst < 1e-6


@pytest.mark.parametrize(("text", "why"), [("1,2 3,4", "two are straight"), ("1,2 x,4 5,6", "no row"), ("1,2,3 4,5 6,7", "no row")])
def test_what_is_no_line_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parse_straight([text])


def test_the_command_tells_of_the_lens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = tmp_path / "scene.toml"
    scene.write_text('timezone = "UTC"\ndrawn_for = [1280, 720]\n')
    camera = replace(CAMERA, k1=-0.15)
    at = np.array([(-8, -4, 0), (8, -3, 0), (-6, 5, 0), (10, 6, 0), (0, 0, 0)], np.float64)
    rows = [f"{x},{y},{e},{n}" for (x, y), (e, n, _) in zip(camera.project(at)[0].tolist(), at.tolist(), strict=True)]
    points = tmp_path / "points.csv"
    points.write_text("\n".join(["x_px,y_px,east_m,north_m", *rows]))
    straight = [" ".join(f"{x:.1f},{y:.1f}" for x, y in line) for line in clicked(-0.15, np.random.default_rng(1))]
    words = [word for line in straight for word in ("--straight", line)]
    assert main(["calibrate", str(scene), "--points", str(points), "--json", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["lens"]["k1"] == pytest.approx(-0.15, abs=0.03)
    assert told["lens"]["speed_off_worst"] > told["lens"]["speed_off"] > 0.005
    assert any("bends" in warning for warning in told["warnings"])
