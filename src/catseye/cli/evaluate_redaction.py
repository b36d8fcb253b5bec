"""``catseye evaluate redaction``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import natural

if TYPE_CHECKING:
    from catseye.evaluate.redaction import RedactionScore


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``redaction`` to ``catseye evaluate``."""
    parser = commands.add_parser("redaction", help="how many heads and plates the redactor covers on marked footage")
    parser.add_argument("--truth", type=Path, required=True, metavar="T", help="a gt.txt, the folder above it, or a CVAT 1.1 XML")
    parser.add_argument("--source", required=True, metavar="CLIP", help="the clip that was marked")
    parser.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one)")
    parser.add_argument("--every", type=natural, default=1, metavar="K", help="take every K-th frame (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw recall by height of heads, without the street")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.evaluate import plot, redaction_plot

    score = _score(args)
    if args.plot:
        plot.write(args.plot, redaction_plot.draw(score))
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(score)).decode() + "\n")
    else:
        _show(score)
    return 0


def _score(args: argparse.Namespace) -> "RedactionScore":
    from catseye import app
    from catseye.core.errors import ConfigError
    from catseye.core.ids import RunId, StreamId
    from catseye.evaluate.files import truth_for
    from catseye.evaluate.redaction import score
    from catseye.pipeline.camera import CameraPipeline
    from catseye.privacy.redaction import Redactor
    from catseye.runtime.session import WatchOptions, watching

    truth = truth_for(args.truth)
    detector = app.open_detector(args.detector)
    source = None
    try:
        stream, run = StreamId("clip"), RunId("clip")
        source = app.open_source(args.source, stream=stream, run=run, clock=app.system_clock())
        size = source.info.size
        if truth.size is not None and truth.size != size:
            wanted, got = ("x".join(map(str, pair)) for pair in (truth.size, size))
            raise ConfigError(
                f"The truth was marked on a picture of {wanted}, the clip has {got}.", "Give the clip that was marked."
            )
        how = watching(WatchOptions(source=args.source), None, detector.info, app.open_face_finder())
        pipeline = CameraPipeline(stream=stream, run=run, size=size, scene=None, params=how.params)
        return score(source.frames(), detector, pipeline, Redactor((), how.face_finder), truth, every=args.every)
    finally:
        detector.close()
        if source is not None:
            source.close()


def _show(score: "RedactionScore") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    for what, bands in (("heads", (score.all, *score.by_height, *score.by_visibility)), ("lower halves of vehicles", score.plates)):
        table = Table(what, "number", "covered 90 %", "covered 75 %", "mean cover")
        for band in (band for band in bands if band.number):
            shares = (band.recall, band.recall_75, band.mean_cover)
            table.add_row(band.name, str(band.number), *("-" if share is None else f"{share:.2%}" for share in shares))
        if table.row_count:
            console.print(table)
    console.print(f"{score.frames} frames, {score.withheld} withheld; {score.altered:.1%} of the picture altered on average.")
