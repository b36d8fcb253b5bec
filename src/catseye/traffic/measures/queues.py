"""Standing queues before the stop lines, and halts on the way there.

A vehicle joins a queue when it falls below 5 km/h and leaves it above 10 km/h, and a queue ends where the next one stands more than
20 m behind: the defaults of the microsimulation VISSIM, named in FHWA-HRT-04-040 (Traffic Analysis Toolbox III).
"""

from dataclasses import dataclass, field

from catseye.core.time import NS_PER_S
from catseye.traffic.lanes import OFF, GroundLanes
from catseye.traffic.measures.following import JOINS_MPS, Spot, Step
from catseye.traffic.measures.minutes import MinuteBook, Place

APART_M = 20.0
HALT_NS = 3 * NS_PER_S
CUT_M = 7.5  # a car and the gap behind it: a queue that ends nearer to where the view of its lane begins may go on beyond


@dataclass(slots=True)
class _Halt:
    since_ns: int
    counted: bool = False


@dataclass(slots=True)
class QueueWatch:
    """The queues of one run, sampled each second."""

    lanes: GroundLanes
    book: MinuteBook
    _second: int | None = None
    _halts: dict[int, _Halt] = field(default_factory=dict)

    def update(self, steps: list[Step], at_ns: int) -> None:
        """Take the steps up to ``at_ns`` in."""
        for step in steps:
            self._halt(step)
        second = at_ns // NS_PER_S
        if second != self._second:
            self._second = second
            self._sample([step.now for step in steps if step.now is not None and step.now.home != OFF], at_ns)

    def _sample(self, spots: list[Spot], at_ns: int) -> None:
        found: dict[str, list[tuple[int, float, bool]]] = {}
        for index, lane in enumerate(self.lanes.lanes):
            if not lane.approach:
                continue
            length = float(self.lanes.length_m[index])
            to_stop = [(length - spot.along_m[index], spot.length_m / 2) for spot in spots if spot.queued and spot.home == index]
            count, rear = chain([(to - half, to + half) for to, half in to_stop if to >= -half])
            queue = (count, rear, count > 0 and rear > length - CUT_M)
            found.setdefault(lane.approach, []).append(queue)
            self._tell(("lane", lane.name), at_ns, *queue)
        for approach, queues in found.items():
            counts, rears, cuts = zip(*queues, strict=True)
            self._tell(("approach", approach), at_ns, sum(counts), max(rears), any(cuts))
            if any(lane.signal for lane in self.lanes.lanes if lane.approach == approach):
                self.book.peak(("approach", approach), at_ns, "signal", 1.0)

    def _tell(self, place: Place, at_ns: int, vehicles: int, length_m: float, cut: bool) -> None:
        book = self.book
        for name, value in (("queue_vehicles", float(vehicles)), ("queue_m", length_m)):
            book.add(place, at_ns, name, value)
            book.peak(place, at_ns, name, value)
            book.tick(place, at_ns, name, value)
        book.add(place, at_ns, "queue_samples")
        book.add(place, at_ns, "queue_cut", float(cut))

    def _halt(self, step: Step) -> None:
        spot = step.now or step.was
        assert spot is not None
        if step.now is None or spot.speed_mps >= JOINS_MPS:
            self._halts.pop(spot.number, None)
            return
        halt = self._halts.setdefault(spot.number, _Halt(spot.at_ns))
        approach = self.lanes.lanes[spot.lane].approach if spot.lane != OFF else ""
        if approach and not halt.counted and spot.at_ns - halt.since_ns >= HALT_NS:
            halt.counted = True
            self.book.add(("approach", approach), spot.at_ns, "stops")


def chain(standing: list[tuple[float, float]]) -> tuple[int, float]:
    """How many stand one behind the other, and how far the last rear is from the stop line; of (front, rear) metres before it."""
    count, last = 0, 0.0
    for front, rear in sorted(standing):
        if front - last > APART_M:
            break
        count, last = count + 1, max(last, rear)
    return count, last
