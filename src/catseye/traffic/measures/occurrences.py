"""What happens at lines, zones and movements: volumes, speeds over lines, presence, and how long people wait to cross."""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.events import LineCrossed, MovementCompleted, ZoneEntered, ZoneLeft
from catseye.core.geometry import F64, inside
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene
from catseye.core.time import nanoseconds, seconds
from catseye.core.traffic import Passage
from catseye.rules.ground import GroundView
from catseye.traffic.engine import Moment
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook, Place
from catseye.traffic.measures.stations import SLOWEST_MPS

STEPS_OUT_NS = nanoseconds(3.0)  # from leaving where one waits to entering the crossing
_WALKS = RoadUser.PEDESTRIAN.label


@dataclass(slots=True)
class Occurrences:
    """The events of one run. ``uses`` of the zones by name; ``ground`` their outlines in metres."""

    book: MinuteBook
    uses: dict[str, str]
    ground: dict[str, F64]
    _waited: dict[int, ZoneLeft] = field(default_factory=dict)
    _stepped: dict[int, int] = field(default_factory=dict)

    def update(self, moment: Moment) -> None:
        """Take what happened since the last moment in."""
        for event in moment.events:
            if isinstance(event, LineCrossed):
                self.book.add(("line", event.rule), event.at_ns, key("volume", event.road_user, event.direction))
            elif isinstance(event, MovementCompleted):
                self.book.add(("movement", event.rule), event.at_ns, key("volume", event.road_user))
            elif isinstance(event, ZoneEntered):
                self._entered(event)
            else:
                self._left(event)
        for passage in moment.passages:
            self._passed(passage)
        old = moment.seen.at_ns - 10 * STEPS_OUT_NS
        self._waited = {track: left for track, left in self._waited.items() if left.at_ns > old}
        self._stepped = {track: at_ns for track, at_ns in self._stepped.items() if at_ns > old}

    def presence(self, seen: GroundSightings, span_ns: tuple[int, int]) -> None:
        """Who is in each zone now, taken to have been so since the last moment."""
        lasted = seconds(span_ns[1] - span_ns[0])
        for name, polygon in self.ground.items():
            within = int(inside(seen.xy_m, polygon).sum()) if len(seen) else 0
            if within:
                self.book.spread(("zone", name), span_ns, {"occupied_s": lasted, "time_s": within * lasted})

    def _passed(self, passage: Passage) -> None:
        if passage.speed_mps is None:
            return
        speed = max(passage.speed_mps, SLOWEST_MPS)
        place: Place = ("line", passage.rule)
        for name, amount in (("speed_n", 1.0), ("speed_mps", speed), ("pace_spm", 1 / speed)):
            self.book.add(place, passage.at_ns, key(name, passage.road_user, passage.direction), amount)
        self.book.tick(place, passage.at_ns, "speed_kmh", speed * 3.6, passage.direction)

    def _entered(self, event: ZoneEntered) -> None:
        if not event.appeared:
            self.book.add(("zone", event.rule), event.at_ns, key("volume", event.road_user))
        if self.uses.get(event.rule) == "crossing" and event.road_user == _WALKS:
            waited = self._waited.pop(event.track, None)
            if waited is not None and event.at_ns - waited.at_ns <= STEPS_OUT_NS:
                self._wait(waited)
            else:
                self._stepped[event.track] = event.at_ns

    def _left(self, event: ZoneLeft) -> None:
        if self.uses.get(event.rule) != "waiting" or event.road_user != _WALKS or event.vanished:
            return
        stepped = self._stepped.pop(event.track, None)
        if stepped is not None and abs(event.at_ns - stepped) <= STEPS_OUT_NS:
            self._wait(event)  # where both zones overlap, the crossing is entered first
        else:
            self._waited[event.track] = event

    def _wait(self, left: ZoneLeft) -> None:
        place: Place = ("zone", left.rule)
        self.book.add(place, left.at_ns, "wait_n")
        self.book.add(place, left.at_ns, "wait_s", left.dwell_s)
        self.book.peak(place, left.at_ns, "wait_s", left.dwell_s)
        self.book.tick(place, left.at_ns, "wait_s", left.dwell_s)


def outlines(fitted: FittedScene, view: GroundView) -> dict[str, F64]:
    """The zones in metres, without those that reach up to the horizon."""
    found = {zone.name: view.metres(fitted.polygon_px(zone.polygon)) for zone in fitted.scene.zones}
    return {name: polygon for name, polygon in found.items() if np.isfinite(polygon).all()}
