"""Tables, numbers and looks of the page on counts."""

from html import escape

from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.cells import ALL, Cell
from catseye.evaluate.counted_pairs import Paired
from catseye.evaluate.counting import CountsReport
from catseye.evaluate.counts import LineScore, flow_name
from catseye.evaluate.sheets import Sheet

_MOST_CELLS = 400  # listed in the page; the CSV holds all
VERDICT = {True: "pass", False: "fail", None: "not judged"}
STYLE = """
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


def confusion(paired: Paired) -> str:
    """Who was counted as what, and each kind by itself."""
    told = paired.counts.confusion
    said = sorted({kind for row in told.values() for kind in row})
    head = "".join(f"<th>{escape(kind)}</th>" for kind in said)
    rows = []
    for true, row in told.items():
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
        f"{interval_text(paired.intervals['right_kind'])} of the matched.</p>"
        f'<div class="wide"><table><tr><th>true</th>{head}<th>all</th></tr>{"".join(rows)}</table></div>'
        f'<div class="wide"><table><tr><th>kind</th><th>true</th><th>counted as it</th><th>counted</th><th>truly it</th></tr>'
        f"{kinds}</table></div>"
    )


def acceptance(sheet: Sheet) -> str:
    """An acceptance sheet and what it asks."""
    rows = "".join(
        f"<tr><td>{escape(c.what)}</td><td>{escape(c.found)}</td><td>{escape(c.asked)}</td>{_verdict(c.passed)}</tr>"
        for c in sheet.checks
    )
    table = f'<div class="wide"><table><tr><th></th><th>found</th><th>asked</th><th></th></tr>{rows}</table></div>' if rows else ""
    return (
        f'<h2>Acceptance: {escape(sheet.name)} <span class="{VERDICT[sheet.passed]}">{VERDICT[sheet.passed]}</span></h2>'
        f"<p>{escape(sheet.rule)} {escape(sheet.note)}</p>{table}<p class=soft>{escape(sheet.source)}</p>"
    )


def _verdict(passed: bool | None) -> str:
    return f'<td class="{VERDICT[passed]}">{VERDICT[passed]}</td>'


def cell_table(report: CountsReport) -> str:
    """The cells one by one, the first few hundred."""
    told = [cell for cell in report.cell_rows if cell.road_user == ALL]
    rows = "".join(
        f"<tr><td>{escape(flow_name(cell.line, cell.direction))}</td><td>{when(cell)}</td><td>{cell.true}</td>"
        f"<td>{'not observed' if cell.counted is None else cell.counted}</td><td>{_signed(cell.error)}</td>"
        f"<td>{_whole(cell.missed)}</td><td>{_whole(cell.extra)}</td><td>{number(cell.geh)}</td></tr>"
        for cell in told[:_MOST_CELLS]
    )
    more = f"<p>and {len(told) - _MOST_CELLS} more; --csv lists all</p>" if len(told) > _MOST_CELLS else ""
    heads = ("line, direction", "from", "true", "counted", "error", "missed", "extra", "GEH")
    head = "".join(f"<th>{name}</th>" for name in heads)
    table = f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>{more}'
    return f"<h2>Each cell</h2><details><summary>{len(told)} cells</summary>{table}</details>"


def scores_table(rows: dict[str, LineScore]) -> str:
    """A line for each of ``rows``."""
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{r.true}</td><td>{r.matched}</td><td>{r.missed}</td><td>{r.extra}</td>"
        f"<td>{percent(r.wrong)}</td><td>{r.net:+d}</td></tr>"
        for name, r in rows.items()
    )
    heads = ("", "true", "matched", "missed", "extra", "missed + extra", "net")
    return f'<div class="wide"><table><tr>{"".join(f"<th>{name}</th>" for name in heads)}</tr>{body}</table></div>'


def figure(picture: str, caption: str) -> str:
    """A picture with words below it."""
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def when(cell: Cell) -> str:
    """When a cell begins."""
    minutes, seconds = divmod(round(cell.start_s), 60)
    return f"{minutes}:{seconds:02d}" + ("" if cell.whole else " (in part)")


def interval_text(interval: Interval) -> str:
    """An interval in words."""
    if interval.low is None or interval.high is None:
        return "interval unknown"
    return f"95 % interval {interval.low:.1%} to {interval.high:.1%}"


def percent(part: float | None) -> str:
    """A share, or a dash."""
    return "-" if part is None else f"{part:.1%}"


def number(of: float | None, digits: int = 2) -> str:
    """A number, or a dash."""
    return "-" if of is None else f"{of:.{digits}f}"


def _signed(number: int | None) -> str:
    return "-" if number is None else f"{number:+d}"


def _whole(number: int | None) -> str:
    return "-" if number is None else str(number)
