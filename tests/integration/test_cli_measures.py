"""``catseye measures`` over a real store."""

import csv
import io
import json
from pathlib import Path

import pytest

from catseye.app import open_store
from catseye.cli import main
from catseye.core.events import Coverage
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S
from catseye.core.traffic import TrafficRecord
from catseye.ports.store import RunStarted
from catseye.testing import FakeClock
from catseye.testing.ground import moment, road, times, watch
from catseye.traffic.measures.engine import Measures

STREAM, RUN = StreamId("bridge"), RunId("r1")
BEGIN_S = 1_780_300_800  # 2026-06-01 08:00 UTC
LASTS_S = 240


def kept(folder: Path, drawn: Scene, records: list[TrafficRecord]) -> Path:
    store = open_store(folder / "store.sqlite", clock=FakeClock((BEGIN_S + 3600) * NS_PER_S))
    started = RunStarted(stream=STREAM, run=RUN, source="s", started_ns=BEGIN_S * NS_PER_S, detector="d", detector_sha256="")
    store.begin(started, drawn)
    span = (BEGIN_S * NS_PER_S, (BEGIN_S + LASTS_S) * NS_PER_S)
    store.append([Coverage(stream=STREAM, run=RUN, scene_revision=drawn.revision, start_ns=span[0], end_ns=span[1]), *records])
    store.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A road to the west on which a car drives by at 36 km/h every ten seconds, for four minutes."""
    drawn = road()
    of = watch(drawn)
    engine, records = Measures(of.fitted, of.view, stream=STREAM, run=RUN), list[TrafficRecord]()
    for t in times(LASTS_S):
        cars = [(n, 30.0 - 10.0 * (t - 10.0 * n)) for n in range(LASTS_S // 10)]
        rows = [(n + 1, RoadUser.CAR, x, 4.0, -10.0, 0.0) for n, x in cars if -30.0 < x <= 30.0]
        records += engine.update(moment(BEGIN_S + t, rows))
    return kept(tmp_path, drawn, [*records, *engine.close(0)])


def test_tells_flow_speed_and_headway_of_a_lane(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", str(folder), "--interval", "2", "--place", "west", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (lane,) = told["places"]
    assert (lane["place_kind"], lane["place"]) == ("lane", "west")
    assert [one["start"] for one in lane["intervals"]] == ["2026-06-01T08:00:00+00:00", "2026-06-01T08:02:00+00:00"]
    values = lane["intervals"][0]["values"]
    assert values["volume"] == 12
    assert values["space_mean_speed"] == pytest.approx(36.0, abs=0.2)
    assert values["headway"] == pytest.approx(10.0, abs=0.05)
    assert values["area_flow"] == pytest.approx(values["density"] * values["space_mean_speed"], rel=1e-3)
    assert {told["units"][name] for name in ("headway", "area_flow")} == {"s", "veh/h"}
    assert lane["intervals"][0]["volume_by_road_user"] == {"car": 12}


def test_the_table_and_the_csv_say_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", str(folder), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    volumes = [row["value"] for row in rows if (row["place"], row["measure"], row["road_user"]) == ("west", "volume", "")]
    assert volumes == ["24"]
    assert [row["value"] for row in rows if (row["place"], row["measure"]) == ("east", "space_mean_speed")] == [""]
    assert main(["measures", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "01 Jun 2026" in shown
    west = next(line for line in shown.splitlines() if "west" in line)
    assert [part.strip() for part in west.split("│")[2:5]] == ["08:00", "4.0", "24"]


def test_an_interval_that_the_time_touches_is_told_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--interval", "2", "--place", "west", "--from", "2026-06-01T08:03", "--to", "2200-01-01T00:00"]
    assert main(["measures", str(folder), *asked, "--json"]) == 0
    (lane,) = json.loads(capsys.readouterr().out)["places"]
    assert [(one["start"], one["values"]["volume"]) for one in lane["intervals"]] == [("2026-06-01T08:02:00+00:00", 12)]


def test_draws_what_there_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measures", str(folder), "--plot", str(folder / "plots")]) == 0
    capsys.readouterr()
    assert sorted(path.name for path in (folder / "plots").iterdir()) == ["fundamental-west.svg", "speed-west.svg"]


def test_what_cannot_be_told_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for asked, said in (
        (["--place", "wset"], "Did you mean 'west'?"),
        (["--interval", "99999"], "longer than a week"),
        (["--from", "2200-01-01T00:00"], "it was watched from 2026-06-01 08:00"),
        (["--to", "2020-01-01T00:00"], "it was watched from 2026-06-01 08:00"),
        (["--from", "2026-06-02T00:00", "--to", "2026-06-01T00:00"], "--to is not after --from"),
    ):
        assert main(["measures", str(folder), *asked]) != 0
        assert said in capsys.readouterr().err
    (tmp_path / "flat").mkdir()
    assert main(["measures", str(kept(tmp_path / "flat", Scene(), []))]) != 0
    assert "not calibrated" in capsys.readouterr().err
    assert main(["measures", str(tmp_path / "nowhere")]) != 0
    assert "There is no store" in capsys.readouterr().err
