"""From the counts of a stream to its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from catseye.core.counts import Count, Gap
from catseye.core.errors import ConfigError
from catseye.core.scene import Scene
from catseye.core.time import to_local, zone
from catseye.report.junction import Junction, Leg, Passage, junction_of
from catseye.report.layout import TURN_NAMES, Layout
from catseye.report.peak import QUARTERS, Peak, peak_hour_factor, peak_of
from catseye.report.table import CELL_NS, Column, Group, Sheet, sheet
from catseye.report.volumes import (
    CLASSES,
    CYCLISTS,
    EVERYBODY,
    HEAVIES,
    LIGHTS,
    PEDESTRIANS,
    TWO_WHEELERS,
    VEHICLES,
    Cells,
    Kinds,
    Volume,
    total,
)

INTERVALS_MIN = (15, 30, 60)
JUNCTION = "Junction"
TOTAL = "total"
_LINE_KINDS: dict[str, Kinds] = {"lights": LIGHTS, "heavies": HEAVIES, "two-wheelers": TWO_WHEELERS, "pedestrians": PEDESTRIANS}
_HALF_DAYS = ("before noon", "after noon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A column of the junction in its peak hour, or over all the time: volume, peak hour factor, share of heavies."""

    group: str
    column: str
    volume: Volume
    phf: float | None
    heavy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report says. ``sheets`` are of the junction's movements, one a class; ``lines`` of the count lines.

    ``peak`` is the peak hour of the junction, or without movements that of the busiest line; ``shares`` are of it, or of all
    the time where there is none.
    """

    title: str
    stream: str
    tz: ZoneInfo
    scene_revision: str
    interval_min: int
    starts_ns: tuple[int, ...]
    cells: Cells
    junction: Junction
    sheets: tuple[Sheet, ...]
    lines: Sheet | None
    peak: Peak | None
    peaks: tuple[Peak, ...]
    shares: tuple[Share, ...]
    gaps: tuple[Gap, ...]
    left_out: tuple[str, ...]

    @property
    def span_ns(self) -> tuple[int, int]:
        """From the first cell's beginning to the last one's end."""
        return self.starts_ns[0], self.starts_ns[-1] + CELL_NS

    def passage_volume(self, passage: Passage, starts_ns: Sequence[int]) -> Volume:
        """All vehicles of a movement in some cells."""
        return total(self.cells.of([(passage.rule, passage.rule)], VEHICLES, start) for start in starts_ns)


def report_of(
    counts: Sequence[Count], gaps: Sequence[Gap], scene: Scene, layout: Layout, *, stream: str, interval_min: int
) -> Report:
    """The report of all cells of ``counts``, which are of one stream and in order of their start. Raises ConfigError."""
    if interval_min not in INTERVALS_MIN:
        raise ConfigError(
            f"The store keeps cells of 15 minutes; they do not add up to intervals of {interval_min}.", "Give 15, 30 or 60."
        )
    if not scene.movements and not scene.lines:
        raise ConfigError(
            f"The scene of {stream!r} has no movements and no count lines, so there is nothing to report.",
            "Draw some: docs/guide/drawing-a-scene.md.",
        )
    cells, tz, junction = Cells(counts), zone(scene.timezone), junction_of(scene, layout)
    starts = tuple(sorted({count.start_ns for count in counts}))
    if not starts:
        raise ConfigError(f"No cell of {stream!r} lies in that time.", "Leave out --from and --to for all there is.")
    groups, crossings = _approaches(junction), _crosswalks(junction, scene)
    sheets = []
    for name, kinds in CLASSES.items() if groups else ():
        more = crossings if kinds == VEHICLES else []
        of_class = [_with_kinds(group, kinds) for group in groups]
        sheets.append(sheet(name, [*of_class, *more], cells, starts, interval_min=interval_min, tz=tz))
    line_groups = [_line(scene, line.name) for line in scene.lines]
    lines = sheet("Lines", line_groups, cells, starts, interval_min=interval_min, tz=tz) if line_groups else None
    peaks = _peaks(groups, line_groups, cells, starts, tz)
    main = max((one for one in peaks if one.subject == JUNCTION or not groups), key=_busy, default=None)
    first = starts.index(main.start_ns) if main else 0
    hour = starts[first : first + QUARTERS] if main else starts
    known = {(line.name, way) for line in scene.lines for way in line.directions} | {(m.name, m.name) for m in scene.movements}
    zones = {one.name for one in scene.zones}
    return Report(
        title=layout.title or stream,
        stream=stream,
        tz=tz,
        scene_revision=scene.revision,
        interval_min=interval_min,
        starts_ns=starts,
        cells=cells,
        junction=junction,
        sheets=tuple(sheets),
        lines=lines,
        peak=main,
        peaks=tuple(peaks),
        shares=tuple(_shares([*groups, *crossings] or line_groups, cells, hour)),
        gaps=tuple(gaps),
        left_out=tuple(", ".join(dict.fromkeys(way)) for way in cells.ways if way not in known and way[0] not in zones),
    )


def _approaches(junction: Junction) -> list[Group]:
    """An approach each with its turns and their total, and the junction's total; the kinds are still to be put in."""
    groups = []
    for _, of_leg in groupby(junction.passages, key=lambda passage: passage.origin.name):
        passages = list(of_leg)
        turns = [passage.turn for passage in passages]
        columns = [
            Column(
                name=TURN_NAMES[passage.turn] + (f" to {passage.destination.name}" if turns.count(passage.turn) > 1 else ""),
                ways=((passage.rule, passage.rule),),
                kinds=VEHICLES,
            )
            for passage in passages
        ]
        ways = tuple(way for column in columns for way in column.ways)
        groups.append(
            Group(name=passages[0].origin.name, columns=(*columns, Column(name=TOTAL, ways=ways, kinds=VEHICLES, sums=True)))
        )
    if groups:
        every = tuple(way for group in groups for way in group.columns[-1].ways)
        groups.append(Group(name=JUNCTION, columns=(Column(name=TOTAL, ways=every, kinds=VEHICLES, sums=True),)))
    return groups


