"""``catseye conflicts list`` over a real store."""

import csv
import io
import json
from pathlib import Path

import pytest

from catseye.app import open_store
from catseye.cli import main
from catseye.core.events import Coverage, LineCrossed
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene
from catseye.core.time import NS_PER_S
from catseye.core.traffic import TrafficRecord
from catseye.ports.store import RunStarted
from catseye.testing import FakeClock
from catseye.testing.ground import Row, moment, road, times, unit, watch
from catseye.traffic.conflicts.engine import Conflicts

STREAM, RUN = StreamId("bridge"), RunId("r1")
BEGIN_S = 1_700_000_000


def scene() -> Scene:
    """The test road with a count line, over which cars are counted."""
    drawn = road()
    (a, b) = unit([(5, 3), (5, -3)])
    return Scene(
        **{name: getattr(drawn, name) for name in Scene.__struct_fields__} | {"lines": (CountLine(name="east", points=(a, b)),)}
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store in which a car braked hard behind one that stood, and forty crossed a line."""
    drawn = scene()
    of = watch(drawn)
    engine = Conflicts(of.fitted, of.view, stream=STREAM, run=RUN)
    records: list[TrafficRecord] = []
    for t in times(12, 5.0):
        x = -15.5 + (12 * t - 2.0 * t**2 if t < 3 else 18.0)
        rows: list[Row] = [(1, RoadUser.CAR, 8.0, 0.0, 0.0, 0.0), (2, RoadUser.VAN, x, 0.0, max(12 - 4 * t, 0.0), 0.0)]
        records += engine.update(moment(BEGIN_S + t, rows))
    records += engine.close((BEGIN_S + 12) * NS_PER_S)
    store = open_store(tmp_path / "store.sqlite", clock=FakeClock((BEGIN_S + 60) * NS_PER_S))
    started = RunStarted(stream=STREAM, run=RUN, source="s", started_ns=BEGIN_S * NS_PER_S, detector="d", detector_sha256="")
    store.begin(started, drawn)
    span = Coverage(
        stream=STREAM, run=RUN, scene_revision=drawn.revision, start_ns=BEGIN_S * NS_PER_S, end_ns=(BEGIN_S + 40) * NS_PER_S
    )
    crossings = [
        LineCrossed(
            id=f"x{k}",
            stream=STREAM,
            run=RUN,
            track=k,
            rule="east",
            at_ns=(BEGIN_S + k // 2) * NS_PER_S,
            seen_at_ns=(BEGIN_S + k // 2) * NS_PER_S,
            road_user="car",
            point_unit=(0.5, 0.5),
            scene_revision=drawn.revision,
            direction="forward",
        )
        for k in range(40)
    ]
    store.append([span, *crossings, *records])
    store.close()
    return tmp_path


def test_lists_conflicts_with_their_measures_and_rate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", "list", str(folder), "--csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["kind"], row["road_user_1"], row["road_user_2"], row["pet_s"]) == ("rear_end", "car", "van", "")
    assert 0.5 < float(row["ttc_s"]) <= 1.5
    assert main(["conflicts", "list", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["rate"]["conflicts"], report["rate"]["exposure"], report["rate"]["per_million"]) == (1, 40, 25_000)
    assert "track" not in json.dumps(report)
    assert main(["conflicts", "list", str(folder)]) == 0
    assert "25000 per million" in capsys.readouterr().out


def test_in_eighty_columns_nothing_of_the_table_is_cut(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["conflicts", "list", str(folder)]) == 0
    shown = capsys.readouterr().out
    table = [line for line in shown.splitlines() if line.startswith(("│", "┃", "┏", "└"))]
    assert all(len(line) <= 80 and line[-1] in "│┃┓┘" for line in table)
    assert "…" not in shown
    for word in ("delta-V", "rear end", "car - van"):
        assert word in shown


def test_only_what_is_as_severe_as_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conflicts", "list", str(folder), "--ttc", "0.1", "--pet", "0.1"]) == 0
    assert "No conflict" in capsys.readouterr().out


def test_map_and_points(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, points = tmp_path / "map.svg", tmp_path / "points.geojson"
    asked = ["conflicts", "list", str(folder), "--map", str(plan), "--geojson", str(points)]
    assert main(asked) == 2
    assert "--origin" in capsys.readouterr().err
    assert main([*asked, "--origin", "13.4,52.5"]) == 0
    assert "rear end: car and van" in plan.read_text()
    (feature,) = json.loads(points.read_text())["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([13.4, 52.5], abs=1e-3)
    assert feature["properties"]["kind"] == "rear_end"


def test_a_study_says_what_was_to_be_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"r{k},reference,{n},1e6" for k, n in enumerate((4, 9, 14, 7, 18, 11, 3, 12))]
    rows += ["b,before,40,1e6", "a,before,30,1e6", "a,after,9,1e6", "b,after,14,1e6"]
    sites = tmp_path / "sites.csv"
    sites.write_text("\n".join(["site,period,conflicts,crossings", *rows]) + "\n")
    assert main(["conflicts", "study", str(sites), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    first, second = report["effect"]["sites"]
    assert (first["name"], first["seen"], second["name"], second["seen"]) == ("a", 9, "b", 14)
    assert 9.75 < first["expected"] < 30  # between what is usual and what was seen
    assert report["effect"]["high"] < 1
    assert main(["conflicts", "study", str(sites)]) == 0
    assert "fewer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site,period\na,before\n", "columns"),
        ("site,period,conflicts,crossings\na,before,x,1\n", "no row"),
        ("site,period,conflicts,crossings\na,before,2,100\na,after,1,100\n", "not changed"),
    ],
)
def test_a_file_of_sites_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text(text)
    assert main(["conflicts", "study", str(sites)]) == 2
    assert said in capsys.readouterr().err
