"""``catseye bench``: what the product costs against what it cannot do without."""

import argparse

from catseye.cli.style import add_command

_DESCRIPTION = """\
Measures, in one run, limits and the product on this machine: medians of CPU seconds, limit and product in turn.
  ingest    reading and the motion gate, against bare libavcodec decode
  tracker   the tracker at 100 road users, against the assignment solver alone
  middle    gate, tracker, rules and store at 20 road users, against decode
  detector  one look, with one thread and with all
  watch     all together, busy and idle, at three sizes; streams a core
  live      redaction and JPEG of each frame the live page shows
  memory    of a process, and of each stream more
  studio    an hour of traffic, an hour observed, a rendered picture (asked for by name only; needs SUMO)
  network   cameras held against bare decode, many idle, too many, a killed process (asked for by name only; 15 minutes)
Without a part, all but studio and network are measured. Exit code 1: a target was missed."""
_EXAMPLES = (
    ("catseye bench", "everything, a few minutes; a quiet machine gives steadier figures"),
    ("catseye bench ingest middle", "two parts"),
    ("catseye bench network --quick", "how many cameras this machine holds"),
    ("catseye bench --quick --json > bench.json", "fewer repetitions, for programs"),
)


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``bench`` to the command line."""
    parser = add_command(
        commands, "bench", summary="measure speed and memory against their limits", description=_DESCRIPTION, examples=_EXAMPLES
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="a part to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: under a minute or two, less steady")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON on standard output")
    parser.set_defaults(run=_run, parser=parser)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.bench_run import run

    return run(args)
