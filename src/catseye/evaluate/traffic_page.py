"""The scorecard of traffic measures as one HTML file: targets, every measure, and diagrams of each run; nothing from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from catseye.core.compared import MeasuredCell
from catseye.core.traffic import TrafficMinute
from catseye.evaluate import traffic_plots as plots
from catseye.evaluate.traffic import TargetRow, TrafficScore
from catseye.traffic.fields import Fields, LaneField

_MOST_LANES = 4  # of a run whose diagrams are drawn, the busiest
_COMPARED = (
    ("volume", "line", "Volumes of count lines", "road users"),
    ("volume", "movement", "Turning movements", "road users"),
    ("space_mean_speed", "line", "Space-mean speed over lines", "km/h"),
    ("space_mean_speed", "lane", "Space-mean speed of lanes", "km/h"),
    ("p85_speed", "line", "85th percentile over lines", "km/h"),
    ("control_delay", "approach", "Control delay", "s"),
)
_STYLE = """
:root { --ink: #1c2430; --soft: #5b6675; --paper: #fff; --line: #dfe4ea; --true: #8792a2; --told: #1766c2; --missed: #c63d2f;
  --good: #1f7a4d; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 1120px;
  padding: 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 36px 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 4px 0; max-width: 80ch; } .soft { color: var(--soft); }
.plots { display: grid; grid-template-columns: 1fr 1fr; gap: 16px 28px; } figure { margin: 0; }
figcaption { font-size: 13px; color: var(--soft); } svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--soft); } .grid { stroke: var(--line); } .even { stroke: var(--soft); stroke-dasharray: 4 4; }
.true { stroke: var(--true); stroke-width: 3; } .told { stroke: var(--told); stroke-width: 1.5; }
.cell { fill: var(--told); opacity: .75; } .truly { fill: var(--true); }
.arrow { fill: none; stroke: var(--ink); stroke-width: .4; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 6px 0; } .wide { overflow-x: auto; }
th, td { padding: 3px 12px 3px 0; text-align: right; border-bottom: 1px solid var(--line); } th { color: var(--soft);
  font-weight: 500; } th:first-child, td:first-child { text-align: left; }
.pass { color: var(--good); font-weight: 600; } .fail { color: var(--missed); font-weight: 600; }
.key span::before { content: ""; display: inline-block; width: 12px; height: 12px; margin: 0 5px -1px 12px; border-radius: 2px;
  background: var(--c); }
