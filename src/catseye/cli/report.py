"""``catseye report``: the turning movement count of a store, as engineers want it."""

import argparse
from pathlib import Path

from catseye.cli import style

_EXAMPLES = (
    ("catseye report out --out report", "all that was counted: report.xlsx, report.csv, report.html and report.pdf in report/"),
    ("catseye report out --out am-peak.xlsx --from 2026-06-16T07:00 --to 2026-06-16T10:00", "the workbook of a morning"),
    ("catseye report out --layout junction.toml --out report --format xlsx,pdf", "with names of legs and turns of your own"),
    ("catseye report city/store.sqlite --stream mill-road --interval 60 --out hourly", "one of several streams, an hour a row"),
    ("catseye report out --json", "peak hours and all tables as JSON, on standard output"),
)


def add_parser(commands: "style.Commands[argparse.ArgumentParser]") -> None:
    """Add ``report`` to the command line."""
    parser = style.add_command(
        commands,
        "report",
        summary="turning movement count of a store: workbook, CSV, page and PDF with diagrams and peak hours",
        description="Turns the 15-minute volumes of a store into a turning movement count. What was not observed stays empty.",
        examples=_EXAMPLES,
    )
    parser.add_argument("store", type=Path, metavar="STORE", help="a store.sqlite, or the folder of 'catseye watch --out'")
    parser.add_argument("--stream", metavar="S", help="which stream (default: the only one)")
    parser.add_argument("--from", dest="start", metavar="TIME", help="ISO 8601, in the scene's time zone unless an offset is given")
    parser.add_argument("--to", dest="end", metavar="TIME", help="up to here, not including (default: all there is)")
    parser.add_argument(
        "--layout", type=Path, metavar="FILE", help="names of legs, turns, crosswalks, north; see docs/guide/report.md"
    )
    parser.add_argument(
        "--interval", type=int, default=15, metavar="MINUTES", help="15, 30 or 60 minutes a row (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, metavar="PATH", help="a folder, or one file that ends in .xlsx, .csv, .html or .pdf")
    parser.add_argument("--format", metavar="KINDS", help="into a folder: some of xlsx,csv,html,pdf (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.report_run import run

    return run(args)
