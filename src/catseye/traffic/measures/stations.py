"""What passes the station of each lane: volumes, speeds, headways, gaps and occupancy.

A lane's station is where a count line leads over it; without one, the middle of what is seen of it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from catseye.core.geometry import F64
from catseye.core.scene import FittedScene
from catseye.core.speeds import KMH, LEAST_MPS
from catseye.core.time import seconds
from catseye.rules.ground import GroundView
from catseye.traffic.lanes import OFF, GroundLanes, project
from catseye.traffic.measures.following import Spot, Step, speed_at
from catseye.traffic.measures.keys import key
from catseye.traffic.measures.minutes import MinuteBook, Place


@dataclass(slots=True)
class _Station:
    """``front_ns`` and ``rear_ns`` of the last vehicle; ``over`` who stands over it, and since when it is not yet accounted for."""

    at_m: float
    place: Place
    over: dict[int, int]
    front_ns: int | None = None
    rear_ns: int | None = None


class Stations:
    """The stations of a scene's lanes over one run."""

    def __init__(self, lanes: GroundLanes, fitted: FittedScene, view: GroundView, book: MinuteBook) -> None:
        self._book = book
        self._stations = [_Station(at, ("lane", lanes.lanes[k].name), {}) for k, at in enumerate(station_m(lanes, fitted, view))]

    def update(self, steps: list[Step], at_ns: int) -> None:
        """Take the steps up to ``at_ns`` in."""
        spans: dict[int, list[tuple[int, int]]] = {}
        fronts = []
        for step in steps:
            if step.now is None:
                self._gone(step.was, spans)
            elif step.was is not None and step.now.home != OFF:
                fronts += self._front(step.was, step.now)
                self._rear(step.was, step.now, spans)
            elif step.was is None and step.now.lane != OFF and self._covers(step.now):
                self._stations[step.now.lane].over[step.now.number] = at_ns
        for front_ns, station, now, speed in sorted(fronts, key=lambda row: (row[0], row[2].number)):
            self._passed(station, front_ns, now, speed)
        for k, station in enumerate(self._stations):
            mine = spans.get(k, [])
            mine += [(since, at_ns) for since in station.over.values()]
            station.over = dict.fromkeys(station.over, at_ns)
            for start, end in _union(mine):
                self._book.spread(station.place, (start, end), {"occupied_s": seconds(end - start)})

    def forget(self) -> None:
        """After this nobody knows who passed last."""
        for station in self._stations:
            station.front_ns, station.rear_ns, station.over = None, None, {}

    def _covers(self, now: Spot) -> bool:
        return abs(now.along_m[now.lane] - self._stations[now.lane].at_m) < now.length_m / 2

    def _front(self, was: Spot, now: Spot) -> list[tuple[int, _Station, Spot, float]]:
        station = self._stations[now.home]
        begin, end = (spot.along_m[now.home] + now.length_m / 2 - station.at_m for spot in (was, now))
        if not begin < 0 <= end or now.lane == OFF or now.number in station.over:
            return []
        share = begin / (begin - end)
        return [(was.at_ns + round(share * (now.at_ns - was.at_ns)), station, now, speed_at(was, now, share))]

    def _rear(self, was: Spot, now: Spot, spans: dict[int, list[tuple[int, int]]]) -> None:
        if was.home not in {now.home, OFF}:  # changed lanes over the station
            self._end(was.home, was.number, now.at_ns, spans)
        station = self._stations[now.home]
        begin, end = (spot.along_m[now.home] - now.length_m / 2 - station.at_m for spot in (was, now))
        if end >= 0 and now.number in station.over:
            share = begin / (begin - end) if begin < 0 else 0.0
            self._end(now.home, now.number, was.at_ns + round(share * (now.at_ns - was.at_ns)), spans)

    def _gone(self, was: Spot | None, spans: dict[int, list[tuple[int, int]]]) -> None:
        if was is not None and was.home != OFF:
            self._end(was.home, was.number, was.at_ns, spans)

    def _end(self, lane: int, number: int, at_ns: int, spans: dict[int, list[tuple[int, int]]]) -> None:
        station = self._stations[lane]
        since = station.over.pop(number, None)
        if since is not None:
            station.rear_ns = max(at_ns, station.rear_ns or at_ns)
            spans.setdefault(lane, []).append((since, max(since, at_ns)))

    def _passed(self, station: _Station, front_ns: int, now: Spot, speed: float) -> None:
        book, place = self._book, station.place
        book.add(place, front_ns, key("volume", now.kind.label))
        slow = max(speed, LEAST_MPS)
        for name, amount in (("speed_n", 1.0), ("speed_mps", slow), ("pace_spm", 1 / slow)):
            book.add(place, front_ns, name, amount)
        book.tick(place, front_ns, "speed_kmh", slow * KMH)
        for name, since in (("headway", station.front_ns), ("gap", station.rear_ns)):
            if since is None or (name == "gap" and station.over):
                continue  # of two abreast there is no gap
            lasted = max(0.0, seconds(front_ns - since))
            book.add(place, front_ns, f"{name}_n")
            book.add(place, front_ns, f"{name}_s", lasted)
            book.tick(place, front_ns, f"{name}_s", lasted)
        station.front_ns = front_ns
        station.over[now.number] = front_ns


def station_m(lanes: GroundLanes, fitted: FittedScene, view: GroundView) -> list[float]:
    """How far along each lane its station is."""
    lines = [view.metres(np.array(fitted.line_px(line))) for line in fitted.scene.lines]
    return [_station(centre, float(length), lines) for centre, length in zip(lanes.centres, lanes.length_m, strict=True)]


def _station(centre: F64, length_m: float, lines: list[F64]) -> float:
    for a, b in lines:
        for p, q in pairwise(centre):
            normal, across = np.array([b[1] - a[1], a[0] - b[0]]), np.array([q[1] - p[1], p[0] - q[0]])
            before, after = float(normal @ (p - a)), float(normal @ (q - a))
            if before * after < 0 and (across @ (a - p)) * (across @ (b - p)) < 0:
                meeting = p + before / (before - after) * (q - p)
                return float(project(meeting[None], centre)[0][0])
    return length_m / 2


def _union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without what they have in common."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined
