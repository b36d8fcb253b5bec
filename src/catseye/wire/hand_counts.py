"""Counts that people made: who crossed what and when (JSON or CSV), or volumes of cells (CSV).

JSON is what a counting tool saves: a ``HandCount``. CSV has a header. With a column ``at_s`` (seconds from the beginning of the
clip) or ``at`` (date and time) each row is one crossing: ``line,direction,road_user,at_s``. With ``volume`` each row is a cell, as
in ``counts.csv`` of 'catseye watch': ``line,direction,road_user,start,end,volume``; an empty volume was not observed.
"""

import csv
import io
import math
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.time import parse_instant

VERSION = 1
_KINDS = {kind.label: kind for kind in RoadUser}
_REMEDY = "'catseye truth' saves such a file; docs/ref/hand-counts.md describes it."
_CROSSINGS = "A row is one crossing: line,direction,road_user,at_s (or at, with date and time)."
_CELLS = "A row is one cell: line,direction,road_user,start,end,volume."


class HandCrossing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One road user over one line, or through one movement (then ``direction`` repeats its name).

    ``optional``: the counter could not be sure. ``key`` tells it from the others of its file, "" where nobody gave one.
    """

    line: str
    direction: str
    road_user: str
    at_s: float
    optional: bool = False
    key: str = ""


class HandLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that was counted over, and its two directions."""

    name: str
    directions: tuple[str, ...]


class HandComplete(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The counter says: of these ``kinds`` all that passed this way while I watched are counted."""

    line: str
    direction: str
    kinds: tuple[str, ...]


class HandCount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clip counted by hand, from ``from_s`` to ``until_s``, seconds from its first frame as all times are.

    ``start`` is the instant of the first frame (RFC 3339 with offset), "" where nobody knows it. ``kinds`` are those that were
    counted: what else is found cannot be judged. ``light`` is day, dusk, night ... or "". ``watched`` are the stretches that the
    counter saw, in order; None: all of it. ``complete`` is what the counter says is counted in them; None: every line, direction
    and kind. ``clip`` and ``clip_sha256`` (see ``catseye.byhand.clip``) and ``scene_revision`` are what was counted, ``who`` is by
    whom; "" where nobody wrote it down.
    """

    catseye_truth: int
    until_s: float
    kinds: tuple[str, ...]
    lines: tuple[HandLine, ...]
    crossings: tuple[HandCrossing, ...]
    start: str = ""
    light: str = ""
    from_s: float = 0.0
    watched: tuple[tuple[float, float], ...] | None = None
    complete: tuple[HandComplete, ...] | None = None
    clip: str = ""
    clip_sha256: str = ""
    scene_revision: str = ""
    who: str = ""

    def unwatched(self) -> tuple[tuple[float, float], ...]:
        """The stretches [start, end) s of the count that nobody watched, in order."""
        ends = [self.from_s, *(at for stretch in self.seen() for at in stretch), self.until_s]
        return tuple((start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end)

    def seen(self) -> tuple[tuple[float, float], ...]:
        """The stretches that were watched, in order."""
        return ((self.from_s, self.until_s),) if self.watched is None else self.watched

    def declared(self) -> dict[tuple[str, str], frozenset[str]]:
        """The kinds that are said to be complete, of each (line, direction) that has any."""
        if self.complete is None:
            return {(line.name, way): frozenset(self.kinds) for line in self.lines for way in line.directions}
        return {(one.line, one.direction): frozenset(one.kinds) for one in self.complete if one.kinds}


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
    try:
        found = msgspec.json.decode(content, type=HandCount)
    except msgspec.DecodeError as error:
        raise ConfigError(f"Not a hand count: {error}.", _REMEDY) from error
    if found.catseye_truth != VERSION:
        raise ConfigError(f"A hand count of version {found.catseye_truth}; this Catseye reads {VERSION}.", _REMEDY)
    check(found)
    return found


def check(count: HandCount) -> None:
    """Raise ConfigError unless all in it fits together."""
    if fault := _fault(count):
        raise ConfigError(fault, _REMEDY)


def encode_json(count: HandCount) -> bytes:
    """The file of a hand count; ``decode_json`` of it gives an equal one. What nobody wrote down is left out."""
    told = {name: value for name, value in msgspec.to_builtins(count).items() if value not in (None, "")}
    return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"


def _fault(count: HandCount) -> str:
    """What is wrong with it, "" if nothing is. Raises ConfigError for a kind that there is none of."""
    for name in (*count.kinds, *(c.road_user for c in count.crossings), *(k for one in count.complete or () for k in one.kinds)):
        kind_of(name)
    if not 0 <= count.from_s <= count.until_s < math.inf:
        return f"A count from {count.from_s:g} s to {count.until_s:g} s."
    known = {(line.name, way) for line in count.lines for way in line.directions}
    told = [(c.line, c.direction) for c in count.crossings] + [(one.line, one.direction) for one in count.complete or ()]
    for line, way in told:
        if (line, way) not in known:
            return f"No line {line!r} with a direction {way!r} was counted."
    for crossing in count.crossings:
        if not count.from_s <= crossing.at_s <= count.until_s:
            return f"A crossing at {crossing.at_s:g} s lies outside the count of {count.from_s:g} s to {count.until_s:g} s."
    keys = [crossing.key for crossing in count.crossings if crossing.key]
    if len(set(keys)) < len(keys):
        return "Two crossings have one key."
    return _fault_of_coverage(count)


def _fault_of_coverage(count: HandCount) -> str:
    ways = [(one.line, one.direction) for one in count.complete or ()]
    if len(set(ways)) < len(ways):
        return "A line and direction is said to be complete twice."
    ends = [count.from_s, *(at for stretch in count.watched or () for at in stretch), count.until_s]
    if any(end < start for start, end in pairwise(ends)):
        return "The watched stretches are not in order within the count."
    return ""


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
