"""Counting over several clips: pooled, by line, direction, kind and light, in cells, on sheets, and one result against another."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
from msgspec.structs import replace as replaced

from catseye.core.boxes import F64
from catseye.core.known import KnownCrossing
from catseye.core.road_users import MOTOR_VEHICLES, TWO_WHEELERS, RoadUser
from catseye.core.time import CELL_S, NS_PER_S, nanoseconds
from catseye.evaluate import bootstrap, cells, sheets
from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.cells import ALL, Cell, CellScore, Flow, Grid, Key
from catseye.evaluate.counts import CountScore, Judged, LineScore, by, flow_name, judge, score_of
from catseye.evaluate.kinds import Verdict, judged
from catseye.evaluate.sheets import KindScore, Sheet
from catseye.rules.pairing import WITHIN_S, pair

MEASURES = {
    "wrong": "missed + extra",
    "missed": "missed",
    "extra": "extra",
    "net": "net",
    "right_kind": "kind right",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossings:
    """Single crossings of one side; those of one road user or track share a number in ``who``.

    ``gaps_ns`` are stretches [start, end) in which nothing was observed.
    """

    crossings: tuple[KnownCrossing, ...]
    who: tuple[int, ...]
    gaps_ns: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volumes:
    """Volumes of one side in cells of ``cell_s``, by kind; None where nothing was observed."""

    cell_s: int
    of: Mapping[Key, int | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedClip:
    """One clip, of which the truth covers ``until_s`` from ``begins_ns``: its flows, the marked kinds, and both sides."""

    name: str
    begins_ns: int
    until_s: float
    flows: tuple[Flow, ...]
    marked: frozenset[RoadUser]
    true: Crossings | Volumes
    counted: Crossings | Volumes
    light: str = ""


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """Another result of the same clips. ``differences`` are ours less theirs; one counts where its interval excludes zero."""

    all: LineScore
    differences: dict[str, Interval]


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs on single crossings.

    ``counts`` is of all ``clips`` together; mistakes are listed with their clip alone. ``unobserved`` of the missed crossed while
    nothing was observed. ``by_flow`` goes by "line, direction" and movement. ``effectiveness`` tells kinds apart,
    ``effectiveness_of_groups`` only those on foot, on two wheels and motor vehicles.
    """

    counts: CountScore
    intervals: dict[str, Interval]
    unobserved: int
    clips: dict[str, CountScore]
    by_flow: dict[str, LineScore]
    by_kind: dict[str, KindScore]
    by_light: dict[str, LineScore]
    effectiveness: float | None
    effectiveness_of_groups: float | None
    against: Against | None = None


class CountsReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that is said of counts. ``true`` and ``counted`` are the volumes of the cells that were observed.

    ``paired`` is None where a side holds only volumes: what was missed and what was invented cannot be told from them.
    """

    cell_s: int
    true: int
    counted: int
    paired: Paired | None
    cells: CellScore
    sheets: tuple[Sheet, ...]
    cell_rows: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How far apart in time a pair may be, how long cells are, the SVZ rates, and the draws of the bootstrap."""

    within_s: float = WITHIN_S
    cell_s: int = CELL_S
    rates: Mapping[str, float] = field(default_factory=dict)
    resamples: int = bootstrap.RESAMPLES


def report(clips: Sequence[CountedClip], terms: Terms, *, against: Sequence[Crossings] | None = None) -> CountsReport:
    """Judge the counts of ``clips``, and hold them ``against`` other crossings of the same clips, in the same order."""
    found = [_judged(clip, clip.counted, terms.within_s) for clip in clips]
    known = [(clip, one) for clip, one in zip(clips, found, strict=True) if one is not None]
    paired = _paired(known, terms, against) if len(known) == len(clips) else None
    rows = tuple(row for clip, one in zip(clips, found, strict=True) for row in _cells(clip, one, terms.cell_s))
    of_all = [row for row in rows if row.road_user == ALL]
    flows: dict[str, tuple[int, int | None]] = {}
    for row in of_all:
        name = flow_name(row.line, row.direction)
        true, counted = flows.get(name, (0, None))
        if row.counted is not None:
            flows[name] = (true + row.true, (counted or 0) + row.counted)
        else:
            flows.setdefault(name, (0, None))
    return CountsReport(
        cell_s=terms.cell_s,
        true=sum(true for true, _ in flows.values()),
        counted=sum(counted or 0 for _, counted in flows.values()),
        paired=paired,
        cells=cells.score(rows),
        sheets=(
            sheets.vdot(flows, paired.counts.all if paired else None),
            sheets.geh_85(rows),
            sheets.svz(paired.by_kind if paired else {}, terms.rates),
        ),
        cell_rows=rows,
    )


def measures(total: F64) -> dict[str, F64]:
    """Shares (...) of the true crossings, from sums (..., 4) of matched, missed, extra and rightly named; NaN of nothing."""
    matched, missed, extra, right = (total[..., n] for n in range(4))

    def share(part: F64, whole: F64) -> F64:
        return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0), np.float64)

    true = matched + missed
    return {
        "wrong": share(missed + extra, true),
        "missed": share(missed, true),
        "extra": share(extra, true),
        "net": share(extra - missed, true),
        "right_kind": share(right, matched),
    }


