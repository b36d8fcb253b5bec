"""The sheet of a turning movement count: a row each interval, hour and total; columns in groups, an approach each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from catseye.core.time import CELL_S, NS_PER_S, to_local
from catseye.report.volumes import Cells, Kinds, Volume, Way, total

CELL_NS = CELL_S * NS_PER_S
RowKind = Literal["interval", "hour", "total"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: some ways and kinds of road user together. ``sums`` where it is the sum of others of its sheet."""

    name: str
    ways: tuple[Way, ...]
    kinds: Kinds
    sums: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Columns under one heading."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Volumes of [start, end), one a column. ``day`` and ``label`` are its civil date and time."""

    kind: RowKind
    start_ns: int
    end_ns: int
    day: str
    label: str
    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole sheet."""

    name: str
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]

    @property
    def columns(self) -> list[Column]:
        """Every column, from left to right."""
        return [column for group in self.groups for column in group.columns]


def sheet(name: str, groups: Sequence[Group], cells: Cells, starts_ns: Sequence[int], *, interval_min: int, tz: ZoneInfo) -> Sheet:
    """The sheet of the cells that begin at ``starts_ns``, ascending, in rows of ``interval_min`` minutes of civil time.

    An hour of a clock change has its own rows: a day has 92 or 100 quarters there. Rows are of the cells asked for alone, so the
    first and last may be shorter than the others.
    """
    columns = [column for group in groups for column in group.columns]
    quarters = {start: tuple(cells.of(column.ways, column.kinds, start) for column in columns) for start in starts_ns}
    hours = len({_hour(start, tz) for start in starts_ns}) > 1 and interval_min < 60
    rows: list[Row] = []
    for _, of_hour in groupby(starts_ns, key=lambda start: _hour(start, tz)):
        told = list(of_hour)
        for _, part in groupby(told, key=lambda start: to_local(start, tz).minute // interval_min):
            rows.append(_row("interval", list(part), quarters, tz))
        if hours:
            rows.append(_row("hour", told, quarters, tz))
    if starts_ns:
        rows.append(_row("total", list(starts_ns), quarters, tz))
    return Sheet(name=name, groups=tuple(groups), rows=tuple(rows))


def _row(kind: RowKind, starts_ns: Sequence[int], quarters: dict[int, tuple[Volume, ...]], tz: ZoneInfo) -> Row:
    start_ns, end_ns = starts_ns[0], starts_ns[-1] + CELL_NS
    volumes = tuple(total(parts) for parts in zip(*(quarters[start] for start in starts_ns), strict=True))
    day, label = civil(start_ns, tz)[:10], span_label(start_ns, end_ns, tz)
    return Row(kind=kind, start_ns=start_ns, end_ns=end_ns, day=day, label=label, volumes=volumes)


def _hour(start_ns: int, tz: ZoneInfo) -> tuple[datetime, timedelta | None]:
    """The civil hour an instant is in; the two of a repeated one differ in their offset from UTC."""
    local = to_local(start_ns, tz)
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=None), local.utcoffset()


def civil(at_ns: int, tz: ZoneInfo) -> str:
    """``2026-03-29 08:15`` in civil time."""
    return to_local(at_ns, tz).strftime("%Y-%m-%d %H:%M")


def span_label(start_ns: int, end_ns: int, tz: ZoneInfo) -> str:
    """``08:00-08:15``; with the zone's short name on a day whose offset changes, and the end's date where that is another day."""
    start, end = to_local(start_ns, tz), to_local(end_ns, tz)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    changes = midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()
    days = (end.date() - start.date()).days
    until = f"{end:%H:%M}" if days == 0 else "24:00" if days == 1 and (end.hour, end.minute) == (0, 0) else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%H:%M}-{until}" + (f" {start:%Z}" if changes else "")
