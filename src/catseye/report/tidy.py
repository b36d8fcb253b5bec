"""The report as CSV (RFC 4180, UTF-8): a row for each movement or line's direction, interval and class.

An unobserved ``volume`` is an empty field, never 0; ``whole`` is false where a part was not observed. ``low`` to ``high`` hold the
true volume with 95 %: of everybody in a quarter of an hour, the only rows that have an interval.
"""

import csv
import io
from collections.abc import Iterator

from catseye.core.time import iso_local
from catseye.report.build import Report
from catseye.report.layout import TURN_NAMES
from catseye.report.table import CELL_NS, Sheet
from catseye.report.volumes import EVERYBODY, HEAVIES, LIGHTS, PEDESTRIANS, TWO_WHEELERS, VEHICLES, Kinds, Way, total
from catseye.report.words import scene_ways
from catseye.wire.counts_csv import inert

COLUMNS = (
    *("start", "end", "approach", "turn", "line", "direction", "class", "volume", "whole", "observed_s", "low", "high", "status"),
    *("light", "detector", "scene"),
)
_CLASSES: dict[str, Kinds] = {
    "everybody": EVERYBODY,
    "all vehicles": VEHICLES,
    "lights": LIGHTS,
    "heavies": HEAVIES,
    "two-wheelers": TWO_WHEELERS,
    "pedestrians": PEDESTRIANS,
}


def tidy(report: Report) -> str:
    """The whole text."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows(report))
    return text.getvalue()


def intervals(report: Report) -> list[list[int]]:
    """The starts (ns) of the quarters of each interval of the report."""
    some: Sheet | None = report.sheets[0] if report.sheets else report.lines
    assert some is not None
    spans = [(row.start_ns, row.end_ns) for row in some.rows if row.kind == "interval"]
    return [list(range(start, end, CELL_NS)) for start, end in spans]


def rows(report: Report) -> Iterator[tuple[str, ...]]:
    """The rows in order of start, then of movements and lines."""
    places = {(p.rule, p.rule): (p.origin.name, TURN_NAMES[p.turn], "", "") for p in report.junction.passages}
    for starts in intervals(report):
        for way in scene_ways(report):
            place = tuple(map(inert, places.get(way, ("", "", *way))))
            for name, kinds in _CLASSES.items():
                yield _row(report, way, place, name, kinds, starts)


def _row(report: Report, way: Way, place: tuple[str, ...], name: str, kinds: Kinds, starts: list[int]) -> tuple[str, ...]:
    cells = [report.cells.at(way, start) for start in starts]
    volume = total(cell.of(kinds) for cell in cells)
    receipt = cells[0].receipt
    bounds = receipt.way_interval if kinds == EVERYBODY and len(cells) == 1 else None
    return (
        iso_local(starts[0], report.tz),
        iso_local(starts[-1] + CELL_NS, report.tz),
        *place,
        name,
        "" if volume.volume is None else str(volume.volume),
        str(volume.whole).lower(),
        f"{sum(cell.observed_s for cell in cells):.3f}",
        *(map(str, bounds) if bounds else ("", "")),
        "verified" if bounds else "unverified",
        " & ".join(dict.fromkeys(cell.receipt.light for cell in cells)),
        inert(" & ".join(dict.fromkeys(cell.receipt.detector for cell in cells if cell.receipt.detector))),
        " & ".join(dict.fromkeys(cell.receipt.scene_revision for cell in cells if cell.receipt.scene_revision)),
    )
