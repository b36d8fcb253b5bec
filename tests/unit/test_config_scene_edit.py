import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.config import parse_scene
from catseye.config.scene_edit import calibrated
from catseye.core.calibration import Calibration
from catseye.core.errors import ConfigError

NUMBERS = (40.0, 65.0, -54.0, 42.0, -65.0, 11.0, 0.0, 3.5, 1.0)
TOLD = Calibration(
    method="ground_points",
    points=((0.1, 0.9), (0.9, 0.9), (0.8, 0.4), (0.2, 0.4)),
    shifts_m=((0.1, 0.0, 0.0, 0.02, 0.0, 0.0, -0.05, 0.0), (0.0, 0.1, 0.0, 0.0, 1e-05, 0.0, 0.0, 0.0)),
)
SCENE = """\
# Kept.

timezone = "Europe/London"  # kept too
drawn_for = [640, 360]

[[lines]]
name = "homography = [1]"
points = [[0.2, 0.5], [0.8, 0.5]]  # error_m = 3
"""


def test_a_calibration_goes_in_and_all_else_stays() -> None:
    text = calibrated(SCENE, NUMBERS, 0.25, TOLD)
    scene, findings = parse_scene(text, name="scene.toml")
    assert not findings
    assert scene is not None
    assert scene.homography == NUMBERS
    assert scene.error_m == 0.25
    assert scene.calibration == TOLD
    assert [line for line in SCENE.splitlines() if line not in text.splitlines()] == []


def test_a_second_one_takes_the_first_ones_place() -> None:
    once = calibrated(SCENE, tuple(2 * number for number in NUMBERS), 0.5, TOLD)
    assert calibrated(once, NUMBERS, 0.25, TOLD) == calibrated(SCENE, NUMBERS, 0.25, TOLD)
    below = once.replace("[calibration]", "# Kept too.\n\n[calibration] # anew").replace(
        "0.0],\n]\n", "0.0],\n]\n\n# Another.\n[[zones]]\n"
    )
    assert "# Another." in calibrated(f"{below}name = 'b'\npolygon = [[0, 0], [1, 0], [1, 1]]\n", NUMBERS, 0.25, TOLD)
    odd = SCENE.replace("drawn_for", "error_m = 1.5\nhomography = [ # [odd]\n1,2,3,4,5,6,7,8,\n9 # ]\n]\ndrawn_for")
    assert tomllib.loads(calibrated(odd, NUMBERS, 0.25, TOLD))["homography"] == list(NUMBERS)


def test_in_a_scene_of_pixels_it_starts_from_pixels() -> None:
    text = calibrated(
        'units = "pixel"\ndrawn_for = [640, 360]\n[[lines]]\nname = "a"\npoints = [[100, 180], [500, 180]]\n', NUMBERS, 0.1, TOLD
    )
    scene, _ = parse_scene(text, name="scene.toml")
    assert scene is not None
    assert scene.homography is not None
    np.testing.assert_allclose(scene.homography, NUMBERS)


def test_what_cannot_be_changed_without_a_loss_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be changed without a loss"):
        calibrated('"homography" = [1, 2, 3, 4, 5, 6, 7, 8, 9]\n', NUMBERS, 0.1, TOLD)


@given(
    st.lists(
        st.sampled_from(["# a\n", "\n", "  # [x]\n", 'timezone = "UTC"\n', "drawn_for = [\n  640, # ]\n  360,\n]\n"]), max_size=4
    )
)
def test_whatever_stands_there_the_rest_of_the_document_is_the_same_or_it_is_refused(parts: list[str]) -> None:
    text = "".join(dict.fromkeys(parts))
    before = tomllib.loads(text)
    after = tomllib.loads(calibrated(text, NUMBERS, 0.1, TOLD))
    assert {key: value for key, value in after.items() if key not in {"homography", "error_m", "calibration"}} == before
