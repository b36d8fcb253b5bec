"""Runs ``catseye cameras discover`` and ``catseye cameras test``."""

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye import app
from catseye.app.cameras import ask_onvif, camera_options, find_cameras
from catseye.config.credentials import read_credentials
from catseye.config.findings import did_you_mean
from catseye.config.network_file import load_network
from catseye.core.address import NETWORK_SCHEMES, scheme
from catseye.core.cameras import Network
from catseye.core.errors import ConfigError, SourceError
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.onvif import OnvifFacts
from catseye.core.reach import Reach
from catseye.core.time import NS_PER_S
from catseye.network.connection import ConnectionReport, look_over
from catseye.ports import FrameSource, SourceOptions


def run_discover(args: argparse.Namespace) -> int:
    """Ask the network. Raises SourceError, ConfigError."""
    network = _network(args.network or args.network_option)
    found = find_cameras(args.interface, app.system_clock(), Reach(network.reach.allow if network else ()), args.wait_s)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
        return 0
    if not found:
        sys.stdout.write("No ONVIF camera answered.\n")
        return 0
    table = Table(box=None)
    for column in ("answered from", "name", "hardware", "ONVIF service", "allowed by [reach]"):
        table.add_column(column, overflow="fold")
    for one in found:
        shown = (one.answered_from, one.name, one.hardware, "\n".join(one.addresses), "yes" if one.allowed else "no")
        table.add_row(*(escape(cell) for cell in shown))
    Console().print(table)
    return 0


def run_test(args: argparse.Namespace) -> int:
    """Look at one camera; 0 where nothing is to be mended, 1 where something is. Raises SourceError, ConfigError."""
    clock = app.system_clock()
    address, options, camera, notes = _target(args)
    source = app.open_source(address, stream=StreamId("test"), run=RunId("test"), clock=clock, options=options)
    try:
        frames = _watched(source, args.watch_s)
        notes = (*notes, *source.info.notes)
        report = look_over(source.info.name, frames, source.traffic(), corrupt=source.corrupt, camera=camera, notes=notes)
    finally:
        source.close()
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    else:
        _show(report)
    return 1 if report.findings else 0


def _network(path: Path | None) -> Network | None:
    """The network file that is named, or the one that is there."""
    path = path or (Path("network.toml") if Path("network.toml").is_file() else None)
    return None if path is None else load_network(path)


def _target(args: argparse.Namespace) -> tuple[str, SourceOptions, OnvifFacts | None, tuple[str, ...]]:
    """Which stream is opened and how, what the camera said over ONVIF, and what the user is told besides."""
    clock = app.system_clock()
    if scheme(args.camera) in NETWORK_SCHEMES:
        told = read_credentials(args.credentials)
        options = SourceOptions(user=told.user, password=told.password, udp=args.udp)
        if "/onvif" not in args.camera:
            return args.camera, options, None, told.notes
        facts = ask_onvif(args.camera, args.credentials, clock, None, set_rate=args.set_rate)
        return facts.address, options, facts, told.notes
    network = _network(args.network or args.network_option)
    if network is None:
        what = "name a camera after its network file" if args.camera.endswith(".toml") else "give its network file first"
        raise ConfigError(
            f"{args.camera} is no address, and there is no network file here.",
            f"Give an rtsp:// address, or {what}: catseye cameras test town/network.toml NAME.",
        )
    camera = next((one for one in network.cameras if one.name == args.camera), None)
    if camera is None:
        names = [one.name for one in network.cameras]
        raise ConfigError(
            f"The network has no camera {args.camera!r}.", did_you_mean(args.camera, names) or "See 'catseye cameras list'."
        )
    reach = Reach(network.reach.allow)
    options, notes = camera_options(camera, reach), read_credentials(camera.credentials).notes
    if not camera.onvif:
        return camera.address, options, None, notes
    try:
        said = ask_onvif(camera.onvif, camera.credentials, clock, reach.judge, set_rate=args.set_rate)
    except SourceError as error:  # its stream may be well all the same
        return camera.address, options, None, (*notes, f"It cannot be asked over ONVIF: {error}")
    return camera.address, options, said, notes


def _watched(source: FrameSource, watch_s: float) -> list[Frame]:
    """The frames of so many seconds of stream time, without their pictures' colour ever being made."""
    frames: list[Frame] = []
    with Console(stderr=True).status(f"Looking at {escape(source.info.name)} for {watch_s:g} s"):
        for frame in source.frames():
            frames.append(frame)
            if frame.at_ns - frames[0].at_ns >= watch_s * NS_PER_S:
                break
    return frames


def _show(report: ConnectionReport) -> None:
    console = Console(highlight=False)
    table = Table(box=None, show_header=False)
    width, height = report.size
    rows = [
        ("address", report.address),
        ("codec", report.codec),
        ("size", f"{width}x{height}"),
        ("pictures a second", _known(report.fps)),
        ("key frame each", _known(report.key_frame_interval_s, " s")),
        ("bit rate", _known(report.kbit_s, " kbit/s")),
        ("lost packets", _known(report.lost_packets)),
        ("clock offset", _known(report.clock_offset_s, " s")),
    ]
    facts = report.camera
    if facts is not None:
        rows += [("camera", f"{facts.maker} {facts.model} {facts.firmware}".strip())]
        rows += [(f"stream {one.name or one.token}", _stream(one.codec, one.size, one.fps)) for one in facts.profiles]
        rows += [("chosen", facts.chosen.name or facts.chosen.token)] if facts.chosen else []
    for name, value in rows:
        table.add_row(name, escape(value))
    console.print(table)
    for finding in report.findings:
        console.print(f"[yellow]![/] {escape(finding.what)} {escape(finding.remedy)}".rstrip())
    if not report.findings:
        console.print("[green]Nothing to mend.[/]")


def _known(value: float | None, unit: str = "") -> str:
    return "not known" if value is None else f"{value:g}{unit}"


def _stream(codec: str, size: tuple[int, int] | None, fps: float | None) -> str:
    shown = "size not said" if size is None else f"{size[0]}x{size[1]}"
    return f"{codec} {shown}, {_known(fps)} a second"
