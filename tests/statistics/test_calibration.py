import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catseye.calibration.fit import Noise, fit
from catseye.calibration.pairs import GroundPoints, parse_points
from catseye.calibration.picture import calibration_png
from catseye.calibration.report import calibrate
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

SIZE = (640, 360)
SPREAD = np.array([(0.1, 0.9), (0.9, 0.9), (0.8, 0.45), (0.2, 0.45), (0.5, 0.6), (0.3, 0.75), (0.7, 0.7), (0.5, 0.95)])


def camera(*, height_m: float = 8.0, down_deg: float = 25.0, turned_deg: float = 30.0, wide_deg: float = 60.0) -> F64:
    """The homography from unit coordinates to metres of an upright camera with square pixels."""
    width, height = SIZE
    focal = width / 2 / np.tan(np.radians(wide_deg) / 2)
    down, turned = np.radians([down_deg, turned_deg])
    right = np.array([np.cos(turned), -np.sin(turned), 0.0])
    ahead = np.array([np.sin(turned) * np.cos(down), np.cos(turned) * np.cos(down), -np.sin(down)])
    turn = np.stack([right, np.cross(ahead, right), ahead])
    lens = np.array([[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]])
    seen = lens @ np.column_stack([turn[:, :2], -turn @ np.array([0.0, 0.0, height_m])])
    homography = np.linalg.inv(seen) @ np.diag([width, height, 1.0])
    return np.asarray(homography * np.sign((homography @ [0.5, 0.9, 1.0])[2]), np.float64)


def led(homography: F64, unit: F64) -> F64:
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def points(unit: F64, metres: F64) -> GroundPoints:
    return GroundPoints(names=tuple(f"p{k}" for k in range(len(unit))), unit=unit, metres=metres)


cameras = st.builds(
    camera,
    height_m=st.floats(4, 25),
    down_deg=st.floats(20, 60),
    turned_deg=st.floats(-180, 180),
    wide_deg=st.floats(30, 80),
)


