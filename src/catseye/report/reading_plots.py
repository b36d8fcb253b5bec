"""Plots of a store's minutes: queues and speeds over the time, and the fundamental diagram of each lane."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from catseye.core.time import to_local
from catseye.core.traffic import MINUTE_NS, TrafficMinute
from catseye.report.drawing import NOTE, ROAD, SOFT, Drawing, Point
from catseye.report.frame import Frame
from catseye.traffic.measures.definitions import MEASURES
from catseye.traffic.measures.merging import Merged, Place, by_interval

_LINE, _BAND = "#1766c2", "#a9c9ee"
_MOST_POINTS = 1440  # of a queue's way through the time: a minute each up to a day
_CLOUD_MIN = 5  # of a point of a fundamental diagram, where the time has an hour at least
_APART = 0.12  # of the width, between two lines of equal speed that are named
_SPEEDS_KMH = (10.0, 20.0, 30.0, 50.0, 80.0, 120.0)


def plots(minutes: Sequence[TrafficMinute], interval_min: int, tz: ZoneInfo) -> dict[str, Drawing]:
    """By file name: the back of the queue of each approach, the fundamental diagram of each lane, speeds of lines and lanes."""
    if not minutes:
        return {}
    span_min = (max(row.start_ns for row in minutes) - min(row.start_ns for row in minutes)) // MINUTE_NS + 1
    fine = by_interval(minutes, -(-span_min // _MOST_POINTS))
    cloud = by_interval(minutes, _CLOUD_MIN if span_min >= 60 else 1)
    drawn = {
        **{("queue", name): _queue(name, cells, tz) for (kind, name), cells in fine.items() if kind == "approach"},
        **{("fundamental", name): _fundamental(name, cells) for (kind, name), cells in cloud.items() if kind == "lane"},
        **_speeds(by_interval(minutes, interval_min), tz),
    }
    found: dict[str, Drawing] = {}
    for (what, name), drawing in drawn.items():
        if drawing is not None:
            plain = f"{what}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-').lower()}"
            taken = sum(re.fullmatch(rf"{re.escape(plain)}(~\d+)?", other) is not None for other in found)
            found[f"{plain}~{taken}" if taken else plain] = drawing
    return found


def _queue(name: str, cells: Sequence[Merged], tz: ZoneInfo) -> Drawing | None:
    mean = [_number("queue_length", cell) for cell in cells]
    most = [_number("queue_length_most", cell) for cell in cells]
    top = max((value for value in most if value is not None), default=None)
    if top is None:
        return None
    drawing = Drawing(title=f"Queue of {name}", width=820, height=280)
    frame = Frame(drawing, (cells[0].start_ns / MINUTE_NS, cells[-1].end_ns / MINUTE_NS), 1.12 * max(top, 10.0), tz=tz)
    frame.title(f"Queue of {name}", "m before the stop line")
    _unwatched(frame, cells)
    cut = [cell for cell in cells if (_number("queue_cut", cell) or 0.0) > 0]
    frame.grid()
    for cell, value in zip(cells, mean, strict=True):
        if value:
            frame.area(_box(cell, 0.0, value), _BAND)
    for run in _steps(cells, most):
        frame.line(run, _LINE, 1.5)
    for cell in cut:
        frame.area(_box(cell, frame.top * 0.97, frame.top), NOTE, "the queue may have gone on beyond the view")
    frame.key((("furthest back", _LINE), ("mean", _BAND), *((("reached the end of the view", NOTE),) if cut else ())))
    return drawing


def _fundamental(name: str, cells: Sequence[Merged]) -> Drawing | None:
    """Flow by density, a point an interval, with lines of equal speed."""
    points = [(_number("density", cell), _number("area_flow", cell), cell.end_ns - cell.start_ns) for cell in cells]
    known = [(density, flow) for density, flow, _ in points if density and flow is not None]
    if len(known) < 3:
        return None
    drawing = Drawing(title=f"Fundamental diagram of {name}", width=460, height=320)
    right, top = 1.05 * max(density for density, _ in known), 1.1 * max(60.0, *(flow for _, flow in known))
    frame = Frame(drawing, (0.0, right), top)
    frame.title(f"{name}, {points[0][2] // MINUTE_NS} min a point", "veh/h", "veh/km")
    frame.grid()
    fastest, last = max(flow / density for density, flow in known), right * 2
    for speed in _SPEEDS_KMH:
        end = min(right, top / speed)
        if end == right or (last - end > _APART * right and speed < 2 * fastest):
            frame.line([(0.0, 0.0), (end, speed * end)], SOFT, 0.8, dashed=True)
            frame.words((end, speed * end), f"{speed:g} km/h")
            last = end
    for density, flow in known:
        frame.dot((density, flow), _LINE, f"{density:.1f} veh/km, {flow:.0f} veh/h: {flow / density:.0f} km/h")
    return drawing


def _speeds(told: dict[Place, list[Merged]], tz: ZoneInfo) -> dict[tuple[str, str], Drawing | None]:
    found: dict[tuple[str, str], Drawing | None] = {}
    for (kind, name), cells in told.items():
        if kind == "lane":
            found["speed", name] = _speed(name, cells, tz)
        elif kind == "line":
            for way in sorted({way for cell in cells for way in cell.directions()}):
                found["speed", f"{name} {way}"] = _speed(f"{name} {way}", [cell.towards(way) for cell in cells], tz)
    return found


def _speed(name: str, cells: Sequence[Merged], tz: ZoneInfo) -> Drawing | None:
    rows = {measure: [_number(measure, cell) for cell in cells] for measure in ("space_mean_speed", "p85_speed")}
    top = max((value for values in rows.values() for value in values if value is not None), default=None)
    if top is None:
        return None
    drawing = Drawing(title=f"Speed of {name}", width=820, height=240)
    frame = Frame(drawing, (cells[0].start_ns / MINUTE_NS, cells[-1].end_ns / MINUTE_NS), 1.1 * max(top, 5.0), tz=tz)
    frame.title(f"Speed of {name}", "km/h")
    _unwatched(frame, cells)
    frame.grid()
    colours = {"space_mean_speed": _LINE, "p85_speed": NOTE}
    for measure, values in rows.items():
        for run in _steps(cells, values):
            frame.line(run, colours[measure], 2.0)
    frame.key((("space-mean", _LINE), ("85th percentile", NOTE)))
    return drawing


def _unwatched(frame: Frame, cells: Sequence[Merged]) -> None:
    for cell in cells:
        if cell.observed_s <= 0:
            frame.area(_box(cell, 0.0, frame.top), ROAD, f"{to_local(cell.start_ns, frame.tz):%H:%M} not watched")


def _box(cell: Merged, low: float, high: float) -> list[Point]:
    begin, end = cell.start_ns / MINUTE_NS, cell.end_ns / MINUTE_NS
    return [(begin, low), (end, low), (end, high), (begin, high)]


def _steps(cells: Sequence[Merged], values: Sequence[float | None]) -> list[list[Point]]:
    """Steps through the known values, broken where one is not known."""
    runs: list[list[Point]] = [[]]
    for cell, value in zip(cells, values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1] += [(cell.start_ns / MINUTE_NS, value), (cell.end_ns / MINUTE_NS, value)]
    return [run for run in runs if run]


def _number(measure: str, cell: Merged) -> float | None:
    value = MEASURES[measure].of(cell)
    return value if isinstance(value, float) else None
