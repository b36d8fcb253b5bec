"""``catseye ledger`` over a real ledger, whose script is known."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from catseye.adapters.sqlite import SqliteLedger, SqliteStore
from catseye.cli import main
from catseye.core.events import Coverage
from catseye.core.ids import RunId, StreamId
from catseye.core.orders import Orders
from catseye.network.orders import faults, next_orders
from catseye.ports import RunStarted
from catseye.testing import FakeClock
from catseye.testing.ledgers import LedgerScript, records
from catseye.testing.store_records import SCENE

TZ = ZoneInfo("Europe/Copenhagen")
START_NS = int(datetime(2024, 10, 1, tzinfo=TZ).timestamp()) * 10**9
MINUTE_NS = 60 * 10**9
CAMERAS = [StreamId(name) for name in ("quay", "bridge", "ferry", "mill")]
HARBOUR = CAMERAS[:3]
HEAD = """
[network]
name = "Testhavn"
timezone = "Europe/Copenhagen"

[[maintenance]]
start = "2024-10-01T20:00"
end = "2024-10-01T22:00"
why = "cleaning"
cameras = ["mill"]
"""
CAMERA = """
[[cameras]]
name = "{name}"
address = "rtsp://10.0.0.1/{name}"
kind_of_place = "street"
purpose = "traffic counts"
legal_basis = "road act"
district = "{district}"
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day: the harbour is away from 10:00 to 15:40, Catseye itself from 2:00 to 4:00, and one camera was never there."""
    folder = tmp_path_factory.mktemp("network")
    named = [(name, "harbour" if name in HARBOUR else "north") for name in (*CAMERAS, "new")]
    (folder / "network.toml").write_text(HEAD + "".join(CAMERA.format(name=name, district=where) for name, where in named))
    script = LedgerScript(
        cameras=CAMERAS,
        start_ns=START_NS,
        minutes=24 * 60,
        care=dict.fromkeys(CAMERAS, 0.0),
        outages=[(HARBOUR, 600, 940)],
        away=[(120, 240)],
    )
    ledger = SqliteLedger(folder / "data" / "network.sqlite")
    told = [record for of_camera in records(script) for record in of_camera]
    ledger.keep(told)
    now_ns = START_NS + 640 * MINUTE_NS
    known = faults(ledger.episodes(START_NS, now_ns), now_ns, Orders())
    ledger.keep_orders(next_orders([], known, dict(named), Orders(), now_ns), ["webhook:example"])  # type: ignore[arg-type]
    ledger.close()
    return folder / "network.toml"


DAY = ("--from", "2024-10-01T00:00", "--to", "2024-10-02T00:00")


def told(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["ledger", *args]) == 0
    return capsys.readouterr().out


def test_show_tells_serviceability_with_its_bounds(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    it = json.loads(told(capsys, "show", str(network), *DAY, "--json"))
    cameras = {one["camera"]: one for one in it["cameras"]}
    assert it["never"] == ["new"]
    quay = cameras["quay"]
    assert (quay["due_s"], quay["unobserved_s"]) == (24 * 3600.0, pytest.approx(7200.0))
    assert quay["unusable_s"] == pytest.approx(340 * 60, abs=300)  # the script draws the minute's seconds
    assert quay["at_least"] < quay["serviceability"] < quay["at_most"]
    assert quay["serviceability"] == pytest.approx(1 - quay["unusable_s"] / (22 * 3600))
    assert (cameras["mill"]["due_s"], cameras["mill"]["serviceability"]) == (22 * 3600.0, 1.0)
    assert it["districts"]["harbour"]["due_s"] == 3 * 24 * 3600.0
    assert it["all"]["faults"] == 3
    assert "served" in told(capsys, "show", str(network), *DAY)


def test_one_district_and_one_camera_can_be_asked_for(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(told(capsys, "show", str(network), *DAY, "--district", "north", "--csv"))))
    assert [(row["of"], row["name"]) for row in rows] == [("camera", "mill"), ("district", "north"), ("network", "all")]
    assert main(["ledger", "show", str(network), *DAY, "--district", "nort"]) == 2
    assert "north" in capsys.readouterr().err


def test_void_lists_the_cells_in_which_the_camera_was_away(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    it = json.loads(told(capsys, "void", str(network), *DAY, "--camera", "quay", "--json"))
    assert {one["camera"] for one in it["cells"]} == {"quay"}
    assert it["cells"][0]["start"] == "2024-10-01T10:00:00+02:00"
    whole = [one for one in it["cells"] if one["share"] == 1]
    assert len(whole) == 21  # 10:15 to 15:30
    assert it["cells"][0]["late_s"] > 0 == it["cells"][5]["late_s"]
    assert it["cells"][0]["claimed_s"] is None


def test_void_tells_what_the_counts_claim_to_have_watched(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = network.parent / "data" / "cameras" / "ferry"
    store = SqliteStore(folder / "store.sqlite", clock=FakeClock(START_NS))
    run, stream = RunId("r"), StreamId("ferry")
    started = RunStarted(stream=stream, run=run, source="", started_ns=START_NS, detector="", detector_sha256="")
    store.begin(started, SCENE)
    ten = START_NS + 600 * MINUTE_NS
    watched = [(ten - 60 * MINUTE_NS, ten + 2 * MINUTE_NS), (ten + 350 * MINUTE_NS, ten + 400 * MINUTE_NS)]
    store.append(
        [Coverage(stream=stream, run=run, scene_revision=SCENE.revision, start_ns=start, end_ns=end) for start, end in watched]
    )
    store.close()
    (first, *rest) = json.loads(told(capsys, "void", str(network), *DAY, "--camera", "ferry", "--json"))["cells"]
    assert 0 < first["claimed_s"] <= 120.0
    assert {one["claimed_s"] for one in rest} == {0.0}


def test_episodes_and_orders_are_listed(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(json.loads(told(capsys, "episodes", str(network), *DAY, "--json"))["episodes"]) == 3
    it = json.loads(told(capsys, "orders", str(network), *DAY, "--json"))
    ((order,), (waiting, *_)) = it["orders"], it["waiting"]
    assert (order["district"], order["cameras"]) == ("harbour", ["bridge", "ferry", "quay"])
    assert waiting["destination"] == "webhook:example"
    assert "webhook:example" in told(capsys, "orders", str(network), *DAY, "--camera", "ferry", "--csv")
    assert json.loads(told(capsys, "orders", str(network), *DAY, "--camera", "mill", "--json"))["orders"] == []


def test_the_report_says_it_on_a_page_and_in_a_pdf(network: Path, tmp_path: Path) -> None:
    assert main(["ledger", "report", str(network), *DAY, "--out", str(tmp_path)]) == 0
    page = (tmp_path / "ledger.html").read_text()
    words = " ".join(part.extract_text() for part in PdfReader(tmp_path / "ledger.pdf").pages)
    for said in ("Serviceability of Testhavn", "cleaning", "harbour: 3 cameras", "How to read it", "never in the ledger"):
        assert said in page
        assert said in " ".join(words.split())
    assert "<script" not in page


def test_a_month_without_records_is_told(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "show", str(network), "--month", "2023-01"]) == 2
    assert main(["ledger", "show", str(network), "--month", "2024-10", "--from", "2024-10-01"]) == 2
    assert "nothing of these cameras" in capsys.readouterr().err


def test_a_sound_ledger_is_said_to_be_sound(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is sound" in told(capsys, "check", str(network))
    assert main(["ledger", "check", str(network.with_name("none.toml"))]) == 2
