"""Instants are integer nanoseconds since 1970-01-01 UTC; durations carry their unit in the name.

A cell is the interval a volume is given for. Cells begin at multiples of their length counted in UTC. Every civil time zone in
use is a multiple of 15 minutes from UTC, so 15-minute cells begin at a quarter of the local hour on both sides of a clock change.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from catseye.core.errors import ConfigError

NS_PER_S = 1_000_000_000
CELL_S = 15 * 60
LONGEST_GAP_S = 2.0  # a road user can cross a line unseen in a longer one: between two looks further apart nobody watched
_FIRST_YEAR, _LAST_YEAR = 1678, 2261  # instants in 64 bits
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(duration_ns: int) -> float:
    """A duration in seconds."""
    return duration_ns / NS_PER_S


def nanoseconds(duration_s: float) -> int:
    """A duration in nanoseconds, rounded."""
    return round(duration_s * NS_PER_S)


def cell_start(at_ns: int, cell_s: int = CELL_S) -> int:
    """The first instant of the cell that holds ``at_ns``. A cell is half open: [start, end)."""
    length = cell_s * NS_PER_S
    return at_ns // length * length


def split_by_cell(start_ns: int, end_ns: int, cell_s: int = CELL_S) -> list[tuple[int, int, int]]:
    """Cut [start, end) at cell borders: (cell start, piece start, piece end) for each piece, in order."""
    pieces = []
    while start_ns < end_ns:
        cell = cell_start(start_ns, cell_s)
        stop = min(end_ns, cell + cell_s * NS_PER_S)
        pieces.append((cell, start_ns, stop))
        start_ns = stop
    return pieces


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ConfigError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"Unknown time zone {name!r}.", "Give an IANA name such as 'Europe/London' or 'UTC'.") from error


def to_local(at_ns: int, tz: ZoneInfo) -> datetime:
    """The civil time of an instant, to the microsecond, with its offset."""
    return (_EPOCH + timedelta(microseconds=at_ns // 1000)).astimezone(tz)


def iso_local(at_ns: int, tz: ZoneInfo, *, timespec: str = "seconds") -> str:
    """RFC 3339 text of an instant in a time zone; the offset keeps the repeated hour of a clock change apart."""
    return to_local(at_ns, tz).isoformat(timespec=timespec)


def parse_instant(text: str, tz: ZoneInfo) -> int:
    """Nanoseconds UTC of an ISO 8601 text. Without an offset the text is civil time in ``tz``.

    Raises ConfigError for text that is no date and time, for one outside the years that nanoseconds in 64 bits can tell, and for
    a civil time that the zone skips at a clock change. A civil time that occurs twice is taken as the first one; give an offset
    to mean the second.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"Not a date and time: {text!r}.", "Write 2026-03-29T08:00:00 or 2026-03-29T08:00:00+01:00.") from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ConfigError(f"No time of the year {moment.year} can be kept.", f"Give one from {_FIRST_YEAR} to {_LAST_YEAR}.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=tz)
        if moment.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise ConfigError(f"{text} does not exist in {tz.key}: clocks skip it.", "Give the time with its UTC offset.")
    delta = moment.astimezone(UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS_PER_S + delta.microseconds * 1000
