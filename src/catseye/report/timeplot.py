"""Volumes over the time of day: bars by class with the peak hour, and each way with what holds its true volume."""

from zoneinfo import ZoneInfo

from catseye.core.time import to_local
from catseye.report.build import JUNCTION, Report
from catseye.report.diagram import number, shortened
from catseye.report.drawing import GRID, INK, NOTE, ROAD, Drawing
from catseye.report.peak import Peak
from catseye.report.table import CELL_NS, Row, Sheet
from catseye.report.volumes import EVERYBODY, Volume, Way

CLASS_COLOURS = {"Lights": "#1766c2", "Heavies": "#c2571a", "Two-wheelers": "#1f7a4d"}
_BAND, _LINE, _SHADE = "#cfe0f5", "#1766c2", "#fdf3df"


class _Axes:
    """A frame with time along it and volumes up."""

    def __init__(self, drawing: Drawing, span_ns: tuple[int, int], top: float, tz: ZoneInfo) -> None:
        self.drawing, self.tz, self.top = drawing, tz, max(top, 1.0)
        self.start_ns, self.end_ns = span_ns
        self.left, self.right, self.upper, self.lower = 40.0, drawing.width - 22, 26.0, drawing.height - 34

    def x(self, at_ns: int) -> float:
        return self.left + (self.right - self.left) * (at_ns - self.start_ns) / (self.end_ns - self.start_ns)

    def y(self, volume: float) -> float:
        return self.lower - (self.lower - self.upper) * volume / self.top

    def grid(self) -> None:
        step = max(1, next(n * 10**power for power in range(9) for n in (1, 2, 5) if self.top / (n * 10**power) <= 5))
        for value in range(0, int(self.top) + 1, step):
            self.drawing.stroke([(self.left, self.y(value)), (self.right, self.y(value))], GRID)
            self.drawing.words((self.left - 5, self.y(value) + 4), str(value), anchor="end")

    def times(self) -> None:
        """Civil times under the frame, at full hours where there are several, with the date at midnight."""
        starts = range(self.start_ns, self.end_ns + 1, CELL_NS)
        most = int((self.right - self.left) // 62)
        hours = [at for at in starts if to_local(at, self.tz).minute == 0]
        told = hours if len(hours) > 3 else list(starts)
        for at in told[:: -(-len(told) // most)]:
            local = to_local(at, self.tz)
            self.drawing.stroke([(self.x(at), self.lower), (self.x(at), self.lower + 4)], GRID)
            self.drawing.words(
                (self.x(at), self.lower + 16), f"{local:%d %b}" if local.hour + local.minute == 0 else f"{local:%H:%M}"
            )


def bars(report: Report) -> Drawing | None:
    """All vehicles of the junction, an interval each, by class; None where the scene has no movements."""
    if not report.sheets:
        return None
    sheets = {sheet.name: _junction(sheet) for sheet in report.sheets}
    drawing = Drawing(title="Volumes over the time", width=820, height=280)
    top = max((volume.volume or 0 for _, volume in sheets["All vehicles"]), default=0)
    axes = _Axes(drawing, report.span_ns, 1.08 * top, report.tz)
    _shade(axes, report.peak)
    axes.grid()
    tops: dict[int, int] = {}
    for name, colour in CLASS_COLOURS.items():
        for row, volume in sheets[name]:
            left, right = axes.x(row.start_ns), axes.x(row.end_ns)
            gap = min(1.5, (right - left) / 8)
            below = tops.get(row.start_ns, 0)
            if volume.volume:
                says = f"{row.label}: {volume.volume} {name.lower()}"
                axes.drawing.box(left + gap, axes.y(below + volume.volume), right - gap, axes.y(below), colour, says)
            tops[row.start_ns] = below + (volume.volume or 0)
    for row, volume in sheets["All vehicles"]:
        middle = (axes.x(row.start_ns) + axes.x(row.end_ns)) / 2
        if volume.volume is None:
            drawing.box(axes.x(row.start_ns), axes.upper, axes.x(row.end_ns), axes.lower, ROAD, f"{row.label}: not observed")
        elif len(sheets["All vehicles"]) <= 32 or volume.partial:
            drawing.words((middle, axes.y(volume.volume) - 4), number(volume), size=10, colour=INK)
    axes.times()
    for i, (name, colour) in enumerate(CLASS_COLOURS.items()):
        drawing.box(axes.left + 110 * i, 4, axes.left + 110 * i + 11, 15, colour)
        drawing.words((axes.left + 110 * i + 16, 14), name.lower(), anchor="start")
    if report.peak:
        drawing.box(axes.left + 345, 4, axes.left + 356, 15, _SHADE)
        drawing.words((axes.left + 361, 14), "peak hour", anchor="start")
    return drawing


def junction_column(sheet: Sheet) -> int:
    """Where the junction's total stands in a sheet."""
    before = [len(group.columns) for group in sheet.groups]
    place = max(i for i, group in enumerate(sheet.groups) if group.name == JUNCTION)
    return sum(before[:place])


def _junction(sheet: Sheet) -> list[tuple[Row, Volume]]:
    place = junction_column(sheet)
    return [(row, row.volumes[place]) for row in sheet.rows if row.kind == "interval"]


def _shade(axes: _Axes, peak: Peak | None) -> None:
    if peak is not None:
        axes.drawing.box(axes.x(peak.start_ns), axes.upper, axes.x(peak.end_ns), axes.lower, _SHADE)


def way_plot(report: Report, way: Way, name: str) -> Drawing:
    """All road users of a way, a quarter of an hour each, with the band that holds the true volume with 95 % where one is known."""
    told = [(start, report.cells.at(way, start)) for start in report.starts_ns]
    volumes = [(start, cell.of(EVERYBODY)) for start, cell in told]
    bounds = [(start, cell.receipt.way_interval) for start, cell in told if cell.of(EVERYBODY).volume is not None]
    top = max([volume.volume or 0 for _, volume in volumes] + [bound[1] for _, bound in bounds if bound])
    drawing = Drawing(title=f"Volumes of {name}", width=400, height=190)
    axes = _Axes(drawing, report.span_ns, 1.08 * top, report.tz)
    drawing.words((8, 15), shortened(name, 52), size=12, colour=INK, anchor="start", bold=True)
    for start, volume in volumes:
        if volume.volume is None:
            drawing.box(axes.x(start), axes.upper, axes.x(start + CELL_NS), axes.lower, ROAD, "not observed")
    for start, bound in bounds:
        if bound:
            says = f"truly {bound[0]} to {bound[1]}, 95 % sure"
            drawing.box(axes.x(start), axes.y(bound[1]), axes.x(start + CELL_NS), min(axes.y(bound[0]), axes.lower), _BAND, says)
    axes.grid()
    sure = {start for start, bound in bounds if bound}
    for start, volume in volumes:
        if volume.volume is not None:
            colour = _LINE if start in sure else NOTE
            drawing.stroke(
                [(axes.x(start), axes.y(volume.volume)), (axes.x(start + CELL_NS), axes.y(volume.volume))],
                colour,
                2.2,
                dashed=volume.partial,
            )
    axes.times()
    return drawing
