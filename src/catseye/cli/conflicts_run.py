"""Runs ``catseye conflicts list``."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye import app
from catseye.calibration.pairs import degrees_at
from catseye.cli.streams import chosen_stream
from catseye.config import write_whole
from catseye.core.errors import ConfigError
from catseye.core.geometry import XY
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.time import iso_local, parse_instant, zone
from catseye.core.traffic import Conflict
from catseye.ports import StoreReader
from catseye.report.conflict_map import conflict_map
from catseye.report.drawing import svg
from catseye.rules.ground import ground_view
from catseye.traffic.conflicts.engine import ConflictParams
from catseye.traffic.conflicts.exposure import PairRate, Rate, by_movements, rate
from catseye.traffic.conflicts.hotspots import Hotspot, density, hotspots

_COLUMNS = (
    *("at", "kind", "road_user_1", "road_user_2", "movement_1", "movement_2", "ttc_s", "pet_s", "drac_mps2", "delta_v_1_mps"),
    *("delta_v_2_mps", "speed_1_mps", "speed_2_mps", "angle_deg", "x_m", "y_m", "id"),
)
_PLAN = (1280, 720)  # any size has the same ground, where the scene says none


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is told: conflicts of a stretch of time and the volumes of it."""

    stream: StreamId
    scene: Scene
    tz: ZoneInfo
    conflicts: list[Conflict]
    volumes: dict[str, int]
    exposure: int | None


def run(args: argparse.Namespace) -> int:
    """List conflicts. Raises ConfigError, StoreError, OutputError."""
    asked = _asked(args)
    points = [one.point_m for one in asked.conflicts]
    spots = hotspots(points, density(points, asked.scene.error_m or 0.0)) if points else []
    overall, pairs = rate(len(points), asked.exposure), by_movements(asked.conflicts, asked.volumes)
    if args.map:
        _draw(args, asked)
    if args.geojson:
        write_whole(args.geojson, _geojson(asked.conflicts, _origin(args.origin), asked.tz))
    if args.json:
        report = {
            "stream": asked.stream,
            "timezone": asked.tz.key,
            "ttc_s": args.ttc,
            "pet_s": args.pet,
            "rate": overall,
            "movements": pairs,
            "hotspots": spots,
            "conflicts": asked.conflicts,
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n")
    elif args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(one, asked.tz) for one in asked.conflicts)
    else:
        _show(asked, overall, pairs, spots)
    return 0


def _asked(args: argparse.Namespace) -> _Asked:
    if not (args.ttc >= 0 and args.pet >= 0):
        raise ConfigError("--ttc and --pet are seconds from 0.", "Give some, such as --ttc 1.5 --pet 2.")
    path = args.store / "store.sqlite" if args.store.is_dir() else args.store
    store = app.read_store(path)
    try:
        stream, scene = chosen_stream(store, path, args.stream)
        if scene.homography is None:
            raise ConfigError(
                f"The scene of {stream} is not calibrated, so no conflicts were looked for.",
                "Calibrate it: 'catseye calibrate SCENE --page', then watch again.",
            )
        tz = zone(scene.timezone)
        span = store.span(stream) or (0, 0)
        begin = parse_instant(args.begin, tz) if args.begin else span[0]
        end = parse_instant(args.end, tz) if args.end else span[1] + 1
        if end <= begin:
            raise ConfigError("--to is not after --from.", "Give a stretch of time.")
        told = ConflictParams(ttc_s=args.ttc, pet_s=args.pet)
        conflicts = [one for one in store.conflicts(stream, begin, end) if told.tells(one.ttc_s, one.pet_s)]
        volumes, exposure = _volumes(store, (stream, scene), (begin, end))
    finally:
        store.close()
    return _Asked(stream=stream, scene=scene, tz=tz, conflicts=conflicts, volumes=volumes, exposure=exposure)


def _volumes(store: StoreReader, of: tuple[StreamId, Scene], span: tuple[int, int]) -> tuple[dict[str, int], int | None]:
    """Volumes by rule in whole cells, and all that moved: along movements, where some are drawn, else over count lines."""
    stream, scene = of
    volumes: Counter[str] = Counter()
    for cell in store.counts(stream, *span):
        if cell.volume is not None:
            volumes[cell.rule] += cell.volume
    rules = [way.name for way in scene.movements] or [line.name for line in scene.lines]
    known = [volumes[name] for name in rules if name in volumes]
    return dict(volumes), sum(known) if known else None


