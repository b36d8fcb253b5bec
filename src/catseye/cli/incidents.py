"""``catseye incidents``: what was wrong on the road, and which of its rules were broken."""

import argparse
from pathlib import Path

from catseye.cli.style import Commands, add_command


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``incidents`` to the command line."""
    parser = add_command(
        commands,
        "incidents",
        summary="list the incidents and violations that a store keeps",
        description="Lists incidents, each as it stands last, and violations of a stream: what, where, when and why.",
        examples=(
            ("catseye incidents out", "all that the folder of 'catseye watch --out' holds, by time"),
            ("catseye incidents out --from 2026-05-04T07:00 --to 2026-05-04T09:00", "those of two hours"),
            ("catseye incidents out --csv > incidents.csv", "the same for a table; --json for every revision"),
        ),
    )
    parser.add_argument("store", type=Path, metavar="STORE", help="a store.sqlite, or the folder that holds one")
    parser.add_argument("--stream", metavar="NAME", help="which stream (default: the only one)")
    parser.add_argument("--from", dest="begin", metavar="TIME", help="civil time of the scene's zone, e.g. 2026-05-04T07:00")
    parser.add_argument("--to", dest="end", metavar="TIME", help="the same")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    shape.add_argument("--csv", action="store_true", help="print CSV on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.incidents_run import run

    return run(args)
