"""What ``catseye evaluate clip`` and ``lines`` do."""

import argparse
import sys

import msgspec
from rich.console import Console

from catseye import app
from catseye.cli.evaluate_tables import show
from catseye.config import check_fits, dump_scene, load_scene
from catseye.core.errors import ConfigError
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.truth import Truth
from catseye.evaluate import plot
from catseye.evaluate.clip import run_clip
from catseye.evaluate.fan import fan
from catseye.evaluate.files import truth_for
from catseye.evaluate.scorecard import Scorecard, judge_run
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


def _print(report: _Report, args: argparse.Namespace) -> int:
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        show(report.scorecard, Console(highlight=False))
    return 0
