"""``catseye cameras discover`` and ``catseye cameras test``: find cameras, and see what one sends."""

import argparse
from pathlib import Path

from catseye.cli.style import Commands, add_command


def add_parsers(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add both to the commands of ``cameras``."""
    _add_discover(commands)
    _add_test(commands)


def _add_discover(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = add_command(
        commands,
        "discover",
        summary="ask which ONVIF cameras are on a network",
        description="Asks one network, by multicast, which ONVIF cameras are on it. Connects to none of them.\n"
        "Says of each whether [reach] of the network file allows it.",
        examples=(
            ("catseye cameras discover town/network.toml --interface 10.20.0.5", "on the network where this machine is 10.20.0.5"),
            ("catseye cameras discover --interface 10.20.0.5 --json", "for a program, and before there is a network file"),
        ),
    )
    _add_network(parser, "whose [reach] is looked at (default: network.toml if there)")
    parser.add_argument("--interface", required=True, metavar="IP", help="this machine's IPv4 address on that network")
    parser.add_argument(
        "--wait", dest="wait_s", type=float, default=3.0, metavar="S", help="seconds to wait for answers (default: 3)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_discover)


def _add_test(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = add_command(
        commands,
        "test",
        summary="connect to a camera and say what it sends and what is wrong with that",
        description="Opens a camera for some seconds: codec, size, pictures a second, key frame interval, losses, and over\n"
        "ONVIF its clock. Names what should be mended and how. Shows and keeps no picture.",
        examples=(
            ("catseye cameras test town/network.toml high-street", "a camera of a network, with its credentials"),
            ("catseye cameras test rtsp://10.20.0.7/sub --credentials file:gate.txt", "one that is in no network yet"),
            ("catseye cameras test http://10.20.0.7/onvif/device_service --set-rate", "by ONVIF; asks for 8 pictures a second"),
        ),
    )
    _add_network(parser, "the network file (default: network.toml if there)")
    parser.add_argument("camera", metavar="NAME|URL", help="a name in the network file, an rtsp:// address, or an ONVIF service")
    parser.add_argument("--credentials", default="", metavar="WHERE", help="file:PATH or env:NAME, for a URL")
    parser.add_argument("--udp", action="store_true", help="RTSP over UDP, for a URL")
    parser.add_argument("--seconds", dest="watch_s", type=float, default=5.0, metavar="S", help="how long to look (default: 5)")
    parser.add_argument("--set-rate", action="store_true", help="set the chosen ONVIF stream to 8 pictures a second first")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_test)


def _add_network(parser: argparse.ArgumentParser, what: str) -> None:
    """The network file, first as in the other commands, or by an option as it once was."""
    parser.add_argument("network", type=Path, nargs="?", metavar="NETWORK.toml", help=what)
    parser.add_argument("--network", dest="network_option", type=Path, help=argparse.SUPPRESS)


def _discover(args: argparse.Namespace) -> int:
    from catseye.cli.cameras_connect_run import run_discover

    return run_discover(args)


def _test(args: argparse.Namespace) -> int:
    from catseye.cli.cameras_connect_run import run_test

    return run_test(args)
