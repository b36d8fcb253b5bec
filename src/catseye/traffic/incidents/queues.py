"""A queue that grows back into a junction, and traffic that breaks down where nothing regulates it."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from catseye.core.time import LONGEST_GAP_S, NS_PER_S
from catseye.traffic.incidents.machine import Evidence, Times
from catseye.traffic.situation import Situation
from catseye.traffic.standing import GOES_MPS
from catseye.traffic.waiting import QUEUE_GAP_M, before_crossing

SPILL_BACK = Times(open_s=4.0, close_s=8.0, cooldown_s=30.0, merge_m=10.0)
CONGESTION = Times(open_s=10.0, close_s=30.0, cooldown_s=60.0, merge_m=60.0)
_MOUTH_M = 7.0  # one more car does not fit in before the queue's end
_LEAST = 2
_CROSSING_S = 20.0  # those who let somebody cross stand back into the junction for a moment
_BEFORE_S = 300.0
_NOW_S = 20.0
_SLOW, _FLOWED = 0.25, 0.6  # of the limit: level of service F, and not yet E, of a motorway (HCM 6th ed., ch. 12), roughly
_VEHICLES = 3.0  # on average


def spill_back(now: Situation) -> list[Evidence]:
    """Lanes that begin at a junction and whose standing queue reaches back to there."""
    found: list[Evidence] = []
    standing = now.driver & (now.stood_s > 0)
    if not standing.any():
        return found
    waits = np.where(before_crossing(now), _CROSSING_S, 0.0)
    for lane in range(len(now.network.lanes)):
        if not now.network.mouth(lane):
            continue
        queue = _queue(now, lane)
        if len(queue) < _LEAST:
            continue
        last = queue[0]
        rear_m = float(now.on.along_m[last] - now.seen.length_m[last] / 2)
        if rear_m > _MOUTH_M or now.stood_s[queue].min() <= waits[queue[-1]]:
            continue
        name = now.network.lanes.lanes[lane].name
        x, y = now.network.lanes.centres[lane][0].tolist()
        reason = f"{len(queue)} vehicles stand on {name}, back to where it begins"
        found.append(Evidence(key=name, point_m=(x, y), place=name, reason=reason, parties=len(queue)))
    return found


def _queue(now: Situation, lane: int) -> list[int]:
    """The rows that stand in one queue from the beginning of a lane on, over its following lanes too."""
    first = np.flatnonzero(now.driver & (now.on.lane == lane))
    if not len(first):
        return []
    queue = [int(first[now.on.along_m[first].argmin()])]
    if not _stands(now, queue[0]):
        return []
    while True:
        following = int(now.ahead[queue[-1]])
        if following in {-1, *queue} or now.gap_m[queue[-1]] > QUEUE_GAP_M or not _stands(now, following):
            return queue
        queue.append(following)


def _stands(now: Situation, row: int) -> bool:
    return bool(now.stood_s[row] > 0 and now.seen.speed_mps[row] < GOES_MPS)


@dataclass(slots=True, eq=False)
class Congestion:
    """Remembers second by second, for five minutes, how many were on each lane and how fast."""

    _seconds: deque[tuple[int, dict[int, tuple[int, float]]]] = field(default_factory=deque)
    _found: list[Evidence] = field(default_factory=list)

    def evidence(self, now: Situation) -> list[Evidence]:
        """Lanes without a stop line ahead on which traffic flowed in the minutes before and now crawls."""
        if self._seconds and now.at_ns - self._seconds[-1][0] > LONGEST_GAP_S * NS_PER_S:
            self._seconds.clear()
        if self._seconds and now.at_ns - self._seconds[-1][0] < NS_PER_S:
            return self._found
        self._seconds.append((now.at_ns, _speeds(now)))
        while now.at_ns - self._seconds[0][0] > _BEFORE_S * NS_PER_S:
            self._seconds.popleft()
        self._found = [item for lane in range(len(now.network.lanes)) if (item := self._crawls(now, lane)) is not None]
        return self._found

    def _crawls(self, now: Situation, lane: int) -> Evidence | None:
        drawn = now.network.lanes.lanes[lane]
        if (
            drawn.limit_kmh is None
            or lane not in self._seconds[-1][1]
            or any(now.network.lanes.lanes[chain[-1]].approach for chain, _ in now.network.ways_on(lane))
        ):
            return None
        limit = drawn.limit_kmh / 3.6
        split = now.at_ns - _NOW_S * NS_PER_S
        late = [row[lane] for at, row in self._seconds if at > split and lane in row]
        early = [row[lane] for at, row in self._seconds if at <= split and lane in row]
        many, speed = sum(n for n, _ in late), sum(v for _, v in late)
        before, flowed = sum(n for n, _ in early), sum(v for _, v in early)
        if many < _VEHICLES * _NOW_S * 0.9 or before < _NOW_S or speed / many >= _SLOW * limit or flowed / before < _FLOWED * limit:
            return None
        centre = now.network.lanes.centres[lane]
        x, y = centre[len(centre) // 2].tolist()
        reason = f"traffic on {drawn.name} fell from {flowed / before * 3.6:.0f} to {speed / many * 3.6:.0f} km/h"
        return Evidence(key=drawn.name, point_m=(x, y), place=drawn.name, reason=reason, severity="medium")


def _speeds(now: Situation) -> dict[int, tuple[int, float]]:
    """How many drive on each lane, and the sum of their speeds."""
    found = {}
    for lane in np.unique(now.on.lane[now.driver]).tolist():
        rows = now.driver & (now.on.lane == lane)
        found[lane] = (int(rows.sum()), float(now.seen.speed_mps[rows].sum()))
    return found
