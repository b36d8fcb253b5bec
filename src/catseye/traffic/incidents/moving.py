"""Those who go where or as they must not: against the traffic, on foot on the carriageway, far too slowly.

Animals are not told from other things by any detector here, so none is seen. A second and a half and six metres against the traffic
are ours: a false box or a look at the wrong lane does not last that long.
"""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.road_users import RoadUser
from catseye.core.time import LONGEST_GAP_S, nanoseconds, seconds
from catseye.traffic.incidents.machine import Evidence, Times
from catseye.traffic.lanes import OFF, project
from catseye.traffic.motion import across_m
from catseye.traffic.situation import NOBODY, Situation

WRONG_WAY = Times(open_s=1.5, close_s=5.0, cooldown_s=20.0, merge_m=25.0)
ON_FOOT = Times(open_s=2.0, close_s=4.0, cooldown_s=20.0, merge_m=6.0)
SLOW = Times(open_s=6.0, close_s=5.0, cooldown_s=60.0, merge_m=30.0)
_AGAINST = -np.cos(np.radians(45.0))  # of the speed along the lane
_AGAINST_MPS = 3.0
_AGAINST_M = 6.0
_WITH_M = 6.0  # who went with the traffic before has turned, or is another who was taken for the first: longer, then
_TURNED_M, _TURNED_S = 15.0, 3.0
_STOOD_S = 1.0  # who stood was in a queue, along which its box slides back to the next
_ERRORS = 3.0  # of its place, that the way against the traffic has to be longer than
_FAST_S = 2.5  # on fast roads vehicles far apart in time are near in the picture, and one is seen for longer
_ON_M = 8.0  # who went against a lane up to its beginning still does a little further on
_BESIDE_M = 3.0  # a hard shoulder, or the strip beside a lane, belongs to its traffic
_ASIDE_M = 0.5  # who drives with a wheel over the line, or passes somebody parked, is on its own lane still
_NEARER_M = 1.0  # on a road's middle line nobody goes against the traffic of either side
_FAR_M = 6.0
_DRIFT_M = (
    1.2  # who drives along a lane keeps its distance: a box that slides from one body to the next goes along the line of sight
)
_WALKED_IN_M = 0.6  # from a lane's edge: who walks along it is on the kerb
_ON_FOOT_MPS = 3.5  # who was ever faster rides; who never moved is no more than a box around nothing
_CROSSING_M = 2.0  # those who cross do not keep to the paint
_FAST_KMH = 70.0  # slow traffic is a danger where others are fast
_SLOW = 0.5  # of the limit, and
_SLOW_MPS = 50 / 3.6  # well below what a vehicle must be able to go on a motorway, 60 km/h (Germany, StVO 18)
_FREE_M = 60.0
_SURE = 1.96


@dataclass(slots=True)
class _Against:
    """One that is here: whether it ever went with the traffic, and since where and when it goes against it."""

    with_m: float = 0.0
    from_m: F64 | None = None
    from_ns: int = 0
    lane: int = OFF
    aside_m: float = 0.0


@dataclass(slots=True, eq=False)
class WrongWay:
    """Remembers of each that is here how it went. Where one is not seen nothing is made of it: two may have been taken for one."""

    _known: dict[int, _Against] = field(default_factory=dict)
    _last_ns: int | None = None

    def evidence(self, now: Situation) -> list[Evidence]:
        """Motor vehicles that go against every lane which they may be on by the error of their place."""
        numbers = now.seen.number.tolist()
        self._known = {number: self._known.get(number, _Against()) for number in numbers}
        along = (now.seen.velocity_mps * _ways(now.on.heading_rad)).sum(axis=1)
        fast = now.driver & now.seen.seen & ~now.double & (now.seen.speed_mps - now.seen.speed_error_mps >= _AGAINST_MPS)
        against = fast & (along <= _AGAINST * now.seen.speed_mps)
        for row in np.flatnonzero(fast & ~against & (now.on.lane != OFF) & (along > 0)).tolist():
            one = self._known[numbers[row]]
            one.with_m, one.from_m = one.with_m + float(along[row]) * self._passed_s(now), None
        for row in np.flatnonzero(now.stood_s >= _STOOD_S).tolist():
            one = self._known[numbers[row]]
            one.with_m = max(one.with_m, _WITH_M)
        found = [self._judged(now, row) for row in np.flatnonzero(against).tolist()]
        self._last_ns = now.at_ns
        return [one for one in found if one is not None]

    def _judged(self, now: Situation, row: int) -> Evidence | None:
        number = int(now.seen.number[row])
        one = self._known[number]
        found = _against(now, row, 0.0 if one.from_m is None else _ON_M)
        if found is None:
            one.from_m = None
            return None
        lane, aside = found
        drifts = lane == one.lane and abs(aside - one.aside_m) > _DRIFT_M
        if one.from_m is None or drifts:
            one.from_m, one.from_ns, one.aside_m = now.seen.xy_m[row], now.at_ns, aside
        elif lane != one.lane:
            one.aside_m = aside
        one.lane = lane
        turned = one.with_m >= _WITH_M
        least_m = max(_TURNED_M if turned else _AGAINST_M, _ERRORS * float(now.seen.place_error_m[row]))
        if np.hypot(*(now.seen.xy_m[row] - one.from_m)) < least_m:
            return None
        fast = (now.network.lanes.lanes[lane].limit_kmh or 0.0) > _FAST_KMH
        if now.at_ns - one.from_ns < nanoseconds(_TURNED_S if turned else _FAST_S if fast else 0.0):
            return None
        kind = int(now.seen.road_user[row])
        name = now.network.lanes.lanes[lane].name
        reason = f"a {RoadUser(kind).label} goes against the traffic of {name} at {now.seen.speed_mps[row] * 3.6:.0f} km/h"
        return Evidence(
            key=number, point_m=_at(now, row), place=name, reason=reason, severity="high", road_user=kind, already_s=0.7
        )

    def _passed_s(self, now: Situation) -> float:
        return min(seconds(now.at_ns - self._last_ns), LONGEST_GAP_S) if self._last_ns is not None else 0.0


