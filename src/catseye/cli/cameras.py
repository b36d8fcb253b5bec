"""``catseye cameras``: the register of a network."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from catseye.cli import cameras_connect
from catseye.cli.style import Commands, add_command, natural

_FILE = "town/network.toml"
_NEW = (
    "--address rtsp://10.20.0.7/sub --kind-of-place street --purpose 'classified counts' \\\n"
    "      --legal-basis 'Traffic Management Act 2004' --credentials file:high-street.txt"
)
_TEXTS = (
    ("address", "URL", "rtsp://, rtsps://, http(s)://, or a clip's path from the network file's folder; without user and password"),
    (
        "kind-of-place",
        "KIND",
        "street, junction, crossing, motorway, bridge, tunnel, square, park, stop, station, car_park, port, site",
    ),
    ("purpose", "TEXT", "what it is for"),
    ("legal-basis", "TEXT", "what permits it"),
    ("signage", "TEXT", "how people are told of it"),
    ("title", "TEXT", "what people call it"),
    ("owner", "TEXT", "whose it is"),
    ("contact", "TEXT", "who mends it"),
    ("district", "TEXT", "where it is reported under"),
    ("onvif", "URL", "its ONVIF device service"),
    ("credentials", "WHERE", "where user and password are: file:PATH or env:NAME"),
    ("scene", "FILE", "its scene file, from the network file's folder"),
)
_NUMBERS = (
    ("analysed-fps", "N", "frames a second to analyse (usually 5)"),
    ("retention-h", "H", "hours for which per-vehicle records are kept (usually 24)"),
    ("longitude", "DEG", "where it stands, WGS 84"),
    ("latitude", "DEG", "where it stands, WGS 84"),
    ("heading-deg", "DEG", "where it looks, clockwise from north"),
    ("field-of-view-deg", "DEG", "how wide it sees"),
    ("reach-m", "M", "how far along the ground it is of use"),
    ("height-m", "M", "how high it hangs"),
)


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``cameras`` to the command line."""
    parser = add_command(
        commands,
        "cameras",
        summary="the cameras of a network: find, register, change, check, map",
        description="The register of a network: a TOML file, which can as well be edited by hand. A running 'catseye serve'\n"
        "takes up every change by itself. What could not be used is told, and the file stays as it was.",
        examples=(
            (f"catseye cameras list {_FILE}", "what is registered"),
            (f"catseye cameras pause {_FILE} high-street", "stop watching one; it is not due until it is resumed"),
            (f"catseye cameras import {_FILE} inventory.csv", "register many at once"),
        ),
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_looks(actions)
    _add_changes(actions)
    _add_exchange(actions)
    _add_coverage(actions)
    cameras_connect.add_parsers(actions)


def _add_looks(actions: "Commands[argparse.ArgumentParser]") -> None:
    listing = _action(
        actions,
        "list",
        "what is registered",
        "A line a camera. How each one is now, the page and API of 'catseye serve' tell.",
        ((f"catseye cameras list {_FILE} --json", "for programs; never with credentials"),),
        "cameras_run:list_cameras",
    )
    listing.add_argument("--json", action="store_true", help="print JSON")
    show = _action(
        actions,
        "show",
        "all that is registered of one camera",
        "All that is registered of one camera, but where its credentials are.",
        ((f"catseye cameras show {_FILE} high-street", "one camera"),),
        "cameras_run:show",
        named=True,
    )
    show.add_argument("--json", action="store_true", help="print JSON")
    check = _action(
        actions,
        "check",
        "all that is wrong with a network file",
        "Says all that is wrong with a network file, each on its line, and what may be missed: scenes, credentials, what [reach]\n"
        "does not allow. Connects to nothing. Exit code 2: something must be mended.",
        ((f"catseye cameras check {_FILE}", "before it is served"),),
        "cameras_run:check",
    )
    check.add_argument("--json", action="store_true", help="print JSON")


def _add_changes(actions: "Commands[argparse.ArgumentParser]") -> None:
    add = _action(
        actions,
        "add",
        "register a camera",
        "Registers a camera. Address, kind of place, purpose and legal basis must be given. A private interior is refused.",
        (
            (
                f"catseye cameras add {_FILE} high-street {_NEW}",
                "one camera; its user and password are in high-street.txt",
            ),
        ),
        "cameras_edit:add",
        named=True,
    )
    _add_fields(add)
    change = _action(
        actions,
        "change",
        "change what is registered of a camera",
        "Changes what is given and leaves the rest, and the comments of the file. An empty text takes a text away.",
        ((f"catseye cameras change {_FILE} high-street --heading-deg 120 --reach-m 60", "where it looks"),),
        "cameras_edit:change",
        named=True,
    )
    _add_fields(change)
    for name, summary, description in (
        ("pause", "stop watching a camera", "A paused camera is not watched and not due."),
        ("resume", "watch a paused camera again", "Watches a paused camera again."),
        ("remove", "take a camera out of the register", "Takes a camera out of the register. What it counted stays."),
    ):
        example = (f"catseye cameras {name} {_FILE} high-street", "one camera")
        _action(actions, name, summary, description, (example,), f"cameras_edit:{name}", named=True)


def _add_exchange(actions: "Commands[argparse.ArgumentParser]") -> None:
    bring = _action(
        actions,
        "import",
        "register or change cameras from CSV or GeoJSON",
        "Adds cameras, and changes those whose name is registered; what a file does not tell stays. All of it is taken, or\n"
        "nothing: everything that is wrong is told by row. A file that holds credentials is refused.",
        (
            (f"catseye cameras import {_FILE} inventory.csv --dry-run", "what would come of it"),
            (f"catseye cameras import {_FILE} city.geojson --credentials env:CITY_CAMERAS", "all new ones sign in alike"),
        ),
        "cameras_edit:import_cameras",
    )
    bring.add_argument("table", type=Path, metavar="FILE", help="a .csv, .geojson or .json file")
    bring.add_argument("--credentials", default="", metavar="WHERE", help="where those of new cameras are: file:PATH or env:NAME")
    bring.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    export = _action(
        actions,
        "export",
        "write the register as CSV or GeoJSON",
        "Writes what is registered, never where credentials are. The import reads it again.",
        (
            (f"catseye cameras export {_FILE} cameras.csv", "a row a camera"),
            (f"catseye cameras export {_FILE} cameras.geojson --views", "points, and the ground that each sees"),
        ),
        "cameras_run:export",
    )
    export.add_argument("table", type=Path, metavar="FILE", help="a .csv, .geojson or .json file")
    export.add_argument("--views", action="store_true", help="with the field of view of each as a polygon (GeoJSON)")


def _add_coverage(actions: "Commands[argparse.ArgumentParser]") -> None:
    coverage = _action(
        actions,
        "coverage",
        "which key places are seen, and which camera would add most",
        "Says which junctions, crossings and stops are seen by which cameras and at how many pixels a metre, which are not, and\n"
        "which of the cameras that could be added would add most. Tells of views that show more than their purpose needs.",
        (
            (f"catseye cameras coverage {_FILE} --places junctions.geojson --plot plan.svg", "what is seen, on a plan"),
            (f"catseye cameras coverage {_FILE} --places junctions.geojson --candidates poles.csv --add 3", "which three to add"),
        ),
        "cameras_coverage:run",
    )
    coverage.add_argument(
        "--places", type=Path, required=True, metavar="FILE", help="GeoJSON points and polygons with name and kind"
    )
    coverage.add_argument("--candidates", type=Path, metavar="FILE", help="CSV or GeoJSON of cameras that could be added")
    coverage.add_argument("--add", type=natural, default=5, metavar="N", help="how many to choose of them (default: 5)")
    coverage.add_argument("--width-px", type=natural, metavar="N", help="the pictures' width where no scene tells it, for px/m")
    coverage.add_argument("--plot", type=Path, metavar="FILE", help="draw a plan: .svg or .png")
    coverage.add_argument("--json", action="store_true", help="print JSON")


def _add_fields(parser: argparse.ArgumentParser) -> None:
    """An option for everything that is registered; what is not given is not in the arguments."""
    usual = argparse.SUPPRESS
    for name, shown, what in _TEXTS:
        parser.add_argument(f"--{name}", metavar=shown, default=usual, help=what)
    parser.add_argument("--udp", action=argparse.BooleanOptionalAction, default=usual, help="RTSP over UDP")
    parser.add_argument("--priority", type=int, metavar="1..9", default=usual, help="1 is the last to be held back (usually 2)")
    for name, shown, what in _NUMBERS:
        parser.add_argument(f"--{name}", type=float, metavar=shown, default=usual, help=what)


def _action(
    actions: "Commands[argparse.ArgumentParser]",
    name: str,
    summary: str,
    description: str,
    examples: tuple[tuple[str, str], ...],
    run: str,
    *,
    named: bool = False,
) -> argparse.ArgumentParser:
    parser = add_command(actions, name, summary=summary, description=description, examples=examples)
    parser.add_argument("network", type=Path, metavar="NETWORK.toml", help="the network file")
    if named:
        parser.add_argument("name", metavar="NAME", help="the camera's name")
    parser.set_defaults(run=_later(run))
    return parser


def _later(where: str) -> Callable[[argparse.Namespace], int]:
    """What runs the command; its module is loaded when it does."""
    module, _, function = where.partition(":")

    def run(args: argparse.Namespace) -> int:
        return int(getattr(import_module(f"catseye.cli.{module}"), function)(args))

    return run
