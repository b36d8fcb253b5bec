"""``catseye calibrate`` on the studio's crossroads, of which the true homography is known."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from catseye.cli import main
from catseye.config import load_scene
from catseye.evaluate import stored
from catseye.testing.vehicles import SIZE, hung, street

CROSSROADS = Path(__file__).parents[2] / "examples" / "studio" / "crossroads" / "scene.toml"
UNIT = np.array([(0.15, 0.9), (0.85, 0.9), (0.72, 0.4), (0.25, 0.42), (0.5, 0.6), (0.3, 0.72)])


LINES = [
    *("--vanishing", "454,272 131,122 571,214 231,105", "--vanishing", "362,268 550,188 123,155 336,112"),
    *("--length", "364,230 468,191 6"),
]


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    return Path(shutil.copy(CROSSROADS, tmp_path / "scene.toml"))


def written(path: Path, unit: np.ndarray) -> Path:
    """Ground points of ``unit`` as the scene's own homography has them, in pixels and centimetres as people read them off."""
    homography = np.array(load_scene(CROSSROADS).homography).reshape(3, 3)
    flat = np.column_stack([unit, np.ones(len(unit))]) @ homography.T
    rows = zip(unit * (640, 360), flat[:, :2] / flat[:, 2:], strict=True)
    path.write_text("x_px,y_px,east_m,north_m\n" + "".join(f"{x:.0f},{y:.0f},{e:.2f},{n:.2f}\n" for (x, y), (e, n) in rows))
    return path


def test_the_scene_is_calibrated_and_drawn(scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points, grid = written(tmp_path / "points.csv", UNIT), tmp_path / "grid.png"
    assert main(["calibrate", str(scene), "--points", str(points), "--write", "--draw", str(grid), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    now, before = load_scene(scene), load_scene(CROSSROADS)
    assert list(now.homography or ()) == told["homography"]
    assert now.error_m == told["error_m"] < 0.3
    assert (now.lines, now.zones, now.movements) == (before.lines, before.zones, before.movements)
    assert told["speed_error"] < 0.03
    assert grid.read_bytes().startswith(b"\x89PNG")
    assert main(["check", str(scene)]) == 0


def test_without_write_the_lines_are_printed_and_the_scene_stays(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", str(scene), "--points", str(written(tmp_path / "points.csv", UNIT[:4]))]) == 0
    said = capsys.readouterr().out
    assert "homography = [" in said
    assert "km/h" in said
    assert "Four points always fit" in said
    assert scene.read_text() == CROSSROADS.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["points.csv", "scene.toml"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--points", "none.csv"], 2, "No such file"),
        (["--points", "POINTS", "--source", "x.mp4"], 2, "nothing is drawn"),
        (["--points", "POINTS", "--detector", "centernet"], 2, "and there is none"),
        (["--points", "POINTS", "--click-px", "0"], 2, "nobody measures without an error"),
        (["--points", "POINTS", "--size", "640x480"], 2, "of another shape"),
        (["--points", "POINTS", "--self", "--source", "x.mp4"], 2, "two ways to calibrate"),
        (["--points", "POINTS", "--vanishing", "1,2 3,4 5,6 7,8"], 2, "two ways to calibrate"),
        (["--vanishing", "1,2 3,4 5,6 7,8"], 2, "Lines and a length go together"),
        (["--points", "POINTS", "--length", "1,2 3,4 5"], 2, "Lines and a length go together"),
        ([*LINES[:2], *LINES[4:]], 2, "given once"),
        (["--points", "POINTS", "--detections", "x"], 2, "vehicles for --self"),
        ([], 2, "Nothing to calibrate by"),
        (["--self"], 2, "needs vehicles to look at"),
        (["--self", "--detections", "x", "--source", "x.mp4"], 2, "needs vehicles to look at"),
        (["--self", "--detections", "nowhere"], 2, "no stored detections in nowhere"),
        (["--self", "--source", "nowhere.mp4", "--seconds", "0"], 2, "looks at nothing"),
        (["--points", "POINTS", "--draw", "nowhere/grid.png"], 6, "Cannot write"),
    ],
)
def test_bad_input_is_one_clear_error(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, says: str
) -> None:
    points = written(tmp_path / "points.csv", UNIT)
    assert main(["calibrate", str(scene), *(str(points) if option == "POINTS" else option for option in options)]) == code
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 2
    assert scene.read_text() == CROSSROADS.read_text()


def test_vehicles_alone_calibrate_a_scene(scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = street(hung(), 30)
    found = stored.Stored(
        frames=int(seen.frame[-1]) + 20,
        fps=10.0,
        size=SIZE,
        frame=seen.frame,
        xyxy=seen.xyxy.astype(np.float32),
        confidence=np.full(len(seen), 0.9, np.float32),
        road_user=seen.road_user,
    )
    stored.write(tmp_path / "seen", found, name="street")
    grid = tmp_path / "grid.png"
    options = ["--self", "--detections", str(tmp_path / "seen"), "--write", "--draw", str(grid), "--json"]
    assert main(["calibrate", str(scene), *options]) == 0
    told, now = json.loads(capsys.readouterr().out), load_scene(scene)
    assert told["camera"]["height_m"] == pytest.approx(9.0, rel=0.15)
    assert told["vehicles"] >= 20
    assert 0.02 < told["speed_error"] < 0.15
    assert now.calibration is not None
    assert now.calibration.method == "vehicles"
    assert list(now.homography or ()) == told["homography"]
    assert grid.read_bytes().startswith(b"\x89PNG")
    assert main(["calibrate", str(scene), *options[:3]]) == 0
    said = capsys.readouterr().out
    assert "By the sizes and ways of" in said
    assert 'method = "vehicles"' in said


def test_lines_at_right_angles_and_a_length_calibrate_a_scene(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = tmp_path / "grid.png"
    assert main(["calibrate", str(scene), *LINES, "--write", "--draw", str(grid), "--json"]) == 0
    told, now = json.loads(capsys.readouterr().out), load_scene(scene)
    assert told["camera"]["height_m"] == pytest.approx(9.0, abs=0.3)
    assert told["camera"]["view_deg"] == pytest.approx(56.1, abs=2)
    assert now.calibration is not None
    assert now.calibration.method == "vanishing_points"
    assert grid.read_bytes().startswith(b"\x89PNG")


def test_a_scene_whose_lanes_wait_for_the_calibration_is_calibrated(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scene.read_text()
    start, end = text.index("homography = ["), text.index("\n", text.index("error_m"))
    scene.write_text(text[:start] + text[end + 1 :])
    assert "[[lanes]]" in text
    assert main(["check", str(scene)]) != 0
    assert main(["calibrate", str(scene), "--points", str(written(tmp_path / "points.csv", UNIT)), "--write"]) == 0
    assert main(["check", str(scene)]) == 0
    assert load_scene(scene).lanes == load_scene(CROSSROADS).lanes
    capsys.readouterr()
