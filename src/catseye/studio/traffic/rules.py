"""Crossings of count lines and movements between zones, by the middle of the footprint."""

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, along, inside, signed_distance
from catseye.studio.street import GroundLine, Street
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.run import Run
from catseye.studio.truth import I32, Crossed, MovementDone

Flags = npt.NDArray[np.bool_]


def crossings(run: Run, street: Street) -> list[Crossed]:
    """Every passage of a count line, in order of time, then number. Things that are no road users cross nothing."""
    kinds = [way.model.road_user for way in run.ways]
    rows = np.concatenate([np.zeros(0, np.int64), *(rows for _, way, rows in run.each() if way.model.road_user is not None)])
    xy_m, step, numbers = run.table.xy_m[rows], run.table.step[rows], run.table.number[rows]
    found = []
    for line in street.lines:
        for number, at_s, direction, speed in over_line(xy_m, step, numbers, line):
            kind = kinds[number - 1]
            if kind is not None:
                found.append(
                    Crossed(line=line.name, direction=direction, number=number, road_user=kind.label, at_s=at_s, speed_mps=speed)
                )
    return sorted(found, key=lambda c: (c.at_s, c.number, c.line))


def over_line(xy_m: F64, step: I32, number: I32, line: GroundLine) -> list[tuple[int, float, str, float]]:
    """Who passes a line, when, which way, and how fast. A point on the line keeps its previous side.

    Rows are paths one after the other, each of one ``number`` and in order of ``step``.
    """
    distance = -signed_distance(xy_m, *line.points)  # positive on the right hand, for y points up
    side = np.sign(distance)
    known = np.flatnonzero(side)
    changes = np.flatnonzero((np.diff(side[known]) != 0) & (np.diff(number[known]) == 0))
    before, after = known[changes], known[changes + 1]
    share = distance[before] / (distance[before] - distance[after])
    way = xy_m[after] - xy_m[before]
    place = along(xy_m[before] + share[:, None] * way, *line.points)
    took_s = (step[after] - step[before]) * STEP_S
    at_s = step[before] * STEP_S + share * took_s
    speed = np.hypot(*way.T) / took_s
    met = np.flatnonzero((place >= 0.0) & (place <= 1.0))
    return [
        (
            int(number[after[k]]),
            round(float(at_s[k]), 4),
            line.directions[0 if side[after[k]] > 0 else 1],
            round(float(speed[k]), 4),
        )
        for k in met.tolist()
    ]


def movements(run: Run, street: Street) -> list[MovementDone]:
    """Every movement completed, once for each road user, in order of time, then number."""
    stays = {zone.name: _within(run.table.xy_m, np.asarray(zone.polygon, np.float64)) for zone in street.zones}
    found = []
    for number, way, rows in run.each():
        if way.model.road_user is None:
            continue
        here = {name: within[rows] for name, within in stays.items()}
        step = run.table.step[rows]
        for movement in street.movements:
            at = _entered_after(here[movement.origin], here[movement.destination])
            if at is not None:
                found.append(
                    MovementDone(
                        movement=movement.name,
                        number=number,
                        road_user=way.model.road_user.label,
                        at_s=round((float(step[at]) - 0.5) * STEP_S, 4),
                    )
                )
    return sorted(found, key=lambda m: (m.at_s, m.number, m.movement))


def _within(xy_m: F64, polygon: F64) -> Flags:
    """Which points (N, 2) lie in a polygon: only those in the box around it are asked."""
    near = np.flatnonzero(((xy_m >= polygon.min(axis=0)) & (xy_m <= polygon.max(axis=0))).all(axis=1))
    within = np.zeros(len(xy_m), np.bool_)
    within[near] = inside(xy_m[near], polygon)
    return within


def _entered_after(origin: Flags, destination: Flags) -> int | None:
    """The first step inside the destination after one has left the origin; None where that never was."""
    if not (origin.any() and destination.any()):
        return None
    left = np.flatnonzero(origin[:-1] & ~origin[1:])
    entered = np.flatnonzero(~destination[:-1] & destination[1:]) + 1
    later = entered[entered > left[0]] if len(left) else entered[:0]
    return int(later[0]) if len(later) else None
