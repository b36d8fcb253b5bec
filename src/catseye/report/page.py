"""The report as one HTML file: nothing from outside, nothing that runs."""

from collections.abc import Sequence
from html import escape

from catseye.report.build import Report
from catseye.report.diagram import number
from catseye.report.drawing import svg
from catseye.report.figures import WAYS_CAPTION, movement_diagrams, volume_plot, way_plots
from catseye.report.table import Row, Sheet
from catseye.report.words import factor, gap_rows, headline, notes, peak_words, share, subtitle, sureties, way_name

_STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --head: #eef1f5; --note: #b3541e; }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; margin: 0 auto; max-width: 1180px;
  padding: 24px; }
h1 { font-size: 26px; margin: 0; } h2 { font-size: 18px; margin: 34px 0 8px; } p { margin: 4px 0; max-width: 90ch; }
.soft, figcaption { color: var(--soft); } figcaption { font-size: 13px; } figure { margin: 0 0 8px; }
.heads { display: flex; flex-wrap: wrap; gap: 12px; margin: 18px 0; }
.head { border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; min-width: 120px; }
.head b { display: block; font-size: 24px; line-height: 1.25; } .head span { color: var(--soft); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(520px, 100%), 1fr)); gap: 16px; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 12px 20px; }
svg { width: 100%; height: auto; font-family: system-ui, sans-serif; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: 2px 7px; text-align: right; border: 1px solid var(--line); white-space: nowrap; }
th { background: var(--head); font-weight: 500; } th.left, td.left { text-align: left; }
tr.hour td, tr.total td { background: var(--head); font-weight: 600; } td.sum { font-weight: 600; }
td.none { background: repeating-linear-gradient(45deg, #fff 0 4px, var(--line) 4px 6px); } td.part { color: var(--note); }
@media print { body { padding: 0; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }
"""


def page(report: Report) -> str:
    """The whole file."""
    title = escape(report.title)
    heads = "".join(f"<div class=head><b>{escape(b)}</b><span>{escape(s)}</span></div>" for b, s in headline(report))
    plot = volume_plot(report)
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="soft">{escape(subtitle(report))}</p>',
        f'<div class="heads">{heads}</div>',
        f'<div class="pair">{"".join(figure(svg(drawing), caption) for drawing, caption in movement_diagrams(report))}</div>',
        figure(svg(plot[0]), plot[1]) if plot else "",
        _peaks(report),
        _shares(report),
        *(_sheet(sheet, opened=i == 0) for i, sheet in enumerate(report.sheets)),
        _sheet(report.lines, opened=not report.sheets) if report.lines else "",
        "<h2>How sure</h2>",
        f"<p>{escape(WAYS_CAPTION)}</p>",
        f'<div class="plots">{"".join(f"<figure>{svg(drawing)}</figure>" for drawing in way_plots(report))}</div>',
        _sureties(report),
        _gaps(report),
        "<h2>How to read it</h2>",
        *(f"<p>{escape(note)}</p>" for note in notes(report)),
    ]
    return whole(report.title, parts)


def whole(title: str, parts: Sequence[str]) -> str:
    """A file of ``parts``, which are HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def figure(picture: str, caption: str) -> str:
    """A picture that stands in a page, with what it shows."""
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table whose first ``left`` columns are text."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{' class=left' if i < left else ''}>{escape(text)}</{tag}>" for i, text in enumerate(row))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{cells(heads, "th")}</tr>{body}</table></div>'


def _peaks(report: Report) -> str:
    rows = [(p.subject, p.when, peak_words(report, p), number(p.volume), factor(p.phf)) for p in report.peaks]
    if not rows:
        return "<h2>Peak hours</h2><p>No hour was observed in all four of its quarters.</p>"
    return f"<h2>Peak hours</h2>{table(('', 'of', 'peak hour', 'volume', 'PHF'), rows, 3)}"


def _shares(report: Report) -> str:
    what = f"The peak hour, {peak_words(report, report.peak)}" if report.peak else "All of the time"
    rows = [(s.group, s.column, number(s.volume), factor(s.phf), share(s.heavy)) for s in report.shares]
    return f"<h2>{escape(what)}</h2>{table(('approach', 'movement', 'volume', 'PHF', 'heavies'), rows, 2)}"


def _sheet(sheet: Sheet, *, opened: bool) -> str:
    groups = "".join(f"<th colspan={len(group.columns)}>{escape(group.name)}</th>" for group in sheet.groups)
    names = "".join(f"<th>{escape(column.name)}</th>" for column in sheet.columns)
    sums = [column.sums for column in sheet.columns]
    rows = "".join(_row(row, sums) for row in sheet.rows)
    told = (
        f'<div class="wide"><table><tr><th rowspan=2 class=left>date</th><th rowspan=2 class=left>time</th>{groups}</tr>'
        f"<tr>{names}</tr>{rows}</table></div>"
    )
    opens = " open" if opened else ""
    return f"<h2>{escape(sheet.name)}</h2><details{opens}><summary>{len(sheet.rows)} rows</summary>{told}</details>"


def _row(row: Row, sums: list[bool]) -> str:
    cells = []
    for volume, is_sum in zip(row.volumes, sums, strict=True):
        style = "none" if volume.volume is None else "part" if volume.partial else "sum" if is_sum else ""
        cells.append(f"<td{f' class={style}' if style else ''}>{'' if volume.volume is None else number(volume)}</td>")
    name = {"interval": row.label, "hour": f"hour {row.label}", "total": "total"}[row.kind]
    day = "" if row.kind == "total" else row.day
    return f"<tr class={row.kind}><td class=left>{day}</td><td class=left>{escape(name)}</td>{''.join(cells)}</tr>"


def _sureties(report: Report) -> str:
    rows = [
        (
            way_name(s.way),
            f"{s.watched:.1%}",
            *map(str, (s.whole, s.partial, s.unobserved, s.verified)),
            s.lights,
            s.detectors,
            s.why,
        )
        for s in sureties(report)
    ]
    heads = ("way", "watched", "whole cells", "partly", "not observed", "with interval", "light", "detector", "why unverified")
    return table(heads, rows)


def _gaps(report: Report) -> str:
    rows = list(gap_rows(report))
    if not rows:
        return "<h2>Gaps</h2><p>None between the first and the last look.</p>"
    return f"<h2>Gaps</h2>{table(('not observed from', 'to', 'minutes'), rows, 2)}"
