"""What a traffic engineer sees at one moment: who is on which lane, who stands and since when, who waits behind whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, inside, rim_distance
from catseye.core.ground import GroundSightings
from catseye.core.road_users import VULNERABLE
from catseye.core.scene import FittedScene, Zone, ZoneUse
from catseye.rules.ground import GroundView
from catseye.traffic.doubles import Doubles
from catseye.traffic.engine import Moment
from catseye.traffic.lanes import OFF, GroundLanes, OnLanes
from catseye.traffic.motion import spread_m2
from catseye.traffic.network import LaneNetwork, network
from catseye.traffic.signals import SignalStates
from catseye.traffic.standing import DRIVERS, Standing

Bools = npt.NDArray[np.bool_]
I64 = npt.NDArray[np.int64]

_AHEAD_M = 80.0
NOBODY = -1
ON_TWO_WHEELS_OR_FOOT = np.array(sorted(int(kind) for kind in VULNERABLE))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundZone:
    """A zone of the scene in metres (M, 2)."""

    zone: Zone
    polygon: F64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Situation:
    """One moment, columns of N road users.

    ``stood_s`` is how long each has stood, 0 for who moves; ``known_s`` since it was first seen; ``moved`` whether it ever went
    anywhere, ``fastest_mps`` how fast at most. ``driver``: motor vehicles and motorcycles. ``ahead`` is the row of the next vehicle
    along the lanes and ``gap_m`` the way from its own front to that one's rear, ``NOBODY`` and inf where there is none within 80 m.
    ``to_stop_m`` leads from its front to the stop line of the lanes that it follows, ``stop_lane`` names that lane, inf and ``OFF``
    where none comes. ``to_edge_m`` leads to where its lane leaves the picture, inf where it does not. ``spread_m2`` (N, 2, 2) is
    the covariance of its place; ``double`` who rides along with another and is taken for that one's body, seen twice.
    """

    at_ns: int
    seen: GroundSightings
    on: OnLanes
    network: LaneNetwork
    zones: Sequence[GroundZone]
    signals: SignalStates
    driver: Bools
    stood_s: F64
    known_s: F64
    moved: Bools
    fastest_mps: F64
    ahead: I64
    gap_m: F64
    to_stop_m: F64
    stop_lane: I64
    to_edge_m: F64
    spread_m2: F64
    double: Bools
    within: Mapping[str, Bools]

    def in_use(self, use: ZoneUse) -> Bools:
        """Who is in a zone of this use."""
        return self.within.get(use, np.zeros(len(self.seen), np.bool_))

    def zone_of(self, row: int, use: ZoneUse) -> str:
        """The name of the zone of this use that a road user is in, "" for none."""
        at = self.seen.xy_m[row : row + 1]
        return next((z.zone.name for z in self.zones if z.zone.use == use and inside(at, z.polygon)[0]), "")

    def lane_name(self, row: int) -> str:
        """The name of the lane that a road user is on, "" for none."""
        lane = int(self.on.lane[row])
        return "" if lane == OFF else self.network.lanes.lanes[lane].name

    def near_use_m(self, xy_m: F64, use: ZoneUse) -> F64:
        """How far places (N, 2) are from the nearest zone of a use: 0 inside, inf where there is none."""
        best = np.full(len(xy_m), np.inf)
        for one in self.zones:
            if one.zone.use == use and len(xy_m):
                best = np.minimum(best, np.where(inside(xy_m, one.polygon), 0.0, rim_distance(xy_m, one.polygon)))
        return best


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """Makes the situations of one run; remembers of each road user that is here when it began to stand."""

    fitted: FittedScene
    view: GroundView
    signals: SignalStates
    lanes: GroundLanes = field(init=False)
    network: LaneNetwork = field(init=False)
    zones: tuple[GroundZone, ...] = field(init=False)
    _doubles: Doubles = field(init=False)
    _standing: Standing = field(default_factory=Standing)
    _last: Situation | None = None

    def __post_init__(self) -> None:
        self.lanes = GroundLanes(self.fitted.scene.lanes, self.fitted, self.view)
        self.network = network(self.lanes, self.fitted)
        self._doubles = Doubles(self.view)
        drawn = [(zone, self.view.metres(self.fitted.polygon_px(zone.polygon))) for zone in self.fitted.scene.zones]
        self.zones = tuple(
            GroundZone(zone=zone, polygon=polygon) for zone, polygon in drawn if zone.use != "any" and np.isfinite(polygon).all()
        )

    def see(self, moment: Moment) -> Situation:
        """The situation at a moment; asked again for the same one, it is not made anew."""
        seen = moment.seen
        if self._last is not None and self._last.seen is seen:
            return self._last
        on = self.lanes.locate(seen.xy_m)
        stood, known, moved, fastest = self._standing.update(seen)
        driver = np.isin(seen.road_user, DRIVERS)
        ahead, gap = _followed(seen, on, self.network, driver)
        to_stop, stop_lane, to_edge = _ends(seen, on, self.network)
        within: dict[str, Bools] = {
            use: np.any([inside(seen.xy_m, z.polygon) for z in self.zones if z.zone.use == use], axis=0)
            for use in {z.zone.use for z in self.zones}
        }
        self._last = Situation(
            at_ns=seen.at_ns,
            seen=seen,
            on=on,
            network=self.network,
            zones=self.zones,
            signals=self.signals,
            driver=driver,
            stood_s=stood,
            known_s=known,
            moved=moved,
            fastest_mps=fastest,
            ahead=ahead,
            gap_m=gap,
            to_stop_m=to_stop,
            stop_lane=stop_lane,
            to_edge_m=to_edge,
            spread_m2=spread_m2(self.view, seen.xy_m, seen.place_error_m),
            double=self._doubles.update(seen),
            within=within,
        )
        return self._last


def _followed(seen: GroundSightings, on: OnLanes, ways: LaneNetwork, driver: Bools) -> tuple[I64, F64]:
    """Who is next along the lanes of each, and how far its rear is."""
    ahead, gap = np.full(len(seen), NOBODY, np.int64), np.full(len(seen), np.inf)
    rows_of = {
        lane: rows[on.along_m[rows].argsort(kind="stable")]
        for lane in np.unique(on.lane[driver]).tolist()
        if lane != OFF
        for rows in [np.flatnonzero(driver & (on.lane == lane))]
    }
    half = seen.length_m / 2
    for lane, rows in rows_of.items():
        for place, row in enumerate(rows.tolist()):
            if place + 1 < len(rows):
                following = int(rows[place + 1])
                ahead[row], gap[row] = following, on.along_m[following] - on.along_m[row] - half[row] - half[following]
                continue
            left = float(ways.lanes.length_m[lane] - on.along_m[row])
            for chain, _ in ways.ways_on(lane):
                way = left
                for further in chain[1:]:
                    if further in rows_of and rows_of[further][0] != row:
                        following = int(rows_of[further][0])
                        apart = way + float(on.along_m[following] - half[row] - half[following])
                        if apart < min(gap[row], _AHEAD_M):
                            ahead[row], gap[row] = following, apart
                        break
                    way += float(ways.lanes.length_m[further])
    far = gap > _AHEAD_M
    ahead[far], gap[far] = NOBODY, np.inf
    return ahead, gap


def _ends(seen: GroundSightings, on: OnLanes, ways: LaneNetwork) -> tuple[F64, I64, F64]:
    """How far each is from the stop line that it comes to, of which lane, and from where its way leaves the picture."""
    to_stop, stop_lane, to_edge = np.full(len(seen), np.inf), np.full(len(seen), OFF, np.int64), np.full(len(seen), np.inf)
    for row in np.flatnonzero(on.lane != OFF).tolist():
        lane = int(on.lane[row])
        left = float(ways.lanes.length_m[lane] - on.along_m[row] - seen.length_m[row] / 2)
        for chain, more in ways.ways_on(lane):
            last = chain[-1]
            if ways.lanes.lanes[last].approach and left + more < to_stop[row]:
                to_stop[row], stop_lane[row] = left + more, last
            elif not ways.ends[last]:
                to_edge[row] = min(to_edge[row], left + more)
    return to_stop, stop_lane, to_edge
