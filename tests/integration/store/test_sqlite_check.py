import shutil
import sqlite3
from pathlib import Path

import pytest

from catseye.adapters.sqlite import SqliteStore, check_store
from catseye.core.errors import StoreError
from catseye.core.ids import RunId
from catseye.testing import FakeClock
from catseye.testing.store_records import SCENE, T0, crossed, passed, started, watched


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, clock = tmp_path_factory.mktemp("sound") / "s.db", FakeClock(T0)
    store = SqliteStore(path, clock=clock)
    store.begin(started(), SCENE)
    store.append([crossed(1, 5), crossed(2, 6), watched(0, 100)])
    clock.advance(25 * 3600)
    store.purge(clock.now_ns())
    store.append([crossed(3, 7), crossed(4, 950, direction="out"), *passed(5, 20), watched(100, 1000)])
    store.close()
    return path


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


def spoil(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(f"PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON; {sql}")
    connection.close()


def test_a_sound_store_has_no_findings(sound: Path) -> None:
    assert check_store(sound) == []


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("UPDATE rollup SET volume = volume + 1 WHERE purged > 0", "is 4, but 1 event(s) are kept and 2 were purged"),
        ("UPDATE rollup SET purged = 0", "is 3, but 1 event(s) are kept and 0 were purged"),
        ("DELETE FROM event WHERE at_ns = (SELECT max(at_ns) FROM event)", "is 1, but 0 event(s) are kept and 0 were purged"),
        ("DELETE FROM rollup WHERE purged = 0", "1 event(s) of series 2 at 2023-11-14T22:30:00+00:00 are in no volume"),
        ("UPDATE rollup SET start_ns = start_ns + 1", "at 2023-11-14T22:15:00+00:00 begins at no quarter of an hour"),
        ("UPDATE coverage SET end_ns = start_ns - 1", "ends at 2023-11-14T22:14:59+00:00, not after its start"),
        ("UPDATE coverage SET run = 'ghost'", "1 row(s) of coverage name a run that is not there"),
        ("UPDATE coverage SET scene_revision = 'ghost'", "1 row(s) of coverage name a stream_scene that is not there"),
        ("DELETE FROM run", "row(s) of event name a run that is not there"),
        ("UPDATE scene SET body = '{}'", "holds another scene"),
        ("UPDATE scene SET body = '{\"lines\": 3}'", "cannot be read: Expected `array`"),
        ("UPDATE event SET body = 'spoilt'", "cannot be read: JSON is malformed"),
        ("UPDATE event SET body = json_set(body, '$.plate', 'AB12 CDE')", "holds plate, which no event may"),
        ("UPDATE event SET at_ns = at_ns + 1", "is filed under what it does not say"),
        ("UPDATE event SET series = (SELECT max(series) FROM series)", "is filed under what it does not say"),
        ("ALTER TABLE event ADD COLUMN embedding BLOB", "event.embedding BLOB is no part of a store"),
        ("CREATE TABLE face (run TEXT, descriptor BLOB)", "face.descriptor BLOB is no part of a store"),
        ("CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM rollup; END", "t.on event is no part of a store"),
        ("DROP INDEX event_by_age", "event_by_age.on event is missing"),
        ("ALTER TABLE rollup DROP COLUMN purged", "rollup.purged INTEGER is missing"),
        ("DROP TABLE coverage", "coverage.end_ns INTEGER is missing"),
    ],
)
def test_what_is_spoilt_is_named(copy: Path, sql: str, finding: str) -> None:
    spoil(copy, sql)
    findings = check_store(copy)
    assert any(finding in line for line in findings), findings


def test_two_runs_at_once_are_named(copy: Path) -> None:
    store = SqliteStore(copy, clock=FakeClock(T0))
    store.begin(started(RunId("again"), 0.5), SCENE)
    store.append([watched(0.5, 10, run=RunId("again"))])
    store.close()
    (finding,) = check_store(copy)
    assert "run-1 and again of street both watched 9.5 s from 2023-11-14T22:15:00+00:00" in finding


def test_a_clock_set_back_a_little_is_no_finding(copy: Path) -> None:
    store = SqliteStore(copy, clock=FakeClock(T0))
    store.begin(started(RunId("again"), 999.5), SCENE)
    store.append([watched(999.5, 1100, run=RunId("again"))])
    store.close()
    assert check_store(copy) == []


def test_overwritten_pages_are_found(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[4096 * 3 :] = b"\xa5" * (len(content) - 4096 * 3)
    copy.write_bytes(content)
    findings = check_store(copy)
    assert any("damaged" in finding or "malformed" in finding for finding in findings), findings


def test_a_store_cut_short_is_found(copy: Path) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match="is damaged"):
        check_store(copy)
    copy.write_bytes(content[:50])
    with pytest.raises(StoreError, match="not a Catseye store"):
        check_store(copy)


def test_there_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store at"):
        check_store(tmp_path / "none.db")
