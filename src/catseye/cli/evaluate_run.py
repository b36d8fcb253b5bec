"""What ``catseye evaluate clip``, ``counts`` and ``lines`` do."""

import argparse
import sys
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from catseye import app
from catseye.cli.evaluate_tables import show
from catseye.config import check_fits, dump_scene, load_scene
from catseye.core.errors import ConfigError
from catseye.core.events import LineCrossed
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.time import parse_instant, zone
from catseye.core.truth import Truth
from catseye.evaluate import plot
from catseye.evaluate.clip import run_clip
from catseye.evaluate.fan import fan
from catseye.evaluate.files import truth_for
from catseye.evaluate.scorecard import Scorecard, judge_counts, judge_run
from catseye.ports import DetectorInfo
from catseye.runtime.session import WatchOptions, watching


class _Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints."""

    truth: str
    result: str
    scorecard: Scorecard
    scene: Scene | None = None
    detector: DetectorInfo | None = None
    analysed_fps: float | None = None


def clip(args: argparse.Namespace) -> int:
    """Run the product over a clip and score it."""
    truth, clock = truth_for(args.truth), app.system_clock()
    given = load_scene(args.scene) if args.scene else None
    detector = app.open_detector(args.detector)
    source = None
    try:
        source = app.open_source(args.source, stream=StreamId("clip"), run=RunId("clip"), clock=clock)
        size = source.info.size
        scene = given or fan(truth, size)
        _must_fit(truth, scene, size)
        params = watching(WatchOptions(source=args.source, analysed_fps=args.fps), scene, detector.info, None).params
        run = run_clip(source, detector, scene, clock=clock, fps=args.fps, params=params)
    finally:
        detector.close()
        if source is not None:
            source.close()
    card = judge_run(truth, run, scene, size)
    if args.plot:
        plot.write(args.plot, plot.draw(truth, run.boxes, scene, size))
    report = _Report(
        truth=str(args.truth),
        result=args.source,
        scorecard=card,
        scene=scene,
        detector=detector.info,
        analysed_fps=args.fps,
    )
    return _print(report, args)


def counts(args: argparse.Namespace) -> int:
    """Score the counts of a watch."""
    truth = truth_for(args.truth)
    path = args.scene or args.result / "scene.toml"
    if not args.scene and not path.is_file():
        raise ConfigError(f"There is no proposed scene in {args.result}.", "Give with --scene the one it was counted with.")
    scene = load_scene(path)
    fps = args.clip_fps or truth.fps
    size = truth.size or scene.drawn_for
    if not fps or not size:
        raise ConfigError("Neither the truth nor the scene tells the clip's frame rate and size.", "Give --clip-fps and drawn_for.")
    _must_fit(truth, scene, size)
    counted = _counted(args.result)
    starts_ns = parse_instant(args.start, zone(scene.timezone))
    times_ns = starts_ns + np.rint(np.arange(max(truth.frames, 1)) * 1e9 / fps).astype(np.int64)
    card = judge_counts(truth, counted, scene, size, times_ns)
    return _print(_Report(truth=str(args.truth), result=str(args.result), scorecard=card, scene=scene), args)


def lines(args: argparse.Namespace) -> int:
    """Print the lines that a truth draws."""
    truth = truth_for(args.truth)
    size = args.size or truth.size
    if size is None:
        raise ConfigError("The truth does not tell the picture's size.", "Give --size, such as --size 1280x720.")
    scene = fan(truth, size)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(scene)).decode() + "\n" if args.json else dump_scene(scene))
    return 0


def _must_fit(truth: Truth, scene: Scene, size: tuple[int, int]) -> None:
    if truth.size is not None and truth.size != size:
        wanted, got = ("x".join(map(str, pair)) for pair in (truth.size, size))
        raise ConfigError(f"The truth was marked on a picture of {wanted}, the clip has {got}.", "Give the clip that was marked.")
    check_fits(scene, size)


def _counted(folder: Path) -> list[LineCrossed]:
    """The crossings that a watch counted."""
    try:
        stream = StreamId(str(msgspec.json.decode((folder / "summary.json").read_bytes())["stream"]))
    except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise ConfigError(f"No results of a watch in {folder}.", "Give the DIR of a finished 'catseye watch --out DIR'.") from error
    store = app.read_store(folder / "store.sqlite")
    try:
        span = store.span(stream)
        return [event for event in store.events(stream, *span) if isinstance(event, LineCrossed)] if span else []
    finally:
        store.close()


def _print(report: _Report, args: argparse.Namespace) -> int:
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        show(report.scorecard, Console(highlight=False))
    return 0
