"""Runs ``catseye conflicts study``."""

import argparse
import csv
import io
import math
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye.config import read_text
from catseye.core.errors import ConfigError
from catseye.traffic.conflicts.study import LEAST_REFERENCES, Effect, Performance, Site, effect, reference

_COLUMNS = ("site", "period", "conflicts", "crossings")
_PERIODS = ("before", "after", "reference")
_REMEDY = f"Begin the file with the line '{','.join(_COLUMNS)}'; period is {', '.join(_PERIODS[:-1])} or {_PERIODS[-1]}."


def run(args: argparse.Namespace) -> int:
    """Tell what a change did. Raises ConfigError."""
    sites = _sites(args.sites)
    try:
        like = reference(sites["reference"])
    except ValueError as error:
        raise ConfigError(
            f"{args.sites} says too little of places that were not changed.",
            f"Give at least {LEAST_REFERENCES} rows of period 'reference', each with traffic, and some with conflicts.",
        ) from error
    try:
        told = effect(sites["before"], sites["after"], like)
    except ValueError as error:
        raise ConfigError(
            f"{args.sites}: {error}.", "Give each changed place one row before, with traffic, and one after."
        ) from error
    if args.json:
        report = {"reference": like.performance(), "effect": told}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    else:
        _show(like.performance(), told)
    return 0


def _sites(path: Path) -> dict[str, list[Site]]:
    """The rows of a file by period, in order of place."""
    reader = csv.DictReader(io.StringIO(read_text(path)))
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        raise ConfigError(f"{path} has not the columns {', '.join(_COLUMNS)}.", _REMEDY)
    sites: dict[str, list[Site]] = {period: [] for period in _PERIODS}
    for row in reader:
        try:
            site = Site(name=row["site"], conflicts=int(row["conflicts"]), crossings=float(row["crossings"]))
            of = sites[row["period"]]
        except (TypeError, ValueError, KeyError) as error:
            raise ConfigError(f"{path}:{reader.line_num}: no row of a site.", _REMEDY) from error
        if site.conflicts < 0 or not 0 <= site.crossings < math.inf:
            raise ConfigError(f"{path}:{reader.line_num}: a count is below 0, or no number.", "Counts are from 0.")
        of.append(site)
    if not sites["before"]:
        raise ConfigError(f"{path} has no changed place.", _REMEDY)
    return {period: sorted(found, key=lambda site: site.name) for period, found in sites.items()}


def _show(like: Performance, told: Effect) -> None:
    console = Console()
    table = Table(title="conflicts after the change")
    for name in ("place", "expected without it", "seen", "weight of the reference"):
        table.add_column(name, justify="left" if name == "place" else "right")
    for part in told.sites:
        table.add_row(escape(part.name), f"{part.expected:.1f} ± {part.variance**0.5:.1f}", f"{part.seen}", f"{part.weight:.2f}")
    console.print(table)
    console.print(
        f"{like.sites} places like these have {like.per_million:.0f} conflicts per million road users, "
        f"with a dispersion of {like.dispersion:.2f}.",
        highlight=False,
    )
    if told.theta is None or told.low is None or told.high is None:
        console.print("Nothing was expected, so nothing can be said of the change.")
        return
    verdict = "fewer" if told.high < 1 else "more" if told.low > 1 else "no sure change"
    console.print(f"index of effectiveness {told.theta:.2f} (95 %: {told.low:.2f} to {told.high:.2f}): {verdict}", highlight=False)
