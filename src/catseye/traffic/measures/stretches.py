"""Edie's measures: the way that is driven and the time that is spent on what is seen of each lane.

Over a stretch of length L during T, with the area A = L T: flow q = d / A, density k = t / A and speed v = d / t, where d is the
sum of all ways within A and t of all times (Edie 1963, "Discussion of traffic stream measurements and definitions").

On a lane that ends at no stop line nobody is believed who was never seen to move: where traffic flows, a shadow or a sign that is
taken for a vehicle now and then is there for longer than those who pass.
"""

from catseye.core.time import seconds
from catseye.traffic.lanes import GroundLanes
from catseye.traffic.measures.following import Following, Step
from catseye.traffic.measures.minutes import MinuteBook, Place


class LaneStretches:
    """The ways over a scene's lanes during one run."""

    def __init__(self, lanes: GroundLanes, book: MinuteBook) -> None:
        self._book = book
        self._places: list[Place] = [("lane", lane.name) for lane in lanes.lanes]
        self._flows = [lane.approach == "" for lane in lanes.lanes]
        self._spent_s: dict[int, tuple[int, float]] = {}  # who is on which lane, and for how long so far
        self.inside = [0] * len(lanes)

    def update(self, steps: list[Step], following: Following) -> None:
        """Take the steps since the last moment in."""
        for step in steps:
            spot = step.now or step.was
            assert spot is not None
            for part in following.stretches(step):
                place, lasted = self._places[part.lane], seconds(part.end_ns - part.start_ns)
                if self._flows[part.lane] and not spot.moved:
                    continue
                if spot.number not in self._spent_s:
                    self._book.add(place, part.start_ns, "entered")
                    self.inside[part.lane] += 1
                    self._spent_s[spot.number] = (part.lane, 0.0)
                amounts = {"distance_m": part.to_m - part.from_m, "time_s": lasted}
                self._book.spread(place, (part.start_ns, part.end_ns), amounts)
                spent = self._spent_s[spot.number][1] + lasted
                self._spent_s[spot.number] = (part.lane, spent)
                if part.leaves:
                    self._book.add(place, part.end_ns, "left")
                    self._book.add(place, part.end_ns, "left_time_s", spent)
                    self.inside[part.lane] -= 1
                    del self._spent_s[spot.number]
