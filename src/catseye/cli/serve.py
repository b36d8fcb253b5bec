"""``catseye serve``: all cameras of a network."""

import argparse
from pathlib import Path

_EPILOG = """\
examples:
  catseye serve examples/network/network.toml     three cameras to try it with; page on http://127.0.0.1:8420
  catseye serve city.toml                         the cameras of a city, in as many processes as the machine carries
  catseye serve city.toml --listen 127.0.0.1:9000
  catseye serve city.toml --json                  a line of JSON every ten seconds, for a log

Cameras are added, changed, paused and removed while it runs: edit the file, use 'catseye cameras', or the API. Only the camera that
changed is begun anew. Counts of each camera are in DATA/cameras/NAME/store.sqlite, for 'catseye report' and the others; how the
cameras were is in DATA/network.sqlite, for 'catseye ledger'. Ctrl+C ends it; what was counted is safe.
"""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``serve`` to the command line."""
    parser = commands.add_parser(
        "serve",
        help="run all cameras of a network",
        description="Run all cameras of a network file: decode, count, watch over their health, and show how they are.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("network", type=Path, metavar="NETWORK", help="a network file (see docs/ref/network.md)")
    parser.add_argument("--listen", metavar="HOST:PORT", help="where the page and API are (default: what the file says)")
    parser.add_argument("--no-web", action="store_true", help="no page and no API")
    parser.add_argument("--seconds", type=float, metavar="S", help="end after so long")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.serve_run import run

    return run(args)
