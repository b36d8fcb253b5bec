"""The violations of one run.

Each is told once: what kind of road user broke which rule, where and when. Nothing is kept that would tell who.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from catseye.core.events import MovementCompleted
from catseye.core.geometry import XY, inside
from catseye.core.ids import RunId, StreamId, event_id
from catseye.core.road_users import RoadUser
from catseye.core.traffic import TrafficRecord, Violation
from catseye.traffic.engine import Moment
from catseye.traffic.incidents.machine import Origin
from catseye.traffic.incidents.moving import WrongWay
from catseye.traffic.incidents.stopped import came
from catseye.traffic.lanes import OFF
from catseye.traffic.situation import Bools, Situation, Watch
from catseye.traffic.standing import STANDS_MPS
from catseye.traffic.violations.lasting import Lasting
from catseye.traffic.violations.red_light import RedLight
from catseye.traffic.waiting import allowed_s

SURE = 1.96  # standard deviations that a speed is taken to be too high by: 95 %, both sides
STOPPING_S = 10.0  # in a zone of no stopping, with nothing ahead: longer than to let a gap pass
PARKING_S = 180.0  # from here on it is parked (Germany, StVO 12)
BLOCKING_S = 5.0
BOX_S = 10.0
WRONG_WAY_S = 0.8
SPEEDING_S = 1.0
LANE_S = 3.0
KINDS = (
    *("red_light", "wrong_way", "illegal_turn", "illegal_stopping", "illegal_parking"),
    *("bus_lane", "cycle_lane", "blocked_crossing", "blocked_junction", "speeding"),
)
_MOVES_MPS = 3.0
_PLACED_M = 2.0  # of a zone that is a lane wide, nobody less exactly placed is surely in it
_BOX_AHEAD_M = 14.0
_MAY: dict[str, frozenset[int]] = {
    # A motor vehicle of no known kind may be a bus.
    "bus": frozenset({RoadUser.BUS, RoadUser.VEHICLE, RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER}),
    "bicycle": frozenset({RoadUser.BICYCLE, RoadUser.TWO_WHEELER}),
}
_Found = tuple[int, str, str, str]  # row, kind, place, reason


@dataclass(slots=True, kw_only=True, eq=False)
class Violations:
    """Finds violations in what ``watch`` sees. Without known errors of speeds (``errors_known``) nobody is speeding."""

    watch: Watch
    stream: StreamId
    run: RunId
    errors_known: bool
    _red: RedLight = field(default_factory=RedLight)
    _wrong_way: WrongWay = field(default_factory=WrongWay)
    _lasting: dict[str, Lasting] = field(init=False)
    _forbidden: frozenset[str] = field(init=False)
    _origin: Origin = field(init=False)
    _told: int = 0

    def __post_init__(self) -> None:
        self._lasting = {
            "wrong_way": Lasting(WRONG_WAY_S),
            "illegal_stopping": Lasting(0.0, again_s=30.0),
            "illegal_parking": Lasting(0.0, again_s=30.0),
            "bus_lane": Lasting(LANE_S),
            "cycle_lane": Lasting(LANE_S),
            "blocked_crossing": Lasting(0.0, again_s=30.0),
            "blocked_junction": Lasting(0.0, again_s=30.0),
            "speeding": Lasting(SPEEDING_S),
        }
        scene = self.watch.fitted.scene
        self._forbidden = frozenset(movement.name for movement in scene.movements if movement.permission == "forbidden")
        self._origin = Origin(stream=self.stream, run=self.run, fitted=self.watch.fitted, view=self.watch.view)

    def update(self, moment: Moment) -> list[TrafficRecord]:
        """What is now known to have been broken."""
        now = self.watch.see(moment)
        found: list[TrafficRecord] = [*self._ran_red(now), *self._turned(now, moment)]
        candidates = [*self._against(now), *self._stood(now), *_in_lanes(now), *_blocking(now)]
        for kind, lasting in self._lasting.items():
            if kind == "speeding":
                continue
            of_kind = {int(now.seen.number[row]): (row, place, reason) for row, k, place, reason in candidates if k == kind}
            for number in sorted(lasting.due(now.at_ns, of_kind), key=str):
                row, place, reason = of_kind[int(str(number))]
                found.append(self._violation(now, row, kind, place, reason))
        return [*found, *self._speeding(now)]

    def close(self, at_ns: int) -> list[TrafficRecord]:
        """End the run: what had not lasted long enough is none."""
        del at_ns
        return []

    def _ran_red(self, now: Situation) -> Iterator[TrafficRecord]:
        for run in self._red.runs(now):
            lane = now.network.lanes.lanes[run.lane]
            how = f"at {run.speed_mps * 3.6:.0f} km/h, {run.red_s:.1f} s after {lane.signal} turned red"
            reason = f"over the stop line of {lane.name} {how}"
            yield self._violation(now, run.row, "red_light", lane.name, reason, at_ns=run.at_ns, speed_mps=run.speed_mps)

    def _turned(self, now: Situation, moment: Moment) -> Iterator[TrafficRecord]:
        for event in moment.events:
            if isinstance(event, MovementCompleted) and event.rule in self._forbidden:
                px = self.watch.fitted.to_px(np.array([event.point_unit]))
                x, y = self.watch.view.metres(px)[0].tolist()
                reason = f"from {event.origin} to {event.destination}, which is forbidden"
                yield self._made("illegal_turn", event.at_ns, now.at_ns, (x, y), event.rule, event.road_user, reason)

    def _against(self, now: Situation) -> Iterator[_Found]:
        rows = {int(number): row for row, number in enumerate(now.seen.number.tolist())}
        for item in self._wrong_way.evidence(now):
            yield rows[int(str(item.key))], "wrong_way", item.place, item.reason

    def _stood(self, now: Situation) -> Iterator[_Found]:
        may = allowed_s(now)
        may[(now.on.lane == OFF) & ~now.in_use("junction") & np.isfinite(may)] = 0.0
        over = now.stood_s - may
        stands = now.driver & came(now) & (now.seen.speed_mps < STANDS_MPS) & (now.seen.place_error_m <= _PLACED_M)
        for row in np.flatnonzero(stands & now.in_use("no_stopping") & (over >= STOPPING_S)).tolist():
            zone = now.zone_of(row, "no_stopping")
            yield row, "illegal_stopping", zone, f"stands in {zone} for more than {STOPPING_S:.0f} s, and nothing holds it up"
            if over[row] >= PARKING_S:
                yield row, "illegal_parking", zone, f"stands in {zone} for more than {PARKING_S / 60:.0f} min"

    def _speeding(self, now: Situation) -> Iterator[TrafficRecord]:
        if not self.errors_known:
            return
        lanes = now.network.lanes.lanes
        over = {}
        for row in np.flatnonzero(now.driver & (now.on.lane != OFF)).tolist():
            limit = lanes[int(now.on.lane[row])].limit_kmh
            speed, error = float(now.seen.speed_mps[row]), float(now.seen.speed_error_mps[row])
            if limit is not None and speed - SURE * error > limit / 3.6:
                over[int(now.seen.number[row])] = (row, speed, error, limit)
        for number in sorted(self._lasting["speeding"].due(now.at_ns, over), key=str):
            row, speed, error, limit = over[int(str(number))]
            least = (speed - SURE * error) * 3.6
            yield self._violation(
                now,
                row,
                "speeding",
                now.lane_name(row),
                f"at least {least:.0f} km/h where {limit:g} are allowed ({speed * 3.6:.0f} measured)",
                speed_mps=speed,
                error_mps=error,
                limit_mps=limit / 3.6,
            )

    def _violation(
        self, now: Situation, row: int, kind: str, place: str, reason: str, *, at_ns: int | None = None, **speeds: float
    ) -> Violation:
        x, y = now.seen.xy_m[row].tolist()
        road_user = RoadUser(int(now.seen.road_user[row])).label
        return self._made(kind, now.at_ns if at_ns is None else at_ns, now.at_ns, (x, y), place, road_user, reason, **speeds)

    def _made(
        self, kind: str, at_ns: int, seen_at_ns: int, point_m: XY, place: str, road_user: str, reason: str, **speeds: float
    ) -> Violation:
        self._told += 1
        return Violation(
            id=event_id(self.run, f"violation/{kind}", place, 0, self._told),
            stream=self.stream,
            run=self.run,
            scene_revision=self.watch.fitted.scene.revision,
            kind=kind,
            at_ns=at_ns,
            seen_at_ns=seen_at_ns,
            point_m=point_m,
            point_unit=self._origin.unit(point_m),
            place=place,
            road_user=road_user,
            reason=f"a {road_user}: {reason}",
            **speeds,
        )


def _in_lanes(now: Situation) -> Iterator[_Found]:
    """Who drives where only buses or bicycles may."""
    lanes = now.network.lanes.lanes
    for row in np.flatnonzero(now.driver & ~now.double & (now.on.lane != OFF) & (now.seen.speed_mps >= _MOVES_MPS)).tolist():
        lane = lanes[int(now.on.lane[row])]
        if lane.use == "all" or int(now.seen.road_user[row]) in _MAY[lane.use]:
            continue
        whose, kind = ("buses", "bus_lane") if lane.use == "bus" else ("bicycles", "cycle_lane")
        yield row, kind, lane.name, f"drives on {lane.name}, which is for {whose}"


def _blocking(now: Situation) -> Iterator[_Found]:
    """Who stands on a crossing, or in a junction behind another that stands."""
    stands = now.driver & (now.stood_s > 0)
    for row in np.flatnonzero(stands & (now.stood_s >= BLOCKING_S)).tolist():
        for one in now.zones:
            if one.zone.use == "crossing" and inside(_body(now, row), one.polygon).any():
                yield row, "blocked_crossing", one.zone.name, f"stands on {one.zone.name} for more than {BLOCKING_S:.0f} s"
                break
    for row in np.flatnonzero(stands & now.in_use("junction") & (now.stood_s >= BOX_S)).tolist():
        if _behind_another(now, row, stands):
            zone = now.zone_of(row, "junction")
            yield row, "blocked_junction", zone, f"stands in {zone} for more than {BOX_S:.0f} s, for its way out is not free"


def _body(now: Situation, row: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points (3, 2) along a body, well within it by the error of its place."""
    heading = float(now.seen.heading_rad[row])
    half = max(0.0, float(now.seen.length_m[row]) / 2 - 0.5 - float(now.seen.place_error_m[row]))
    way = np.zeros(2) if np.isnan(heading) else half * np.array([np.cos(heading), np.sin(heading)])
    return np.asarray(now.seen.xy_m[row] + np.array([[-1.0], [0.0], [1.0]]) * way, np.float64)


def _behind_another(now: Situation, row: int, stands: Bools) -> bool:
    heading = float(now.seen.heading_rad[row])
    apart = now.seen.xy_m - now.seen.xy_m[row]
    far = np.hypot(*apart.T)
    ahead = apart @ np.array([np.cos(heading), np.sin(heading)])
    others: Iterable[bool] = stands & (far > 0) & (far <= _BOX_AHEAD_M) & (ahead >= far * np.cos(np.radians(30.0)))
    return bool(np.any(np.asarray(others)))
