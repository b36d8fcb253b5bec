"""Opens stores and writes results."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from catseye.app.machine import system_clock
from catseye.core.errors import StoreError
from catseye.core.ids import StreamId
from catseye.core.receipt import TruthSample
from catseye.ports import Clock, Ledger, LedgerReader, Store, StoreReader
from catseye.ports.orders import OrderBook, OrderReader

if TYPE_CHECKING:
    from catseye.adapters.tables import TracksFile


class NetworkLedger(Ledger, OrderBook, Protocol):
    """A ledger with its work orders, to write."""


class NetworkLedgerReader(LedgerReader, OrderReader, Protocol):
    """A ledger with its work orders, to read."""


def open_store(path: Path, *, clock: Clock) -> Store:
    """The store at ``path``, made where there is none, to write and read. Raises StoreError, also while another writes it."""
    from catseye.adapters.sqlite import SqliteStore

    return SqliteStore(path, clock=clock)


def read_store(path: Path, *, clock: Clock | None = None) -> StoreReader:
    """The store at ``path`` to read, whoever writes it meanwhile. Raises StoreError."""
    from catseye.adapters.sqlite import SqliteReader

    return SqliteReader(path, clock=clock or system_clock())


def check_store(path: Path) -> list[str]:
    """What is wrong with the store at ``path``, a sentence each; empty for a sound one. Raises StoreError where there is none."""
    from catseye.adapters import sqlite

    return sqlite.check_store(path)


def open_ledger(path: Path) -> NetworkLedger:
    """The ledger at ``path``, made where there is none, to write and read. Raises StoreError, also while another writes it."""
    from catseye.adapters.sqlite import SqliteLedger

    return SqliteLedger(path)


def read_ledger(path: Path) -> NetworkLedgerReader:
    """The ledger at ``path`` to read, whoever writes it meanwhile. Raises StoreError."""
    from catseye.adapters.sqlite import SqliteLedgerReader

    if not path.is_file():
        raise StoreError(f"There is no ledger at {path}.", "'catseye serve' writes one in the folder of the network's data.")
    return SqliteLedgerReader(path)


def check_ledger(path: Path) -> list[str]:
    """What is wrong with the ledger at ``path``, a sentence each; empty for a sound one. Raises StoreError where there is none."""
    from catseye.adapters import sqlite

    return sqlite.check_ledger(path)


def write_tables(store: StoreReader, stream: StreamId, folder: Path, *, timezone: str) -> None:
    """Write ``counts.csv`` and ``events.parquet`` of all the store has of a stream to a folder. Raises OutputError.

    Where its scene is calibrated also ``speeds.csv`` and, as Parquet, ``passages``, ``minutes``, ``conflicts``, ``incidents`` and
    ``violations``.
    """
    from catseye.adapters import tables
    from catseye.core.time import cell_start, zone
    from catseye.core.traffic import Conflict, Incident, Passage, TrafficMinute, Violation

    span = store.span(stream)
    tables.write_counts(folder / "counts.csv", store.counts(stream, *span) if span else (), zone(timezone))
    tables.write_events(folder / "events.parquet", store.events(stream, *span) if span else ())
    scene = store.scene(stream)
    if span is None or scene is None or scene.homography is None:
        return
    tables.write_speeds(folder / "speeds.csv", store.speeds(stream, *span), zone(timezone))
    tables.write_records(folder / "passages.parquet", store.passages(stream, *span), Passage)
    tables.write_records(folder / "minutes.parquet", store.minutes(stream, cell_start(span[0]), span[1]), TrafficMinute)
    tables.write_records(folder / "conflicts.parquet", store.conflicts(stream, *span), Conflict)
    tables.write_records(folder / "incidents.parquet", store.incidents(stream, *span), Incident)
    tables.write_records(folder / "violations.parquet", store.violations(stream, *span), Violation)


def open_tracks_file(path: Path) -> "TracksFile":
    """A MOTChallenge file that grows with ``add(run, seq, tracks)``. Raises OutputError."""
    from catseye.adapters.tables import TracksFile

    return TracksFile(path)


def certify_store(path: Path, stream: StreamId, sample: TruthSample) -> None:
    """Let the intervals of a stream's cells rest on a truth sample. Raises StoreError, also while another writes the store."""
    if not path.is_file():
        raise StoreError(f"There is no store at {path}.", "Give the folder of 'catseye watch --out'.")
    store = open_store(path, clock=system_clock())
    try:
        store.certify(stream, sample)
    finally:
        store.close()
