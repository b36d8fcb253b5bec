import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.calibration.errors import calibration_of, ground_errors, reference_points
from catseye.calibration.fit import Noise, fit
from catseye.calibration.pairs import GroundPoints
from catseye.calibration.report import calibrate
from catseye.config import dump_scene, parse_scene
from catseye.core.calibration import Calibration
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.rules.ground import ground_view

SIZE = (640, 360)
SEEN = np.array([(0.1, 0.9), (0.9, 0.9), (0.8, 0.45), (0.2, 0.45), (0.5, 0.6), (0.3, 0.75)])
HERE = np.array([(0.4, 0.7), (0.6, 0.8), (0.5, 0.5)])
WAYS = np.array([(1.0, 0.0), (0.3, -1.0), (1.0, 1.0)])
TRULY = (60.0, 12.0, -36.0, -14.0, -70.0, 95.0, 0.1, 2.2, 0.9)


def of(values: F64) -> Scene:
    a, b, c, d, e, f, g, h, i = values.ravel().tolist()
    return Scene(homography=(a, b, c, d, e, f, g, h, i))


def led(homography: F64, unit: F64) -> F64:
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def calibrated(n: int = 6) -> tuple[Scene, F64, F64]:
    """A scene calibrated by ``n`` points, and the errors of places and of speeds that its fit states."""
    points = GroundPoints(names=("",) * n, unit=SEEN[:n], metres=led(np.array(TRULY).reshape(3, 3), SEEN[:n]))
    found, told = calibrate(points, SIZE, Noise())
    scene = Scene(homography=told.homography, error_m=told.error_m, calibration=told.calibration)
    return scene, found.place_error_m(HERE), found.length_error(HERE, WAYS)


@pytest.mark.parametrize("n", [4, 6])
def test_the_errors_outlive_the_command_and_the_file(n: int) -> None:
    scene, places, speeds = calibrated(n)
    again, findings = parse_scene(dump_scene(scene), name="scene.toml")
    assert [finding.message for finding in findings] == ["no count lines and no zones: nothing will be counted."]
    assert again == scene
    errors = ground_errors(scene)
    assert errors is not None
    np.testing.assert_allclose(errors.place_error_m(HERE), places, rtol=2e-3)
    np.testing.assert_allclose(errors.speed_error(HERE, WAYS), speeds, rtol=2e-3)


@given(st.floats(0.2, 5.0), st.sampled_from([-1.0, 1.0]))
def test_neither_the_scale_of_the_numbers_nor_of_the_way_matters(scale: float, sign: float) -> None:
    scene, places, speeds = calibrated()
    assert scene.homography is not None
    other = of(np.array(scene.homography) * scale * sign)
    errors = ground_errors(Scene(homography=other.homography, calibration=scene.calibration))
    assert errors is not None
    np.testing.assert_allclose(errors.place_error_m(HERE), places, rtol=2e-3)
    np.testing.assert_allclose(errors.speed_error(HERE, scale * sign * WAYS), speeds, rtol=2e-3)


def test_a_wrong_scale_is_a_wrong_speed_by_as_much_everywhere() -> None:
    at = reference_points(np.array(TRULY).reshape(3, 3))
    view = ground_view(Scene(homography=TRULY).fit(SIZE))
    assert view is not None
    places = led(np.array(TRULY).reshape(3, 3), at)
    shifts = 0.05 * places.ravel()
    told = calibration_of("vehicles", at, np.outer(shifts, shifts))
    assert len(told.shifts_m) == 1
    errors = ground_errors(Scene(homography=TRULY, calibration=told))
    assert errors is not None
    np.testing.assert_allclose(errors.speed_error(HERE, WAYS), 0.05, rtol=1e-3)
    np.testing.assert_allclose(errors.place_error_m(HERE), 0.05 * np.hypot(*led(np.array(TRULY).reshape(3, 3), HERE).T), rtol=1e-3)


def test_a_homography_with_an_error_alone_is_as_four_points_of_that_error() -> None:
    coarse, fine = (ground_errors(Scene(homography=TRULY, error_m=error_m)) for error_m in (0.5, 0.1))
    assert coarse is not None
    assert fine is not None
    at = reference_points(np.array(TRULY).reshape(3, 3))
    np.testing.assert_allclose(coarse.place_error_m(at), 0.5, rtol=1e-4)
    np.testing.assert_allclose(coarse.speed_error(HERE, WAYS), 5 * fine.speed_error(HERE, WAYS), rtol=1e-4)
    assert (fine.speed_error(HERE, WAYS) < 0.05).all()


