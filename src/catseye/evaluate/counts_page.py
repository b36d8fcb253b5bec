"""A report on counts as one HTML file: plots and tables, nothing from outside, nothing that runs."""

from collections.abc import Sequence
from html import escape

import numpy as np

from catseye.evaluate import svg
from catseye.evaluate.cells import ALL, GEH_GOOD
from catseye.evaluate.counted import CountedClip, Crossings
from catseye.evaluate.counted_pairs import MEASURES, Paired
from catseye.evaluate.counting import CountsReport
from catseye.evaluate.counts import flow_name
from catseye.evaluate.counts_html import (
    STYLE,
    VERDICT,
    acceptance,
    cell_table,
    confusion,
    figure,
    interval_text,
    number,
    percent,
    scores_table,
    when,
)

_MOST_CLIPS = 12  # whose curves are drawn


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
        *(acceptance(sheet) for sheet in report.sheets),
        cell_table(report),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Counts beside the truth</title><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _heads(report: CountsReport) -> str:
    heads = []
    if report.paired:
        score, sure = report.paired.counts.all, report.paired.intervals
        heads += [
            (percent(score.wrong), f"missed + extra of the true, {interval_text(sure['wrong'])}"),
            (str(score.missed), f"missed of {score.true}"),
            (str(score.extra), "extra: counts of nothing"),
            (f"{score.net:+d}", "net, where mistakes cancel"),
            (number(report.paired.effectiveness_of_groups, 3), "effectiveness, AI City Track 1"),
        ]
    heads.append((number(report.cells.absolute), f"mean absolute error of a cell of {report.cell_s / 60:g} min"))
    heads += [(VERDICT[sheet.passed], sheet.name) for sheet in report.sheets]
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
        figure(svg.stacked(bars, "Matched, missed and extra", lambda n: f"{n:g}"), "Each true crossing and each count, once.")
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
        scores_table(rows),
        "<h2>Kinds</h2>",
        confusion(paired),
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
            f'<div class="plots">{figure(svg.forest(told, "Differences"), "Less is better, but for the kind.")}</div>',
            scores_table({"this": paired.counts.all, "the other": paired.against.all}),
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
    return figure(plot.text(), f"{clip.name}: true (wide) and counted; marks above are extra, below missed.")


def _cells_text(report: CountsReport) -> str:
    score = report.cells
    return (
        f"<p>{score.observed} of {score.cells} cells were observed: {report.true} true, {report.counted} counted "
        f"({report.counted - report.true:+d}). The absolute error of a cell is {number(score.absolute)} in the mean, "
        f"{percent(score.relative)} of the true; {percent(score.exact)} are exact, GEH is below 5 in "
        f"{percent(score.geh_below_5)}.</p>"
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
        says = f"{flow_name(cell.line, cell.direction)}, {when(cell)}: {cell.counted} of {cell.true}, GEH {number(cell.geh)}"
        plot.dot(cell.true, cell.counted or 0, "cell" if good else "off", says)
    return figure(plot.text(), "Counted over true, a dot a cell; the band is a GEH below 5 in a whole cell.")
