"""The receipts of a watch as one HTML page: volumes over the day with their intervals. Nothing from outside, nothing that runs."""

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from catseye.core.counts import Count
from catseye.core.receipt import Receipt
from catseye.core.time import NS_PER_S, iso_local, seconds
from catseye.evaluate.svg import Plot
from catseye.receipt.judging import name_of

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fff; --line: #dfe4ea; --told: #1766c2;
  --none: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #9aa6b5; --paper: #14181e; --line: #2c343f; --told: #64a8f0;
  --none: #f0a26b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 1120px;
  padding: 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 15px; margin: 0 0 2px; } p { margin: 4px 0; max-width: 80ch;
  color: var(--soft); } figure { margin: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(440px, 100%), 1fr)); gap: 24px 28px; margin-top: 20px; }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; } svg text { fill: var(--soft); }
.grid { stroke: var(--line); } .sure { stroke: var(--told); stroke-width: 2; } .volume { fill: var(--told); }
.open { fill: var(--paper); stroke: var(--none); stroke-width: 1.6; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 6px; margin: 0 5px -1px 14px; }
.key.volume { background: var(--told); margin-left: 0; } .key.open { border: 1.6px solid var(--none); box-sizing: border-box; }
"""
_Cells = dict[int, tuple[int, Count]]  # by start: the volume of all kinds, and a row with the receipt


def page(cells: Sequence[Count], stream: str, tz: ZoneInfo) -> str:
    """The whole file. ``cells`` are those that were observed; each direction of a line, and each movement, gets a plot."""
    ways: dict[tuple[str, str], _Cells] = defaultdict(dict)
    for count in cells:
        way = ways[count.rule, count.direction]
        before = way[count.start_ns][0] if count.start_ns in way else 0
        way[count.start_ns] = (before + (count.volume or 0), count)
    first_ns, last_ns = min((c.start_ns for c in cells), default=0), max((c.end_ns for c in cells), default=NS_PER_S)
    begins = iso_local(first_ns // NS_PER_S * NS_PER_S, tz)[:16].replace("T", " ")
    plots = [_plot(name_of(way), told, first_ns, last_ns, begins) for way, told in sorted(ways.items())]
    why = "; ".join(dict.fromkeys(c.receipt.why for c in cells if c.receipt.way_interval is None and c.receipt.why))
    unverified = f"<p>Unverified: {escape(why)}.</p>" if why else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Receipts of {escape(stream)}</title><style>{_STYLE}</style></head><body><h1>{escape(stream)}</h1>"
        '<p><span class="key volume"></span>volume of all kinds in 15 minutes, with what holds the true one with 95 %'
        '<span class="key open"></span>unverified: nobody knows how wrong it is</p>'
        f'{unverified}<div class="plots">{"".join(plots)}</div></body></html>\n'
    )


def _plot(name: str, told: _Cells, first_ns: int, last_ns: int, begins: str) -> str:
    bounds = [count.receipt.way_interval for _, count in told.values() if count.receipt.way_interval]
    top = max([1, *(volume for volume, _ in told.values()), *(high for _, high in bounds)])
    plot = Plot(
        title=f"Volumes of {name}",
        x_label=f"hours from {begins}",
        y_label="road users",
        right=seconds(last_ns - first_ns) / 3600,
        top=1.05 * top,
    )
    for start_ns, (volume, count) in sorted(told.items()):
        x = seconds((start_ns + count.end_ns) // 2 - first_ns) / 3600
        if count.receipt.way_interval:
            low, high = count.receipt.way_interval
            plot.line([(x, low), (x, high)], "sure")
        plot.dot(x, volume, "volume" if count.receipt.way_interval else "open", _says(volume, count))
    return f"<figure><h2>{escape(name)}</h2>{plot.text()}</figure>"


def _says(volume: int, count: Count) -> str:
    return f"{volume} counted in {count.observed_s:.0f} s; {words(count.receipt.way_interval, count.receipt)}"


def words(bounds: tuple[int, int] | None, receipt: Receipt) -> str:
    """What a receipt says, in a few words."""
    light = f"by {receipt.light}" if receipt.light in {"day", "night", "dusk"} else f"in {receipt.light}"
    light = "in unknown light" if receipt.light == "unknown" else light
    return f"truly {bounds[0]} to {bounds[1]}, 95 % sure, {light}" if bounds else f"unverified: {receipt.why}"
