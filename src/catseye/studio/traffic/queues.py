"""Standing queues, halts and delay.

A vehicle joins a queue when it falls below 5 km/h and leaves it above 10 km/h, and a queue ends where the next one stands more than
20 m behind: the defaults of the microsimulation VISSIM, named in FHWA-HRT-04-040 (Traffic Analysis Toolbox III).
"""

import math

import numpy as np

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.studio.street import Lane, Street
from catseye.studio.traffic.demand import free_mps
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.run import Run
from catseye.studio.truth import MovementDone, QueueSample

_JOINS_MPS, _LEAVES_MPS = 5 / 3.6, 10 / 3.6
_APART_M = 20.0
_HALT_S = 3.0
_EVERY = round(1.0 / STEP_S)


def queues(run: Run, street: Street) -> list[QueueSample]:
    """One sample for each approach and second, in order of time, then approach."""
    lanes = [lane for lane in street.lanes if lane.approach and lane.stops]
    approaches = sorted({lane.approach for lane in lanes})
    standing = _standing(run, lanes)
    found = []
    for second in range(math.ceil(run.steps / _EVERY)):
        for approach in approaches:
            chains = [chain(standing.get((approach, second, lane.name), [])) for lane in lanes if lane.approach == approach]
            found.append(
                QueueSample(
                    approach=approach,
                    at_s=float(second),
                    vehicles=sum(count for count, _ in chains),
                    length_m=round(max(length for _, length in chains), 2),
                )
            )
    return found


def _standing(run: Run, lanes: list[Lane]) -> dict[tuple[str, int, str], list[tuple[float, float]]]:
    """Who is queued, by approach, second and lane: how far the front and the rear are from the lane's end."""
    queued = [np.zeros(0, np.int64)]
    for _, way, rows in run.each():
        if way.model.road_user not in {None, RoadUser.PEDESTRIAN}:
            queued.append(rows[in_queue(run.table.speed_mps[rows]) & (run.table.step[rows] % _EVERY == 0)])
    at = np.concatenate(queued)
    half = run.sizes[run.table.number[at] - 1, 0] / 2
    second = run.table.step[at] // _EVERY
    standing: dict[tuple[str, int, str], list[tuple[float, float]]] = {}
    for lane in lanes:
        to_stop, aside = _to_end(run.table.xy_m[at], lane)
        for k in np.flatnonzero((aside <= lane.width_m / 2) & (to_stop >= -half)).tolist():
            ends = (float(to_stop[k] - half[k]), float(to_stop[k] + half[k]))
            standing.setdefault((lane.approach, int(second[k]), lane.name), []).append(ends)
    return standing


def in_queue(speed_mps: F64) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Whether one is queued at each step, by the two thresholds."""
    known = np.where(speed_mps < _JOINS_MPS, 1, np.where(speed_mps > _LEAVES_MPS, 0, -1))
    last = np.maximum.accumulate(np.where(known >= 0, np.arange(len(known)), 0))
    return np.asarray(known[last] == 1, np.bool_)


def halts(speed_mps: F64) -> int:
    """How often one stood (below 5 km/h) for 3 s or more."""
    slow = np.concatenate([[False], speed_mps < _JOINS_MPS, [False]])
    edges = np.flatnonzero(slow[1:] != slow[:-1])
    return int(((edges[1::2] - edges[::2]) * STEP_S >= _HALT_S).sum())


def delays(run: Run, street: Street, done: list[MovementDone]) -> dict[int, float]:
    """Control delay of each number that drove in on an approach and completed its movement: time taken, less that at free speed.

    It begins where the road user comes into the run's reach and ends where it enters the zone that it leaves by.
    """
    limits = {lane.approach: lane.limit_mps for lane in street.lanes if lane.approach and lane.stops}
    ended = {row.number: row for row in done}
    found = {}
    for number, way, rows in run.each():
        row = ended.get(number)
        if row is None or not way.begins or row.movement != way.trip.flow.movement or way.trip.flow.origin not in limits:
            continue
        last = int(np.searchsorted(run.table.step[rows] * STEP_S, row.at_s))
        took_s = row.at_s - float(run.table.step[rows[0]]) * STEP_S
        free_s = float(run.table.walked_m[rows[last]]) / free_mps(way.trip, limits[way.trip.flow.origin])
        found[number] = round(max(took_s - free_s, 0.0), 2)
    return found


def chain(cars: list[tuple[float, float]]) -> tuple[int, float]:
    """How many stand one behind the other from the stop line, and where the last rear is."""
    count, rear = 0, 0.0
    for front, back in sorted(cars):
        if front - rear > _APART_M:
            break
        count, rear = count + 1, max(rear, back)
    return count, rear


def _to_end(xy_m: F64, lane: Lane) -> tuple[F64, F64]:
    """How far points (N, 2) are from a lane's end, along it, and aside of it."""
    centre = np.asarray(lane.centre, np.float64)
    begin, way = centre[:-1], np.diff(centre, axis=0)
    length = np.hypot(*way.T)
    share = np.clip(np.einsum("nkd,kd->nk", xy_m[:, None] - begin, way) / length**2, 0.0, 1.0)
    apart = np.hypot(*np.moveaxis(begin + share[..., None] * way - xy_m[:, None], -1, 0))
    best = apart.argmin(axis=1)
    done = np.concatenate([[0.0], np.cumsum(length)[:-1]])[best] + share[np.arange(len(best)), best] * length[best]
    past = np.einsum("nd,d->n", xy_m - centre[-1], way[-1] / length[-1])
    return np.asarray(np.where(past > 0, -past, length.sum() - done), np.float64), apart.min(axis=1)
