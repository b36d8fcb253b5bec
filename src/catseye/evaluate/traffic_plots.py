"""Diagrams of traffic measures, true beside found: queues, speed over way and time, flow by density, flows on the ground."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from catseye.core.compared import MeasuredCell
from catseye.core.geometry import F64
from catseye.core.traffic import TrafficMinute
from catseye.evaluate.svg import Plot
from catseye.traffic.fields import ALONG_M, DURING_S, GROUND_M, FlowField, LaneField
from catseye.traffic.measures.definitions import MEASURES
from catseye.traffic.measures.merging import by_interval

SPEEDS_KMH = (5.0, 10.0, 20.0, 30.0, 50.0)
"""Where one shade of speed ends and the next begins; styles ``v0`` to ``v5``."""
_FLOWS = (30.0, 100.0, 200.0, 400.0, 800.0)  # the same of flows, in vehicles an hour, ``f0`` to ``f5``
_ARROW_M = 7.5
_CLOUD_MIN = 2


def queue(place: str, cells: Sequence[MeasuredCell]) -> str:
    """The mean length of an approach's queue, minute by minute."""
    rows = sorted((cell for cell in cells if (cell.measure, cell.place) == ("queue_length", place)), key=lambda cell: cell.start_s)
    sides = [(row.start_s / 60, float(row.true), row.found) for row in rows]
    top = max([10.0, *(true for _, true, _ in sides), *(float(found) for *_, found in sides if found is not None)])
    plot = Plot(title=f"queue of {place}", x_label="minutes", y_label="queue, m", right=sides[-1][0] + 1, top=1.05 * top)
    plot.line([point for at, true, _ in sides for point in ((at, true), (at + 1, true))], "true")
    plot.line(
        [point for at, _, found in sides if found is not None for point in ((at, float(found)), (at + 1, float(found)))], "told"
    )
    return plot.text()


def agreement(cells: Sequence[MeasuredCell], unit: str) -> str:
    """Found by true, a dot a cell."""
    known = [(float(cell.true), float(cell.found), cell) for cell in cells if cell.found is not None]
    top = 1.05 * max([1.0, *(max(true, found) for true, found, _ in known)])
    plot = Plot(title="found by true", x_label=f"true, {unit}", y_label=f"found, {unit}", right=top, top=top)
    plot.line([(0.0, 0.0), (top, top)], "even")
    for true, found, cell in known:
        where = f"{cell.place} {cell.direction}".strip()
        says = f"{where} from {cell.start_s / 60:g} min: {found:.1f} for {true:.1f} {unit}"
        plot.dot(true, found, "cell", says, size=3.0)
    return plot.text()


def fundamental(lane: str, found: Sequence[TrafficMinute], true: Sequence[TrafficMinute]) -> str | None:
    """Flow by density of a lane, ``_CLOUD_MIN`` a point; None where hardly anybody drove."""
    sides = [_cloud(lane, rows) for rows in (true, found)]
    points = [point for side in sides for point in side]
    if len(points) < 6:
        return None
    right, top = (1.05 * max(point[k] for point in points) for k in range(2))
    plot = Plot(title=f"fundamental diagram of {lane}", x_label="veh/km", y_label="veh/h", right=right, top=top)
    for side, style in zip(sides, ("truly", "cell"), strict=True):
        for density, flow in side:
            plot.dot(density, flow, style, f"{flow / density:.0f} km/h", size=5.0 if style == "truly" else 2.6)
    return plot.text()


def _cloud(lane: str, rows: Sequence[TrafficMinute]) -> list[tuple[float, float]]:
    cells = by_interval([row for row in rows if (row.place_kind, row.place) == ("lane", lane)], _CLOUD_MIN)
    found = []
    for cell in cells.get(("lane", lane), []):
        density, flow = MEASURES["density"].of(cell), MEASURES["area_flow"].of(cell)
        if isinstance(density, float) and isinstance(flow, float) and density > 0:
            found.append((density, flow))
    return found