def _with_kinds(group: Group, kinds: Kinds) -> Group:
    columns = (Column(name=one.name, ways=one.ways, kinds=kinds, sums=one.sums) for one in group.columns)
    return Group(name=group.name, columns=tuple(columns))


def _crosswalks(junction: Junction, scene: Scene) -> list[Group]:
    """Pedestrians and cyclists over the crosswalks of each leg that has some, both ways together."""

    def group(leg: Leg) -> Group:
        ways = tuple((line, way) for line in leg.crosswalks for way in scene.directions(line))
        columns = (Column(name="pedestrians", ways=ways, kinds=PEDESTRIANS), Column(name="cyclists", ways=ways, kinds=CYCLISTS))
        return Group(name=f"{leg.name} crosswalk", columns=columns)

    return [group(leg) for leg in junction.legs if leg.crosswalks]


def _line(scene: Scene, line: str) -> Group:
    ways = scene.directions(line)
    columns = [
        Column(name=f"{way}: {name}", ways=((line, way),), kinds=kinds) for way in ways for name, kinds in _LINE_KINDS.items()
    ]
    everybody = Column(name=TOTAL, ways=tuple((line, way) for way in ways), kinds=EVERYBODY, sums=True)
    return Group(name=line, columns=(*columns, everybody))


def _peaks(groups: Sequence[Group], lines: Sequence[Group], cells: Cells, starts: Sequence[int], tz: ZoneInfo) -> list[Peak]:
    """The junction's peak hours, then one of each line: of all the time, and of half days where there are several."""
    halves = [(f"{day} {_HALF_DAYS[pm]}", list(told)) for (day, pm), told in groupby(starts, key=lambda s: _half_day(s, tz))]
    found = []
    subjects = [(JUNCTION, groups[-1].columns[-1])] if groups else []
    subjects += [(group.name, group.columns[-1]) for group in lines]
    for subject, column in subjects:
        spans = [("all of the time", list(starts)), *(halves if subject == JUNCTION and len(halves) > 1 else [])]
        for when, told in spans:
            until = starts.index(told[-1]) + QUARTERS if told[-1] != starts[-1] else len(starts)
            reach = list(starts[starts.index(told[0]) : until])  # an hour belongs to the half day in which it begins
            best = peak_of(reach, [cells.of(column.ways, column.kinds, start) for start in reach])
            if best is not None:
                found.append(Peak(subject=subject, when=when, start_ns=reach[best[0]], volume=best[1], phf=best[2]))
    return found


def _busy(peak: Peak) -> int:
    return peak.volume.volume or 0


def _half_day(start_ns: int, tz: ZoneInfo) -> tuple[str, bool]:
    local = to_local(start_ns, tz)
    return f"{local:%Y-%m-%d}", local.hour >= 12


def _shares(groups: Sequence[Group], cells: Cells, starts: Sequence[int]) -> list[Share]:
    """Each column over the hour (or the time) that begins with ``starts``."""
    shares = []
    for group in groups:
        for column in group.columns:
            quarters = [cells.of(column.ways, column.kinds, start) for start in starts]
            heavies, lights = (total(cells.of(column.ways, kinds, s) for s in starts).volume for kinds in (HEAVIES, LIGHTS))
            motor = None if heavies is None or lights is None else heavies + lights
            shares.append(
                Share(
                    group=group.name,
                    column=column.name,
                    volume=total(quarters),
                    phf=peak_hour_factor(quarters),
                    heavy=heavies / motor if heavies is not None and motor and column.kinds >= VEHICLES else None,
                )
            )
    return shares
