"""Close encounters of two footprints, by the measures of SSAM (Gettman et al. 2008, FHWA-HRT-08-051).

TTC is the time until both would touch if they kept their velocities; DRAC the braking that would just prevent it, the square of
the closing speed over twice the gap, which is the closing speed over twice the TTC. PET is the time from when the first leaves a
place to when the second comes to it: the least time between two instants at which the footprints share ground. It is sought only
where the ways cross or join (their fronts pass one place at an angle), for everyone who follows another has one. Two who walk have
no conflict.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from catseye.core.geometry import F64
from catseye.core.rectangles import Rectangles, Rows, contact_s, ways_meet
from catseye.core.road_users import RoadUser
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.footprints import rectangles
from catseye.studio.traffic.run import Run
from catseye.studio.truth import I32, Conflict

TTC_S, PET_S = 3.0, 5.0
_EVERY = 2  # steps between two looks
_REAR_END_RAD, _LANE_CHANGE_RAD = np.radians(30.0), np.radians(85.0)
_CELL_M = 2.0
_AROUND_M = 0.25  # fronts meet where so much around both does: half of what ``ways_meet`` grants
_LAGS = 6  # others at one place between two
_SLOW_MPS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closing:
    """The worst instant of a pair: rows of both, TTC, and the greatest DRAC of the encounter."""

    rows: tuple[int, int]
    ttc_s: float
    drac_mps2: float


def conflicts(run: Run) -> list[Conflict]:
    """One row for each pair with a TTC of up to 3 s or a PET of up to 5 s, its worst instant, in order of time, then numbers."""
    closing, pets = _closings(run), _encroachments(run)
    found = [_conflict(run, pair, closing.get(pair), pets.get(pair)) for pair in sorted(closing.keys() | pets.keys())]
    return sorted(found, key=lambda c: (c.at_s, c.first, c.second))


def pet_s(a: Rectangles, a_step: I32, b: Rectangles, b_step: I32, met_step: I32 | None = None) -> tuple[float, int, int] | None:
    """The PET of two, with the row of each; None where it is above ``PET_S``. Positive where ``a`` comes first, else negative.

    With ``met_step`` (in order, at least one) only ground counts to which the second came within ``PET_S`` of one of these, and
    of equal PETs the one nearest to one.
    """
    radius = np.hypot(*a.half_m.max(axis=0)) + np.hypot(*b.half_m.max(axis=0))
    apart = b_step[None, :] - a_step[:, None]
    (ax, ay), (bx, by) = a.xy_m.T, b.xy_m.T
    near = (ax[:, None] - bx) ** 2 + (ay[:, None] - by) ** 2 <= radius**2
    i, j = np.nonzero(near & (np.abs(apart) * STEP_S <= PET_S))
    touch = contact_s(a[i], b[j], np.zeros((len(i), 2))) == 0.0
    i, j = i[touch], j[touch]
    from_met = np.zeros(len(i), np.int64) if met_step is None else _from_met(np.maximum(a_step[i], b_step[j]), met_step)
    close = from_met * STEP_S <= PET_S
    i, j = i[close], j[close]
    if not len(i):
        return None
    best = int(np.lexsort((from_met[close], np.abs(apart[i, j])))[0])
    return float(apart[i[best], j[best]]) * STEP_S, int(a.row[i[best]]), int(b.row[j[best]])


def _from_met(step: I32, met_step: I32) -> npt.NDArray[np.int64]:
    """How many steps each is from the nearest of ``met_step``."""
    after = np.searchsorted(met_step, step)
    apart = [np.abs(met_step[np.clip(n, 0, len(met_step) - 1)] - step) for n in (after - 1, after)]
    return np.asarray(np.minimum(*apart), np.int64)


def _closings(run: Run) -> dict[tuple[int, int], _Closing]:
    """The least TTC of every pair that would touch within ``TTC_S``."""
    table = run.table
    walks = np.array([way.model.road_user is RoadUser.PEDESTRIAN for way in run.ways])
    shapes = rectangles(table, run.sizes, np.flatnonzero(table.step % _EVERY == 0))
    order = np.argsort(table.step[shapes.row], kind="stable")
    shapes = shapes[order]
    velocity = table.speed_mps[shapes.row, None] * np.stack([np.cos(shapes.yaw_rad), np.sin(shapes.yaw_rad)], 1)
    radius = np.hypot(*shapes.half_m.T)
    step = table.step[shapes.row]
    first, second = _may_meet(shapes.xy_m, velocity, radius, step)
    number = table.number[shapes.row]
    real = (number[first] != number[second]) & ~(walks[number[first] - 1] & walks[number[second] - 1])
    first, second = first[real], second[real]
    ttc = contact_s(shapes[first], shapes[second], velocity[first] - velocity[second])
    drac = np.hypot(*(velocity[first] - velocity[second]).T) / (2 * np.maximum(ttc, 1e-3))
    found: dict[tuple[int, int], _Closing] = {}
    for k in np.flatnonzero((ttc <= TTC_S) & (ttc > 0)).tolist():
        a, b = int(shapes.row[first[k]]), int(shapes.row[second[k]])
        pair = (int(table.number[a]), int(table.number[b]))
        if pair[0] > pair[1]:
            pair, (a, b) = (pair[1], pair[0]), (b, a)
        known = found.get(pair)
        worst = max(float(drac[k]), known.drac_mps2 if known else 0.0)
        if known is None or ttc[k] < known.ttc_s:
            found[pair] = _Closing(rows=(a, b), ttc_s=float(ttc[k]), drac_mps2=worst)
        else:
            found[pair] = _Closing(rows=known.rows, ttc_s=known.ttc_s, drac_mps2=worst)
    return found


def _may_meet(xy_m: F64, velocity: F64, radius: F64, step: I32) -> tuple[Rows, Rows]:
    """Pairs of one step, in order, whose circles would touch within ``TTC_S``. Rows are in order of ``step``."""
    (x, y), (u, v) = xy_m.T, velocity.T
    firsts, seconds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for lag in range(1, len(step)):
        i = np.flatnonzero(step[lag:] == step[:-lag])
        if not len(i):
            break
        j = i + lag
        apart_x, apart_y, closes_x, closes_y = x[j] - x[i], y[j] - y[i], u[i] - u[j], v[i] - v[j]
        speed2 = np.maximum(closes_x**2 + closes_y**2, 1e-9)
        nearest_s = np.minimum((apart_x * closes_x + apart_y * closes_y) / speed2, TTC_S)
        least = (apart_x - nearest_s * closes_x) ** 2 + (apart_y - nearest_s * closes_y) ** 2
        meets = (least <= (radius[i] + radius[j]) ** 2) & (speed2 > _SLOW_MPS**2) & (nearest_s > 0)
        firsts.append(i[meets])
        seconds.append(j[meets])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    order = np.lexsort((second, first))
    return first[order], second[order]


def _encroachments(run: Run) -> dict[tuple[int, int], tuple[float, int, int]]:
    """PET of every pair whose ways cross or join, by pair of numbers (the lower first)."""
    models = [way.model for way in run.ways]
    found: dict[tuple[int, int], tuple[float, int, int]] = {}
    for a, b, at in _meetings(run):
        if models[a - 1].road_user is models[b - 1].road_user is RoadUser.PEDESTRIAN:
            continue
        met = _met_steps(run, (a, b), at)
        if not len(met):
            continue
        shapes = []
        for number in (a, b):
            rows = run.rows[number - 1]
            near = (run.table.step[rows] >= met[0] - 2 * PET_S / STEP_S) & (run.table.step[rows] <= met[-1] + PET_S / STEP_S)
            shapes.append(rectangles(run.table, run.sizes, rows[near]))
        pet = pet_s(shapes[0], run.table.step[shapes[0].row], shapes[1], run.table.step[shapes[1].row], met)
        if pet is not None and (abs(pet[0]) < abs(found[a, b][0]) if (a, b) in found else True):
            found[a, b] = pet
    return found


def _met_steps(run: Run, pair: tuple[int, int], at: int) -> I32:
    """The steps, in order, at which the front of the later of both was where that of the other had been, at an angle."""
    moving = []
    for number in pair:
        rows = run.rows[number - 1]
        near = np.abs(run.table.step[rows] - at) <= (2 * PET_S + 3.0) / STEP_S
        rows = rows[near & (run.table.speed_mps[rows] > _SLOW_MPS)]
        moving.append(rectangles(run.table, run.sizes, rows)[np.arange(len(rows))])  # trailers come after all others
    i, j = ways_meet(moving[0], moving[1])
    first, second = run.table.step[moving[0].row[i]], run.table.step[moving[1].row[j]]
    soon = np.abs(first - second) * STEP_S <= 2 * PET_S
    return np.unique(np.maximum(first, second)[soon])


def _meetings(run: Run) -> list[tuple[int, int, int]]:
    """Pairs of numbers whose fronts may have been at one place within ``2 * PET_S``, at an angle; and the step about which."""
    table = run.table
    rows = np.flatnonzero((table.step % _EVERY == 0) & (table.speed_mps > _SLOW_MPS))
    length, width = np.array([(way.model.length_m, way.model.width_m) for way in run.ways])[table.number[rows] - 1].T
    ahead = np.stack([np.cos(table.yaw_rad[rows]), np.sin(table.yaw_rad[rows])], 1)
    front, reach = table.xy_m[rows] + length[:, None] / 2 * ahead, width[:, None] / 2 + _AROUND_M
    frames = []
    for x, y in product((-1.0, 0.0, 1.0), repeat=2):
        cells = np.floor((front + reach * (x, y)) / _CELL_M).astype(np.int64)
        frames.append(pl.DataFrame({"cell": cells[:, 0] * 100_000 + cells[:, 1], "number": table.number[rows], "row": rows}))
    places = pl.concat(frames).with_columns(
        step=pl.col("row").replace_strict(rows, table.step[rows], return_dtype=pl.Int32),
        yaw=pl.col("row").replace_strict(rows, table.yaw_rad[rows], return_dtype=pl.Float64),
    )
    stays = places.group_by("cell", "number").agg(
        pl.col("step").min().alias("first"),
        pl.col("step").max().alias("last"),
        pl.col("yaw").sort_by("row").first().alias("came"),
        pl.col("yaw").sort_by("row").last().alias("went"),
    )
    stays = stays.sort("cell", "first", "number")
    cell, number, first, last, came, went = (stays[name].to_numpy() for name in ("cell", "number", "first", "last", "came", "went"))
    pairs: dict[tuple[int, int, int], None] = {}
    for lag in range(1, _LAGS + 1):
        soon = (cell[lag:] == cell[:-lag]) & ((first[lag:] - last[:-lag]) * STEP_S <= 2 * PET_S)
        turned = [np.abs((b[lag:] - a[:-lag] + np.pi) % (2 * np.pi) - np.pi) for a in (came, went) for b in (came, went)]
        for k in np.flatnonzero(soon & (np.max(turned, axis=0) > _REAR_END_RAD)).tolist():
            a, b = int(number[k]), int(number[k + lag])
            pairs[min(a, b), max(a, b), int(first[k + lag]) // 50 * 50] = None
    return sorted(pairs)


def _conflict(run: Run, pair: tuple[int, int], closing: _Closing | None, pet: tuple[float, int, int] | None) -> Conflict:
    table = run.table
    if closing is not None and (pet is None or pet[0] == 0.0 or closing.ttc_s / TTC_S <= abs(pet[0]) / PET_S):
        rows = closing.rows
        at = rows[0]
        ahead = table.xy_m[rows[1]] - table.xy_m[rows[0]]
        swapped = float(ahead @ np.array([np.cos(table.yaw_rad[rows[0]]), np.sin(table.yaw_rad[rows[0]])])) > 0
    else:
        assert pet is not None
        rows, swapped = (pet[1], pet[2]), pet[0] < 0
        at = max(rows, key=lambda row: int(table.step[row]))
    if swapped:
        rows, pair = (rows[1], rows[0]), (pair[1], pair[0])
    angle = float(np.abs((table.yaw_rad[rows[0]] - table.yaw_rad[rows[1]] + np.pi) % (2 * np.pi) - np.pi))
    kind = "rear_end" if angle < _REAR_END_RAD else "lane_change" if angle < _LANE_CHANGE_RAD else "crossing"
    x, y = ((table.xy_m[rows[0]] + table.xy_m[rows[1]]) / 2).round(3).tolist()
    return Conflict(
        first=pair[0],
        second=pair[1],
        kind=kind,
        at_s=round(float(table.step[at]) * STEP_S, 3),
        point_m=(x, y),
        ttc_s=None if closing is None else round(closing.ttc_s, 3),
        pet_s=None if pet is None else round(abs(pet[0]), 3),
        drac_mps2=None if closing is None else round(closing.drac_mps2, 3),
        angle_rad=round(angle, 4),
        speeds_mps=(round(float(table.speed_mps[rows[0]]), 3), round(float(table.speed_mps[rows[1]]), 3)),
    )
