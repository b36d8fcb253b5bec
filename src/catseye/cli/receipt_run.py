"""Runs ``catseye receipt``."""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from catseye import app
from catseye.cli.evaluate_counts_read import Hints, read_clip
from catseye.config import load_scene
from catseye.config.sample_file import load_sample, save_sample
from catseye.core.counts import Count
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.core.known import KnownCrossing
from catseye.core.receipt import SAMPLE_VERSION, Light, SampleClip, TruthSample
from catseye.core.time import CELL_S, NS_PER_S, cell_start, iso_local, nanoseconds, parse_instant, seconds, zone
from catseye.evaluate.counting import Crossings
from catseye.receipt.learning import Told, dispersion, learn
from catseye.wire import counts_csv

_AGAIN = "Count the clip anew with 'catseye watch --fast --out DIR' and learn within a day: events are kept no longer."


class Watched(msgspec.Struct, frozen=True):
    """What is read of a ``summary.json``."""

    stream: str
    timezone: str
    scene_revision: str
    end: str | None = None


class _Picked(msgspec.Struct, frozen=True):
    name: str
    weight: float


class _Plan(msgspec.Struct, frozen=True):
    """What is read of a plan of ``catseye sample``."""

    picked: tuple[_Picked, ...]


def learn_sample(args: argparse.Namespace) -> int:
    """Make a truth sample. Raises ConfigError, StoreError, OutputError."""
    if len(args.truth) != len(args.result):
        raise ConfigError("There are not as many --truth as --result.", "Give them in pairs, in the same order.")
    if not args.minutes > 0:
        raise ConfigError(f"--minutes {args.minutes:g} is not above 0.", "Give minutes, such as 5.")
    weights = _weights(args.weights) if args.weights else {}
    clips: list[SampleClip] = []
    truths: list[Told] = []
    rests: set[tuple[str, str, str]] = set()
    for truth, result in zip(args.truth, args.result, strict=True):
        if weights and result.name not in weights:
            raise ConfigError(f"The plan picked no {result.name}.", "Name each result's folder as the plan names its stretch.")
        told, light_at, rest = _told(truth, result, Hints(clip_fps=args.clip_fps))
        truths.append(told)
        rests |= rest
        clips += learn(told, cut_s=args.minutes * 60, light_at=light_at, weight=weights.get(result.name, 1.0))
    if len(rests) != 1:
        raise ConfigError(
            f"The results were counted with {len(rests)} detectors and scenes; a sample is of one.", "Learn each by itself."
        )
    ((detector, sha256, revision),) = rests
    sample = TruthSample(
        version=SAMPLE_VERSION,
        scene_revision=revision,
        detector=detector,
        detector_sha256=sha256,
        clips=tuple(clips),
        dispersion=round(dispersion((told.true, told.seconds) for told in truths), 3),
    )
    save_sample(args.out, sample)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(sample), indent=1).decode() + "\n")
    else:
        _print_sample(sample, args.out)
    return 0


def _weights(path: Path) -> dict[str, float]:
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=_Plan)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path} is no plan: {error}.", "Give the JSON of 'catseye sample'.") from error
    return {one.name: one.weight for one in plan.picked}


def _told(truth: Path, result: Path, hints: Hints) -> tuple[Told, Callable[[float], Light], set[tuple[str, str, str]]]:
    """One clip, its light by the second, and (detector, hash, scene revision) of whoever counted it."""
    clip, _ = read_clip(result.name, truth, [result], hints)
    if not isinstance(clip.true, Crossings) or not isinstance(clip.counted, Crossings):
        raise ConfigError(f"{truth} tells volumes, not crossings.", "Give a truth that tells when each road user crossed.")
    known = watched(result)
    cells = cells_of(result, known)
    volume = sum(count.volume or 0 for count in cells if (count.rule, count.direction) in set(clip.flows))
    if volume and not clip.counted.crossings:
        raise ConfigError(f"{result} has lost its events.", _AGAIN)
    lights = {count.start_ns: count.receipt.light for count in cells}

    def light_at(at_s: float) -> Light:
        return lights.get(cell_start(clip.begins_ns + nanoseconds(at_s)), "unknown")

    rest = {
        (count.receipt.detector, count.receipt.detector_sha256, count.receipt.scene_revision)
        for count in cells
        if count.observed_s > 0
    }
    ends_ns = parse_instant(known.end, zone("UTC")) if known.end else clip.begins_ns
    until_s = min(clip.until_s, seconds(ends_ns - clip.begins_ns))
    if until_s <= 0:
        raise ConfigError(f"{result} watched nothing of what {truth} tells.", "Give the result of the same clip.")
    gaps = [(seconds(start - clip.begins_ns), seconds(end - clip.begins_ns)) for start, end in clip.counted.gaps_ns]

    def asked(crossing: KnownCrossing) -> bool:
        """Whether somebody watched when it happened; what nobody watched is missed time, not a miss."""
        return 0 <= crossing.at_s <= until_s and not any(start <= crossing.at_s < end for start, end in gaps)

    told = Told(
        name=result.name,
        true=[crossing for crossing in clip.true.crossings if asked(crossing)],
        counted=[crossing for crossing in clip.counted.crossings if crossing.road_user in clip.marked and asked(crossing)],
        ways=clip.flows,
        seconds=until_s,
    )
    return told, light_at, rest


