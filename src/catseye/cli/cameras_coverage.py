"""``catseye cameras coverage``: which key places are seen, how densely, and which camera would add most."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catseye.cli.cameras_edit import read_table, rows_of
from catseye.config.network_change import merged
from catseye.config.network_file import load_network
from catseye.config.scene_file import load_scene
from catseye.config.whole import write_whole
from catseye.core.cameras import MOST_PX_PER_M, Camera
from catseye.core.errors import ConfigError
from catseye.network.coverage import Addition, Eye, KeyPlace, PlaceSeen, additions, look
from catseye.network.view import view_of
from catseye.wire import key_places

_UNREGISTERED: Mapping[str, str] = {"address": "rtsp://candidate", "purpose": "candidate", "legal_basis": "candidate"}
_SELDOM_SEEN_M = 5.0  # ground nearer to the foot than this, or than the camera is high, is seldom in view


class CameraView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a camera's view. ``too_dense_to_m``: to there a metre has more than 125 pixels; null is not known."""

    name: str
    view: str | None
    sees: int
    too_dense_to_m: float | None
    too_dense: bool | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``--json`` prints. ``additions`` is null where no candidates are given."""

    seen: int
    places: tuple[PlaceSeen, ...]
    cameras: tuple[CameraView, ...]
    additions: list[Addition] | None


def run(args: argparse.Namespace) -> int:
    """Look at the register on the map. Raises ConfigError, OutputError."""
    network = load_network(args.network)
    places = [KeyPlace(name=name, kind=kind, points=points) for name, kind, points in key_places.decode(read_table(args.places))]
    if not places:
        raise ConfigError(f"There is no place in {args.places}.", "Give junctions, crossings or stops as points or polygons.")
    watching = [camera for camera in network.cameras if not camera.paused]
    eyes = _eyes(watching, args.width_px)
    found = look(places, eyes)
    seen = frozenset(i for i, place in enumerate(found) if place.by)
    more: list[Addition] | None = None
    candidates: list[Eye] = []
    if args.candidates is not None:
        candidates = _eyes(_candidates(args.candidates, {camera.name for camera in network.cameras}), args.width_px)
        sets = {eye.name: frozenset(i for i, place in enumerate(look(places, [eye])) if place.by) for eye in candidates}
        more = additions(sets, seen, places, args.add)
    report = Report(seen=len(seen), places=found, cameras=tuple(_views(watching, eyes, found)), additions=more)
    if args.plot is not None:
        taken = {one.camera for one in more or ()}
        _plot(args.plot, places, seen, eyes, [eye for eye in candidates if eye.name in taken], network.network.name)
    if args.json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        _show(report)
    return 0


def _eyes(cameras: Iterable[Camera], width_px: int | None) -> list[Eye]:
    """Those whose view is known."""
    eyes: list[Eye] = []
    for camera in cameras:
        scene = load_scene(Path(camera.scene)) if camera.scene else None
        view = view_of(camera.place, scene, width_px)
        if camera.place is not None and view is not None:
            eyes.append(Eye(camera.name, camera.place.point, view))
    return eyes


def _candidates(path: Path, known: set[str]) -> list[Camera]:
    """Cameras that could be. Raises ConfigError with the first one that could not, or whose view is not told."""
    cameras: list[Camera] = []
    for number, told in rows_of(path):
        if isinstance(told, ConfigError):
            raise ConfigError(f"{path}: candidate {number}: {told.message}", told.remedy)
        try:
            camera = merged(None, {"name": f"candidate-{number}", "kind_of_place": "street", **_UNREGISTERED, **told})
        except ConfigError as error:
            raise ConfigError(f"{path}: candidate {number}: {error.message}", error.remedy) from error
        if view_of(camera.place, None, None) is None:
            remedy = "Tell longitude, latitude, heading_deg, field_of_view_deg and reach_m."
            raise ConfigError(f"{path}: candidate {number}: its view is not known.", remedy)
        if camera.name in known:
            raise ConfigError(f"{path}: candidate {number}: the name {camera.name!r} is taken.", "Give each a name of its own.")
        known = known | {camera.name}
        cameras.append(msgspec.structs.replace(camera, scene=""))
    return cameras


def _views(cameras: Iterable[Camera], eyes: Iterable[Eye], found: tuple[PlaceSeen, ...]) -> Iterable[CameraView]:
    known = {eye.name: eye.view for eye in eyes}
    for camera in cameras:
        view = known.get(camera.name)
        to_m = view.too_dense_to_m if view else None
        height_m = camera.place.height_m if camera.place else None
        yield CameraView(
            name=camera.name,
            view=view.kind if view else None,
            sees=sum(any(sight.camera == camera.name for sight in place.by) for place in found),
            too_dense_to_m=None if to_m is None else round(to_m, 1),
            too_dense=None if to_m is None else to_m > max(_SELDOM_SEEN_M, height_m or 0.0),
        )


def _plot(path: Path, places: list[KeyPlace], seen: frozenset[int], eyes: list[Eye], added: list[Eye], name: str) -> None:
    from catseye.report.coverage_plan import coverage_plan
    from catseye.report.drawing import svg
    from catseye.report.raster import png

    if path.suffix.lower() not in {".svg", ".png"}:
        raise ConfigError(f"{path} is neither an SVG nor a PNG by its name.", "Name a .svg or a .png file.")
    drawing = coverage_plan(places, seen, eyes, added, f"{name}: {len(seen)} of {len(places)} key places seen")
    write_whole(path, png(drawing) if path.suffix.lower() == ".png" else svg(drawing, font="sans-serif").encode())


def _show(report: Report) -> None:
    console = Console(highlight=False)
    table = Table(box=None)
    for column in ("place", "kind", "seen by", "away", "px/m"):
        table.add_column(column, overflow="fold")
    for place in report.places:
        names = "\n".join(sight.camera for sight in place.by)
        away = "\n".join(f"{sight.away_m:.0f} m" for sight in place.by)
        density = "\n".join("-" if sight.px_per_m is None else f"{sight.px_per_m:.0f}" for sight in place.by)
        table.add_row(escape(place.name), escape(place.kind), escape(names) or "[red]unseen[/]", away, density)
    console.print(table)
    console.print(f"{report.seen} of {len(report.places)} places are seen. What stands in the way is not known.")
    for camera in report.cameras:
        if camera.view is None:
            why = "needs heading_deg, field_of_view_deg and reach_m, or a calibrated scene and heading_deg"
            console.print(f"[yellow]![/] {camera.name}: its view is not known; its place {why}.")
        if camera.too_dense:
            needed = f"to {camera.too_dense_to_m:.0f} m a metre has more than {MOST_PX_PER_M:g} pixels"
            console.print(f"[yellow]![/] {camera.name}: {needed}, more than the purpose needs. Use a smaller stream.")
    if report.additions is not None:
        _show_additions(report.additions, console)


def _show_additions(more: list[Addition], console: Console) -> None:
    if not more:
        console.print("No candidate would add a place.")
        return
    table = Table(box=None)
    for column in ("add", "which adds", "seen then", "any so many: at most"):
        table.add_column(column, overflow="fold")
    for one in more:
        table.add_row(escape(one.camera), escape(", ".join(one.adds)), str(one.seen), str(one.at_most))
    console.print(table)
    console.print("The best next one each time adds at least 63 % (1 - 1/e) of what the best choice of so many would.")
