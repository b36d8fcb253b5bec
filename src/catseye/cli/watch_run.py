"""Runs a watch to its end, with what the terminal shows of it."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catseye.app import open_watch
from catseye.cli.watch_tables import show
from catseye.core.errors import CatseyeError
from catseye.core.health import CameraState
from catseye.runtime.session import Watch, WatchOptions
from catseye.runtime.summary import Summary


def options(args: argparse.Namespace) -> WatchOptions:
    """The options of a parsed command line."""
    return WatchOptions(
        source=args.source,
        scene=args.scene,
        out=args.out,
        annotate=args.annotate,
        clips=args.clips,
        signals=args.signals,
        replace=args.replace,
        realtime=not args.fast,
        loop=args.loop,
        web=None if args.no_web or args.fast else (args.host, args.port),
        start=args.start,
        timezone=args.timezone,
        stream=args.stream,
        detector=args.detector,
        engine=args.engine,
        threads=args.threads,
        analysed_fps=args.analysed_fps,
        learn_s=args.learn,
        udp=args.transport == "udp",
        truth=args.truth,
        stay=args.stay,
        truth_sample=args.truth_sample,
    )


def run(args: argparse.Namespace) -> int:
    """Watch to the end of the source, or until interrupted."""
    console = Console(stderr=True, quiet=args.json and not sys.stderr.isatty())
    watch = open_watch(options(args))
    _stop_on_signals(watch)
    error: CatseyeError | None = None

    def report(summary: Summary) -> None:
        if args.json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode() + "\n")
            sys.stdout.flush()
        elif error is None or summary.frames["analysed"]:  # nothing was begun: the one line of the error says it all
            show(summary, console, args.out)
        if args.stay and error is None and not watch.stopping:
            _stop_on_signals(watch)  # again: the library that writes tables takes Ctrl+C for itself when it is first loaded
            console.print(f"the clip has ended; {watch.address} stays up with the result   (Ctrl+C ends the watch)")
            watch.wait()

    try:
        if watch.resumed:
            console.print(f"going on with the count lines of {watch.scene_path} (--replace learns them anew, --scene gives others)")
        for note in watch.notes:
            console.print(f"[yellow]{escape(note)}[/yellow]", highlight=False)
        if watch.address:
            console.print(f"live page: [bold]{watch.address}[/bold]   (Ctrl+C ends the watch)")
        _drive(watch, console, fast=args.fast)
    except CatseyeError as broken:
        error = broken
    finally:
        _finish(watch, error, report)
    if error is not None:
        raise error
    return 0


def _finish(watch: Watch, error: CatseyeError | None, report: Callable[[Summary], None]) -> None:
    """Leave the results. What went wrong first is what the user hears of."""
    try:
        watch.finish(error, report=report)
    except CatseyeError as failure:
        raise error or failure from None


def _stop_on_signals(watch: Watch) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        if watch.stopping:
            os._exit(130)  # asked twice: go at once; what was acknowledged is safe in the store
        watch.stop()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)


def _drive(watch: Watch, console: Console, *, fast: bool) -> None:
    watch.on_gap(lambda gap: console.print(f"[yellow]not observed:[/yellow] {gap.start} to {gap.end}"))
    if not fast:
        _report_now_and_then(watch, console)
        watch.run()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("frames"), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("analysing", total=None)

        def show(decoded: int, total: int | None, crossings: int) -> None:
            progress.update(task, completed=decoded, total=total, description=f"analysing, {crossings} crossings")

        watch.on_progress(show)
        watch.run()


def _report_now_and_then(watch: Watch, console: Console) -> None:
    said = 0

    def show(decoded: int, _total: int | None, crossings: int) -> None:
        nonlocal said
        said += 1
        if said % 20 == 0:  # it is called twice a second
            health = watch.worker.stream_health()
            rate = f"{health.fps_analysed:g} analysed a second" if health.fps_analysed is not None else "no picture yet"
            camera = "" if health.camera in {None, CameraState.OK} else f", camera {health.camera}: {health.camera_reason}"
            console.print(f"{health.state}: {decoded} frames, {rate}, {crossings} crossings{camera}", highlight=False)

    watch.on_progress(show)
