"""What a report says in words and rows, the same in page, document and workbook."""

from collections import Counter
from dataclasses import dataclass

from catseye.core.time import CELL_S, iso_local, seconds
from catseye.report.build import JUNCTION, Report
from catseye.report.peak import Peak
from catseye.report.table import civil
from catseye.report.volumes import EVERYBODY, Way

STAR = "*"
_ALWAYS = (
    """Empty or -: not observed, which is not zero. A star: a part of the time was not observed; the number is what was counted in
    the rest. Nothing is scaled.""",
    """All vehicles are lights (car, van, vehicle not known further), heavies (bus, truck) and two-wheelers (bicycle, motorcycle).
    Heavies in percent are of lights and heavies.""",
    """The peak hour is the four quarters of an hour in a row with the largest volume V, among the hours of which something was
    observed in each quarter. Peak hour factor = V / (4 x the largest quarter): Highway Capacity Manual, 6th edition, chapter 4.""",
    """The true volume of a cell lies in its interval with 95 %, all kinds of road user of a way together. Unverified: nobody has
    counted enough such clips by hand. Intervals do not add up.""",
)
_TURNS = """An approach is the zone in which a movement begins. Turns are told by the angle between its way in and its way out
    {space}: less than 45 degrees is through, more than 150 a U-turn. A layout file can say otherwise. Movements that are not
    drawn are not counted. Those on foot are counted at crosswalks and lines, not as movements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surety:
    """How sure one way is over all of the report: its cells by how much of them was watched, and how many have an interval."""

    way: Way
    whole: int
    partial: int
    unobserved: int
    verified: int
    watched: float
    lights: str
    detectors: str
    why: str


def span_words(report: Report) -> str:
    """From when to when, in which time."""
    start_ns, end_ns = report.span_ns
    return f"{civil(start_ns, report.tz)} to {civil(end_ns, report.tz)}, {report.tz.key}"


def subtitle(report: Report) -> str:
    """What this is a report of."""
    return f"Turning movement count, {span_words(report)}. Stream {report.stream}, scene {report.scene_revision}."


def peak_words(report: Report, peak: Peak) -> str:
    """``08:00-09:00 on 2026-06-16``."""
    start, end = civil(peak.start_ns, report.tz), civil(peak.end_ns, report.tz)
    return f"{start[11:]}-{end[11:]} on {start[:10]}"


def factor(phf: float | None) -> str:
    """A peak hour factor."""
    return "" if phf is None else f"{phf:.2f}"


def share(part: float | None) -> str:
    """A share in percent."""
    return "" if part is None else f"{part:.1%}"


def way_name(way: Way) -> str:
    """A line with its direction, or a movement."""
    return way[0] if way[0] == way[1] else f"{way[0]}, {way[1]}"


def scene_ways(report: Report) -> list[Way]:
    """Movements by approach and turn, then the lines' directions."""
    ways = [(passage.rule, passage.rule) for passage in report.junction.passages]
    columns = report.lines.columns if report.lines else []
    return list(dict.fromkeys([*ways, *(way for column in columns for way in column.ways)]))


def sureties(report: Report) -> list[Surety]:
    """One row a way."""
    rows = []
    for way in scene_ways(report):
        cells = [report.cells.at(way, start) for start in report.starts_ns]
        volumes = [cell.of(EVERYBODY) for cell in cells]
        seen = [cell for cell, volume in zip(cells, volumes, strict=True) if volume.volume is not None]
        rows.append(
            Surety(
                way=way,
                whole=sum(volume.volume is not None and volume.whole for volume in volumes),
                partial=sum(volume.partial for volume in volumes),
                unobserved=sum(volume.volume is None for volume in volumes),
                verified=sum(cell.receipt.way_interval is not None for cell in seen),
                watched=sum(cell.observed_s for cell in cells) / (CELL_S * len(cells)),
                lights=", ".join(name for name, _ in Counter(cell.receipt.light for cell in seen).most_common()),
                detectors=", ".join(dict.fromkeys(cell.receipt.detector for cell in seen if cell.receipt.detector)),
                why="; ".join(dict.fromkeys(c.receipt.why for c in seen if c.receipt.way_interval is None and c.receipt.why)),
            )
        )
    return rows


def gap_rows(report: Report) -> list[tuple[str, str, str]]:
    """From, to and minutes of every stretch in which the stream was not observed."""
    rows = []
    for gap in report.gaps:
        start, end = (iso_local(at // 10**9 * 10**9, report.tz) for at in (gap.start_ns, gap.end_ns))
        rows.append((start, end, f"{seconds(gap.end_ns - gap.start_ns) / 60:.1f}"))
    return rows


def headline(report: Report) -> list[tuple[str, str]]:
    """The figures that come first: what and how much."""
    told: list[tuple[str, str]] = []
    if report.peak:
        where = "" if report.peak.subject == JUNCTION else f" of {report.peak.subject}"
        star = STAR if report.peak.volume.partial else ""
        told += [
            (f"{report.peak.volume.volume}{star}", f"in the peak hour{where}, {peak_words(report, report.peak)}"),
            (factor(report.peak.phf), "peak hour factor"),
        ]
    whole = next((one for one in report.shares if one.group in {JUNCTION, report.peak.subject if report.peak else ""}
                  and one.heavy is not None), None)  # fmt: skip
    if whole:
        told.append((share(whole.heavy), "heavies in that hour" if report.peak else "heavies"))
    ways = sureties(report)
    watched = sum(way.watched for way in ways) / max(len(ways), 1)
    told.append((f"{watched:.1%}", "of the time watched"))
    verified, seen = sum(way.verified for way in ways), sum(way.whole + way.partial for way in ways)
    told.append((f"{verified} of {seen}", "cells with an interval"))
    return told


def notes(report: Report) -> list[str]:
    """How the report is made and read, a paragraph each."""
    told = [" ".join(note.split()) for note in _ALWAYS]
    if report.junction.passages:
        space = "on the ground" if report.junction.on_ground else "in the picture, for the scene is not calibrated"
        told.append(" ".join(_TURNS.format(space=space).split()))
        if not any(leg.crosswalks for leg in report.junction.legs):
            told.append("No count line was found that lies across a crosswalk.")
    if report.left_out:
        told.append(f"Counted with an earlier scene and not in these tables: {'; '.join(report.left_out)}.")
    return told
