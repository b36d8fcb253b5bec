"""``catseye truth``: a person counts a clip by hand."""

import argparse
from pathlib import Path

from catseye.cli import style

_DESCRIPTION = """\
Plays a clip on a page of this machine, redacted, and keeps what a person counts
on it: one key for each road user. The file is the truth that 'catseye evaluate
counts' and 'catseye receipt learn' read. Each count is on the disk before the
page shows it; the same command goes on where you left off. Catseye's own boxes
and counts are not shown, for they would be believed.
"""
EXAMPLES = (
    ("catseye truth clip.mp4 --scene scene.toml", "count on http://127.0.0.1:8421, into clip.hand.json"),
    ("catseye truth clip.mp4 --scene scene.toml --from 60 --to 360 --who AB --light day", "five minutes of it, by AB"),
    ("catseye truth --plan plan.json --scene scene.toml --clips clips --out counts", "the stretches that 'catseye sample' drew"),
    ("catseye truth --compare clip.hand-AB.json clip.hand-CD.json", "how far two people agree"),
)


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``truth`` to the command line."""
    parser = style.add_command(
        commands,
        "truth",
        summary="count a clip by hand, so that counts can be judged",
        description=_DESCRIPTION,
        examples=EXAMPLES,
    )
    parser.add_argument("clip", nargs="?", type=Path, metavar="CLIP", help="a video file or a folder of images")
    parser.add_argument("--plan", type=Path, metavar="PLAN", help="the clips of a plan of 'catseye sample', one after another")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("A", "B"), help="hold two counts of one clip against each other")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="the lines and movements to count")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the count (default: CLIP.hand.json here); of a plan: its folder (default: here)"
    )
    parser.add_argument("--clips", type=Path, metavar="DIR", help="of a plan: where its stretches lie as NAME.mp4")
    parser.add_argument("--from", dest="from_s", type=float, metavar="S", help="count from here (default: the beginning)")
    parser.add_argument("--to", dest="until_s", type=float, metavar="S", help="count until here (default: the end)")
    parser.add_argument("--who", metavar="NAME", help="who counts; each has a file of their own")
    parser.add_argument(
        "--start", metavar="TIME", help="when the clip begins, e.g. 2026-05-04T07:00 (default: what it says itself)"
    )
    parser.add_argument("--light", metavar="LIGHT", help="day, dusk, night, glare or rain, to judge counts by")
    parser.add_argument(
        "--keys", metavar="LIST", help="other letters for kinds, such as a=car,x=pedestrian; they stand beside the usual ones"
    )
    parser.add_argument("--port", type=int, default=8421, help="port of the page (default: %(default)s)")
    parser.add_argument("--detector", metavar="NAME", help="an installed detector, for redaction (default: the best one)")
    parser.add_argument("--threads", type=style.natural, metavar="N", help="threads of the detector (default: all cores)")
    parser.add_argument("--fps", type=float, default=10.0, metavar="N", help="pictures shown a second (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="with --compare: print JSON")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.truth_run import run

    return run(args)
