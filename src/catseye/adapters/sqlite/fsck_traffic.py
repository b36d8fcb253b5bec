"""Checks of what a store keeps of the ground: every record is what its columns say, and cells are the sums of their records."""

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import msgspec

from catseye.adapters.sqlite.rows import to_body
from catseye.adapters.sqlite.traffic import digest
from catseye.core.time import cell_start, iso_local, zone
from catseye.core.traffic import Conflict, Incident, Passage, TrafficMinute, TrafficRecord, Violation

_KINDS: dict[str, tuple[type[TrafficRecord], str, str]] = {  # kind, name column, time column
    "passage": (Passage, "event", "at_ns"),
    "traffic_minute": (TrafficMinute, "record", "start_ns"),
    "conflict": (Conflict, "id", "at_ns"),
    "incident": (Incident, "id", "opened_ns"),
    "violation": (Violation, "id", "at_ns"),
}


def _records(connection: sqlite3.Connection) -> Iterator[str]:
    """Each record's body is one record with no field besides, and its columns say the same as its body."""
    for table, (kind, name_column, time_column) in _KINDS.items():
        for name, stream, run, at_ns, body in connection.execute(
            f"SELECT {name_column}, stream, run, {time_column}, body FROM {table}"  # noqa: S608  names of this module
        ):
            try:
                record = msgspec.json.decode(body, type=kind)
            except msgspec.DecodeError as error:
                yield f"The {table} {name} cannot be read: {error}."
                continue
            if besides := sorted(msgspec.json.decode(body).keys() - {"type", *record.__struct_fields__}):
                yield f"The {table} {name} holds {', '.join(besides)}, which none may."
            said = digest(to_body(record)) if kind is TrafficMinute else getattr(record, name_column)
            if (said, record.stream, record.run, getattr(record, time_column)) != (name, stream, run, at_ns):
                yield f"The {table} {name} is filed under what it does not say."


def _speeds(connection: sqlite3.Connection) -> Iterator[str]:
    """Each cell's measured speeds are its kept passages and its purged ones, and its histogram holds as many."""
    kept: Counter[tuple[str, str, str, str, int]] = Counter()
    for (body,) in connection.execute("SELECT body FROM passage"):
        passage = msgspec.json.decode(body, type=Passage)
        if passage.speed_mps is not None:
            kept[passage.stream, passage.rule, passage.direction, passage.road_user, cell_start(passage.at_ns)] += 1
    bins: dict[tuple[str, str, str, str, int], int] = defaultdict(int)
    for *key, number in connection.execute("SELECT stream, rule, direction, road_user, start_ns, number FROM speed_bin"):
        bins[_key(key)] += number
    for *key, measured, purged, sum_mps, sum_squares in connection.execute(
        "SELECT stream, rule, direction, road_user, start_ns, measured, purged, sum_mps, sum_squares FROM speed_cell"
    ):
        what, passages = _key(key), kept.pop(_key(key), 0)
        if measured != passages + purged:
            yield f"{_named(what)} has {measured} speeds, but {passages} passage(s) are kept and {purged} were purged."
        if bins.pop(what, 0) != measured:
            yield f"The histogram of {_named(what)} does not hold its {measured} speeds."
        if sum_squares * measured < sum_mps**2 * (1 - 1e-9) or not math.isfinite(sum_squares):
            yield f"The sums of {_named(what)} fit no speeds."
    for what in sorted(kept.keys() | bins.keys()):
        yield f"Speeds of {_named(what)} are in no cell."


def _violations(connection: sqlite3.Connection) -> Iterator[str]:
    """Each cell's number is its kept violations and its purged ones."""
    kept: Counter[tuple[str, str, str, str, int]] = Counter()
    for (body,) in connection.execute("SELECT body FROM violation"):
        one = msgspec.json.decode(body, type=Violation)
        kept[one.stream, one.kind, one.place, one.road_user, cell_start(one.at_ns)] += 1
    for *key, number, purged in connection.execute(
        "SELECT stream, kind, place, road_user, start_ns, number, purged FROM violation_cell"
    ):
        there = kept.pop(_key(key), 0)
        if number != there + purged:
            yield f"{_named(_key(key))} has {number} violations, but {there} are kept and {purged} were purged."
    for what in sorted(kept):
        yield f"Violations of {_named(what)} are in no cell."


def _revisions(connection: sqlite3.Connection) -> Iterator[str]:
    """The revisions of an incident count from 1 without a gap."""
    for name, first, last, many in connection.execute(
        "SELECT id, min(revision), max(revision), count(*) FROM incident GROUP BY id"
    ):
        if (first, last) != (1, many):
            yield f"Incident {name} lacks a revision: {many} are kept, from {first} to {last}."


def _key(columns: list[object]) -> tuple[str, str, str, str, int]:
    a, b, c, d, start_ns = columns
    return str(a), str(b), str(c), str(d), int(str(start_ns))


def _named(key: tuple[str, str, str, str, int]) -> str:
    return f"{'/'.join(key[:4])} at {iso_local(key[4], zone('UTC'))}"


TRAFFIC_CHECKS: tuple[Callable[[sqlite3.Connection], Iterator[str]], ...] = (_records, _speeds, _violations, _revisions)
