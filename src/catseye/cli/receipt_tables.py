"""Tables of ``catseye receipt``."""

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from catseye.core.counts import Count
from catseye.core.receipt import TruthSample
from catseye.core.time import CELL_S, NS_PER_S, iso_local
from catseye.receipt.judging import SIZES, Held, Tried, name_of, summed


def print_sample(sample: TruthSample, out: Path) -> None:
    """What a new truth sample holds."""
    table = Table(title=f"truth sample {sample.identity} of {sample.detector}", title_justify="left")
    for heading in ("light", "clips", "minutes", "true", "matched", "missed", "extra", "recall"):
        table.add_column(heading, justify="left" if heading == "light" else "right")
    for light in sorted({clip.light for clip in sample.clips}):
        clips = [clip for clip in sample.clips if clip.light == light]
        rows = [row for clip in clips for row in clip.rows if not row.road_user]
        matched, missed, extra = (sum(getattr(row, name) for row in rows) for name in ("matched", "missed", "extra"))
        recall = matched / (matched + missed) if matched + missed else math.nan
        minutes = sum(clip.seconds for clip in clips) / 60
        told = (matched + missed, matched, missed, extra)
        table.add_row(light, str(len(clips)), f"{minutes:.1f}", *map(str, told), f"{recall:.1%}")
    console = Console(highlight=False)
    console.print(table)
    console.print(f"dispersion of traffic by 2.5 minutes: {sample.dispersion:.2f}; written to {out}")


def print_cells(cells: Sequence[Count], stream: str, tz: ZoneInfo) -> None:
    """The cells one after the other: for each way all kinds together, then each kind that was counted."""
    console = Console(highlight=False)
    console.print(f"{stream}: cells of {CELL_S // 60} minutes")
    for start_ns, cell in groupby(sorted(cells, key=lambda count: (count.start_ns, name_of(_way(count)))), lambda c: c.start_ns):
        told = list(cell)
        lights = ", ".join(dict.fromkeys(count.receipt.light for count in told))
        begins = iso_local(start_ns // NS_PER_S * NS_PER_S, tz)[:16].replace("T", " ")
        table = Table(title=f"\n{begins}, {lights}, watched for {_watched(told)} s", title_justify="left")
        table.add_column("line or movement")
        table.add_column("kind")
        for heading in ("volume", "truly, 95 %"):
            table.add_column(heading, justify="right", no_wrap=True)
        for way, group in groupby(told, _way):
            for row in _rows(way, list(group)):
                table.add_row(*row)
        console.print(table)
    for why in dict.fromkeys(count.receipt.why for count in cells if count.receipt.why):
        console.print(f"unverified: {why}")
    rests = {(c.receipt.detector, c.receipt.scene_revision, c.receipt.calibration, c.receipt.truth_sample) for c in cells}
    for detector, scene, calibration, sample in sorted(rests):
        rest = {"detector": detector, "scene": scene, "calibration": calibration, "truth sample": sample}
        console.print("; ".join(f"{what} {name or 'none'}" for what, name in rest.items()))


def _way(count: Count) -> tuple[str, str]:
    return count.rule, count.direction


def _watched(told: Sequence[Count]) -> str:
    least, most = min(count.observed_s for count in told), max(count.observed_s for count in told)
    return f"{most:.0f}" if round(least) == round(most) else f"{least:.0f} to {most:.0f}"


def _rows(way: tuple[str, str], told: Sequence[Count]) -> list[tuple[str, str, str, str]]:
    name = way[0] if way[0] == way[1] else f"{way[0]}, {way[1]}"
    rows = [(name, "all", str(sum(count.volume or 0 for count in told)), _bounds(told[0].receipt.way_interval))]
    rows += [("", c.road_user, str(c.volume), _bounds(c.receipt.interval)) for c in told if c.road_user and c.volume]
    return rows


def _bounds(bounds: tuple[int, int] | None) -> str:
    return f"{bounds[0]} to {bounds[1]}" if bounds else "unverified"


def print_judged(tried: Sequence[Tried]) -> None:
    """How often intervals held the truth, by kind and by size."""
    table = Table(title="clips, each judged by what the others tell", title_justify="left")
    table.add_column("cells", no_wrap=True)
    for heading in ("n", "ways", "held", "sure of it", "claimed", "true", "width"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, held in judged(tried).items():
        sure = "-" if held.low is None else f"{held.low:.0%} to {held.high:.0%}"
        counts = (str(held.number), str(held.places), f"{held.share:.1%}", sure, f"{held.claimed:.1%}")
        table.add_row(name, *counts, f"{held.true:.1f}", f"{held.width:.1f}")
    console = Console(highlight=False)
    console.print(table)
    console.print(
        "95 % should hold. 'Sure of it': where that share lies with 95 %, drawing ways anew. Whole numbers cannot be cut finer, so "
        "small volumes hold more: 'claimed' is what the intervals promise. True and width: means, in road users."
    )


def judged(tried: Sequence[Tried]) -> dict[str, Held]:
    """By kind, and all kinds together by how many truly passed."""
    groups: dict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        groups[one.cell.road_user or "all kinds"].append(one)
        if not one.cell.road_user:
            groups[f"  {one.size}"].append(one)
    first = ["all kinds", *(f"  {size}" for size in SIZES)]
    names = [name for name in first if name in groups] + sorted(set(groups) - set(first))
    return {name: summed(groups[name]) for name in names}
