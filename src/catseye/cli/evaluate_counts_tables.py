"""A report on counts as tables for people, and its cells as CSV."""

import csv
import io
from collections.abc import Mapping

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.cells import Cell
from catseye.evaluate.counted_pairs import MEASURES, Against, Paired
from catseye.evaluate.counting import CountsReport
from catseye.evaluate.counts import LineScore, flow_name
from catseye.evaluate.sheets import Sheet
from catseye.wire.counts_csv import inert

_MOST_MISTAKES = 20
_VERDICT = {True: "pass", False: "FAIL", None: "not judged"}


def show(report: CountsReport, console: Console) -> None:
    """Print the report."""
    if report.paired is None:
        console.print("Only volumes are known: what was missed and what was invented cannot be told from them.")
    else:
        _show_paired(report.paired, console)
    score = report.cells
    console.print(
        f"Cells of {report.cell_s / 60:g} minutes: {score.observed} of {score.cells} observed, {report.true} true, "
        f"{report.counted} counted ({report.counted - report.true:+d}). Mean absolute error {_number(score.absolute)} a cell "
        f"({_percent(score.relative)} of the true), {_percent(score.exact)} exact, GEH below 5 in {_percent(score.geh_below_5)}."
    )
    for sheet in report.sheets:
        console.print(sheet_table(sheet))
        console.print(f"{sheet.source} {sheet.note}".strip(), style="dim")


def cells_csv(report: CountsReport) -> str:
    """The cells, a row each; an empty ``counted`` was not observed, an empty ``road_user`` means all kinds."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(Cell.__struct_fields__)
    for cell in report.cell_rows:
        values = msgspec.structs.asdict(cell).values()
        writer.writerow("" if value is None else inert(value) if isinstance(value, str) else _plain(value) for value in values)
    return text.getvalue()


def sheet_table(sheet: Sheet) -> Table:
    """An acceptance sheet: what did not pass, and how much did."""
    table = _table(f"{sheet.name}: {_VERDICT[sheet.passed]}. {sheet.rule}", "", "found", "asked", "")
    for check in sheet.checks:
        if check.passed is not True or len(sheet.checks) == 1:
            table.add_row(check.what, check.found, check.asked, _VERDICT[check.passed])
    passed = sum(check.passed is True for check in sheet.checks)
    if passed and len(sheet.checks) > 1:
        table.add_row(f"and {passed} more", "", "", "pass")
    return table


def _show_paired(paired: Paired, console: Console) -> None:
    rows: dict[str, LineScore | None] = {"all": paired.counts.all}
    clips = {name: clip.all for name, clip in paired.clips.items()}
    for part in (clips if len(clips) > 1 else {}, paired.by_flow, paired.by_light):
        rows[f"section {len(rows)}"] = None
        rows |= part
    console.print(_scores("Counts", rows))
    sure = paired.intervals
    console.print(
        f"Missed + extra {_interval(sure['wrong'], '{:.1%}')} of the true; beside it, net {_interval(sure['net'], '{:+.1%}')}. "
        f"Kind right {_interval(sure['right_kind'], '{:.1%}')} of the matched. 95 % intervals."
    )
    if paired.unobserved:
        console.print(f"{paired.unobserved} of the missed crossed while nothing was observed.")
    console.print(
        f"Effectiveness (AI City Track 1, 10 segments): {_number(paired.effectiveness, 3)} by kind, "
        f"{_number(paired.effectiveness_of_groups, 3)} by group."
    )
    console.print(_kinds(paired))
    for true, said in paired.counts.confusion.items():
        console.print(f"  {true} counted as {', '.join(f'{kind} {n}' for kind, n in sorted(said.items()))}")
    several = len(paired.clips) > 1
    told = [(f"{name}: " if several else "", mistake) for name, clip in paired.clips.items() for mistake in clip.mistakes]
    for where, mistake in told[:_MOST_MISTAKES]:
        what = "extra" if mistake.extra else "missed"
        console.print(
            f"  {where}{what} at {mistake.at_s:.1f} s: {mistake.road_user} over {flow_name(mistake.line, mistake.direction)}"
        )
    if len(told) > _MOST_MISTAKES:
        console.print(f"  and {len(told) - _MOST_MISTAKES} more; --json lists all")
    if paired.against:
        _show_against(paired.counts.all, paired.against, console)


def _show_against(ours: LineScore, against: Against, console: Console) -> None:
    console.print(_scores("Against", {"this": ours, "the other": against.all}))
    console.print("This less the other, in shares of the true, with 95 % intervals; * where zero is outside:")
    told = [
        f"{MEASURES[name]} {_interval(i, '{:+.1%}')}{'*' if i.excludes_zero else ''}" for name, i in against.differences.items()
    ]
    console.print(f"  {', '.join(told)}")


def _scores(title: str, rows: Mapping[str, LineScore | None]) -> Table:
    table = _table(title, "", "true", "matched", "missed", "extra", "missed + extra", "net")
    for name, line in rows.items():
        if line is None:
            table.add_section()
            continue
        numbers = (line.true, line.matched, line.missed, line.extra)
        table.add_row(name, *map(str, numbers), _percent(line.wrong), f"{line.net:+d}")
    return table


def _kinds(paired: Paired) -> Table:
    table = _table("Kinds", "", "true", "counted as it", "counted", "truly it")
    for name, kind in paired.by_kind.items():
        table.add_row(name, *map(str, (kind.true, kind.right, kind.counted, kind.truly)))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, 1))
    for n, name in enumerate(columns):
        table.add_column(name, justify="left" if n == 0 else "right")
    return table


def _interval(interval: Interval, form: str) -> str:
    if interval.value is None or interval.low is None or interval.high is None:
        return "-"
    return f"{form.format(interval.value)} [{form.format(interval.low)}, {form.format(interval.high)}]"


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{part:.1%}"


def _number(number: float | None, digits: int = 2) -> str:
    return "-" if number is None else f"{number:.{digits}f}"


def _plain(value: object) -> object:
    """A number without tails, true and false in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