_Known = Sequence[tuple[CountedClip, Judged]]


def _paired(known: _Known, terms: Terms, against: Sequence[Crossings] | None) -> Paired:
    clips = [one for _, one in known]
    units = [_units(clip, (_crossings(clip.counted), one))[0] for clip, one in known]
    lights = sorted({clip.light for clip, _ in known} - {""})
    return Paired(
        counts=replaced(score_of(clips, [clip.begins_ns for clip, _ in known], cell_s=terms.cell_s), mistakes=()),
        intervals=bootstrap.intervals(units, measures, resamples=terms.resamples),
        unobserved=sum(_in_gaps(clip, one) for clip, one in known),
        clips={clip.name: score_of([one], [clip.begins_ns], cell_s=terms.cell_s) for clip, one in known},
        by_flow=by(clips, lambda crossing: flow_name(crossing.rule, crossing.direction)),
        by_kind=_by_kind(clips),
        by_light={light: _all([one for clip, one in known if clip.light == light]) for light in lights},
        effectiveness=_effectiveness(known, lambda road_user: road_user.label),
        effectiveness_of_groups=_effectiveness(known, _group),
        against=None if against is None else _against(known, against, terms),
    )


def _against(known: _Known, against: Sequence[Crossings], terms: Terms) -> Against:
    others, pairs = [], []
    for (clip, one), side in zip(known, against, strict=True):
        other = _judged(clip, side, terms.within_s)
        assert other is not None
        others.append(other)
        pairs.append(_units(clip, (_crossings(clip.counted), one), (side, other)))
    return Against(
        all=_all(others),
        differences=bootstrap.differences([a for a, _ in pairs], [b for _, b in pairs], measures, resamples=terms.resamples),
    )


def _judged(clip: CountedClip, counted: Crossings | Volumes, within_s: float) -> Judged | None:
    """Both sides paired; None where one holds only volumes. What was counted beside the truth's time is not extra."""
    if isinstance(clip.true, Volumes) or isinstance(counted, Volumes):
        return None
    found = judge(clip.true.crossings, counted.crossings, clip.marked, within_s=within_s)
    return replace(found, extra=tuple(j for j in found.extra if 0 <= found.counted[j].at_s <= clip.until_s))


def _crossings(side: Crossings | Volumes) -> Crossings:
    assert isinstance(side, Crossings)
    return side


def _all(clips: Sequence[Judged]) -> LineScore:
    return by(clips, lambda _: "all").get("all", LineScore(matched=0, missed=0, extra=0))


def _group(road_user: RoadUser) -> str:
    return "motor vehicles" if road_user in MOTOR_VEHICLES else "two wheels" if road_user in TWO_WHEELERS else "on foot"


def _by_kind(clips: Sequence[Judged]) -> dict[str, KindScore]:
    true: Counter[RoadUser] = Counter(crossing.road_user for clip in clips for crossing in clip.truly())
    counted: Counter[RoadUser] = Counter(crossing.road_user for clip in clips for crossing in clip.told())
    right = [(clip.true[i], clip.counted[j]) for clip in clips for i, j in clip.pairs if clip.right(i, j) is Verdict.RIGHT]
    right_true, right_counted = Counter(t.road_user for t, _ in right), Counter(c.road_user for _, c in right)
    return {
        kind.label: KindScore(true=true[kind], right=right_true[kind], counted=counted[kind], truly=right_counted[kind])
        for kind in RoadUser
        if true[kind] or counted[kind]
    }


def _effectiveness(known: _Known, name_of: Callable[[RoadUser], str]) -> float | None:
    """That of AI City Challenge Track 1 over clips, flows and what ``name_of`` calls a kind."""
    parts = []
    for clip, one in known:
        times: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
        for side, crossings in enumerate((one.truly(), one.told())):
            for c in crossings:
                times.setdefault((c.rule, c.direction, name_of(c.road_user)), ([], []))[side].append(c.at_s)
        parts += [(cells.nw_rmse(np.array(true), np.array(told), clip.until_s), len(true)) for true, told in times.values()]
    return cells.effectiveness(parts)


def _in_gaps(clip: CountedClip, one: Judged) -> int:
    at_ns = [clip.begins_ns + nanoseconds(one.true[i].at_s) for i in one.missed]
    return sum(any(start <= at < end for start, end in _crossings(clip.counted).gaps_ns) for at in at_ns)


