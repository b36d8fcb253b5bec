"""Runs ``catseye calibrate``."""

import argparse
import math
import sys
from dataclasses import dataclass

import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye.calibration.fit import Noise, led
from catseye.calibration.lens import lens_of, parse_straight
from catseye.calibration.pairs import GroundPoints, parse_points
from catseye.calibration.picture import calibration_png
from catseye.calibration.report import CalibrationReport, calibrate, report_hung, report_squared, with_lens
from catseye.calibration.vanishing import parse_lines, square
from catseye.cli.calibrate_page import show_page
from catseye.cli.calibrate_self import by_vehicles
from catseye.cli.calibrate_still import redacted_stills
from catseye.config import check_fits, load_scene, read_text, write_whole
from catseye.config.scene_edit import calibrated
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64
from catseye.core.scene import Scene
from catseye.privacy.redaction import RedactedPicture

_KMH = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What was found, and for the drawing the homography (3, 3), places (N, 2) m round which to draw, and ground points if any."""

    told: CalibrationReport
    homography: F64
    around_m: F64
    points: GroundPoints | None = None


def run(args: argparse.Namespace) -> int:
    """Calibrate, say how exact it is, draw and write as asked. Raises CatseyeError."""
    scene = load_scene(args.scene, to_be_calibrated=True)
    _check(args)
    if args.page:
        return show_page(args, scene, noise_of(args))
    size = args.size or scene.drawn_for
    if args.self:
        hung = by_vehicles(args, scene)
        size = hung.seen.size
        found = Calibrated(told=report_hung(hung), homography=hung.homography, around_m=hung.driven_m())
    else:
        if size is None:
            raise ConfigError("The size of the picture is not known.", "Set drawn_for in the scene, or give --size WxH.")
        check_fits(scene, size)
        found = _by_points(args, size) if args.points is not None else _by_lines(args, size)
    told = found.told
    if args.straight:
        told = with_lens(told, lens_of(parse_straight(args.straight), size, args.click_px), size)
    if args.draw is not None:
        still = None if args.source is None else _still(args, scene)
        write_whole(args.draw, calibration_png(found.homography, found.around_m, size, still, found.points))
    if args.write:
        write_whole(args.scene, calibrated(read_text(args.scene), told.homography, told.error_m, told.calibration).encode())
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told)).decode() + "\n")
    else:
        _show(told, None if args.write else calibrated("", told.homography, told.error_m, told.calibration))
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raise ConfigError for options that do not go together."""
    if args.page:
        _check_page(args)
        return
    ways = [name for name, given in (("--points", args.points), ("--vanishing", args.vanishing), ("--self", args.self)) if given]
    if len(ways) > 1:
        raise ConfigError(f"{' and '.join(ways)} are two ways to calibrate.", "Give one of them.")
    if not ways:
        raise ConfigError(
            "Nothing to calibrate by.", "Give --page with --source CLIP, --points CSV, --vanishing twice with --length, or --self."
        )
    if (args.length is None) != (args.vanishing is None):
        raise ConfigError("Lines and a length go together.", "Give --vanishing twice and --length once.")
    if not args.self and args.detections is not None:
        raise ConfigError("--detections are vehicles for --self.", "Add --self, or leave them out.")
    if args.source is not None and args.draw is None and not args.self:
        raise ConfigError("--source gives a still to draw on, and nothing is drawn.", "Add --draw FILE.png, or leave it out.")
    if args.detector is not None and args.source is None and args.detections is None:
        raise ConfigError("--detector is for the redaction of a still, and there is none.", "Add --source CLIP, or leave it out.")
    if not (math.isfinite(args.seconds) and args.seconds > 0):
        raise ConfigError(f"--seconds {args.seconds:g} looks at nothing.", "Give more than 0; 300 suits most streets.")


def _check_page(args: argparse.Namespace) -> None:
    """Raise ConfigError for what does not go with a page."""
    if args.source is None:
        raise ConfigError("There is no picture to click on.", "Give --source CLIP, a clip or camera of the view.")
    others = (args.vanishing, args.straight, args.self, args.draw, args.write, args.json, args.detections)
    if any(others):
        raise ConfigError(
            "--page draws, tells and writes by itself.", "Leave out the other ways to calibrate, --draw, --write and --json."
        )


def _by_points(args: argparse.Namespace, size: tuple[int, int]) -> Calibrated:
    points = parse_points(read_text(args.points), name=str(args.points), size=size)
    found, told = calibrate(points, size, noise_of(args))
    return Calibrated(told=told, homography=found.homography, around_m=points.metres, points=points)


def _by_lines(args: argparse.Namespace, size: tuple[int, int]) -> Calibrated:
    found = square(parse_lines(args.vanishing, args.length), size, noise_of(args))
    around_m = led(found.homography, found.points_unit)
    return Calibrated(told=report_squared(found, size), homography=found.homography, around_m=around_m)


def noise_of(args: argparse.Namespace) -> Noise:
    for name, value in (("--click-px", args.click_px), ("--survey-m", args.survey_m)):
        if not (math.isfinite(value) and value > 0):
            raise ConfigError(f"{name} is {value:g}: nobody measures without an error.", "Give one standard deviation, above 0.")
    return Noise(click_px=args.click_px, survey_m=args.survey_m)


def _show(told: CalibrationReport, lines: str | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if told.points:
        console.print(_points_table(told))
    kmh, worst = (_KMH * share for share in (told.speed_error, told.speed_error_worst))
    where = "where vehicles drive" if told.vehicles is not None else "among the points"
    console.print(f"A place {where} is known to {told.error_m:.2f} m (one standard deviation).")
    console.print(f"A speed of {_KMH:.0f} km/h: give or take {kmh:.1f} km/h for the calibration, {worst:.1f} at the worst place.")
    if told.vehicles is not None:
        console.print(
            f"By the sizes and ways of {told.vehicles} vehicles; what a place's mean vehicle may differ by is in the error."
        )
    if told.camera is not None:
        console.print(
            f"Camera: {told.camera.height_m:.1f} m up, looking {told.camera.down_deg:.0f} degrees down, "
            f"{told.camera.view_deg:.0f} degrees wide, if its pixels are square."
        )
    if told.origin is not None:
        console.print(f"Metres are east and north of lon {told.origin[0]:.6f}, lat {told.origin[1]:.6f}.")
    if told.lens is not None and not told.warnings:
        console.print(f"The lens bends nothing that these lines tell: k1 {told.lens.k1:+.3f}, give or take {told.lens.error:.3f}.")
    for warning in told.warnings:
        console.print(f"[yellow]warning:[/] {escape(warning)}")
    console.print("Written into the scene." if lines is None else f"\n{escape(lines)}", end="\n" if lines is None else "")


def _points_table(told: CalibrationReport) -> Table:
    table = Table("point", "off", "off, left out", "usual", "", box=SIMPLE)
    for column in table.columns[1:4]:
        column.justify = "right"
    for point in told.points:
        cells = (f"{value:.2f} m" if value is not None else "-" for value in (point.residual_m, point.left_out_m, point.expected_m))
        table.add_row(escape(point.name), *cells, "look at it" if point.suspect else "")
    return table


def _still(args: argparse.Namespace, scene: Scene) -> RedactedPicture | None:
    with redacted_stills(args.source, args.detector, scene) as stills:
        still = next(stills, None)
    if still is None:
        sys.stderr.write("catseye: no picture of the clip could be redacted; drawn on a blank sheet.\n")
    return still
