"""``catseye evaluate health``."""

import argparse
from pathlib import Path

_EPILOG = """\
examples:
  catseye evaluate health street.mp4
  catseye evaluate health clips/ --days 1 --json
"""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``health`` to ``catseye evaluate``."""
    parser = commands.add_parser(
        "health",
        help="how surely, and how soon, faults of a camera are told",
        description="Puts faults of graded strength into clips and looks how soon they are told; loops the clips without a fault "
        "through changing light and looks for what is told wrongly. A clip should show one sound camera.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP", help="a clip, or a folder of them")
    parser.add_argument("--detector", metavar="NAME", help="what must still find road users (default: the best one installed)")
    parser.add_argument(
        "--days",
        type=float,
        default=0.25,
        metavar="N",
        help="days of fast time that each clip is looped without a fault (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli import evaluate_health_run

    return evaluate_health_run.health(args)
