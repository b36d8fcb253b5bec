"""``catseye evaluate conflicts``."""

import argparse
import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from catseye.cli.evaluate_studio import add_run_options, check_run_options
from catseye.cli.style import add_command

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from catseye.evaluate.bootstrap import Interval
    from catseye.evaluate.conflicts import ConflictScore, Levels, Run


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to ``catseye evaluate``."""
    parser = add_command(
        commands,
        "conflicts",
        summary="near misses against those that truly happened: recall and precision by kind and severity",
        description="Holds the conflicts told of studio runs against those that both stood whole in a camera's view.",
        examples=(
            (
                "catseye evaluate conflicts --truth truth --camera CAM.toml",
                "with everyone where they truly are: what the engine itself gets wrong",
            ),
            (
                "catseye evaluate conflicts --truth truth --camera CAM.toml --detector centernet@street",
                "as a fitted detector sees the run; 'perfect' finds everyone in every look",
            ),
            ("catseye evaluate conflicts --truth a b --camera A.toml B.toml --json", "two runs, each with its camera, in one card"),
        ),
    )
    add_run_options(parser, fps=10.0)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from rich.console import Console

    from catseye.evaluate.conflicts import Levels, judge

    check_run_options(args)
    runs = _runs(args)
    levels = (Levels(), Levels(pet_s=None), Levels(ttc_s=None), Levels(ttc_s=1.0, pet_s=1.0))
    cards = [judge(runs, level) for level in levels]
    if args.json:
        import msgspec

        report = {"detector": args.detector, "fps": args.fps, "levels": cards}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
        return 0
    console = Console()
    for card in cards:
        _show(console, card)
    console.print(
        "true: on the whole street; due: both were whole in view, so that it is to be told; milder: true, but less severe"
    )
    return 0


def _runs(args: argparse.Namespace) -> "list[Run]":
    from rich.console import Console
    from rich.progress import Progress

    from catseye.evaluate.conflicts import Run, TrueConflict
    from catseye.studio.conflicts import ConflictRun, tell_run

    runs = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for folder, camera in zip(args.truth, args.camera, strict=True):
            task = progress.add_task(folder.name, total=None)
            asked = ConflictRun(
                truth=folder, camera=camera, detector=args.detector, fps=args.fps, minutes=args.minutes, seed=args.seed
            )
            said = tell_run(asked, partial(_behind, progress, task))
            true = tuple(TrueConflict(**asdict(known)) for known in said.true)
            runs.append(Run(true=true, told=said.told, seconds=said.seconds))
    return runs


def _behind(progress: "Progress", task: "TaskID", done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _show(console: "Console", card: "ConflictScore") -> None:
    """A table of one scorecard."""
    from rich.table import Table

    table = Table(title=f"conflicts with a {_severity(card.levels)}, {card.hours:.2f} camera-hours", padding=(0, 0))
    for name in ("encounter", "true", "due", "found", "recall", "told", "right", "milder", "precision"):  # words wrap in 80 columns
        table.add_column(name, justify="left" if name == "encounter" else "right", overflow="fold")
    for row in card.rows:
        if not (row.true or row.told):
            continue
        counts = (str(row.true), str(row.due), str(row.found), _shown(row.recall))
        table.add_row(row.name, *counts, str(row.told), str(row.right), str(row.milder), _shown(row.precision))
    console.print(table)
    errors = [
        f"{name} {error:.2f} s" for name, error in (("TTC", card.ttc_error_s), ("PET", card.pet_error_s)) if error is not None
    ]
    if errors:
        console.print(f"median error: {', '.join(errors)}", highlight=False)


def _severity(levels: "Levels") -> str:
    bounds = [f"{name} up to {most:g} s" for name, most in (("TTC", levels.ttc_s), ("PET", levels.pet_s)) if most is not None]
    return " or ".join(bounds)


def _shown(share: "Interval") -> str:
    if share.value is None or share.low is None or share.high is None:
        return ""
    return f"{share.value:.0%} ({100 * share.low:.0f}-{100 * share.high:.0f})"
