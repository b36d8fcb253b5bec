"""The command lines of ``catseye evaluate clip`` and ``lines``."""

import argparse
from pathlib import Path

from catseye.cli.style import picture_size


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommands to ``catseye evaluate``."""
    clip = commands.add_parser("clip", help="run the product over a clip and score detection, tracks and counts")
    _truth(clip)
    clip.add_argument("--source", required=True, metavar="CLIP", help="the clip that was marked")
    clip.add_argument("--scene", type=Path, metavar="FILE", help="count over its lines (default: lines drawn from the truth)")
    clip.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one)")
    clip.add_argument("--fps", type=float, default=10.0, metavar="N", help="frames analysed a second (default: %(default)s)")
    clip.add_argument("--plot", type=Path, metavar="PNG", help="draw true ways and tracks, without the street")
    clip.set_defaults(run=_run)

    lines = commands.add_parser("lines", help="print the scene of count lines that a truth draws by itself")
    _truth(lines)
    lines.add_argument("--size", type=picture_size, metavar="WxH", help="picture size, where the truth does not tell")
    lines.set_defaults(run=_run)


def _truth(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--truth", type=Path, required=True, metavar="T", help="a gt.txt, the folder above it, or a CVAT 1.1 XML")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")


def _run(args: argparse.Namespace) -> int:
    from catseye.cli import evaluate_run

    commands = {
        "clip": evaluate_run.clip,
        "lines": evaluate_run.lines,
    }
    return commands[args.what](args)
