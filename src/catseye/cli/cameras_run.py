"""Looks into the register of a network: ``catseye cameras list|show|check|export``."""

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye.cli import style
from catseye.config.findings import Finding, Severity
from catseye.config.network_change import as_written, find_camera
from catseye.config.network_check import check_network
from catseye.config.settings_file import read_settings
from catseye.config.whole import write_whole
from catseye.core.address import redacted, tells_secret
from catseye.core.cameras import Camera, Network
from catseye.core.errors import ConfigError
from catseye.wire import cameras_csv, cameras_geojson
from catseye.wire.cameras import flat

UNSOUND = 2
GEOJSON = frozenset({".geojson", ".json"})
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``check --json`` prints."""

    path: str
    sound: bool
    findings: list[Finding]


def registered(path: Path) -> Network:
    """What is registered, paths as they are written. Raises ConfigError."""
    return as_written(read_settings(path, "network file"), path)


def list_cameras(args: argparse.Namespace) -> int:
    """A line a camera."""
    cameras = registered(args.network).cameras
    if args.json:
        _print_json([_shown(camera) for camera in cameras])
        return 0
    if not cameras:
        print("No camera is registered. catseye cameras add registers one, catseye cameras import many.")
        return 0
    table = Table(box=None)
    for column in ("name", "title", "district", "kind of place", "place", "priority", "paused"):
        table.add_column(column, overflow="fold")
    for camera in cameras:
        place = f"{camera.place.point[0]:.5f}, {camera.place.point[1]:.5f}" if camera.place else "-"
        texts = (camera.name, camera.title, camera.district, camera.kind_of_place, place, str(camera.priority))
        table.add_row(*map(escape, texts), "paused" if camera.paused else "")
    Console().print(table)
    return 0


def show(args: argparse.Namespace) -> int:
    """All of one camera."""
    camera = find_camera(registered(args.network).cameras, args.name)
    if args.json:
        _print_json(_shown(camera))
        return 0
    table = Table(box=None, show_header=False)
    for key, value in _shown(camera).items():
        if value not in {None, ""}:
            shown = str(value).lower() if isinstance(value, bool) else f"{value:g}" if key.endswith("_deg") else str(value)
            table.add_row(key, escape(shown))
    table.add_row("credentials", "elsewhere" if camera.credentials else "none")
    Console(highlight=False).print(table)
    return 0


def check(args: argparse.Namespace) -> int:
    """All that is wrong with the file; 2 where something must be mended."""
    findings = check_network(args.network)
    sound = all(finding.severity is not Severity.ERROR for finding in findings)
    if args.json:
        _print_json(Report(path=str(args.network), sound=sound, findings=findings))
        return 0 if sound else UNSOUND
    for finding in findings:
        place = str(args.network) if finding.line is None else f"{args.network}:{finding.line}"
        severity = style.painted(f"{finding.severity}:", _COLOURS[finding.severity], sys.stdout)
        print(f"{place}: {severity} {finding.message} {finding.remedy}".rstrip())
    if not findings:
        print(f"{args.network}: {style.painted('sound', 'green', sys.stdout)}")
    return 0 if sound else UNSOUND


def export(args: argparse.Namespace) -> int:
    """Write the register. Raises ConfigError, OutputError."""
    cameras, suffix = registered(args.network).cameras, args.table.suffix.lower()
    if args.views and suffix not in GEOJSON:
        raise ConfigError("--views are polygons, which CSV cannot hold.", "Name a .geojson file.")
    write_whole(args.table, _text(cameras, suffix, args.table, views=args.views).encode())
    print(f"{len(cameras)} cameras to {args.table}.")
    if kept := [camera.name for camera in cameras if tells_secret(camera.address)]:
        print(f"Without the addresses of {', '.join(kept)}, which tell secrets.")
    return 0


def _shown(camera: Camera) -> dict[str, object]:
    return flat(camera) | ({"address": redacted(camera.address)} if tells_secret(camera.address) else {})


def _text(cameras: tuple[Camera, ...], suffix: str, path: Path, *, views: bool) -> str:
    if suffix == ".csv":
        return cameras_csv.encode(cameras)
    if suffix not in GEOJSON:
        raise ConfigError(f"{path} is neither CSV nor GeoJSON by its name.", "Name a .csv or a .geojson file.")
    if not views:
        return cameras_geojson.encode(cameras, {})
    from catseye.network.view import rings

    return cameras_geojson.encode(cameras, rings(cameras))


def _print_json(value: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
