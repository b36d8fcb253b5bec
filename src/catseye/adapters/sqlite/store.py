"""The store of one machine in one SQLite file: one process writes, any number read beside it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from catseye.adapters.sqlite import read, receipts, traffic, write
from catseye.adapters.sqlite.connection import BUSY_MS, Claim, explain, explained, open_readable, open_writable, transaction
from catseye.adapters.sqlite.rows import Series
from catseye.core.counts import Count, Gap
from catseye.core.errors import StoreError
from catseye.core.events import Event
from catseye.core.ids import StreamId
from catseye.core.receipt import TruthSample
from catseye.core.scene import Scene
from catseye.core.speeds import SpeedCell
from catseye.core.time import nanoseconds
from catseye.core.traffic import Conflict, Incident, IncidentMark, Passage, TrafficMinute, Violation, ViolationCell
from catseye.ports.clock import Clock
from catseye.ports.store import Record, RunStarted
from catseye.receipt.certify import certify
from catseye.receipt.sample import Evidence

RETENTION_S = 24 * 3600.0


class SqliteReader:
    """A store opened to read. May be called from any thread; a writer of another process or thread is never held up."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._reading = Lock()
        self._evidence: Evidence | None = None
        self._reader: sqlite3.Connection | None = open_readable(path)

    def counts(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Count]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            counts = read.counts(connection, stream, start_ns, end_ns, self._clock.now_ns())
            counts = receipts.stamped(connection, stream, counts)
            identity = receipts.sample_in_force(connection, stream)
            if identity is not None and (self._evidence is None or self._evidence.identity != identity):
                self._evidence = Evidence(receipts.sample(connection, identity))
            return certify(counts, self._evidence if identity is not None else None)

    def gaps(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Gap]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return read.gaps(connection, stream, start_ns, end_ns)

    def watched(self, stream: StreamId, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return read.watched(connection, stream, start_ns, end_ns)

    def events(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Event]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return list(read.events(connection, stream, start_ns, end_ns))

    def streams(self) -> list[StreamId]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return read.streams(connection)

    def scene(self, stream: StreamId) -> Scene | None:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return read.scene(connection, stream)

    def passages(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Passage]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.passages(connection, stream, start_ns, end_ns)

    def speeds(self, stream: StreamId, start_ns: int, end_ns: int) -> list[SpeedCell]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.speeds(connection, stream, start_ns, end_ns)

    def minutes(self, stream: StreamId, start_ns: int, end_ns: int) -> list[TrafficMinute]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.minutes(connection, stream, start_ns, end_ns)

    def conflicts(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Conflict]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.conflicts(connection, stream, start_ns, end_ns)

    def incidents(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Incident]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.incidents(connection, stream, start_ns, end_ns)

    def violations(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Violation]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.violations(connection, stream, start_ns, end_ns)

    def violation_cells(self, stream: StreamId, start_ns: int, end_ns: int) -> list[ViolationCell]:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return traffic.violation_cells(connection, stream, start_ns, end_ns)

    def span(self, stream: StreamId) -> tuple[int, int] | None:
        """See ``ports.Store``."""
        with self._snapshot() as connection:
            return read.span(connection, stream)

    def close(self) -> None:
        """See ``ports.Store``."""
        with self._reading:
            if self._reader is not None:
                self._reader.close()
            self._reader = None

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the whole store."""
        with self._reading, explained(self._path):
            if self._reader is None:
                raise _closed(self._path)
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.execute("ROLLBACK")


class SqliteStore(SqliteReader):
    """A store opened to write as well; there is one such at a time. Raises StoreError where another has it."""

    def __init__(self, path: Path, *, clock: Clock, retention_s: float = RETENTION_S) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {path.parent} cannot be made: {error.strerror}.", "Give another path.") from error
        self._retention_ns = nanoseconds(retention_s)
        self._writing = Lock()
        self._series: dict[Series, int] = {}
        self._claim = Claim(path)
        self._writer: sqlite3.Connection | None = None
        try:
            self._writer = open_writable(path)
            super().__init__(path, clock=clock)
        except BaseException:
            if self._writer is not None:
                self._writer.close()
            self._claim.release()
            raise

    def begin(self, run: RunStarted, scene: Scene) -> tuple[Gap, ...]:
        """See ``ports.Store``."""
        with self._transaction() as connection:
            return write.begin(connection, run, scene, self._clock.now_ns())

    def revise(self, stream: StreamId, scene: Scene) -> None:
        """See ``ports.Store``."""
        with self._transaction() as connection:
            write.put_scene(connection, stream, scene, self._clock.now_ns())

    def certify(self, stream: StreamId, sample: TruthSample) -> None:
        """See ``ports.Store``."""
        with self._transaction() as connection:
            write.certify(connection, stream, sample)

    def mark(self, stream: StreamId, incident_id: str, state: IncidentMark, at_ns: int) -> Incident | None:
        """See ``ports.Store``."""
        with self._transaction() as connection:
            return traffic.mark(connection, stream, incident_id, state, at_ns)

    def append(self, records: Sequence[Record]) -> None:
        """See ``ports.Store``."""
        if not records:
            return
        with self._transaction() as connection:
            write.append(connection, records, self._clock.now_ns(), self._series)

    def purge(self, now_ns: int) -> int:
        """See ``ports.Store``. What is forgotten is overwritten in the file and, readers permitting, in its log."""
        with self._transaction() as connection:
            gone = write.purge(connection, now_ns - self._retention_ns)
        self._drop_log()
        return gone

    def _drop_log(self) -> None:
        """Empty the write-ahead log, which still holds old pages; where a reader is busy, the next purge does it."""
        with self._writing, explained(self._path):
            if self._writer is not None:
                self._writer.execute("PRAGMA busy_timeout = 0")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                self._writer.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def close(self) -> None:
        """See ``ports.Store``."""
        super().close()
        with self._writing:
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            self._claim.release()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            if self._writer is None:
                raise _closed(self._path)
            try:
                with transaction(self._writer):
                    yield self._writer
            except BaseException as error:
                self._series.clear()  # it may name rows that were rolled back
                if isinstance(error, sqlite3.Error):
                    raise explain(error, self._path) from error
                raise


def _closed(path: Path) -> StoreError:
    return StoreError(f"{path} has been closed.", "Open it again.")
