"""``catseye evaluate``: how well it does, measured."""

import argparse

from catseye.cli import evaluate_clip


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate`` to the command line."""
    parser = commands.add_parser("evaluate", help="measure detection, tracks and counts against what people marked")
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    evaluate_clip.add_commands(kinds)
