"""Minutes and episodes as rows of a ledger."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord, added
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S

MINUTE_NS = 60 * NS_PER_S

_seconds = msgspec.json.Decoder(dict[CameraState, float])
_encoder = msgspec.json.Encoder(order="sorted")
_MINUTE = "seconds, frames_decoded, frames_analysed, frames_shed, bytes_in, key_frames_only_s, paused_s, lag_p99_s, clock_error_ms"
_EPISODE = "id, stream, state, revision, began_ns, told_ns, ended_ns, reason"


def keep(connection: sqlite3.Connection, records: Sequence[HealthRecord]) -> None:
    """Write records; the caller has a transaction open."""
    for record in records:
        connection.execute("INSERT INTO camera (stream) VALUES (?) ON CONFLICT DO NOTHING", (record.stream,))
        (camera,) = connection.execute("SELECT camera FROM camera WHERE stream = ?", (record.stream,)).fetchone()
        if isinstance(record, CameraMinute):
            _keep_minute(connection, camera, record)
        else:
            _keep_episode(connection, camera, record)


def _keep_minute(connection: sqlite3.Connection, camera: int, minute: CameraMinute) -> None:
    kept = connection.execute(
        f"SELECT {_MINUTE} FROM camera_minute WHERE camera = ? AND start_ns = ?",  # noqa: S608 - no input in it
        (camera, minute.start_ns),
    ).fetchone()
    whole = minute if kept is None else added(_minute(minute.stream, minute.start_ns, kept), minute)
    connection.execute(
        "INSERT OR REPLACE INTO camera_minute VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            camera,
            whole.start_ns,
            _encoder.encode(whole.seconds).decode(),
            whole.frames_decoded,
            whole.frames_analysed,
            whole.frames_shed,
            whole.bytes_in,
            whole.key_frames_only_s,
            whole.paused_s,
            whole.lag_p99_s,
            whole.clock_error_ms,
        ),
    )


def _keep_episode(connection: sqlite3.Connection, camera: int, episode: HealthEpisode) -> None:
    if connection.execute("SELECT 1 FROM episode WHERE id = ?", (episode.id,)).fetchone() is None:
        _end_those_before(connection, camera, episode)
    connection.execute(
        "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET camera = excluded.camera, "
        "state = excluded.state, revision = excluded.revision, began_ns = excluded.began_ns, told_ns = excluded.told_ns, "
        "ended_ns = excluded.ended_ns, reason = excluded.reason WHERE excluded.revision > revision",
        (
            episode.id,
            camera,
            episode.state,
            episode.revision,
            episode.began_ns,
            episode.told_ns,
            episode.ended_ns,
            episode.reason,
        ),
    )


def _end_those_before(connection: sqlite3.Connection, camera: int, episode: HealthEpisode) -> None:
    """A camera is in one state at a time: what a process left open that died is over when the next episode begins.

    It ends with the last minute observed before. It keeps its revision, so that its own end, if told later, takes the place.
    """
    (last_ns,) = connection.execute(
        "SELECT max(start_ns) FROM camera_minute WHERE camera = ? AND start_ns < ?", (camera, episode.began_ns)
    ).fetchone()
    end_ns = episode.began_ns if last_ns is None else min(last_ns + MINUTE_NS, episode.began_ns)
    connection.execute(
        "UPDATE episode SET ended_ns = max(told_ns, ?) WHERE camera = ? AND ended_ns IS NULL AND began_ns <= ?",
        (end_ns, camera, episode.began_ns),
    )


def streams(connection: sqlite3.Connection) -> list[StreamId]:
    """Every camera, by name."""
    return [StreamId(name) for (name,) in connection.execute("SELECT stream FROM camera ORDER BY stream")]


def spans(connection: sqlite3.Connection) -> dict[StreamId, tuple[int, int]]:
    """First minute to the end of the last, by camera."""
    rows = connection.execute(
        "SELECT stream, (SELECT min(start_ns) FROM camera_minute m WHERE m.camera = c.camera) AS first, "
        "(SELECT max(start_ns) FROM camera_minute m WHERE m.camera = c.camera) FROM camera c "
        "WHERE first IS NOT NULL ORDER BY stream"
    )
    return {StreamId(name): (first, last + MINUTE_NS) for name, first, last in rows}


def minutes(connection: sqlite3.Connection, start_ns: int, end_ns: int, stream: StreamId | None) -> list[CameraMinute]:
    """By camera, then time."""
    rows = connection.execute(
        f"SELECT stream, start_ns, {_MINUTE} FROM camera JOIN camera_minute USING (camera) "  # noqa: S608 - no input in it
        "WHERE start_ns >= ? AND start_ns < ? AND (?3 IS NULL OR stream = ?3) ORDER BY stream, start_ns",
        (start_ns, end_ns, stream),
    )
    return [_minute(StreamId(name), at_ns, row) for name, at_ns, *row in rows]


def episodes(connection: sqlite3.Connection, start_ns: int, end_ns: int, stream: StreamId | None) -> list[HealthEpisode]:
    """By camera, then beginning. One that began at the instant it ended touches where it began."""
    rows = connection.execute(
        f"SELECT {_EPISODE} FROM camera JOIN episode USING (camera) "  # noqa: S608 - no input in it
        "WHERE began_ns < ?2 AND (ended_ns IS NULL OR ended_ns > ?1 OR began_ns >= ?1) AND (?3 IS NULL OR stream = ?3) "
        "ORDER BY stream, began_ns, id",
        (start_ns, end_ns, stream),
    )
    return [
        HealthEpisode(
            id=name,
            stream=StreamId(camera),
            state=CameraState(state),
            revision=revision,
            began_ns=began_ns,
            told_ns=told_ns,
            ended_ns=ended_ns,
            reason=reason,
        )
        for name, camera, state, revision, began_ns, told_ns, ended_ns, reason in rows
    ]


def _minute(stream: StreamId, start_ns: int, row: Sequence[Any]) -> CameraMinute:
    """The record of a row of ``_MINUTE``; the tables are strict, so the columns have their types."""
    seconds, decoded, analysed, shed, bytes_in, key_s, paused_s, lag_s, error_ms = row
    return CameraMinute(
        stream=stream,
        start_ns=start_ns,
        seconds=_seconds.decode(seconds),
        frames_decoded=decoded,
        frames_analysed=analysed,
        frames_shed=shed,
        bytes_in=bytes_in,
        key_frames_only_s=key_s,
        paused_s=paused_s,
        lag_p99_s=lag_s,
        clock_error_ms=error_ms,
    )
