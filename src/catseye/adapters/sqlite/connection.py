"""Opening the file: what it is, who may write it, and what SQLite's errors mean to a user."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from catseye.adapters.sqlite.migrations import APPLICATION_ID, MIGRATIONS
from catseye.core.errors import StoreError

BUSY_MS = 5_000


# What SQLite's primary result codes mean to a user: what is wrong, given the path and SQLite's own words, and the remedy.
_MEANING = {
    sqlite3.SQLITE_FULL: ("The disk is full: {path} cannot grow.", "Free some space; what was acknowledged before is kept."),
    sqlite3.SQLITE_READONLY: ("{path} may not be written.", "Give this user write permission to the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: ("{path} cannot be opened.", "Check that file and folder exist and that this user may use both."),
    sqlite3.SQLITE_BUSY: ("{path} is held by another program.", "Close the program that has it open for writing."),
    sqlite3.SQLITE_CORRUPT: ("{path} is damaged: {error}.", "Restore it from a copy; 'catseye check store' says what is wrong."),
    sqlite3.SQLITE_NOTADB: ("{path} is not a Catseye store.", "Give the path of a store, or of a file that does not exist yet."),
    sqlite3.SQLITE_IOERR: ("{path} cannot be read or written: {error}.", "Check the disk and the free space on it."),
    sqlite3.SQLITE_CONSTRAINT: (
        "A record does not fit what {path} knows: {error}.",
        "Each stream, run and scene revision has to be begun or revised before records name it.",
    ),
}
_PRIMARY = 0xFF  # extended result codes hold the primary one in their low byte


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """The error as a user should hear it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    message, remedy = _MEANING.get(code, ("{path}: {error}.", "Run 'catseye check store' on it."))
    return StoreError(message.format(path=path, error=error), remedy)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors, and records that cannot be read, into StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except msgspec.DecodeError as error:
        message, remedy = _MEANING[sqlite3.SQLITE_CORRUPT]
        raise StoreError(message.format(path=path, error=error), remedy) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Claim:
    """The right to be the one writer of a store, held as an advisory lock on ``PATH.lock`` that the kernel drops when we die.

    The lock is on a file of its own because closing any descriptor of the database would drop SQLite's locks on it.
    Raises StoreError where another writer has it.
    """

    def __init__(self, path: Path) -> None:
        real = path.resolve()  # whoever comes by another name of the file meets the same lock
        lock = real.with_name(real.name + ".lock")
        try:
            self._descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unusable(lock, error) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise _unusable(lock, error) from error
            raise StoreError(
                f"{path} is being written by another Catseye (process {holder or 'unknown'}).",
                "Stop that one, or give this one a store of its own. Any number may read.",
            ) from None
        with suppress(OSError):  # the number only makes the other's error clearer; a full disk must not stop us here
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another write; harmless when called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path} cannot be used: {error.strerror}.", "Check the folder's permissions and the free space on its disk.")


def open_writable(path: Path, migrations: Sequence[str] = MIGRATIONS, application_id: int = APPLICATION_ID) -> sqlite3.Connection:
    """Open a store to write, making it or bringing it up to date. The caller holds the claim. Raises StoreError.

    ``migrations`` and ``application_id`` are those of the kind of file that it is.
    """
    with _connected(str(path), path) as connection:
        fresh = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        version = (
            0 if fresh and _pragma(connection, "user_version") == 0 else _version(connection, path, len(migrations), application_id)
        )
        _use_log(connection, path)
        _migrate(connection, version, migrations, application_id)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def open_readable(path: Path, migrations: Sequence[str] = MIGRATIONS, application_id: int = APPLICATION_ID) -> sqlite3.Connection:
    """Open a store to read, beside any writer. Raises StoreError, also for an older version, which only a writer can mend."""
    if not path.is_file():
        raise StoreError(f"There is no store at {path}.", "Give the path of a store that 'catseye watch' has written.")
    with _connected(f"{path.absolute().as_uri()}?mode=ro", path) as connection:
        version = _version(connection, path, len(migrations), application_id)
        connection.execute("PRAGMA query_only = ON")
        if version == len(migrations):
            return connection
        raise StoreError(f"{path} was made by an older Catseye.", "Open it once with 'catseye watch', which brings it up to date.")


@contextmanager
def _connected(name: str, path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that is closed again if what is done with it here fails."""
    with explained(path):
        connection = sqlite3.connect(
            name, uri=name != str(path), timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            yield connection
        except BaseException:
            connection.close()
            raise


def _use_log(connection: sqlite3.Connection, path: Path) -> None:
    """Write-ahead log, flushed to the disk at each commit; what is deleted is overwritten."""
    if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise StoreError(f"{path} lies on a disk that cannot keep a write-ahead log.", "Put the store on a local disk.")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _version(connection: sqlite3.Connection, path: Path, newest: int, application_id: int) -> int:
    """The version of an existing store. Raises StoreError for another kind of file and for a store newer than this code."""
    if _pragma(connection, "application_id") != application_id:
        message, remedy = _MEANING[sqlite3.SQLITE_NOTADB]
        raise StoreError(message.format(path=path), remedy)
    version = _pragma(connection, "user_version")
    if version > newest:
        raise StoreError(
            f"{path} was made by a newer Catseye (version {version} of the store, this one knows {newest}).",
            "Use the newer Catseye; it cannot be turned back.",
        )
    return version


def _migrate(connection: sqlite3.Connection, version: int, migrations: Sequence[str], application_id: int) -> None:
    """Apply what is missing, each migration with its number in one transaction, so that a crash leaves a whole version."""
    for number, script in enumerate(migrations[version:], start=version + 1):
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script}\nPRAGMA application_id = {application_id};\nPRAGMA user_version = {number};\nCOMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
