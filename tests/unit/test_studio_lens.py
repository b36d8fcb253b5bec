import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import border_px, lens_fault
from catseye.studio.filming import overscan_px, pinhole, sway_reach_px
from catseye.studio.lens import SENSORS, Lens

CAMERA = PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0), size=(320, 180), k1=-0.08, k2=0.01, sway_px=1.5, seed=4)
PLACES = np.array([[x, y, 0.0] for x in (-14.0, -6.0, 2.0, 8.0) for y in (-6.0, 1.0, 9.0, 16.0)])


def seen_by_pinhole(camera: PoleCamera, points: F64) -> F64:
    """Pixels (N, 2) in the rendered picture."""
    shot = pinhole(camera)
    seen = (points - np.array(shot.position_m)) @ np.array(shot.axes).T
    return np.asarray(seen[:, :2] / seen[:, 2:] * shot.focal_px + np.array(shot.size) / 2)


def spots(camera: PoleCamera, at_px: F64) -> U8:
    """A rendered picture with a soft spot at each place."""
    width, height = pinhole(camera).size
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    sheet = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * 1.5**2)) for px, py in at_px)
    return np.repeat((np.asarray(sheet) * 250).clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)


def centre_near(picture: U8, px: F64) -> F64:
    x0, y0 = (int(v) - 5 for v in px)
    part = picture[y0 : y0 + 11, x0 : x0 + 11, 0].astype(float)
    y, x = np.mgrid[y0 : y0 + 11, x0 : x0 + 11] + 0.5
    return np.asarray([(part * x).sum() / part.sum(), (part * y).sum() / part.sum()], np.float64)


@pytest.mark.parametrize("at_s", [0.0, 3.7, 12.3])
@pytest.mark.parametrize(("k1", "k2"), [(0.0, 0.0), (-0.08, 0.01), (0.1, 0.0)])
def test_the_picture_agrees_with_the_camera_that_projects_the_truth(k1: float, k2: float, at_s: float) -> None:
    camera = msgspec.structs.replace(CAMERA, k1=k1, k2=k2)
    shift = camera.sway(np.array([at_s]))[0]
    wanted = camera.project(PLACES)[0] + shift
    inside = ((wanted > 8) & (wanted < np.array(camera.size) - 8)).all(axis=1)
    assert inside.sum() >= 6
    assert np.sort(np.hypot(*(wanted[inside][:, None] - wanted[inside]).T), axis=1)[:, 1].min() > 12  # no spot is in another's way
    bent = Lens(camera).bend(spots(camera, seen_by_pinhole(camera, PLACES[inside])), shift)
    for px in wanted[inside]:
        assert np.abs(centre_near(bent, px) - px).max() < 0.15


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.12, 0.2), st.floats(-0.02, 0.05), st.floats(0, 6))
def test_overscan_reaches_as_far_as_lens_and_mast(k1: float, k2: float, sway_px: float) -> None:
    camera = msgspec.structs.replace(CAMERA, k1=k1, k2=k2, sway_px=sway_px)
    if lens_fault(camera):
        return
    margin = np.array(overscan_px(camera))
    reach = np.abs(camera.sway(np.linspace(0, 500, 4001))).max()
    assert reach <= sway_reach_px(camera) + 1e-9
    for shift in ((reach, reach), (-reach, reach), (reach, -reach)):
        needed = camera.undistort(border_px(camera, 21) - np.array(shift)) + margin
        assert needed.min() >= 0.0
        assert (needed <= np.array(camera.size) + 2 * margin).all()


def test_without_lens_and_mast_nothing_more_is_rendered_and_nothing_moves() -> None:
    camera = msgspec.structs.replace(CAMERA, k1=0.0, k2=0.0, sway_px=0.0)
    assert pinhole(camera).size == camera.size
    picture = np.random.default_rng(1).integers(0, 255, (180, 320, 3), np.uint8)
    assert np.array_equal(Lens(camera).bend(picture, np.zeros(2)), picture)


@pytest.mark.parametrize("light", sorted(SENSORS))
def test_every_light_gives_the_same_picture_for_the_same_frame(light: str) -> None:
    camera = msgspec.convert({**msgspec.to_builtins(CAMERA), "light": light}, PoleCamera)
    width, height = pinhole(camera).size
    rendered = np.full((height, width, 3), 90, np.uint8)
    lens, other = Lens(camera), Lens(camera)
    first, later, again = lens.apply(rendered, 0, 0.0), lens.apply(rendered, 1, 0.1), other.apply(rendered, 0, 0.0)
    assert first.shape == (180, 320, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)


def test_a_dark_picture_is_noisier_at_night_than_by_day_and_corners_are_darker() -> None:
    def noise(light: str) -> float:
        camera = msgspec.convert({**msgspec.to_builtins(CAMERA), "light": light, "k1": 0.0, "k2": 0.0}, PoleCamera)
        width, height = pinhole(camera).size
        shown = Lens(camera).apply(np.full((height, width, 3), 60, np.uint8), 0, 0.0).astype(float)
        assert shown[:20, :20].mean() < shown[80:100, 150:170].mean() - 2
        return float(shown[80:100, 140:180].std())

    assert noise("night") > 3 * noise("day") > 0.5
