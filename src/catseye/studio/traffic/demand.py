"""Who departs when: trips drawn for a scenario, and the files that tell SUMO."""

from dataclasses import dataclass

import numpy as np

from catseye.studio.scenarios.mixes import MANNERS, vehicle_types
from catseye.studio.scenarios.recipe import WALK, Flow, Scenario

WARM_S = 100.0  # driven before the run begins, so that it begins with traffic
_BEFORE_S = 60.0  # what a scripted stop is put on its way ahead of its time


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A stop in a lane, for so many of SUMO's seconds."""

    edge: str
    lane: int
    at_m: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One road user on its way. ``factor`` is its wished speed as a share of the limit. Times are SUMO's, the warm-up included."""

    name: str
    model: str
    depart_s: float
    flow: Flow
    factor: float
    halt: Halt | None = None


def trips(scenario: Scenario, *, seed: int, seconds: float, demand: float) -> list[Trip]:
    """Poisson arrivals of each flow at ``demand`` times its rate, in order of departure."""
    rng = np.random.default_rng([seed, 0x7A])
    drawn: list[tuple[float, Flow, str, float, Halt | None]] = []
    for flow in scenario.flows:
        count = int(rng.poisson(flow.per_h * demand * (seconds + WARM_S) / 3600.0))
        mix = {name: share for name, share in flow.mix.items() if name not in flow.never}
        shares = np.array(list(mix.values()))
        kinds = rng.choice(list(mix), size=count, p=shares / shares.sum())
        at = np.sort(rng.uniform(0.0, seconds + WARM_S, count))
        for when, kind in zip(at.tolist(), kinds.tolist(), strict=True):
            drawn.append((round(when, 1), flow, kind, _factor(kind, rng), _halt(flow, rng)))
    drawn.sort(key=lambda trip: trip[0])
    return [
        Trip(name=f"{'w' if kind == WALK else 'v'}{index}", model=kind, depart_s=at, flow=flow, factor=factor, halt=halt)
        for index, (at, flow, kind, factor, halt) in enumerate(drawn)
    ]


def routes(scenario_trips: list[Trip]) -> str:
    """The route file."""
    lines = [_walk(trip) if trip.model == WALK else _vehicle(trip) for trip in sorted(scenario_trips, key=lambda t: t.depart_s)]
    return f"<routes>\n{vehicle_types()}\n" + "\n".join(lines) + "\n</routes>\n"


def free_mps(trip: Trip, limit_mps: float) -> float:
    """The speed a trip wishes for where the limit is this."""
    manner = MANNERS.get(trip.model)
    return limit_mps if manner is None else min(limit_mps * trip.factor, manner.top_mps)


def _halt(flow: Flow, rng: np.random.Generator) -> Halt | None:
    call = flow.call
    if call is None:
        return None
    return Halt(edge=call.edge, lane=call.lane, at_m=call.at_m, seconds=round(float(rng.uniform(*call.seconds)), 1))


def _factor(kind: str, rng: np.random.Generator) -> float:
    if kind == WALK:
        return float(np.clip(rng.normal(1.0, 0.13), 0.7, 1.4))
    manner = MANNERS[kind]
    return float(np.clip(rng.normal(manner.factor, manner.spread), manner.factor - 0.25, manner.factor + 0.35))


def _vehicle(trip: Trip) -> str:
    head = f'<vehicle id="{trip.name}" type="{trip.model}" depart="{trip.depart_s:.1f}"'
    route = f'<route edges="{" ".join(trip.flow.edges)}"/>'
    if trip.halt is None:
        lane = trip.flow.lane
        return f'{head} departLane="{lane}" departSpeed="max" speedFactor="{trip.factor:.3f}">{route}</vehicle>'
    halt = trip.halt
    place = f'lane="{halt.edge}_{halt.lane}" startPos="{halt.at_m - 1:.1f}" endPos="{halt.at_m:.1f}"'
    stop = f'<stop {place} duration="{halt.seconds:.1f}"/>'
    if trip.model == "debris":
        place = f'departLane="{halt.lane}" departPos="{halt.at_m:.1f}" departSpeed="0" arrivalPos="{halt.at_m:.1f}"'
        return f"{head} {place}>{route}{stop}</vehicle>"
    return f'{head} departLane="best" departSpeed="max" speedFactor="{trip.factor:.3f}">{route}{stop}</vehicle>'


def _walk(trip: Trip) -> str:
    begin, end = trip.flow.edges[0], trip.flow.edges[-1]
    return (
        f'<person id="{trip.name}" type="{WALK}" depart="{trip.depart_s:.1f}" departPos="{trip.flow.depart_m}"'
        f' speedFactor="{trip.factor:.3f}"><walk from="{begin}" to="{end}" arrivalPos="{trip.flow.arrive_m}"/></person>'
    )
