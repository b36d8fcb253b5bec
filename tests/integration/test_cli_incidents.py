"""``catseye incidents`` over a real store."""

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
from catseye.core.time import NS_PER_S
from catseye.core.traffic import Incident, Violation
from catseye.ports.store import RunStarted
from catseye.testing import FakeClock
from catseye.testing.ground import moment, road, times, watch
from catseye.traffic.incidents.engine import Incidents
from catseye.traffic.violations.engine import Violations

STREAM, RUN = StreamId("bridge"), RunId("r1")
BEGIN_S = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store in which a van came and stood where nobody may stop."""
    drawn = road(zones=[("no_stopping", [(-10, -3), (10, -3), (10, 3), (-10, 3)])])
    of = watch(drawn)
    engines = (Incidents(of, stream=STREAM, run=RUN), Violations(watch=of, stream=STREAM, run=RUN, errors_known=True))
    records: list[Incident | Violation] = []
    for t in times(40, 1.0):
        x, v = (0.0, 0.0) if t >= 1 else (-8.0, 8.0)
        rows = [(7, RoadUser.VAN, x, 0.0, v, 0.0)] if t < 25 else []
        seen = moment(BEGIN_S + t, rows)
        records += [r for engine in engines for r in engine.update(seen) if isinstance(r, Incident | Violation)]
    store = open_store(tmp_path / "store.sqlite", clock=FakeClock((BEGIN_S + 60) * NS_PER_S))
    started = RunStarted(stream=STREAM, run=RUN, source="s", started_ns=BEGIN_S * NS_PER_S, detector="d", detector_sha256="")
    store.begin(started, drawn)
    span = Coverage(
        stream=STREAM, run=RUN, scene_revision=drawn.revision, start_ns=BEGIN_S * NS_PER_S, end_ns=(BEGIN_S + 40) * NS_PER_S
    )
    store.append([span, *records])
    store.close()
    return tmp_path


def test_lists_each_incident_as_it_stands_last_and_each_violation(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", str(folder), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["what"], row["kind"], row["state"]) for row in rows] == [
        ("incident", "stopped_vehicle", "closed"),
        ("violation", "illegal_stopping", ""),
    ]
    assert rows[0]["road_user"] == "van"
    assert rows[0]["until"]


def test_json_has_every_revision(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [(one["revision"], one["state"]) for one in report["incidents"]] == [(1, "opened"), (2, "closed")]
    assert "track" not in json.dumps(report)


def test_a_time_without_any(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", str(folder), "--to", "2020-01-01T00:00"]) == 0
    assert "No incident" in capsys.readouterr().out


def test_another_stream_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", str(folder), "--stream", "brige"]) == 2
    assert "bridge" in capsys.readouterr().err
