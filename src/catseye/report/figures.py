"""The pictures of a report, each with its caption."""

from catseye.report.build import Report
from catseye.report.diagram import diagram
from catseye.report.drawing import Drawing
from catseye.report.peak import QUARTERS
from catseye.report.timeplot import bars, way_plot
from catseye.report.words import peak_words, scene_ways, span_words, way_name


def movement_diagrams(report: Report) -> list[tuple[Drawing, str]]:
    """The junction in its peak hour and over all the time; none without movements."""
    if not report.junction.passages:
        return []
    spans = [(f"All vehicles, {span_words(report)}", list(report.starts_ns))]
    if report.peak:
        first = report.starts_ns.index(report.peak.start_ns)
        hour = list(report.starts_ns[first : first + QUARTERS])
        spans.insert(0, (f"All vehicles in the peak hour, {peak_words(report, report.peak)}", hour))
    frame = "" if report.junction.north_rad is not None else " Up is up in the picture."
    return [
        (
            diagram(report.junction, {p.rule: report.passage_volume(p, starts) for p in report.junction.passages}, title),
            f"{title}. The width of an arrow is its volume.{frame}",
        )
        for title, starts in spans
    ]


def volume_plot(report: Report) -> tuple[Drawing, str] | None:
    """Bars of all vehicles by class; None without movements."""
    drawing = bars(report)
    if drawing is None:
        return None
    return drawing, f"All vehicles of the junction in intervals of {report.interval_min} minutes. Grey: not observed."


def way_plots(report: Report) -> list[Drawing]:
    """A plot each way, movements first."""
    return [way_plot(report, way, way_name(way)) for way in scene_ways(report)]


WAYS_CAPTION = (
    "All road users of each movement and each direction of a line, in quarters of an hour. Band: holds the true volume with 95 %. "
    "Brown: unverified. Dashed: partly observed. Grey: not observed."
)
