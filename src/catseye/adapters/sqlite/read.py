"""Reading: volumes in cells with what was observed of each, gaps, events."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from catseye.adapters.sqlite.rows import event_of, rules_of, scene_of
from catseye.core.counts import Count, Gap
from catseye.core.events import Event
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import CELL_S, NS_PER_S, cell_start, seconds, split_by_cell

CELL_NS = CELL_S * NS_PER_S
LATE_NS = 10 * NS_PER_S  # an event is settled this soon: a crossing by its hysteresis, a zone left by the end of coasting
SILENT_NS = CELL_NS  # nothing more is expected of a stream that recorded nothing for so long

Span = tuple[int, int]
Row = tuple[str, str, str]  # rule, direction, road user


def counts(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int, now_ns: int) -> list[Count]:
    """Every cell that touches [start, end); see ``docs/design/store.md`` for which rows there are. Read in one transaction."""
    cells = range(cell_start(start_ns), end_ns, CELL_NS)
    if not cells:
        return []
    until = cells[-1] + CELL_NS
    volumes = _volumes(connection, stream, cells[0], until)
    observed = _Observed(connection, stream, cells[0], until)
    final_before = _final_before(connection, stream, now_ns)
    rows = _rows(volumes, observed.directions)
    return [
        Count(
            stream=stream,
            rule=rule,
            direction=direction,
            road_user=road_user,
            start_ns=cell,
            end_ns=cell + CELL_NS,
            volume=volumes.get((rule, direction, road_user), {}).get(cell, 0 if observed.ns(rule, direction, cell) else None),
            observed_s=seconds(observed.ns(rule, direction, cell)),
            final=cell + CELL_NS <= final_before,
        )
        for cell in cells
        for rule, direction, road_user in rows
    ]


def _volumes(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> dict[Row, dict[int, int]]:
    """The volume of each cell that has one, by row."""
    volumes: dict[Row, dict[int, int]] = defaultdict(dict)
    for rule, direction, road_user, cell, volume in connection.execute(
        "SELECT rule, direction, road_user, start_ns, volume FROM series JOIN rollup USING (series) "
        "WHERE stream = ? AND start_ns >= ? AND start_ns < ?",
        (stream, start_ns, end_ns),
    ):
        volumes[rule, direction, road_user][cell] = volume
    return volumes


def _rows(volumes: dict[Row, dict[int, int]], directions: Iterable[tuple[str, str]]) -> list[Row]:
    """What was counted, and one row with road user "" for each direction in which nothing was."""
    counted = {(rule, direction) for rule, direction, _ in volumes}
    empty = [(rule, direction, "") for rule, direction in directions if (rule, direction) not in counted]
    return sorted([*volumes, *empty])


class _Observed:
    """How long each direction of each rule was watched in each cell of an interval."""

    def __init__(self, connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> None:
        spans: dict[str, list[Span]] = defaultdict(list)
        for revision, start, end in connection.execute(
            "SELECT scene_revision, start_ns, end_ns FROM coverage WHERE stream = ? AND end_ns > ? AND start_ns < ?",
            (stream, start_ns, end_ns),
        ):
            spans[revision].append((max(start, start_ns), min(end, end_ns)))
        bodies = connection.execute(
            "SELECT revision, body, revision = (SELECT scene_revision FROM stream WHERE stream = ?) "
            "FROM stream_scene JOIN scene ON scene_revision = revision WHERE stream = ?",
            (stream, stream),
        )
        revisions: dict[tuple[str, str], list[str]] = defaultdict(list)
        for revision, body, in_force in bodies:
            if in_force or revision in spans:
                for direction in rules_of(scene_of(body)):
                    revisions[direction].append(revision)
        self._revisions = {direction: frozenset(names) for direction, names in revisions.items()}
        self._cells = {
            names: _per_cell(union(span for name in names for span in spans.get(name, ()))) for names in self._revisions.values()
        }

    @property
    def directions(self) -> Iterable[tuple[str, str]]:
        """(rule, direction) of the scenes watched with in the interval and of the one in force."""
        return self._revisions.keys()

    def ns(self, rule: str, direction: str, cell: int) -> int:
        """Nanoseconds watched within the cell."""
        names = self._revisions.get((rule, direction))
        return self._cells[names].get(cell, 0) if names else 0


def union(spans: Iterable[Span]) -> list[Span]:
    """The stretches [start, end) in any of ``spans``, in order, none touching the next."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _per_cell(spans: Iterable[Span]) -> dict[int, int]:
    watched: dict[int, int] = defaultdict(int)
    for start, end in spans:
        for cell, piece_start, piece_end in split_by_cell(start, end):
            watched[cell] += piece_end - piece_start
    return watched


def _final_before(connection: sqlite3.Connection, stream: StreamId, now_ns: int) -> int:
    """Cells that end by this instant grow no more."""
    (covered,) = connection.execute("SELECT max(end_ns) FROM coverage WHERE stream = ?", (stream,)).fetchone()
    recorded = connection.execute("SELECT recorded_ns FROM stream WHERE stream = ?", (stream,)).fetchone()
    settled = -1 if covered is None else covered - LATE_NS
    silent = recorded is None or now_ns - recorded[0] >= SILENT_NS
    return max(settled, now_ns) if silent else settled


def gaps(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Gap]:
    """The unobserved stretches between first and last coverage, within [start, end)."""
    spans = connection.execute("SELECT start_ns, end_ns FROM coverage WHERE stream = ?", (stream,))
    between = ((max(left[1], start_ns), min(right[0], end_ns)) for left, right in pairwise(union(spans)))
    return [Gap(stream=stream, start_ns=start, end_ns=end) for start, end in between if start < end]


def watched(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> list[Span]:
    """What is covered of [start, end), in order."""
    spans = connection.execute("SELECT start_ns, end_ns FROM coverage WHERE stream = ? AND end_ns > ?", (stream, start_ns))
    within = ((max(start, start_ns), min(end, end_ns)) for start, end in union(spans))
    return [(start, end) for start, end in within if start < end]


def events(connection: sqlite3.Connection, stream: StreamId, start_ns: int, end_ns: int) -> Iterator[Event]:
    """The kept events with ``at_ns`` in [start, end), in order of ``at_ns``."""
    for (body,) in connection.execute(
        "SELECT body FROM event WHERE stream = ? AND at_ns >= ? AND at_ns < ? ORDER BY at_ns, id", (stream, start_ns, end_ns)
    ):
        yield event_of(body)


def streams(connection: sqlite3.Connection) -> list[StreamId]:
    """The streams by name."""
    return [StreamId(name) for (name,) in connection.execute("SELECT stream FROM stream ORDER BY stream")]


def scene(connection: sqlite3.Connection, stream: StreamId) -> Scene | None:
    """The scene in force."""
    row = connection.execute(
        "SELECT body FROM stream JOIN scene ON scene_revision = revision WHERE stream = ?", (stream,)
    ).fetchone()
    return None if row is None else scene_of(row[0])


def span(connection: sqlite3.Connection, stream: StreamId) -> Span | None:
    """From the first instant covered or counted in to the last, whole cells of counts; None where there is neither."""
    start, end = connection.execute(
        "SELECT min(start_ns), max(end_ns) FROM ("
        " SELECT start_ns, end_ns FROM coverage WHERE stream = ?1 UNION ALL"
        " SELECT start_ns, start_ns + ?2 FROM series JOIN rollup USING (series) WHERE stream = ?1)",
        (stream, CELL_NS),
    ).fetchone()
    return None if start is None else (start, end)