def _units(clip: CountedClip, *sides: tuple[Crossings, Judged]) -> tuple[F64, ...]:
    """Matched, missed, extra and rightly named (U, 4) of each side, over the same units.

    A unit is a road user, with what was counted of its track, or a false track. What two sides invented at the same time and place
    is one.
    """
    who = _crossings(clip.true).who
    rows: dict[tuple[str, int], list[list[int]]] = {}

    def row(unit: tuple[str, int], side: int) -> list[int]:
        return rows.setdefault(unit, [[0, 0, 0, 0] for _ in sides])[side]

    for side, (told, one) in enumerate(sides):
        owner = {told.who[j]: who[i] for i, j in one.pairs}
        for i, j in one.pairs:
            row(("true", who[i]), side)[0] += 1
            row(("true", who[i]), side)[3] += one.right(i, j) is Verdict.RIGHT
        for i in one.missed:
            row(("true", who[i]), side)[1] += 1
        alone = [j for j in one.extra if told.who[j] not in owner]
        for j in one.extra:
            if told.who[j] in owner:
                row(("true", owner[told.who[j]]), side)[2] += 1
        for unit in _false_units(sides, side, alone):
            row(unit, side)[2] += 1
    table = np.array(list(rows.values()), np.float64).reshape(-1, len(sides), 4)
    return tuple(table[:, side] for side in range(len(sides)))


def _false_units(sides: Sequence[tuple[Crossings, Judged]], side: int, alone: Sequence[int]) -> list[tuple[str, int]]:
    """A name for the unit of each false count: that of the first side where it invented the same."""
    told, one = sides[side]
    if side == 0:
        return [("false", told.who[j]) for j in alone]
    first, other = sides[0]
    theirs = list(other.extra)
    same = {b: a for a, b in pair([other.counted[j] for j in theirs], [one.counted[j] for j in alone])}
    return [("false", first.who[theirs[same[n]]]) if n in same else ("other false", told.who[j]) for n, j in enumerate(alone)]


def _cells(clip: CountedClip, one: Judged | None, cell_s: int) -> list[Cell]:
    ends_ns = clip.begins_ns + nanoseconds(clip.until_s)
    grid = Grid(begins_ns=clip.begins_ns, ends_ns=ends_ns, cell_s=cell_s)
    if one is None:
        volumes = (_volumes(clip, clip.true, grid), _volumes(clip, clip.counted, grid))
        return cells.cells_of(clip.name, grid, clip.flows, volumes, None)
    counted: dict[Key, int | None] = dict(_binned(clip, one.told(), grid))
    _unobserve(counted, clip, grid, _crossings(clip.counted).gaps_ns)
    true: dict[Key, int | None] = dict(_binned(clip, one.truly(), grid))
    _unobserve(true, clip, grid, _crossings(clip.true).gaps_ns)
    mistakes = (
        _binned(clip, [one.true[i] for i in one.missed], grid),
        _binned(clip, [one.counted[j] for j in one.extra], grid),
    )
    return cells.cells_of(clip.name, grid, clip.flows, (true, counted), mistakes)


def _binned(clip: CountedClip, crossings: Sequence[KnownCrossing], grid: Grid) -> Counter[Key]:
    """The volumes of crossings, of each kind and of all."""
    volumes: Counter[Key] = Counter()
    for crossing in crossings:
        start_ns = grid.start_of(clip.begins_ns + nanoseconds(crossing.at_s))
        for kind in (ALL, crossing.road_user.label):
            volumes[crossing.rule, crossing.direction, kind, start_ns] += 1
    return volumes


def _volumes(clip: CountedClip, side: Crossings | Volumes, grid: Grid) -> dict[Key, int | None]:
    """The volumes of kinds that can be judged, of each kind and of all."""
    can_judge = {kind.label for kind in judged(clip.marked)}
    if isinstance(side, Crossings):
        certain = [c for c in side.crossings if not c.optional and c.road_user.label in can_judge and 0 <= c.at_s <= clip.until_s]
        volumes: dict[Key, int | None] = dict(_binned(clip, certain, grid))
        _unobserve(volumes, clip, grid, side.gaps_ns)
        return volumes
    starts = grid.starts_ns
    told = dict.fromkeys(starts, False)
    volumes = {}
    for (line, direction, kind, at_ns), volume in side.of.items():
        start_ns = starts[0] + (at_ns - starts[0]) // starts.step * starts.step
        if start_ns not in told or (line, direction) not in clip.flows:
            continue
        told[start_ns] = True
        for name in {ALL, kind} if kind in can_judge or kind == ALL else ():
            key = (line, direction, name, start_ns)
            before = volumes.get(key, 0)
            volumes[key] = None if volume is None or before is None else before + volume
    silent = [start_ns for start_ns, spoken in told.items() if not spoken]
    return volumes | {(*flow, ALL, start_ns): None for flow in clip.flows for start_ns in silent}


def _unobserve(volumes: dict[Key, int | None], clip: CountedClip, grid: Grid, gaps_ns: Sequence[tuple[int, int]]) -> None:
    """Set the cells to None that lie in a gap as far as the truth covers them."""
    kinds = {(line, direction, kind) for line, direction, kind, _ in volumes} | {(*flow, ALL) for flow in clip.flows}
    for start_ns in grid.starts_ns:
        low, high = max(start_ns, grid.begins_ns), min(start_ns + grid.cell_s * NS_PER_S, grid.ends_ns)
        if any(start <= low and high <= end for start, end in gaps_ns):
            volumes |= {(*kind, start_ns): None for kind in kinds}
