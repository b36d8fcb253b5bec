"""Runs ``catseye calibrate``."""

import argparse
import math
import os
import shutil
import sys
from pathlib import Path

import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye import app
from catseye.calibration.fit import Noise
from catseye.calibration.pairs import parse_points
from catseye.calibration.picture import calibration_png
from catseye.calibration.report import CalibrationReport, calibrate
from catseye.config import check_fits, load_scene, read_text
from catseye.config.scene_edit import calibrated
from catseye.core.errors import ConfigError, OutputError, RedactionError
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.evaluate.redaction import redacted
from catseye.pipeline.camera import CameraPipeline
from catseye.privacy.redaction import RedactedPicture, Redactor
from catseye.runtime.session import WatchOptions, watching

_KMH = 50.0
_TRIES = 100  # frames, until one can be redacted


def run(args: argparse.Namespace) -> int:
    """Calibrate, say how exact it is, draw and write as asked. Raises CatseyeError."""
    noise = _noise(args)
    if args.source is not None and args.draw is None:
        raise ConfigError("--source gives a still to draw on, and nothing is drawn.", "Add --draw FILE.png, or leave it out.")
    if args.detector is not None and args.source is None:
        raise ConfigError("--detector is for the redaction of a still, and there is none.", "Add --source CLIP, or leave it out.")
    scene = load_scene(args.scene)
    size = args.size or scene.drawn_for
    if size is None:
        raise ConfigError("The size of the picture is not known.", "Set drawn_for in the scene, or give --size WxH.")
    check_fits(scene, size)
    points = parse_points(read_text(args.points), name=str(args.points), size=size)
    found, told = calibrate(points, size, noise)
    if args.draw is not None:
        still = None if args.source is None else _still(args.source, args.detector, scene)
        _write(args.draw, calibration_png(found, points, size, still))
    if args.write:
        _write(args.scene, calibrated(read_text(args.scene), told.homography, told.error_m, told.calibration).encode())
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told)).decode() + "\n")
    else:
        _show(told, None if args.write else calibrated("", told.homography, told.error_m, told.calibration))
    return 0


def _noise(args: argparse.Namespace) -> Noise:
    for name, value in (("--click-px", args.click_px), ("--survey-m", args.survey_m)):
        if not (math.isfinite(value) and value > 0):
            raise ConfigError(f"{name} is {value:g}: nobody measures without an error.", "Give one standard deviation, above 0.")
    return Noise(click_px=args.click_px, survey_m=args.survey_m)


def _show(told: CalibrationReport, lines: str | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table("point", "off", "off, left out", "usual", "", box=SIMPLE)
    for column in table.columns[1:4]:
        column.justify = "right"
    for point in told.points:
        cells = (f"{value:.2f} m" if value is not None else "-" for value in (point.residual_m, point.left_out_m, point.expected_m))
        table.add_row(escape(point.name), *cells, "look at it" if point.suspect else "")
    console.print(table)
    kmh, worst = (_KMH * share for share in (told.speed_error, told.speed_error_worst))
    console.print(f"A place among the points is known to {told.error_m:.2f} m (one standard deviation).")
    console.print(f"A speed of {_KMH:.0f} km/h: give or take {kmh:.1f} km/h for the calibration, {worst:.1f} at the worst place.")
    if told.camera is not None:
        console.print(
            f"Camera: {told.camera.height_m:.1f} m up, {told.camera.view_deg:.0f} degrees wide, if its pixels are square."
        )
    if told.origin is not None:
        console.print(f"Metres are east and north of lon {told.origin[0]:.6f}, lat {told.origin[1]:.6f}.")
    for warning in told.warnings:
        console.print(f"[yellow]warning:[/] {escape(warning)}")
    console.print("Written into the scene." if lines is None else f"\n{escape(lines)}", end="\n" if lines is None else "")


def _still(spec: str, detector_name: str | None, scene: Scene) -> RedactedPicture | None:
    """The first picture of a clip that can be redacted; None, with a word about it, where none can."""
    stream, run_id = StreamId("calibrate"), RunId("calibrate")
    detector, source = app.open_detector(detector_name), None
    try:
        source = app.open_source(spec, stream=stream, run=run_id, clock=app.system_clock())
        check_fits(scene, source.info.size)
        how = watching(WatchOptions(source=spec), None, detector.info, app.open_face_finder())
        pipeline = CameraPipeline(stream=stream, run=run_id, size=source.info.size, scene=None, params=how.params)
        redactor = Redactor(scene.masks, how.face_finder)
        for _, frame in zip(range(_TRIES), source.frames(), strict=False):
            try:
                return redacted(frame, detector, pipeline, redactor)
            except RedactionError:
                continue
        sys.stderr.write("catseye: no picture of the clip could be redacted; drawn on a blank sheet.\n")
        return None
    finally:
        detector.close()
        if source is not None:
            source.close()


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OutputError."""
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Give a file in a folder you may write to.") from error