def test_nothing_is_said_of_the_sky_nor_of_a_scene_that_tells_no_error() -> None:
    assert ground_errors(Scene()) is None
    assert ground_errors(Scene(homography=TRULY)) is None
    sky = (60.0, 12.0, -36.0, -14.0, -70.0, 95.0, 0.0, 2.0, -0.5)
    errors = ground_errors(Scene(homography=sky, error_m=0.2))
    assert errors is not None
    unit = np.array([(0.5, 0.1), (0.5, 0.9)])
    assert np.isnan(errors.place_error_m(unit)).tolist() == [True, False]
    assert np.isnan(errors.speed_error(unit, WAYS[:2])).tolist() == [True, False]
    assert np.isnan(errors.speed_error(unit[1:], np.zeros((1, 2)))).all()


@pytest.mark.parametrize("noise", [Noise(), Noise(click_px=4.0, survey_m=0.5)])
def test_stated_speed_errors_are_those_of_homographies_drawn_at_random(noise: Noise) -> None:
    points = GroundPoints(names=("",) * 4, unit=SEEN[:4], metres=led(np.array(TRULY).reshape(3, 3), SEEN[:4]))
    found = fit(points, SIZE, noise)
    at = reference_points(found.homography)
    told = calibration_of("ground_points", at, found.places_covariance_m2(at))
    errors = ground_errors(Scene(homography=of(found.homography).homography, calibration=told))
    assert errors is not None
    random = np.random.default_rng(1)
    step = 1e-3 * WAYS
    logs = []
    for _ in range(150):
        unit = SEEN[:4] + random.normal(0, noise.click_px, (4, 2)) / SIZE
        other = fit(
            GroundPoints(names=("",) * 4, unit=unit, metres=points.metres + random.normal(0, noise.survey_m, (4, 2))), SIZE, noise
        )
        logs.append(np.log(np.linalg.norm(other.metres(HERE + step) - other.metres(HERE - step), axis=1)))
    np.testing.assert_allclose(np.std(logs, axis=0), errors.speed_error(HERE, WAYS), rtol=0.2)


TABLE = """\
homography = [60.0, 12.0, -36.0, -14.0, -70.0, 95.0, 0.1, 2.2, 0.9]
[[zones]]
name = "a"
polygon = [[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]
[calibration]
method = "ground_points"
points = [[0.1, 0.9], [0.9, 0.9], [0.8, 0.3], [0.2, 0.3]]
shifts_m = [[0.1, 0, 0, 0, 0, 0, 0, 0], [0, 0.1, 0, 0, 0, 0, 0, 0]]
"""


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("homography = [60.0, 12.0, -36.0, -14.0, -70.0, 95.0, 0.1, 2.2, 0.9]\n", "", "there is none", 4),
        ("[0.8, 0.3]", "[0.5, 0.9]", "three of the four points", 7),
        ("[0.8, 0.3]", "[0.8, -0.6]", "horizon or above", 7),
        ("[0.1, 0, 0, 0, 0, 0, 0, 0], [0, 0.1, 0, 0, 0, 0, 0, 0]", "", "no calibration is exact", 8),
        ("[0, 0.1, 0, 0, 0, 0, 0, 0]", "[0, 0.1]", "a list of 8 numbers", 8),
        ('"ground_points"', '"ground_point"', "'method' is 'ground_point'", 6),
        ("[0.1, 0.9], ", "", "a list of 4", 7),
    ],
)
def test_a_bad_table_gets_one_clear_error_on_its_line(old: str, new: str, says: str, line: int) -> None:
    assert parse_scene(TABLE, name="scene.toml")[1] == []
    _, findings = parse_scene(TABLE.replace(old, new), name="scene.toml")
    assert [(says in finding.message, finding.line) for finding in findings] == [(True, line)]


def test_in_a_scene_of_pixels_its_points_are_pixels() -> None:
    text = TABLE.replace("0.1, 2.2, 0.9]", "0.1, 2.2, 0.9]\nunits = 'pixel'\ndrawn_for = [100, 100]").replace(
        "[[0.1, 0.9], [0.9, 0.9], [0.8, 0.3], [0.2, 0.3]]", "[[10, 90], [90, 90], [80, 60], [20, 60]]"
    )
    scene, findings = parse_scene(text.replace("[[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]", "[[10, 50], [90, 50], [50, 90]]"), name="s")
    assert findings == []
    assert scene is not None
    assert isinstance(scene.calibration, Calibration)
    assert scene.calibration.points == ((0.1, 0.9), (0.9, 0.9), (0.8, 0.6), (0.2, 0.6))
