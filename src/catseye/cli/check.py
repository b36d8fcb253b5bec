"""``catseye check``."""

import argparse
from pathlib import Path

from catseye.cli import style

EXAMPLES = (
    ("catseye check scene.toml", "everything that is wrong with a scene, each on its line"),
    ("catseye check scene.toml --size 1920x1080", "and whether it fits a picture of that size"),
    ("catseye check scene.toml --plot scene.png", "draw lines, directions, zones and masks on a blank sheet"),
    ("catseye check scene.toml --source street.mp4 --draw seen.png", "watch the street, and say which lines stand in a bad place"),
    ("catseye check scene.toml --detections seen", "the same from what 'catseye evaluate detections' kept"),
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
    parser.add_argument("--source", metavar="SOURCE", help="watch this clip or camera, and say what is seen at each line")
    parser.add_argument("--detections", type=Path, metavar="DIR", help="the same from detections that were stored")
    parser.add_argument("--seconds", type=float, metavar="N", help="watch only so long (default: to the clip's end)")
    parser.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one)")
    parser.add_argument("--draw", type=Path, metavar="FILE.png", help="draw what was seen on a redacted still")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.check_run import run

    return run(args)
