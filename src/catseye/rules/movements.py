"""Movements: out of one zone and into another."""

from collections.abc import Iterable

from catseye.core.events import Event, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.ids import event_id
from catseye.core.scene import Movement


class MovementWatch:
    """Joins the zones a road user was in, in order, into movements. Each movement completes once a track.

    Out of the origin and into the destination; where the two overlap, also into the destination and then out of the origin.
    """

    def __init__(self, movements: tuple[Movement, ...]) -> None:
        self._movements = movements
        self._origins: dict[int, set[str]] = {}
        self._inside: dict[int, dict[str, ZoneEntered]] = {}
        self._done: dict[int, set[str]] = {}

    def update(self, events: list[Event]) -> list[MovementCompleted]:
        """The movements that zone events complete."""
        completed = []
        for event in events:
            if isinstance(event, ZoneEntered):
                completed += [self._complete(event, m) for m in self._movements if self._into(event, m)]
                self._inside.setdefault(event.track, {})[event.rule] = event
            elif isinstance(event, ZoneLeft):
                within = self._inside.get(event.track, {})
                came = within.pop(event.rule, None)
                if event.vanished or came is None:
                    continue
                self._origins.setdefault(event.track, set()).add(event.rule)
                later = [other for other in within.values() if other.at_ns > came.at_ns]
                completed += [self._complete(into, m) for into in later for m in self._movements if self._into(into, m)]
        return completed

    def forget(self, numbers: Iterable[int]) -> None:
        """Free what is kept of ended tracks."""
        for number in numbers:
            for kept in (self._origins, self._inside, self._done):
                kept.pop(int(number), None)

    def _into(self, event: ZoneEntered, movement: Movement) -> bool:
        """Whether the entry completes the movement, by the zones that were left so far."""
        been, done = self._origins.get(event.track, set()), self._done.get(event.track, set())
        return movement.destination == event.rule and movement.origin in been and movement.name not in done

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
