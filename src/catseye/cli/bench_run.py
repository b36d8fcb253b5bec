"""Runs the bench and prints its figures."""

import argparse
import sys

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from catseye.app import bench_tools
from catseye.bench.report import Figure, Report
from catseye.bench.run import PARTS
from catseye.bench.run import run as measure


def run(args: argparse.Namespace) -> int:
    """Measure what was asked for; 1 where a target was missed."""
    if unknown := [part for part in args.parts if part not in PARTS]:
        args.parser.error(f"no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    console = Console(stderr=True)
    report = measure(bench_tools(), args.parts, quick=args.quick, say=lambda part: console.print(f"measuring: {part}"))
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
