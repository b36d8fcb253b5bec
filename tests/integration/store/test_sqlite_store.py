import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from catseye.adapters.sqlite import SqliteReader, SqliteStore, check_store
from catseye.adapters.sqlite.connection import open_readable, open_writable
from catseye.adapters.sqlite.migrations import MIGRATIONS
from catseye.core.errors import StoreError
from catseye.ports import Clock, Store
from catseye.testing import FakeClock, store_checks
from catseye.testing.store_records import CELL_NS, SCENE, STREAM, T0, crossed, started, watched

CLOCK = FakeClock(T0)
NOBODY = 65534


def begun(path: Path) -> SqliteStore:
    store = SqliteStore(path, clock=CLOCK)
    store.begin(started(), SCENE)
    return store


def tracks(store: SqliteReader) -> list[int]:
    return [event.track for event in store.events(STREAM, T0, T0 + CELL_NS)]


def test_it_does_what_every_store_must(tmp_path: Path) -> None:
    numbers = count()

    def make(clock: Clock) -> Store:
        return SqliteStore(tmp_path / f"{next(numbers)}.db", clock=clock)

    store_checks.check_store(make)


def test_it_is_written_as_the_design_says(tmp_path: Path) -> None:
    store = begun(tmp_path / "new" / "folders" / "store.db")
    assert store._writer is not None
    settings = {
        name: store._writer.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    store.close()


def test_reopening_keeps_everything(tmp_path: Path) -> None:
    with_first = begun(tmp_path / "s.db")
    with_first.append([crossed(1, 5), watched(0, 10)])
    counted = with_first.counts(STREAM, T0, T0 + CELL_NS)
    with_first.close()
    again = SqliteStore(tmp_path / "s.db", clock=CLOCK)
    again.append([crossed(1, 5), watched(0, 10)])
    assert again.counts(STREAM, T0, T0 + CELL_NS) == counted
    again.close()


def test_an_address_is_kept_without_its_secrets(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db", clock=CLOCK)
    run = started()
    store.begin(type(run)(**{**{f: getattr(run, f) for f in run.__struct_fields__}, "source": "rtsp://me:hush@camera/main"}), SCENE)
    store.close()
    assert b"hush" not in (tmp_path / "s.db").read_bytes()


def test_a_run_cannot_begin_as_another(tmp_path: Path) -> None:
    store = begun(tmp_path / "s.db")
    assert store.begin(started(), SCENE) == ()
    with pytest.raises(StoreError, match="has begun before"):
        store.begin(started(at_s=9), SCENE)
    store.close()


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first = begun(path)
    with pytest.raises(StoreError, match=rf"another Catseye \(process {os.getpid()}\)"):
        SqliteStore(path, clock=CLOCK)
    child = (
        "from pathlib import Path; from catseye.app import open_store, system_clock\n"
        f"open_store(Path({str(path)!r}), clock=system_clock())"
    )
    other = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=False)
    assert f"StoreError: {path} is being written by another Catseye (process {os.getpid()})" in other.stderr
    (tmp_path / "alias.db").symlink_to(path)
    with pytest.raises(StoreError, match="another Catseye"):
        SqliteStore(tmp_path / "alias.db", clock=CLOCK)
    first.append([crossed(1, 5)])
    first.close()
    SqliteStore(path, clock=CLOCK).close()


def test_readers_in_another_process_see_each_append_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = begun(path)
    child = (
        "import sys; from pathlib import Path; from catseye.app import read_store\n"
        f"store = read_store(Path({str(path)!r}))\n"
        "for line in sys.stdin:\n"
        f"    print(sum(c.volume or 0 for c in store.counts('{STREAM}', {T0}, {T0 + CELL_NS})), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for number in range(20):
            store.append([crossed(number, number)])
            reader.stdin.write("?\n")
            reader.stdin.flush()
            assert int(reader.stdout.readline()) == number + 1
        reader.stdin.close()
        assert reader.wait() == 0
    store.close()


def test_a_reader_in_the_midst_of_a_long_look_holds_nobody_up_and_sees_one_moment(tmp_path: Path) -> None:
    clock = FakeClock(T0)
    store = SqliteStore(tmp_path / "s.db", clock=clock)
    store.begin(started(), SCENE)
    store.append([crossed(1, 5)])
    reader = SqliteReader(tmp_path / "s.db", clock=clock)
    with reader._snapshot() as connection:
        seen = connection.execute("SELECT count(*) FROM event").fetchone()
        clock.advance(25 * 3600)
        store.append([crossed(2, 6)])
        assert store.purge(clock.now_ns()) == 1
        assert connection.execute("SELECT count(*) FROM event").fetchone() == seen == (1,)
    assert tracks(reader) == [2]
    reader.close()
    store.close()


def test_threads_may_read_while_one_writes(tmp_path: Path) -> None:
    store = begun(tmp_path / "s.db")
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(lambda: [len(tracks(store)) for _ in range(30)]) for _ in range(4)]
        for number in range(60):
            store.append([crossed(number, number)])
        seen = [look.result() for look in looks]
    assert all(sizes == sorted(sizes) for sizes in seen)
    assert tracks(store) == list(range(60))
    store.close()


def test_a_reader_opens_a_store_that_nobody_writes_and_cannot_write_it(tmp_path: Path) -> None:
    begun(tmp_path / "s.db").close()
    reader = SqliteReader(tmp_path / "s.db", clock=CLOCK)
    assert reader.counts(STREAM, T0, T0 + 1)[0].volume is None
    assert reader._reader is not None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._reader.execute("DELETE FROM scene")
    reader.close()
    with pytest.raises(StoreError, match="There is no store at"):
        SqliteReader(tmp_path / "none.db", clock=CLOCK)


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    text, foreign, folder = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "folder"
    text.write_text("not a database, and long enough to look at\n" * 30)
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    folder.mkdir()
    for path in (text, foreign):
        before = path.read_bytes()
        for use in (lambda p: SqliteStore(p, clock=CLOCK), lambda p: SqliteReader(p, clock=CLOCK), check_store):
            with pytest.raises(StoreError, match="not a Catseye store"):
                use(path)
        assert path.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(folder, clock=CLOCK)
    with pytest.raises(StoreError, match="cannot be made"):
        SqliteStore(text / "s.db", clock=CLOCK)


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    begun(path).close()
    open_writable(path, [*MIGRATIONS, "CREATE TABLE later (x TEXT) STRICT;"]).close()
    for kind in (SqliteStore, SqliteReader):
        with pytest.raises(StoreError, match="made by a newer Catseye"):
            kind(path, clock=CLOCK)


def test_migrating_keeps_what_is_there_and_a_failed_one_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    store = begun(path)
    store.append([crossed(1, 5)])
    store.close()
    second = "ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT 'none';"
    with pytest.raises(StoreError, match="no such table"):
        open_writable(path, [*MIGRATIONS, f"{second} INSERT INTO nowhere VALUES (1);"])
    with pytest.raises(StoreError, match="made by an older Catseye"):
        open_readable(path, [*MIGRATIONS, second])
    assert check_store(path) == []
    connection = open_writable(path, [*MIGRATIONS, second])
    assert connection.execute("SELECT id, note FROM run JOIN event USING (run)").fetchall() == [(crossed(1, 5).id, "none")]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    connection.close()


def test_a_record_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    store = begun(tmp_path / "s.db")
    store.append([crossed(1, 5)])
    store.close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE event SET body = '{'")
    connection.close()
    reader = SqliteReader(tmp_path / "s.db", clock=CLOCK)
    for _ in range(2):
        with pytest.raises(StoreError, match="is damaged"):
            reader.events(STREAM, T0, T0 + CELL_NS)
    assert len(reader.counts(STREAM, T0, T0 + 1)) == 7
    reader.close()


def test_what_is_purged_is_gone_from_the_disk(tmp_path: Path) -> None:
    path, clock = tmp_path / "s.db", FakeClock(T0)
    store = SqliteStore(path, clock=clock)
    store.begin(started(), SCENE)
    names = [crossed(number, number).id.encode() for number in range(50)]
    store.append([crossed(number, number) for number in range(50)])
    clock.advance(25 * 3600)
    assert store.purge(clock.now_ns()) == 50
    on_disk = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not [name for name in names if name in on_disk]
    assert check_store(path) == []
    store.close()


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    store = begun(tmp_path / "s.db")
    assert store._writer is not None
    (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
    store._writer.execute(f"PRAGMA max_page_count = {pages + 8}")
    kept = fill(store)
    assert tracks(store) == kept
    store._writer.execute("PRAGMA max_page_count = 100000")
    store.append([crossed(len(kept), 800)])
    assert len(tracks(store)) == len(kept) + 1
    assert check_store(tmp_path / "s.db") == []
    store.close()


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="mounting needs root")
def test_a_really_full_disk_loses_nothing_that_was_acknowledged(tiny_disk: Path) -> None:
    store = begun(tiny_disk / "s.db")
    kept = fill(store)
    assert tracks(store) == kept
    store.close()
    assert check_store(tiny_disk / "s.db") == []


def fill(store: SqliteStore) -> list[int]:
    """Append until it is refused; the numbers of those that were acknowledged."""
    acknowledged: list[int] = []

    def append_for_long() -> None:
        for number in range(2000):
            store.append([crossed(number, number / 4)])
            acknowledged.append(number)

    with pytest.raises(StoreError, match=r"disk is full|cannot be read or written") as refused:
        append_for_long()
    assert refused.value.remedy
    return acknowledged


@contextmanager
def as_nobody() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_store_that_may_not_be_written_says_so() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun(folder / "s.db").close()
        (folder / "s.db").chmod(0o444)
        (folder / "s.db.lock").chmod(0o666)
        folder.chmod(0o755)
        with as_nobody(), pytest.raises(StoreError, match=r"may not be written|cannot be opened") as refused:
            SqliteStore(folder / "s.db", clock=CLOCK)
        assert refused.value.remedy
        folder.chmod(0o700)
