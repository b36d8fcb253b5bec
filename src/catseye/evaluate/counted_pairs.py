"""What hangs on single crossings that were paired: missed, extra, kinds, and one result against another."""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace as replaced

from catseye.core.boxes import F64
from catseye.core.road_users import MOTOR_VEHICLES, TWO_WHEELERS, RoadUser
from catseye.core.time import nanoseconds
from catseye.evaluate import bootstrap, cells
from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.counted import CountedClip, Crossings, Terms, judged_clip, single
from catseye.evaluate.counts import CountScore, Judged, LineScore, by, flow_name, score_of
from catseye.evaluate.kinds import Verdict
from catseye.evaluate.sheets import KindScore
from catseye.rules.pairing import pair

MEASURES = {
    "wrong": "missed + extra",
    "missed": "missed",
    "extra": "extra",
    "net": "net",
    "right_kind": "kind right",
}


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


def paired(known: _Known, terms: Terms, against: Sequence[Crossings] | None) -> Paired:
    """What is said of clips that hold single crossings, and of other crossings of the same clips beside."""
    clips = [one for _, one in known]
    units = [_units(clip, (single(clip.counted), one))[0] for clip, one in known]
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
        other = judged_clip(clip, side, terms.within_s)
        assert other is not None
        others.append(other)
        pairs.append(_units(clip, (single(clip.counted), one), (side, other)))
    return Against(
        all=_all(others),
        differences=bootstrap.differences([a for a, _ in pairs], [b for _, b in pairs], measures, resamples=terms.resamples),
    )


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
    return sum(any(start <= at < end for start, end in single(clip.counted).gaps_ns) for at in at_ns)


def _units(clip: CountedClip, *sides: tuple[Crossings, Judged]) -> tuple[F64, ...]:
    """Matched, missed, extra and rightly named (U, 4) of each side, over the same units.

    A unit is a road user, with what was counted of its track, or a false track. What two sides invented at the same time and place
    is one.
    """
    who = single(clip.true).who
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
