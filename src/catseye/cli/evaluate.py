"""``catseye evaluate``: how well it does, measured."""

import argparse

from catseye.cli import (
    evaluate_clip,
    evaluate_conflicts,
    evaluate_counts,
    evaluate_detector,
    evaluate_health,
    evaluate_incidents,
    evaluate_redaction,
    evaluate_stored,
    evaluate_tracks,
    evaluate_traffic,
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``evaluate`` to the command line."""
    parser = commands.add_parser("evaluate", help="measure detection, tracks, counts and redaction against what people marked")
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    for module in (
        evaluate_clip,
        evaluate_tracks,
        evaluate_counts,
        evaluate_detector,
        evaluate_stored,
        evaluate_redaction,
        evaluate_incidents,
        evaluate_conflicts,
        evaluate_traffic,
        evaluate_health,
    ):
        module.add_commands(kinds)
