"""Changes the register of a network: ``catseye cameras add|change|pause|resume|remove|import``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from catseye.cli.cameras_run import GEOJSON, UNSOUND, registered
from catseye.config.network_change import as_written, find_camera, merged, merged_rows
from catseye.config.network_edit import edit_network, with_camera, with_cameras, with_paused, without_camera
from catseye.core.cameras import Camera, Network
from catseye.core.errors import ConfigError
from catseye.wire import cameras_csv, cameras_geojson
from catseye.wire.cameras import COLUMNS, nested

_LARGEST = 16 * 1024 * 1024  # bytes of a file to import


def add(args: argparse.Namespace) -> int:
    """Register a camera. Raises ConfigError, OutputError."""

    def added(text: str) -> str:
        if any(camera.name == args.name for camera in as_written(text, args.network).cameras):
            raise ConfigError(f"A camera {args.name!r} is registered.", "Change it: catseye cameras change.")
        return with_camera(text, merged(None, _told(args)))

    edit_network(args.network, added)
    print(f"Added {args.name}.")
    return 0


def change(args: argparse.Namespace) -> int:
    """Change what is given. Raises ConfigError, OutputError."""

    def asked(text: str) -> Camera:
        return merged(find_camera(as_written(text, args.network).cameras, args.name), _told(args))

    known = find_camera(registered(args.network).cameras, args.name)
    if merged(known, _told(args)) == known:
        print(f"{args.name} is as asked; nothing was changed.")
        return 0
    edit_network(args.network, lambda text: with_camera(text, asked(text)))
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
    rows = rows_of(args.table)
    new, changed, same, wrong = _imported(registered(args.network), rows, args.credentials)
    if wrong:
        where = "line" if args.table.suffix.lower() == ".csv" else "feature"
        for number, error in wrong:
            sys.stderr.write(f"{args.table}: {where} {number}: {error}\n")
        sys.stderr.write("Nothing was imported.\n")
        return UNSOUND

    def imported(text: str) -> str:
        nonlocal new, changed, same
        new, changed, same, wrong = _imported(as_written(text, args.network), rows, args.credentials)
        if wrong:
            raise ConfigError(f"{args.table}: {wrong[0][0]}: {wrong[0][1].message}", "Another changed the register; try again.")
        return with_cameras(text, [*changed, *new])

    if not args.dry_run and (new or changed):
        edit_network(args.network, imported)
    print(f"{'Would be' if args.dry_run else 'Imported'}: {len(new)} new, {len(changed)} changed, {same} as they were.")
    return 0


def _imported(
    network: Network, rows: Sequence[tuple[int, dict[str, object] | ConfigError]], credentials: str
) -> tuple[list[Camera], list[Camera], int, list[tuple[int, ConfigError]]]:
    """The cameras that are new, those that change, how many are as they were, and what is wrong with which row."""
    cameras, wrong = merged_rows(network, rows, credentials=credentials)
    known = {camera.name: camera for camera in network.cameras}
    new = [camera for camera in cameras if camera.name not in known]
    changed = [camera for camera in cameras if camera.name in known and camera != known[camera.name]]
    return new, changed, len(cameras) - len(new) - len(changed), wrong


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
