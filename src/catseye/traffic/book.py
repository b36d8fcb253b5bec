"""The book of a run's traffic: makes moments of what is told of the street, and keeps the measuring engines going.

A sighting may be told late: a young track's when it is sure, a found again one's when it is known whose way it goes on. So a moment
is made ``LAG_S`` after its instant, when all is known that ever will be. Several are made at once, every ``_AT_ONCE_S``.
"""

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from catseye.calibration.errors import ground_errors
from catseye.core.events import Event, LineCrossed
from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import FittedScene
from catseye.core.time import LONGEST_GAP_S, nanoseconds, seconds
from catseye.core.traffic import Passage, TrafficRecord
from catseye.rules.ground import GroundView, ground_view
from catseye.rules.positions import Positions
from catseye.traffic.conflicts.engine import Conflicts
from catseye.traffic.engine import Engine, Moment
from catseye.traffic.followed import Followed
from catseye.traffic.incidents.engine import Incidents
from catseye.traffic.measures.engine import Measures
from catseye.traffic.signals import SignalStates
from catseye.traffic.situation import Watch
from catseye.traffic.violations.engine import Violations

LAG_S = 3.0  # a lost track is found again within 2 s, and who goes on its way is sure within 1 s more
_AT_ONCE_S = 1.0
_SIZED_S = 0.3  # the sizes of bodies are asked for this often
_PAST_S = 30.0  # a crossing that was settled later has no speed
_LEAST_SIGHTINGS, _LEAST_S = 4, 0.5  # of a shorter track no speed is told

EnginesFor = Callable[[FittedScene, GroundView, StreamId, RunId], Sequence[Engine]]


def engines_for(
    fitted: FittedScene, view: GroundView, stream: StreamId, run: RunId, signals: SignalStates | None = None
) -> Sequence[Engine]:
    """All that is measured on the ground of a scene. ``signals`` hears what its signals show before the moments that need it."""
    watch = Watch(fitted=fitted, view=view, signals=signals or SignalStates())
    errors_known = ground_errors(fitted.scene) is not None
    return [
        Measures(fitted, view, stream=stream, run=run),
        Conflicts(fitted, view, stream=stream, run=run),
        Incidents(watch, stream=stream, run=run),
        Violations(watch=watch, stream=stream, run=run, errors_known=errors_known),
    ]


class TrafficBook:
    """The traffic of one run over calibrated ground."""

    def __init__(self, fitted: FittedScene, view: GroundView, engines: Sequence[Engine]) -> None:
        self._fitted, self._view, self._engines = fitted, view, engines
        self._errors = ground_errors(fitted.scene)
        self._followed = self._fresh()
        self._events: list[Event] = []
        self._past: deque[GroundSightings] = deque()
        self._last_ns: int | None = None
        self._sized_ns = -1

    def update(
        self,
        at_ns: int,
        told: Sequence[Positions],
        events: Sequence[Event],
        alive: npt.NDArray[np.int64],
        sizes_m: Callable[[], F64],
    ) -> list[TrafficRecord]:
        """Take in what one frame told: sightings and events of now and earlier, and which tracks (N,) live.

        ``sizes_m`` tells their sizes (N, 2), and is asked now and then. Returns what is known now.
        """
        records: list[TrafficRecord] = []
        self._events += events
        if self._last_ns is not None and at_ns - self._last_ns > nanoseconds(LONGEST_GAP_S):
            for seen in told:
                if seen.at_ns <= self._last_ns:
                    self._followed.take_in(seen)
            records += self._emit(self._last_ns)
            told = [seen for seen in told if seen.at_ns > (self._last_ns or 0)]
            self._followed = self._fresh()
        self._last_ns = at_ns
        self._followed.instant(at_ns)
        for seen in told:
            self._followed.take_in(seen)
        self._followed.alive(alive, at_ns)
        if at_ns - self._sized_ns >= nanoseconds(_SIZED_S):
            self._sized_ns = at_ns
            self._followed.sized(alive, sizes_m())
        pending = self._followed.pending()
        if at_ns - pending[0] >= nanoseconds(LAG_S + _AT_ONCE_S):
            records += self._emit(at_ns - nanoseconds(LAG_S))
        return records

    def close(self, told: Sequence[Positions], events: Sequence[Event]) -> list[TrafficRecord]:
        """End the run with what its end told."""
        if self._last_ns is None:
            return []
        for seen in told:
            self._followed.take_in(seen)
        self._events += events
        records = self._emit(self._last_ns)
        return [*records, *(record for engine in self._engines for record in engine.close(self._last_ns))]

    def stop(self, at_ns: int) -> list[TrafficRecord]:
        """End the run early: what was seen from ``at_ns`` on cannot be measured. Returns what is known of before."""
        records = self._emit(at_ns - 1)
        last_ns = self._past[-1].at_ns if self._past else at_ns
        return [*records, *(record for engine in self._engines for record in engine.close(last_ns))]

    def _fresh(self) -> Followed:
        return Followed(self._fitted, self._view, self._errors)

    def _emit(self, until_ns: int) -> list[TrafficRecord]:
        records: list[TrafficRecord] = []
        for seen in self._followed.give_out(until_ns):
            self._past.append(seen)
            while self._past[0].at_ns < seen.at_ns - nanoseconds(_PAST_S):
                self._past.popleft()
            events = sorted((e for e in self._events if e.at_ns <= seen.at_ns), key=lambda event: (event.at_ns, event.id))
            self._events = [event for event in self._events if event.at_ns > seen.at_ns]
            passages = [self._passage(event) for event in events if isinstance(event, LineCrossed)]
            moment = Moment(seen=seen, events=events, passages=passages)
            records += passages
            records += [record for engine in self._engines for record in engine.update(moment)]
        return records

    def _passage(self, event: LineCrossed) -> Passage:
        speed, error, length = self._speed_at(event.track, event.at_ns)
        return Passage(
            event=event.id,
            stream=event.stream,
            run=event.run,
            rule=event.rule,
            direction=event.direction,
            road_user=event.road_user,
            at_ns=event.at_ns,
            speed_mps=speed,
            error_mps=error,
            length_m=length,
        )

    def _speed_at(self, told: int, at_ns: int) -> tuple[float | None, float | None, float | None]:
        """Speed, its error and the length of a road user at an instant; None for what is not known."""
        life = self._followed.life(told)
        if life is None or life.count < _LEAST_SIGHTINGS or seconds(life.last_ns - life.first_ns) < _LEAST_S:
            return None, None, None
        found: list[tuple[int, float, float, float]] = []
        for seen in reversed(self._past):
            row = np.flatnonzero(seen.number == life.number)
            if len(row):
                speed_mps, error_mps, length_m = (float(c[row[0]]) for c in (seen.speed_mps, seen.speed_error_mps, seen.length_m))
                found.append((seen.at_ns, speed_mps, error_mps, length_m))
            if seen.at_ns <= at_ns:
                break
        if not found or not (found[-1][0] <= at_ns <= found[0][0]):
            return None, None, None
        times = [row[0] for row in found[:-3:-1]]
        speed, error, length = (float(np.interp(at_ns, times, [row[k] for row in found[:-3:-1]])) for k in (1, 2, 3))
        return round(speed, 3), round(error, 3) if np.isfinite(error) else None, round(length, 2)


def book_of(fitted: FittedScene, stream: StreamId, run: RunId, engines: EnginesFor = engines_for) -> TrafficBook | None:
    """The traffic book of a run over a scene; None where no homography tells of the ground."""
    view = ground_view(fitted)
    return None if view is None else TrafficBook(fitted, view, engines(fitted, view, stream, run))
