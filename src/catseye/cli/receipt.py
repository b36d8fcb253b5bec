"""``catseye receipt``: how far counts can be trusted, and what says so."""

import argparse
from pathlib import Path

from catseye.cli import style

_LEARN = (
    (
        "catseye receipt learn --truth hand.json --result out --out sample.json",
        "hold what a watch counted against what a person counted; each stretch of 5 minutes is a clip of the sample",
    ),
    (
        "catseye receipt learn --truth a.json --result a --truth b.json --result b --weights plan.json --out sample.json",
        "several clips, weighted by the chances with which 'catseye sample' picked them",
    ),
)
_SHOW = (
    ("catseye receipt show out", "the 15-minute cells that a watch kept, each with its receipt"),
    ("catseye receipt show out --truth-sample sample.json", "from now on its intervals rest on this sample; then show them"),
    ("catseye receipt show out --plot receipts.html", "volumes over the day with their intervals, as a page"),
    ("catseye receipt show out --csv > counts.csv", "the same as counts.csv; --json for JSON"),
)
_JUDGE = (
    ("catseye receipt judge sample.json", "does each clip's truth lie in the interval that the other clips give it?"),
    ("catseye receipt judge sample.json --json", "the same as JSON"),
)


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``receipt`` to the command line."""
    parser = commands.add_parser("receipt", help="how far counts can be trusted: learn from truth, show and judge intervals")
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    learn = style.add_command(
        kinds,
        "learn",
        summary="make a truth sample of clips whose truth is known",
        description="Holds counts against truths of the same clips; keeps matched, missed and extra by light, kind and way.",
        examples=_LEARN,
    )
    learn.add_argument(
        "--truth", type=Path, action="append", required=True, metavar="T", help="a hand count, a studio's truth, MOTChallenge, CVAT"
    )
    learn.add_argument(
        "--result",
        type=Path,
        action="append",
        required=True,
        metavar="DIR",
        help="the folder of 'catseye watch --out' on that clip",
    )
    learn.add_argument("--out", type=Path, required=True, metavar="FILE", help="the truth sample, JSON")
    learn.add_argument(
        "--minutes", type=float, default=5.0, metavar="M", help="longer clips are cut to about this (default: %(default)s)"
    )
    learn.add_argument("--clip-fps", type=float, metavar="N", help="frame rate of the clip, where the truth does not tell it")
    learn.add_argument(
        "--weights", type=Path, metavar="PLAN", help="JSON of 'catseye sample': weighs each result by the name of its folder"
    )
    learn.add_argument("--json", action="store_true", help="print the sample on standard output too")
    learn.set_defaults(run=_learn)
    show = style.add_command(
        kinds,
        "show",
        summary="the cells of a watch with their receipts",
        description="Lists the 15-minute cells of a store: volume, 95 % interval or why there is none, light, what it rests on.",
        examples=_SHOW,
    )
    show.add_argument("folder", type=Path, metavar="DIR", help="the folder of 'catseye watch --out'")
    show.add_argument("--truth-sample", type=Path, metavar="FILE", help="let the intervals rest on this sample from now on")
    show.add_argument("--plot", type=Path, metavar="FILE.html", help="draw volumes with their intervals too")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--json", action="store_true", help="print JSON")
    show.set_defaults(run=_show)
    judge = style.add_command(
        kinds,
        "judge",
        summary="put the intervals of a truth sample to the test",
        description="Judges each clip of a truth sample by what the others tell: how often 95 % intervals hold, how wide they are.",
        examples=_JUDGE,
    )
    judge.add_argument("sample", type=Path, metavar="FILE", help="a truth sample of 'catseye receipt learn'")
    judge.add_argument("--json", action="store_true", help="print JSON")
    judge.set_defaults(run=_judge)


def _learn(args: argparse.Namespace) -> int:
    from catseye.cli.receipt_run import learn_sample

    return learn_sample(args)


def _show(args: argparse.Namespace) -> int:
    from catseye.cli.receipt_run import show

    return show(args)


def _judge(args: argparse.Namespace) -> int:
    from catseye.cli.receipt_run import judge

    return judge(args)
