"""Results as files: counts and speeds as CSV, records as Parquet, tracks as MOTChallenge text. Each is whole, or not there."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from types import UnionType
from typing import IO, Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from catseye.core.counts import Count
from catseye.core.errors import OutputError
from catseye.core.events import Event
from catseye.core.ids import RunId
from catseye.core.speeds import SpeedCell
from catseye.core.tracks import Tracks, TrackState
from catseye.core.truth import TrackBoxes
from catseye.wire import counts_csv, motchallenge, speeds_csv

_COLUMNS: dict[object, pl.DataType | type[pl.DataType]] = {int: pl.Int64, float: pl.Float64}
_INSTANT = pl.Datetime("ns", "UTC")
EVENT_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "type": pl.String,
    "id": pl.String,
    "stream": pl.String,
    "run": pl.String,
    "track": pl.Int64,
    "rule": pl.String,
    "direction": pl.String,
    "road_user": pl.String,
    "at": _INSTANT,
    "at_ns": pl.Int64,
    "seen_at": _INSTANT,
    "seen_at_ns": pl.Int64,
    "x_unit": pl.Float64,
    "y_unit": pl.Float64,
    "scene_revision": pl.String,
    "origin": pl.String,
    "destination": pl.String,
    "appeared": pl.Boolean,
    "vanished": pl.Boolean,
    "dwell_s": pl.Float64,
}


def write_counts(path: Path, counts: Iterable[Count], tz: ZoneInfo) -> None:
    """Write ``counts.csv`` (``wire.counts_csv``) with times in ``tz``. Raises OutputError."""
    text = counts_csv.encode(counts, tz).encode()
    _write_whole(path, lambda file: file.write(text))


def write_events(path: Path, events: Iterable[Event]) -> None:
    """Write events as Parquet, one column a field (``EVENT_COLUMNS``), null where a kind has no such field. Raises OutputError."""
    frame = pl.DataFrame([_flat(event) for event in events], schema=EVENT_COLUMNS)
    content = BytesIO()
    frame.write_parquet(content)
    _write_whole(path, lambda file: file.write(content.getbuffer()))


def write_speeds(path: Path, cells: Iterable[SpeedCell], tz: ZoneInfo) -> None:
    """Write ``speeds.csv`` (``wire.speeds_csv``) with times in ``tz``. Raises OutputError."""
    text = speeds_csv.encode(cells, tz).encode()
    _write_whole(path, lambda file: file.write(text))


def write_records(path: Path, records: Iterable[msgspec.Struct], kind: type[msgspec.Struct]) -> None:
    """Write records of one kind as Parquet, one column a field, also where there is none. Raises OutputError.

    A field that holds names with values is JSON text.
    """
    hints = get_type_hints(kind)
    schema = {name: _column(hints[name]) for name in kind.__struct_fields__}
    rows = [{name: _plain(getattr(record, name)) for name in schema} for record in records]
    content = BytesIO()
    pl.DataFrame(rows, schema=schema).write_parquet(content)
    _write_whole(path, lambda file: file.write(content.getbuffer()))


def _column(hint: Any) -> pl.DataType | type[pl.DataType]:
    parts = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is tuple:
        return pl.List(_column(parts[0]))
    if get_origin(hint) in {UnionType, Union}:  # with None
        return _column(parts[0])
    return _COLUMNS.get(getattr(hint, "__supertype__", hint), pl.String)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return msgspec.json.encode(value, order="sorted").decode()
    return list(value) if isinstance(value, tuple) else value


def _flat(event: Event) -> dict[str, object]:
    fields = msgspec.structs.asdict(event)
    x, y = fields.pop("point_unit")
    named = {"type": type(event).__struct_config__.tag, "x_unit": x, "y_unit": y, "at": event.at_ns, "seen_at": event.seen_at_ns}
    return fields | named


class TracksFile:
    """Writes MOTChallenge lines as frames come, to ``PATH.part``, which becomes ``PATH`` when closed; a crash leaves the part.

    Tracks are numbered 1, 2, 3 in order of appearance: the track numbers of the run do not leave it. Raises OutputError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._names: dict[int, int] = {}
        self._named = 0
        self._run: RunId | None = None
        self._frame = self._offset = 0
        with _explained(self._part):
            self._file: IO[str] | None = self._part.open("w", encoding="ascii", newline="\n")

    def add(self, run: RunId, seq: int, tracks: Tracks) -> None:
        """Append the confirmed tracks of the ``seq``-th frame of a run that are not coasting; frames of a later run follow on."""
        if self._file is None:
            raise OutputError(f"{self._path} is finished.", "Begin another file.")
        if run != self._run:
            self._run, self._names = run, {}
            if self._offset + seq < self._frame:  # a source opened again counts its frames from 0 again
                self._offset = self._frame
        self._frame = self._offset + seq + 1
        seen = tracks.state == TrackState.CONFIRMED  # also where nothing moved, so that nobody had to look again
        alive = {number: self._names[number] for number in tracks.number.tolist() if number in self._names}
        for number in tracks.number[seen].tolist():
            if number not in alive:
                self._named += 1
                alive[number] = self._named
        self._names = alive
        rows = TrackBoxes(
            frame=np.full(int(seen.sum()), self._frame - 1, np.int64),
            number=np.array([alive[number] for number in tracks.number[seen].tolist()], np.int64),
            xyxy=tracks.xyxy[seen].astype(np.float64),
            road_user=tracks.road_user[seen],
            confidence=tracks.confidence[seen].astype(np.float64),
        )
        with _explained(self._part):
            self._file.write(motchallenge.encode(rows))
            self._file.flush()

    def close(self) -> None:
        """Give the file its name; harmless when called twice."""
        if self._file is None:
            return
        file, self._file = self._file, None
        with _explained(self._path):
            try:
                file.flush()
                os.fsync(file.fileno())
            finally:
                file.close()
            self._part.replace(self._path)


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, then put it there. What was there before stays until then. Raises OutputError."""
    part = path.with_name(path.name + ".part")
    with _explained(path):
        try:
            with part.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn an OSError into OutputError."""
    try:
        yield
    except OSError as error:
        remedy = "Check that the folder exists, may be written, and that its disk has room."
        raise OutputError(f"{path} cannot be written: {error.strerror}.", remedy) from error
