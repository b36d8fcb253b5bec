"""Runs ``catseye incidents``."""

import argparse
import csv
import sys
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye import app
from catseye.cli.streams import chosen_stream
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.core.time import iso_local, parse_instant, zone
from catseye.core.traffic import Incident, Violation

_COLUMNS = ("at", "what", "kind", "state", "severity", "place", "road_user", "until", "x_m", "y_m", "reason", "id")


def run(args: argparse.Namespace) -> int:
    """List what a store keeps. Raises ConfigError, StoreError."""
    path = args.store / "store.sqlite" if args.store.is_dir() else args.store
    store = app.read_store(path)
    try:
        stream, scene = chosen_stream(store, path, args.stream)
        tz = zone(scene.timezone)
        span = store.span(stream) or (0, 0)
        begin = parse_instant(args.begin, tz) if args.begin else 0
        end = parse_instant(args.end, tz) if args.end else span[1] + 1
        if end <= begin:
            raise ConfigError("--to is not after --from.", "Give a stretch of time.")
        incidents, violations = store.incidents(stream, begin, end), store.violations(stream, begin, end)
    finally:
        store.close()
    if args.json:
        report = {"stream": stream, "timezone": tz.key, "incidents": incidents, "violations": violations}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
        return 0
    rows = _rows(incidents, violations, tz)
    if args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
        return 0
    _show(rows, stream)
    return 0


def _rows(incidents: Iterable[Incident], violations: Iterable[Violation], tz: ZoneInfo) -> list[tuple[str, ...]]:
    """One row for each incident, as its last revision has it, and each violation, by time."""
    last = {one.id: one for one in incidents}
    found: list[tuple[int, tuple[str, ...]]] = []
    for one in last.values():
        until = "" if one.closed_ns is None else iso_local(one.closed_ns, tz)
        known = (one.kind, one.state, one.severity, one.place, one.road_user, until)
        found.append((one.at_ns, (iso_local(one.at_ns, tz), "incident", *known, *_place(one), one.reason, one.id)))
    for violation in violations:
        what = (violation.kind, "", "", violation.place, violation.road_user, "")
        row = (iso_local(violation.at_ns, tz), "violation", *what, *_place(violation), violation.reason, violation.id)
        found.append((violation.at_ns, row))
    return [row for _, row in sorted(found)]


def _place(one: Incident | Violation) -> tuple[str, str]:
    return f"{one.point_m[0]:.1f}", f"{one.point_m[1]:.1f}"


def _show(rows: list[tuple[str, ...]], stream: StreamId) -> None:
    console = Console()
    if not rows:
        console.print(f"No incident and no violation of {escape(stream)} is kept of that time.")
        return
    table = Table(title=f"incidents and violations of {escape(stream)}")
    for name in ("when", "what", "state", "reason"):
        table.add_column(name)
    for at, what, kind, state, severity, *_, reason, _id in rows:
        table.add_row(at, f"{kind} ({severity})" if what == "incident" else f"{kind} (violation)", state, escape(reason))
    console.print(table)
