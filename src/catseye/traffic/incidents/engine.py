"""The incidents of one run."""

from collections.abc import Callable

from catseye.core.ids import RunId, StreamId
from catseye.core.traffic import TrafficRecord
from catseye.traffic.engine import Moment
from catseye.traffic.incidents.machine import Evidence, Machine, Origin
from catseye.traffic.incidents.moving import ON_FOOT, SLOW, WRONG_WAY, WrongWay, on_foot, slow
from catseye.traffic.incidents.queues import CONGESTION, SPILL_BACK, Congestion, spill_back
from catseye.traffic.incidents.stopped import CRASH, STOPPED, Crashes, stopped
from catseye.traffic.situation import Situation, Watch

INCIDENTS = {
    "stopped_vehicle": STOPPED,
    "wrong_way": WRONG_WAY,
    "pedestrian_on_carriageway": ON_FOOT,
    "queue_spill_back": SPILL_BACK,
    "congestion": CONGESTION,
    "slow_vehicle": SLOW,
    "crash": CRASH,
}
"""Every kind of incident, with its times."""


class Incidents:
    """Finds incidents in what ``watch`` sees, which may serve other engines too."""

    def __init__(self, watch: Watch, *, stream: StreamId, run: RunId) -> None:
        self._watch = watch
        origin = Origin(stream=stream, run=run, fitted=watch.fitted, view=watch.view)
        wrong_way, crashes, congestion = WrongWay(), Crashes(), Congestion()
        find: dict[str, Callable[[Situation], list[Evidence]]] = {
            "stopped_vehicle": stopped,
            "wrong_way": wrong_way.evidence,
            "pedestrian_on_carriageway": on_foot,
            "queue_spill_back": spill_back,
            "congestion": congestion.evidence,
            "slow_vehicle": slow,
            "crash": crashes.evidence,
        }
        self._machines = [(Machine(kind=kind, times=INCIDENTS[kind], origin=origin), found) for kind, found in find.items()]

    def update(self, moment: Moment) -> list[TrafficRecord]:
        """The revisions that a moment leads to."""
        now = self._watch.see(moment)
        return [record for machine, find in self._machines for record in machine.update(now.at_ns, find(now))]

    def close(self, at_ns: int) -> list[TrafficRecord]:
        """End the run."""
        return [record for machine, _ in self._machines for record in machine.close(at_ns)]
