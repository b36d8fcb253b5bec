"""For how long a vehicle may stand where it stands before something is wrong."""

import numpy as np

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.time import seconds
from catseye.traffic.lanes import OFF
from catseye.traffic.situation import NOBODY, Bools, Situation

QUEUE_GAP_M = 20.0  # VISSIM's default: a queue ends where the next is further behind
QUEUE_MPS = 10 / 3.6  # and who is faster has left it
_AT_LINE_M = 20.0  # the first in a queue: one unseen before it, or a line drawn a car's length off, makes no incident
_RED_S = 300.0  # a controller that shows red for longer is out of order
_GREEN_S = 20.0  # who has not gone by then does not go
_CYCLE_S = 120.0  # the longest cycle that is planned as a rule (RiLSA 2015): for a light that nobody tells of
_CROSSING_M, _CROSSING_S = 8.0, 45.0  # before those who cross
_JUNCTION_S = 60.0  # for a gap to turn
_BEFORE_M, _IN_LINE_M = 8.0, 1.5
_EDGE_M = 7.5  # from where the lane leaves the picture: a gap and a car that is cut, others may wait out there


def allowed_s(now: Situation) -> F64:
    """How long each road user (N,) may stand there: inf for who queues behind another or is parked where that is meant.

    Who waits at a line, at a crossing, for a gap or behind what is out of view has a time of its own. 0 where nothing excuses it.
    """
    allowed = np.zeros(len(now.seen))
    if not now.stood_s.any():  # most moments of a free road
        return allowed
    allowed[before_crossing(now)] = _CROSSING_S
    allowed[now.in_use("junction") | (now.on.lane == OFF)] = _JUNCTION_S
    allowed[now.to_edge_m <= _EDGE_M] = _CYCLE_S
    for row in np.flatnonzero(now.to_stop_m <= _AT_LINE_M).tolist():
        allowed[row] = max(allowed[row], _at_line_s(now, row))
    allowed[queues(now)] = np.inf
    lanes = now.network.lanes.lanes
    for row in np.flatnonzero((now.on.lane != OFF) & (now.seen.road_user == RoadUser.BUS)).tolist():
        if lanes[int(now.on.lane[row])].use == "bus":
            allowed[row] = np.inf
    allowed[now.in_use("parking")] = np.inf
    return allowed


def before_crossing(now: Situation) -> Bools:
    """Whose front (N,) is at a crossing, or close to one."""
    return np.asarray(now.near_use_m(_fronts(now), "crossing") <= _CROSSING_M, np.bool_)


def queues(now: Situation) -> Bools:
    """Who (N,) has a slow vehicle close ahead, on its lanes or straight before it: whatever is wrong there, it is not with them."""
    behind = (now.ahead != NOBODY) & (now.gap_m <= QUEUE_GAP_M)
    slow = now.seen.speed_mps < QUEUE_MPS
    found = np.zeros(len(now.seen), np.bool_)
    found[behind] = slow[now.ahead[behind]]
    slow &= now.driver
    for row in np.flatnonzero(slow & (now.stood_s > 0) & ~found).tolist():  # beyond the picture's edge there are no lanes
        found[row] = _straight_ahead(now, row, slow)
    return found


def _straight_ahead(now: Situation, row: int, slow: Bools) -> bool:
    heading = now.seen.heading_rad[row]
    if np.isnan(heading):
        heading = now.on.heading_rad[row]
    apart = now.seen.xy_m - now.seen.xy_m[row]
    along = apart @ np.array([np.cos(heading), np.sin(heading)])
    aside = np.abs(apart @ np.array([-np.sin(heading), np.cos(heading)]))
    gap = along - (now.seen.length_m + now.seen.length_m[row]) / 2
    return bool((slow & (along > 0) & (gap <= _BEFORE_M) & (aside <= _IN_LINE_M)).any())


def _at_line_s(now: Situation, row: int) -> float:
    lane = now.network.lanes.lanes[int(now.stop_lane[row])]
    if not lane.signal:
        return _CYCLE_S
    state, since_ns = now.signals.since(lane.signal, now.at_ns)
    if state == "green":
        green_s = seconds(now.at_ns - since_ns)
        # Counted from when it could go, not from when it came to stand.
        return float(now.stood_s[row]) - min(green_s, float(now.stood_s[row])) + _GREEN_S
    return _RED_S if state in {"red", "amber", "red_amber"} else _CYCLE_S


def _fronts(now: Situation) -> F64:
    """Where the fronts of all are, (N, 2); the middle of one without a heading."""
    heading = np.where(np.isnan(now.seen.heading_rad), now.on.heading_rad, now.seen.heading_rad)
    ahead = np.nan_to_num(np.stack([np.cos(heading), np.sin(heading)], axis=1))
    return np.asarray(now.seen.xy_m + ahead * now.seen.length_m[:, None] / 2, np.float64)
