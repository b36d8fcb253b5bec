"""What is measured on the ground: passages and their speeds by cell, minutes, conflicts, incidents, violations."""

import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from catseye.adapters.sqlite.rows import to_body
from catseye.core.ids import StreamId
from catseye.core.speeds import LEAST_MPS, SpeedCell, bin_kmh
from catseye.core.time import CELL_S, NS_PER_S, cell_start
from catseye.core.traffic import Conflict, Incident, IncidentMark, Passage, TrafficMinute, TrafficRecord, Violation, ViolationCell

CELL_NS = CELL_S * NS_PER_S
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def keep(connection: sqlite3.Connection, record: TrafficRecord, now_ns: int) -> None:
    """Keep one record. One that is kept already is not kept again."""
    match record:
        case Passage():
            _passage(connection, record, now_ns)
        case TrafficMinute():
            body = to_body(record)
            row = (digest(body), record.stream, record.run, record.scene_revision, record.start_ns, body)
            connection.execute("INSERT INTO traffic_minute VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
        case Conflict():
            row = (record.id, record.stream, record.run, record.scene_revision, record.at_ns, to_body(record))
            connection.execute("INSERT INTO conflict VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", row)
        case Incident():
            _incident(connection, record)
        case Violation():
            _violation(connection, record, now_ns)


def digest(body: str) -> str:
    """The name of a record that has none: a hash of what it says."""
    return hashlib.sha256(body.encode()).hexdigest()[:24]


def _passage(connection: sqlite3.Connection, passage: Passage, now_ns: int) -> None:
    """Insert a passage; a new one grows its cell."""
    key = (passage.stream, passage.rule, passage.direction, passage.road_user, cell_start(passage.at_ns))
    inserted = connection.execute(
        "INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (event) DO NOTHING",
        (passage.event, passage.stream, passage.run, passage.at_ns, now_ns, to_body(passage)),
    )
    speed = passage.speed_mps
    if inserted.rowcount != 1 or speed is None:
        return
    error = passage.error_mps
    connection.execute(
        "INSERT INTO speed_cell VALUES (?, ?, ?, ?, ?, 1, 0, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET measured = measured + 1, "
        "sum_mps = sum_mps + excluded.sum_mps, sum_squares = sum_squares + excluded.sum_squares, "
        "sum_inverse = sum_inverse + excluded.sum_inverse, with_error = with_error + excluded.with_error, "
        "sum_error_mps = sum_error_mps + excluded.sum_error_mps",
        (*key, speed, speed**2, 1 / max(speed, LEAST_MPS), error is not None, error or 0.0),
    )
    connection.execute(
        "INSERT INTO speed_bin VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1", (*key, bin_kmh(speed))
    )


def _incident(connection: sqlite3.Connection, incident: Incident) -> None:
    """Add a revision of an incident; it comes after all that are kept, an operator's among them."""
    connection.execute(
        "INSERT INTO incident SELECT ?1, 1 + coalesce(max(revision), 0), ?2, ?3, ?4, ?5, ?6, ?7 FROM incident WHERE id = ?1 "
        "ON CONFLICT (id, told) DO NOTHING",
        (
            incident.id,
            incident.revision,
            incident.stream,
            incident.run,
            incident.scene_revision,
            incident.opened_ns,
            to_body(incident),
        ),
    )


def mark(connection: sqlite3.Connection, stream: StreamId, incident_id: str, state: IncidentMark, now_ns: int) -> Incident | None:
    """Add what an operator says of an incident as a revision of it; None where there is no such incident."""
    rows = connection.execute(
        "SELECT revision, run, scene_revision, opened_ns, body FROM incident WHERE id = ? AND stream = ? ORDER BY revision",
        (incident_id, stream),
    ).fetchall()
    if not rows:
        return None
    revision, run, scene_revision, opened_ns, body = rows[-1]
    marked = msgspec.structs.replace(_read(body, Incident), revision=revision + 1, state=state, seen_at_ns=now_ns)
    connection.execute(
        "INSERT INTO incident VALUES (?, ?, NULL, ?, ?, ?, ?, ?)",
        (incident_id, revision + 1, stream, run, scene_revision, opened_ns, to_body(marked)),
    )
    return marked


def _violation(connection: sqlite3.Connection, violation: Violation, now_ns: int) -> None:
    """Insert a violation; a new one grows its cell."""
    inserted = connection.execute(
        "INSERT INTO violation VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            violation.id,
            violation.stream,
            violation.run,
            violation.scene_revision,
            violation.at_ns,
            now_ns,
            to_body(violation),
        ),
    )
    if inserted.rowcount == 1:
        connection.execute(
            "INSERT INTO violation_cell VALUES (?, ?, ?, ?, ?, 1, 0) ON CONFLICT DO UPDATE SET number = number + 1",
            _violation_key(violation),
        )


def _violation_key(violation: Violation) -> tuple[str, str, str, str, int]:
    return violation.stream, violation.kind, violation.place, violation.road_user, cell_start(violation.at_ns)


