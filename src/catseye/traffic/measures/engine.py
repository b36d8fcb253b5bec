"""The engine of traffic measures: moments in, minutes out."""

from catseye.core.ids import RunId, StreamId
from catseye.core.scene import FittedScene
from catseye.core.time import LONGEST_GAP_S, nanoseconds
from catseye.core.traffic import TrafficRecord
from catseye.rules.ground import GroundView
from catseye.traffic.engine import Moment
from catseye.traffic.lanes import GroundLanes
from catseye.traffic.measures.completion import Completion
from catseye.traffic.measures.departures import Departures, exits_of
from catseye.traffic.measures.following import Following
from catseye.traffic.measures.grounds import Grounds, outlines
from catseye.traffic.measures.minutes import MinuteBook, Place
from catseye.traffic.measures.occurrences import take_event, take_passages
from catseye.traffic.measures.queues import QueueWatch
from catseye.traffic.measures.stations import Stations
from catseye.traffic.measures.stretches import LaneStretches

_GAP_NS = nanoseconds(LONGEST_GAP_S)


class Measures:
    """Everything that is measured by the minute, of one run of one stream. It keeps those in view and the minutes still open."""

    def __init__(self, fitted: FittedScene, view: GroundView, *, stream: StreamId, run: RunId) -> None:
        scene = fitted.scene
        lanes = GroundLanes(scene.lanes, fitted, view)
        self._book = MinuteBook(_places(fitted, lanes), stream=stream, run=run, scene_revision=scene.revision)
        self._following = Following(lanes)
        self._stretches = LaneStretches(lanes, self._book)
        self._stations = Stations(lanes, fitted, view, self._book)
        self._queues = QueueWatch(lanes, self._book)
        self._departures = Departures(lanes, self._book, exits_of(fitted, view))
        self._grounds = Grounds(self._book, outlines(fitted, view), frozenset(zone.name for zone in scene.visited))
        ends = {name for way in scene.movements for name in (way.origin, way.destination)}
        grounds = {zone.name: polygon for zone, polygon in outlines(fitted, view) if zone.name in ends}
        self._completion = Completion(self._book, scene.movements, grounds)
        self._at_ns: int | None = None

    def update(self, moment: Moment) -> list[TrafficRecord]:
        """The minutes that are over for good."""
        at_ns = moment.seen.at_ns
        before, self._at_ns = self._at_ns, at_ns
        if before is not None and at_ns - before > _GAP_NS:
            self._let_go()
            before = None
        if before is not None:
            self._book.observe(before, at_ns)
        steps = self._following.step(moment.seen)
        self._stretches.update(steps, self._following)
        self._stations.update(steps, at_ns)
        self._queues.update(steps, at_ns)
        self._departures.update(steps)
        self._grounds.update(moment.seen, before)
        self._completion.update(moment.seen)
        for event in moment.events:
            take_event(self._book, event)
        take_passages(self._book, moment.passages)
        return [*self._book.due(at_ns)]

    def close(self, at_ns: int) -> list[TrafficRecord]:
        """The minutes that are still open."""
        del at_ns  # what was watched ended with the last moment
        self._let_go()
        return [*self._book.close()]

    def _let_go(self) -> None:
        """Nobody knows what went on for a while: what was under way is over."""
        steps = self._following.forget()
        self._stretches.update(steps, self._following)
        self._departures.forget()
        self._grounds.forget()
        self._completion.close()
        self._stations.forget()


def _places(fitted: FittedScene, lanes: GroundLanes) -> list[tuple[Place, float]]:
    scene = fitted.scene
    approaches = sorted({lane.approach for lane in scene.lanes if lane.approach})
    return [
        *((("line", line.name), 0.0) for line in scene.lines),
        *((("lane", lane.name), float(length)) for lane, length in zip(scene.lanes, lanes.length_m, strict=True)),
        *((("approach", name), 0.0) for name in approaches),
        *((("zone", zone.name), 0.0) for zone in scene.zones),
        *((("movement", movement.name), 0.0) for movement in scene.movements),
    ]
