"""``catseye bench``: what the product costs against what it cannot do without."""

import argparse
import sys

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from catseye.app import bench_tools
from catseye.bench.report import Figure, Report
from catseye.bench.run import PARTS, run
from catseye.cli.style import add_command

_DESCRIPTION = f"""\
Measures, in one run, limits and the product on this machine: medians of CPU seconds, limit and product in turn.
  ingest    reading and the motion gate, against bare libavcodec decode
  tracker   the tracker at 100 road users, against the assignment solver alone
  middle    gate, tracker, rules and store at 20 road users, against decode
  detector  one look, with one thread and with all
  watch     all together, busy and idle, at three sizes; streams a core
  live      redaction and JPEG of each frame the live page shows
  memory    of a process, and of each stream more
  studio    an hour of traffic, an hour observed, a rendered picture (asked for by name only; needs SUMO)
Parts: {", ".join(PARTS)}. Without a part, all but the studio are measured. Exit code 1: a target was missed."""
_EXAMPLES = (
    ("catseye bench", "everything, a few minutes; a quiet machine gives steadier figures"),
    ("catseye bench ingest middle", "two parts"),
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
    if unknown := [part for part in args.parts if part not in PARTS]:
        args.parser.error(f"no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    console = Console(stderr=True)
    report = run(bench_tools(), args.parts, quick=args.quick, say=lambda part: console.print(f"measuring: {part}"))
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    else:
        _show(report, Console(width=None if sys.stdout.isatty() else 120))
    return 0 if report.met else 1


def _show(report: Report, console: Console) -> None:
    here = report.machine
    console.print(f"{here.processor}, {here.cores:g} cores, load {here.load:.1f} at the beginning; {report.repeats} repetitions")
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("measured", ratio=1)
    for heading in ("value", "target"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("product / limit")
    part = ""
    for figure in report.figures:
        if figure.part != part:
            part = figure.part
            table.add_row(f"[bold]{part}[/bold]")
        table.add_row(*_row(figure))
    console.print(table)
    missed = [figure for figure in report.figures if figure.met is False]
    console.print("Every target is met." if not missed else f"{len(missed)} missed: " + "; ".join(f.what for f in missed))


def _row(figure: Figure) -> tuple[str, ...]:
    what = f"  {figure.what}" + (f" ({figure.note})" if figure.note else "")
    mark = {None: "", True: f"[green]<= {figure.target} pass[/green]", False: f"[red]<= {figure.target} FAIL[/red]"}[figure.met]
    if figure.product is None or figure.limit is None:
        return what, f"{_plain(figure.value)} {figure.unit}", mark, ""
    return what, f"{_plain(figure.value)} x", mark, f"{_plain(figure.product)} / {_plain(figure.limit)} {figure.measured_in}"


def _plain(value: float) -> str:
    """Three figures that mean something."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
