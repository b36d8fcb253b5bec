"""Writing: each function is called inside a transaction and leaves commit and rollback to it."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from catseye.adapters.sqlite import traffic
from catseye.adapters.sqlite.rows import Series, series_of, to_body
from catseye.core.address import redacted
from catseye.core.counts import Gap
from catseye.core.errors import StoreError
from catseye.core.events import Coverage, Event
from catseye.core.ids import StreamId
from catseye.core.receipt import LightSeen, TruthSample
from catseye.core.scene import Scene
from catseye.core.time import cell_start
from catseye.core.tracks import Trajectory
from catseye.core.traffic import TrafficRecord
from catseye.ports.store import Record, RunStarted


def begin(connection: sqlite3.Connection, run: RunStarted, scene: Scene, now_ns: int) -> tuple[Gap, ...]:
    """Register a run; the stretch since the stream was last observed."""
    put_scene(connection, run.stream, scene, now_ns)
    row = (run.stream, redacted(run.source), run.started_ns, run.detector, run.detector_sha256)
    connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run) DO NOTHING", (run.run, *row))
    known = connection.execute(
        "SELECT stream, source, started_ns, detector, detector_sha256 FROM run WHERE run = ?", (run.run,)
    ).fetchone()
    if known != row:
        raise StoreError(f"Run {run.run} has begun before, as another one.", "Give each run a random name of its own.")
    (last_end,) = connection.execute("SELECT max(end_ns) FROM coverage WHERE stream = ?", (run.stream,)).fetchone()
    if last_end is None or last_end >= run.started_ns:
        return ()
    return (Gap(stream=run.stream, start_ns=last_end, end_ns=run.started_ns),)


def put_scene(connection: sqlite3.Connection, stream: StreamId, scene: Scene, now_ns: int) -> None:
    """Make a scene the one in force of a stream."""
    revision = scene.revision
    connection.execute("INSERT INTO scene VALUES (?, ?) ON CONFLICT DO NOTHING", (revision, to_body(scene)))
    connection.execute(
        "INSERT INTO stream VALUES (?, ?, ?) ON CONFLICT (stream) DO UPDATE "
        "SET scene_revision = excluded.scene_revision, recorded_ns = excluded.recorded_ns",
        (stream, revision, now_ns),
    )
    connection.execute("INSERT INTO stream_scene VALUES (?, ?) ON CONFLICT DO NOTHING", (stream, revision))


def append(connection: sqlite3.Connection, records: Sequence[Record], now_ns: int, known: dict[Series, int]) -> None:
    """Keep events, their volumes, coverage and what is measured on the ground.

    ``known`` is the caller's memory of series; new ones are added to it.

    Trajectories are not kept: nothing that is published needs them.
    """
    events: list[Event] = []
    for record in records:
        if isinstance(record, Coverage):
            _cover(connection, record)
        elif isinstance(record, LightSeen):
            _light(connection, record)
        elif isinstance(record, TrafficRecord):
            traffic.keep(connection, record, now_ns)
        elif not isinstance(record, Trajectory):
            events.append(record)
    _count(connection, events, now_ns, known)
    streams = {record.stream for record in records if not isinstance(record, Trajectory)}
    connection.executemany("UPDATE stream SET recorded_ns = ? WHERE stream = ?", [(now_ns, stream) for stream in streams])


def _count(connection: sqlite3.Connection, events: Iterable[Event], now_ns: int, known: dict[Series, int]) -> None:
    """Insert events; those that were new grow their cells."""
    grown: Counter[tuple[int, int]] = Counter()
    for event in events:
        key = series_of(event)
        series = known.get(key) or _series(connection, key)
        known[key] = series
        inserted = connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (event.id, event.stream, event.run, event.scene_revision, series, event.at_ns, now_ns, to_body(event)),
        )
        if inserted.rowcount == 1:
            grown[series, cell_start(event.at_ns)] += 1
    connection.executemany(
        "INSERT INTO rollup (series, start_ns, volume) VALUES (?, ?, ?) "
        "ON CONFLICT (series, start_ns) DO UPDATE SET volume = volume + excluded.volume",
        [(series, start, volume) for (series, start), volume in grown.items()],
    )


def _series(connection: sqlite3.Connection, key: Series) -> int:
    connection.execute("INSERT INTO series (stream, rule, direction, road_user) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", key)
    found = connection.execute("SELECT series FROM series WHERE (stream, rule, direction, road_user) = (?, ?, ?, ?)", key)
    return int(found.fetchone()[0])


def _cover(connection: sqlite3.Connection, new: Coverage) -> None:
    """Add an interval, as one with those of its run and revision that it touches. An empty one says nothing."""
    if new.start_ns == new.end_ns:
        return
    if new.start_ns > new.end_ns:
        raise StoreError(f"Coverage of {new.stream} ends before it begins.", "Give what was watched as [start, end).")
    touching = connection.execute(
        "SELECT coverage, start_ns, end_ns FROM coverage "
        "WHERE stream = ? AND run = ? AND scene_revision = ? AND end_ns >= ? AND start_ns <= ?",
        (new.stream, new.run, new.scene_revision, new.start_ns, new.end_ns),
    ).fetchall()
    if not touching:
        connection.execute(
            "INSERT INTO coverage (stream, run, scene_revision, start_ns, end_ns) VALUES (?, ?, ?, ?, ?)",
            (new.stream, new.run, new.scene_revision, new.start_ns, new.end_ns),
        )
        return
    (kept, first, last), *others = touching
    start = min(new.start_ns, first, *(row[1] for row in others))
    end = max(new.end_ns, last, *(row[2] for row in others))
    connection.executemany("DELETE FROM coverage WHERE coverage = ?", [(row[0],) for row in others])
    connection.execute("UPDATE coverage SET start_ns = ?, end_ns = ? WHERE coverage = ?", (start, end, kept))


def _light(connection: sqlite3.Connection, new: LightSeen) -> None:
    """Add a stretch of light, as one with that of its run which it continues."""
    longer = connection.execute(
        "UPDATE light SET end_ns = max(end_ns, ?) WHERE stream = ? AND run = ? AND light = ? AND end_ns >= ? AND start_ns <= ?",
        (new.end_ns, new.stream, new.run, new.light, new.start_ns, new.start_ns),
    )
    if longer.rowcount == 0 and new.start_ns < new.end_ns:
        connection.execute(
            "INSERT INTO light (stream, run, light, start_ns, end_ns) VALUES (?, ?, ?, ?, ?)",
            (new.stream, new.run, new.light, new.start_ns, new.end_ns),
        )


def certify(connection: sqlite3.Connection, stream: StreamId, sample: TruthSample) -> None:
    """Keep a truth sample and make it the one in force of a stream."""
    identity = sample.identity
    connection.execute("INSERT INTO truth_sample VALUES (?, ?) ON CONFLICT DO NOTHING", (identity, to_body(sample)))
    connection.execute(
        "INSERT INTO stream_sample VALUES (?, ?) ON CONFLICT (stream) DO UPDATE SET sample = excluded.sample", (stream, identity)
    )


def purge(connection: sqlite3.Connection, recorded_before_ns: int) -> int:
    """Delete events, passages and violations recorded before an instant, and note in each cell how many of its are gone."""
    gone = connection.execute(
        "SELECT series, at_ns FROM event WHERE recorded_ns < ?",
        (recorded_before_ns,),
    ).fetchall()
    purged = Counter((series, cell_start(at_ns)) for series, at_ns in gone)
    connection.executemany(
        "UPDATE rollup SET purged = purged + ? WHERE series = ? AND start_ns = ?",
        [(number, series, start) for (series, start), number in purged.items()],
    )
    connection.execute("DELETE FROM event WHERE recorded_ns < ?", (recorded_before_ns,))
    return len(gone) + traffic.purge(connection, recorded_before_ns)