def purge(connection: sqlite3.Connection, recorded_before_ns: int) -> int:
    """Delete passages and violations recorded before an instant, and note in each cell how many of its are gone."""
    passages = connection.execute("SELECT body FROM passage WHERE recorded_ns < ?", (recorded_before_ns,)).fetchall()
    gone: Counter[tuple[str, str, str, str, int]] = Counter()
    for (body,) in passages:
        passage = _read(body, Passage)
        if passage.speed_mps is not None:
            gone[passage.stream, passage.rule, passage.direction, passage.road_user, cell_start(passage.at_ns)] += 1
    connection.executemany(
        "UPDATE speed_cell SET purged = purged + ? WHERE (stream, rule, direction, road_user, start_ns) = (?, ?, ?, ?, ?)",
        [(number, *key) for key, number in gone.items()],
    )
    violations = connection.execute("SELECT body FROM violation WHERE recorded_ns < ?", (recorded_before_ns,)).fetchall()
    broken = Counter(_violation_key(_read(body, Violation)) for (body,) in violations)
    connection.executemany(
        "UPDATE violation_cell SET purged = purged + ? WHERE (stream, kind, place, road_user, start_ns) = (?, ?, ?, ?, ?)",
        [(number, *key) for key, number in broken.items()],
    )
    for table in ("passage", "violation"):
        connection.execute(f"DELETE FROM {table} WHERE recorded_ns < ?", (recorded_before_ns,))  # noqa: S608  one of two names
    return len(passages) + len(violations)


def passages(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Passage]:
    """The kept passages with ``at_ns`` in [start, end), in order."""
    rows = connection.execute(
        "SELECT body FROM passage WHERE stream = ? AND at_ns >= ? AND at_ns < ? ORDER BY at_ns, event", (stream, start_ns, end_ns)
    )
    return list(_all(rows, Passage))


def minutes(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[TrafficMinute]:
    """The minutes that begin in [start, end), in order of start, kind of place, place, run."""
    rows = connection.execute(
        "SELECT body FROM traffic_minute WHERE stream = ? AND start_ns >= ? AND start_ns < ? ORDER BY record",
        (stream, start_ns, end_ns),
    )
    return sorted(_all(rows, TrafficMinute), key=lambda minute: (minute.start_ns, minute.place_kind, minute.place, minute.run))


def conflicts(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Conflict]:
    """The conflicts with ``at_ns`` in [start, end), in order."""
    rows = connection.execute(
        "SELECT body FROM conflict WHERE stream = ? AND at_ns >= ? AND at_ns < ? ORDER BY at_ns, id", (stream, start_ns, end_ns)
    )
    return list(_all(rows, Conflict))


def incidents(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Incident]:
    """Every revision of the incidents opened in [start, end), in order of opening, incident, revision."""
    rows = connection.execute(
        "SELECT revision, body FROM incident WHERE stream = ? AND opened_ns >= ? AND opened_ns < ? "
        "ORDER BY opened_ns, id, revision",
        (stream, start_ns, end_ns),
    )
    return [msgspec.structs.replace(_read(body, Incident), revision=revision) for revision, body in rows]


def violations(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Violation]:
    """The kept violations with ``at_ns`` in [start, end), in order."""
    rows = connection.execute(
        "SELECT body FROM violation WHERE stream = ? AND at_ns >= ? AND at_ns < ? ORDER BY at_ns, id", (stream, start_ns, end_ns)
    )
    return list(_all(rows, Violation))


def violation_cells(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[ViolationCell]:
    """How often which rule was broken, in the cells that touch [start, end)."""
    rows = connection.execute(
        "SELECT start_ns, kind, place, road_user, number FROM violation_cell WHERE stream = ? AND start_ns >= ? AND start_ns < ? "
        "ORDER BY start_ns, kind, place, road_user",
        (stream, cell_start(start_ns), end_ns),
    )
    return [
        ViolationCell(
            stream=stream, kind=kind, place=place, road_user=road_user, start_ns=start, end_ns=start + CELL_NS, number=number
        )
        for start, kind, place, road_user, number in rows
    ]


def speeds(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[SpeedCell]:
    """The speeds in the cells that touch [start, end), in order of start, rule, direction, kind."""
    span = (stream, cell_start(start_ns), end_ns)
    bins: dict[tuple[int, str, str, str], dict[int, int]] = defaultdict(dict)
    for start, rule, direction, road_user, kmh, number in connection.execute(
        "SELECT start_ns, rule, direction, road_user, kmh, number FROM speed_bin "
        "WHERE stream = ? AND start_ns >= ? AND start_ns < ?",
        span,
    ):
        bins[start, rule, direction, road_user][kmh] = number
    return [
        SpeedCell(
            stream=stream,
            rule=rule,
            direction=direction,
            road_user=road_user,
            start_ns=start,
            end_ns=start + CELL_NS,
            measured=measured,
            sum_mps=total,
            sum_squares=squares,
            sum_inverse=inverse,
            with_error=with_error,
            sum_error_mps=error,
            by_kmh=dict(sorted(bins[start, rule, direction, road_user].items())),
        )
        for start, rule, direction, road_user, measured, total, squares, inverse, with_error, error in connection.execute(
            "SELECT start_ns, rule, direction, road_user, measured, sum_mps, sum_squares, sum_inverse, with_error, sum_error_mps "
            "FROM speed_cell WHERE stream = ? AND start_ns >= ? AND start_ns < ? ORDER BY start_ns, rule, direction, road_user",
            span,
        )
    ]


def _all(rows: Iterable[tuple[str]], kind: type[_Struct]) -> Iterator[_Struct]:
    decoder = msgspec.json.Decoder(kind)
    return (decoder.decode(body) for (body,) in rows)


def _read(body: str, kind: type[_Struct]) -> _Struct:
    return msgspec.json.decode(body, type=kind)
