"""``catseye watch --truth``: a clip of which everything is known, counted by the real engine."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from os import environ
from pathlib import Path
from typing import Any

import pytest

from catseye.cli import main
from catseye.core.road_users import RoadUser
from catseye.core.truth import track_boxes
from catseye.studio.truth import Crossed
from catseye.wire import motchallenge

START = "2026-05-04T07:00:00+00:00"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def watch(
    models: Path, red_junction: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """Run ``catseye watch`` over the clip in this process: exit code, standard output, standard error."""
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    monkeypatch.setenv("COLUMNS", "200")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    clip = str(red_junction.clip())

    def run(*more: str, source: str = clip) -> tuple[int, str, str]:
        capfd.readouterr()
        out = ["--out", str(tmp_path / "out"), "--start", START, "--stream", "red", "--threads", "1"]
        code = main(["watch", source, *out, *more])
        said = capfd.readouterr()
        return code, said.out, said.err

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def against(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())["against_truth"]
    return found


def test_where_all_is_counted_the_table_says_so(watch: Run, red_junction: Any, tmp_path: Path) -> None:
    code, out, err = watch("--fast", "--scene", str(red_junction.scene), "--truth", str(red_junction.truth()))
    assert code == 0
    assert out == ""
    result = against(tmp_path / "out")
    right = {"counted": 3, "true": 3, "missed": 0, "extra": 0}
    none = dict.fromkeys(right, 0)
    assert result["mistakes"] == []
    assert result["compared"] == {
        "lines": [none | {"rule": "street", "direction": "west"}, right | {"rule": "street", "direction": "east"}],
        "turns": [right | {"origin": "left arm", "turn": "through"}],
        "all_lines": right,
        "all_turns": right,
        "ended": True,
    }
    assert re.search(r"street *│ *east *│ *3 *│ *3 *│ *0 *│ *0 *│ *0", err)
    assert re.search(r"left arm *│ *3 / 3 *│ *3 / 3", err)
    assert "no walkers" in err


def test_errors_are_told_with_their_time(watch: Run, red_junction: Any, tmp_path: Path) -> None:
    nobody = Crossed(line="street", direction="west", number=9, road_user="bus", at_s=6.5, speed_mps=8.0)
    truth = red_junction.truth(more=[nobody])
    code, _, err = watch("--fast", "--scene", str(red_junction.scene), "--truth", str(truth))
    assert code == 0
    result = against(tmp_path / "out")
    assert result["compared"]["all_lines"] == {"counted": 3, "true": 4, "missed": 1, "extra": 0}
    assert result["mistakes"] == [{"extra": False, "line": "street", "direction": "west", "road_user": "bus", "at_s": 6.5}]
    assert "missed at 6.5 s: bus over street, west" in err


def test_a_line_that_the_scene_lacks_is_named(watch: Run, red_junction: Any, tmp_path: Path) -> None:
    truth = red_junction.truth(lines=["street", "far side"])
    code, _, err = watch("--fast", "--scene", str(red_junction.scene), "--truth", str(truth))
    assert code == 0
    assert "The scene has no count line 'far side': not compared." in err
    assert {line["rule"] for line in against(tmp_path / "out")["compared"]["lines"]} == {"street"}


def test_a_truth_marked_by_people_is_compared_over_the_lines_of_the_scene(watch: Run, red_junction: Any, tmp_path: Path) -> None:
    """Marked at half the size of the clip; its frames come at the clip's pace, whatever the camera's was."""
    rows = []
    for k in range(120):
        left = (k / 10 % 4.0 / 4.0 * 1.3 - 0.15) * 160
        rows.append((k, 1 + k // 40, (left, 60.0, left + 26.0, 80.0), int(RoadUser.PEDESTRIAN), 1.0))
    (tmp_path / "gt").mkdir()
    (tmp_path / "gt" / "gt.txt").write_text(motchallenge.encode(track_boxes(rows)))
    (tmp_path / "seqinfo.ini").write_text("[Sequence]\nname=x\nframeRate=7\nseqLength=120\nimWidth=160\nimHeight=120\n")
    code, _, _ = watch("--fast", "--scene", str(red_junction.scene), "--truth", str(tmp_path))
    assert code == 0
    result = against(tmp_path / "out")
    # The network calls the walkers vehicles, and this truth says nothing of vehicles: none is extra, all are missed.
    assert result["compared"]["all_lines"] == {"counted": 0, "true": 3, "missed": 3, "extra": 0}
    assert [mistake["at_s"] for mistake in result["mistakes"]] == pytest.approx([1.74, 5.74, 9.74], abs=0.1)
    assert result["compared"]["turns"] == []


def broken(truth: Path) -> Path:
    (truth / "crossed.parquet").write_bytes(b"no table")
    return truth


def torn(truth: Path) -> Path:
    (truth / "movements.parquet").unlink()
    return truth


def empty(truth: Path) -> Path:
    (truth / "truth.json").unlink()
    return truth


def missing(truth: Path) -> Path:
    return truth / "nowhere"


@pytest.mark.parametrize("damage", [broken, torn, empty, missing])
def test_a_truth_that_cannot_be_read_is_one_clear_line(watch: Run, red_junction: Any, damage: Callable[[Path], Path]) -> None:
    truth = damage(red_junction.truth())
    code, out, err = watch("--fast", "--scene", str(red_junction.scene), "--truth", str(truth))
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    (line,) = [line for line in err.splitlines() if line.startswith("catseye: ")]
    assert str(truth) in line


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--fast", "--truth", "T"], "--truth needs the scene"),
        (["--loop", "--truth", "T"], "--loop"),
        (["--loop", "--stay"], "--loop"),
        (["--fast", "--stay"], "--stay"),
        (["--no-web", "--stay"], "--stay"),
    ],
)
def test_options_that_do_not_go_together_are_refused(watch: Run, more: list[str], says: str) -> None:
    code, _, err = watch(*more)
    assert code == 2
    assert says in err


def test_a_live_source_has_no_truth(watch: Run, red_junction: Any) -> None:
    more = ["--scene", str(red_junction.scene), "--truth", str(red_junction.truth())]
    code, _, err = watch(*more, source="rtsp://127.0.0.1:9/main")
    assert code == 2
    assert "live" in err


def test_before_the_first_frame_nothing_is_known(watch: Run, red_junction: Any, tmp_path: Path) -> None:
    film = tmp_path / "none.mp4"
    film.write_bytes(b"")
    more = ["--scene", str(red_junction.scene), "--truth", str(red_junction.truth())]
    code, _, _ = watch("--fast", *more, source=str(film))
    assert code == 3
    nothing = {"counted": None, "true": None, "missed": 0, "extra": 0}
    assert against(tmp_path / "out")["compared"]["all_lines"] == nothing


def test_it_stays_with_the_results_written_until_it_is_told_to_end(models: Path, red_junction: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "catseye", "watch", str(red_junction.clip(4.0)), "--scene", str(red_junction.scene)]
    command += ["--truth", str(red_junction.truth(4.0)), "--stay", "--port", "0", "--out", str(out), "--threads", "1"]
    environment = environ | {"CATSEYE_HOME": str(models), "COLUMNS": "200"}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        said = ""
        for line in running.stderr:
            said += line
            if "stays up" in line:
                break
        assert "the clip has ended" in said
        assert re.search(r"left arm *│ *1 / 1", said)
        assert against(out)["compared"]["all_turns"] == {"counted": 1, "true": 1, "missed": 0, "extra": 0}
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        assert running.wait(timeout=60) == 0, rest
        assert json.loads((out / "summary.json").read_text())["complete"] is True
    finally:
        running.kill()
        running.wait()


def test_it_stays_and_ends_when_asked_also_where_tables_are_loaded_last(models: Path, red_junction: Any, tmp_path: Path) -> None:
    """The library that writes tables takes Ctrl+C for itself; without a truth it is loaded after our own handler."""
    command = [sys.executable, "-m", "catseye", "watch", str(red_junction.clip(2.0)), "--scene", str(red_junction.scene)]
    command += ["--stay", "--port", "0", "--out", str(tmp_path / "out"), "--threads", "1"]
    running = subprocess.Popen(command, env=environ | {"CATSEYE_HOME": str(models)}, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        assert any("stays up" in line for line in running.stderr)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 0
    finally:
        running.kill()
        running.wait()
