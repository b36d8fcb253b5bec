"""Who drives over the stop lines: volumes, control delay and the discharge of queues.

Delay is measured from where a vehicle comes onto the seen part of its approach (or is first seen there) until it enters the zone
that it leaves by, or goes out of sight beyond the stop line: the time taken less that of the same way at free speed. A way that
breaks off before the stop line goes on with who begins near there (``broken``): the time between the two counts.
"""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import F64, inside
from catseye.core.road_users import MOTOR_VEHICLES, RoadUser
from catseye.core.scene import FittedScene
from catseye.core.time import seconds
from catseye.rules.ground import GroundView
from catseye.traffic.lanes import OFF, GroundLanes
from catseye.traffic.measures.broken import LEAST_NS, Broken, BrokenTrips
from catseye.traffic.measures.following import Spot, Step
from catseye.traffic.measures.freely import FreeSpeeds
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook, Place

DELAYED = MOTOR_VEHICLES | {RoadUser.MOTORCYCLE}  # a bicycle's free speed is not its lane's
FRESH_S = 8.0  # a longer headway parts two queues: one waited at red
ARRIVES_M = 6.0  # who is first seen within this of where the view of a lane begins has come in there
FIRST_SATURATED = 5  # HCM 6th ed., ch. 31: the first four still react and speed up


@dataclass(slots=True)
class _Trip:
    """A vehicle on its way from an approach, on whose ``lane`` it was last; ``out``: zones it has been in since the line."""

    lane: int
    since_ns: int
    way_m: float = 0.0
    top_mps: float = 0.0
    queued: bool = False
    after: bool = False
    out: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Discharge:
    last_ns: int
    place: int  # in its queue, from 1; 0: it had not queued


@dataclass(slots=True)
class Departures:
    """The departures of one run."""

    lanes: GroundLanes
    book: MinuteBook
    exits: dict[str, F64]
    _trips: dict[int, _Trip] = field(default_factory=dict)
    _discharges: dict[int, _Discharge] = field(default_factory=dict)
    _broken: BrokenTrips[_Trip] = field(default_factory=BrokenTrips)
    _free: FreeSpeeds = field(default_factory=FreeSpeeds)

    def update(self, steps: list[Step]) -> None:
        """Take the steps since the last moment in."""
        for step in steps:
            if step.now is None:
                assert step.was is not None
                self._keep(step.was)
                self._finish(step.was, step.was.at_ns)
            else:
                self._go(step.was, step.now)

    def forget(self) -> None:
        """Nobody knows who left meanwhile."""
        self._trips.clear()
        self._broken.forget()
        self._discharges.clear()

    def _go(self, was: Spot | None, now: Spot) -> None:
        trip = self._trips.get(now.number)
        arrives = now.lane != OFF and self.lanes.lanes[now.lane].approach != ""
        if arrives and (trip is None or trip.after):
            if trip is not None and self._approach(trip.lane) == self._approach(now.lane):
                return  # trembles over its own stop line
            self._finish(now, now.at_ns)
            trip = self._trips[now.number] = self._begun(now) if was is None else _Trip(now.lane, now.at_ns)
            was = None
        if trip is None:
            return
        if was is not None:
            trip.way_m += (was.speed_mps + now.speed_mps) / 2 * seconds(now.at_ns - was.at_ns)
        trip.queued |= now.queued and not trip.after
        trip.top_mps = max(trip.top_mps, 0.0 if trip.after else now.speed_mps)
        if not trip.after:
            trip.lane = now.lane if arrives else trip.lane
            self._cross(trip, was, now)
        elif self._zones(now) - trip.out:
            self._finish(now, now.at_ns)
        else:
            trip.out &= self._zones(now)

    def _begun(self, now: Spot) -> _Trip:
        """The trip of one that was not seen before: a new one, or one that broke off."""
        along_m, approach = now.along_m[now.lane], self._approach(now.lane)
        if along_m > ARRIVES_M:
            broken = self._broken.take(now.lane, along_m, now.at_ns, lambda lane: self._approach(lane) == approach)
            if broken is not None:
                broken.trip.lane = now.lane
                broken.trip.way_m += max(0.0, along_m - broken.along_m)
                return broken.trip
        return _Trip(now.lane, now.at_ns)

    def _keep(self, gone: Spot) -> None:
        trip = self._trips.get(gone.number)
        if trip is not None and not trip.after and gone.at_ns - trip.since_ns >= LEAST_NS:
            along_m = gone.along_m[trip.lane]
            self._broken.keep(Broken(trip=trip, lane=trip.lane, along_m=along_m, at_ns=gone.at_ns, queued=gone.queued))

    def _cross(self, trip: _Trip, was: Spot | None, now: Spot) -> None:
        if was is None:
            return
        to_stop = float(self.lanes.length_m[trip.lane]) - now.length_m / 2
        begin, end = was.along_m[trip.lane] - to_stop, now.along_m[trip.lane] - to_stop
        if end < 0:
            return
        share = begin / (begin - end) if begin < 0 else 0.0
        at_ns = was.at_ns + round(share * (now.at_ns - was.at_ns))
        trip.after, trip.out = True, self._zones(now)
        self.book.add(("approach", self._approach(trip.lane)), at_ns, key("volume", now.kind.label))
        if self.lanes.lanes[trip.lane].signal:
            self._discharge(trip, at_ns)

    def _discharge(self, trip: _Trip, at_ns: int) -> None:
        last = self._discharges.get(trip.lane)
        place = 0
        if trip.queued:
            fresh = last is None or at_ns - last.last_ns > FRESH_S * 1e9
            place = 1 if fresh or last is None else last.place + 1 if last.place else 0
        if place >= FIRST_SATURATED and last is not None:
            where: Place = ("lane", self.lanes.lanes[trip.lane].name)
            self.book.add(where, at_ns, "saturation_n")
            self.book.add(where, at_ns, "saturation_s", max(0.0, seconds(at_ns - last.last_ns)))
        self._discharges[trip.lane] = _Discharge(at_ns, place)

    def _finish(self, spot: Spot, at_ns: int) -> None:
        trip = self._trips.pop(spot.number, None)
        if trip is None or not trip.after or spot.kind not in DELAYED:
            return
        approach = self._approach(trip.lane)
        if not trip.queued:
            self._free.add(approach, trip.top_mps)
        limit_kmh = self.lanes.lanes[trip.lane].limit_kmh
        free_mps = self._free.of(approach) if limit_kmh is None else limit_kmh / 3.6
        if free_mps is None:
            return
        took_s, free_s = seconds(at_ns - trip.since_ns), trip.way_m / free_mps
        place: Place = ("approach", approach)
        for name, amount in (("delay_n", 1.0), ("delay_time_s", took_s), ("delay_free_s", free_s)):
            self.book.add(place, at_ns, name, amount)
        self.book.tick(place, at_ns, "delay_s", max(0.0, took_s - free_s))

    def _approach(self, lane: int) -> str:
        return self.lanes.lanes[lane].approach

    def _zones(self, spot: Spot) -> frozenset[str]:
        here = np.array([spot.xy_m])
        return frozenset(name for name, polygon in self.exits.items() if inside(here, polygon)[0])


def exits_of(fitted: FittedScene, view: GroundView) -> dict[str, F64]:
    """The zones that movements lead to, in metres; without those that reach up to the horizon."""
    into = {movement.destination for movement in fitted.scene.movements}
    found = {zone.name: view.metres(fitted.polygon_px(zone.polygon)) for zone in fitted.scene.zones if zone.name in into}
    return {name: polygon for name, polygon in found.items() if np.isfinite(polygon).all()}
