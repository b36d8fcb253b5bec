"""Crossings of count lines and movements between zones, by the middle of the footprint."""

from itertools import pairwise

import numpy as np

from catseye.core.geometry import F64, along, inside, signed_distance
from catseye.studio.street import GroundLine, Street
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.run import Run
from catseye.studio.truth import I32, Crossed, MovementDone


def crossings(run: Run, street: Street) -> list[Crossed]:
    """Every passage of a count line, in order of time, then number. Things that are no road users cross nothing."""
    found = []
    for number, way, rows in run.each():
        if way.model.road_user is None:
            continue
        for line in street.lines:
            for at_s, direction, speed in over_line(run.table.xy_m[rows], run.table.step[rows], line):
                found.append(
                    Crossed(
                        line=line.name,
                        direction=direction,
                        number=number,
                        road_user=way.model.road_user.label,
                        at_s=at_s,
                        speed_mps=speed,
                    )
                )
    return sorted(found, key=lambda c: (c.at_s, c.number, c.line))


def over_line(xy_m: F64, step: I32, line: GroundLine) -> list[tuple[float, str, float]]:
    """When a path passes a line, which way, and how fast. A point on the line keeps its previous side."""
    distance = -signed_distance(xy_m, *line.points)  # positive on the right hand, for y points up
    side = np.sign(distance)
    known = np.flatnonzero(side)
    found = []
    for before, after in pairwise(known.tolist()) if np.ptp(side) > 0 else ():
        if side[before] == side[after]:
            continue
        share = distance[before] / (distance[before] - distance[after])
        meeting = xy_m[before] + share * (xy_m[after] - xy_m[before])
        if not 0.0 <= along(meeting[None], *line.points)[0] <= 1.0:
            continue
        took_s = (step[after] - step[before]) * STEP_S
        went = float(np.hypot(*(xy_m[after] - xy_m[before])))
        at_s = float(step[before]) * STEP_S + float(share) * took_s
        found.append((round(at_s, 4), line.directions[0 if side[after] > 0 else 1], round(went / took_s, 4)))
    return found


def movements(run: Run, street: Street) -> list[MovementDone]:
    """Every movement completed, once for each road user, in order of time, then number."""
    polygons = {zone.name: np.asarray(zone.polygon, np.float64) for zone in street.zones}
    found = []
    for number, way, rows in run.each():
        if way.model.road_user is None:
            continue
        xy, step = run.table.xy_m[rows], run.table.step[rows]
        stays = {name: inside(xy, polygon) for name, polygon in polygons.items()}
        for movement in street.movements:
            at = _entered_after(stays[movement.origin], stays[movement.destination])
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


def _entered_after(
    origin: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", destination: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
) -> int | None:
    """The first step inside the destination after one has left the origin; None where that never was."""
    left = np.flatnonzero(origin[:-1] & ~origin[1:])
    entered = np.flatnonzero(~destination[:-1] & destination[1:]) + 1
    later = entered[entered > left[0]] if len(left) else entered[:0]
    return int(later[0]) if len(later) else None
