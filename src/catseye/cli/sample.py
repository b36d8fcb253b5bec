"""``catseye sample``."""

import argparse
from pathlib import Path

from catseye.cli import style

EXAMPLES = (
    ("catseye sample out --clips 20", "twenty stretches of 5 minutes of what a watch kept, to be counted by hand"),
    ("catseye sample out --precision 0.02 --csv > plan.csv", "as many as tell recall within 2 points"),
    ("catseye sample recordings.csv --clips 12 --seed 7 --json > plan.json", "from a list: source,start,seconds,light"),
)


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``sample`` to the command line."""
    parser = style.add_command(
        commands,
        "sample",
        summary="pick clips to count by hand, so that the error of counts can be told without bias",
        description="Sorts stretches of video by light, weather and part of the day, and draws some of each at random.",
        examples=EXAMPLES,
    )
    parser.add_argument("source", type=Path, metavar="DIR|LIST.csv", help="the folder of a watch, or a list of recordings")
    much = parser.add_mutually_exclusive_group(required=True)
    much.add_argument("--clips", type=style.natural, metavar="N", help="how many to draw")
    much.add_argument(
        "--precision", type=float, metavar="P", help="draw as many as tell recall within P (0.02: 2 points), 95 %% sure"
    )
    parser.add_argument("--minutes", type=float, default=5.0, metavar="M", help="length of a stretch (default: %(default)s)")
    parser.add_argument(
        "--truth-sample", type=Path, metavar="FILE", help="an earlier sample, which tells how far clips differ by light"
    )
    parser.add_argument("--timezone", metavar="NAME", default="UTC", help="of the list's times (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed draws the same clips (default: %(default)s)"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.sample_run import run

    return run(args)
