"""Which of the planned happenings came off, as rows of the truth."""

from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.scenarios.recipe import Scenario
from catseye.studio.street import Street
from catseye.studio.traffic.demand import WARM_S, Halt
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.guests import alone, close_before, guest
from catseye.studio.traffic.run import Run, Way
from catseye.studio.traffic.script import STOPS, Planned
from catseye.studio.traffic.signals import shown_at
from catseye.studio.truth import Happening, SignalChange

_STANDS_MPS = 0.1
_LEAST_S = 10.0
_WRONG_WAY_MPS, _HURRY_MPS = 8.0, 1.9
_NOTES = {
    "stopped_vehicle": "a vehicle stands in a lane",
    "illegal_parking": "a van stops where it must not",
    "spill_back": "the way out is blocked and the queue grows back",
    "debris": "something lies in a lane",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A way that was added for a happening; ``other`` is the trip that it came close to, "" where none."""

    planned: Planned
    way: Way
    other: str = ""
    pet_s: float = 0.0


def invite(run: Run, scenario: Scenario, planned: list[Planned]) -> list[Guest]:
    """Wrong-way drivers and walkers close before a vehicle, where an instant was found for them."""
    found = []
    for index, item in enumerate(planned):
        begin_s, until_s = item.at_s - WARM_S, item.until_s - WARM_S
        if item.kind == "wrong_way":
            path = scenario.spots.wrong_way[item.spot]
            way = alone(run, guest(f"g{index}", "hatchback", path, _WRONG_WAY_MPS, begin_s), begin_s, until_s)
            found += [] if way is None else [Guest(planned=item, way=way)]
        elif item.kind == "near_miss":
            path = scenario.spots.near_miss[item.spot]
            close = close_before(run, guest(f"g{index}", "walker", path, _HURRY_MPS, begin_s), begin_s, until_s)
            if close is not None:
                way, number, pet_s = close
                found.append(Guest(planned=item, way=way, other=run.ways[number - 1].trip.name, pet_s=pet_s))
    return found


def claims(
    run: Run,
    street: Street,
    planned: list[Planned],
    guests: list[Guest],
    red: dict[str, tuple[str, str]],
    signals: list[SignalChange],
) -> list[Happening]:
    """What truly happened, in order of time. ``red``: the trip that was let through a red light, and the lane and head, by key."""
    found = [_stood(run, street, item) for item in planned if item.kind in STOPS]
    found += [_ran(run, street, name, head, signals) for name, head in red.values()]
    found += [_invited(run, item) for item in guests]
    return sorted((h for h in found if h is not None), key=lambda h: (h.start_s, h.kind, h.numbers))


def _stood(run: Run, street: Street, planned: Planned) -> Happening | None:
    """A scripted stop, from the first to stand to the last to go on; None unless all of them stood within the run."""
    begins, ends, numbers = [], [], []
    for trip in planned.trips:
        number = run.number(trip.name)
        if number is None:
            return None
        rows = run.rows[number - 1]
        stands = rows[run.table.speed_mps[rows] < _STANDS_MPS]
        if trip.halt is None or len(stands) * STEP_S < _LEAST_S:
            return None
        parts = np.split(stands, np.flatnonzero(np.diff(run.table.step[stands]) > 1) + 1)
        each = [part for part in parts if len(part) * STEP_S >= _LEAST_S]
        if not each:
            return None
        # It may also have waited at a light on its way: the halt that was scripted is the one nearest to its spot.
        spot = _spot_of(street, trip.halt)
        stood = max(each, key=len) if spot is None else min(each, key=lambda part: _apart(run.table.xy_m[part[0]], spot))
        begins.append(int(stood[0]))
        ends.append(int(stood[-1]))
        numbers.append(number)
    x, y = run.table.xy_m[begins[0]].round(2).tolist()
    return Happening(
        kind=planned.kind,
        start_s=round(min(float(run.table.step[row]) for row in begins) * STEP_S, 3),
        end_s=round(max(float(run.table.step[row]) for row in ends) * STEP_S, 3),
        numbers=tuple(numbers),
        point_m=(x, y),
        note=_NOTES[planned.kind],
    )


def _apart(a: F64, b: F64) -> float:
    return float(np.hypot(*(a - b)))


def _spot_of(street: Street, halt: Halt) -> F64 | None:
    """About where a halt is on the ground; None on a piece of road that is none of the street's lanes."""
    centre = next((np.asarray(lane.centre, np.float64) for lane in street.lanes if lane.name == f"{halt.edge}_{halt.lane}"), None)
    if centre is None:
        return None
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(centre, axis=0).T))])
    return np.array([np.interp(halt.at_m, along, centre[:, axis]) for axis in (0, 1)])


def _ran(run: Run, street: Street, name: str, head: str, signals: list[SignalChange]) -> Happening | None:
    """Whoever drove over a stop line while its head was red."""
    number = run.number(name)
    if number is None:
        return None
    rows, model = run.rows[number - 1], run.ways[number - 1].model
    ahead = np.stack([np.cos(run.table.yaw_rad[rows]), np.sin(run.table.yaw_rad[rows])], 1)
    front = run.table.xy_m[rows] + model.length_m / 2 * ahead
    for lane in street.lanes:
        if not lane.stops or not head.startswith(f"{lane.approach} "):
            continue
        end, way = np.array(lane.centre[-1]), np.subtract(lane.centre[-1], lane.centre[-2])
        way = way / np.hypot(*way)
        past, aside = (front - end) @ way, np.abs((front - end) @ np.array([-way[1], way[0]]))
        over = np.flatnonzero((past[:-1] < 0) & (past[1:] >= 0) & (aside[1:] < lane.width_m / 2)) + 1
        for k in over.tolist():
            at_s = float(run.table.step[rows[k]]) * STEP_S
            if shown_at(signals, head, at_s) == "red":
                x, y = front[k].round(2).tolist()
                note = f"drives on at {run.table.speed_mps[rows[k]] * 3.6:.0f} km/h while {head} is red"
                return Happening(
                    kind="red_light",
                    start_s=round(at_s, 3),
                    end_s=round(at_s + 3.0, 3),
                    numbers=(number,),
                    point_m=(x, y),
                    note=note,
                )
    return None


def _invited(run: Run, item: Guest) -> Happening | None:
    number = run.number(item.way.trip.name)
    if number is None:
        return None
    rows = run.rows[number - 1]
    other = run.number(item.other) if item.other else None
    x, y = run.table.xy_m[rows[len(rows) // 2]].round(2).tolist()
    note = "drives against the traffic" if other is None else f"a walker {item.pet_s:.1f} s before a vehicle comes"
    return Happening(
        kind=item.planned.kind,
        start_s=round(float(run.table.step[rows[0]]) * STEP_S, 3),
        end_s=round(float(run.table.step[rows[-1]]) * STEP_S, 3),
        numbers=(number,) if other is None else (number, other),
        point_m=(x, y),
        note=note,
    )
