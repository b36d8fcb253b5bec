"""``catseye doctor``: what this machine can do."""

import argparse

from catseye.cli.style import add_command

_DESCRIPTION = """\
Says what this machine has and what is installed, measures its decoder and detector (under 20 seconds), and tells how many
cameras of which size it will carry. What is missing is named with its remedy; the exit code is 0 all the same."""
_EXAMPLES = (
    ("catseye doctor", "this machine, with the three usual picture sizes"),
    ("catseye doctor --source rtsp://camera/main", "how many cameras like this one"),
    ("catseye doctor --json", "for programs"),
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``doctor`` to the command line."""
    parser = add_command(
        commands,
        "doctor",
        summary="what this machine can do, and for how many cameras",
        description=_DESCRIPTION,
        examples=_EXAMPLES,
    )
    parser.add_argument("--source", metavar="SOURCE", help="try this file or address, and count cameras like it")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON on standard output")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.doctor_run import run

    return run(args)
