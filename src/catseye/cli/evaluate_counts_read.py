"""Reads what ``catseye evaluate counts`` compares: truths and counts of many makes, brought to the same lines and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from catseye import app
from catseye.config import check_fits, load_scene
from catseye.core.errors import ConfigError
from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.ids import StreamId
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S, nanoseconds, parse_instant, seconds, zone
from catseye.evaluate.cells import ALL, Flow
from catseye.evaluate.counted import CountedClip, Crossings, Volumes
from catseye.evaluate.counts import known
from catseye.evaluate.crossings import crossings
from catseye.evaluate.files import truth_for
from catseye.evaluate.kinds import judged
from catseye.rules.pairing import crossing_of
from catseye.studio.files import read_counts, read_street
from catseye.wire.hand_counts import CellRow, CrossingRow, HandCount, decode_csv, decode_json, kind_of

_RESULT = "Give the DIR of a finished 'catseye watch --out DIR', its counts.csv, or a table of crossings or cells."
_ALL_KINDS = frozenset(RoadUser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the files may not tell: the scene, when the clip begins, its rate, and how long the truth is."""

    scene: Path | None = None
    start: str | None = None
    clip_fps: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Told:
    """One side as its file tells it: crossings from ``begins_ns`` (None: unknown), or cells by instant.

    A truth begins ``from_s`` after that. In its ``unwatched`` stretches, and of kinds that are not among the ``complete`` ones of a
    flow, it judges nothing; None: it tells all ``marked`` kinds of every flow.
    """

    side: Crossings | Volumes
    flows: tuple[Flow, ...]
    begins_ns: int | None = None
    until_s: float | None = None
    marked: frozenset[RoadUser] = _ALL_KINDS
    light: str = ""
    from_s: float = 0.0
    unwatched: tuple[tuple[float, float], ...] = ()
    complete: Mapping[Flow, frozenset[RoadUser]] | None = None


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


def _truth(path: Path, scene: Scene | None, hints: Hints, tz: ZoneInfo, begins_ns: int | None) -> _Told:
    if (path / "truth.json").is_file():
        return _of_studio(path)
    if path.suffix == ".json":
        return _of_hand(decode_json(_content(path)))
    if path.suffix == ".csv":
        return _of_table(path, tz, begins_ns)
    return _of_tracks(path, scene, hints)


def _counted_over(true: _Told, scene: Scene | None) -> _Told:
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


def _of_studio(folder: Path) -> _Told:
    info, crossed, movements = read_counts(folder)
    street = read_street(folder)
    rows = [(row.line, row.direction, row.road_user, row.at_s, row.number) for row in crossed]
    rows += [(row.movement, row.movement, row.road_user, row.at_s, row.number) for row in movements]
    rows.sort(key=lambda row: row[3])
    return _Told(
        side=Crossings(
            crossings=tuple(
                KnownCrossing(rule=rule, direction=way, road_user=kind_of(kind), at_s=at_s) for rule, way, kind, at_s, _ in rows
            ),
            who=tuple(row[4] for row in rows),
        ),
        flows=(
            *((line.name, way) for line in street.lines for way in line.directions),
            *((m.name, m.name) for m in street.movements),
        ),
        until_s=info.minutes * 60,
    )


def _from_its_beginning(true: _Told, sides: Sequence[Crossings | Volumes], begins_ns: int) -> _Told:
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


def _of_hand(count: HandCount) -> _Told:
    complete = {flow: judged(frozenset(map(kind_of, kinds))) for flow, kinds in count.declared().items()}
    if not complete or not count.seen():
        what = "said to be complete" if count.seen() else "watched"
        raise ConfigError(f"Nothing in the hand count was {what}.", "Go on with 'catseye truth', and say there what you counted.")
    found = tuple(
        KnownCrossing(rule=c.line, direction=c.direction, road_user=kind_of(c.road_user), at_s=c.at_s, optional=c.optional)
        for c in count.crossings
    )
    return _Told(
        side=Crossings(crossings=found, who=tuple(range(len(found)))),
        flows=tuple(complete),
        begins_ns=parse_instant(count.start, zone("UTC")) if count.start else None,
        until_s=count.seen()[-1][1],
        marked=frozenset(kind_of(name) for name in count.kinds),
        light=count.light,
        from_s=count.seen()[0][0],
        unwatched=count.unwatched(),
        complete=None if count.complete is None else complete,
    )


def _of_tracks(path: Path, scene: Scene | None, hints: Hints) -> _Told:
    truth = truth_for(path)
    if scene is None:
        raise ConfigError(
            f"{path} holds tracks; nothing tells the lines they are counted over.",
            "Give --scene; 'catseye evaluate lines' draws one from the truth.",
        )
    fps, size = hints.clip_fps or truth.fps, truth.size or scene.drawn_for
    if not fps or not size:
        raise ConfigError("Neither the truth nor the scene tells the clip's frame rate and size.", "Give --clip-fps and drawn_for.")
    check_fits(scene, size)
    found = crossings(truth, scene, size)
    times_ns = np.rint(np.arange(max(truth.frames, 1)) * NS_PER_S / fps).astype(np.int64)
    return _Told(
        side=Crossings(crossings=tuple(known(found, times_ns)), who=tuple(crossing.number for crossing in found)),
        flows=tuple((line.name, way) for line in scene.lines for way in line.directions),
        until_s=truth.frames / fps,
        marked=truth.kinds,
        light=truth.light,
    )


