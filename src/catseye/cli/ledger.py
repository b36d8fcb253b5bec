"""``catseye ledger``: how much of the time the cameras of a network served, and what is void because of it."""

import argparse
from pathlib import Path

from catseye.cli.style import Commands, add_command


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``ledger`` to the command line."""
    parser = add_command(
        commands,
        "ledger",
        summary="serviceability of a network's cameras, their faults, work orders, void counts, and the monthly report",
        description="Tells what 'catseye serve' has written into the ledger of a network; docs/ref/ledger.md defines every figure.",
        examples=(
            ("catseye ledger show network.toml --month 2026-11", "usable over due time by camera and district"),
            ("catseye ledger report network.toml --month 2026-11 --out november", "the month as page and PDF"),
        ),
    )
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    _add(
        what,
        "show",
        "usable over due time by camera, district and altogether",
        (
            ("catseye ledger show network.toml", "this month so far"),
            ("catseye ledger show network.toml --month 2026-11 --district harbour --json", "one district's month for a machine"),
        ),
    )
    _add(
        what,
        "void",
        "which 15-minute counts are void because a camera could not be used",
        (("catseye ledger void network.toml --camera north --month 2026-11 --csv > void.csv", "those of one camera, for a table"),),
    )
    _add(
        what,
        "episodes",
        "stretches in which cameras were in a state other than ok",
        (("catseye ledger episodes network.toml --from 2026-11-02T07:00 --to 2026-11-02T09:00", "those that touch two hours"),),
    )
    _add(
        what,
        "orders",
        "work orders, and whom they have not reached yet",
        (("catseye ledger orders network.toml", "those that were open this month"),),
    )
    report = _add(
        what,
        "report",
        "the monthly report as page and PDF",
        (("catseye ledger report network.toml --month 2026-11 --out november.pdf", "one file"),),
        shapes=False,
    )
    report.add_argument("--out", type=Path, required=True, metavar="PATH", help="a folder, or a file that ends in .pdf or .html")
    check = add_command(
        what,
        "check",
        summary="whether a ledger is sound",
        description="Reads all of a ledger, beside a writer if there is one, and says what is wrong with it.",
        examples=(("catseye ledger check network.toml", "exits with 1 where something is wrong"),),
    )
    check.add_argument("network", type=Path, metavar="NETWORK", help="a network file")
    check.set_defaults(run=_run)


def _add(
    what: "Commands[argparse.ArgumentParser]",
    name: str,
    summary: str,
    examples: tuple[tuple[str, str], ...],
    *,
    shapes: bool = True,
) -> argparse.ArgumentParser:
    parser = add_command(what, name, summary=summary, description=f"Tells {summary}.", examples=examples)
    parser.add_argument("network", type=Path, metavar="NETWORK", help="a network file; its ledger is in the folder of its data")
    parser.add_argument("--month", metavar="YYYY-MM", help="a civil month (default: this one)")
    parser.add_argument("--from", dest="begin", metavar="TIME", help="civil time of the network's zone, instead of --month")
    parser.add_argument("--to", dest="end", metavar="TIME", help="the same (default: now)")
    parser.add_argument("--district", metavar="NAME", help="only its cameras")
    parser.add_argument("--camera", metavar="NAME", help="only this one")
    if shapes:
        shape = parser.add_mutually_exclusive_group()
        shape.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
        shape.add_argument("--csv", action="store_true", help="print CSV on standard output, and nothing else there")
    parser.set_defaults(run=_run)
    return parser


def _run(args: argparse.Namespace) -> int:
    from catseye.cli.ledger_run import run

    return run(args)
