"""A report on counts as one HTML file: plots and tables, nothing from outside, nothing that runs."""

from collections.abc import Sequence
from html import escape

import numpy as np

from catseye.evaluate import svg
from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.cells import ALL, GEH_GOOD, Cell
from catseye.evaluate.counted import CountedClip, Crossings
from catseye.evaluate.counted_pairs import MEASURES, Paired
from catseye.evaluate.counting import CountsReport
from catseye.evaluate.counts import LineScore, flow_name
from catseye.evaluate.sheets import Sheet

_MOST_CLIPS = 12  # whose curves are drawn
_MOST_CELLS = 400  # listed in the page; the CSV holds all
_VERDICT = {True: "pass", False: "fail", None: "not judged"}
_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fff; --line: #dfe4ea; --true: #8792a2; --told: #1766c2;
  --missed: #c63d2f; --extra: #d98a00; --good: #1f7a4d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #9aa6b5; --paper: #14181e; --line: #2c343f; --true: #77828f;
  --told: #64a8f0; --missed: #f0776b; --extra: #f0b24a; --good: #5cc28f; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 1120px;
  padding: 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 36px 0 8px; } h3 { font-size: 15px; margin: 16px 0 4px; }
p { margin: 4px 0; max-width: 80ch; } .soft { color: var(--soft); } code { font-size: 13px; }
.heads { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.head { border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 130px; }
.head b { display: block; font-size: 26px; line-height: 1.2; } .head span { color: var(--soft); font-size: 13px; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 20px 28px; }
figure { margin: 0; } figcaption { font-size: 13px; color: var(--soft); }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; } svg text { fill: var(--soft); }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); } .true { stroke: var(--true); stroke-width: 3; }
.told { stroke: var(--told); stroke-width: 1.5; } .band { fill: var(--true); opacity: .16; } .even { stroke: var(--soft);
  stroke-dasharray: 4 4; } .cell { fill: var(--told); opacity: .75; } .off { fill: var(--missed); opacity: .85; }
.matched { fill: var(--true); } .missed { fill: var(--missed); } .extra { fill: var(--extra); }
.sure { stroke: var(--told); fill: var(--told); stroke-width: 2.5; } .unsure { stroke: var(--true); fill: var(--true);
  stroke-width: 2.5; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 6px 0; } .wide { overflow-x: auto; }
th, td { padding: 3px 12px 3px 0; text-align: right; border-bottom: 1px solid var(--line); } th { color: var(--soft);
  font-weight: 500; } th:first-child, td:first-child { text-align: left; }
.pass { color: var(--good); font-weight: 600; } .fail { color: var(--missed); font-weight: 600; }
.key span::before { content: ""; display: inline-block; width: 12px; height: 12px; margin: 0 5px -1px 12px; border-radius: 2px;
  background: var(--c); }
