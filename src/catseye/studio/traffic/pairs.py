"""Who is near whom, when: pairs of footprints at one step."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from catseye.core.geometry import F64
from catseye.core.rectangles import Rectangles, Rows
from catseye.core.road_users import RoadUser
from catseye.studio.bodies import Model
from catseye.studio.street import Street
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.footprints import OVERLAP_M2, overlap_m2, rectangles, sizes_m
from catseye.studio.traffic.run import Run, Way, assemble
from catseye.studio.truth import LeftOut, Trajectories

_STEP_APART_M = 1e4  # steps are laid this far apart, so that one search finds pairs of one step only
_TRUNK_M = (0.28, 0.45)  # about a chest's depth and the breadth of shoulders
_SMALL_M = 3.5  # half diagonal of all but trucks, buses and trailers


def overlaps(table: Trajectories, models: Sequence[Model], every: int) -> list[tuple[int, int, int, float]]:
    """Pairs that overlap by more than ``OVERLAP_M2`` at every so many steps: step, both numbers, square metres; at its first step.

    Of walkers it is the trunks that must not: arms and legs swing over more ground, and people brush past one another. Near such
    a step nothing can be missed: what moves at 15 m/s against another overlaps for longer than half a second.
    """
    rows = np.flatnonzero(table.step % every == 0)
    found: dict[tuple[int, int], tuple[int, int, int, float]] = {}
    shapes = rectangles(table, sizes_m(_trunk(model) for model in models), rows)
    number = table.number[shapes.row]
    for first, second in near_pairs(shapes, table.step[shapes.row], 0.3):
        other = np.flatnonzero(number[first] != number[second])  # a tractor touches its trailer
        a_shapes, b_shapes = shapes[first[other]], shapes[second[other]]
        area = overlap_m2(a_shapes, b_shapes)
        for k in np.flatnonzero(area > OVERLAP_M2).tolist():
            a, b = int(a_shapes.row[k]), int(b_shapes.row[k])
            pair = (int(min(table.number[a], table.number[b])), int(max(table.number[a], table.number[b])))
            found.setdefault(pair, (int(table.step[a]), *pair, float(area[k])))
    return sorted(found.values())


def _trunk(model: Model) -> Model:
    """What of a body is solid."""
    if model.road_user is not RoadUser.PEDESTRIAN:
        return model
    return msgspec.structs.replace(model, length_m=_TRUNK_M[0], width_m=_TRUNK_M[1])


def without_overlaps(ways: Sequence[Way], street: Street, steps: int, every: int) -> tuple[Run, dict[str, LeftOut]]:
    """The run without those whose bodies would overlap another's, and who they are, by the names of their trips.

    SUMO lets it come to that now and then: walkers pass through each other in a crowd, and who changes lanes is taken to be in the
    new one at once. Of two, the one on foot is left out, else the one that is not scripted, else the later one.
    """
    kept, left = list(ways), dict[str, LeftOut]()
    while True:
        run = assemble(kept, street, steps)
        out: dict[int, LeftOut] = {}
        for step, a, b, _ in overlaps(run.table, [way.model for way in run.ways], every):
            if a not in out and b not in out:
                who = max((a, b), key=lambda number: (_left_out_first(run.ways[number - 1]), number))
                out[who] = _left_out(run, who, a + b - who, step)
        if not out:
            return run, left
        left |= {run.ways[number - 1].trip.name: out[number] for number in sorted(out)}
        kept = [way for way in kept if way.trip.name not in left]


def _left_out(run: Run, number: int, other: int, step: int) -> LeftOut:
    rows = [run.rows[n - 1][step - int(run.ways[n - 1].step[0])] for n in (number, other)]
    x, y = run.table.xy_m[rows].mean(axis=0).round(2).tolist()
    models = [run.ways[n - 1].trip.model for n in (number, other)]
    return LeftOut(model=models[0], other=models[1], at_s=round(step * STEP_S, 3), point_m=(x, y))


def _left_out_first(way: Way) -> int:
    return 2 if way.trip.model == "walker" else 1 if way.trip.halt is None else 0


def near_pairs(shapes: Rectangles, step: npt.NDArray[np.int32], margin_m: float) -> list[tuple[Rows, Rows]]:
    """Indices of rectangles of one step whose circles come nearer than ``margin_m``.

    In two batches: small ones, and any with a long one.
    """
    radius = np.hypot(*shapes.half_m.T)
    small, long = np.flatnonzero(radius <= _SMALL_M), np.flatnonzero(radius > _SMALL_M)
    points = np.concatenate([shapes.xy_m, step[:, None] * _STEP_APART_M], axis=1)
    batches: list[tuple[Rows, Rows]] = []
    if len(small) > 1:
        pairs = cKDTree(points[small]).query_pairs(2 * _SMALL_M + margin_m, output_type="ndarray")
        batches.append(_close(small[pairs[:, 0]], small[pairs[:, 1]], shapes.xy_m, radius + margin_m / 2))
    if len(long):
        reach = float(radius.max()) * 2 + margin_m
        near = cKDTree(points).query_ball_point(points[long], reach)
        first = np.repeat(long, [len(found) for found in near])
        second = np.array([k for found in near for k in found], np.int64)
        once = (second != first) & ((radius[second] <= _SMALL_M) | (first < second))
        batches.append(_close(first[once], second[once], shapes.xy_m, radius + margin_m / 2))
    return batches


def _close(first: Rows, second: Rows, xy_m: F64, radius: F64) -> tuple[Rows, Rows]:
    near = np.hypot(*(xy_m[first] - xy_m[second]).T) <= radius[first] + radius[second]
    return first[near].astype(np.int64), second[near].astype(np.int64)
