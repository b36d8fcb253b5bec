"""``catseye truth`` as a user meets it: what it refuses, what it leaves, and two people compared."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catseye.byhand.plan import jobs_of
from catseye.cli import main
from catseye.core.errors import ConfigError

NO_LINES = 'timezone = "UTC"\ndrawn_for = [320, 240]\n'


@pytest.fixture
def home(models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CATSEYE_HOME", str(models))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("more", "code", "says", "remedy"),
    [
        (["nowhere.mp4", "--scene", "red.toml"], 3, "nowhere.mp4", ""),
        (["red.mp4"], 2, "which lines", "--scene"),
        (["red.mp4", "--scene", "none.toml"], 2, "No such file: none.toml", ""),
        (["red.mp4", "--scene", "bare.toml"], 2, "no line and no movement", "drawing-a-scene"),
        (["red.mp4", "--scene", "red.toml", "--out", "nowhere/hand.json"], 6, "nowhere/hand.json cannot be written", "--out"),
        (["red.mp4", "--scene", "red.toml", "--out", "torn.json"], 2, "torn.json: Not a hand count", "catseye truth"),
        (["red.mp4", "--scene", "red.toml", "--out", "."], 2, "is a folder", "a file"),
        (["red.mp4", "--scene", "red.toml", "--from", "5", "--to", "4"], 2, "from 5 s to", "--from and --to"),
        (["red.mp4", "--scene", "red.toml", "--keys", "z=car"], 2, "'z' is no letter", "a to z"),
        (["red.mp4", "--scene", "red.toml", "--keys", "a=ox"], 2, "'ox' is no kind", "car"),
        (["red.mp4", "--scene", "red.toml", "--who", "a/b"], 2, "'a/b' is no name", "initials"),
        (["--plan", "torn.json", "--scene", "red.toml"], 2, "torn.json is no plan", "catseye sample"),
        (["--compare", "a.json", "b.json"], 2, "There is no a.json", "hand count"),
        (["red.mp4", "--plan", "plan.json", "--scene", "red.toml"], 2, "not one thing to do", "--plan"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_with_a_remedy(
    home: Path, red_junction: Any, capsys: pytest.CaptureFixture[str], more: list[str], code: int, says: str, remedy: str
) -> None:
    assert (red_junction.clip(1.0).name, red_junction.scene.name) == ("red.mp4", "red.toml")
    (home / "bare.toml").write_text(NO_LINES)
    (home / "torn.json").write_text('{"catseye_truth": 1')
    assert main(["truth", *more, "--port", "0"]) == code
    told = capsys.readouterr().err
    (line,) = [line for line in told.splitlines() if line.startswith("catseye: ")]
    assert says in line
    assert remedy in told
    assert not list(home.glob(".*.lock"))


def test_it_leaves_its_file_alone_when_interrupted(home: Path, red_junction: Any) -> None:
    command = [
        sys.executable,
        "-m",
        "catseye",
        "truth",
        str(red_junction.clip(2.0)),
        "--scene",
        str(red_junction.scene),
        "--port",
        "0",
    ]
    (home / "tmp").mkdir()
    process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(home / "tmp")}, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert any("http://127.0.0.1:" in line for line in process.stderr)
        assert list((home / "tmp").glob("catseye-truth-*")) == []  # its pictures have no name that anybody could open
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 0, rest
    finally:
        process.kill()
        process.wait()
    assert re.search(r"red.hand.json: 0 counted, 0.0 of 2.0 s watched, complete on 0 of 3 ways", rest)
    assert {file.name for file in home.iterdir()} == {"red.mp4", "red.toml", "red.hand.json", "tmp"}


def test_two_people_are_compared(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = {"catseye_truth": 1, "until_s": 60, "kinds": ["car"], "lines": [{"name": "a", "directions": ["in", "out"]}]}
    for name, times in (("AB", (1, 5)), ("CD", (1.2, 9))):
        found = [{"line": "a", "direction": "in", "road_user": "car", "at_s": at} for at in times]
        (home / f"{name}.json").write_text(json.dumps(base | {"who": name, "crossings": found}))
    assert main(["truth", "--compare", "AB.json", "CD.json", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["matched"], [one["first"] for one in told["alone"]]) == (1, [True, False])
    assert main(["truth", "--compare", "AB.json", "CD.json"]) == 0
    assert "1 counted by both (33.3% of all)" in capsys.readouterr().out


def test_a_plan_of_sample_is_counted_from_recordings_or_from_cut_clips(
    home: Path, red_junction: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = red_junction.clip(4.0)
    (home / "list.csv").write_text(f"source,start,seconds,light\n{clip},2026-05-04T07:00,240,day\n")
    for form in ("json", "csv"):
        assert main(["sample", "list.csv", "--clips", "2", "--minutes", "1", f"--{form}"]) == 0
        (home / f"plan.{form}").write_text(capsys.readouterr().out)
        jobs = jobs_of(home / f"plan.{form}", None, home, ".json")
        assert [(job.source, job.light) for job in jobs] == [(clip, "day")] * 2
        assert all(job.until_s == (job.from_s or 0) + 60 and job.start.startswith("2026-05-04T07:00:00") for job in jobs)
    (home / "cut").mkdir()
    cut = home / "cut" / f"{jobs[0].name}.mp4"
    clip.rename(cut)
    with pytest.raises(ConfigError, match=re.escape(jobs[1].name)):
        jobs_of(home / "plan.csv", home / "cut", home, ".json")
    clip.write_bytes(cut.read_bytes())
    first, second = jobs_of(home / "plan.csv", home / "cut", home, ".json")
    assert (first.source, first.from_s, first.until_s) == (cut, 0, 60)
    assert second.source == clip