"""


def page(report: CountsReport, clips: Sequence[CountedClip], *, truth: str, result: str, against: str) -> str:
    """The whole file. ``truth``, ``result`` and ``against`` say what was compared."""
    compared = f" beside <code>{escape(against)}</code>" if against else ""
    parts = [
        "<h1>Counts beside the truth</h1>",
        f'<p class="soft">Counted: <code>{escape(result)}</code>{compared}. True: <code>{escape(truth)}</code>.</p>',
        _heads(report),
        *(_paired_parts(report.paired, clips) if report.paired else [_no_crossings()]),
        "<h2>Cells</h2>",
        _cells_text(report),
        f'<div class="plots">{_scatter(report)}</div>',
        *(_sheet(sheet) for sheet in report.sheets),
        _cell_table(report),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Counts beside the truth</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _heads(report: CountsReport) -> str:
    heads = []
    if report.paired:
        score, sure = report.paired.counts.all, report.paired.intervals
        heads += [
            (_percent(score.wrong), f"missed + extra of the true, {_interval(sure['wrong'])}"),
            (str(score.missed), f"missed of {score.true}"),
            (str(score.extra), "extra: counts of nothing"),
            (f"{score.net:+d}", "net, where mistakes cancel"),
            (_number(report.paired.effectiveness_of_groups, 3), "effectiveness, AI City Track 1"),
        ]
    heads.append((_number(report.cells.absolute), f"mean absolute error of a cell of {report.cell_s / 60:g} min"))
    heads += [(_VERDICT[sheet.passed], sheet.name) for sheet in report.sheets]
    return (
        f'<div class="heads">{"".join(f"<div class=head><b>{escape(b)}</b><span>{escape(s)}</span></div>" for b, s in heads)}</div>'
    )


def _no_crossings() -> str:
    return "<p>Only volumes are known: what was missed and what was invented cannot be told from them.</p>"


def _paired_parts(paired: Paired, clips: Sequence[CountedClip]) -> list[str]:
    rows = {"all": paired.counts.all} | paired.by_flow | {f"light: {name}": line for name, line in paired.by_light.items()}
    if len(paired.clips) > 1:
        rows |= {f"clip: {name}": clip.all for name, clip in paired.clips.items()}
    bars = [(name, [(r.matched, "matched"), (r.missed, "missed"), (r.extra, "extra")]) for name, r in paired.by_flow.items()]
    figures = [
        _figure(svg.stacked(bars, "Matched, missed and extra", lambda n: f"{n:g}"), "Each true crossing and each count, once.")
    ]
    figures += [_curve(clip, paired) for clip in clips[:_MOST_CLIPS]]
    key = "".join(f'<span style="--c: var(--{c})">{n}</span>' for c, n in
                  (("true", "matched, or true"), ("told", "counted"), ("missed", "missed"), ("extra", "extra")))  # fmt: skip
    parts = [
        "<h2>Missed and extra</h2>",
        (
            "<p>A count and a true crossing belong together when line and direction are the same, both are on foot, on two wheels "
            "or motor vehicles, and their times are near. What is left over was missed, or is extra.</p>"
        ),
        f'<p class="key soft">{key}</p><div class="plots">{"".join(figures)}</div>',
        _scores_table(rows),
        "<h2>Kinds</h2>",
        _confusion(paired),
    ]
    if paired.unobserved:
        parts.insert(3, f"<p>{paired.unobserved} of the missed crossed while nothing was observed.</p>")
    if paired.against:
        told = [
            (MEASURES[name], i.value, i.low, i.high)
            for name, i in paired.against.differences.items()
            if i.value is not None and i.low is not None and i.high is not None
        ]
        parts += [
            "<h2>Against the other</h2>",
            (
                "<p>This less the other in shares of the true, with paired bootstrap intervals of 95 %. A difference counts where "
                "its interval excludes zero (blue).</p>"
            ),
            f'<div class="plots">{_figure(svg.forest(told, "Differences"), "Less is better, but for the kind.")}</div>',
            _scores_table({"this": paired.counts.all, "the other": paired.against.all}),
        ]
    return parts


def _curve(clip: CountedClip, paired: Paired) -> str:
    """Cumulative volumes over time, with marks for what was missed (below) and extra (above)."""
    assert isinstance(clip.true, Crossings)
    assert isinstance(clip.counted, Crossings)
    lines = [
        sorted(c.at_s for c in side.crossings if not c.optional and 0 <= c.at_s <= clip.until_s)
        for side in (clip.true, clip.counted)
    ]
    minutes = clip.until_s > 300
    unit = 60.0 if minutes else 1.0
    plot = svg.Plot(
        title=f"{clip.name}: crossings so far",
        x_label="minutes" if minutes else "seconds",
        y_label="crossings so far",
        right=clip.until_s / unit,
        top=max(*(len(times) for times in lines), 1) * 1.08,
    )
    for times, style in zip(lines, ("true", "told"), strict=True):
        steps = [(0.0, 0.0)]
        for n, at_s in enumerate(times, start=1):
            steps += [(at_s / unit, n - 1.0), (at_s / unit, float(n))]
        plot.line([*steps, (clip.until_s / unit, float(len(times)))], style)
    for mistake in paired.clips[clip.name].mistakes:
        what = "extra" if mistake.extra else "missed"
        says = f"{what}: {mistake.road_user} over {flow_name(mistake.line, mistake.direction)}, at {mistake.at_s:.1f} s"
        plot.tick(mistake.at_s / unit, above=mistake.extra, style=what, says=says)
    return _figure(plot.text(), f"{clip.name}: true (wide) and counted; marks above are extra, below missed.")


def _confusion(paired: Paired) -> str:
    confusion = paired.counts.confusion
    said = sorted({kind for row in confusion.values() for kind in row})
    head = "".join(f"<th>{escape(kind)}</th>" for kind in said)
    rows = []
    for true, row in confusion.items():
        whole = sum(row.values())
        cells = "".join(
            f'<td style="background: color-mix(in srgb, var(--{"told" if kind == true else "missed"}) {45 * n / whole:.0f}%, '
            f'transparent)">{n or ""}</td>'
            for kind in said
            for n in [row.get(kind, 0)]
        )
        rows.append(f"<tr><td>{escape(true)}</td>{cells}<td>{whole}</td></tr>")
    kinds = "".join(
        f"<tr><td>{escape(name)}</td><td>{k.true}</td><td>{k.right}</td><td>{k.counted}</td><td>{k.truly}</td></tr>"
        for name, k in paired.by_kind.items()
    )
    return (
        f"<p>Of matched crossings: rows are true, columns what was said. Kind right "
        f"{_interval(paired.intervals['right_kind'])} of the matched.</p>"
        f'<div class="wide"><table><tr><th>true</th>{head}<th>all</th></tr>{"".join(rows)}</table></div>'
        f'<div class="wide"><table><tr><th>kind</th><th>true</th><th>counted as it</th><th>counted</th><th>truly it</th></tr>'
        f"{kinds}</table></div>"
    )


def _cells_text(report: CountsReport) -> str:
    score = report.cells
    return (
        f"<p>{score.observed} of {score.cells} cells were observed: {report.true} true, {report.counted} counted "
        f"({report.counted - report.true:+d}). The absolute error of a cell is {_number(score.absolute)} in the mean, "
        f"{_percent(score.relative)} of the true; {_percent(score.exact)} are exact, GEH is below 5 in "
        f"{_percent(score.geh_below_5)}.</p>"
    )


def _scatter(report: CountsReport) -> str:
    """Counted over true, a dot a cell, in the band of a GEH below 5."""
    told = [cell for cell in report.cell_rows if cell.road_user == ALL and cell.counted is not None]
    most = max([max(cell.true, cell.counted or 0) for cell in told] + [1]) * 1.08
    plot = svg.Plot(title="Counted over true, a dot a cell", x_label="true in a cell", y_label="counted", right=most, top=most)
    hours = report.cell_s / 3600
    true = np.linspace(0.0, most, 60)
    flow = true / hours
    # |M - C| = g sqrt((M + C) / 2) solved for M: the band is g^2/4 + C -+ g sqrt(g^2/16 + C).
    centre, reach = flow + GEH_GOOD**2 / 4, GEH_GOOD * np.sqrt(GEH_GOOD**2 / 16 + flow)
    upper = np.minimum((centre + reach) * hours, most)
    lower = np.where(flow > GEH_GOOD**2 / 2, np.maximum(centre - reach, 0.0), 0.0) * hours
    band = [*zip(true.tolist(), upper.tolist(), strict=True), *zip(true[::-1].tolist(), lower[::-1].tolist(), strict=True)]
    plot.area(band, "band")
    plot.line([(0.0, 0.0), (most, most)], "even")
    for cell in told:
        good = cell.geh is not None and cell.geh < GEH_GOOD
        says = f"{flow_name(cell.line, cell.direction)}, {_when(cell)}: {cell.counted} of {cell.true}, GEH {_number(cell.geh)}"
        plot.dot(cell.true, cell.counted or 0, "cell" if good else "off", says)
    return _figure(plot.text(), "Counted over true, a dot a cell; the band is a GEH below 5 in a whole cell.")


def _sheet(sheet: Sheet) -> str:
    rows = "".join(
        f"<tr><td>{escape(c.what)}</td><td>{escape(c.found)}</td><td>{escape(c.asked)}</td>{_verdict(c.passed)}</tr>"
        for c in sheet.checks
    )
    table = f'<div class="wide"><table><tr><th></th><th>found</th><th>asked</th><th></th></tr>{rows}</table></div>' if rows else ""
    return (
        f'<h2>Acceptance: {escape(sheet.name)} <span class="{_VERDICT[sheet.passed]}">{_VERDICT[sheet.passed]}</span></h2>'
        f"<p>{escape(sheet.rule)} {escape(sheet.note)}</p>{table}<p class=soft>{escape(sheet.source)}</p>"
    )


def _verdict(passed: bool | None) -> str:
    return f'<td class="{_VERDICT[passed]}">{_VERDICT[passed]}</td>'


def _cell_table(report: CountsReport) -> str:
    told = [cell for cell in report.cell_rows if cell.road_user == ALL]
    rows = "".join(
        f"<tr><td>{escape(flow_name(cell.line, cell.direction))}</td><td>{_when(cell)}</td><td>{cell.true}</td>"
        f"<td>{'not observed' if cell.counted is None else cell.counted}</td><td>{_signed(cell.error)}</td>"
        f"<td>{_whole(cell.missed)}</td><td>{_whole(cell.extra)}</td><td>{_number(cell.geh)}</td></tr>"
        for cell in told[:_MOST_CELLS]
    )
    more = f"<p>and {len(told) - _MOST_CELLS} more; --csv lists all</p>" if len(told) > _MOST_CELLS else ""
    heads = ("line, direction", "from", "true", "counted", "error", "missed", "extra", "GEH")
    head = "".join(f"<th>{name}</th>" for name in heads)
    table = f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>{more}'
    return f"<h2>Each cell</h2><details><summary>{len(told)} cells</summary>{table}</details>"


def _scores_table(rows: dict[str, LineScore]) -> str:
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{r.true}</td><td>{r.matched}</td><td>{r.missed}</td><td>{r.extra}</td>"
        f"<td>{_percent(r.wrong)}</td><td>{r.net:+d}</td></tr>"
        for name, r in rows.items()
    )
    heads = ("", "true", "matched", "missed", "extra", "missed + extra", "net")
    return f'<div class="wide"><table><tr>{"".join(f"<th>{name}</th>" for name in heads)}</tr>{body}</table></div>'


def _figure(picture: str, caption: str) -> str:
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def _when(cell: Cell) -> str:
    minutes, seconds = divmod(round(cell.start_s), 60)
    return f"{minutes}:{seconds:02d}" + ("" if cell.whole else " (in part)")


def _interval(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return "interval unknown"
    return f"95 % interval {interval.low:.1%} to {interval.high:.1%}"


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


def _number(number: float | None, digits: int = 2) -> str:
    return "-" if number is None else f"{number:.{digits}f}"


def _signed(number: int | None) -> str:
    return "-" if number is None else f"{number:+d}"


def _whole(number: int | None) -> str:
    return "-" if number is None else str(number)
