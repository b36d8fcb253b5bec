"""What the scorecards of studio runs ask for alike."""

import argparse
from pathlib import Path

from catseye.core.errors import ConfigError


def add_run_options(parser: argparse.ArgumentParser, *, fps: float) -> None:
    """Which runs are judged, and how they are seen; ``fps`` looks a second unless said otherwise."""
    parser.add_argument("--truth", type=Path, nargs="+", required=True, metavar="DIR", help="folders of 'catseye studio traffic'")
    parser.add_argument("--camera", type=Path, nargs="+", required=True, metavar="CAM.toml", help="one for each truth")
    parser.add_argument(
        "--detector",
        default="truth",
        metavar="NAME",
        help="a fitted detector, perfect, or truth: everyone is where they truly are (default: %(default)s)",
    )
    parser.add_argument("--fps", type=float, default=fps, metavar="N", help="looks a second (default: %(default)g)")
    parser.add_argument("--minutes", type=float, metavar="M", help="only the first M minutes of each (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the detector's errors (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")


def check_run_options(args: argparse.Namespace) -> None:
    """Raise ConfigError for options that do not go together."""
    if len(args.truth) != len(args.camera):
        raise ConfigError(
            f"{len(args.truth)} truths and {len(args.camera)} cameras.", "Give one --camera for each --truth, in the same order."
        )
    if not args.fps > 0:
        raise ConfigError(f"--fps {args.fps:g} is not above 0.", "Give looks a second, such as 5.")
