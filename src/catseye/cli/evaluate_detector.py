"""``catseye evaluate detector``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.evaluate.detector import DetectorScore, Share

_EPILOG = """\
examples:
  catseye evaluate detector --truth film/gt/gt.txt --source film/clip.mp4 --detector centernet
  catseye evaluate detector --truth street.xml --source street.mp4 --every 5 --json
"""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``detector`` to ``catseye evaluate``."""
    parser = commands.add_parser(
        "detector",
        help="what a detector alone finds in single frames, by kind and size",
        description="Every frame is looked at as a whole; nothing is gated, windowed or tracked.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--truth", type=Path, required=True, metavar="T", help="a gt.txt, the folder above it, or a CVAT 1.1 XML")
    parser.add_argument("--source", required=True, metavar="CLIP", help="the clip that was marked")
    parser.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one)")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="take every K-th frame (default: %(default)s)")
    parser.add_argument(
        "--min-height", type=float, default=12.0, metavar="PX", help="smaller ones need not be found (default: %(default)s)"
    )
    parser.add_argument(
        "--min-visible", type=float, default=0.7, metavar="SHARE", help="nor those hidden more (default: %(default)s)"
    )
    parser.add_argument(
        "--confidence", type=float, default=0.3, metavar="C", help="boxes below do not count (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    score = _score(args)
    if args.json:
        report = {"score": score, "false_a_frame": score.false_a_frame, "recall": {k: v.recall for k, v in score.groups.items()}}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(score)
    return 0


def _score(args: argparse.Namespace) -> "DetectorScore":
    from catseye import app
    from catseye.core.errors import ConfigError
    from catseye.core.ids import RunId, StreamId
    from catseye.evaluate.detector import Terms, score
    from catseye.evaluate.files import truth_for

    if args.every < 1:
        raise ConfigError(f"--every {args.every} takes no frame.", "Give a whole number from 1.")
    truth = truth_for(args.truth)
    terms = Terms(min_height_px=args.min_height, min_visible=args.min_visible, confidence=args.confidence)
    detector = app.open_detector(args.detector)
    source = None
    try:
        source = app.open_source(args.source, stream=StreamId("clip"), run=RunId("clip"), clock=app.system_clock())
        if truth.size is not None and truth.size != source.info.size:
            wanted, got = ("x".join(map(str, pair)) for pair in (truth.size, source.info.size))
            raise ConfigError(
                f"The truth was marked on a picture of {wanted}, the clip has {got}.", "Give the clip that was marked."
            )
        return score(source.frames(), detector, truth, terms, every=args.every)
    finally:
        detector.close()
        if source is not None:
            source.close()


def _show(score: "DetectorScore") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "due", "found", "recall", "right", title=f"{score.frames} frames", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"

    def row(name: str, share: "Share") -> None:
        if share.recall is not None and share.right_share is not None:
            table.add_row(name, str(share.due), str(share.found), f"{share.recall:.1%}", f"{share.right_share:.1%}")

    for name, share in score.groups.items():
        row(name, share)
        for label, band in score.heights.get(name, {}).items():
            row(f"  {label}", band)
    table.add_section()
    for name, share in score.kinds.items():
        row(name, share)
    console = Console(highlight=False)
    console.print(table)
    said = ", ".join(f"{kind} {n}" for kind, n in score.false.items()) or "none"
    rate = "-" if score.false_a_frame is None else f"{score.false_a_frame:.3f}"
    console.print(f"false boxes a frame: {rate} ({said})")
