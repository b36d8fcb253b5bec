"""Who drives over a stop line while its signal is red.

The front has to pass the line, the signal to be red from before to after that by the error of the clocks and of the place, and the
vehicle to go on: who stops a little beyond the line has not run the light. Where it may be on one of two lanes, both have red. A
false box that rides along with who has green in the lane beside runs nothing.
"""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.time import LONGEST_GAP_S, NS_PER_S, nanoseconds
from catseye.traffic.lanes import OFF, project
from catseye.traffic.situation import Situation

CLOCK_S = 0.5  # a controller's clock and the camera's agree this well
LENGTH_M = 0.5  # a body's length is known this well, halved
LONGEST_RED_S = 300.0  # of a longer one the controller, or its news, is out of order
SURE = 1.96
_FROM_M = -4.0  # it was seen to come to the line from before here
_ASIDE_M = 0.5
_GOES_ON_M = 5.0
_LEAST_MPS = 2.0
_WITHIN_S = 6.0


@dataclass(slots=True)
class _Approach:
    """One that comes to a line: which, where its front was last and first, and when and how fast it passed it; by which signals."""

    lane: int
    front_m: float
    at_ns: int
    from_m: float
    passed_ns: int | None = None
    speed_mps: float = 0.0
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Row ``row`` ran the light of lane ``lane`` at ``at_ns``; ``red_s`` is how long it had been red."""

    row: int
    lane: int
    at_ns: int
    speed_mps: float
    red_s: float


@dataclass(slots=True)
class RedLight:
    """Remembers of each that comes to a signal where its front was."""

    _coming: dict[int, _Approach] = field(default_factory=dict)

    def runs(self, now: Situation) -> list[Run]:
        """Who is now known to have run a red light."""
        found, kept = [], {}
        lanes = now.network.lanes
        for row in np.flatnonzero(now.driver).tolist():
            number, on = int(now.seen.number[row]), int(now.on.lane[row])
            one = self._coming.get(number)
            if one is None and (on == OFF or not lanes.lanes[on].signal or not lanes.lanes[on].approach):
                continue
            lane = one.lane if one is not None and (one.passed_ns is not None or on == OFF) else on
            if not lanes.lanes[lane].signal or not lanes.lanes[lane].approach:
                continue
            along = float(project(now.seen.xy_m[row : row + 1], lanes.centres[lane])[0][0])
            front = along + float(now.seen.length_m[row]) / 2 - float(lanes.length_m[lane])
            if one is None or one.lane != lane or now.at_ns - one.at_ns > LONGEST_GAP_S * NS_PER_S:
                kept[number] = _Approach(lane, front, now.at_ns, front)
                continue
            self._passes(now, row, one, front)
            one.front_m, one.at_ns = front, now.at_ns
            if one.passed_ns is None or now.at_ns - one.passed_ns <= nanoseconds(_WITHIN_S):
                kept[number] = one
            if one.passed_ns is not None and front >= _GOES_ON_M and now.seen.seen[row]:
                kept.pop(number, None)
                found += [] if now.double[row] else _judged(now, row, one)
        self._coming = kept
        return found

    def _passes(self, now: Situation, row: int, one: _Approach, front: float) -> None:
        if one.passed_ns is None and one.front_m < 0.0 <= front:
            share = -one.front_m / (front - one.front_m)
            one.passed_ns = one.at_ns + round(share * (now.at_ns - one.at_ns))
            one.speed_mps = float(now.seen.speed_mps[row])
            one.signals = _signals(now, row, one.lane) if now.seen.seen[row] and one.from_m <= _FROM_M else frozenset()


def _signals(now: Situation, row: int, lane: int) -> frozenset[str]:
    """The signals of its lane and of those beside it that it may be on, by the error of its place."""
    lanes, found = now.network.lanes, {now.network.lanes.lanes[lane].signal}
    for other, drawn in enumerate(lanes.lanes):
        if drawn.approach and drawn.approach == lanes.lanes[lane].approach:
            aside = abs(float(project(now.seen.xy_m[row : row + 1], lanes.centres[other])[1][0]))
            if aside <= drawn.width_m / 2 + _ASIDE_M + SURE * float(now.seen.place_error_m[row]):
                found.add(drawn.signal)
    return frozenset(found)


def _judged(now: Situation, row: int, one: _Approach) -> list[Run]:
    assert one.passed_ns is not None
    signal = now.network.lanes.lanes[one.lane].signal
    if one.speed_mps < _LEAST_MPS or not one.signals or "" in one.signals:
        return []
    slack_s = CLOCK_S + (float(now.seen.place_error_m[row]) + LENGTH_M) / one.speed_mps
    begin, end = one.passed_ns - nanoseconds(slack_s), one.passed_ns + nanoseconds(slack_s)
    if not all(now.signals.red_throughout(name, begin, end) for name in one.signals):
        return []
    red_s = (one.passed_ns - now.signals.since(signal, one.passed_ns)[1]) / NS_PER_S
    if red_s > LONGEST_RED_S:
        return []
    return [Run(row=row, lane=one.lane, at_ns=one.passed_ns, speed_mps=one.speed_mps, red_s=red_s)]
