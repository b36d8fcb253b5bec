"""``catseye watch``: live tags, tracks and counts of one source."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catseye.app import open_watch
from catseye.cli.watch_tables import show
from catseye.core.errors import CatseyeError
from catseye.runtime.session import Watch, WatchOptions
from catseye.runtime.summary import Summary

_EPILOG = """\
examples:
  catseye watch street.mp4                       play it in real time, live page on http://127.0.0.1:8420
  catseye watch street.mp4 --fast --out result   as fast as the machine can; counts, events and tracks to result/
  catseye watch rtsp://camera/main --scene scene.toml --out result
  catseye watch street.mp4 --fast --out result --annotate --start 2026-05-04T07:00 --timezone Europe/London
  catseye watch clip.mp4 --scene scene.toml --truth truth --stay   counts beside the true ones; the page stays with the result

credentials of a camera: in CATSEYE_SOURCE_USER and CATSEYE_SOURCE_PASSWORD, or in the address. They are never shown or stored.
Without --scene, Catseye learns the main flows, proposes count lines, counts over them from the beginning, and writes the
proposal as scene.toml, to be edited and given back with --scene.
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``watch`` to the command line."""
    parser = commands.add_parser(
        "watch",
        help="watch a video or camera: live tags, tracks, counts",
        description="Watch one source: a file, a folder of images, rtsp://, http(s):// (MJPEG, HLS), a device like /dev/video0.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SOURCE", help="a file, a folder of images, an address or a device")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="count lines, zones, masks, movements (see 'catseye check')")
    parser.add_argument(
        "--truth", type=Path, metavar="T", help="show what truly happened beside the counts: a studio truth, MOTChallenge or CVAT"
    )
    parser.add_argument("--stay", action="store_true", help="keep the page up with the result at the clip's end, until Ctrl+C")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write counts, events, tracks and a summary here")
    parser.add_argument("--annotate", action="store_true", help="also write a redacted annotated.mp4 to DIR")
    parser.add_argument("--replace", action="store_true", help="discard the results that DIR already holds")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--fast", action="store_true", help="as fast as the machine can; no frame is dropped, no live page")
    pace.add_argument("--realtime", action="store_true", help="play a file at its own pace (default)")
    parser.add_argument("--loop", action="store_true", help="begin a file again at its end; each time is a new run")
    parser.add_argument("--no-web", action="store_true", help="no live page")
    parser.add_argument("--host", default="127.0.0.1", help="address of the live page (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8420, help="port of the live page (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON on standard output, and nothing else there")
    parser.add_argument(
        "--start", metavar="TIME", help="when a file begins, e.g. 2026-05-04T07:00 (default: what it says itself, else now)"
    )
    parser.add_argument(
        "--timezone", metavar="NAME", help="time zone of --start and of the results (default: the scene's, else UTC)"
    )
    parser.add_argument("--stream", metavar="NAME", help="name of the stream in the results (default: from SOURCE)")
    parser.add_argument(
        "--detector", metavar="NAME", help="an installed detector (default: the best one; see 'catseye models list')"
    )
    parser.add_argument("--engine", choices=("openvino", "onnx"), default="openvino", help="what runs it (default: %(default)s)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of the detector (default: all cores)")
    parser.add_argument(
        "--analysed-fps", type=float, default=10.0, metavar="N", help="frames analysed a second (default: %(default)s)"
    )
    parser.add_argument(
        "--learn", type=float, default=30.0, metavar="S", help="seconds to learn flows without a scene (default: %(default)s)"
    )
    parser.add_argument("--transport", choices=("tcp", "udp"), default="tcp", help="how RTSP media travels (default: %(default)s)")
    parser.set_defaults(run=run)


def options(args: argparse.Namespace) -> WatchOptions:
    """The options of a parsed command line."""
    return WatchOptions(
        source=args.source,
        scene=args.scene,
        out=args.out,
        annotate=args.annotate,
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
            health = watch.worker.vitals.health()
            rate = f"{health.fps_analysed:g} analysed a second" if health.fps_analysed is not None else "no picture yet"
            console.print(f"{health.state}: {decoded} frames, {rate}, {crossings} crossings", highlight=False)

    watch.on_progress(show)
