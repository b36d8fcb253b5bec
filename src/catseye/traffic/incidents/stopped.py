"""A vehicle that stands where traffic flows, and nothing excuses it; and two that stand after a crash.

What excuses is in ``traffic.waiting``. The five seconds are ours: two more pass until a moment is told, and ten in all are the aim.
"""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import XY
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S
from catseye.traffic.incidents.machine import Evidence, Times
from catseye.traffic.lanes import OFF
from catseye.traffic.situation import Bools, Situation
from catseye.traffic.waiting import allowed_s

STOPPED = Times(open_s=5.0, close_s=5.0, cooldown_s=30.0, merge_m=6.0)
CRASH = Times(open_s=3.0, close_s=15.0, cooldown_s=60.0, merge_m=15.0)
_THERE_S = 60.0  # who was never seen to come is taken for a box around nothing, which lasts for seconds, until then
_FAST_MPS = 70 / 3.6  # where the limit is above, a stopped vehicle is run into
_HARD_MPS2 = 5.0  # DRAC above 3.35 m/s2 calls for evasion (FHWA-HRT-08-051); this is an emergency stop
_FROM_MPS = 5.0
_TOUCH_M = 1.0
_ASKEW_RAD = np.radians(20.0)
_KNOWN_S = 2.0
_JUST_S = 20.0  # a crash is told soon after the stop, or not at all


def came(now: Situation) -> Bools:
    """Who (N,) was seen to come or has been there for long.

    They need not be seen now: where nothing moves no detector is asked.
    """
    return np.asarray(now.moved | (now.known_s >= _THERE_S), np.bool_)


def stopped(now: Situation, allowed: np.ndarray[tuple[int], np.dtype[np.float64]] | None = None) -> list[Evidence]:
    """Vehicles that stand for longer than they may. Bicycles and those who were parked off all lanes are none."""
    may = allowed_s(now) if allowed is None else allowed
    there = (now.on.lane != OFF) | now.in_use("junction") | now.in_use("carriageway")
    found = []
    for row in np.flatnonzero(now.driver & there & came(now) & (now.stood_s > may)).tolist():
        place = now.lane_name(row) or now.zone_of(row, "junction") or now.zone_of(row, "carriageway")
        kind = int(now.seen.road_user[row])
        why = "nothing ahead holds it up" if may[row] == 0 else f"for longer than the {may[row]:.0f} s that waiting there takes"
        found.append(
            Evidence(
                key=int(now.seen.number[row]),
                point_m=_at(now, row),
                place=place,
                reason=f"a {RoadUser(kind).label} stands on {place}: {why}",
                severity="high" if _limit_mps(now, row) > _FAST_MPS else "medium",
                road_user=kind,
            )
        )
    return found


@dataclass(slots=True, eq=False)
class Crashes:
    """Remembers of each vehicle its last speeds and hard stop; of who is gone nothing."""

    _speeds: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    _hard_ns: dict[int, int] = field(default_factory=dict)

    def evidence(self, now: Situation) -> list[Evidence]:
        """Pairs that touch or nearly do, stand askew, and one of which stopped hard just now."""
        self._remember(now)
        stands = np.flatnonzero((now.stood_s > 0) & (now.moved | (now.known_s >= _KNOWN_S)) & ~np.isnan(now.seen.heading_rad))
        pairs = ((a, b) for index, a in enumerate(stands.tolist()) for b in stands[index + 1 :].tolist())
        found = (
            _crash(now, a, b) for a, b in pairs if (now.driver[a] or now.driver[b]) and self._just(now, a, b) and _touch(now, a, b)
        )
        return [one for one in found if one.place]  # off the road nobody knows what stands how

    def _remember(self, now: Situation) -> None:
        numbers = now.seen.number.tolist()
        for number, speed in zip(numbers, now.seen.speed_mps.tolist(), strict=True):
            kept = [(at, v) for at, v in self._speeds.get(number, []) if now.at_ns - at <= 2 * NS_PER_S]
            kept.append((now.at_ns, speed))
            self._speeds[number] = kept
            fastest_ns, fastest = max(kept, key=lambda one: one[1])
            took_s = max((now.at_ns - fastest_ns) / NS_PER_S, 0.2)
            if fastest >= _FROM_MPS and speed < 1.0 and (fastest - speed) / took_s >= _HARD_MPS2:
                self._hard_ns[number] = now.at_ns
        here = set(numbers)
        self._speeds = {number: kept for number, kept in self._speeds.items() if number in here}
        self._hard_ns = {number: at for number, at in self._hard_ns.items() if number in here}

    def _just(self, now: Situation, a: int, b: int) -> bool:
        stops = [self._hard_ns.get(int(now.seen.number[row])) for row in (a, b)]
        return any(at is not None and now.at_ns - at <= _JUST_S * NS_PER_S for at in stops)


def _touch(now: Situation, a: int, b: int) -> bool:
    """Whether two stand as those do who ran into one another: close, and not in line."""
    s = now.seen
    askew = abs(float(np.sin(s.heading_rad[a] - s.heading_rad[b]))) >= np.sin(_ASKEW_RAD)
    apart = float(np.hypot(*(s.xy_m[a] - s.xy_m[b])))
    return bool(askew and apart - (s.length_m[a] + s.width_m[a] + s.length_m[b] + s.width_m[b]) / 4 <= _TOUCH_M)


def _crash(now: Situation, a: int, b: int) -> Evidence:
    kinds = sorted(RoadUser(int(now.seen.road_user[row])).label for row in (a, b))
    x, y = ((now.seen.xy_m[a] + now.seen.xy_m[b]) / 2).tolist()
    place = now.lane_name(a) or now.lane_name(b) or now.zone_of(a, "junction")
    return Evidence(
        key=tuple(sorted(int(now.seen.number[row]) for row in (a, b))),
        point_m=(x, y),
        place=place,
        reason=f"a {kinds[0]} and a {kinds[1]} stand close together after a hard stop",
        severity="high",
        parties=2,
    )


def _at(now: Situation, row: int) -> XY:
    x, y = now.seen.xy_m[row].tolist()
    return x, y


def _limit_mps(now: Situation, row: int) -> float:
    lane = int(now.on.lane[row])
    limit = None if lane == OFF else now.network.lanes.lanes[lane].limit_kmh
    return 0.0 if limit is None else limit / 3.6
