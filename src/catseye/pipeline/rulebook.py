"""All rules of one scene over one run."""

from collections.abc import Iterable

from catseye.core.events import Event, ZoneEntered
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import FittedScene
from catseye.rules.lines import LineCounter
from catseye.rules.movements import MovementWatch
from catseye.rules.positions import Positions
from catseye.rules.zones import ZoneWatch


class Rulebook:
    """Lines, zones and movements, fed together."""

    def __init__(self, fitted: FittedScene, *, stream: StreamId, run: RunId) -> None:
        scene = fitted.scene
        self._lines = [LineCounter(line, fitted, stream=stream, run=run) for line in scene.lines]
        self._zones = {zone.name: ZoneWatch(zone, fitted, stream=stream, run=run) for zone in scene.visited}
        self._movements = MovementWatch(scene.movements)

    @property
    def present(self) -> dict[str, int]:
        """How many road users are in each zone now."""
        return {name: zone.present for name, zone in self._zones.items()}

    def update(self, seen: Positions) -> list[Event]:
        """Everything that one frame's sightings settle, in order of when it happened."""
        crossed = [event for line in self._lines for event in line.update(seen)]
        zoned = [event for zone in self._zones.values() for event in zone.update(seen)]
        return self._ordered([*crossed, *zoned], zoned)

    def forget(self, numbers: Iterable[int], at_ns: int) -> list[Event]:
        """Let go of ended tracks."""
        gone = list(numbers)
        for line in self._lines:
            line.forget(gone)
        zoned = [event for zone in self._zones.values() for event in zone.forget(gone, at_ns)]
        events = self._ordered(zoned, zoned)
        self._movements.forget(gone)
        return events

    def _ordered(self, events: list[Event], zoned: list[Event]) -> list[Event]:
        # Where two zones touch, one is left at the instant that the other is entered: leaving comes first, however they are listed.
        in_order = sorted(zoned, key=lambda event: (event.at_ns, isinstance(event, ZoneEntered)))
        moved = self._movements.update(in_order)
        return sorted([*events, *moved], key=lambda event: (event.at_ns, event.id))
