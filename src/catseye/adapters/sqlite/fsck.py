"""``catseye check store``: whether a store is what it should be. Reads only, beside a writer if there is one."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec

from catseye.adapters.sqlite.connection import explained, open_readable
from catseye.adapters.sqlite.fsck_traffic import TRAFFIC_CHECKS
from catseye.adapters.sqlite.migrations import MIGRATIONS
from catseye.adapters.sqlite.rows import event_of, sample_of, scene_of, series_of
from catseye.core.time import NS_PER_S, cell_start, iso_local, seconds, zone

_OVERLAP_NS = NS_PER_S  # a clock set back at a restart makes less


def check_store(path: Path) -> list[str]:
    """What is wrong with a store, one sentence a finding; empty for a sound one. Raises StoreError where none can be opened."""
    findings: list[str] = []
    connection = open_readable(path)
    try:
        with explained(path):
            connection.execute("BEGIN")  # one view for all checks, whatever a writer does meanwhile
            for check in (_file, _shape, _references, _scenes, _events, _volumes, _coverage, _overlaps, _samples, *TRAFFIC_CHECKS):
                findings += _run(check, connection)
    finally:
        connection.close()
    return findings


def _run(check: Callable[[sqlite3.Connection], Iterator[str]], connection: sqlite3.Connection) -> Iterator[str]:
    """A check's findings; one that cannot go on over a damaged file says so and leaves the rest to the others."""
    try:
        yield from check(connection)
    except sqlite3.DatabaseError as error:
        yield f"The check of {check.__name__[1:]} stopped: {error}."


def _file(connection: sqlite3.Connection) -> Iterator[str]:
    for (message,) in connection.execute("PRAGMA integrity_check(20)"):
        if message != "ok":
            yield f"The file is damaged: {message}."


def _shape(connection: sqlite3.Connection) -> Iterator[str]:
    """The tables and columns are those of the migrations and no others: nothing can be kept that the schema does not name."""
    wanted = sqlite3.connect(":memory:")
    try:
        wanted.executescript("".join(MIGRATIONS))
        want, have = _columns(wanted), _columns(connection)
    finally:
        wanted.close()
    for table, column in sorted(have - want):
        yield f"{table}.{column} is no part of a store; nothing but counts and short-lived events may be kept."
    for table, column in sorted(want - have):
        yield f"{table}.{column} is missing."


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """(table, column and declaration) of every table, and (index, table) of every index, view and trigger."""
    columns = connection.execute(
        "SELECT m.name, c.name || ' ' || c.type FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'"
    )
    others = connection.execute("SELECT name, 'on ' || tbl_name FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL")
    return {*columns, *others}


def _references(connection: sqlite3.Connection) -> Iterator[str]:
    broken = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    for (table, parent), number in sorted(broken.items()):
        yield f"{number} row(s) of {table} name a {parent} that is not there."


def _scenes(connection: sqlite3.Connection) -> Iterator[str]:
    """Each scene can be read, and its revision is that of what it says (``Scene.revision``)."""
    for revision, body in connection.execute("SELECT revision, body FROM scene"):
        try:
            if scene_of(body).revision != revision:
                yield f"Scene revision {revision} holds another scene."
        except msgspec.DecodeError as error:
            yield f"Scene revision {revision} cannot be read: {error}."


def _events(connection: sqlite3.Connection) -> Iterator[str]:
    """Each event's body is one record with no field besides, and its columns say the same as its body."""
    rows = connection.execute(
        "SELECT id, event.stream, run, scene_revision, at_ns, body, series.stream, rule, direction, road_user "
        "FROM event LEFT JOIN series ON series.series = event.series"
    )
    for name, *columns, body, stream, rule, direction, road_user in rows:
        try:
            event = event_of(body)
        except msgspec.DecodeError as error:
            yield f"Event {name} cannot be read: {error}."
            continue
        if besides := sorted(msgspec.json.decode(body).keys() - {"type", *event.__struct_fields__}):
            yield f"Event {name} holds {', '.join(besides)}, which no event may."
        said = [event.id, event.stream, event.run, event.scene_revision, event.at_ns]
        if said != [name, *columns] or series_of(event) != (stream, rule, direction, road_user):
            yield f"Event {name} is filed under what it does not say."


def _volumes(connection: sqlite3.Connection) -> Iterator[str]:
    """Each cell's volume is its kept events and its purged ones."""
    kept = Counter((series, cell_start(at_ns)) for series, at_ns in connection.execute("SELECT series, at_ns FROM event"))
    cells = {
        (row[0], row[1]): row[2:]
        for row in connection.execute(
            "SELECT series, start_ns, volume, purged, stream, rule, direction, road_user "
            "FROM rollup LEFT JOIN series USING (series)"
        )
    }
    for (series, cell), (volume, purged, *names) in sorted(cells.items()):
        events = kept.pop((series, cell), 0)
        what = "/".join(str(name) for name in names)
        if cell != cell_start(cell):
            yield f"The cell of {what} at {_utc(cell)} begins at no quarter of an hour."
        if volume != events + purged:
            yield f"The volume of {what} at {_utc(cell)} is {volume}, but {events} event(s) are kept and {purged} were purged."
    for (series, cell), number in sorted(kept.items()):
        yield f"{number} event(s) of series {series} at {_utc(cell)} are in no volume."


def _coverage(connection: sqlite3.Connection) -> Iterator[str]:
    for stream, run, start, end in connection.execute(
        "SELECT stream, run, start_ns, end_ns FROM coverage WHERE start_ns >= end_ns"
    ):
        yield f"Coverage of {stream}, run {run}, ends at {_utc(end)}, not after its start at {_utc(start)}."


def _overlaps(connection: sqlite3.Connection) -> Iterator[str]:
    """Two runs that watched one stream at once counted the same road users twice."""
    rows = connection.execute("SELECT stream, start_ns, end_ns, run FROM coverage ORDER BY stream, start_ns")
    for stream, spans in groupby(rows, key=lambda row: str(row[0])):
        last_end, last_run = None, ""
        for _, start, end, run in spans:
            if last_end is not None and run != last_run and min(last_end, end) - start > _OVERLAP_NS:
                shared = seconds(min(last_end, end) - start)
                yield (
                    f"Runs {last_run} and {run} of {stream} both watched {shared:.1f} s from {_utc(start)}: "
                    "volumes there are doubled."
                )
            if last_end is None or end > last_end:
                last_end, last_run = end, run


def _samples(connection: sqlite3.Connection) -> Iterator[str]:
    """Each truth sample can be read, and its name is the hash of what it says."""
    for name, body in connection.execute("SELECT sample, body FROM truth_sample"):
        try:
            identity = sample_of(body).identity
        except msgspec.DecodeError as error:
            yield f"Truth sample {name} cannot be read: {error}."
            continue
        if identity != name:
            yield f"Truth sample {name} holds another sample."


def _utc(at_ns: int) -> str:
    return iso_local(at_ns, zone("UTC"))
