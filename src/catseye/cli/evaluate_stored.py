"""``catseye evaluate detections`` and ``catseye evaluate replay``."""

import argparse
import sys
from pathlib import Path

from catseye.cli.style import add_command


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommands to ``catseye evaluate``."""
    detections = add_command(
        commands,
        "detections",
        summary="keep what a detector finds in a clip, so that trackers are compared on the same detections",
        description="Looks at every frame of a clip, on one core, and keeps all boxes down to the lowest confidence.",
        examples=(
            (
                "catseye evaluate detections --source clip.mp4 --detector centernet --out seen",
                "seen/detections.parquet and seen/seqinfo.ini, as 'catseye studio observe' writes them",
            ),
        ),
    )
    detections.add_argument("--source", required=True, metavar="CLIP", help="a file, or a folder of pictures")
    detections.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one)")
    detections.add_argument("--fps", type=float, metavar="N", help="frames a second of the clip (default: what it says)")
    detections.add_argument("--out", type=Path, required=True, metavar="DIR", help="made if need be")
    detections.set_defaults(run=_detections)

    replay = add_command(
        commands,
        "replay",
        summary="follow road users through stored detections, the same way every time",
        description="Runs the tracker alone over stored detections and writes its tracks as MOTChallenge text.",
        examples=(
            ("catseye evaluate replay --detections seen --out tracks.txt", "looking at every frame"),
            ("catseye evaluate replay --detections seen --fps 5 --out slow.txt", "looking five times a second"),
            ("catseye evaluate tracks --truth gt.txt --result slow.txt --frames seen", "and how good that is"),
        ),
    )
    replay.add_argument("--detections", type=Path, required=True, metavar="DIR", help="see 'catseye evaluate detections'")
    replay.add_argument("--fps", type=float, metavar="N", help="looks a second (default: every frame)")
    replay.add_argument(
        "--sure",
        type=float,
        default=0.3,
        metavar="C",
        help="confidence that begins a track (default: %(default)s, as most detectors)",
    )
    replay.add_argument("--out", type=Path, required=True, metavar="FILE", help="tracks as MOTChallenge text")
    replay.set_defaults(run=_replay)


def _detections(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from catseye import app
    from catseye.core.errors import ConfigError
    from catseye.core.ids import RunId, StreamId
    from catseye.evaluate import stored
    from catseye.ports import SourceOptions

    detector = app.open_detector(args.detector, threads=1)
    source = None
    try:
        options = SourceOptions(fps=args.fps)
        source = app.open_source(args.source, stream=StreamId("clip"), run=RunId("clip"), clock=app.system_clock(), options=options)
        fps = args.fps or source.info.fps
        if not fps:
            raise ConfigError("The clip does not tell its frame rate.", "Give it with --fps.")
        with Progress(console=Console(stderr=True), transient=True) as progress:
            frames = progress.track(source.frames(), total=source.info.frames, description="looking")
            found = stored.look(frames, detector, fps=fps)
    finally:
        detector.close()
        if source is not None:
            source.close()
    stored.write(args.out, found, name=Path(args.source).stem)
    sys.stdout.write(f"{found.frames} frames, {len(found)} detections in {args.out}\n")
    return 0


def _replay(args: argparse.Namespace) -> int:
    from catseye import app
    from catseye.core.errors import ConfigError, OutputError
    from catseye.evaluate import stored
    from catseye.evaluate.replay import replay
    from catseye.pipeline.camera import tracker_at
    from catseye.wire import motchallenge

    if args.fps is not None and args.fps <= 0:
        raise ConfigError(f"--fps {args.fps:g} looks at nothing.", "Give more than 0.")
    params = tracker_at(args.sure)
    done = replay(stored.read(args.detections), params, fps=args.fps, stopwatch_ns=app.system_clock().monotonic_ns)
    try:
        args.out.write_text(motchallenge.encode(done.boxes), encoding="ascii")
    except OSError as error:
        raise OutputError(f"Cannot write {args.out}: {error.strerror}.", "Give a file in a folder that is there.") from error
    each_ms = 1000 * done.tracking_s / max(len(done.analysed), 1)
    sys.stdout.write(f"{len(done.analysed)} looks, {len(done.boxes)} boxes in {args.out}; {each_ms:.2f} ms a look\n")
    return 0
