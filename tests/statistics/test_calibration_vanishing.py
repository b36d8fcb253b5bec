import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.calibration.errors import ground_errors
from catseye.calibration.fit import Noise, led
from catseye.calibration.hanging import homography
from catseye.calibration.report import nine, report_squared
from catseye.calibration.vanishing import Drawn, parse_lines, square
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.testing.vehicles import SIZE, hung

# Two lines along and two across a street, metres from below the camera; a way of 6 m.
LINES = np.array([[[-3.0, 16.0], [-3.0, 40.0]], [[4.0, 16.0], [4.0, 40.0]]])
ACROSS = np.array([[[-5.0, 18.0], [6.0, 18.0]], [[-6.0, 34.0], [8.0, 34.0]]])
ENDS = np.array([[-3.0, 20.0], [3.0, 20.0]])


def drawn(view: F64, turned_deg: float, *, random: np.random.Generator | None = None, noise_px: float = 0.0) -> Drawn:
    """The lines as a camera sees them on a street that is turned about the middle of its view."""
    turn, middle = np.radians(turned_deg), np.array([0.0, 26.0])
    about = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    back = np.asarray(np.linalg.inv(homography(view, SIZE)), np.float64)

    def seen(metres: F64) -> F64:
        px = led(back, (metres.reshape(-1, 2) - middle) @ about.T + middle) * SIZE
        if random is not None:
            px = px + random.normal(0, noise_px, px.shape)
        return np.asarray(px.reshape(metres.shape), np.float64)

    return Drawn(families=(seen(LINES), seen(ACROSS)), ends=seen(ENDS), length_m=6.0)


@given(st.floats(450, 900), st.floats(14, 40), st.floats(5, 14), st.floats(20, 70))
def test_exact_lines_tell_the_very_street(focal: float, down: float, height: float, turned: float) -> None:
    view = hung(focal=focal, down_deg=down, height_m=height)
    found = square(drawn(view, turned), SIZE, Noise())
    truly = homography(view, SIZE)
    places = np.array([(0.4, 0.7), (0.6, 0.8), (0.5, 0.95)])
    apart = [np.linalg.norm(np.diff(led(h, places), axis=0), axis=1) for h in (found.homography, truly)]
    np.testing.assert_allclose(apart[0], apart[1], rtol=1e-5)
    flat = [np.diff(led(h, places), axis=0) for h in (found.homography, truly)]
    assert np.sign(np.linalg.det(flat[0])) == np.sign(np.linalg.det(flat[1]))  # not its mirror
    told = report_squared(found, SIZE)
    assert told.camera is not None
    assert told.camera.height_m == pytest.approx(height, abs=0.02)
    assert told.calibration.method == "vanishing_points"


@pytest.mark.parametrize("turned", [30.0, 50.0])
def test_the_stated_errors_are_those_that_happen(turned: float) -> None:
    random, view, noise = np.random.default_rng(3), hung(), Noise(click_px=1.0, survey_m=0.1)
    truly, here = homography(view, SIZE), np.array([(0.45, 0.65), (0.6, 0.8)])
    step = 1e-3 * np.array([(0.4, 1.0), (1.0, -0.2)])
    over = []
    for _ in range(100):
        lines = drawn(view, turned, random=random, noise_px=noise.click_px)
        lines = Drawn(families=lines.families, ends=lines.ends, length_m=6.0 + random.normal(0, noise.survey_m))
        found = square(lines, SIZE, noise)
        errors = ground_errors(Scene(homography=nine(found.homography), calibration=found.calibration))
        assert errors is not None
        ratio = [np.linalg.norm(led(h, here + step) - led(h, here - step), axis=1) for h in (found.homography, truly)]
        over.append(np.log(ratio[0] / ratio[1]) / errors.speed_error(here, step))
    assert 0.6 < np.sqrt(np.mean(np.square(over))) < 1.2  # the axis, of which 1 % is believed, was in the middle each time


def _but(**changed: object) -> Drawn:
    lines = drawn(hung(), 40.0)
    whole = {"families": lines.families, "ends": lines.ends, "length_m": lines.length_m} | changed
    return Drawn(**whole)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (_but(length_m=0.0), "is no length"),
        (_but(length_m=float("nan")), "is no length"),
        (_but(ends=np.array([[100.0, 300.0], [101.0, 300.0]])), "one place in the picture"),
        (_but(families=(drawn(hung(), 40.0).families[0],) * 2), "of one direction"),
        (drawn(hung(), 0.0), "second family are parallel in the picture"),
        (_but(families=(drawn(hung(), 40.0).families[0], np.array([[[10.0, 300.0], [10.0, 300.0]]] * 2))), "has no length"),
        (_but(ends=np.array([[300.0, 300.0], [330.0, -900.0]])), "horizon"),
        (_but(families=(drawn(hung(), 40.0).families[0], drawn(hung(), 5.0).families[0])), "at right angles on the ground"),
    ],
)
def test_lines_that_tell_nothing_are_one_clear_error(lines: Drawn, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as raised:
        square(lines, SIZE, Noise())
    assert raised.value.remedy


def test_what_a_user_types_is_read() -> None:
    read = parse_lines(["1,2 3,4 5,6 7,8", "1,2 3,4 5,6 7,8 9,10 11,12"], "1.5,2 3,4 7.2")
    assert [len(family) for family in read.families] == [2, 3]
    assert read.ends.tolist() == [[1.5, 2.0], [3.0, 4.0]]
    assert read.length_m == 7.2


@pytest.mark.parametrize(
    ("families", "length", "says"),
    [
        (["1,2 3,4 5,6 7,8"], "1,2 3,4 5", "given once"),
        (["1,2 3,4 5,6 7,8"] * 3, "1,2 3,4 5", "given 3 times"),
        (["1,2 3,4 5,6", "1,2 3,4 5,6 7,8"], "1,2 3,4 5", "has 3 points"),
        (["1,2 3;4 5,6 7,8", "1,2 3,4 5,6 7,8"], "1,2 3,4 5", "no point"),
        (["1,2 3,inf 5,6 7,8", "1,2 3,4 5,6 7,8"], "1,2 3,4 5", "no point"),
        (["1,2 3,4 5,6 7,8"] * 2, "1,2 3,4", "not two points and metres"),
        (["1,2 3,4 5,6 7,8"] * 2, "", "not two points and metres"),
        (["1,2 3,4 5,6 7,8"] * 2, "1,2 3,4 far", "no number of metres"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(families: list[str], length: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse_lines(families, length)
