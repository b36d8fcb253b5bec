"""Who is in each zone, who came into those that the ground's use depends on, and how long people wait to cross.

Zones without a use are counted by the rules of the scene (``ZoneEntered``); most of those with one are not, and are counted here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import F64, inside
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene, Zone
from catseye.core.time import nanoseconds, seconds
from catseye.rules.ground import GroundView
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook, Place

SETTLES_NS = nanoseconds(0.5)  # inside this long, and it came in
FORGETS_NS = nanoseconds(1.0)  # outside this long, and it left
STEPS_OUT_NS = nanoseconds(3.0)  # from leaving where one waits to stepping onto the crossing


@dataclass(slots=True)
class _Visit:
    """One road user in one zone, first seen there at ``since_ns``; ``began``: it was seen outside before."""

    since_ns: int
    last_ns: int
    began: bool
    counted: bool = False


@dataclass(slots=True)
class Grounds:
    """The zones of one run; ``zones`` with their outlines in metres. The visits of those in ``ruled`` are told by the rules."""

    book: MinuteBook
    zones: list[tuple[Zone, F64]]
    ruled: frozenset[str]
    _visits: dict[tuple[int, str], _Visit] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)

    def update(self, seen: GroundSightings, since_ns: int | None) -> None:
        """Take a moment in; who is somewhere now is taken to have been there since the last one, at ``since_ns``."""
        there = set(seen.number.tolist())
        for zone, polygon in self.zones:
            within = inside(seen.xy_m, polygon)
            if since_ns is not None and within.any():
                lasted = seconds(seen.at_ns - since_ns)
                amounts = {"occupied_s": lasted, "time_s": int(within.sum()) * lasted}
                self.book.spread(("zone", zone.name), (since_ns, seen.at_ns), amounts)
            if zone.use != "any":
                rows = np.flatnonzero(within)
                for number, kind in zip(seen.number[rows].tolist(), seen.road_user[rows].tolist(), strict=True):
                    self._inside(zone, number, RoadUser(kind), seen.at_ns)
        old = seen.at_ns - STEPS_OUT_NS
        self._visits = {at: visit for at, visit in self._visits.items() if at[0] in there and visit.last_ns >= old}
        self._known = there

    def forget(self) -> None:
        """Nobody knows who is where."""
        self._visits.clear()
        self._known.clear()

    def _inside(self, zone: Zone, number: int, kind: RoadUser, at_ns: int) -> None:
        visit = self._visits.get((number, zone.name))
        if visit is None or at_ns - visit.last_ns > FORGETS_NS:
            self._visits[number, zone.name] = visit = _Visit(at_ns, at_ns, number in self._known)
        visit.last_ns = at_ns
        if visit.counted or at_ns - visit.since_ns < SETTLES_NS:
            return
        visit.counted = True
        if visit.began and zone.name not in self.ruled:
            self.book.add(("zone", zone.name), visit.since_ns, key("volume", kind.label))
        if zone.use == "crossing" and kind is RoadUser.PEDESTRIAN:
            for place, waited in self._waits(number):
                self._tell(place, waited, visit.since_ns)

    def _waits(self, number: int) -> Iterator[tuple[str, _Visit]]:
        for zone, _ in self.zones:
            visit = self._visits.get((number, zone.name))
            if zone.use == "waiting" and visit is not None and visit.began:
                yield zone.name, visit

    def _tell(self, zone: str, waited: _Visit, crosses_ns: int) -> None:
        if crosses_ns - waited.last_ns > STEPS_OUT_NS or crosses_ns < waited.since_ns:
            return  # it crossed already, and is in the waiting zone of the other side
        place: Place = ("zone", zone)
        wait_s = seconds(crosses_ns - waited.since_ns)
        waited.began = False  # told
        self.book.add(place, crosses_ns, "wait_n")
        self.book.add(place, crosses_ns, "wait_s", wait_s)
        self.book.peak(place, crosses_ns, "wait_s", wait_s)
        self.book.tick(place, crosses_ns, "wait_s", wait_s)


def outlines(fitted: FittedScene, view: GroundView) -> list[tuple[Zone, F64]]:
    """The zones in metres, without those that reach up to the horizon."""
    found = [(zone, view.metres(fitted.polygon_px(zone.polygon))) for zone in fitted.scene.zones]
    return [(zone, polygon) for zone, polygon in found if np.isfinite(polygon).all()]
