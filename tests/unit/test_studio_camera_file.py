from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import border_px, dump_camera, lens_fault, load_camera

EXAMPLES = Path(__file__).parents[2] / "examples" / "studio"
GOOD = "position_m = [17.0, -18, 13]\nlook_at_m = [-2, 2]\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cam.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*-camera.toml")), ids=lambda path: path.name)
def test_the_examples_load(path: Path) -> None:
    assert load_camera(path).position_m[2] > 0


def test_there_are_examples() -> None:
    assert list(EXAMPLES.glob("*-camera.toml"))


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    assert load_camera(write(tmp_path, GOOD)) == PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0))


def test_a_camera_survives_its_file(tmp_path: Path) -> None:
    camera = PoleCamera(position_m=(1.5, -18.0, 9.25), look_at_m=(0.1, 3.0), size=(320, 180), k1=-0.03, light="dusk", seed=9)
    assert load_camera(write(tmp_path, dump_camera(camera))) == camera


@pytest.mark.parametrize(
    ("text", "line", "says", "remedy"),
    [
        (GOOD.replace("13", "-2"), 1, "under the road", "height"),
        (GOOD.replace("13", "0"), 1, "under the road", "height"),
        (GOOD.replace("-2, 2", "-4000, 2"), 2, "it is the sky", "nearer"),
        (GOOD.replace("-2, 2", "17, -18"), 2, "straight down", "1 cm"),
        (GOOD + "fov_deg = 170\n", 3, "'fov_deg' is 170", "5 to 150"),
        (GOOD + "fov_deg = nan\n", 3, "'fov_deg' is not a usable number", "decimal"),
        (GOOD + "size = [641, 360]\n", 3, "'size' is 641x360", "even"),
        (GOOD + "size = [8192, 360]\n", 3, "'size' is 8192x360", "4096"),
        (GOOD + "fps = 0\n", 3, "'fps' is 0", "above 0"),
        (GOOD + "dropped = 0.95\n", 3, "'dropped' is 0.95", "0.9"),
        (GOOD + "dropped = 0.1\nburst = 0.5\n", 4, "'burst' is 0.5", "from 1"),
        (GOOD + "sway_px = -1\n", 3, "'sway_px'", "twentieth"),
        (GOOD + "roll_deg = 90\n", 3, "'roll_deg'", "45"),
        (GOOD + "seed = -1\n", 3, "'seed'", "from 0"),
        (GOOD + "k1 = -0.4\n", 3, "fold the picture", "nearer to 0"),
        (GOOD + "k1 = 0.6\n", 3, "more than can be undone", "nearer to 0"),
        (GOOD + 'light = "nigth"\n', 3, "'nigth'", "'night'"),
        (GOOD + "fov = 60\n", 3, "unknown key 'fov'", "'fov_deg'"),
        ("position_m = [17, -18, 13]\n", None, "no 'look_at_m'", "Add"),
        (GOOD + "k1 = = 3\n", 3, "not TOML", "quotes"),
    ],
)
def test_a_camera_that_cannot_be_is_told_by_key_and_line(
    tmp_path: Path, text: str, line: int | None, says: str, remedy: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as told:
        load_camera(path)
    assert str(path) in told.value.message
    assert says in told.value.message
    assert remedy in told.value.remedy
    if line is not None:
        assert f"{path}:{line}:" in told.value.message


def test_a_missing_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_camera(tmp_path / "none.toml")
    (tmp_path / "clip.mp4").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_camera(tmp_path / "clip.mp4")
    with pytest.raises(ConfigError, match="Cannot read"):
        load_camera(tmp_path)


@given(st.floats(-0.5, 0.5), st.floats(-0.2, 0.2))
def test_a_lens_without_fault_can_be_undone_everywhere(k1: float, k2: float) -> None:
    camera = PoleCamera(position_m=(0.0, 0.0, 8.0), look_at_m=(10.0, 0.0), k1=k1, k2=k2)
    if lens_fault(camera):
        return
    rng = np.random.default_rng(3)
    px = np.concatenate([border_px(camera, 20), rng.uniform((0, 0), camera.size, (200, 2))])
    assert np.abs(camera.distort(camera.undistort(px)) - px).max() <= 0.02
