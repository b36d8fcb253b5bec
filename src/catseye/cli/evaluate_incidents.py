"""``catseye evaluate incidents``."""

import argparse
import sys
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING

from catseye.cli.evaluate_studio import add_run_options, check_run_options
from catseye.cli.style import add_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.progress import Progress, TaskID

    from catseye.evaluate.incidents import Alarm, IncidentScore
    from catseye.studio.incidents import AskedCause, Judged


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to ``catseye evaluate``."""
    parser = add_command(
        commands,
        "incidents",
        summary="incidents and violations against what truly happened: told, how soon, false alarms a camera-day",
        description="Holds incidents and violations against the happenings of studio runs that a camera could see.",
        examples=(
            (
                "catseye evaluate incidents --truth truth --camera CAM.toml",
                "with everyone where they truly stand: what the engines themselves get wrong",
            ),
            (
                "catseye evaluate incidents --truth truth --camera CAM.toml --detector centernet@street",
                "as a fitted detector sees the run",
            ),
            ("catseye evaluate incidents --truth a b --camera A.toml B.toml --json", "two runs, each with its camera, in one card"),
        ),
    )
    add_run_options(parser, fps=5.0)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from catseye.evaluate.incidents import together
    from catseye.studio.incidents import RunAsked, judge_run

    check_run_options(args)
    judged = []
    with Progress(console=Console(stderr=True)) as progress:
        for folder, camera in zip(args.truth, args.camera, strict=True):
            task = progress.add_task(folder.name, total=None)
            asked = RunAsked(
                truth=folder, camera=camera, detector=args.detector, fps=args.fps, minutes=args.minutes, seed=args.seed
            )
            judged.append(judge_run(asked, partial(_behind, progress, task)))
    incidents = together([_scored(one.incidents, one.incident_causes, one) for one in judged])
    violations = together([_scored(one.violations, one.violation_causes, one) for one in judged])
    told, right = sum(judge.speeding[0] for judge in judged), sum(judge.speeding[1] for judge in judged)
    if args.json:
        import msgspec

        report = {
            "detector": args.detector,
            "fps": args.fps,
            "incidents": incidents,
            "violations": violations,
            "speeding": {"told": told, "right": right},
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
        return 0
    console = Console()
    _show(console, "incidents", incidents)
    _show(console, "violations", violations)
    console.print(f"speeding: {told} told, {right} of them truly above the limit")
    return 0


def _behind(progress: "Progress", task: "TaskID", done: int, total: int) -> None:
    progress.update(task, completed=done, total=total)


def _scored(alarms: "Sequence[Alarm]", causes: "Sequence[AskedCause]", of: "Judged") -> "IncidentScore":
    from catseye.evaluate.incidents import Cause, score

    known = [Cause(**{field.name: getattr(cause, field.name) for field in fields(cause)}) for cause in causes]
    return score(alarms, known, of.hours, of.lag_s)


def _show(console: "Console", title: str, card: "IncidentScore") -> None:
    """A table of one scorecard."""
    from rich.table import Table

    table = Table(title=f"{title}, {card.hours:.2f} camera-hours")
    for name in ("what happened", "in the run", "in view", "told", "rate", "median s", "p90 s"):
        table.add_column(name, justify="left" if name == "what happened" else "right")
    for row in card.kinds:
        shown = ["" if value is None else f"{value:.1f}" for value in (row.median_s, row.p90_s)]
        rate = "" if row.rate is None else f"{row.rate:.0%}"
        table.add_row(row.kind, str(row.happened), str(row.due), str(row.told), rate, *shown)
    console.print(table)
    console.print("told: " + (", ".join(f"{kind} {n}" for kind, n in card.alarms.items()) or "nothing"))
    rate = f"{card.per_day:g} a camera-day, with 95 % at most {card.per_day_upper:g}" if card.per_day is not None else ""
    console.print(f"false alarms: {len(card.false_alarms)}, {rate}")
    for alarm in card.false_alarms:
        console.print(f"  {alarm.at_s:8.1f} s  {alarm.kind}: {alarm.reason}", highlight=False)
