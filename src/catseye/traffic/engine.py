"""What every measuring engine takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from catseye.core.events import Event
from catseye.core.ground import GroundSightings
from catseye.core.traffic import Passage, TrafficRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One analysed instant, a little after it: who stood where by all that was seen until then, and what happened since the last.

    Instants come in order. Between two sightings a road user stands where it is interpolated; one that is absent is gone for good.
    More than ``core.time.LONGEST_GAP_S`` between two moments was not observed.
    """

    seen: GroundSightings
    events: Sequence[Event] = ()
    passages: Sequence[Passage] = ()


class Engine(Protocol):
    """Turns moments of one run into records. The same moments give the same records."""

    def update(self, moment: Moment) -> list[TrafficRecord]:
        """What is now known to have happened."""
        ...

    def close(self, at_ns: int) -> list[TrafficRecord]:
        """End the run: what is still open."""
        ...