def watched(folder: Path) -> Watched:
    """What a watch says of itself. Raises ConfigError."""
    try:
        return msgspec.json.decode((folder / "summary.json").read_bytes(), type=Watched)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"No results of a watch in {folder}.", "Give the DIR of a finished 'catseye watch --out DIR'.") from error


def cells_of(folder: Path, known: Watched) -> list[Count]:
    """All cells of a watch, with their receipts. Raises StoreError."""
    store = app.read_store(folder / "store.sqlite")
    try:
        span = store.span(StreamId(known.stream))
        return store.counts(StreamId(known.stream), *span) if span else []
    finally:
        store.close()


def show(args: argparse.Namespace) -> int:
    """List the cells of a store. Raises ConfigError, StoreError."""
    known = watched(args.folder)
    if args.truth_sample is not None:
        sample = load_sample(args.truth_sample)
        _fits(sample, args.folder)
        app.certify_store(args.folder / "store.sqlite", StreamId(known.stream), sample)
    cells = [count for count in cells_of(args.folder, known) if count.volume is not None]
    if args.csv:
        sys.stdout.write(counts_csv.encode(cells, zone(known.timezone)))
    elif args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(cells), indent=1).decode() + "\n")
    else:
        _print_cells(cells, known)
    return 0


def _fits(sample: TruthSample, folder: Path) -> None:
    if (folder / "scene.toml").is_file() and load_scene(folder / "scene.toml").revision != sample.scene_revision:
        raise ConfigError(
            "The truth sample is of another scene than these counts.", "Learn one over the scene that they were counted with."
        )


def _print_sample(sample: TruthSample, out: Path) -> None:
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
    console.print(f"dispersion of traffic by the minute: {sample.dispersion:.2f}; written to {out}")


def _print_cells(cells: list[Count], known: Watched) -> None:
    tz = zone(known.timezone)
    table = Table(title=f"{known.stream}: cells of {CELL_S // 60} minutes", title_justify="left")
    for heading in ("from", "line or movement", "direction", "kind"):
        table.add_column(heading)
    for heading in ("volume", "95 %", "observed s"):
        table.add_column(heading, justify="right")
    table.add_column("light")
    for count in cells:
        bounds = count.receipt.interval
        told = f"{bounds[0]}-{bounds[1]}" if bounds else "unverified"
        way = "" if count.direction == count.rule else count.direction
        names = (iso_local(count.start_ns // NS_PER_S * NS_PER_S, tz)[:16], count.rule, way, count.road_user or "-")
        table.add_row(*names, str(count.volume), told, f"{count.observed_s:.0f}", count.receipt.light)
    console = Console(highlight=False)
    console.print(table)
    for why in dict.fromkeys(count.receipt.why for count in cells if count.receipt.why):
        console.print(f"unverified: {why}")
    rests = {(c.receipt.detector, c.receipt.scene_revision, c.receipt.calibration, c.receipt.truth_sample) for c in cells}
    for detector, scene, calibration, sample in sorted(rests):
        rest = {"detector": detector, "scene": scene, "calibration": calibration, "truth sample": sample}
        console.print("; ".join(f"{what} {name or 'none'}" for what, name in rest.items()))
