"""What the API says that is not a record of the core: the stream list, and volumes arranged as a table."""

import msgspec

from catseye.core.health import StreamHealth
from catseye.core.ids import StreamId
from catseye.ports import DetectorInfo


class StreamView(msgspec.Struct, frozen=True, kw_only=True):
    """A stream that is being watched. ``keeps_volumes`` is false where there is no store to ask for counts."""

    stream: StreamId
    timezone: str
    scene_revision: str
    keeps_volumes: bool
    detector: DetectorInfo
    health: StreamHealth


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One direction of one rule."""

    rule: str
    direction: str


class CellVolume(msgspec.Struct, frozen=True, kw_only=True):
    """The volume of one column in one interval, and of each kind of road user. ``volume`` is None where nothing was observed."""

    volume: int | None
    road_users: dict[str, int]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The interval [start, end), with one cell a column.

    ``starts`` is its first instant in the stream's civil time. ``observed`` is the share 0..1 of it that was watched. ``final`` is
    false while volumes can still grow.
    """

    start_ns: int
    end_ns: int
    starts: str
    observed: float
    final: bool
    cells: tuple[CellVolume, ...]


class VolumeTable(msgspec.Struct, frozen=True, kw_only=True):
    """Volumes by interval (rows, oldest first) and by rule and direction (columns)."""

    stream: StreamId
    timezone: str
    interval_s: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """The server answers. ``viewers`` watch now; ``skipped`` messages were too fast for one of them."""

    status: str
    version: str
    viewers: int
    skipped: int


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was not answered, and what to do about it."""

    message: str
    remedy: str
