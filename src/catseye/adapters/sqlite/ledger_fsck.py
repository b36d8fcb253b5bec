"""Whether a ledger is what it should be. Reads only, beside a writer if there is one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from catseye.adapters.sqlite.connection import explained, open_readable
from catseye.adapters.sqlite.ledger_schema import LEDGER_ID, LEDGER_MIGRATIONS
from catseye.core.health import CameraState
from catseye.core.orders import WorkOrder
from catseye.core.time import iso_local, zone

_MINUTE_S = 60.0
_SLACK_S = 1.0  # two clocks of one machine, read one after the other


def check_ledger(path: Path) -> list[str]:
    """What is wrong with a ledger, one sentence a finding; empty for a sound one. Raises StoreError where none can be opened."""
    connection = open_readable(path, LEDGER_MIGRATIONS, LEDGER_ID)
    try:
        with explained(path):
            connection.execute("BEGIN")
            return [finding for check in (_file, _minutes, _episodes, _orders) for finding in check(connection)]
    finally:
        connection.close()


def _file(connection: sqlite3.Connection) -> Iterator[str]:
    for (message,) in connection.execute("PRAGMA integrity_check(20)"):
        if message != "ok":
            yield f"The file is damaged: {message}."
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"A row of {table} names a {parent} that is not there."


def _minutes(connection: sqlite3.Connection) -> Iterator[str]:
    """No minute has more than its seconds, or fewer than none, and each state is one that a camera can be in."""
    rows = connection.execute("SELECT stream, start_ns, seconds, paused_s FROM camera_minute JOIN camera USING (camera)")
    for stream, start_ns, text, paused_s in rows:
        at = iso_local(start_ns, zone("UTC"))
        try:
            seconds = msgspec.json.decode(text, type=dict[CameraState, float])
        except msgspec.DecodeError as error:
            yield f"The minute of {stream} at {at} cannot be read: {error}."
            continue
        whole_s = sum(seconds.values()) + paused_s
        if min([*seconds.values(), paused_s]) < 0.0 or whole_s > _MINUTE_S + _SLACK_S:
            yield f"The minute of {stream} at {at} has {whole_s:.1f} seconds."


def _episodes(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute("SELECT id, state, began_ns, told_ns, ended_ns FROM episode")
    for name, state, began_ns, told_ns, ended_ns in rows:
        if state not in set(CameraState) - {CameraState.OK}:
            yield f"Episode {name} is of no state that a camera can be faulty in: {state}."
        if told_ns < began_ns or (ended_ns is not None and ended_ns < began_ns):
            yield f"Episode {name} is told or ends before it begins."


def _orders(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute("SELECT id, revision, opened_ns, closed_ns, body FROM work_order")
    for name, *columns, body in rows:
        try:
            order = msgspec.json.decode(body, type=WorkOrder)
        except msgspec.DecodeError as error:
            yield f"Work order {name} cannot be read: {error}."
            continue
        if [order.id, order.revision, order.opened_ns, order.closed_ns] != [name, *columns]:
            yield f"Work order {name} is filed under what it does not say."
