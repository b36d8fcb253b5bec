"""What a watch amounted to, as tables for people."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from catseye.core.compared import Compared, Mistake, Tally, TurnTally, total
from catseye.core.speeds import KMH
from catseye.runtime.summary import AgainstTruth, Summary

_TURNS = {"left": "left", "through": "through", "right": "right", "u": "U-turn"}
_MOST_MISTAKES = 20
_SURE = 1.96  # standard deviations, for 95 %


def show(summary: Summary, console: Console, out: Path | None) -> None:
    """Print the volumes, the comparison with a truth where there is one, and what the watch left."""
    console.print(_volumes(summary))
    if summary.speeds:
        console.print(_speeds(summary))
    if summary.against_truth is not None:
        _show_truth(summary.against_truth, console)
    frames = summary.frames
    console.print(
        f"frames: {frames['decoded']} decoded, {frames['analysed']} analysed, "
        f"{frames['dropped']} dropped, {frames['corrupt']} corrupt"
    )
    for line in _receipt(summary):
        console.print(line, highlight=False)
    for gap in summary.not_observed:
        console.print(f"not observed: {gap.start} to {gap.end}")
    if summary.scene_proposed:
        console.print(f"count lines were proposed: edit {summary.scene_file} and give it back with --scene")
    if out is not None:
        console.print(f"results: {out}/")


def _volumes(summary: Summary) -> Table:
    table = Table(title=f"{summary.stream}: observed {summary.observed_s:.1f} s", title_justify="left")
    for heading in ("line", "direction", "road user"):
        table.add_column(heading)
    table.add_column("volume", justify="right")
    for line, ways in summary.volumes.items():
        for way, kinds in ways.items():
            for kind, volume in sorted(kinds.items()) or [("-", 0)]:
                table.add_row(line, way, kind, str(volume))
    return table


def _speeds(summary: Summary) -> Table:
    """Mean and 85th percentile of each direction, and how far a single speed may be off with 95 %."""
    table = Table(title="Speeds in km/h", title_justify="left")
    for heading in ("line", "direction"):
        table.add_column(heading)
    for heading in ("measured", "mean", "85 %", "error of one"):
        table.add_column(heading, justify="right")
    for line, ways in summary.speeds.items():
        for way, told in ways.items():
            error = "?" if told.error_mps is None else f"± {_SURE * KMH * told.error_mps:.1f}"
            table.add_row(line, way, str(told.measured), _kmh(told.mean_mps), _kmh(told.p85_mps), error)
    return table


def _kmh(speed_mps: float | None) -> str:
    return "-" if speed_mps is None else f"{KMH * speed_mps:.1f}"


def _receipt(summary: Summary) -> list[str]:
    """The light, and how many cells have an interval; why the others have none."""
    if not summary.cells:
        return []
    lights = ", ".join(dict.fromkeys(cell.receipt.light for cell in summary.cells))
    backed = sum(cell.receipt.status == "verified" for cell in summary.cells)
    reasons = "; ".join(dict.fromkeys(cell.receipt.why for cell in summary.cells if cell.receipt.why))
    told = f"receipt: {lights}; {backed} of {len(summary.cells)} volumes with an interval"
    return [f"{told}; unverified: {reasons}" if reasons else told]


def _show_truth(against: AgainstTruth, console: Console) -> None:
    console.print(_lines(against.compared))
    if against.compared.turns:
        console.print(_turning(against.compared))
        console.print("the turning table counts vehicles and two-wheelers, no walkers")
    for mistake in against.mistakes[:_MOST_MISTAKES]:
        console.print(f"  {_told(mistake)}", highlight=False)
    if len(against.mistakes) > _MOST_MISTAKES:
        console.print(f"  and {len(against.mistakes) - _MOST_MISTAKES} more; --json lists all")


def _told(mistake: Mistake) -> str:
    what = "extra" if mistake.extra else "missed"
    way = "" if mistake.direction == mistake.line else f", {mistake.direction}"
    return f"{what} at {mistake.at_s:.1f} s: {mistake.road_user} over {mistake.line}{way}"


def _lines(compared: Compared) -> Table:
    table = Table(title="Count lines, counted beside true", title_justify="left")
    for heading in ("line", "direction"):
        table.add_column(heading)
    for heading in ("counted", "true", "error", "missed", "extra"):
        table.add_column(heading, justify="right")
    for line in compared.lines:
        table.add_row(line.rule, line.direction, *_numbers(line))
    table.add_section()
    table.add_row("all lines", "", *_numbers(compared.all_lines))
    return table


def _numbers(tally: Tally) -> tuple[str, ...]:
    return _number(tally.counted), _number(tally.true), _error(tally), str(tally.missed), str(tally.extra)


def _number(volume: int | None) -> str:
    return "-" if volume is None else str(volume)


def _error(tally: Tally) -> str:
    if tally.counted is None or tally.true is None:
        return "-"
    return f"{tally.counted - tally.true:+d}" if tally.counted != tally.true else "0"


def _turning(compared: Compared) -> Table:
    """Rows are origins, columns turns; a cell is counted / true, and the error where there is one."""
    used = {turn.turn for turn in compared.turns}
    kinds = [kind for kind in _TURNS if kind in used]
    origins = list(dict.fromkeys(turn.origin for turn in compared.turns))
    cells = {(turn.origin, turn.turn): turn for turn in compared.turns}
    table = Table(title="Turning table, counted / true", title_justify="left")
    table.add_column("from")
    for kind in (*kinds, "all"):
        table.add_column(_TURNS.get(kind, kind), justify="right")
    for origin in origins:
        row = [cells.get((origin, kind)) for kind in kinds]
        table.add_row(origin, *map(_cell, row), _cell(_sum(row)))
    table.add_section()
    columns = [[cells.get((origin, kind)) for origin in origins] for kind in kinds]
    table.add_row("all", *(_cell(_sum(column)) for column in columns), _cell(compared.all_turns))
    return table


def _cell(tally: Tally | None) -> str:
    if tally is None or tally.counted is None:
        return "-"
    wrong = [f"{n} {what}" for n, what in ((tally.missed, "missed"), (tally.extra, "extra")) if n]
    return f"{tally.counted} / {_number(tally.true)}" + (f" ({', '.join(wrong)})" if wrong else "")


def _sum(row: list[TurnTally | None]) -> Tally:
    return total([tally for tally in row if tally is not None])
