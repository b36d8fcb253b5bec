"""Runs ``catseye sample``."""

import argparse
import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
from rich.console import Console
from rich.table import Table

from catseye.cli.receipt_run import cells_of, watched
from catseye.config.sample_file import load_sample
from catseye.core.errors import ConfigError
from catseye.core.receipt import Light
from catseye.core.time import NS_PER_S, iso_local, nanoseconds, parse_instant, seconds, to_local, zone
from catseye.receipt.sampling import Plan, Stretch, plan
from catseye.receipt.spread import spreads
from catseye.wire.counts_csv import inert

_LIST = "A list has the columns source,start,seconds and, where it is known, light (day, dusk, night, glare, rain)."
_LIGHTS: tuple[Light, ...] = get_args(Light)


def run(args: argparse.Namespace) -> int:
    """Draw and print. Raises ConfigError and StoreError."""
    if args.minutes <= 0:
        raise ConfigError(f"--minutes {args.minutes:g} is not above 0.", "Give minutes, such as 5.")
    if args.precision is not None and not 0 < args.precision < 1:
        raise ConfigError(f"--precision {args.precision:g} is not between 0 and 1.", "0.02 is 2 points of recall.")
    if args.seed < 0:
        raise ConfigError(f"--seed {args.seed} is below 0.", "Give a whole number from 0.")
    length_s = args.minutes * 60
    stretches = list(_of_store(args.source, length_s) if args.source.is_dir() else _of_list(args.source, length_s, args.timezone))
    if not stretches:
        raise ConfigError(f"{args.source} has no stretch of {args.minutes:g} minutes.", "Give a smaller --minutes, or more video.")
    known = spreads(load_sample(args.truth_sample)) if args.truth_sample else None
    drawn = plan(stretches, clips=args.clips, precision=args.precision, seed=args.seed, spreads=known)
    if args.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(drawn), indent=1).decode() + "\n")
    elif args.csv:
        _print_csv(drawn)
    else:
        _print(drawn, len(stretches))
    return 0


def _of_store(folder: Path, length_s: float) -> Iterator[Stretch]:
    """The cells that were watched throughout, cut into stretches."""
    known = watched(folder)
    tz = zone(known.timezone)
    cells: dict[int, tuple[float, Light, float]] = {}
    for count in cells_of(folder, known):
        whole_s = seconds(count.end_ns - count.start_ns)
        cells[count.start_ns] = (max(cells.get(count.start_ns, (0.0,))[0], count.observed_s), count.receipt.light, whole_s)
    for start_ns, (observed_s, light, whole_s) in sorted(cells.items()):
        if observed_s < 0.98 * whole_s:
            continue
        for piece in range(int(whole_s // length_s)):
            at_ns = start_ns + nanoseconds(piece * length_s)
            yield _stretch(known.stream, 0.0, at_ns, length_s, iso_local(at_ns, tz), to_local(at_ns, tz).hour, light)


def _stretch(source: str, start_s: float, at_ns: int, length_s: float, start: str, hour: int, light: Light) -> Stretch:
    name = f"{Path(source).stem}-{at_ns // NS_PER_S}"
    return Stretch(name=name, source=source, start_s=start_s, seconds=length_s, start=start, hour=hour, light=light)


def _of_list(path: Path, length_s: float, timezone: str) -> Iterator[Stretch]:
    """The recordings of a list, cut into stretches."""
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text: {error}.", _LIST) from error
    tz = zone(timezone)
    for number, row in enumerate(rows, start=2):
        if not row.get("source") or not row.get("start") or not row.get("seconds"):
            raise ConfigError(f"Line {number} of {path} lacks a source, a start or seconds.", _LIST)
        begins_ns, lasts_s = parse_instant(row["start"], tz), _number(row["seconds"], number, path)
        light = next((known for known in _LIGHTS if known == (row.get("light") or "unknown")), None)
        if light is None:
            raise ConfigError(f"Line {number} of {path}: {row['light']!r} is no light.", _LIST)
        for piece in range(int(lasts_s // length_s)):
            at_ns = begins_ns + nanoseconds(piece * length_s)
            yield _stretch(row["source"], piece * length_s, at_ns, length_s, iso_local(at_ns, tz), to_local(at_ns, tz).hour, light)


def _number(text: str, number: int, path: Path) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not (math.isfinite(found) and found > 0):
        raise ConfigError(f"Line {number} of {path}: {text!r} is no length above 0 s.", _LIST)
    return found


def _print_csv(drawn: Plan) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(("name", "source", "start_s", "seconds", "start", "light", "chance", "weight"))
    for one in drawn.picked:
        what = one.stretch
        row = (inert(one.name), inert(what.source), f"{what.start_s:g}", f"{what.seconds:g}", what.start, what.light)
        writer.writerow((*row, f"{one.chance:.6f}", f"{one.weight:.6f}"))


def _print(drawn: Plan, stretches: int) -> None:
    table = Table("name", "from", "light", "chance", title=f"{len(drawn.picked)} of {stretches} stretches", title_justify="left")
    for one in drawn.picked:
        table.add_row(one.name, one.stretch.start[:16], one.stretch.light, f"{one.chance:.3f}")
    strata = Table("light", "hours", "stretches", "picked", "spread", title="strata", title_justify="left")
    for part in drawn.strata:
        strata.add_row(part.light, part.hours, str(part.stretches), str(part.picked), f"{part.spread:.3f}")
    console = Console(highlight=False)
    console.print(table)
    console.print(strata)
    console.print(
        f"recall over all of it can be told within {100 * drawn.half_width:.1f} points, 95 % sure, if clips differ as assumed"
    )
    if drawn.needed is not None:
        console.print(f"needed for the precision asked for: {drawn.needed}")
