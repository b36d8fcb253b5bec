"""The ledger in one SQLite file: one writer, any number of readers, each commit on the disk when it returns."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from catseye.adapters.sqlite import ledger_orders, ledger_rows
from catseye.adapters.sqlite.connection import Claim, explain, explained, open_readable, open_writable, transaction
from catseye.adapters.sqlite.ledger_schema import LEDGER_ID, LEDGER_MIGRATIONS
from catseye.core.errors import StoreError
from catseye.core.health import CameraMinute, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.orders import WorkOrder
from catseye.ports.orders import Delivery


class SqliteLedgerReader:
    """A ledger opened to read. May be called from any thread; a writer of another process or thread is never held up."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reading = Lock()
        self._reader: sqlite3.Connection | None = open_readable(path, LEDGER_MIGRATIONS, LEDGER_ID)

    def streams(self) -> list[StreamId]:
        """See ``ports.LedgerReader``."""
        with self._snapshot() as connection:
            return ledger_rows.streams(connection)

    def spans(self) -> dict[StreamId, tuple[int, int]]:
        """See ``ports.LedgerReader``."""
        with self._snapshot() as connection:
            return ledger_rows.spans(connection)

    def minutes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[CameraMinute]:
        """See ``ports.LedgerReader``."""
        with self._snapshot() as connection:
            return ledger_rows.minutes(connection, start_ns, end_ns, stream)

    def episodes(self, start_ns: int, end_ns: int, stream: StreamId | None = None) -> list[HealthEpisode]:
        """See ``ports.LedgerReader``."""
        with self._snapshot() as connection:
            return ledger_rows.episodes(connection, start_ns, end_ns, stream)

    def orders(self, start_ns: int, end_ns: int) -> list[WorkOrder]:
        """See ``ports.OrderReader``."""
        with self._snapshot() as connection:
            return ledger_orders.orders(connection, start_ns, end_ns)

    def open_orders(self) -> list[WorkOrder]:
        """See ``ports.OrderReader``."""
        with self._snapshot() as connection:
            return ledger_orders.open_orders(connection)

    def due(self, now_ns: int | None = None) -> list[Delivery]:
        """See ``ports.OrderReader``."""
        with self._snapshot() as connection:
            return ledger_orders.due(connection, now_ns)

    def close(self) -> None:
        """See ``ports.LedgerReader``."""
        with self._reading:
            if self._reader is not None:
                self._reader.close()
            self._reader = None

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the whole ledger."""
        with self._reading, explained(self._path):
            if self._reader is None:
                raise _closed(self._path)
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.execute("ROLLBACK")


class SqliteLedger(SqliteLedgerReader):
    """A ledger opened to write as well; there is one such at a time. Raises StoreError where another has it."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {path.parent} cannot be made: {error.strerror}.", "Give another path.") from error
        self._writing = Lock()
        self._claim = Claim(path)
        self._writer: sqlite3.Connection | None = None
        try:
            self._writer = open_writable(path, LEDGER_MIGRATIONS, LEDGER_ID)
            super().__init__(path)
        except BaseException:
            if self._writer is not None:
                self._writer.close()
            self._claim.release()
            raise

    def keep(self, records: Sequence[HealthRecord]) -> None:
        """See ``ports.Ledger``."""
        if records:
            self._write(lambda connection: ledger_rows.keep(connection, records))

    def keep_orders(self, orders: Sequence[WorkOrder], destinations: Sequence[str]) -> int:
        """See ``ports.OrderBook``."""
        given_up = 0

        def write(connection: sqlite3.Connection) -> None:
            nonlocal given_up
            given_up = ledger_orders.keep(connection, orders, destinations)

        if orders:
            self._write(write)
        return given_up

    def delivered(self, delivery: Delivery) -> None:
        """See ``ports.OrderBook``."""
        self._write(lambda connection: ledger_orders.delivered(connection, delivery))

    def failed(self, delivery: Delivery, fault: str, next_ns: int) -> None:
        """See ``ports.OrderBook``."""
        self._write(lambda connection: ledger_orders.failed(connection, delivery, fault, next_ns))

    def close(self) -> None:
        """See ``ports.LedgerReader``."""
        super().close()
        with self._writing:
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            self._claim.release()

    def _write(self, write: Callable[[sqlite3.Connection], None]) -> None:
        with self._writing:
            if self._writer is None:
                raise _closed(self._path)
            try:
                with transaction(self._writer):
                    write(self._writer)
            except sqlite3.Error as error:
                raise explain(error, self._path) from error


def _closed(path: Path) -> StoreError:
    return StoreError(f"{path} has been closed.", "Open it again.")
