"""Conflicts that were told, held against those that truly happened."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.core.geometry import F64, XY
from catseye.core.road_users import RoadUser, same_family
from catseye.core.time import seconds
from catseye.core.traffic import Conflict
from catseye.evaluate.bootstrap import Interval, intervals

APART_S, APART_M = 2.5, 6.0  # a told one is a true one only this near in time and place
BLOCK_S = 60.0  # what is drawn again by the bootstrap
_FAR = 1e6

Pairing = list[tuple[int, int]]


class TrueConflict(msgspec.Struct, frozen=True, kw_only=True):
    """What truly happened. ``due``: both footprints were in view, so that it is to be told; others may be told or not."""

    kind: str
    at_s: float
    point_m: XY
    road_users: tuple[str, str]
    ttc_s: float | None
    pet_s: float | None
    due: bool = True


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """From when on an encounter counts: a TTC of up to ``ttc_s`` or a PET of up to ``pet_s``; None where that does not count."""

    ttc_s: float | None = 1.5
    pet_s: float | None = 2.0

    def holds(self, conflict: TrueConflict | Conflict) -> bool:
        """Whether a conflict is that severe."""
        return _within(conflict.ttc_s, self.ttc_s) or _within(conflict.pet_s, self.pet_s)


class ConflictRow(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of encounter at one level.

    ``due`` true ones that the camera could see, ``found`` of them told; ``told`` in all, less those of true ones that were not due;
    ``right`` of the told are true at this level, ``milder`` true encounters beyond it (TTC to 3 s, PET to 5 s).
    """

    name: str
    true: int
    due: int
    found: int
    told: int
    right: int
    milder: int
    recall: Interval
    precision: Interval


class ConflictScore(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Errors of TTC and PET in seconds are of the pairs found: median of the absolute difference."""

    levels: Levels
    hours: float
    rows: tuple[ConflictRow, ...]
    ttc_error_s: float | None
    pet_error_s: float | None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: what happened and what was told (times from the run's beginning), both up to the widest levels."""

    true: tuple[TrueConflict, ...]
    told: tuple[Conflict, ...]
    seconds: float


def judge(runs: Sequence[Run], levels: Levels) -> ConflictScore:
    """Recall and precision by kind of encounter and kinds of road user, with 95 % intervals over minutes of the runs.

    Both are strict: a true conflict of 1.49 s that was told as one of 1.51 s is missed. Of the told, one that belongs to a true
    conflict of that level which was not due is left out.
    """
    paired = [pair_up(run.true, run.told) for run in runs]
    names: list[tuple[str, Callable[[TrueConflict | Conflict], bool]]] = [("all", lambda _: True)]
    names += [(kind, _of_kind(kind)) for kind in ("rear_end", "lane_change", "crossing")]
    names += [(label, _of_people(label)) for label in ("vehicle and vehicle", "with a cyclist", "on foot")]
    errors_ttc, errors_pet = [], []
    for run, pairs in zip(runs, paired, strict=True):
        for i, j in pairs:
            true, told = run.true[i], run.told[j]
            if levels.holds(true) and levels.holds(told):
                errors_ttc += _apart(true.ttc_s, told.ttc_s)
                errors_pet += _apart(true.pet_s, told.pet_s)
    return ConflictScore(
        levels=levels,
        hours=sum(run.seconds for run in runs) / 3600,
        rows=tuple(_row(name, of, runs, paired, levels) for name, of in names),
        ttc_error_s=_median(errors_ttc),
        pet_error_s=_median(errors_pet),
    )


def pair_up(true: Sequence[TrueConflict], told: Sequence[Conflict]) -> Pairing:
    """One to one, by kinds of road user, time and place, such that all together are nearest; each pair within the bounds."""
    if not true or not told:
        return []
    apart_s = np.abs(np.array([c.at_s for c in true])[:, None] - [seconds(c.at_ns) for c in told])
    places = [np.array([c.point_m for c in side]) for side in (true, told)]
    apart_m = np.hypot(*np.moveaxis(places[0][:, None] - places[1], -1, 0))
    cost = apart_s / APART_S + apart_m / APART_M
    cost[(apart_s > APART_S) | (apart_m > APART_M)] = _FAR
    for i, j in np.argwhere(cost < _FAR).tolist():
        if not _alike(true[i].road_users, told[j].road_users):
            cost[i, j] = _FAR
    rows, columns = linear_sum_assignment(cost)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if cost[i, j] < _FAR]


