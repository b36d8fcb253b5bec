"""Speeds by cell as CSV (RFC 4180, UTF-8, header first), in km/h, one row for each cell, line, direction and kind of road user.

``start`` and ``end`` are local with their offset. ``error_kmh`` is the mean of the stated standard deviations of single speeds;
empty where the calibration tells no error. The others are those of ``core.speeds.Speeds``.
"""

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from catseye.core.speeds import KMH, SpeedCell, speeds_of
from catseye.core.time import iso_local
from catseye.wire.counts_csv import inert

COLUMNS = (
    *("stream", "line", "direction", "road_user", "start", "end", "measured"),
    *("mean_kmh", "space_mean_kmh", "deviation_kmh", "p85_kmh", "error_kmh"),
)


def encode(cells: Iterable[SpeedCell], tz: ZoneInfo) -> str:
    """The whole text, rows in the order of ``cells``."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(cell, tz) for cell in cells)
    return text.getvalue()


def _row(cell: SpeedCell, tz: ZoneInfo) -> tuple[str, ...]:
    told = speeds_of([cell])
    values = (told.mean_mps, told.space_mean_mps, told.deviation_mps, told.p85_mps, told.error_mps)
    return (
        *map(inert, (cell.stream, cell.rule, cell.direction, cell.road_user)),
        iso_local(cell.start_ns, tz),
        iso_local(cell.end_ns, tz),
        str(told.measured),
        *("" if value is None else f"{KMH * value:.2f}" for value in values),
    )
