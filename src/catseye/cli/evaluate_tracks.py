"""``catseye evaluate tracks``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.cli.style import add_command, natural

if TYPE_CHECKING:
    from rich.console import Console

    from catseye.evaluate.bootstrap import Interval
    from catseye.evaluate.tracking import TracksReport
    from catseye.evaluate.tracks import TrackScore

_DESCRIPTION = """\
Hold tracks against marked ones, pooled over clips. Truth and result alike are
MOTChallenge text, CVAT 1.1 XML or OTVision .ottrk, told apart by their content.
A folder of clips goes with a folder of results: the clip NAME with NAME.txt,
NAME.xml, NAME.ottrk or the folder NAME.
"""
_EXAMPLES = (
    ("catseye evaluate tracks --truth gt.txt --result tracks.txt", "one clip"),
    ("catseye evaluate tracks --truth street.xml yard.ottrk --result street.txt yard.txt", "two clips, pooled"),
    (
        "catseye evaluate tracks --truth clips --result ours --against theirs",
        "folders of clips; a difference counts where its interval excludes zero",
    ),
    (
        "catseye evaluate tracks --truth clips --result ours --frames seen --json > score.json",
        "only the frames that the results have boxes in",
    ),
)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``tracks`` to ``catseye evaluate``."""
    parser = add_command(
        commands,
        "tracks",
        summary="score files of tracks: HOTA, IDF1, MOTA, by kind, size and light",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("--truth", type=Path, nargs="+", required=True, metavar="T", help="files, clips or folders of clips")
    parser.add_argument(
        "--result",
        type=Path,
        nargs="+",
        required=True,
        metavar="R",
        help="one for each truth, such as tracks.txt of 'catseye watch'",
    )
    parser.add_argument("--against", type=Path, nargs="+", metavar="R", help="other results of the same clips, to compare with")
    parser.add_argument(
        "--frames", choices=("all", "seen"), default="all", help="judge all frames, or those that a result has boxes in"
    )
    parser.add_argument(
        "--resamples", type=natural, default=2000, metavar="N", help="draws for the 95 %% intervals (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    import msgspec
    from rich.console import Console

    report = _report(args)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        _show(report, Console(highlight=False))
    return 0


def _report(args: argparse.Namespace) -> "TracksReport":
    import numpy as np
    from rich.console import Console
    from rich.progress import Progress

    from catseye.evaluate.files import clips, result_for, truth_for
    from catseye.evaluate.tracking import Followed, judge

    named = clips(args.truth, args.result, *([args.against] if args.against else []))
    followed, others = [], []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        for clip in shown.track(named, description="reading"):
            truth = truth_for(clip.truth)
            results = [result_for(path) for path in clip.results]
            frames = np.unique(np.concatenate([result.frame for result in results])) if args.frames == "seen" else None
            followed.append(Followed(name=clip.name, truth=truth, result=results[0], frames=frames))
            others += results[1:]
    return judge(followed, against=others if args.against else None, resamples=args.resamples)


def _show(report: "TracksReport", console: "Console") -> None:
    from catseye.cli.evaluate_tables import boxes_table, tracks_table

    console.print(f"{report.frames_judged} of {report.frames} marked frames judged")
    console.print(boxes_table(report.boxes))
    rows: dict[str, TrackScore | None] = {"all": report.tracks}
    for part in (report.clips if len(report.clips) > 1 else {}, report.by_kind, report.by_size, report.by_light):
        rows[f"section {len(rows)}"] = None
        rows |= part
    console.print(tracks_table("Tracks", rows))
    console.print("95 % intervals: " + ", ".join(_told(report.intervals, "{:.3f}")))
    if report.against:
        console.print(tracks_table("Against", {"this": report.tracks, "the other": report.against.tracks}))
        console.print("This less the other, with 95 % intervals; * where zero is outside:")
        console.print("  " + ", ".join(_told(report.against.differences, "{:+.3f}", star=True)))


def _told(intervals: "dict[str, Interval]", form: str, *, star: bool = False) -> list[str]:
    names = {"hota": "HOTA", "deta": "DetA", "assa": "AssA", "loca": "LocA"}
    return [
        f"{names.get(name, name.upper())} {form.format(i.value)} [{form.format(i.low)}, {form.format(i.high)}]"
        + ("*" if star and i.excludes_zero else "")
        for name, i in intervals.items()
        if i.value is not None
    ]