def _ways(heading_rad: F64) -> F64:
    return np.stack([np.cos(heading_rad), np.sin(heading_rad)], axis=1)


def _against(now: Situation, row: int, beyond_m: float) -> tuple[int, float] | None:
    """The lane that it goes against and how far aside of it; None where it goes along one that it may be on, or is on none.

    A lane reaches ``beyond_m`` back behind its beginning. Where it may be goes by the error across each lane: on roads that lead
    away from the camera that is far smaller than the error along them.
    """
    lanes, at = now.network.lanes, now.seen.xy_m[row : row + 1]
    vx, vy = now.seen.velocity_mps[row].tolist()
    speed = float(np.hypot(vx, vy))
    spread = now.spread_m2[row : row + 1]
    best: tuple[float, int, float] | None = None
    own = np.inf
    for index, centre in enumerate(lanes.centres):
        along, aside, heading = (float(part[0]) for part in project(at, centre))
        off = abs(aside) - lanes.lanes[index].width_m / 2
        slack = 2 * float(across_m(spread, heading)[0])
        if not -beyond_m <= along <= lanes.length_m[index] or off > _FAR_M + slack:
            continue
        share = (vx * np.cos(heading) + vy * np.sin(heading)) / speed
        if share > 0:
            own = min(own, off - slack)
        if share <= _AGAINST and (best is None or off < best[0]):
            best = off, index, aside
    if best is None or best[0] > _BESIDE_M or own <= max(_ASIDE_M, best[0] + _NEARER_M):
        return None
    return best[1:]


def on_foot(now: Situation) -> list[Evidence]:
    """Those on foot who are surely on a lane or in a junction, not at a crossing."""
    walks = np.flatnonzero(now.seen.road_user == RoadUser.PEDESTRIAN)
    if not len(walks):
        return []
    lanes = now.network.lanes
    half = np.array([lane.width_m / 2 for lane in lanes.lanes])
    within = np.where(now.on.lane == OFF, -np.inf, half[now.on.lane] if len(half) else 0.0) - np.abs(now.on.aside_m)
    sure = within >= _WALKED_IN_M + now.seen.place_error_m
    sure |= now.in_use("junction") | now.in_use("carriageway")
    far = np.zeros(len(now.seen), np.bool_)
    far[walks] = now.near_use_m(now.seen.xy_m[walks], "crossing") > _CROSSING_M + now.seen.place_error_m[walks]
    walked = now.moved & (now.fastest_mps <= _ON_FOOT_MPS)
    off = sure & far & walked & ~now.in_use("waiting") & ~now.in_use("parking")
    found = []
    for row in walks[off[walks]].tolist():
        place = now.lane_name(row) or now.zone_of(row, "junction") or now.zone_of(row, "carriageway")
        lane = int(now.on.lane[row])
        limit = None if lane == OFF else lanes.lanes[lane].limit_kmh
        found.append(
            Evidence(
                key=int(now.seen.number[row]),
                point_m=_at(now, row),
                place=place,
                reason=f"somebody on foot is on {place}, not at a crossing",
                severity="high" if limit is not None and limit > _FAST_KMH else "low",
                road_user=int(RoadUser.PEDESTRIAN),
            )
        )
    return found


def slow(now: Situation) -> list[Evidence]:
    """Vehicles far below the limit of a fast road with nobody before them."""
    lanes, found = now.network.lanes.lanes, []
    for row in np.flatnonzero(now.driver & (now.on.lane != OFF) & (now.stood_s == 0)).tolist():
        limit = lanes[int(now.on.lane[row])].limit_kmh
        if limit is None or limit < _FAST_KMH or (now.ahead[row] != NOBODY and now.gap_m[row] < _FREE_M):
            continue
        fastest = float(now.seen.speed_mps[row] + _SURE * now.seen.speed_error_mps[row])
        if fastest >= min(_SLOW * limit / 3.6, _SLOW_MPS) or now.to_stop_m[row] < _FREE_M:
            continue
        kind, name = int(now.seen.road_user[row]), now.lane_name(row)
        speed = f"{now.seen.speed_mps[row] * 3.6:.0f} km/h where {limit:.0f} are allowed"
        reason = f"a {RoadUser(kind).label} on {name} goes {speed}, and nobody is before it"
        number = int(now.seen.number[row])
        found.append(Evidence(key=number, point_m=_at(now, row), place=name, reason=reason, severity="low", road_user=kind))
    return found


def _at(now: Situation, row: int) -> XY:
    x, y = now.seen.xy_m[row].tolist()
    return x, y
