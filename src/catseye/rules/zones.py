"""Detection zones: who entered and left, and when.

A road user is in a zone once its ground point has stayed inside for ``SETTLE_S``, and out of it once it has stayed outside as long:
someone who walks along the edge does not enter and leave with every tremble. Who goes right through in less time has been in it too
(``visits``). The instant given is when the straight way from one sighting to the next meets the edge.
"""

from dataclasses import dataclass

import numpy as np

from catseye.core.events import Event, ZoneEntered, ZoneLeft
from catseye.core.geometry import XY, inside, stretches_inside
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import FittedScene, Zone
from catseye.core.time import nanoseconds, seconds
from catseye.rules.positions import Positions, label
from catseye.rules.visits import Leg, Visit, begun, extended

SETTLE_S = 0.3
_SETTLE_NS = nanoseconds(SETTLE_S)


@dataclass(slots=True)
class _Stay:
    """One road user and one zone: whether it is settled inside, since when, and when that may have changed.

    ``visit`` is what it did inside while it was not settled there; ``point`` is px.
    """

    point: XY
    last_ns: int
    road_user: int
    within: bool = False
    since_ns: int = 0
    changed_ns: int | None = None
    visit: Visit | None = None
    entries: int = 0


class ZoneWatch:
    """Watches one zone during one run."""

    def __init__(self, zone: Zone, fitted: FittedScene, *, stream: StreamId, run: RunId) -> None:
        self._zone, self._fitted = zone, fitted
        self._polygon = fitted.polygon_px(zone.polygon)
        (self._left_px, self._top_px), (self._right_px, self._bottom_px) = (
            self._polygon.min(axis=0).tolist(),
            self._polygon.max(axis=0).tolist(),
        )
        self._stream, self._run = stream, run
        self._stays: dict[int, _Stay] = {}

    @property
    def present(self) -> int:
        """How many road users are settled inside now."""
        return sum(stay.within for stay in self._stays.values())

    def update(self, seen: Positions) -> list[Event]:
        """Take the positions of one frame in; returns what was settled with it."""
        if not len(seen):
            return []
        events: list[Event] = []
        rows = zip(
            seen.number.tolist(),
            inside(seen.point, self._polygon).tolist(),
            seen.point.tolist(),
            seen.reach.tolist(),
            seen.road_user.tolist(),
            strict=True,
        )
        for number, within, (x, y), reach, kind in rows:
            stay = self._stays.get(number)
            if stay is None:
                self._stays[number] = stay = _Stay((x, y), seen.at_ns, kind)
                if within:
                    stay.changed_ns, stay.visit = seen.at_ns, begun((x, y), seen.at_ns, reach, self._polygon)
                continue
            if within != stay.within or stay.changed_ns is not None or stay.visit is not None or self._near(stay, x, y):
                parts = stretches_inside(stay.point, (x, y), self._polygon)
                leg = Leg(stay.point, (x, y), stay.last_ns, seen.at_ns, parts)
                events += self._step(number, stay, leg, reach, within=within)
            stay.last_ns, stay.point, stay.road_user = seen.at_ns, (x, y), kind
        return events

    def forget(self, numbers: list[int], at_ns: int) -> list[Event]:
        """Free what is kept of ended tracks; those inside have vanished there."""
        events: list[Event] = []
        for number in numbers:
            stay = self._stays.pop(number, None)
            if stay is None:
                continue
            if stay.within:
                events.append(self._left(number, stay, stay.last_ns, at_ns, vanished=True))
            elif stay.visit is not None and not (stay.visit.appeared and stay.changed_ns is not None):
                events += self._went_through(number, stay, stay.visit, at_ns)
        return events

    def _near(self, stay: _Stay, x: float, y: float) -> bool:
        """Whether one who was and is outside may have gone through the zone meanwhile."""
        (a, b) = stay.point
        across = min(a, x) < self._right_px and max(a, x) > self._left_px
        return not stay.within and across and min(b, y) < self._bottom_px and max(b, y) > self._top_px

    def _step(self, number: int, stay: _Stay, leg: Leg, reach: float, *, within: bool) -> list[Event]:
        at_ns = leg.end_ns
        if not stay.within:
            stay.visit = extended(stay.visit, leg, reach, self._polygon)
        if within == stay.within:
            stay.changed_ns = None
            if stay.visit is not None and at_ns - stay.visit.end_ns >= _SETTLE_NS:
                return self._went_through(number, stay, stay.visit, at_ns)
            return []
        if stay.changed_ns is None:
            stay.changed_ns = leg.met_ns(entering=within)
            return []  # at few frames a second too, one sighting may be a tremble
        if at_ns - stay.changed_ns < _SETTLE_NS:
            return []
        changed_ns, visit = stay.changed_ns, stay.visit
        stay.changed_ns, stay.visit, stay.within = None, None, within
        if not within:
            return [self._left(number, stay, changed_ns, at_ns, vanished=False)]
        stay.since_ns = changed_ns
        appeared = visit is not None and visit.appeared and visit.start_ns == changed_ns
        return [self._entered(number, stay, at_ns, appeared=appeared)]

    def _went_through(self, number: int, stay: _Stay, visit: Visit, at_ns: int) -> list[Event]:
        """What a visit comes to that ended before it was settled: an entry and a leave, or nothing."""
        vanished, stay.visit = stay.changed_ns is not None, None
        if not visit.through:
            return []
        stay.since_ns = visit.start_ns
        return [
            self._entered(number, stay, at_ns, appeared=visit.appeared, point=visit.start),
            self._left(number, stay, visit.end_ns, at_ns, vanished=vanished, point=visit.end),
        ]

    def _entered(self, number: int, stay: _Stay, at_ns: int, *, appeared: bool, point: XY | None = None) -> ZoneEntered:
        stay.entries += 1
        return ZoneEntered(
            id=event_id(self._run, "enter", self._zone.name, number, stay.entries),
            stream=self._stream,
            run=self._run,
            track=number,
            rule=self._zone.name,
            at_ns=stay.since_ns,
            seen_at_ns=at_ns,
            road_user=label(stay.road_user),
            point_unit=self._unit(point or stay.point),
            scene_revision=self._fitted.scene.revision,
            appeared=appeared,
        )

    def _left(self, number: int, stay: _Stay, left_ns: int, at_ns: int, *, vanished: bool, point: XY | None = None) -> ZoneLeft:
        return ZoneLeft(
            id=event_id(self._run, "leave", self._zone.name, number, stay.entries),
            stream=self._stream,
            run=self._run,
            track=number,
            rule=self._zone.name,
            at_ns=left_ns,
            seen_at_ns=at_ns,
            road_user=label(stay.road_user),
            point_unit=self._unit(point or stay.point),
            scene_revision=self._fitted.scene.revision,
            dwell_s=round(seconds(left_ns - stay.since_ns), 3),
            vanished=vanished,
        )

    def _unit(self, point: XY) -> XY:
        x, y = self._fitted.to_unit(np.array(point)).tolist()
        return x, y
