"""Detection zones and the movements between them.

A road user is in a zone once its ground point has stayed inside for ``SETTLE_S``, and out of it once it has stayed outside as long:
someone who walks along the edge does not enter and leave with every tremble. The instant given is half way between the last
sighting on the old side and the first on the new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from catseye.core.events import Event, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.geometry import XY, inside
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.scene import FittedScene, Movement, Zone
from catseye.core.time import nanoseconds, seconds
from catseye.rules.positions import Positions, label

SETTLE_S = 0.3
_SETTLE_NS = nanoseconds(SETTLE_S)


@dataclass(slots=True)
class _Stay:
    """One road user and one zone: whether it is settled inside, since when, and when it may have changed."""

    within: bool
    since_ns: int
    last_ns: int
    point: XY
    road_user: int
    changed_ns: int | None = None
    settled: bool = False
    entries: int = 0


class ZoneWatch:
    """Watches one zone during one run."""

    def __init__(self, zone: Zone, fitted: FittedScene, *, stream: StreamId, run: RunId) -> None:
        self._zone, self._fitted = zone, fitted
        self._polygon = fitted.polygon_px(zone.polygon)
        self._stream, self._run = stream, run
        self._stays: dict[int, _Stay] = {}

    @property
    def present(self) -> int:
        """How many road users are settled inside now."""
        return sum(stay.within and stay.settled for stay in self._stays.values())

    def update(self, seen: Positions) -> list[Event]:
        """Take the positions of one frame in; returns what was settled with it."""
        if not len(seen):
            return []
        events: list[Event] = []
        within_all, unit = inside(seen.point, self._polygon).tolist(), self._fitted.to_unit(seen.point).tolist()
        for number, within, (x, y), kind in zip(seen.number.tolist(), within_all, unit, seen.road_user.tolist(), strict=True):
            stay = self._stays.get(number)
            if stay is None:
                self._stays[number] = _Stay(within, seen.at_ns, seen.at_ns, (x, y), kind)
                continue
            if within != stay.within or not stay.settled or stay.changed_ns is not None:
                events += self._step(number, stay, within=within, at_ns=seen.at_ns)
            stay.last_ns, stay.point, stay.road_user = seen.at_ns, (x, y), kind
        return events

    def forget(self, numbers: list[int], at_ns: int) -> list[Event]:
        """Free what is kept of ended tracks; those inside have vanished there."""
        events: list[Event] = []
        for number in numbers:
            stay = self._stays.pop(number, None)
            if stay is not None and stay.settled and stay.within:
                events.append(self._left(number, stay, stay.last_ns, at_ns, vanished=True))
        return events

    def _step(self, number: int, stay: _Stay, *, within: bool, at_ns: int) -> list[Event]:
        if not stay.settled and within == stay.within and at_ns - stay.since_ns >= _SETTLE_NS:
            stay.settled = True
            return [self._entered(number, stay, at_ns, appeared=True)] if within else []
        if within == stay.within:
            stay.changed_ns = None
            return []
        if stay.changed_ns is None:
            stay.changed_ns = (stay.last_ns + at_ns) // 2
        if at_ns - stay.changed_ns < _SETTLE_NS:
            return []
        changed_ns, was_settled = stay.changed_ns, stay.settled
        stay.changed_ns, stay.settled = None, True
        if within:
            stay.within, stay.since_ns = True, changed_ns
            return [self._entered(number, stay, at_ns, appeared=False)]
        left = [self._left(number, stay, changed_ns, at_ns, vanished=False)] if was_settled else []
        stay.within, stay.since_ns = False, changed_ns
        return list(left)

    def _entered(self, number: int, stay: _Stay, at_ns: int, *, appeared: bool) -> ZoneEntered:
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
            point_unit=stay.point,
            scene_revision=self._fitted.scene.revision,
            appeared=appeared,
        )

    def _left(self, number: int, stay: _Stay, left_ns: int, at_ns: int, *, vanished: bool) -> ZoneLeft:
        return ZoneLeft(
            id=event_id(self._run, "leave", self._zone.name, number, stay.entries),
            stream=self._stream,
            run=self._run,
            track=number,
            rule=self._zone.name,
            at_ns=left_ns,
            seen_at_ns=at_ns,
            road_user=label(stay.road_user),
            point_unit=stay.point,
            scene_revision=self._fitted.scene.revision,
            dwell_s=round(seconds(left_ns - stay.since_ns), 3),
            vanished=vanished,
        )


class MovementWatch:
    """Joins the zones a road user was in, in order, into movements. Each movement completes once a track."""

    def __init__(self, movements: tuple[Movement, ...]) -> None:
        self._movements = movements
        self._origins: dict[int, set[str]] = {}
        self._done: dict[int, set[str]] = {}

    def update(self, events: list[Event]) -> list[MovementCompleted]:
        """The movements that zone events complete."""
        completed = []
        for event in events:
            if isinstance(event, ZoneLeft) and not event.vanished:
                self._origins.setdefault(event.track, set()).add(event.rule)
            elif isinstance(event, ZoneEntered):
                completed += [self._complete(event, movement) for movement in self._matching(event)]
        return completed

    def forget(self, numbers: Iterable[int]) -> None:
        """Free what is kept of ended tracks."""
        for number in numbers:
            self._origins.pop(int(number), None)
            self._done.pop(int(number), None)

    def _matching(self, event: ZoneEntered) -> list[Movement]:
        been, done = self._origins.get(event.track, set()), self._done.get(event.track, set())
        return [m for m in self._movements if m.destination == event.rule and m.origin in been and m.name not in done]

    def _complete(self, event: ZoneEntered, movement: Movement) -> MovementCompleted:
        self._done.setdefault(event.track, set()).add(movement.name)
        return MovementCompleted(
            id=event_id(event.run, "movement", movement.name, event.track, 0),
            stream=event.stream,
            run=event.run,
            track=event.track,
            rule=movement.name,
            at_ns=event.at_ns,
            seen_at_ns=event.seen_at_ns,
            road_user=event.road_user,
            point_unit=event.point_unit,
            scene_revision=event.scene_revision,
            origin=movement.origin,
            destination=movement.destination,
        )
