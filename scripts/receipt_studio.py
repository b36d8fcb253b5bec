#!/usr/bin/env python3
"""How often 95 % intervals hold the truth on the studio's streets: the tables of docs/measurements.md, section "The receipt".

The input is what ``scripts/receipt_observe.py`` wrote. All hours of one street and one detector are one camera's. Of their
stretches of 5 minutes some are drawn by the rule of ``catseye sample`` and learned as ``catseye receipt learn`` does; every cell of
which no part was drawn is put to the test. Run it from the project's root:

    scripts/receipt_studio.py seen/*.json --clips 12 --cell 15 --gap 0
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from receipt_observe import Hour

from catseye.core.geometry import F64
from catseye.core.known import KnownCrossing
from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, SampleClip, TruthSample
from catseye.receipt.interval import Rates
from catseye.receipt.judging import Cell, Held, Tried, name_of, summed, try_cell
from catseye.receipt.learning import Told, dispersion, learn
from catseye.receipt.sample import Evidence, Way
from catseye.receipt.sampling import Stretch, plan

CLIP_S = 300.0
Times = dict[tuple[Way, str], F64]


@dataclass(frozen=True, slots=True)
class Watched:
    """An hour of a street, with when each kind crossed each way, and its clips as they would be learned."""

    hour: Hour
    true: Times
    counted: Times
    clips: tuple[SampleClip, ...]


def watched(hour: Hour) -> Watched:
    """An hour, ready to be drawn from."""
    told = Told(name=str(hour.seed), true=hour.true, counted=hour.counted, ways=hour.ways, seconds=hour.seconds)
    clips = learn(told, cut_s=CLIP_S, light_at=lambda _: "day")
    return Watched(hour, _times(hour.true), _times(hour.counted), clips)


def _times(crossings: Sequence[KnownCrossing]) -> Times:
    found: dict[tuple[Way, str], list[float]] = defaultdict(list)
    for crossing in crossings:
        for kind in (ALL_KINDS, crossing.road_user.label):
            found[(crossing.rule, crossing.direction), kind].append(crossing.at_s)
    return {key: np.sort(np.array(times)) for key, times in found.items()}


def within(times: Times, key: tuple[Way, str], start_s: float, end_s: float) -> int:
    """How many crossed during [start, end)."""
    if key not in times:
        return 0
    low, high = np.searchsorted(times[key], [start_s, end_s])
    return int(high - low)


def stretches(street: Sequence[Watched]) -> list[Stretch]:
    """Every stretch of every hour; they are alike in light and part of the day."""
    return [
        Stretch(name=clip.name, source=str(which), start_s=n * CLIP_S, seconds=CLIP_S, start="", hour=10, light="day")
        for which, one in enumerate(street)
        for n, clip in enumerate(one.clips)
    ]


def learned(street: Sequence[Watched], clips: int, seed: int) -> tuple[TruthSample, set[tuple[int, int]]]:
    """A truth sample of so many clips, and which (hour, piece) it holds."""
    drawn = plan(stretches(street), clips=clips, precision=None, seed=seed).picked
    picked = [(int(one.stretch.source), int(one.stretch.start_s // CLIP_S), one.weight) for one in drawn]
    truths = []
    for which, piece, _ in picked:
        start_s = piece * CLIP_S
        inside = [
            msgspec.structs.replace(crossing, at_s=crossing.at_s - start_s)
            for crossing in street[which].hour.true
            if start_s <= crossing.at_s < start_s + CLIP_S
        ]
        truths.append(Told(name="", true=inside, counted=[], ways=[], seconds=CLIP_S))
    sample = TruthSample(
        version=SAMPLE_VERSION,
        scene_revision="",
        detector=street[0].hour.detector,
        detector_sha256="",
        clips=tuple(msgspec.structs.replace(street[which].clips[piece], weight=weight) for which, piece, weight in picked),
        dispersion=dispersion(truths),
    )
    return sample, {(which, piece) for which, piece, _ in picked}


def trials(street: Sequence[Watched], args: argparse.Namespace, draw: int) -> Iterator[Tried | None]:
    """Every cell that has no part in the sample, for all kinds together and each by itself; None where it is unverified."""
    sample, picked = learned(street, args.clips, draw)
    evidence, cell_s, gap_s = Evidence(sample), 60 * args.cell, 60 * args.gap
    rng = np.random.default_rng([draw, int(gap_s)])
    for which, one in enumerate(street):
        for number in range(int(one.hour.seconds // cell_s)):
            start_s, end_s = number * cell_s, (number + 1) * cell_s
            if any((which, int(at_s // CLIP_S)) in picked for at_s in np.arange(start_s, end_s, 60.0)):
                continue
            gone_s = start_s + float(rng.uniform(0, cell_s - gap_s))
            for way in one.hour.ways:
                for kind in (ALL_KINDS, *sorted({kind for _, kind in (*one.true, *one.counted)} - {ALL_KINDS})):
                    rates = evidence.rates(way, kind, {"day": cell_s})
                    key = (way, kind)
                    true = within(one.true, key, start_s, end_s)
                    counted = within(one.counted, key, start_s, end_s) - within(one.counted, key, gone_s, gone_s + gap_s)
                    if not isinstance(rates, Rates):
                        yield None
                        continue
                    place = f"{one.hour.street} {name_of(way)}"
                    cell = Cell(place=place, road_user=kind, watched_s=cell_s - gap_s, missed_s=gap_s)
                    yield try_cell(rates, cell, true=true, counted=counted)


def table(title: str, groups: dict[str, list[Tried]], say: Callable[[str], None]) -> None:
    """One row for each group."""
    say(f"\n| {title} | found | 95 % of that | claimed | below | above | mean true | mean width | cells | ways |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    for name in sorted(groups):
        say(f"| {name} | {_row(summed(groups[name]))} |")


def _row(held: Held) -> str:
    sure = "" if held.low is None else f"{held.low:.1%}-{held.high:.1%}"
    return (
        f"{held.share:.1%} | {sure} | {held.claimed:.1%} | {held.below:.1%} | {held.above:.1%} | "
        f"{held.true:.1f} | {held.width:.1f} | {held.number} | {held.places}"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hours", type=Path, nargs="+", help="files of scripts/receipt_observe.py")
    parser.add_argument("--clips", type=int, default=12, help="of 5 minutes, that are counted by hand (default: %(default)s)")
    parser.add_argument("--cell", type=int, default=15, help="minutes of a cell (default: %(default)s)")
    parser.add_argument("--gap", type=float, default=0.0, help="minutes of each cell in which nobody looks (default: %(default)s)")
    parser.add_argument("--draws", type=int, default=5, help="how many samples are drawn (default: %(default)s)")
    args = parser.parse_args()
    streets: dict[tuple[str, str], list[Watched]] = defaultdict(list)
    for path in sorted(args.hours):
        hour = msgspec.json.decode(path.read_bytes(), type=Hour)
        streets[hour.detector, hour.street].append(watched(hour))
    by_street: dict[str, list[Tried]] = defaultdict(list)
    by_sort: dict[str, list[Tried]] = defaultdict(list)
    unverified = 0
    for (detector, name), street in sorted(streets.items()):
        for draw in range(1, args.draws + 1):
            for one in trials(street, args, draw):
                if one is None:
                    unverified += 1
                    continue
                what = "one kind" if one.cell.road_user else "all kinds"
                for group in (f"{name}, {detector}, {what}", f"all, {what}"):
                    by_street[group].append(one)
                for group in (one.cell.road_user or "all kinds together", f"{what}, {one.size}"):
                    by_sort[group].append(one)
            sys.stderr.write(f"{detector} {name}, sample {draw}\n")

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")

    table("street", by_street, say)
    table("cells", by_sort, say)
    tried = sum(len(by_street[group]) for group in ("all, all kinds", "all, one kind") if group in by_street)
    say(f"\nunverified: {unverified} of {unverified + tried} cells")


if __name__ == "__main__":
    main()
