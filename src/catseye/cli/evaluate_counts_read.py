"""Reads what ``catseye evaluate counts`` compares: truths and counts of many makes, brought to the same lines and times."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from catseye.cli.evaluate_counts_files import ASKED, Hints, Told, content, of_hand, of_studio, of_table, of_tracks, of_watch
from catseye.config import load_scene
from catseye.core.errors import ConfigError
from catseye.core.known import KnownCrossing
from catseye.core.scene import Scene
from catseye.core.time import nanoseconds, parse_instant, seconds, zone
from catseye.evaluate.counted import CountedClip, Crossings, Volumes
from catseye.wire.hand_counts import decode_json


def read_clip(name: str, truth: Path, results: Sequence[Path], hints: Hints) -> tuple[CountedClip, list[Crossings | Volumes]]:
    """The clip with the first of ``results``, and the others. Raises ConfigError and StoreError."""
    beside = ((path if path.is_dir() else path.parent) / "scene.toml" for path in results)
    scene_file = hints.scene or next((path for path in beside if path.is_file()), None)
    scene = load_scene(scene_file) if scene_file else None
    tz = zone(scene.timezone if scene else "UTC")
    begins_ns = parse_instant(hints.start, tz) if hints.start else None
    true = _counted_over(_truth(truth, scene, hints, tz, begins_ns), scene)
    if begins_ns is None:
        begins_ns = true.begins_ns
    told = [_result(path, tz, begins_ns) for path in results]
    if begins_ns is None:
        begins_ns = next((one.begins_ns for one in told if one.begins_ns is not None), 0)
    begins_ns += nanoseconds(true.from_s)
    sides = [_on(one, true, path, begins_ns) for one, path in zip(told, results, strict=True)]
    true = _from_its_beginning(true, sides, begins_ns)
    lasts = [hints.seconds, true.until_s, *(one.until_s for one in told)]
    until_s = next((last for last in lasts if last), None)
    if until_s is None:
        raise ConfigError(f"Nothing tells how long {truth} was counted.", "Give --seconds.")
    clip = CountedClip(
        name=name,
        begins_ns=begins_ns,
        until_s=until_s,
        flows=true.flows,
        marked=true.marked,
        true=true.side,
        counted=sides[0],
        light=true.light,
    )
    return clip, sides[1:]


def _truth(path: Path, scene: Scene | None, hints: Hints, tz: ZoneInfo, begins_ns: int | None) -> Told:
    if (path / "truth.json").is_file():
        return of_studio(path)
    if path.suffix == ".json":
        return of_hand(decode_json(content(path)))
    if path.suffix == ".csv":
        return of_table(path, tz, begins_ns)
    return of_tracks(path, scene, hints)


def _counted_over(true: Told, scene: Scene | None) -> Told:
    """The truth of those lines and movements that ``scene`` has: the others were not counted."""
    if scene is None:
        return true
    drawn = {(line.name, way) for line in scene.lines for way in line.directions} | {(m.name, m.name) for m in scene.movements}
    flows = tuple(flow for flow in true.flows if flow in drawn)
    if not flows:
        names = (", ".join(sorted({line for line, _ in some})) or "none" for some in (drawn, true.flows))
        raise ConfigError("The scene counts over {}, the truth over {}.".format(*names), "Give the scene that fits the truth.")
    if isinstance(true.side, Volumes):
        return replace(true, flows=flows)
    kept = [(c, who) for c, who in zip(true.side.crossings, true.side.who, strict=True) if (c.rule, c.direction) in flows]
    side = Crossings(crossings=tuple(c for c, _ in kept), who=tuple(who for _, who in kept), gaps_ns=true.side.gaps_ns)
    return replace(true, flows=flows, side=side)


def _from_its_beginning(true: Told, sides: Sequence[Crossings | Volumes], begins_ns: int) -> Told:
    """The truth with its times from where it begins, as those of ``sides`` are, and with what it does not judge made optional."""
    if isinstance(true.side, Volumes):
        return true

    def judges(crossing: KnownCrossing) -> bool:
        kinds = None if true.complete is None else true.complete.get((crossing.rule, crossing.direction), frozenset())
        known = kinds is None or crossing.road_user in kinds
        return known and not any(start <= crossing.at_s < end for start, end in unwatched)

    unwatched = [(start - true.from_s, end - true.from_s) for start, end in true.unwatched]
    found = [msgspec.structs.replace(c, at_s=c.at_s - true.from_s) for c in true.side.crossings]
    found = [c if judges(c) else msgspec.structs.replace(c, optional=True) for c in found]
    # What a result found where nothing is judged is neither right nor wrong: as if somebody had passed there, or not.
    beside = [c for side in sides if isinstance(side, Crossings) for c in side.crossings if not judges(c)]
    found += [msgspec.structs.replace(c, optional=True) for c in beside]
    side = Crossings(
        crossings=tuple(found),
        who=(*true.side.who, *range(-len(beside), 0)),
        gaps_ns=tuple((begins_ns + nanoseconds(start), begins_ns + nanoseconds(end)) for start, end in unwatched),
    )
    return replace(true, side=side, until_s=None if true.until_s is None else true.until_s - true.from_s)


def _result(path: Path, tz: ZoneInfo, begins_ns: int | None) -> Told:
    if path.is_dir():
        return of_watch(path, begins_ns)
    if path.suffix == ".csv":
        return of_table(path, tz, begins_ns)
    if path.suffix == ".json":
        return of_hand(decode_json(content(path)))
    raise ConfigError(f"{path} holds no counts.", ASKED)


def _on(told: Told, true: Told, path: Path, begins_ns: int) -> Crossings | Volumes:
    """A result on the lines of the truth, its times from ``begins_ns``."""
    lines = {line for line, _ in true.flows}
    if told.flows and not set(told.flows) & set(true.flows):
        theirs, ours = (", ".join(sorted({line for line, _ in flows})) for flows in (told.flows, true.flows))
        raise ConfigError(
            f"{path} counts over {theirs}, the truth over {ours}, and no line and direction is in both.",
            "Use the same names in both; --scene must be the scene that was counted with.",
        )
    if isinstance(told.side, Volumes):
        return told.side
    late_s = -true.from_s if told.begins_ns is None else seconds(told.begins_ns - begins_ns)
    rows = [(c, who) for c, who in zip(told.side.crossings, told.side.who, strict=True) if c.rule in lines]
    return Crossings(
        crossings=tuple(msgspec.structs.replace(c, at_s=c.at_s + late_s) for c, _ in rows),
        who=tuple(who for _, who in rows),
        gaps_ns=told.side.gaps_ns,
    )
