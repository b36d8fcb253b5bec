"""``catseye check``."""

import argparse
from pathlib import Path

from catseye.cli import style

EXAMPLES = (
    ("catseye check scene.toml", "everything that is wrong with a scene, each on its line"),
    ("catseye check scene.toml --size 1920x1080", "and whether it fits a picture of that size"),
    ("catseye check scene.toml --plot scene.png", "draw lines, directions, zones and masks on a blank sheet"),
    ("catseye check --json scenes/*.toml", "one JSON object a file, for scripts"),
    ("catseye check store counts.db", "whether a store holds what it should"),
)


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``check`` to the command line."""
    parser = style.add_command(
        commands,
        "check",
        summary="say what is wrong with a scene file or a store",
        description="Say what is wrong with scene files or stores, and what to do about it. Exit code 2: something must be mended.",
        examples=EXAMPLES,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="scene files or stores; 'store PATH' takes PATH for a store")
    parser.add_argument("--size", type=style.picture_size, metavar="WxH", help="the picture the scene is meant for")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the scene on a blank sheet")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.check_run import run

    return run(args)
