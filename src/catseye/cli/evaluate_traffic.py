"""``catseye evaluate traffic``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import add_command, natural

if TYPE_CHECKING:
    from catseye.evaluate.traffic import TrafficScore
    from catseye.studio.measured import MeasuredRun


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to ``catseye evaluate``."""
    parser = add_command(
        commands,
        "traffic",
        summary="volumes, speeds, queues, delay and level of service of studio runs against the truth",
        description="Measures studio runs as a camera sees them and holds each measure against what it truly was.",
        examples=(
            ("catseye evaluate traffic --truth truth --camera CAM.toml", "every road user is found in every look"),
            (
                "catseye evaluate traffic --truth truth --camera CAM.toml --detector person-vehicle-bike-detection-2003@street",
                "as a fitted detector sees the run",
            ),
            ("catseye evaluate traffic --truth truth --camera CAM.toml --detector truth", "the engines' own errors: nobody looks"),
            ("catseye evaluate traffic --truth a b --camera A.toml B.toml --json", "two runs, each with its camera"),
            (
                "catseye evaluate traffic --truth truth --camera CAM.toml --html page",
                "page/traffic.html with diagrams, true and found",
            ),
        ),
    )
    parser.add_argument("--truth", type=Path, nargs="+", required=True, metavar="DIR", help="folders of 'catseye studio traffic'")
    parser.add_argument(
        "--camera", type=Path, nargs="+", required=True, metavar="CAM.toml", help="one for each truth, or one for all"
    )
    parser.add_argument(
        "--detector", default="perfect", metavar="NAME", help="a fitted detector, perfect or truth (default: %(default)s)"
    )
    parser.add_argument("--fps", type=float, default=5.0, metavar="N", help="looks a second (default: %(default)s)")
    parser.add_argument("--minutes", type=float, metavar="M", help="only the first M minutes of each (default: all)")
    parser.add_argument("--interval", type=natural, default=15, metavar="MIN", help="minutes of a cell (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the detector's errors (default: %(default)s)")
    parser.add_argument("--html", type=Path, metavar="DIR", help="also write the scorecard with diagrams as DIR/traffic.html")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.core.errors import ConfigError
    from catseye.evaluate.traffic import score

    cameras = args.camera * len(args.truth) if len(args.camera) == 1 else args.camera
    if len(cameras) != len(args.truth):
        raise ConfigError(
            f"{len(args.truth)} truths and {len(cameras)} cameras.", "Give one camera for each truth, or one for all."
        )
    if not args.fps > 0:
        raise ConfigError(f"--fps {args.fps:g} is not above 0.", "Give looks a second, such as 5.")
    runs = _measured(args, cameras)
    told = score([cell for run in runs for cell in run.cells])
    if args.html is not None:
        _write(args, told, runs)
    if args.json:
        report = {"score": told, "cells": [run.cells for run in runs]}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(told)
    return 0


def _measured(args: argparse.Namespace, cameras: list[Path]) -> "list[MeasuredRun]":
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from catseye.studio.measured import RunMeasured, measure_run

    runs = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for truth, camera in zip(args.truth, cameras, strict=True):
            task = progress.add_task(truth.name, total=None)

            def done(stage: str, behind: int, total: int, *, name: str = truth.name, of: TaskID = task) -> None:
                progress.update(of, description=f"{name}: {stage}", completed=behind, total=total)

            asked = RunMeasured(
                truth=truth,
                camera=camera,
                detector=args.detector,
                fps=args.fps,
                minutes=args.minutes,
                seed=args.seed,
                interval_min=args.interval,
                drawn=args.html is not None,
            )
            runs.append(measure_run(asked, done))
    return runs


def _write(args: argparse.Namespace, told: "TrafficScore", runs: "list[MeasuredRun]") -> None:
    from catseye.config import write_whole
    from catseye.core.errors import OutputError
    from catseye.evaluate.traffic_page import DrawnRun, page

    drawn = [
        DrawnRun(name=truth.name, cells=run.cells, found=run.minutes, true=run.known, fields=run.fields)
        for truth, run in zip(args.truth, runs, strict=True)
        if run.fields is not None
    ]
    try:
        args.html.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write into {args.html}: {error.strerror}.", "Give another folder with --html.") from error
    write_whole(args.html / "traffic.html", page(told, drawn, detector=args.detector).encode())


def _show(told: "TrafficScore") -> None:
    from rich.console import Console
    from rich.table import Table

    targets = Table("target", "value", "at most", "cells", "", "furthest off", title="Targets")
    for row in told.targets:
        value = "-" if row.value is None else f"{row.value:.2f} {row.unit}"
        verdict = "nothing to judge" if row.passed is None else "passed" if row.passed else "missed"
        bound = f"{'at least ' if row.at_least else ''}{row.target:g} {row.unit}"
        targets.add_row(row.name, value, bound, f"{row.cells}" + (f" (+{row.unfound})" if row.unfound else ""), verdict, row.worst)
    rows = Table("measure", "of", "cells", "true", "found", "bias", "mean |error|", title="Measures, means over the cells")
    for one in told.measures:
        cells = f"{one.cells}" + (f" (+{one.unfound})" if one.unfound else "")
        rows.add_row(
            one.measure, one.place_kind, cells, f"{one.true:.2f}", f"{one.found:.2f}", f"{one.bias:+.2f}", f"{one.error:.2f}"
        )
    console = Console()
    console.print(targets, rows)
    console.print("(+n): cells that have a true value and no found one.")