def _row(
    name: str,
    of: Callable[[TrueConflict | Conflict], bool],
    runs: Sequence[Run],
    paired: Sequence[Pairing],
    levels: Levels,
) -> ConflictRow:
    """A row's sums; the kind of a pair is the true one's."""
    sums = [_by_minute(run, pairs, of, levels) for run, pairs in zip(runs, paired, strict=True)]
    true, due, found, told, right, milder = (int(n) for n in sum(part.sum(axis=0) for part in sums))
    shares = intervals(sums, lambda s: {"recall": _share(s[..., 2], s[..., 1]), "precision": _share(s[..., 4], s[..., 3])})
    return ConflictRow(
        name=name,
        true=true,
        due=due,
        found=found,
        told=told,
        right=right,
        milder=milder,
        recall=shares["recall"],
        precision=shares["precision"],
    )


def _by_minute(run: Run, pairs: Pairing, of: Callable[[TrueConflict | Conflict], bool], levels: Levels) -> F64:
    """True, due, found, told, right and milder in each block of the run, (blocks, 6)."""
    found = np.zeros((max(1, int(np.ceil(run.seconds / BLOCK_S))), 6))
    by_true, by_told = dict(pairs), {j: i for i, j in pairs}

    def block(at_s: float) -> int:
        return min(len(found) - 1, max(0, int(at_s / BLOCK_S)))

    for i, true in enumerate(run.true):
        if levels.holds(true) and of(true):
            at = found[block(true.at_s)]
            at[0] += 1
            at[1] += true.due
            at[2] += true.due and i in by_true and levels.holds(run.told[by_true[i]])
    for j, told in enumerate(run.told):
        known = run.true[by_told[j]] if j in by_told else None
        severe = known is not None and levels.holds(known)
        if not levels.holds(told) or not of(known or told) or (known is not None and not known.due):
            continue
        at = found[block(seconds(told.at_ns))]
        at[3] += 1
        at[4] += severe
        at[5] += known is not None and not severe
    return found


def _of_kind(kind: str) -> Callable[[TrueConflict | Conflict], bool]:
    return lambda conflict: conflict.kind == kind


def _of_people(label: str) -> Callable[[TrueConflict | Conflict], bool]:
    return lambda conflict: _people(conflict) == label


def _people(conflict: TrueConflict | Conflict) -> str:
    kinds = [RoadUser[label.upper()] for label in conflict.road_users]
    if RoadUser.PEDESTRIAN in kinds:
        return "on foot"
    return "with a cyclist" if any(same_family(kind, RoadUser.BICYCLE) for kind in kinds) else "vehicle and vehicle"


def _alike(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Whether two pairs can be opinions of the same two road users, in either order."""
    first, second = ([RoadUser[label.upper()] for label in pair] for pair in (a, b))
    return any(same_family(first[0], second[k]) and same_family(first[1], second[1 - k]) for k in (0, 1))


def _within(value: float | None, most: float | None) -> bool:
    return value is not None and most is not None and value <= most


def _apart(a: float | None, b: float | None) -> list[float]:
    return [] if a is None or b is None else [abs(a - b)]


def _median(values: list[float]) -> float | None:
    return round(float(np.median(values)), 3) if values else None


def _share(part: F64, whole: F64) -> F64:
    return np.asarray(np.where(whole > 0, part / np.maximum(whole, 1.0), np.nan), np.float64)
