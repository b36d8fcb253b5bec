"""What a watch amounted to: the content of ``summary.json`` and of ``--json``."""

from collections.abc import Iterable

import msgspec

from catseye.core.compared import Compared, Mistake
from catseye.core.counts import Count, Gap
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.core.speeds import SpeedCell, Speeds, speeds_of
from catseye.core.time import NS_PER_S, iso_local, zone
from catseye.ports import DetectorInfo
from catseye.runtime.vitals import Vitals


class GapText(msgspec.Struct, frozen=True, kw_only=True):
    """An unobserved stretch in local time."""

    start: str
    end: str


class AgainstTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of this watch beside what truly happened, and each error."""

    truth: str
    compared: Compared
    mistakes: tuple[Mistake, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """``volumes[line][direction][road user]`` of all that the store holds; times are local with their offset.

    ``start`` and ``end`` are the first and last frame of this watch. ``complete`` is false where the source broke or the watch was
    stopped. ``against_truth`` is None where no truth was given. ``cells`` are the 15-minute cells that were observed, each with its
    receipt. ``speeds[line][direction]`` are those of all kinds together, empty where the scene is not calibrated.
    """

    catseye: str
    stream: StreamId
    source: str
    complete: bool
    error: str
    timezone: str
    start: str | None
    end: str | None
    observed_s: float
    not_observed: tuple[GapText, ...]
    volumes: dict[str, dict[str, dict[str, int]]]
    frames: dict[str, int]
    runs: int
    detector: DetectorInfo
    scene_revision: str
    scene_proposed: bool
    scene_file: str | None
    against_truth: AgainstTruth | None = None
    cells: tuple[Count, ...] = ()
    speeds: dict[str, dict[str, Speeds]] = {}


def volumes(scene: Scene, counts: Iterable[Count]) -> dict[str, dict[str, dict[str, int]]]:
    """The volumes of all cells together, every direction of every line, counted kinds only."""
    table: dict[str, dict[str, dict[str, int]]] = {line.name: {way: {} for way in line.directions} for line in scene.lines}
    table |= {movement.name: {movement.name: {}} for movement in scene.movements}
    table |= {zone.name: {"entered": {}, "left": {}} for zone in scene.visited}
    for count in counts:
        kinds = table.get(count.rule, {}).get(count.direction)
        if kinds is not None and count.volume and count.road_user:
            kinds[count.road_user] = kinds.get(count.road_user, 0) + count.volume
    return table


def speeds(cells: Iterable[SpeedCell]) -> dict[str, dict[str, Speeds]]:
    """The speeds of all cells and kinds together, by line and direction."""
    ways: dict[tuple[str, str], list[SpeedCell]] = {}
    for cell in cells:
        ways.setdefault((cell.rule, cell.direction), []).append(cell)
    told: dict[str, dict[str, Speeds]] = {}
    for (line, way), kept in sorted(ways.items()):
        told.setdefault(line, {})[way] = speeds_of(kept)
    return told


def gap_texts(gaps: Iterable[Gap], timezone: str) -> tuple[GapText, ...]:
    """Gaps of a second and more, in local time; what a file's loop or a change of size takes is in ``observed_s`` alone."""
    tz = zone(timezone)
    told = (gap for gap in gaps if gap.end_ns - gap.start_ns >= NS_PER_S)
    return tuple(GapText(start=iso_local(gap.start_ns, tz), end=iso_local(gap.end_ns, tz)) for gap in told)


def frames(vitals: Vitals) -> dict[str, int]:
    """The frame counts of a watch."""
    return {
        "decoded": vitals.decoded,
        "analysed": vitals.analysed,
        "dropped": vitals.dropped,
        "corrupt": vitals.corrupt,
        "withheld": vitals.withheld,
    }
