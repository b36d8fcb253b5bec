"""``catseye check`` as a user meets it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from catseye import app
from catseye.cli import main
from catseye.core.road_users import RoadUser
from catseye.evaluate import stored
from catseye.testing import FakeClock

ROOT = Path(__file__).parents[2]
BAD = "timezone = 'UTC'\n[[lines]]\nnmae = 'n'\npoints = [[0.1, 0.5], [0.9, 1.5]]\n"
GOOD = "drawn_for = [768, 576]\n[[lines]]\nname = 'n'\npoints = [[0.1, 0.5], [0.9, 0.5]]\n"


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "scene.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_every_error_is_printed_with_its_line(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.write_text(BAD, encoding="utf-8")
    assert main(["check", str(scene)]) == 2
    assert capsys.readouterr().out.splitlines() == [
        f"{scene}:3: error: unknown key 'nmae'. Did you mean 'name'?",
        f"{scene}:4: error: y = 1.5 in 'points' is outside the picture (0 to 1). 0 is the top edge, 1 the bottom edge.",
    ]


def test_a_sound_scene_is_called_sound(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(scene)]) == 0
    assert capsys.readouterr().out.startswith(f"{scene}: sound (revision ")


def test_warnings_alone_do_not_fail(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.write_text("timezone = 'UTC'\n", encoding="utf-8")
    assert main(["check", str(scene)]) == 0
    assert "warning: no count lines" in capsys.readouterr().out


def test_a_scene_for_another_size_is_refused(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(scene), "--size", "1536x1152"]) == 0
    assert main(["check", str(scene), "--size", "1920x1080"]) == 2
    assert "768x576" in capsys.readouterr().out


def test_json_gives_one_object_a_file(scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(BAD, encoding="utf-8")
    assert main(["check", "--json", str(scene), str(bad)]) == 2
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["sound"] is True
    assert len(first["revision"]) == 12
    assert second["findings"][0] == {
        "line": 3,
        "column": 1,
        "key": "lines[0].nmae",
        "severity": "error",
        "message": "unknown key 'nmae'.",
        "remedy": "Did you mean 'name'?",
    }


def test_the_plot_is_a_picture(scene: Path, tmp_path: Path) -> None:
    plot = tmp_path / "scene.png"
    assert main(["check", str(scene), "--plot", str(plot)]) == 0
    image = cv2.imread(str(plot))
    assert image is not None
    assert image.shape == (960, 1280, 3)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["none.toml"], 2, "No such file"),
        ([str(ROOT)], 2, "Cannot read"),
        (["--plot", "x.png", "a.toml", "b.toml"], 2, "--plot draws one scene"),
        (["store", "none.db"], 5, "none.db"),
    ],
)
def test_what_cannot_be_checked_is_one_clear_line(
    args: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *args]) == code
    captured = capsys.readouterr()
    assert captured.err.startswith("catseye: ")
    assert said in captured.err


def test_a_plot_that_cannot_be_written_is_an_output_error(scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(scene), "--plot", str(tmp_path / "no" / "folder.png")]) == 6
    assert "Cannot write" in capsys.readouterr().err


def test_a_size_that_is_none_is_refused(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["check", str(scene), "--size", "big"])
    assert "write WIDTHxHEIGHT" in capsys.readouterr().err


def test_the_help_shows_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["check", "--help"])
    assert "catseye check scene.toml --size" in capsys.readouterr().out


def test_the_module_runs_and_uses_no_colour_in_a_pipe(scene: Path) -> None:
    scene.write_text(BAD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "catseye", "check", str(scene)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "\x1b" not in done.stdout
    assert done.stdout.startswith(f"{scene}:3: error:")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colour_unless_it_refuses(scene: Path, no_colour: str, *, coloured: bool) -> None:
    scene.write_text(BAD, encoding="utf-8")
    ours, theirs = os.openpty()
    environment = os.environ | {"TERM": "xterm", "NO_COLOR": no_colour}
    subprocess.run([sys.executable, "-m", "catseye", "check", str(scene)], stdout=theirs, env=environment, check=False, timeout=60)
    os.close(theirs)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert ("\x1b[31m" in said) is coloured


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "scenes").glob("*.toml")), ids=lambda path: path.name)
def test_the_example_scenes_are_sound(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(path)]) == 0
    assert ": sound" in capsys.readouterr().out


@pytest.mark.parametrize("word", [["store"], []])
def test_a_store_is_checked_whether_named_or_recognised(
    word: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "counts.db"
    app.open_store(path, clock=FakeClock()).close()
    assert main(["check", *word, str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: sound\n"

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE faces (embedding BLOB)")
        connection.commit()
    assert main(["check", *word, str(path)]) == 2
    assert f"{path}: error: faces.embedding" in capsys.readouterr().out


PASSING = "drawn_for = [320, 240]\nunits = 'pixel'\n[[lines]]\nname = 'n'\npoints = [[160, 100], [160, 220]]\n"


@pytest.fixture
def stored_cars(tmp_path: Path) -> Path:
    """Twelve cars that are lost where a pole would stand, as stored detections."""
    rows = []
    for frame in range(250):
        for car in range(12):
            x = 20.0 + 12.0 * (frame - 18 * car)
            if 20.0 <= x <= 150.0:
                rows.append((frame, (x - 20.0, 130.0, x + 20.0, 160.0)))
    found = stored.Stored(
        frames=250,
        fps=10.0,
        size=(320, 240),
        frame=np.array([frame for frame, _ in rows], np.int64),
        xyxy=np.array([box for _, box in rows], np.float32),
        confidence=np.full(len(rows), 0.9, np.float32),
        road_user=np.full(len(rows), RoadUser.CAR, np.int16),
    )
    stored.write(tmp_path / "seen", found, name="seen")
    return tmp_path / "seen"


def test_watching_warns_of_a_line_where_tracks_end_and_proposes_another(
    scene: Path, stored_cars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.write_text(PASSING, encoding="utf-8")
    picture = tmp_path / "seen.png"
    assert main(["check", str(scene), "--detections", str(stored_cars), "--draw", str(picture)]) == 0
    said = capsys.readouterr().out
    assert f"{scene}:5: warning: " in said
    assert "begin or end at the line" in said
    assert "watched for 25 s" in said
    drawn = cv2.imread(str(picture))
    assert drawn is not None
    assert drawn.shape == (960, 1280, 3)
    assert main(["check", "--json", str(scene), "--detections", str(stored_cars)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["observed"]["watched_s"] == pytest.approx(24.9)
    (line,) = report["observed"]["lines"]
    assert line["faults"][0] == "broken"
    assert line["judged"]
    scene.write_text(PASSING.replace("160,", "90,"), encoding="utf-8")
    assert main(["check", "--json", str(scene), "--detections", str(stored_cars)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["findings"], report["observed"]["lines"][0]["crossings"]) == ([], 12)


def test_what_nobody_passes_is_unknown_and_not_bad(scene: Path, stored_cars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.write_text(PASSING.replace("[[160, 100], [160, 220]]", "[[100, 30], [200, 30]]"), encoding="utf-8")
    assert main(["check", str(scene), "--detections", str(stored_cars)]) == 0
    said = capsys.readouterr().out
    assert "nothing passed in 25 s" in " ".join(said.split())
    assert "warning" not in said


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--source", "a.mp4", "--detections", "b"], "two ways"),
        (["--seconds", "5"], "--seconds is of a street that is watched"),
        (["--draw", "a.png"], "--draw is of a street that is watched"),
        (["--detections", "b", "--detector", "x"], "has none"),
        (["--detections", "b", "--seconds", "0"], "watches nothing"),
        (["--detections", "b", "--seconds", "nan"], "watches nothing"),
        (["--detections", "nowhere"], "no stored detections"),
        (["other.toml", "--detections", "b"], "several scenes"),
    ],
)
def test_what_cannot_be_watched_is_one_clear_error(
    scene: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(scene), *more]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") <= 2
    assert message in shown.err


def test_a_scene_for_another_picture_is_not_watched(scene: Path, stored_cars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene.write_text(GOOD.replace("768, 576", "1920, 1080"), encoding="utf-8")
    assert main(["check", str(scene), "--detections", str(stored_cars)]) == 2
    assert "1920x1080" in capsys.readouterr().err


def test_a_clip_is_watched_and_drawn_redacted(
    models: Path, red_junction: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    picture = tmp_path / "seen.png"
    asked = [
        "check",
        "--json",
        str(red_junction.scene),
        "--source",
        str(red_junction.clip()),
        "--seconds",
        "9",
        "--draw",
        str(picture),
    ]
    assert main(asked) == 0
    observed = json.loads(capsys.readouterr().out)["observed"]
    assert observed["watched_s"] == pytest.approx(9.0, abs=0.2)
    (line,) = observed["lines"]
    assert (line["crossings"], line["judged"], line["faults"]) == (2, False, [])
    drawn = cv2.imread(str(picture))
    assert drawn is not None
    assert drawn.shape == (960, 1280, 3)
    assert np.ptp(drawn[:, :200].reshape(-1, 3), axis=0).max() > 30, "the still is the street's, not a blank sheet"
