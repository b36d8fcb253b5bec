"""The measures of a store's minutes, interval by interval, as rows, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from catseye.core.time import iso_local
from catseye.core.traffic import PlaceKind, TrafficMinute
from catseye.traffic.measures.definitions import MEASURES, values_of
from catseye.traffic.measures.merging import Merged, Place, by_interval
from catseye.traffic.measures.values import Value

_COLUMNS = ("start", "end", "place_kind", "place", "direction", "road_user", "observed_s", "measure", "unit", "value")
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All measures of one place in [start, end), of which ``observed_s`` was watched.

    ``direction`` is "" for all of them together; ``kinds`` is the volume by road user, ``tally`` how often by measure and bin.
    """

    kind: PlaceKind
    place: str
    direction: str
    start_ns: int
    end_ns: int
    observed_s: float
    values: dict[str, Value]
    kinds: dict[str, float]
    tally: dict[str, dict[str, int]]


def readings(minutes: Iterable[TrafficMinute], interval_min: int) -> list[Reading]:
    """Every place's intervals in order; of a count line all directions together, then each."""
    found = []
    for (kind, place), cells in by_interval(minutes, interval_min).items():
        ways = sorted({way for cell in cells for way in cell.directions()}) if kind == "line" else []
        for way in ("", *ways):
            found += [_reading((kind, place), way, cell.towards(way) if way else cell) for cell in cells]
    return found


def as_json(rows: Sequence[Reading], tz: ZoneInfo) -> list[dict[str, Any]]:
    """A list of places, each with its intervals; what is not known is None."""
    places: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        told = {
            "start": iso_local(row.start_ns, tz),
            "end": iso_local(row.end_ns, tz),
            "observed_s": round(row.observed_s, _DIGITS),
            "values": {name: _rounded(value) for name, value in row.values.items()},
            "volume_by_road_user": row.kinds if row.observed_s > 0 else None,
            "distributions": row.tally if row.observed_s > 0 else None,
        }
        places.setdefault((row.kind, row.place, row.direction), []).append(told)
    return [
        {"place_kind": kind, "place": place, "direction": way, "intervals": intervals}
        for (kind, place, way), intervals in places.items()
    ]


def as_csv(rows: Iterable[Reading], tz: ZoneInfo) -> str:
    """A line for each interval and measure, and one for each road user's volume; what is not known is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        place = (iso_local(row.start_ns, tz), iso_local(row.end_ns, tz), row.kind, row.place, row.direction)
        observed = f"{row.observed_s:g}"
        for name, value in row.values.items():
            told = "" if value is None else value if isinstance(value, str) else f"{_rounded(value):g}"
            writer.writerow((*place, "", observed, name, MEASURES[name].unit, told))
        for label, number in row.kinds.items() if row.observed_s > 0 else ():
            writer.writerow((*place, label, observed, "volume", MEASURES["volume"].unit, f"{number:g}"))
    return text.getvalue()


def _reading(place: Place, way: str, cell: Merged) -> Reading:
    kind, name = place
    return Reading(
        kind=kind,
        place=name,
        direction=way,
        start_ns=cell.start_ns,
        end_ns=cell.end_ns,
        observed_s=cell.observed_s,
        values=values_of(kind, cell),
        kinds=cell.kinds("volume"),
        tally=cell.tally,
    )


def _rounded(value: Value) -> Value:
    return round(value, _DIGITS) if isinstance(value, float) else value
