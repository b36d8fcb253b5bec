"""A scorecard as tables for people."""

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from catseye.evaluate.clip import Cost
from catseye.evaluate.counts import CountScore, LineScore
from catseye.evaluate.detection import DetectionScore, Found
from catseye.evaluate.scorecard import Scorecard
from catseye.evaluate.tracks import TrackScore

_MOST_MISTAKES = 20


def show(card: Scorecard, console: Console) -> None:
    """Print what the scorecard holds."""
    console.print(f"{card.frames_judged} of {card.frames} marked frames judged, overlap at least 0.5")
    if card.detection:
        console.print(boxes_table(card.detection))
    if card.tracks:
        console.print(tracks_table("Tracks", {"all": card.tracks}))
    if card.counts:
        console.print(_counts(card.counts))
        _counts_notes(card.counts, console)
    if card.cost:
        console.print(_cost(card.cost))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for n, name in enumerate(columns):
        table.add_column(name, justify="left" if n == 0 else "right")
    return table


def _share(part: float | None) -> str:
    return "-" if part is None else f"{part:.3f}"


def _kinds(kinds: dict[str, int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in kinds.items())


def boxes_table(score: DetectionScore) -> Table:
    """What was found and missed, by kind and size."""
    table = _table("Boxes of tracks", "", "marked", "found", "missed", "extra", "recall", "precision")

    def row(name: str, found: Found, precision: str) -> None:
        numbers = (found.found + found.missed, found.found, found.missed, found.extra)
        table.add_row(name, *map(str, numbers), _share(found.recall), precision)

    row("all", score.all, _share(score.all.precision))
    table.add_section()
    for name, found in score.by_kind.items():
        row(name, found, "")  # an extra box has no true kind, so a kind has no precision
    table.add_section()
    for name, found in score.by_size.items():
        row(name, found, _share(found.precision))
    table.caption = f"kind of the found: {_kinds(score.kinds)}"
    return table


_TRACK_COLUMNS = ("HOTA", "DetA", "AssA", "IDF1", "MOTA")


def tracks_table(title: str, rows: Mapping[str, TrackScore | None]) -> Table:
    """Scores of tracks, a row each; a name without a score begins a section. It fits a terminal of 80 columns."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, 1))
    table.caption = "MT, ML: road users followed in more than 80 % and less than 20 % of their frames"
    table.add_column("")
    for name in ("road users", *_TRACK_COLUMNS, "switches", "broken", "MT", "ML"):
        table.add_column(name, justify="right")
    for name, score in rows.items():
        if score is None:
            table.add_section()
            continue
        shares = (_share(getattr(score, column.lower())) for column in _TRACK_COLUMNS)
        numbers = (score.switches, score.fragmentations, score.mostly_tracked, score.mostly_lost)
        table.add_row(name, str(score.road_users), *shares, *map(str, numbers))
    return table


def _counts(score: CountScore) -> Table:
    table = _table("Counts", "line", "true", "matched", "missed", "extra", "net", "missed + extra")

    def row(name: str, line: LineScore) -> None:
        numbers = (line.true, line.matched, line.missed, line.extra)
        wrong = "-" if line.wrong is None else f"{line.wrong:.1%}"
        table.add_row(name, *map(str, numbers), f"{line.net:+d}", wrong)

    for name, line in score.by_line.items():
        row(name, line)
    table.add_section()
    row("all lines", score.all)
    table.caption = f"kind of the matched: {_kinds(score.kinds)}; off in 15-minute cells by {score.cell_error}"
    return table


def _counts_notes(score: CountScore, console: Console) -> None:
    for true, said in score.confusion.items():
        console.print(f"  {true} counted as {', '.join(f'{kind} {n}' for kind, n in sorted(said.items()))}")
    for mistake in score.mistakes[:_MOST_MISTAKES]:
        what = "extra" if mistake.extra else "missed"
        console.print(f"  {what} at {mistake.at_s:.1f} s: {mistake.road_user} over {mistake.line}, {mistake.direction}")
    if len(score.mistakes) > _MOST_MISTAKES:
        console.print(f"  and {len(score.mistakes) - _MOST_MISTAKES} more; --json lists all")


def _cost(cost: Cost) -> Table:
    table = _table("Milliseconds a frame", "decode (each decoded)", "detect (each analysed)", "follow and count (each analysed)")
    table.columns[0].justify = "right"
    table.add_row(*(f"{number:.2f}" for number in (cost.decode_ms, cost.detect_ms, cost.follow_ms)))
    return table
