"""Ways that break off on an approach, and who goes on with them.

Who stands in a queue is hidden by others for a while: its track ends, and another begins near the same place later. Without joining
the two, the wait before the break would be lost, and delay told too low. They are joined by place and time alone, within one run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from catseye.core.time import nanoseconds

Trip = TypeVar("Trip")

LEAST_NS = nanoseconds(1.5)  # a shorter way may have been nobody's
BACK_M = 4.0  # places of one that stands differ by less: half a car and more
AHEAD_M = 20.0  # how far it may have moved up unseen: by less than parts two queues
QUEUED_NS = nanoseconds(60.0)  # one that stood may stay hidden this long
MOVING_NS = nanoseconds(15.0)  # one that moved comes out again, or has come to stand and is seen
_OTHER_LANE_M = 5.0  # one on another lane of the approach is as likely as one so much further off


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Generic[Trip]):
    """A ``trip`` that was seen last at ``along_m`` of ``lane``."""

    trip: Trip
    lane: int
    along_m: float
    at_ns: int
    queued: bool


class BrokenTrips(Generic[Trip]):
    """The trips of one run that broke off lately."""

    def __init__(self) -> None:
        self._kept: list[Broken[Trip]] = []

    def keep(self, broken: Broken[Trip]) -> None:
        """One broke off."""
        self._kept = [one for one in self._kept if broken.at_ns - one.at_ns <= QUEUED_NS] + [broken]

    def forget(self) -> None:
        """Nobody knows who went on meanwhile."""
        self._kept.clear()

    def take(self, lane: int, along_m: float, at_ns: int, same: Callable[[int], bool]) -> Broken[Trip] | None:
        """The nearest that one who is first seen here may go on with; ``same`` tells whether a lane is of the same approach.

        It is given out once.
        """
        fitting = [one for one in self._kept if same(one.lane) and _may(one, along_m, at_ns)]
        if not fitting:
            return None
        best = min(fitting, key=lambda one: abs(along_m - one.along_m) + (0.0 if one.lane == lane else _OTHER_LANE_M))
        self._kept.remove(best)
        return best


def _may(one: Broken[Trip], along_m: float, at_ns: int) -> bool:
    longest = QUEUED_NS if one.queued else MOVING_NS
    return -BACK_M <= along_m - one.along_m <= AHEAD_M and 0 <= at_ns - one.at_ns <= longest
