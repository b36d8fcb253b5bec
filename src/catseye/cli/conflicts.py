"""``catseye conflicts``: near misses, how often for how much traffic, and where."""

import argparse
from pathlib import Path

from catseye.cli.conflicts_trj import add_export
from catseye.cli.style import Commands, add_command


def add_parser(commands: "Commands[argparse.ArgumentParser]") -> None:
    """Add ``conflicts`` to the command line."""
    parser = commands.add_parser("conflicts", help="near misses of a calibrated street: list, rates, a map, before and after")
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    _add_list(kinds)
    _add_study(kinds)
    add_export(kinds)


def _add_list(kinds: "Commands[argparse.ArgumentParser]") -> None:
    parser = add_command(
        kinds,
        "list",
        summary="the conflicts that a store keeps, with rates per million road users and a map",
        description="Lists close encounters of a stream with TTC, PET, DRAC and delta-V, and how often they are for the traffic.",
        examples=(
            ("catseye conflicts list out", "all that the folder of 'catseye watch --out' holds, by time"),
            ("catseye conflicts list out --map conflicts.svg", "a plan of the street with density and conflicts, no picture"),
            (
                "catseye conflicts list out --ttc 1.0 --pet 1.0 --csv > severe.csv",
                "the severe ones for a table; --json for rates, too",
            ),
            (
                "catseye conflicts list out --geojson conflicts.geojson --origin 13.404954,52.520008",
                "points for a map; the origin is what 'catseye calibrate' said its metres are east and north of",
            ),
        ),
    )
    parser.add_argument("store", type=Path, metavar="STORE", help="a store.sqlite, or the folder that holds one")
    parser.add_argument("--stream", metavar="NAME", help="which stream (default: the only one)")
    parser.add_argument("--from", dest="begin", metavar="TIME", help="civil time of the scene's zone, e.g. 2026-05-04T07:00")
    parser.add_argument("--to", dest="end", metavar="TIME", help="the same")
    parser.add_argument("--ttc", type=float, default=1.5, metavar="S", help="count those with a TTC up to S (default: %(default)g)")
    parser.add_argument("--pet", type=float, default=2.0, metavar="S", help="or a PET up to S (default: %(default)g)")
    parser.add_argument("--map", type=Path, metavar="FILE.svg", help="also draw a plan of where they were")
    parser.add_argument("--geojson", type=Path, metavar="FILE", help="also write them as points in longitude and latitude")
    parser.add_argument("--origin", metavar="LON,LAT", help="where the scene's metres begin, for --geojson")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    shape.add_argument("--csv", action="store_true", help="print CSV on standard output, and nothing else there")
    parser.set_defaults(run=_list)


def _add_study(kinds: "Commands[argparse.ArgumentParser]") -> None:
    parser = add_command(
        kinds,
        "study",
        summary="whether a change of the street helped, freed from regression to the mean",
        description="Compares conflicts after a change with what was to be expected without it, by empirical Bayes.",
        examples=(
            ("catseye conflicts study sites.csv", "columns site, period (before, after or reference), conflicts, crossings"),
            ("catseye conflicts study sites.csv --json", "the same for machines; counts come from 'catseye conflicts list --json'"),
        ),
    )
    parser.add_argument("sites", type=Path, metavar="SITES.csv", help="a row for each place and period")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output, and nothing else there")
    parser.set_defaults(run=_study)


def _study(args: argparse.Namespace) -> int:
    from catseye.cli.conflicts_study import run

    return run(args)


def _list(args: argparse.Namespace) -> int:
    from catseye.cli.conflicts_run import run

    return run(args)
