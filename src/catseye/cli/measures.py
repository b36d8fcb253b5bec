"""``catseye measures``: flows, speeds, queues, delay and level of service that a store keeps by the minute."""

import argparse
from pathlib import Path

from catseye.cli.style import Commands, add_command, natural


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``measures`` to the command line."""
    parser = add_command(
        commands,
        "measures",
        summary="flows, speeds, densities, queues, delay and level of service of a calibrated street, by interval",
        description="Tells the measures of each line, lane, approach, zone and movement; docs/ref/measures.md defines them.",
        examples=(
            ("catseye measures out", "all that the folder of 'catseye watch --out' holds, in intervals of 15 minutes"),
            ("catseye measures out --interval 60 --place north --json", "an hour a row, of the places named north, for a machine"),
            ("catseye measures out --from 2026-05-04T07:00 --to 2026-05-04T09:00 --csv > am.csv", "two hours for a table"),
            ("catseye measures out --plot plots", "queues, fundamental diagrams and speeds over time, an SVG each"),
        ),
    )
    parser.add_argument("store", type=Path, metavar="STORE", help="a store.sqlite, or the folder that holds one")
    parser.add_argument("--stream", metavar="NAME", help="which stream (default: the only one)")
    parser.add_argument("--from", dest="begin", metavar="TIME", help="civil time of the scene's zone, e.g. 2026-05-04T07:00")
    parser.add_argument("--to", dest="end", metavar="TIME", help="the same; intervals that touch the time are told whole")
    parser.add_argument("--interval", type=natural, default=15, metavar="MIN", help="minutes of a row (default: %(default)s)")
    parser.add_argument("--place", action="append", metavar="NAME", help="only what has this name; may be given several times")
    parser.add_argument("--plot", type=Path, metavar="DIR", help="also draw what there is into a folder, an SVG each")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    shape.add_argument("--csv", action="store_true", help="print CSV on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.measures_run import run

    return run(args)
