"""Changes the register of a network: ``catseye cameras add|change|pause|resume|remove|import``."""

import argparse
import sys
from pathlib import Path

from catseye.cli.cameras_run import GEOJSON, UNSOUND, registered
from catseye.config.network_change import find_camera, merged, merged_rows
from catseye.config.network_edit import edit_network, with_camera, with_cameras, with_paused, without_camera
from catseye.core.errors import ConfigError
from catseye.wire import cameras_csv, cameras_geojson
from catseye.wire.cameras import COLUMNS, nested

_LARGEST = 16 * 1024 * 1024  # bytes of a file to import


def add(args: argparse.Namespace) -> int:
    """Register a camera. Raises ConfigError, OutputError."""
    if any(camera.name == args.name for camera in registered(args.network).cameras):
        raise ConfigError(f"A camera {args.name!r} is registered.", "Change it: catseye cameras change.")
    camera = merged(None, _told(args))
    edit_network(args.network, lambda text: with_camera(text, camera))
    print(f"Added {args.name}.")
    return 0


def change(args: argparse.Namespace) -> int:
    """Change what is given. Raises ConfigError, OutputError."""
    known = find_camera(registered(args.network).cameras, args.name)
    camera = merged(known, _told(args))
    if camera == known:
        print(f"{args.name} is as asked; nothing was changed.")
        return 0
    edit_network(args.network, lambda text: with_camera(text, camera))
    print(f"Changed {args.name}.")
    return 0


def pause(args: argparse.Namespace) -> int:
    """Stop watching a camera. Raises ConfigError, OutputError."""
    return _paused(args, paused=True)


def resume(args: argparse.Namespace) -> int:
    """Watch a paused camera again. Raises ConfigError, OutputError."""
    return _paused(args, paused=False)


def remove(args: argparse.Namespace) -> int:
    """Take a camera out. Raises ConfigError, OutputError."""
    find_camera(registered(args.network).cameras, args.name)
    edit_network(args.network, lambda text: without_camera(text, args.name))
    print(f"Removed {args.name}. What it counted stays.")
    return 0


def import_cameras(args: argparse.Namespace) -> int:
    """Add and change cameras as a file tells; all or none. Raises ConfigError, OutputError."""
    network = registered(args.network)
    cameras, wrong = merged_rows(network, rows_of(args.table), credentials=args.credentials)
    if wrong:
        where = "line" if args.table.suffix.lower() == ".csv" else "feature"
        for number, error in wrong:
            sys.stderr.write(f"{args.table}: {where} {number}: {error}\n")
        sys.stderr.write("Nothing was imported.\n")
        return UNSOUND
    known = {camera.name: camera for camera in network.cameras}
    new = [camera for camera in cameras if camera.name not in known]
    changed = [camera for camera in cameras if camera.name in known and camera != known[camera.name]]
    if not args.dry_run and (new or changed):
        edit_network(args.network, lambda text: with_cameras(text, [*changed, *new]))
    same = len(cameras) - len(new) - len(changed)
    print(f"{'Would be' if args.dry_run else 'Imported'}: {len(new)} new, {len(changed)} changed, {same} as they were.")
    return 0


def _told(args: argparse.Namespace) -> dict[str, object]:
    """What is given of a camera."""
    told = {key: value for key, value in vars(args).items() if key in COLUMNS and key != "paused"}
    credentials = {"credentials": args.credentials} if "credentials" in args else {}
    return nested(told) | credentials


def _paused(args: argparse.Namespace, *, paused: bool) -> int:
    known = find_camera(registered(args.network).cameras, args.name)
    words = "paused" if paused else "watched"
    if known.paused == paused:
        print(f"{args.name} is {words} already.")
        return 0
    edit_network(args.network, lambda text: with_paused(text, args.name, paused=paused))
    print(f"{args.name} is {words} now.")
    return 0


def rows_of(path: Path) -> list[tuple[int, dict[str, object] | ConfigError]]:
    """What a file tells of cameras, by its lines or features. Raises ConfigError."""
    text, suffix = read_table(path), path.suffix.lower()
    if suffix != ".csv" and suffix not in GEOJSON:
        raise ConfigError(f"{path} is neither CSV nor GeoJSON by its name.", "Name a .csv or a .geojson file.")
    return cameras_csv.decode(text) if suffix == ".csv" else cameras_geojson.decode(text)


def read_table(path: Path) -> str:
    """The text of a CSV or GeoJSON file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.", "Give a CSV or GeoJSON file.") from error
    if len(data) > _LARGEST:
        raise ConfigError(f"{path} is larger than {_LARGEST} bytes.", "Give it in parts.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
