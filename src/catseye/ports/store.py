"""Where records are kept."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from catseye.core.counts import Count, Gap
from catseye.core.events import Coverage, Event, LineCrossed, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.ids import RunId, StreamId
from catseye.core.receipt import LightSeen, TruthSample
from catseye.core.scene import Scene
from catseye.core.speeds import SpeedCell
from catseye.core.tracks import Trajectory
from catseye.core.traffic import (
    Conflict,
    Incident,
    IncidentMark,
    Passage,
    TrafficMinute,
    TrafficRecord,
    Violation,
    ViolationCell,
)

Record = LineCrossed | ZoneEntered | ZoneLeft | MovementCompleted | Coverage | LightSeen | Trajectory | TrafficRecord


class RunStarted(msgspec.Struct, frozen=True, kw_only=True, tag="run_started"):
    """A run begins: which stream, with which scene, read with which detector."""

    stream: StreamId
    run: RunId
    source: str
    started_ns: int
    detector: str
    detector_sha256: str


class StoreReader(Protocol):
    """What can be asked of a store, also by another process while one writes. May be called from any thread."""

    def counts(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Count]:
        """Every cell that touches [start, end) of every line, movement and zone known there, all directions and kinds that were
        counted at least once, or one row with road user "" where none was; unobserved cells have ``volume=None``. Ordered by start,
        rule, direction, kind. Each carries its receipt.
        """
        ...

    def gaps(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Gap]:
        """The unobserved stretches of a stream between its first and last coverage, within [start, end)."""
        ...

    def watched(self, stream: StreamId, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """The stretches [start, end) in which a stream was watched, within the given one, in order."""
        ...

    def events(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Event]:
        """The kept events with ``at_ns`` in [start, end), in order of ``at_ns``."""
        ...

    def passages(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Passage]:
        """The kept passages with ``at_ns`` in [start, end), in order of ``at_ns``."""
        ...

    def speeds(self, stream: StreamId, start_ns: int, end_ns: int) -> list[SpeedCell]:
        """The speeds measured over count lines in every cell that touches [start, end), ordered by start, rule, direction, kind."""
        ...

    def minutes(self, stream: StreamId, start_ns: int, end_ns: int) -> list[TrafficMinute]:
        """The minutes that begin in [start, end), ordered by start, kind of place, place, run. There may be several of one minute
        and place, which add up.
        """
        ...

    def conflicts(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Conflict]:
        """The conflicts with ``at_ns`` in [start, end), in order of ``at_ns``."""
        ...

    def incidents(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Incident]:
        """Every revision of the incidents that were opened in [start, end), ordered by opening, incident, revision."""
        ...

    def violations(self, stream: StreamId, start_ns: int, end_ns: int) -> list[Violation]:
        """The kept violations with ``at_ns`` in [start, end), in order of ``at_ns``."""
        ...

    def violation_cells(self, stream: StreamId, start_ns: int, end_ns: int) -> list[ViolationCell]:
        """How many violations there were in every cell that touches [start, end), ordered by start, kind, place, kind of road
        user.
        """
        ...

    def streams(self) -> list[StreamId]:
        """Every stream that the store was told of, by name."""
        ...

    def scene(self, stream: StreamId) -> Scene | None:
        """The scene in force of a stream; None where the store was never told of the stream."""
        ...

    def span(self, stream: StreamId) -> tuple[int, int] | None:
        """The stretch [start, end) from the first instant covered or cell counted in to the last; None where there is none."""
        ...

    def close(self) -> None:
        """Finish; harmless when called twice."""
        ...


class Store(StoreReader, Protocol):
    """Keeps events for a short time and volumes for good. What ``append`` returned from is safe from a crash."""

    def begin(self, run: RunStarted, scene: Scene) -> tuple[Gap, ...]:
        """Register a run and its scene. Returns the stretch since the stream was last observed, if it has been before."""
        ...

    def revise(self, stream: StreamId, scene: Scene) -> None:
        """From now on events and coverage of the stream may name this scene's revision."""
        ...

    def certify(self, stream: StreamId, sample: TruthSample) -> None:
        """From now on the intervals of the stream's cells, earlier ones too, rest on this truth sample."""
        ...

    def mark(self, stream: StreamId, incident_id: str, state: IncidentMark, at_ns: int) -> Incident | None:
        """Add what an operator says of an incident, as a revision of it. Returns that; None where there is no such incident."""
        ...

    def append(self, records: Sequence[Record]) -> None:
        """Keep records, all or none. Volumes, speeds and coverage grow with them in the same transaction. An event, passage or
        violation still kept is not counted again, nor is what is kept for good; trajectories are accepted and not kept. Raises
        StoreError, and then nothing of the call was kept.
        """
        ...

    def purge(self, now_ns: int) -> int:
        """Forget per-vehicle records past their retention (24 h by default); volumes stay. Returns how many went."""
        ...
