"""``catseye studio site`` as a user meets it."""

import csv
import json
from pathlib import Path

import cv2
import pytest

from catseye.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "studio" / "site-plan.toml"
PLAN = """\
scenario = "junction"
minutes = 0.5
detector = "perfect"
[[poles]]
name = "corner"
position_m = [17, -18, 13]
look_at_m = [-2, 2]
[[poles]]
name = "turned away"
position_m = [17, -18, 13]
look_at_m = [60, -60]
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_the_example_is_judged_by_geometry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "site"
    assert main(["studio", "site", str(EXAMPLE), "--no-count", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    for name in ("south-east corner", "north-east lamp post", "traffic signal, west arm", "balcony, south arm"):
        assert name in said.replace("\n", " ")
    report = json.loads((out / "site.json").read_text())
    assert len(report["poles"]) == 4
    scores = [pole["score"] for pole in report["poles"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 50
    assert all(pole["counting"] is None for pole in report["poles"])
    with (out / "site.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lanes, lines = (sum(row["what"] == what for row in rows) for what in ("lane", "line"))
    assert (lanes, lines) == (4 * 16, 4 * 8)
    sheet = cv2.imread(str(out / "site.png"))
    assert sheet is not None
    assert sheet.shape[1] == 1600


def test_counts_name_the_better_pole(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studio", "site", str(plan), "--json"]) == 0
    poles = json.loads(capsys.readouterr().out)["poles"]
    assert [pole["name"] for pole in poles] == ["corner", "turned away"]
    good, bad = (pole["counting"] for pole in poles)
    assert good["true"] == bad["true"] > 0
    assert bad["missed"] == bad["true"]
    assert bad["error"] == 1.0
    assert good["missed"] < good["true"]
    assert sum(line["true"] for line in good["lines"]) == good["true"]
    assert any("no lane" in warning for warning in poles[1]["warnings"])
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ('"junction"', '"roundabaut"', 2, "scenario"),
        ('detector = "perfect"', 'detector = "prefect"', 2, "'prefect'"),
        ('scenario = "junction"', 'truth = "nowhere"', 2, "nowhere is no studio truth"),
        ("13]", "-13]", 2, "under the road"),
    ],
)
def test_what_cannot_be_is_one_line_and_its_remedy(
    plan: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: int, says: str
) -> None:
    plan.write_text(PLAN.replace(old, new), encoding="utf-8")
    assert main(["studio", "site", str(plan), "--json"]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert "Traceback" not in told.err


def test_a_folder_that_cannot_be_written_is_told(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["studio", "site", str(plan), "--no-count", "--out", str(tmp_path / "file" / "site")]) == 6
    assert "--out" in capsys.readouterr().err
