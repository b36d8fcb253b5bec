"""The report as plain values, for JSON."""

from catseye.core.time import iso_local
from catseye.report.build import Report
from catseye.report.peak import Peak
from catseye.report.table import Sheet
from catseye.report.volumes import Volume
from catseye.report.words import sureties


def plain(report: Report) -> dict[str, object]:
    """All tables. A volume that was not observed is null."""
    start_ns, end_ns = report.span_ns
    return {
        "title": report.title,
        "stream": report.stream,
        "timezone": report.tz.key,
        "start": iso_local(start_ns, report.tz),
        "end": iso_local(end_ns, report.tz),
        "interval_min": report.interval_min,
        "scene_revision": report.scene_revision,
        "movements": [
            {"name": p.rule, "approach": p.origin.name, "destination": p.destination.name, "turn": p.turn}
            for p in report.junction.passages
        ],
        "peak": _peak(report, report.peak) if report.peak else None,
        "peaks": [_peak(report, peak) for peak in report.peaks],
        "peak_hour": [
            {"group": s.group, "column": s.column, **_volume(s.volume), "phf": s.phf, "heavy": s.heavy} for s in report.shares
        ],
        "sheets": [_sheet(report, sheet) for sheet in (*report.sheets, *((report.lines,) if report.lines else ()))],
        "surety": [
            {
                "rule": one.way[0],
                "direction": one.way[1],
                "watched": one.watched,
                "whole": one.whole,
                "partial": one.partial,
                "unobserved": one.unobserved,
                "verified": one.verified,
                "why": one.why,
            }
            for one in sureties(report)
        ],
        "gaps": [{"start": iso_local(g.start_ns, report.tz), "end": iso_local(g.end_ns, report.tz)} for g in report.gaps],
    }


def _volume(volume: Volume) -> dict[str, object]:
    return {"volume": volume.volume, "whole": volume.whole}


def _peak(report: Report, peak: Peak) -> dict[str, object]:
    named = {"subject": peak.subject, "when": peak.when}
    span = {"start": iso_local(peak.start_ns, report.tz), "end": iso_local(peak.end_ns, report.tz)}
    return named | span | _volume(peak.volume) | {"phf": peak.phf}


def _sheet(report: Report, sheet: Sheet) -> dict[str, object]:
    columns = [{"group": group.name, "column": column.name} for group in sheet.groups for column in group.columns]
    rows = [
        {
            "kind": row.kind,
            "start": iso_local(row.start_ns, report.tz),
            "end": iso_local(row.end_ns, report.tz),
            "volumes": [volume.volume for volume in row.volumes],
            "whole": [volume.whole for volume in row.volumes],
        }
        for row in sheet.rows
    ]
    return {"name": sheet.name, "columns": columns, "rows": rows}
