"""Serves the page of ``catseye calibrate --page``."""

import argparse
import signal
import threading
from types import FrameType

from rich.console import Console

from catseye import app
from catseye.calibration.fit import Noise
from catseye.cli.calibrate_still import redacted_stills
from catseye.core.scene import Scene


def show_page(args: argparse.Namespace, scene: Scene, noise: Noise) -> int:
    """Serve until interrupted. Raises CatseyeError."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    file = args.points or args.scene.with_suffix(".points.csv")
    stop = threading.Event()

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    with redacted_stills(args.source, args.detector, scene) as stills:
        with console.status("redacting a picture"):
            desk = app.open_points(args.scene, file, stills, noise)
        with app.serve_points(desk, args.port) as server:
            console.print(f"click ground points on [bold]{server.url}[/bold]   (Ctrl+C ends it; points are safe in {file})")
            stop.wait()
    return 0
