"""Where the vehicles are on the lanes, from one moment to the next."""

from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import XY
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.traffic.lanes import OFF, GroundLanes

JOINS_MPS, LEAVES_MPS = 5 / 3.6, 10 / 3.6  # a queue, by VISSIM's defaults as FHWA-HRT-04-040 names them
_JUMP = 0.5  # who changes lanes is taken to do so halfway between two moments


@dataclass(frozen=True, slots=True)
class Spot:
    """One vehicle at one moment. ``along_m`` on each lane; ``lane`` is ``OFF`` on none, ``home`` the last one that it was on.

    ``queued``: it fell below 5 km/h and has not gone above 10 km/h since. ``moved``: it has gone above 10 km/h.
    """

    number: int
    kind: RoadUser
    at_ns: int
    lane: int
    home: int
    along_m: tuple[float, ...]
    length_m: float
    speed_mps: float
    xy_m: XY
    queued: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What one vehicle did since the last moment: ``was`` is None where it is new, ``now`` where it is gone."""

    was: Spot | None
    now: Spot | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a step that was spent on one lane; ``leaves`` tells whether it left it meanwhile."""

    lane: int
    start_ns: int
    end_ns: int
    from_m: float
    to_m: float
    leaves: bool = False


class Following:
    """Keeps the last moment's spots. Those on foot are no traffic of the lanes."""

    def __init__(self, lanes: GroundLanes) -> None:
        self._lanes = lanes
        self._spots: dict[int, Spot] = {}

    def step(self, seen: GroundSightings) -> list[Step]:
        """What each vehicle did, in order of number; first those who are gone."""
        there = seen[seen.road_user != RoadUser.PEDESTRIAN]
        along, aside, heading = self._lanes.projected(there.xy_m)
        lane = self._lanes.choose(along, aside, heading).lane.tolist()
        old, self._spots, steps = self._spots, {}, []
        columns = zip(
            there.number.tolist(),
            there.road_user.tolist(),
            lane,
            along.tolist(),
            there.length_m.tolist(),
            there.speed_mps.tolist(),
            there.xy_m.tolist(),
            strict=True,
        )
        for number, kind, on, places, length_m, speed_mps, (x, y) in columns:
            was = old.pop(number, None)
            home = on if on != OFF else OFF if was is None else was.home
            queued = speed_mps < JOINS_MPS or (was is not None and was.queued and speed_mps <= LEAVES_MPS)
            moved = speed_mps > LEAVES_MPS or (was is not None and was.moved)
            now = Spot(number, RoadUser(kind), seen.at_ns, on, home, tuple(places), length_m, speed_mps, (x, y), queued, moved)
            self._spots[number] = now
            steps.append(Step(was, now))
        return [Step(gone, None) for gone in old.values()] + steps

    def forget(self) -> list[Step]:
        """Nobody knows where anybody went."""
        gone, self._spots = [Step(spot, None) for spot in self._spots.values()], {}
        return gone

    def stretches(self, step: Step) -> list[Stretch]:
        """The lanes that a step leads over: one, or two at a change."""
        was, now = step.was, step.now
        if was is None or now is None:
            spot = was or now
            assert spot is not None
            if spot.lane == OFF:
                return []
            at_m = spot.along_m[spot.lane]
            return [Stretch(spot.lane, spot.at_ns, spot.at_ns, at_m, at_m, leaves=now is None)]
        if was.lane == now.lane:
            return [] if now.lane == OFF else [_within(now.lane, was, now)]
        return [
            *([] if was.lane == OFF else [self._out_of(was.lane, was, now)]),
            *([] if now.lane == OFF else [_into(now.lane, was, now)]),
        ]

    def _out_of(self, lane: int, was: Spot, now: Spot) -> Stretch:
        begin, end, length = was.along_m[lane], now.along_m[lane], float(self._lanes.length_m[lane])
        share = (length - begin) / (end - begin) if end > length else begin / (begin - end) if end < 0 else _JUMP
        until = was.at_ns + round(share * (now.at_ns - was.at_ns))
        return Stretch(lane, was.at_ns, until, begin, begin + share * (end - begin), leaves=True)


def _within(lane: int, was: Spot, now: Spot) -> Stretch:
    return Stretch(lane, was.at_ns, now.at_ns, was.along_m[lane], now.along_m[lane])


def _into(lane: int, was: Spot, now: Spot) -> Stretch:
    begin, end = was.along_m[lane], now.along_m[lane]
    share = -begin / (end - begin) if begin < 0 <= end and end > begin else _JUMP
    since = was.at_ns + round(share * (now.at_ns - was.at_ns))
    return Stretch(lane, since, now.at_ns, begin + share * (end - begin), end)


def speed_at(was: Spot, now: Spot, share: float) -> float:
    """The speed a share of the way between two moments, m/s."""
    return float(np.interp(share, (0.0, 1.0), (was.speed_mps, now.speed_mps)))