def way_and_time(lane: LaneField) -> str:
    """The mean speed by way along a lane and time, slow dark and fast light."""
    until = len(lane.speed_kmh) * DURING_S / 60
    plot = Plot(
        title=f"speed on {lane.name}",
        x_label="minutes",
        y_label="m along the lane",
        right=until,
        top=lane.speed_kmh.shape[1] * ALONG_M,
    )
    for slot, pieces in enumerate(lane.speed_kmh):
        shade = np.where(np.isnan(pieces), -1, np.digitize(pieces, SPEEDS_KMH)).tolist()
        begin = 0
        for piece in range(1, len(shade) + 1):
            if piece < len(shade) and shade[piece] == shade[begin]:
                continue
            if shade[begin] >= 0:
                left, right = slot * DURING_S / 60, (slot + 1) * DURING_S / 60
                low, high = begin * ALONG_M, piece * ALONG_M
                plot.area([(left, low), (right, low), (right, high), (left, high)], f"v{shade[begin]}")
            begin = piece
    return plot.text()


def ground(flows: FlowField, window: tuple[float, float, float, float], title: str) -> str:
    """The flows on the ground from above, north up: darker where more drive, with arrows where they go.

    ``window`` is west, south, east and north in metres.
    """
    west, south, east, north = window
    parts = []
    for row, line in enumerate(flows.flow):
        for column, flow in enumerate(line.tolist()):
            x, y = flows.corner_m[0] + column * GROUND_M, flows.corner_m[1] + row * GROUND_M
            if flow > 0 and west <= x < east and south <= y < north:
                style = int(np.digitize(flow, _FLOWS))
                says = f"{flow:.0f} an hour"
                parts.append(
                    f'<rect class="f{style}" x="{x - west:.1f}" y="{north - y - GROUND_M:.1f}" width="{GROUND_M + 0.05}" '
                    f'height="{GROUND_M + 0.05}"><title>{says}</title></rect>'
                )
    arrows = "".join(_arrow(x - west, north - y, toward) for x, y, toward in _arrows(flows, window))
    head = f'<svg viewBox="0 0 {east - west:.1f} {north - south:.1f}" role="img" aria-label="{escape(title)}">'
    return f"{head}{''.join(parts)}{arrows}</svg>"


def window_of(*flows: FlowField) -> tuple[float, float, float, float] | None:
    """The rectangle that holds where more than a trickle drives in any of them; None where nobody does."""
    edges = []
    for field in flows:
        rows, columns = np.nonzero(field.flow >= _FLOWS[0])
        if len(rows):
            x, y = field.corner_m[0] + columns * GROUND_M, field.corner_m[1] + rows * GROUND_M
            edges.append((x.min(), y.min(), x.max() + GROUND_M, y.max() + GROUND_M))
    if not edges:
        return None
    low, high = np.min(edges, axis=0).tolist(), np.max(edges, axis=0).tolist()
    return low[0], low[1], high[2], high[3]


def _arrows(flows: FlowField, window: tuple[float, float, float, float]) -> list[tuple[float, float, float]]:
    """One at the busiest square of each block, where most go one way."""
    west, south, east, north = window
    per = max(1, round(_ARROW_M / GROUND_M))
    found = []
    for top in range(0, flows.flow.shape[0], per):
        for left in range(0, flows.flow.shape[1], per):
            block: F64 = flows.flow[top : top + per, left : left + per]
            row, column = np.unravel_index(int(block.argmax()), block.shape)
            toward = float(flows.toward_rad[top + int(row), left + int(column)])
            x = flows.corner_m[0] + (left + int(column) + 0.5) * GROUND_M
            y = flows.corner_m[1] + (top + int(row) + 0.5) * GROUND_M
            if block.max() >= _FLOWS[1] and math.isfinite(toward) and west <= x < east and south <= y < north:
                found.append((x, y, toward))
    return found


def _arrow(x: float, y: float, toward_rad: float) -> str:
    turned = -math.degrees(toward_rad)
    return f'<path class="arrow" d="M-1 -0.7 L1 0 L-1 0.7" transform="translate({x:.1f} {y:.1f}) rotate({turned:.0f})"/>'
