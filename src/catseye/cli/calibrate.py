"""``catseye calibrate``."""

import argparse
from pathlib import Path

from catseye.cli import style

_LINES = (
    """--vanishing '454,272 131,122 571,214 231,105' --vanishing '362,268 550,188 123,155 336,112' --length '364,230 468,191 6'"""
)
EXAMPLES = (
    ("catseye calibrate scene.toml --page --source street.mp4", "click ground points on a redacted picture, in the browser"),
    ("catseye calibrate scene.toml --points points.csv", "say how exact a calibration by these ground points is"),
    ("catseye calibrate scene.toml --points points.csv --write", "and put it into the scene"),
    (
        "catseye calibrate scene.toml --points points.csv --draw grid.png --source street.mp4",
        "lay a grid of metres over the street",
    ),
    ("catseye calibrate scene.toml --points points.csv --survey-m 0.5 --json", "places read off an aerial picture, for scripts"),
    (
        f"catseye calibrate scene.toml {_LINES}",
        "by two road edges, two lines across them, and a way of 6 m",
    ),
    (
        "catseye calibrate scene.toml --self --source street.mp4 --draw grid.png --write",
        "without measuring anything, from the vehicles of a clip",
    ),
    ("catseye calibrate scene.toml --self --detections seen --detector centernet", "from detections that are kept already"),
)
_POINTS = """\
points.csv holds one ground point a line, under a line that names the columns: x_px,y_px (or x,y as shares of the picture), then
lon,lat (WGS 84) or east_m,north_m, and a name if wanted:

  x_px,y_px,lon,lat,name
  112,301,-0.12683,51.50072,stop line left

Take things that lie flat on the ground (ends of stop lines, corners of a zebra, manholes), near and far, left and right: four at
least, six or more to learn how exact it is. --page shows a redacted picture of --source to click them on, and at once how exact
they make it.

--vanishing takes two points (x,y in pixels) of each of two or more lines that are parallel on the ground. Give it twice, for lines
at right angles to one another, and with --length two points on the ground and the metres between them.

--straight takes three or more points along something that is straight in reality, such as a kerb or an edge of a roof far from the
middle of the picture; any number of times. It says how much the lens bends, and by how much speeds are off for that.

--self measures nothing: it follows vehicles and finds the camera that makes them as large as vehicles are. Speeds are then good
to about ten per cent; what that is here is printed."""


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``calibrate`` to the command line."""
    parser = style.add_command(
        commands,
        "calibrate",
        summary="find the metres of a view from ground points, lines, or its vehicles alone, with error bars",
        description=f"Find how the picture of a scene leads to metres on the ground, and how exact that is.\n\n{_POINTS}",
        examples=EXAMPLES,
    )
    parser.add_argument("scene", type=Path, metavar="SCENE", help="the scene file of the view")
    parser.add_argument("--points", type=Path, metavar="CSV", help="ground points in the picture and on the map")
    parser.add_argument(
        "--page", action="store_true", help="click the points on a page of this machine; they go to CSV (default: SCENE.points.csv)"
    )
    parser.add_argument("--port", type=int, default=8422, metavar="N", help="port of --page (default: %(default)s)")
    parser.add_argument("--vanishing", action="append", metavar="POINTS", help="parallel lines, two points each; twice")
    parser.add_argument("--length", metavar="'X,Y X,Y M'", help="a known length on the ground, for --vanishing")
    parser.add_argument("--straight", action="append", metavar="POINTS", help="points along a straight thing: does the lens bend?")
    parser.add_argument("--self", action="store_true", help="calibrate by the sizes and ways of vehicles alone")
    parser.add_argument("--detections", type=Path, metavar="DIR", help="vehicles for --self: see 'catseye evaluate detections'")
    parser.add_argument("--seconds", type=float, default=300.0, metavar="S", help="of a clip, for --self (default: %(default)g)")
    parser.add_argument("--size", type=style.picture_size, metavar="WxH", help="the picture (default: the scene's drawn_for)")
    parser.add_argument("--click-px", type=float, default=1.5, metavar="PX", help="how exact a click is (default: %(default)s)")
    parser.add_argument("--survey-m", type=float, default=0.1, metavar="M", help="how exact a place is (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put homography and error_m into SCENE; the rest of it stays")
    parser.add_argument("--draw", type=Path, metavar="FILE.png", help="draw points and a grid of metres")
    parser.add_argument(
        "--source", metavar="CLIP", help="draw on a redacted still of this clip or camera; for --self also the vehicles"
    )
    parser.add_argument("--detector", metavar="NAME", help="an installed detector (default: the best one); whose DETECTIONS are")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.calibrate_run import run

    return run(args)
