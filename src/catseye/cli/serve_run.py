"""What ``catseye serve`` does."""

import argparse
import logging
import signal
import sys
import threading
from collections import Counter

import msgspec
from rich.console import Console

from catseye.app.network import Running, open_network
from catseye.config.network_file import load_network
from catseye.core.errors import ConfigError
from catseye.core.health import UNUSABLE, CameraState
from catseye.core.network import CameraStatus, NetworkLoad

_EVERY_S = 10.0
_LOOK_S = 1.0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of ``--json``: how many cameras are in each state, which of them do not serve and why, what else is to be known, and
    the load.
    """

    states: dict[str, int]
    unusable: dict[str, str]
    notes: dict[str, str]
    load: NetworkLoad


def run(args: argparse.Namespace) -> int:
    """Run a network until told to end. Raises CatseyeError."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    listen = None if args.no_web else _address(args.listen or load_network(args.network).network.listen)
    ended = threading.Event()
    running = open_network(args.network, listen=listen)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    try:
        count = len(running.supervisor.network.cameras)
        console.print(f"{running.supervisor.name}: {count} cameras.{'' if count else ' Add some: catseye cameras add.'}")
        if running.server is not None:
            console.print(f"Page and API: {running.server.url}")
        _tell(running, console, ended, args)
    finally:
        console.print("Ending; what was counted is being made safe.")
        running.close()
    return 0


def _tell(running: Running, console: Console, ended: threading.Event, args: argparse.Namespace) -> None:
    """Say what changes, and how all are now and then."""
    known: dict[str, CameraState | None] = {}
    noted: dict[str, str] = {}
    looks, wrong = 0, ""
    while not ended.wait(_LOOK_S):
        looks += 1
        statuses = running.supervisor.statuses()
        if not args.json:
            _changes(statuses, known, console)
            _notes(statuses, noted, console)
            if running.supervisor.wrong not in {"", wrong}:
                console.print(f"The file cannot be used as it stands; what was there before stays. {running.supervisor.wrong}")
            wrong = running.supervisor.wrong
        elif looks % round(_EVERY_S / _LOOK_S) == 0:
            sys.stdout.write(msgspec.json.encode(_line(statuses, running.supervisor.load())).decode() + "\n")
            sys.stdout.flush()
        if args.seconds is not None and looks * _LOOK_S >= args.seconds:
            return


def _changes(statuses: tuple[CameraStatus, ...], known: dict[str, CameraState | None], console: Console) -> None:
    for status in statuses:
        name = status.camera.name
        if known.get(name) != status.state and not (status.state is None and name not in known):
            said = status.state.value if status.state is not None else "not watched"
            console.print(f"{name}: {said}{f' ({status.reason})' if status.reason else ''}")
            known[name] = status.state
    for gone in set(known) - {status.camera.name for status in statuses}:
        console.print(f"{gone}: taken out")
        del known[gone]


def _notes(statuses: tuple[CameraStatus, ...], noted: dict[str, str], console: Console) -> None:
    """Say what is new to be known of cameras; that it is no more so is not said."""
    for status in statuses:
        if status.note not in {"", noted.get(status.camera.name)}:
            console.print(f"{status.camera.name}: {status.note}")
        noted[status.camera.name] = status.note


def _line(statuses: tuple[CameraStatus, ...], load: NetworkLoad) -> Line:
    return Line(
        states=dict(Counter("not watched" if status.state is None else status.state.value for status in statuses)),
        unusable={status.camera.name: status.reason for status in statuses if status.state in UNUSABLE},
        notes={status.camera.name: status.note for status in statuses if status.note},
        load=load,
    )


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"--listen {text!r} is no host and port.", "Write 127.0.0.1:8420.")
    return host.strip("[]"), int(port)
