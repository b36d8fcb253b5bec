"""Happenings: what is scripted into a run, and whether it came off."""

from dataclasses import dataclass, replace

import numpy as np

from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError
from catseye.studio.scenarios.recipe import Flow, Scenario, Spot
from catseye.studio.traffic.demand import WARM_S, Halt, Trip

KINDS = ("wrong_way", "red_light", "stopped_vehicle", "illegal_parking", "spill_back", "near_miss", "debris")
STOPS = ("stopped_vehicle", "illegal_parking", "spill_back", "debris")
_WINDOW_S = 600.0
_EACH_S = 75.0  # shorter runs have fewer
_DRIVE_UP_MPS = 10.0
_STAND_S = {"stopped_vehicle": (45, 80), "illegal_parking": (60, 100), "spill_back": (30, 45), "debris": (40, 70)}
_WHO = {"stopped_vehicle": "estate", "illegal_parking": "van", "spill_back": "saloon", "debris": "debris"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A happening to be: its kind, when (SUMO's time) and until when it may begin, which of the spots, and trips for it."""

    kind: str
    at_s: float
    until_s: float
    spot: int
    trips: tuple[Trip, ...] = ()


def kinds_of(text: str) -> frozenset[str]:
    """``all``, ``none``, or kinds with commas between. Raises ConfigError."""
    if text in {"all", "none"}:
        return frozenset(KINDS if text == "all" else ())
    kinds = [kind.strip() for kind in text.split(",")]
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigError(f"There is no happening {kind!r}.", did_you_mean(kind, (*KINDS, "all", "none")))
    return frozenset(kinds)


def plan(scenario: Scenario, kinds: frozenset[str], *, seed: int, seconds: float) -> list[Planned]:
    """Each kind that makes sense on the street once in every ten minutes, spread out, in an order drawn by lot."""
    possible = [kind for kind in KINDS if kind in kinds and getattr(scenario.spots, kind)]
    rng = np.random.default_rng([seed, 0x4A])
    found: list[Planned] = []
    for begin in np.arange(0.0, seconds, _WINDOW_S).tolist():
        length = min(_WINDOW_S, seconds - begin)
        chosen = [possible[k] for k in rng.permutation(len(possible))][: max(1, int(length // _EACH_S))]
        for k, kind in enumerate(chosen):
            slot = length / len(chosen)
            at = WARM_S + begin + slot * (k + 0.1 + 0.2 * float(rng.random()))
            spot = int(rng.integers(len(getattr(scenario.spots, kind))))
            # Somebody who suits a red light is not there in every cycle; it may come at any time.
            until = WARM_S + begin + length if kind == "red_light" else at + 0.7 * slot
            if kind == "red_light":
                at = WARM_S + begin
            planned = Planned(kind=kind, at_s=round(at, 1), until_s=round(until, 1), spot=spot)
            found.append(replace(planned, trips=_trips(scenario, planned, len(found), rng)))
    return found


def _trips(scenario: Scenario, planned: Planned, index: int, rng: np.random.Generator) -> tuple[Trip, ...]:
    """Those who are sent to stop where they should not."""
    if planned.kind not in STOPS:
        return ()
    spots: Spot | tuple[Spot, ...] = getattr(scenario.spots, planned.kind)[planned.spot]
    stands_s = float(rng.integers(*_STAND_S[planned.kind]))
    found = []
    for k, spot in enumerate(spots if isinstance(spots, tuple) else (spots,)):
        debris = planned.kind == "debris"
        found.append(
            Trip(
                name=f"h{index}_{k}",
                model=_WHO[planned.kind],
                depart_s=planned.at_s if debris else max(round(planned.at_s - _up_m(scenario, spot) / _DRIVE_UP_MPS, 1), 0.0),
                flow=_flow(scenario, (spot.edge,) if debris else spot.edges),
                factor=1.0,
                halt=Halt(edge=spot.edge, lane=spot.lane, at_m=spot.at_m, seconds=stands_s),
            )
        )
    return tuple(found)


def _up_m(scenario: Scenario, spot: Spot) -> float:
    """About how far the spot is from where the trip begins."""
    lanes = {lane.name.rsplit("_", 1)[0]: lane.centre for lane in scenario.street().lanes}
    before = sum(float(np.hypot(*np.diff(lanes[edge], axis=0).T).sum()) for edge in spot.edges[: spot.edges.index(spot.edge)])
    return before + spot.at_m


def _flow(scenario: Scenario, edges: tuple[str, ...]) -> Flow:
    """The flow that takes this way, for its names; else one without names."""
    return next((flow for flow in scenario.flows if flow.edges == edges), Flow(edges=edges, per_h=0.0))
