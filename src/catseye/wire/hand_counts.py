"""Counts that people made: who crossed what and when (JSON or CSV), or volumes of cells (CSV).

JSON is what a counting tool saves: a ``HandCount``. CSV has a header. With a column ``at_s`` (seconds from the beginning of the
clip) or ``at`` (date and time) each row is one crossing: ``line,direction,road_user,at_s``. With ``volume`` each row is a cell, as
in ``counts.csv`` of 'catseye watch': ``line,direction,road_user,start,end,volume``; an empty volume was not observed.
"""

import csv
import io
import math
from zoneinfo import ZoneInfo

import msgspec

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.time import parse_instant

VERSION = 1
_KINDS = {kind.label: kind for kind in RoadUser}
_CROSSINGS = "A row is one crossing: line,direction,road_user,at_s (or at, with date and time)."
_CELLS = "A row is one cell: line,direction,road_user,start,end,volume."


class HandCrossing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One road user over one line, or through one movement (then ``direction`` repeats its name)."""

    line: str
    direction: str
    road_user: str
    at_s: float
    optional: bool = False


class HandLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that was counted over, and its two directions."""

    name: str
    directions: tuple[str, ...]


class HandCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clip counted by hand, from its first frame for ``until_s`` seconds.

    ``start`` is the instant of the first frame (RFC 3339 with offset), "" where nobody knows it. ``kinds`` are those that were
    counted: what else is found cannot be judged. ``light`` is day, dusk, night ... or "".
    """

    catseye_truth: int
    until_s: float
    kinds: tuple[str, ...]
    lines: tuple[HandLine, ...]
    crossings: tuple[HandCrossing, ...]
    start: str = ""
    light: str = ""


class CrossingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing of a CSV: seconds from the beginning, or an instant; the other is None."""

    line: str
    direction: str
    road_user: RoadUser
    at_s: float | None
    at_ns: int | None


class CellRow(msgspec.Struct, frozen=True, kw_only=True):
    """A volume in the cell [start, end); None where it was not observed."""

    line: str
    direction: str
    road_user: RoadUser | None
    start_ns: int
    end_ns: int
    volume: int | None


def decode_json(content: bytes) -> HandCount:
    """A hand count, checked. Raises ConfigError."""
    remedy = "'catseye truth' saves such a file; docs/ref/hand-counts.md describes it."
    try:
        found = msgspec.json.decode(content, type=HandCount)
    except msgspec.DecodeError as error:
        raise ConfigError(f"Not a hand count: {error}.", remedy) from error
    if found.catseye_truth != VERSION:
        raise ConfigError(f"A hand count of version {found.catseye_truth}; this Catseye reads {VERSION}.", remedy)
    for name in (*found.kinds, *(crossing.road_user for crossing in found.crossings)):
        kind_of(name)
    known = {(line.name, way) for line in found.lines for way in line.directions}
    for crossing in found.crossings:
        if (crossing.line, crossing.direction) not in known:
            raise ConfigError(f"No line {crossing.line!r} with a direction {crossing.direction!r} was counted.", remedy)
        if not 0 <= crossing.at_s <= found.until_s:
            raise ConfigError(f"A crossing at {crossing.at_s:g} s lies outside the count of {found.until_s:g} s.", remedy)
    return found


def decode_csv(text: str, tz: ZoneInfo) -> list[CrossingRow] | list[CellRow]:
    """The rows of a CSV, all crossings or all cells; times without an offset are local in ``tz``. Raises ConfigError."""
    rows = csv.DictReader(io.StringIO(text), restval="")
    columns = set(rows.fieldnames or ())
    if {"line", "direction", "road_user"} <= columns and columns & {"at_s", "at"}:
        return [_crossing(row, rows.line_num, tz) for row in rows]
    if {"line", "direction", "road_user", "start", "end", "volume"} <= columns:
        return [_cell(row, rows.line_num, tz) for row in rows]
    raise ConfigError(f"Not a table of counts: its columns are {', '.join(sorted(columns)) or 'none'}.", f"{_CROSSINGS} {_CELLS}")


def kind_of(name: str) -> RoadUser:
    """The kind of a name. Raises ConfigError."""
    if name not in _KINDS:
        raise ConfigError(f"{name!r} is no kind of road user.", f"Known kinds: {', '.join(_KINDS)}.")
    return _KINDS[name]


def _crossing(row: dict[str, str], line: int, tz: ZoneInfo) -> CrossingRow:
    at_s = _number(row["at_s"], line) if row.get("at_s") else None
    if at_s is None and not row.get("at"):
        raise ConfigError(f"Line {line} of the counts has no time.", _CROSSINGS)
    return CrossingRow(
        line=_plain(row["line"]),
        direction=_plain(row["direction"]),
        road_user=kind_of(row["road_user"]),
        at_s=at_s,
        at_ns=parse_instant(row["at"], tz) if at_s is None else None,
    )


def _cell(row: dict[str, str], line: int, tz: ZoneInfo) -> CellRow:
    return CellRow(
        line=_plain(row["line"]),
        direction=_plain(row["direction"]),
        road_user=kind_of(row["road_user"]) if row["road_user"] else None,
        start_ns=parse_instant(row["start"], tz),
        end_ns=parse_instant(row["end"], tz),
        volume=round(_number(row["volume"], line)) if row["volume"] else None,
    )


def _number(text: str, line: int) -> float:
    """A number from 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise ConfigError(f"Line {line} of the counts: {text!r} is no number from 0.", f"{_CROSSINGS} {_CELLS}")
    return number


def _plain(text: str) -> str:
    """A name without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r", "\n"} else text
