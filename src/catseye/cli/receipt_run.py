"""Runs ``catseye receipt``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from catseye import app
from catseye.cli.evaluate_counts_files import Hints
from catseye.cli.evaluate_counts_read import read_clip
from catseye.cli.receipt_page import page
from catseye.cli.receipt_tables import judged, print_cells, print_judged, print_sample
from catseye.config import load_scene
from catseye.config.sample_file import load_sample, save_sample
from catseye.core.counts import Count
from catseye.core.errors import ConfigError, OutputError
from catseye.core.ids import StreamId
from catseye.core.known import KnownCrossing
from catseye.core.receipt import SAMPLE_VERSION, Light, SampleClip, TruthSample
from catseye.core.time import cell_start, nanoseconds, parse_instant, seconds, zone
from catseye.evaluate.counted import Crossings
from catseye.receipt.judging import leave_out
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
        dispersion=round(dispersion(truths), 3),
    )
    save_sample(args.out, sample)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(sample), indent=1).decode() + "\n")
    else:
        print_sample(sample, args.out)
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
    gaps_ns = (*clip.counted.gaps_ns, *clip.true.gaps_ns)
    gaps = [(seconds(start - clip.begins_ns), seconds(end - clip.begins_ns)) for start, end in gaps_ns]

    def asked(crossing: KnownCrossing) -> bool:
        """Whether somebody watched when it happened; what nobody watched is missed time, not a miss."""
        return 0 <= crossing.at_s <= until_s and not any(start <= crossing.at_s < end for start, end in gaps)

    told = Told(
        name=result.name,
        true=[crossing for crossing in clip.true.crossings if asked(crossing)],
        counted=[crossing for crossing in clip.counted.crossings if crossing.road_user in clip.marked and asked(crossing)],
        ways=clip.flows,
        seconds=until_s,
        unwatched=gaps,
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
    """List the cells of a store. Raises ConfigError, StoreError, OutputError."""
    known = watched(args.folder)
    if args.truth_sample is not None:
        sample = load_sample(args.truth_sample)
        _fits(sample, args.folder)
        app.certify_store(args.folder / "store.sqlite", StreamId(known.stream), sample)
    cells = [count for count in cells_of(args.folder, known) if count.volume is not None]
    if args.plot is not None:
        _write(args.plot, page(cells, known.stream, zone(known.timezone)))
    if args.csv:
        sys.stdout.write(counts_csv.encode(cells, zone(known.timezone)))
    elif args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(cells), indent=1).decode() + "\n")
    else:
        print_cells(cells, known.stream, zone(known.timezone))
    return 0


def judge(args: argparse.Namespace) -> int:
    """Hold the intervals of a sample against its own clips. Raises ConfigError."""
    tried = leave_out(load_sample(args.sample))
    if not tried:
        raise ConfigError(
            f"{args.sample} is too small: no clip can be judged by the others.", "Count more clips; 'catseye sample' says how many."
        )
    if args.json:
        told = {name.strip(): msgspec.to_builtins(held) for name, held in judged(tried).items()}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n")
    else:
        print_judged(tried)
    return 0


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.", "Give another place, or free some space.") from error


def _fits(sample: TruthSample, folder: Path) -> None:
    if (folder / "scene.toml").is_file() and load_scene(folder / "scene.toml").revision != sample.scene_revision:
        raise ConfigError(
            "The truth sample is of another scene than these counts.", "Learn one over the scene that they were counted with."
        )