@given(cameras, st.integers(4, len(SPREAD)))
def test_exact_points_give_the_very_camera_and_no_doubt_of_a_point(truly: F64, n: int) -> None:
    assume(((np.column_stack([SPREAD, np.ones(len(SPREAD))]) @ truly.T)[:, 2] > 0.02 * abs(truly[2]).max()).all())
    found, told = calibrate(points(SPREAD[:n], led(truly, SPREAD[:n])), SIZE, Noise())
    everywhere = np.array([(0.4, 0.7), (0.6, 0.8), (0.5, 0.5)])
    np.testing.assert_allclose(found.metres(everywhere), led(truly, everywhere), rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(found.unit(found.metres(everywhere)), everywhere, atol=1e-6)
    assert not any(point.suspect for point in told.points)
    assert told.error_m > 0
    assert told.speed_error_worst >= told.speed_error > 0
    assert (told.misfit is None) == (n == 4)


def test_the_camera_is_told_from_the_points() -> None:
    truly = camera(height_m=11.0, wide_deg=50.0)
    _, told = calibrate(points(SPREAD, led(truly, SPREAD)), SIZE, Noise())
    assert told.camera is not None
    assert told.camera.height_m == pytest.approx(11.0, abs=0.02)
    assert told.camera.view_deg == pytest.approx(50.0, abs=0.2)
    assert not told.warnings


@pytest.mark.parametrize("n", [4, 5, 8])
def test_the_stated_errors_are_those_that_happen(n: int) -> None:
    """Over many noisy calibrations the error of a place and of a speed has the standard deviation that is stated."""
    random, truly, noise = np.random.default_rng(n), camera(), Noise(click_px=1.5, survey_m=0.1)
    here, way = np.array([(0.45, 0.65), (0.6, 0.8)]), np.array([(0.4, 1.0), (1.0, -0.2)])
    places, speeds = [], []
    for _ in range(120):
        unit = SPREAD[:n] + random.uniform(-0.05, 0.05, (n, 2))
        metres = led(truly, unit) + random.normal(0, noise.survey_m, unit.shape)
        found = fit(points(unit + random.normal(0, noise.click_px, unit.shape) / SIZE, metres), SIZE, noise)
        off_m = np.linalg.norm(found.metres(here) - led(truly, here), axis=1)
        places.append(np.square(off_m / found.place_error_m(here)))
        step = 1e-3 * way
        ratio = np.linalg.norm(found.metres(here + step) - found.metres(here - step), axis=1) / np.linalg.norm(
            led(truly, here + step) - led(truly, here - step), axis=1
        )
        speeds.append(np.square(np.log(ratio) / found.length_error(here, way)))
    assert 0.75 < np.sqrt(np.mean(places)) < 1.25
    assert 0.75 < np.sqrt(np.mean(speeds)) < 1.25


def test_a_point_that_was_clicked_elsewhere_is_named() -> None:
    metres = led(camera(), SPREAD)
    metres[4] += (3.0, -2.0)
    _, told = calibrate(points(SPREAD, metres), SIZE, Noise())
    assert told.points[4].suspect
    assert told.misfit is not None
    assert told.misfit > 1
    assert told.warnings[0].startswith("p4 lies")


def test_more_noise_is_more_error_and_four_points_are_warned_of() -> None:
    exact = points(SPREAD[:4], led(camera(), SPREAD[:4]))
    _, fine = calibrate(exact, SIZE, Noise(click_px=0.5, survey_m=0.02))
    _, coarse = calibrate(exact, SIZE, Noise(click_px=3.0, survey_m=0.5))
    assert coarse.error_m > 3 * fine.error_m
    assert coarse.speed_error > 3 * fine.speed_error
    assert any("Four points always fit" in warning for warning in fine.warnings)
    assert all(point.left_out_m is None for point in fine.points)


def test_exchanged_places_are_refused() -> None:
    metres = led(camera(), SPREAD[:4])
    with pytest.raises(ConfigError, match=r"behind the camera|do not decide"):
        fit(points(SPREAD[:4], metres[[0, 1, 3, 2]]), SIZE, Noise())


def test_three_of_four_points_on_one_line_decide_nothing() -> None:
    unit = np.array([(0.1, 0.9), (0.5, 0.9), (0.9, 0.9), (0.5, 0.5)])
    with pytest.raises(ConfigError, match="three of four are on one line"):
        fit(points(unit, led(camera(), unit)), SIZE, Noise())


HEAD = "x_px,y_px,east_m,north_m,name\n"
SQUARE = "0,0,0,0,a\n640,0,10,0,b\n640,360,10,10,c\n0,360,0,10,\n"


def test_columns_may_be_pixels_or_shares_and_metres_or_degrees() -> None:
    pixels = parse_points(HEAD + SQUARE, name="p.csv", size=SIZE)
    assert pixels.names == ("a", "b", "c", "point 4")
    assert pixels.unit.tolist() == [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert pixels.origin is None
    shares = "lat, lon, x, y\n51.5,-0.12,0,0\n51.5,-0.119,1,0\n51.501,-0.119,1,1\n51.501,-0.12,0,1\n"
    degrees = parse_points(shares, name="p.csv", size=None)
    assert degrees.origin == pytest.approx((-0.1195, 51.5005))
    east, north = np.ptp(degrees.metres, axis=0)
    assert east == pytest.approx(69.45, abs=0.05)  # a thousandth of a degree of longitude at 51.5 degrees north, on WGS 84
    assert north == pytest.approx(111.26, abs=0.02)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "says not where"),
        ("x,y\n1,1\n", "on the ground"),
        ("x,y,x_px,y_px,lon,lat\n", "in two ways"),
        (HEAD + "0,0,0,0,a\n640,0,10,0,b\n640,360,10,10,c\n", "has 3 points"),
        (HEAD + SQUARE.replace("640,360", "640,0"), "one place in the picture"),
        (HEAD + SQUARE.replace("10,10", "0,0"), "one place on the ground"),
        (HEAD + "0,0,0,0\n100,100,1,1\n200,200,5,9\n300,300,9,1\n", "one line in the picture"),
        (HEAD + "0,0,0,0\n640,0,1,1\n640,360,2,2\n0,360,3,3\n", "one line on the ground"),
        (HEAD + SQUARE.replace("10,10", "10,9999"), "more than 2 km apart"),
        (HEAD + SQUARE.replace("640,360", "640,nan"), "no number"),
        (HEAD + SQUARE.replace("640,360", "640"), "no number"),
        (HEAD + SQUARE.replace("640,360", "9999,360"), "far outside the picture"),
        ("x,y,lon,lat\n0,0,51,-120\n1,0,51,0\n1,1,50,1\n0,1,50,2\n", "nowhere on Earth"),
    ],
)
def test_bad_points_get_one_clear_error(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as raised:
        parse_points(text, name="p.csv", size=SIZE)
    assert "p.csv" in raised.value.message
    assert raised.value.remedy


def test_pixels_of_an_unknown_picture_are_refused() -> None:
    with pytest.raises(ConfigError, match="of which picture is not known"):
        parse_points(HEAD + SQUARE, name="p.csv", size=None)


@settings(max_examples=10)
@given(cameras)
def test_every_calibration_can_be_drawn(truly: F64) -> None:
    assume(((np.column_stack([SPREAD, np.ones(len(SPREAD))]) @ truly.T)[:, 2] > 0.02 * abs(truly[2]).max()).all())
    pairs = points(SPREAD, led(truly, SPREAD))
    assert calibration_png(fit(pairs, SIZE, Noise()).homography, pairs.metres, SIZE, None, pairs).startswith(b"\x89PNG")
