"""Runs ``catseye measures``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye import app
from catseye.cli.streams import chosen_stream
from catseye.config import write_whole
from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError, OutputError, StoreError
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import parse_instant, to_local, zone
from catseye.core.traffic import MINUTE_NS, PlaceKind, TrafficMinute
from catseye.ports import StoreReader
from catseye.report.drawing import svg
from catseye.report.reading_plots import plots
from catseye.report.readings import Reading, as_csv, as_json, readings
from catseye.traffic.measures.definitions import MEASURES
from catseye.traffic.measures.values import Value

_SHOWN: dict[PlaceKind, tuple[str, ...]] = {
    "line": ("volume", "flow_rate", "space_mean_speed", "p85_speed"),
    "lane": ("volume", "space_mean_speed", "headway", "density", "queue_length_most"),
    "approach": ("volume", "queue_length_most", "queue_cut", "control_delay", "level_of_service"),
    "zone": ("volume", "present", "wait", "wait_most"),
    "movement": ("volume", "estimated_volume", "flow_rate"),
}

_LONGEST_MIN = 7 * 24 * 60


def run(args: argparse.Namespace) -> int:
    """Tell what a store's minutes say. Raises ConfigError, StoreError, OutputError."""
    path = args.store / "store.sqlite" if args.store.is_dir() else args.store
    store = app.read_store(path)
    try:
        stream, scene = chosen_stream(store, path, args.stream)
        minutes = _minutes(store, path, (stream, scene), args)
    finally:
        store.close()
    tz = zone(scene.timezone)
    minutes = _of_places(minutes, args.place or [])
    rows = readings(minutes, args.interval)
    if args.plot is not None:
        _draw(minutes, args, tz)
    if args.json:
        units = {name: measure.unit for name, measure in MEASURES.items()}
        report = {"stream": stream, "timezone": tz.key, "interval_min": args.interval, "units": units, "places": as_json(rows, tz)}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n")
    elif args.csv:
        sys.stdout.write(as_csv(rows, tz))
    else:
        _show(rows, stream, tz)
    return 0


def _minutes(store: StoreReader, path: Path, of: tuple[StreamId, Scene], args: argparse.Namespace) -> list[TrafficMinute]:
    """Those of the intervals that touch the time asked for, one at least. Raises ConfigError, StoreError."""
    stream, scene = of
    if args.interval > _LONGEST_MIN:
        raise ConfigError(f"--interval {args.interval} is longer than a week.", f"Give minutes, {_LONGEST_MIN} at most.")
    length_ns, tz = args.interval * MINUTE_NS, zone(scene.timezone)
    begin = parse_instant(args.begin, tz) if args.begin else None
    end = parse_instant(args.end, tz) if args.end else None
    if begin is not None and end is not None and end <= begin:
        raise ConfigError("--to is not after --from.", "Give a stretch of time.")
    span = store.span(stream)
    if span is None:
        raise StoreError(f"{path} holds nothing of {stream!r} yet.", "Watch the stream for a while: 'catseye watch'.")
    begins, ends = span[0] if begin is None else max(begin, span[0]), span[1] if end is None else min(end, span[1])
    first, last = begins // length_ns * length_ns, -(-ends // length_ns) * length_ns
    minutes = store.minutes(stream, first, last) if begins < ends else []
    if minutes:
        return minutes
    if scene.homography is None:
        raise StoreError(
            f"{path} holds no minutes of {stream!r}: its scene is not calibrated.",
            "Calibrate it ('catseye calibrate --write'), draw lanes, and watch again. 'catseye report' tells volumes without.",
        )
    if begin is None and end is None:
        raise StoreError(
            f"{path} holds no minutes of {stream!r}: what was watched was not calibrated then.", "Watch it again: 'catseye watch'."
        )
    known = " to ".join(f"{to_local(at, tz):%Y-%m-%d %H:%M}" for at in span)
    raise StoreError(
        f"{path} holds no minutes of {stream!r} in that time; it was watched from {known}.", "Give a --from and --to within that."
    )


def _of_places(minutes: list[TrafficMinute], asked: Sequence[str]) -> list[TrafficMinute]:
    there = sorted({minute.place for minute in minutes})
    for name in asked:
        if name not in there:
            raise ConfigError(f"No place is named {name!r}.", did_you_mean(name, there) or f"There are {', '.join(there)}.")
    return [minute for minute in minutes if not asked or minute.place in asked]


def _draw(minutes: list[TrafficMinute], args: argparse.Namespace, tz: ZoneInfo) -> None:
    folder, console = args.plot, Console(stderr=True, highlight=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot write into {folder}: {error.strerror}.", "Give another folder with --plot.") from error
    drawn = plots(minutes, args.interval, tz)
    for name, drawing in drawn.items():
        write_whole(folder / f"{name}.svg", svg(drawing, font="sans-serif").encode())
    console.print(f"drew {len(drawn)} plots into {folder}" if drawn else "There is nothing to draw: no lane, and no known speed.")


def _show(rows: Sequence[Reading], stream: StreamId, tz: ZoneInfo) -> None:
    console = Console()
    days = {to_local(row.start_ns, tz).date() for row in rows}
    day, form = (f", {min(days):%d %b %Y}", "%H:%M") if len(days) == 1 else ("", "%d %b %H:%M")
    for kind, names in _SHOWN.items():
        mine = [row for row in rows if row.kind == kind]
        if not mine:
            continue
        table = Table(title=f"{'approache' if kind == 'approach' else kind}s of {escape(stream)}{day}")
        for column in (kind, "from", "watched\nmin"):
            table.add_column(column, no_wrap=True)
        for name in names:
            table.add_column(f"{name.replace('_', ' ')}\n{MEASURES[name].unit}", justify="right")
        for row in mine:
            place = f"{row.place} {row.direction}".strip()
            start, watched = f"{to_local(row.start_ns, tz):{form}}", f"{row.observed_s / 60:.1f}"
            table.add_row(escape(place), start, watched, *(_said(row.values.get(name)) for name in names))
        console.print(table)
    console.print(
        "- is not known: not watched, or nothing to tell it by. docs/ref/measures.md defines every measure; --json has all."
    )


def _said(value: Value) -> str:
    if value is None or isinstance(value, str):
        return "-" if value is None else value
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"
