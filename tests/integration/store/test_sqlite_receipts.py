"""Receipts from the file: light, readers, samples; and stores from before there were any."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from catseye.adapters.sqlite import SqliteReader, SqliteStore, check_store
from catseye.adapters.sqlite.connection import open_writable
from catseye.adapters.sqlite.migrations import MIGRATIONS
from catseye.adapters.sqlite.receipts import calibration
from catseye.core.counts import Count
from catseye.core.ids import RunId
from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, Light, LightSeen, SampleClip, SampleRow, TruthSample
from catseye.core.scene import Scene
from catseye.core.time import nanoseconds
from catseye.testing import FakeClock
from catseye.testing.store_records import CELL_NS, RUN, SCENE, STREAM, T0, crossed, started, watched

CLOCK = FakeClock(T0 + 10 * CELL_NS)


def lit(light: Light, start_s: float, end_s: float, run: RunId = RUN) -> LightSeen:
    return LightSeen(stream=STREAM, run=run, light=light, start_ns=T0 + nanoseconds(start_s), end_ns=T0 + nanoseconds(end_s))


def sample(light: Light = "day") -> TruthSample:
    rows = tuple(
        SampleRow(rule="north", direction="in", road_user=kind, matched=19, missed=1, extra=1) for kind in (ALL_KINDS, "car")
    )
    clips = tuple(SampleClip(name=str(n), light=light, seconds=300.0, rows=rows) for n in range(6))
    return TruthSample(
        version=SAMPLE_VERSION, scene_revision=SCENE.revision, detector="scripted", detector_sha256="0" * 64, clips=clips
    )


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    kept = SqliteStore(tmp_path / "s.db", clock=CLOCK)
    kept.begin(started(), SCENE)
    kept.append([*(crossed(n, 10 + n) for n in range(40)), watched(0, 900)])
    kept.append([lit("day", 0, 400), lit("day", 400, 600), lit("rain", 600, 640), lit("day", 640, 900)])
    return kept


def cars(store: SqliteReader) -> Count:
    (found,) = (count for count in store.counts(STREAM, T0, T0 + 1) if count.road_user == "car")
    return found


def test_a_cell_says_who_read_it_and_in_which_light(store: SqliteStore, tmp_path: Path) -> None:
    receipt = cars(store).receipt
    assert (receipt.light, receipt.light_s) == ("day", {"day": 860.0, "rain": 40.0})
    assert (receipt.detector, receipt.detector_sha256) == ("scripted", "0" * 64)
    assert (receipt.scene_revision, receipt.calibration) == (SCENE.revision, "")
    assert (receipt.status, receipt.why, receipt.truth_sample) == ("unverified", "no truth sample", "")
    store.close()
    rows = sqlite3.connect(tmp_path / "s.db").execute("SELECT light FROM light ORDER BY start_ns").fetchall()
    assert rows == [("day",), ("rain",), ("day",)]  # stretches that continue one another are one row


def test_a_truth_sample_backs_the_cells_from_then_on(store: SqliteStore, tmp_path: Path) -> None:
    store.certify(STREAM, sample())
    receipt = cars(store).receipt
    assert (receipt.status, receipt.why, receipt.truth_sample) == ("verified", "", sample().identity)
    assert receipt.interval is not None
    assert receipt.interval[0] <= 40 <= receipt.interval[1]
    store.close()
    assert cars(SqliteReader(tmp_path / "s.db", clock=CLOCK)).receipt == receipt
    assert check_store(tmp_path / "s.db") == []


def test_the_last_sample_is_in_force_and_one_of_other_light_backs_nothing(store: SqliteStore) -> None:
    store.certify(STREAM, sample())
    store.certify(STREAM, sample("night"))
    assert (cars(store).receipt.status, cars(store).receipt.interval) == ("unverified", None)
    store.certify(STREAM, sample())
    assert cars(store).receipt.status == "verified"


def test_two_detectors_in_a_cell_are_told_and_leave_it_unverified(store: SqliteStore) -> None:
    store.certify(STREAM, sample())
    other = msgspec.structs.replace(started(RunId("run-2"), 890), detector="other", detector_sha256="1" * 64)
    store.begin(other, SCENE)
    store.append([watched(890, 899, run=RunId("run-2"))])
    assert cars(store).receipt.detector == "other & scripted"
    assert "another detector" in cars(store).receipt.why


def test_calibration_is_a_hash_of_what_turns_pixels_into_metres() -> None:
    flat = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    assert calibration(Scene()) == ""
    assert calibration(Scene(homography=flat)) == calibration(Scene(homography=flat, timezone="Europe/London")) != ""
    assert calibration(Scene(homography=flat, error_m=0.1)) != calibration(Scene(homography=flat))


def test_a_damaged_sample_is_found(store: SqliteStore, tmp_path: Path) -> None:
    store.certify(STREAM, sample())
    store.close()
    connection = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    connection.execute("UPDATE truth_sample SET body = replace(body, '19', '20')")
    assert any("holds another sample" in finding for finding in check_store(tmp_path / "s.db"))
    connection.execute("UPDATE truth_sample SET body = '{}'")
    assert any("cannot be read" in finding for finding in check_store(tmp_path / "s.db"))
    connection.close()


def test_a_store_from_before_receipts_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its cells keep their volumes; their light is unknown, and no sample backs them."""
    path = tmp_path / "old.db"
    open_writable(path, MIGRATIONS[:1]).close()
    connection = sqlite3.connect(path, isolation_level=None)
    body = msgspec.json.encode(SCENE, order="deterministic").decode()
    connection.execute("INSERT INTO scene VALUES (?, ?)", (SCENE.revision, body))
    connection.execute("INSERT INTO stream VALUES (?, ?, ?)", (STREAM, SCENE.revision, T0))
    connection.execute("INSERT INTO stream_scene VALUES (?, ?)", (STREAM, SCENE.revision))
    connection.execute("INSERT INTO run VALUES (?, ?, 'a clip', ?, 'scripted', ?)", (RUN, STREAM, T0, "0" * 64))
    connection.execute("INSERT INTO coverage VALUES (1, ?, ?, ?, ?, ?)", (STREAM, RUN, SCENE.revision, T0, T0 + CELL_NS))
    connection.execute("INSERT INTO series VALUES (1, ?, 'north', 'in', 'car')", (STREAM,))
    connection.execute("INSERT INTO rollup VALUES (1, ?, 7, 7)", (T0,))
    connection.close()
    store = SqliteStore(path, clock=CLOCK)
    assert (cars(store).volume, cars(store).receipt.light, cars(store).receipt.detector) == (7, "unknown", "scripted")
    store.certify(STREAM, sample())
    assert "light of the cell is not known" in cars(store).receipt.why
    store.close()
    assert check_store(path) == []
