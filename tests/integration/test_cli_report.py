"""``catseye report`` over a real store: the same numbers in every format, and what cannot be reported is said."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from catseye.app import open_store
from catseye.cli import main
from catseye.config import load_scene
from catseye.core.events import Coverage, LineCrossed, MovementCompleted
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.time import CELL_S, NS_PER_S
from catseye.ports.store import Record, RunStarted
from catseye.testing import FakeClock

ROOT = Path(__file__).parents[2]
STREAM, RUN = StreamId("crossroads"), RunId("r1")
BEGIN_S = 1_781_596_800  # 2026-06-16 08:00 UTC
QUARTERS = {"north through": (3, 5, 4, 2), "east left": (1, 0, 2, 1)}  # the third quarter is watched in part, of the fifth nothing


def events(scene: Scene) -> Iterator[Record]:
    number = 0
    for quarter in range(4):
        start_ns = (BEGIN_S + quarter * CELL_S) * NS_PER_S
        seen_s = CELL_S // 2 if quarter == 2 else CELL_S
        yield Coverage(
            stream=STREAM, run=RUN, scene_revision=scene.revision, start_ns=start_ns, end_ns=start_ns + seen_s * NS_PER_S
        )
        for movement in scene.movements:
            for _ in range(QUARTERS.get(movement.name, (0, 0, 0, 0))[quarter]):
                number += 1
                at_ns = start_ns + number * NS_PER_S
                yield MovementCompleted(
                    id=f"{number:024x}",
                    stream=STREAM,
                    run=RUN,
                    track=number,
                    rule=movement.name,
                    at_ns=at_ns,
                    seen_at_ns=at_ns,
                    road_user="car",
                    point_unit=(0.5, 0.5),
                    scene_revision=scene.revision,
                    origin=movement.origin,
                    destination=movement.destination,
                )
    yield LineCrossed(
        id="f" * 24, stream=STREAM, run=RUN, track=99, rule="north crossing", direction="to the east", at_ns=BEGIN_S * NS_PER_S,
        seen_at_ns=BEGIN_S * NS_PER_S, road_user="pedestrian", point_unit=(0.5, 0.5), scene_revision=scene.revision,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An hour of the studio's crossroads, of which a part of the third quarter was not watched."""
    scene = load_scene(ROOT / "examples" / "studio" / "crossroads" / "scene.toml")
    store = open_store(tmp_path / "store.sqlite", clock=FakeClock((BEGIN_S + 3 * 3600) * NS_PER_S))
    started = RunStarted(stream=STREAM, run=RUN, source="s", started_ns=BEGIN_S * NS_PER_S, detector="d", detector_sha256="")
    store.begin(started, scene)
    store.append(list(events(scene)))
    store.close()
    return tmp_path


def test_every_format_has_the_same_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "report"
    assert main(["report", str(folder), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in out.iterdir()) == ["report.csv", "report.html", "report.pdf", "report.xlsx"]

    rows = list(csv.DictReader(io.StringIO((out / "report.csv").read_text())))
    through = [row for row in rows if (row["approach"], row["turn"], row["class"]) == ("north", "through", "all vehicles")]
    assert [(row["volume"], row["whole"]) for row in through] == [("3", "true"), ("5", "true"), ("4", "false"), ("2", "true")]
    walkers = {row["class"]: row["volume"] for row in rows if row["direction"] == "to the east" and row["volume"] == "1"}
    assert walkers == {"everybody": "1", "pedestrians": "1"}

    book = load_workbook(out / "report.xlsx")
    cells = [cell.value for row in book["All vehicles"].iter_rows() for cell in row]
    assert {3, 5, 2, 18} <= {value for value in cells if isinstance(value, int)} | {
        int(found[0]) for value in cells if isinstance(value, str) and (found := re.match(r"\d+", value))
    }
    assert "18" in (out / "report.html").read_text()
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "18" in json.dumps(told)


def test_one_file_and_part_of_the_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "am" / "peak.csv"
    options = ["--from", "2026-06-16T08:15Z", "--to", "2026-06-16T08:30Z"]
    assert main(["report", str(folder), "--out", str(file), *options]) == 0
    starts = {row["start"] for row in csv.DictReader(io.StringIO(file.read_text()))}
    assert starts == {"2026-06-16T08:15:00+00:00"}
    assert list(file.parent.iterdir()) == [file]
    assert "wrote" in capsys.readouterr().err


def test_the_layout_of_the_guide_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "docs" / "guide" / "report.md").read_text()
    layout = folder / "layout.toml"
    layout.write_text(re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)[0])
    out = folder / "report.html"
    assert main(["report", str(folder), "--layout", str(layout), "--out", str(out)]) == 0
    assert "Mill Road (north)" in out.read_text()
    capsys.readouterr()
    layout.write_text('[[legs]]\nzone = "nort"\n')
    assert main(["report", str(folder), "--layout", str(layout), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "layout.toml:2" in said
    assert "north" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--out"),
        (("--out", "r", "--interval", "20"), "15, 30 or 60"),
        (("--out", "r", "--format", "docx"), "xlsx,csv,html,pdf"),
        (("--out", "r.pdf", "--format", "csv"), "one format"),
        (("--out", "r", "--stream", "mill"), "crossroads"),
        (("--out", "r", "--from", "2026-06-16T09:00Z", "--to", "2026-06-16T08:00Z"), "--to later"),
        (("--out", "r", "--from", "2026-06-18T09:00Z", "--to", "2026-06-18T10:00Z"), "not watched in that time"),
        (("--out", "r", "--from", "noon"), "noon"),
    ],
)
def test_what_cannot_be_reported_is_said(
    folder: Path, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert main(["report", str(folder), *options]) != 0
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (folder / "r").exists()


def test_a_folder_that_refuses_keeps_what_was_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "file").write_text("a file")
    assert main(["report", str(folder), "--out", str(folder / "file" / "r.csv")]) != 0
    assert "r.csv" in capsys.readouterr().err
    assert (folder / "file").read_text() == "a file"