def _result(path: Path, tz: ZoneInfo, begins_ns: int | None) -> _Told:
    if path.is_dir():
        return _of_watch(path, begins_ns)
    if path.suffix == ".csv":
        return _of_table(path, tz, begins_ns)
    if path.suffix == ".json":
        return _of_hand(decode_json(_content(path)))
    raise ConfigError(f"{path} holds no counts.", _RESULT)


class _Summary(msgspec.Struct, frozen=True):
    """What is read of a ``summary.json``."""

    stream: str
    start: str | None = None


def _of_watch(folder: Path, begins_ns: int | None) -> _Told:
    """What a watch counted; ``begins_ns`` is when the clip begins, the watch's first frame unless given."""
    try:
        summary = msgspec.json.decode((folder / "summary.json").read_bytes(), type=_Summary)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"No results of a watch in {folder}.", _RESULT) from error
    store = app.read_store(folder / "store.sqlite")
    stream = StreamId(summary.stream)
    try:
        span = store.span(stream) or (0, 0)
        events = [event for event in store.events(stream, *span) if isinstance(event, LineCrossed | MovementCompleted)]
        gaps = tuple((gap.start_ns, gap.end_ns) for gap in store.gaps(stream, *span))
    finally:
        store.close()
    if begins_ns is None:
        if summary.start is None:
            raise ConfigError(f"{folder} does not tell when the watch began.", "Give --start.")
        begins_ns = parse_instant(summary.start, zone("UTC"))
    tracks = {key: n for n, key in enumerate(dict.fromkeys((event.run, event.track) for event in events))}
    found = tuple(crossing_of(event, begins_ns) for event in events)
    return _Told(
        side=Crossings(crossings=found, who=tuple(tracks[event.run, event.track] for event in events), gaps_ns=gaps),
        flows=tuple(dict.fromkeys((c.rule, c.direction) for c in found)),
        begins_ns=begins_ns,
    )


def _of_table(path: Path, tz: ZoneInfo, begins_ns: int | None) -> _Told:
    try:
        rows = decode_csv(_content(path).decode("utf-8-sig"), tz)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text.", "Save the table as CSV in UTF-8.") from error
    if not rows:
        raise ConfigError(f"{path} holds no row.", "A table without rows tells neither lines nor times.")
    flows = tuple(dict.fromkeys((row.line, row.direction) for row in rows))
    cells = [row for row in rows if isinstance(row, CellRow)]
    if cells:
        return _of_cells(path, cells, flows)
    return _of_crossings(path, [row for row in rows if isinstance(row, CrossingRow)], flows, begins_ns)


def _of_crossings(path: Path, rows: Sequence[CrossingRow], flows: tuple[Flow, ...], begins_ns: int | None) -> _Told:
    instants = [row.at_ns for row in rows if row.at_ns is not None]
    if instants and begins_ns is None:
        raise ConfigError(f"{path} tells times of day, and nothing when the clip begins.", "Give --start.")
    timed = sorted(
        (
            (seconds(row.at_ns - (begins_ns or 0)) if row.at_s is None and row.at_ns is not None else row.at_s or 0.0, row)
            for row in rows
        ),
        key=lambda pair: pair[0],
    )
    found = tuple(KnownCrossing(rule=row.line, direction=row.direction, road_user=row.road_user, at_s=at_s) for at_s, row in timed)
    return _Told(
        side=Crossings(crossings=found, who=tuple(range(len(found)))),
        flows=flows,
        begins_ns=begins_ns,
        marked=frozenset(row.road_user for row in rows),
    )


def _of_cells(path: Path, rows: Sequence[CellRow], flows: tuple[Flow, ...]) -> _Told:
    lengths = {row.end_ns - row.start_ns for row in rows}
    if len(lengths) != 1 or (length := lengths.pop()) <= 0:
        raise ConfigError(f"The cells of {path} are not all of one length.", "Give a table of one cell length.")
    volumes: dict[tuple[str, str, str, int], int | None] = {}
    for row in rows:
        volumes[row.line, row.direction, row.road_user.label if row.road_user else ALL, row.start_ns] = row.volume
    begins_ns, ends_ns = min(row.start_ns for row in rows), max(row.end_ns for row in rows)
    kinds = frozenset(row.road_user for row in rows if row.road_user is not None)
    return _Told(
        side=Volumes(cell_s=round(length / NS_PER_S), of=volumes),
        flows=flows,
        begins_ns=begins_ns,
        until_s=seconds(ends_ns - begins_ns),
        marked=judged(kinds) or _ALL_KINDS,
    )


def _on(told: _Told, true: _Told, path: Path, begins_ns: int) -> Crossings | Volumes:
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


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.", _RESULT) from error
