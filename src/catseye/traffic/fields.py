"""Speed over way and time of each lane, and flows over the ground: sums that diagrams are drawn of. No way of anyone is in them."""

from dataclasses import dataclass

import numpy as np

from catseye.core.geometry import F64, XY
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.speeds import KMH
from catseye.core.time import LONGEST_GAP_S, seconds
from catseye.traffic.lanes import OFF, GroundLanes

ALONG_M, DURING_S, GROUND_M = 4.0, 15.0, 1.5
_REACH_M = 150.0  # of the lanes' middle: what is seen further off is no part of the map


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneField:
    """One lane: ``speed_kmh`` (T, K) is the mean by ``DURING_S`` and ``ALONG_M``, way by time, NaN where nobody was."""

    name: str
    length_m: float
    speed_kmh: F64


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowField:
    """The ground in squares of ``GROUND_M`` from ``corner_m`` on: ``flow`` (Y, X) is the way driven there by hour and metre,
    that is about how many pass an hour; ``toward_rad`` where to, NaN where nobody drove or they cancel.
    """

    corner_m: XY
    flow: F64
    toward_rad: F64


class Fields:
    """The fields of the first ``until_s`` seconds of one run. Those on foot are no part of them."""

    def __init__(self, lanes: GroundLanes, until_s: float) -> None:
        self._lanes, self._until_s, self._watched_s = lanes, until_s, 0.0
        slices = max(1, int(np.ceil(until_s / DURING_S)))
        pieces = [max(1, int(np.ceil(length / ALONG_M))) for length in lanes.length_m.tolist()]
        self._lane = [np.zeros((2, slices, count)) for count in pieces]  # way in metres, time in seconds
        ends = np.concatenate([np.zeros((1, 2)), *lanes.centres])
        self._corner = ends.mean(axis=0) - _REACH_M
        self._ground = np.zeros((3, *[round(2 * _REACH_M / GROUND_M)] * 2))  # way in metres, and of it to the east and the north
        self._at_ns: int | None = None

    def add(self, seen: GroundSightings) -> None:
        """Take a moment in: everyone is where they are since the last one."""
        before, self._at_ns = self._at_ns, seen.at_ns
        lasted = 0.0 if before is None else seconds(seen.at_ns - before)
        if not 0 < lasted <= LONGEST_GAP_S or seconds(seen.at_ns) >= self._until_s:
            return
        self._watched_s += lasted
        there = seen[seen.road_user != RoadUser.PEDESTRIAN]
        way = there.speed_mps * lasted
        on, slot = self._lanes.locate(there.xy_m), int(seconds(seen.at_ns) // DURING_S)
        for row in np.flatnonzero(on.lane != OFF).tolist():
            held = self._lane[int(on.lane[row])]
            piece = min(int(on.along_m[row] // ALONG_M), held.shape[2] - 1)
            held[:, slot, piece] += (way[row], lasted)
        column, line = ((there.xy_m - self._corner) // GROUND_M).astype(np.int64).T
        size = self._ground.shape[1]
        inside = (column >= 0) & (column < size) & (line >= 0) & (line < size)
        parts = np.stack([way, *(there.velocity_mps.T * lasted)])
        for part, amount in zip(self._ground, parts, strict=True):
            np.add.at(part, (line[inside], column[inside]), amount[inside])

    def lanes(self) -> list[LaneField]:
        """Each lane's field."""
        return [
            LaneField(name=lane.name, length_m=float(length), speed_kmh=_ratio(KMH * way, time))
            for lane, length, (way, time) in zip(self._lanes.lanes, self._lanes.length_m, self._lane, strict=True)
        ]

    def flows(self) -> FlowField:
        """The ground as far as anybody drove there."""
        way, east, north = self._ground
        rows, columns = np.flatnonzero(way.any(axis=1)), np.flatnonzero(way.any(axis=0))
        if not len(rows):
            return FlowField(corner_m=(0.0, 0.0), flow=np.zeros((0, 0)), toward_rad=np.zeros((0, 0)))
        cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        way, east, north = way[cut], east[cut], north[cut]
        # a way through a square is as long as the square is wide, about
        flow = way / GROUND_M * 3600 / self._watched_s
        toward = np.where(np.hypot(east, north) > 0.5 * way, np.arctan2(north, east), np.nan)
        corner = self._corner + GROUND_M * np.array([columns[0], rows[0]])
        return FlowField(corner_m=(float(corner[0]), float(corner[1])), flow=flow, toward_rad=np.where(way > 0, toward, np.nan))


def _ratio(above: F64, below: F64) -> F64:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
