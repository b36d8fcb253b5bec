"""The ``catseye`` command."""

import argparse
import os
import select
import sys
from collections.abc import Sequence

from catseye import __version__
from catseye.core.errors import CatseyeError

_BROKEN_PIPE = 141  # as a shell tells of a program that SIGPIPE ended


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; every subcommand module adds its own part."""
    from catseye.cli import (
        bench,
        calibrate,
        cameras,
        check,
        conflicts,
        doctor,
        evaluate,
        incidents,
        ledger,
        measures,
        models,
        receipt,
        report,
        sample,
        serve,
        studio,
        truth,
        watch,
    )

    parser = argparse.ArgumentParser(
        prog="catseye",
        description="Street intelligence from the cameras a city already has. The road, not the person.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"catseye {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (
        watch,
        serve,
        cameras,
        report,
        measures,
        incidents,
        conflicts,
        ledger,
        evaluate,
        receipt,
        sample,
        truth,
        studio,
        models,
        doctor,
        bench,
        check,
        calibrate,
    ):
        module.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        args = build_parser().parse_args(argv)
        code = int(args.run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        if not _nobody_reads():
            raise
        return _BROKEN_PIPE
    except CatseyeError as error:
        sys.stderr.write(f"catseye: {error.message}\n")
        if error.remedy:
            sys.stderr.write(f"         {error.remedy}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    else:
        return code


def _nobody_reads() -> bool:
    """Whether whoever read the output has gone (``catseye ... | head``); what is left of it is let go, or Python would complain."""
    try:
        output = sys.stdout.fileno()
    except OSError:  # no file at all
        return False
    pipe = select.poll()
    pipe.register(output, select.POLLOUT)
    gone = any(told & (select.POLLERR | select.POLLHUP) for _, told in pipe.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    return gone
