"""``catseye studio traffic``."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

    from catseye.studio.truth import StudioTruth

_EPILOG = """\
examples:
  catseye studio traffic --list
      the scenarios
  catseye studio traffic junction --minutes 10 --out truth
      ten minutes of a junction: trajectories, crossings, movements, queues, conflicts and more in truth/
  catseye studio traffic motorway --minutes 60 --seed 7 --demand 1.2 --happenings none --out quiet --json
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``traffic`` to ``catseye studio``."""
    parser = commands.add_parser(
        "traffic",
        help="drive traffic on a street, with the truth of everything that happens",
        description="SUMO drives a scenario; trajectories, crossings, movements, signals, queues and conflicts go to a folder.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="see --list")
    parser.add_argument("--list", action="store_true", help="list the scenarios and end")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same run (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="how long (default: %(default)g)")
    parser.add_argument("--out", type=Path, default=Path("truth"), metavar="DIR", help="made if need be (default: %(default)s)")
    parser.add_argument(
        "--demand", type=float, default=1.0, metavar="FACTOR", help="more or fewer road users (default: %(default)g)"
    )
    parser.add_argument(
        "--happenings",
        default="all",
        metavar="KINDS",
        help="all, none, or some of wrong_way, red_light, stopped_vehicle, illegal_parking, spill_back, near_miss and debris, "
        "with commas between (default: %(default)s)",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw everyone's path from above")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec

    from catseye.app.studio_traffic import TrafficOrder, drive_and_check
    from catseye.cli.studio_check import show_checks
    from catseye.core.errors import ConfigError
    from catseye.evaluate import plot
    from catseye.studio.files import write
    from catseye.studio.scenarios import SCENARIOS
    from catseye.studio.traffic.plot import draw_paths
    from catseye.studio.traffic.script import kinds_of

    if args.list:
        rows = {name: scenario.title for name, scenario in SCENARIOS.items()}
        print(msgspec.json.encode(rows).decode() if args.json else "\n".join(f"{n:11}{t}" for n, t in rows.items()))
        return 0
    if args.scenario is None:
        raise ConfigError("No scenario is given.", f"Give one of {', '.join(SCENARIOS)}.")
    order = TrafficOrder(
        scenario=args.scenario,
        seed=args.seed,
        minutes=args.minutes,
        demand=args.demand,
        happenings=kinds_of(args.happenings),
    )
    with _progress() as progress:
        tasks = {what: progress.add_task(what, total=1.0) for what in ("drive", "truth")}
        driven = drive_and_check(
            order,
            done=lambda what, share: progress.update(tasks[what], completed=share),
            say=lambda line: progress.console.print(line, highlight=False),
        )
    write(args.out, driven.truth, driven.street)
    if args.plot:
        plot.write(args.plot, draw_paths(driven.truth, driven.street))
    if args.json:
        sys.stdout.write(
            msgspec.json.format(msgspec.json.encode(_figures(driven.truth) | {"checks": driven.checks})).decode() + "\n"
        )
    else:
        _show(args.out, driven.truth)
        show_checks(driven.checks)
    return 0 if all(check.passed for check in driven.checks) else 1


def _figures(truth: "StudioTruth") -> dict[str, Any]:
    volumes = Counter((c.line, c.direction) for c in truth.crossed)
    return {
        "info": truth.info,
        "road_users": Counter(user.model for user in truth.road_users),
        "rows": len(truth.trajectories),
        "volumes": [{"line": line, "direction": direction, "volume": n} for (line, direction), n in sorted(volumes.items())],
        "movements": dict(sorted(Counter(m.movement for m in truth.movements).items())),
        "happenings": truth.happenings,
        "conflicts": Counter(c.kind for c in truth.conflicts),
    }


def _progress() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description:>7}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _show(out: Path, truth: "StudioTruth") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    figures = _figures(truth)
    kinds = ", ".join(f"{n} {model}" for model, n in figures["road_users"].most_common())
    console.print(f"{truth.info.minutes:g} min of {truth.info.scenario}, seed {truth.info.seed}, in {out}: {kinds}")
    table = Table("count line", "direction", "volume", "movement", "volume")
    table.columns[2].justify = table.columns[4].justify = "right"
    lines = [(row["line"], row["direction"], str(row["volume"])) for row in figures["volumes"]]
    moves = [(name, str(n)) for name, n in figures["movements"].items()]
    for k in range(max(len(lines), len(moves))):
        table.add_row(*(lines[k] if k < len(lines) else ("", "", "")), *(moves[k] if k < len(moves) else ("", "")))
    console.print(table)
    for event in truth.happenings:
        console.print(f"{event.start_s:7.1f} s  {event.kind}: {event.note}")
    if truth.conflicts:
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(figures["conflicts"].items()))
        console.print(f"conflicts: {kinds}")
