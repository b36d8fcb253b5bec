"""Files that hold one side of counts, each as its makers write it: truths of the studio, of hands and tracks, watches, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from catseye import app
from catseye.config import check_fits
from catseye.core.errors import ConfigError
from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.ids import StreamId
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S, parse_instant, seconds, zone
from catseye.evaluate.cells import ALL, Flow
from catseye.evaluate.counted import Crossings, Volumes
from catseye.evaluate.counts import known
from catseye.evaluate.crossings import crossings
from catseye.evaluate.files import truth_for
from catseye.evaluate.kinds import judged
from catseye.rules.pairing import crossing_of
from catseye.studio.files import read_counts, read_street
from catseye.wire.hand_counts import CellRow, CrossingRow, HandCount, decode_csv, kind_of

ASKED = "Give the DIR of a finished 'catseye watch --out DIR', its counts.csv, or a table of crossings or cells."
_ALL_KINDS = frozenset(RoadUser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the files may not tell: the scene, when the clip begins, its rate, and how long the truth is."""

    scene: Path | None = None
    start: str | None = None
    clip_fps: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
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


def of_studio(folder: Path) -> Told:
    """The truth of a street of the studio."""
    info, crossed, movements = read_counts(folder)
    street = read_street(folder)
    rows = [(row.line, row.direction, row.road_user, row.at_s, row.number) for row in crossed]
    rows += [(row.movement, row.movement, row.road_user, row.at_s, row.number) for row in movements]
    rows.sort(key=lambda row: row[3])
    return Told(
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


def of_hand(count: HandCount) -> Told:
    """What somebody counted by hand. Raises ConfigError."""
    complete = {flow: judged(frozenset(map(kind_of, kinds))) for flow, kinds in count.declared().items()}
    if not complete or not count.seen():
        what = "said to be complete" if count.seen() else "watched"
        raise ConfigError(f"Nothing in the hand count was {what}.", "Go on with 'catseye truth', and say there what you counted.")
    found = tuple(
        KnownCrossing(rule=c.line, direction=c.direction, road_user=kind_of(c.road_user), at_s=c.at_s, optional=c.optional)
        for c in count.crossings
    )
    return Told(
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


def of_tracks(path: Path, scene: Scene | None, hints: Hints) -> Told:
    """The crossings that marked tracks make over the lines of ``scene``. Raises ConfigError."""
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
    return Told(
        side=Crossings(crossings=tuple(known(found, times_ns)), who=tuple(crossing.number for crossing in found)),
        flows=tuple((line.name, way) for line in scene.lines for way in line.directions),
        until_s=truth.frames / fps,
        marked=truth.kinds,
        light=truth.light,
    )


class _Summary(msgspec.Struct, frozen=True):
    """What is read of a ``summary.json``."""

    stream: str
    start: str | None = None


def of_watch(folder: Path, begins_ns: int | None) -> Told:
    """What a watch counted; ``begins_ns`` is when the clip begins, the watch's first frame unless given."""
    try:
        summary = msgspec.json.decode((folder / "summary.json").read_bytes(), type=_Summary)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"No results of a watch in {folder}.", ASKED) from error
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
    return Told(
        side=Crossings(crossings=found, who=tuple(tracks[event.run, event.track] for event in events), gaps_ns=gaps),
        flows=tuple(dict.fromkeys((c.rule, c.direction) for c in found)),
        begins_ns=begins_ns,
    )


def of_table(path: Path, tz: ZoneInfo, begins_ns: int | None) -> Told:
    """A table of crossings or cells; ``begins_ns`` is when the clip begins. Raises ConfigError."""
    try:
        rows = decode_csv(content(path).decode("utf-8-sig"), tz)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text.", "Save the table as CSV in UTF-8.") from error
    if not rows:
        raise ConfigError(f"{path} holds no row.", "A table without rows tells neither lines nor times.")
    flows = tuple(dict.fromkeys((row.line, row.direction) for row in rows))
    cells = [row for row in rows if isinstance(row, CellRow)]
    if cells:
        return _of_cells(path, cells, flows)
    return _of_crossings(path, [row for row in rows if isinstance(row, CrossingRow)], flows, begins_ns)


def _of_crossings(path: Path, rows: Sequence[CrossingRow], flows: tuple[Flow, ...], begins_ns: int | None) -> Told:
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
    return Told(
        side=Crossings(crossings=found, who=tuple(range(len(found)))),
        flows=flows,
        begins_ns=begins_ns,
        marked=frozenset(row.road_user for row in rows),
    )


def _of_cells(path: Path, rows: Sequence[CellRow], flows: tuple[Flow, ...]) -> Told:
    lengths = {row.end_ns - row.start_ns for row in rows}
    if len(lengths) != 1 or (length := lengths.pop()) <= 0:
        raise ConfigError(f"The cells of {path} are not all of one length.", "Give a table of one cell length.")
    volumes: dict[tuple[str, str, str, int], int | None] = {}
    for row in rows:
        volumes[row.line, row.direction, row.road_user.label if row.road_user else ALL, row.start_ns] = row.volume
    begins_ns, ends_ns = min(row.start_ns for row in rows), max(row.end_ns for row in rows)
    kinds = frozenset(row.road_user for row in rows if row.road_user is not None)
    return Told(
        side=Volumes(cell_s=round(length / NS_PER_S), of=volumes),
        flows=flows,
        begins_ns=begins_ns,
        until_s=seconds(ends_ns - begins_ns),
        marked=judged(kinds) or _ALL_KINDS,
    )


def content(path: Path) -> bytes:
    """What a file holds. Raises ConfigError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.", ASKED) from error