"""
_SPEED_COLOURS = ("#7a1410", "#c63d2f", "#e58a3c", "#f0c75a", "#a8cf7a", "#3f9a5a")
_FLOW_COLOURS = ("#eef3fa", "#d3e2f4", "#a9c9ee", "#6ba3e0", "#2f74c4", "#123f7d")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRun:
    """One run: its cells, its minutes as found and as the engines make them of the truth, and its fields, found and true."""

    name: str
    cells: Sequence[MeasuredCell]
    found: Sequence[TrafficMinute]
    true: Sequence[TrafficMinute]
    fields: tuple[Fields, Fields]


def page(score: TrafficScore, runs: Sequence[DrawnRun], *, detector: str) -> str:
    """The whole file; ``detector`` says by whom the runs were seen."""
    cells = [cell for run in runs for cell in run.cells]
    body = [
        "<h1>Traffic measures beside the truth</h1>",
        f'<p class="soft">{escape(", ".join(run.name for run in runs))}, seen by {escape(detector)}.</p>',
        _targets(score.targets),
        "<h2>Found by true</h2>",
        f'<div class="plots">{_agreements(cells)}</div>',
        "<h2>Every measure</h2>",
        _measures(score),
        *(part for run in runs for part in _run(run)),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Traffic measures beside the truth</title><style>{_STYLE}{_shades()}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


def _shades() -> str:
    both = (("v", _SPEED_COLOURS), ("f", _FLOW_COLOURS))
    return "".join(f".{name}{k} {{ fill: {colour}; }} " for name, colours in both for k, colour in enumerate(colours))


def _targets(rows: Sequence[TargetRow]) -> str:
    told = []
    for row in rows:
        value = "-" if row.value is None else f"{row.value:.2f} {row.unit}"
        style, verdict = {True: ("pass", "passed"), False: ("fail", "missed"), None: ("soft", "nothing to judge")}[row.passed]
        bound = f"{'at least ' if row.at_least else ''}{row.target:g} {row.unit}"
        told.append(
            f"<tr><td>{escape(row.name)}</td><td>{escape(value)}</td><td>{escape(bound)}</td><td>{row.cells}</td><td>{row.unfound}</td>"
            f'<td class="{style}">{verdict}</td><td>{escape(row.worst)}</td></tr>'
        )
    head = "<tr><th>target</th><th>value</th><th>at most</th><th>cells</th><th>not found</th><th></th><th>furthest off</th></tr>"
    return f'<div class="wide"><table>{head}{"".join(told)}</table></div>'


def _agreements(cells: Sequence[MeasuredCell]) -> str:
    figures = []
    for measure, kind, title, unit in _COMPARED:
        mine = [cell for cell in cells if (cell.measure, cell.place_kind) == (measure, kind)]
        if any(cell.found is not None for cell in mine):
            figures.append(_figure(plots.agreement(mine, unit), title))
    return "".join(figures)


def _measures(score: TrafficScore) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.measure.replace('_', ' '))}</td><td>{one.place_kind}</td><td>{one.cells}</td><td>{one.unfound}</td>"
        f"<td>{one.true:.2f}</td><td>{one.found:.2f}</td><td>{one.bias:+.2f}</td><td>{one.error:.2f}</td></tr>"
        for one in score.measures
    )
    names = ("measure", "of", "cells", "not found", "true", "found", "bias", "mean |error|")
    head = f"<tr>{''.join(f'<th>{name}</th>' for name in names)}</tr>"
    return f'<p>Means over the cells.</p><div class="wide"><table>{head}{rows}</table></div>'


def _run(run: DrawnRun) -> list[str]:
    found, true = run.fields
    queues = sorted({cell.place for cell in run.cells if cell.measure == "queue_length"})
    parts = [f"<h2>{escape(run.name)}</h2>"]
    flows = (true.flows(), found.flows())
    window = plots.window_of(*flows)
    if window is not None:
        parts += [
            "<h3>Flows on the ground</h3>",
            "<p>How many vehicles an hour drive where, and where to. Sums over the run: nobody's way is drawn.</p>",
            _pair(plots.ground(flows[0], window, "true"), plots.ground(flows[1], window, "found"), "flows, north up"),
        ]
    if queues:
        key = '<span style="--c: var(--true)">true</span><span style="--c: var(--told)">found</span>'
        figures = "".join(
            _figure(plots.queue(place, run.cells), f"{place}: what is seen of the queue, by minute") for place in queues
        )
        parts += ["<h3>Queues</h3>", f'<p class="key soft">{key}</p>', f'<div class="plots">{figures}</div>']
    lanes = {lane.name: (lane, other) for lane, other in zip(true.lanes(), found.lanes(), strict=True)}
    busy = sorted(lanes, key=lambda name: -_driven(lanes[name][0]))[:_MOST_LANES]
    edges = (*(f"below {kmh:g}" for kmh in plots.SPEEDS_KMH), f"{plots.SPEEDS_KMH[-1]:g} and above")
    key = "".join(f'<span style="--c: {colour}">{edge}</span>' for edge, colour in zip(edges, _SPEED_COLOURS, strict=True))
    parts += ["<h3>Speed over way and time</h3>", f'<p class="key soft">km/h, white where nobody was: {key}</p>']
    parts += [_pair(plots.way_and_time(lanes[name][0]), plots.way_and_time(lanes[name][1]), name) for name in busy]
    diagrams = [(name, plots.fundamental(name, run.found, run.true)) for name in busy]
    parts += [
        "<h3>Fundamental diagrams</h3>",
        f'<div class="plots">{"".join(_figure(plot, f"{name}: true grey, found blue") for name, plot in diagrams if plot)}</div>',
    ]
    return parts


def _driven(lane: LaneField) -> int:
    return int(np.isfinite(lane.speed_kmh).sum())


def _pair(true: str, found: str, what: str) -> str:
    return f'<div class="plots">{_figure(true, f"{what}: true")}{_figure(found, f"{what}: found")}</div>'


def _figure(drawing: str, caption: str) -> str:
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"
