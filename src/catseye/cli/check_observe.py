"""``catseye check SCENE --source CLIP``: what is seen at each count line, and which stand in a bad place."""

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from catseye.config import Finding, Severity, check_fits, read_text
from catseye.config.findings import key_text
from catseye.config.locate import locate
from catseye.config.scene_file import file_units
from catseye.core.errors import ConfigError, OutputError
from catseye.core.geometry import XY
from catseye.core.scene import Scene
from catseye.placing.judging import Fault, LineReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.placing.watching import Observation

FPS = 10.0
_THRESHOLD = 0.3  # confidence that begins a track, as most detectors have it

_WORDS = {
    Fault.BROKEN: (
        "{broken:.1f} tracks begin or end at the line for each crossing: something hides road users there.",
        "Move it away from the pole, tree, stop or picture's edge where they are lost.",
    ),
    Fault.STOPPED: (
        "{stopped:.0%} of those who cross it stand on it, hide one another and are counted late or not.",
        "Put it past the stop line, or back to where traffic flows.",
    ),
    Fault.UNSETTLED: (
        "{unsettled:.0%} of those who changed sides could not be counted: they did not get clear of the line.",
        "Move it to where they go straight across.",
    ),
    Fault.CUT: ("the picture's edge cuts {cut:.0%} of those who cross it.", "Move it further into the picture."),
    Fault.SMALL: (
        "those who cross it are {height_px:.0f} px high: many others are not found.",
        "Move it nearer to the camera, or take a larger picture or a longer lens.",
    ),
    Fault.SHARP: (
        "those who cross it go nearly along it ({angle_deg:.0f} degrees): they cross late or never.",
        "Draw it square to the way they go.",
    ),
    Fault.SHORT: (
        "it is shorter than those who cross it are wide ({width_px:.0f} px): many go round its ends.",
        "Draw it across the whole road, and a little beyond.",
    ),
}


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` adds: how long a street was watched, and what was seen at each line."""

    watched_s: float
    lines: tuple[LineReport, ...]


def check_options(args: argparse.Namespace, scenes: int) -> None:
    """Raise ConfigError for options that do not go together."""
    watching = args.source is not None or args.detections is not None
    if args.source is not None and args.detections is not None:
        raise ConfigError("--source and --detections are two ways to say what to watch.", "Give one of them.")
    for name, given in (("--seconds", args.seconds), ("--detector", args.detector), ("--draw", args.draw)):
        if given is not None and not watching:
            raise ConfigError(
                f"{name} is of a street that is watched, and none is given.", "Add --source CLIP or --detections DIR."
            )
    if args.detector is not None and args.detections is not None:
        raise ConfigError("--detector looks at pictures, and --detections has none.", "Give --source, or leave --detector out.")
    if watching and scenes > 1:
        raise ConfigError("One view is watched, and several scenes are given.", "Give one scene file.")
    if args.seconds is not None and not (math.isfinite(args.seconds) and args.seconds > 0):
        raise ConfigError(f"--seconds {args.seconds:g} watches nothing.", "Give more than 0.")


def observe(args: argparse.Namespace, path: Path, scene: Scene) -> tuple[list[Finding], Observed]:
    """Watch as asked, draw what was seen, and give a warning for each fault of a line. Raises CatseyeError."""
    from catseye.placing.picture import observation_png

    seen = _from_source(args, scene) if args.source is not None else _from_detections(args, scene)
    if args.draw is not None:
        try:
            args.draw.write_bytes(observation_png(scene, seen))
        except OSError as error:
            raise OutputError(
                f"Cannot write {args.draw}: {error.strerror}.", "Give a file in a folder you may write to."
            ) from error
    text = read_text(path)
    places, size = locate(text), file_units(text)
    findings = []
    for index, told in enumerate(seen.lines):
        key = ("lines", index, "points")
        line, column = places.find(key)
        for fault in told.faults:
            message, remedy = _words(fault, told)
            if told.better is not None:
                remedy = f"{remedy} Better, not far along the same way: points = {_points(told.better, size)}."
            findings.append(
                Finding(line=line, column=column, key=key_text(key), severity=Severity.WARNING, message=message, remedy=remedy)
            )
    return findings, Observed(watched_s=seen.watched_s, lines=seen.lines)


def show(observed: Observed) -> None:
    """Print what was seen at each line as a table."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("line", "crossed", "broken", "stopped", "unsettled", "cut", "px", "angle", box=SIMPLE)
    for column in table.columns[1:]:
        column.justify = "right"
    for line in observed.lines:
        table.add_row(
            escape(line.line),
            str(line.crossings),
            _number(line.broken, "{:.2f}"),
            *(_number(share, "{:.0%}") for share in (line.stopped, line.unsettled, line.cut)),
            "" if line.width_px is None or line.height_px is None else f"{line.width_px:.0f}x{line.height_px:.0f}",
            _number(line.angle_deg, "{:.0f}"),
        )
    console.print(f"watched for {observed.watched_s:.0f} s; broken: tracks that begin or end at the line, for each crossing")
    console.print(table)
    for line in observed.lines:
        if not line.judged:
            what = "too few" if line.crossings or line.broken else "nothing"
            console.print(
                f"{escape(line.line)}: {what} passed in {observed.watched_s:.0f} s, so its place is not judged.", soft_wrap=True
            )


def _number(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _words(fault: Fault, seen: LineReport) -> tuple[str, str]:
    """What is wrong, and what to do."""
    message, remedy = _WORDS[fault]
    known = {
        name: value or 0.0 for name, value in msgspec.structs.asdict(seen).items() if value is None or isinstance(value, float)
    }
    return message.format_map(known), remedy


def _points(points: tuple[XY, XY], size: tuple[int, int] | None) -> str:
    """Ends as the file has them: pixels of a picture of ``size``, or (None) shares."""
    if size is None:
        return "[" + ", ".join(f"[{x:.3f}, {y:.3f}]" for x, y in points) + "]"
    return "[" + ", ".join(f"[{round(x * size[0])}, {round(y * size[1])}]" for x, y in points) + "]"


def _from_source(args: argparse.Namespace, scene: Scene) -> "Observation":
    from catseye import app
    from catseye.core.ids import RunId, StreamId
    from catseye.placing.watching import Stretch, watch

    detector = app.open_detector(args.detector)
    source = None
    try:
        source = app.open_source(args.source, stream=StreamId("check"), run=RunId("check"), clock=app.system_clock())
        check_fits(scene, source.info.size)
        if source.info.live and args.seconds is None:
            raise ConfigError("A camera has no end.", "Say with --seconds how long to watch.")
        stretch = Stretch(fps=FPS, seconds=args.seconds, still=args.draw is not None)
        lasts_s = args.seconds
        if lasts_s is None and source.info.frames and source.info.fps:
            lasts_s = source.info.frames / source.info.fps
        with _Progress(lasts_s) as done:
            return watch(source.frames(), detector, scene, stretch, face_finder=app.open_face_finder(), done=done)
    finally:
        detector.close()
        if source is not None:
            source.close()


def _from_detections(args: argparse.Namespace, scene: Scene) -> "Observation":
    from catseye.evaluate import stored
    from catseye.placing.watching import watch_detections

    found = stored.read(args.detections)
    check_fits(scene, found.size)
    with _Progress(args.seconds or found.frames / found.fps) as done:
        return watch_detections(found.looks(FPS), scene, found.size, threshold=_THRESHOLD, seconds=args.seconds, done=done)


class _Progress:
    """A bar of the seconds that were watched, on standard error."""

    def __init__(self, lasts_s: float | None) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
        self._task = self._bar.add_task("watching", total=lasts_s)

    def __enter__(self) -> "Callable[[float], None]":
        self._bar.start()
        return lambda behind_s: self._bar.update(self._task, completed=behind_s)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
