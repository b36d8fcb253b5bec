"""What the API says that is not a record of the core: the stream list, and volumes arranged as a table."""

import msgspec

from catseye.core.health import StreamHealth
from catseye.core.ids import StreamId
from catseye.core.receipt import Light
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
    """The volume of one column in one interval, and of each kind of road user. ``volume`` is None where nothing was observed.

    ``bounds`` hold the true volume with 95 %; None where it is unverified.
    """

    volume: int | None
    road_users: dict[str, int]
    bounds: tuple[int, int] | None = None


class Backing(msgspec.Struct, frozen=True, kw_only=True):
    """What the volumes of a row rest on; the fields are those of a receipt. ``why`` is empty where a truth sample backs a bound."""

    light: Light
    detector: str
    detector_sha256: str
    scene_revision: str
    calibration: str
    truth_sample: str
    why: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The interval [start, end), with one cell a column.

    ``starts`` is its first instant in the stream's civil time. ``observed`` is the share 0..1 of it that was watched. ``final`` is
    false while volumes can still grow. ``backing`` is None in a row by the minute.
    """

    start_ns: int
    end_ns: int
    starts: str
    observed: float
    final: bool
    cells: tuple[CellVolume, ...]
    backing: Backing | None = None


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