def _draw(args: argparse.Namespace, asked: _Asked) -> None:
    fitted = asked.scene.fit(asked.scene.drawn_for or _PLAN)
    view = ground_view(fitted)
    if view is None:
        raise ConfigError("The scene's homography is no camera's.", "Calibrate the scene anew.")
    title = f"{len(asked.conflicts)} conflicts of {asked.stream}: TTC up to {args.ttc:g} s or PET up to {args.pet:g} s"
    write_whole(args.map, svg(conflict_map(asked.conflicts, fitted, view, title), font="sans-serif").encode())


def _origin(text: str | None) -> XY:
    try:
        lon, lat = (float(part) for part in (text or "").split(","))
    except ValueError:
        lon, lat = float("nan"), float("nan")
    if not (abs(lon) <= 180 and abs(lat) < 90):
        raise ConfigError(
            "--geojson needs to know where the scene's metres begin.", "Give --origin LON,LAT as 'catseye calibrate' said it."
        )
    return lon, lat


def _geojson(conflicts: Sequence[Conflict], origin: XY, tz: ZoneInfo) -> bytes:
    """A collection of points (RFC 7946)."""
    places = degrees_at(np.array([one.point_m for one in conflicts], np.float64).reshape(-1, 2), origin).round(7).tolist()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place},
            "properties": {name: value or None for name, value in zip(_COLUMNS, _row(one, tz), strict=True)},
        }
        for one, place in zip(conflicts, places, strict=True)
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def _row(one: Conflict, tz: ZoneInfo) -> tuple[str, ...]:
    hard = one.delta_v_mps or (None, None)
    numbers = (one.ttc_s, one.pet_s, one.drac_mps2, *hard, *one.speeds_mps, float(np.degrees(one.angle_rad)), *one.point_m)
    shown = ("" if value is None else f"{value:.2f}" for value in numbers)
    return (iso_local(one.at_ns, tz, timespec="milliseconds"), one.kind, *one.road_users, *one.movements, *shown, one.id)


def _show(asked: _Asked, overall: Rate, pairs: Sequence[PairRate], spots: Sequence[Hotspot]) -> None:
    console = Console()
    if not asked.conflicts:
        console.print(f"No conflict of {escape(asked.stream)} is kept of that time.")
    else:
        table = Table(title=f"conflicts of {escape(asked.stream)}", padding=(0, 0))
        for name, least in (("when", 10), ("kind", 8), ("road users", 10)):  # in 80 columns words wrap, and none is cut
            table.add_column(name, min_width=least, overflow="fold")
        for name in ("TTC s", "PET s", "DRAC m/s²", "delta-V m/s", "at m"):
            table.add_column(name, justify="right", overflow="fold")
        for one in asked.conflicts:
            measures = ("" if value is None else f"{value:.1f}" for value in (one.ttc_s, one.pet_s, one.drac_mps2))
            hard = "" if one.delta_v_mps is None else f"{one.delta_v_mps[0]:.1f}, {one.delta_v_mps[1]:.1f}"
            when = iso_local(one.at_ns, asked.tz)
            when, place = f"{when[:10]} {when[11:19]} {when[19:]}", f"{one.point_m[0]:.1f}, {one.point_m[1]:.1f}"
            users = " - ".join(one.road_users).replace("_", " ")
            table.add_row(when, one.kind.replace("_", " "), users, *measures, hard, place)
        console.print(table)
    console.print(f"of {_exposed(overall)}: {_rate(overall)}", highlight=False)
    for pair in pairs:
        names = " and ".join(escape(name) or "not known" for name in pair.movements)
        console.print(f"  {names}: {pair.rate.conflicts}, {_rate(pair.rate)}", highlight=False)
    for rank, spot in enumerate(spots, 1):
        x, y = spot.point_m
        console.print(f"hot spot {rank}: {spot.conflicts} near {x:.1f}, {y:.1f} m", highlight=False)


def _exposed(of: Rate) -> str:
    return "an unknown number of road users" if of.exposure is None else f"{of.exposure:.0f} road users counted"


def _rate(of: Rate) -> str:
    if of.per_million is None:
        return "no rate, for no traffic was counted"
    return f"{of.per_million:.0f} per million (95 %: {of.low:.0f} to {of.high:.0f})"
