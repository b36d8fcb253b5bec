"""Runs ``catseye truth``."""

import argparse
import os
import re
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from catseye import app
from catseye.byhand.agreement import Agreement, agreement
from catseye.byhand.desk import Desk, Job
from catseye.byhand.ledger import read
from catseye.byhand.plan import jobs_of
from catseye.config import load_scene
from catseye.core.errors import ConfigError
from catseye.core.time import iso_local, parse_instant, zone
from catseye.wire.hand_counts import HandCount, kind_of

KEYS = {
    "c": "car",
    "v": "van",
    "t": "truck",
    "b": "bus",
    "m": "motorcycle",
    "y": "bicycle",
    "p": "pedestrian",
    "e": "vehicle",
    "w": "two_wheeler",
}
_TAKEN = "zuflg"  # what else the page does with letters


def run(args: argparse.Namespace) -> int:
    """Serve the page until interrupted, or compare. Raises CatseyeError."""
    _check(args)
    if args.compare:
        return _compare(args)
    if not 1 <= args.fps <= 60:
        raise ConfigError(f"--fps {args.fps:g} is out of range.", "Give 1 to 60; 10 suits most streets.")
    scene = load_scene(args.scene)
    keys = _keys(args.keys)
    jobs = _jobs(args, scene.timezone)
    console = Console(stderr=True, highlight=False)
    desk = app.open_desk(jobs, scene, keys=keys, who=args.who, detector=args.detector, threads=args.threads, fps=args.fps)
    try:
        desk.sit(desk.first())
        stop = _stopped_by_signals()
        with app.serve_desk(desk, args.port) as server:
            console.print(f"count on [bold]{server.url}[/bold]   (Ctrl+C ends it; every count is safe)")
            _show(desk, console, stop)
        for job in jobs:
            _tell(job, console)
    finally:
        desk.close()
    return 0


def _check(args: argparse.Namespace) -> None:
    if sum(one is not None for one in (args.clip, args.plan, args.compare)) != 1:
        raise ConfigError("There is not one thing to do.", "Give a CLIP, a --plan, or --compare A B.")
    if args.compare is None and args.scene is None:
        raise ConfigError("Nothing tells which lines are counted.", "Give --scene FILE, the scene that Catseye counts with.")
    if args.plan is not None and (args.from_s is not None or args.until_s is not None or args.start or args.light):
        raise ConfigError("A plan tells each stretch, its start and light.", "Leave out --from, --to, --start and --light.")
    if args.clips is not None and (args.plan is None or not args.clips.is_dir()):
        raise ConfigError(f"--clips {args.clips} is no folder of the clips of a plan.", "Give it with --plan, and a folder.")
    if args.who is not None and not re.fullmatch(r"[\w.-]{1,40}", args.who):
        raise ConfigError(f"--who {args.who!r} is no name for a file.", "Give letters and digits, such as initials.")


def _jobs(args: argparse.Namespace, timezone: str) -> list[Job]:
    suffix = f".hand-{args.who}.json" if args.who else ".hand.json"
    if args.plan is not None:
        return jobs_of(args.plan, args.clips, args.out or Path(), suffix)
    start = iso_local(parse_instant(args.start, zone(timezone)), zone(timezone)) if args.start else ""
    name = args.clip.resolve().stem
    out = args.out or Path(f"{name}{suffix}")
    if out.is_dir():
        raise ConfigError(f"{out} is a folder.", "Give a file for the count.")
    return [
        Job(name=name, source=args.clip, out=out, from_s=args.from_s, until_s=args.until_s, start=start, light=args.light or "")
    ]


def _keys(text: str | None) -> dict[str, str]:
    """The letters of the kinds."""
    keys = dict(KEYS)
    for part in (text or "").split(",") if text else ():
        letter, _, kind = part.strip().partition("=")
        if not re.fullmatch("[a-z]", letter) or letter in _TAKEN:
            raise ConfigError(
                f"{letter!r} is no letter for a kind.", f"Give a letter from a to z that is none of {', '.join(_TAKEN)}."
            )
        keys[letter] = kind_of(kind).label
    return keys


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(130)  # asked twice: go at once; what was acknowledged is safe
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    return stop


def _show(desk: Desk, console: Console, stop: threading.Event) -> None:
    """Show how far the pictures are, until interrupted."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pictures"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("redacting", total=None)
        while not stop.wait(0.5):
            sitting = desk.sitting
            done = sitting.preparer.progress()
            if sitting.preparer.crash is not None:
                raise sitting.preparer.crash
            ready = sum(last - first + 1 for first, last in done.ready)
            told = f"{sitting.job.name}: {len(sitting.ledger.count.crossings)} counted; redacting"
            if done.withheld:
                told += f", {len(done.withheld)} withheld"
            if done.error is not None:
                told = f"[red]{done.error.message}[/red]"
            progress.update(task, completed=ready, total=len(done.times_s) if done.ended else None, description=told)


def _tell(job: Job, console: Console) -> None:
    count = read(job.out)
    if count is None:
        return
    seen = sum(end - start for start, end in count.seen())
    whole = count.until_s - count.from_s
    ways = sum(len(line.directions) for line in count.lines)
    console.print(
        f"{job.out}: {len(count.crossings)} counted, {seen:.1f} of {whole:.1f} s watched,"
        f" complete on {len(count.declared())} of {ways} ways",
        soft_wrap=True,
    )


def _compare(args: argparse.Namespace) -> int:
    counts = [_must_read(path) for path in args.compare]
    found = agreement(*counts)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=1).decode() + "\n")
    else:
        _print(found, args.compare, counts)
    return 0


def _must_read(path: Path) -> HandCount:
    count = read(path)
    if count is None:
        raise ConfigError(f"There is no {path}.", "Give the file of a hand count.")
    return count


def _print(found: Agreement, paths: list[Path], counts: list[HandCount]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    names = [count.who or str(path) for path, count in zip(paths, counts, strict=True)]
    share = "nothing to compare" if found.share is None else f"{found.share:.1%} of all"
    console.print(f"both watched {found.both_s:g} s; {found.matched} counted by both ({share})")
    if found.alone:
        table = Table("who", "at s", "line or movement", "direction", "kind", title="counted by one alone", title_justify="left")
        for one in found.alone:
            c = one.crossing
            way = "" if c.direction == c.line else c.direction
            table.add_row(names[0] if one.first else names[1], f"{c.at_s:.1f}", c.line, way, c.road_user)
        console.print(table)
    if found.kinds:
        table = Table("at s", "line or movement", "direction", *names, title="called differently", title_justify="left")
        for apart in found.kinds:
            way = "" if apart.direction == apart.line else apart.direction
            table.add_row(f"{apart.at_s:.1f}", apart.line, way, apart.first, apart.second)
        console.print(table)
