"""Road users that SUMO would not let on the street: against the traffic, or close before another.

They keep to a path and a speed of their own, and the instant is searched at which they overlap nobody. The others know nothing of
them.
"""

from collections.abc import Sequence

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.rectangles import Rectangles, contact_s
from catseye.studio.bodies import MODELS
from catseye.studio.scenarios.recipe import Flow, Scenario
from catseye.studio.traffic.conflicts import pet_s
from catseye.studio.traffic.demand import Trip
from catseye.studio.traffic.driven import STEP_S, Driven
from catseye.studio.traffic.footprints import rectangles, sizes_m
from catseye.studio.traffic.motion import Moved, body
from catseye.studio.traffic.run import Run, Way
from catseye.studio.truth import Trajectories

NEAR_MISS_S = (0.4, 1.5)
_MARGIN_M = 0.35
_TRY_EVERY_S = 0.5
_NEAR_M = 8.0


def guest(name: str, model: str, path: Sequence[XY], speed_mps: float, begin_s: float) -> Way:
    """Somebody who goes along a path at a steady speed, from the run's time ``begin_s``."""
    points = np.asarray(path, np.float64)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    begins = round(begin_s / STEP_S)
    count = int(lengths[-1] / (speed_mps * STEP_S)) + 1
    at = np.arange(count) * speed_mps * STEP_S
    front = np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], axis=1)
    first = points[1] - points[0]
    driven = Driven(
        name=name,
        step=np.arange(begins, begins + count, dtype=np.int32),
        front_m=front,
        angle_rad=np.full(count, np.arctan2(first[1], first[0])),
        speed_mps=np.full(count, speed_mps),
        lane=np.full(count, -1, np.int32),
    )
    trip = Trip(name=name, model=model, depart_s=begin_s, flow=Flow(edges=(), per_h=0.0), factor=1.0)
    return Way(trip, driven.step, body(driven, MODELS[model]), begins=True)


def parked(scenario: Scenario, steps: int) -> list[Way]:
    """Those who stand off the lanes from the beginning to the end."""
    found = []
    for index, one in enumerate(scenario.parked):
        trip = Trip(name=f"p{index}", model=one.model, depart_s=0.0, flow=Flow(edges=(), per_h=0.0), factor=1.0)
        yaw, still = np.full(steps, one.yaw_rad), np.zeros(steps)
        moved = Moved(np.tile(np.array(one.at_m), (steps, 1)), yaw, yaw, still, still)
        found.append(Way(trip, np.arange(steps, dtype=np.int32), moved, begins=False))
    return found


def alone(run: Run, first: Way, begin_s: float, until_s: float) -> Way | None:
    """The guest at the first instant of a stretch at which it overlaps nobody; None where there is none."""
    for at in np.arange(begin_s, until_s, _TRY_EVERY_S).tolist():
        late = _later(first, at)
        if late.step[-1] < run.steps and _free(run, late):
            return late
    return None


def close_before(run: Run, first: Way, begin_s: float, until_s: float) -> tuple[Way, int, float] | None:
    """The guest at an instant at which a vehicle comes within ``NEAR_MISS_S`` of its place, and nobody overlaps it.

    With the number of that vehicle, and the PET.
    """
    for at in np.arange(begin_s, until_s, _TRY_EVERY_S).tolist():
        late = _later(first, at)
        if late.step[-1] >= run.steps or not _free(run, late):
            continue
        found = _closest(run, late)
        if found is not None and NEAR_MISS_S[0] <= found[1] <= NEAR_MISS_S[1]:
            return late, *found
    return None


def _later(way: Way, at_s: float) -> Way:
    shift = np.int32(round(at_s / STEP_S)) - way.step[0]
    return Way(way.trip, (way.step + shift).astype(np.int32), way.moved, begins=True)


def _free(run: Run, way: Way) -> bool:
    """Whether a way keeps clear of everyone by ``_MARGIN_M``."""
    own = _shapes(way)
    low, high = np.searchsorted(run.table.step, [way.step[0], way.step[-1] + 1])
    rows = np.arange(low, high)
    own_xy = way.moved.xy_m[run.table.step[rows] - way.step[0]]
    rows = rows[np.hypot(*(run.table.xy_m[rows] - own_xy).T) < 14.0 + way.model.length_m / 2]
    if not len(rows):
        return True
    others = rectangles(run.table, run.sizes, rows)
    mine = own[run.table.step[others.row] - way.step[0]]
    wide = Rectangles(mine.xy_m, mine.yaw_rad, mine.half_m + _MARGIN_M, mine.row)
    return not bool((contact_s(wide, others, np.zeros((len(others.row), 2))) == 0.0).any())


def _closest(run: Run, way: Way) -> tuple[int, float] | None:
    """The vehicle with the least PET behind this way, and that PET."""
    own, best = _shapes(way), None
    span = int(4.0 / STEP_S)
    low, high = np.searchsorted(run.table.step, [way.step[0], way.step[-1] + span])
    own_xy, xy = way.moved.xy_m[::5], run.table.xy_m[low:high]
    around = ((xy > own_xy.min(axis=0) - _NEAR_M) & (xy < own_xy.max(axis=0) + _NEAR_M)).all(axis=1)
    rows = low + np.flatnonzero(around)
    near = np.hypot(*(run.table.xy_m[rows][:, None] - own_xy).transpose(2, 0, 1)).min(axis=1) < _NEAR_M
    for number in np.unique(run.table.number[rows[near]]).tolist():
        if run.ways[number - 1].trip.model in {"walker", "debris"}:
            continue
        theirs = rows[near & (run.table.number[rows] == number)]
        shapes = rectangles(run.table, run.sizes, theirs)
        found = pet_s(own, way.step, shapes, run.table.step[shapes.row])
        if found is not None and found[0] > 0 and (best is None or found[0] < best[1]):
            best = (number, found[0])
    return best


def _shapes(way: Way) -> Rectangles:
    m = way.moved
    count = len(way.step)
    flags: F64 = np.zeros(count)
    table = Trajectories(
        step=way.step,
        number=np.ones(count, np.int32),
        xy_m=m.xy_m,
        yaw_rad=m.yaw_rad,
        trailer_yaw_rad=m.trailer_yaw_rad,
        speed_mps=m.speed_mps,
        walked_m=m.walked_m,
        braking=flags.astype(np.bool_),
        turning=flags.astype(np.int8),
    )
    return rectangles(table, sizes_m([way.model]), np.arange(count))
