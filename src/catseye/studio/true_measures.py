"""What traffic measures truly were on what a camera sees of a street: from the truth's tables, by none of the product's engines.

Where lanes begin and end is the scene's. Who stands where is the truth's, hidden or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.rules.ground import GroundView
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.cutting import on_ground
from catseye.studio.scene_of import in_view
from catseye.studio.traffic.queues import chain, in_queue
from catseye.studio.truth import StudioTruth
from catseye.traffic.lanes import GroundLanes

Rows = npt.NDArray[np.intp]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """One motor vehicle that left over an approach's stop line: when it was done, its delay in the view, and that of the truth."""

    approach: str
    at_s: float
    delay_s: float
    whole_delay_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An approach's queue at a second: on what is seen of its lanes, and on all of them."""

    approach: str
    at_s: float
    vehicles: int
    length_m: float
    whole_vehicles: int
    whole_length_m: float


@dataclass(slots=True, kw_only=True, eq=False)
class OnLane:
    """Rows of vehicles on one lane: when, how fast; the lane's length."""

    at_s: F64
    speed_mps: F64
    length_m: float


@dataclass(slots=True, kw_only=True)
class TrueStreet:
    """A truth cut to a camera's lanes until ``until_s``."""

    truth: StudioTruth
    scene: Scene
    lanes: GroundLanes
    camera: PoleCamera
    until_s: float
    _rows: Rows = field(init=False)
    _at_s: F64 = field(init=False)
    _lane: Index = field(init=False)
    _along_m: F64 = field(init=False)
    _half_m: F64 = field(init=False)
    _queued: npt.NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        table, info = self.truth.trajectories, self.truth.info
        models = {user.number: MODELS[user.model] for user in self.truth.road_users}
        on_wheels = np.zeros(max(models, default=0) + 1, np.bool_)
        half = np.zeros(len(on_wheels))
        for number, model in models.items():
            on_wheels[number] = model.road_user not in {None, RoadUser.PEDESTRIAN}
            half[number] = model.length_m / 2
        rows = np.flatnonzero(on_wheels[table.number] & (table.step * info.step_s < self.until_s))
        self._rows = rows[np.lexsort((table.step[rows], table.number[rows]))]
        self._at_s = np.asarray(table.step[self._rows] * info.step_s, np.float64)
        self._half_m = half[table.number[self._rows]]
        along, aside, heading = self.lanes.projected(table.xy_m[self._rows])
        chosen = self.lanes.choose(along, aside, heading)
        self._lane, self._along_m = chosen.lane, along
        self._queued = np.zeros(len(self._rows), np.bool_)
        for part in self._each():
            self._queued[part] = in_queue(table.speed_mps[self._rows[part]])

    def on_lanes(self) -> dict[str, OnLane]:
        """The rows on each lane."""
        speed = self.truth.trajectories.speed_mps[self._rows]
        return {
            lane.name: OnLane(
                at_s=self._at_s[self._lane == k], speed_mps=speed[self._lane == k], length_m=float(self.lanes.length_m[k])
            )
            for k, lane in enumerate(self.scene.lanes)
        }

    def queues(self) -> list[Queued]:
        """Each second of each approach."""
        whole = {(row.approach, round(row.at_s)): row for row in self.truth.queues}
        every = round(1 / self.truth.info.step_s)
        second = self.truth.trajectories.step[self._rows]
        sampled = np.flatnonzero(self._queued & (second % every == 0))
        standing: dict[tuple[str, int], dict[int, list[tuple[float, float]]]] = {}
        for k, lane in enumerate(self.scene.lanes):
            if not lane.approach:
                continue
            for row in sampled[(self._lane[sampled] == k)].tolist():
                to_stop, half = float(self.lanes.length_m[k] - self._along_m[row, k]), float(self._half_m[row])
                at = lane.approach, int(second[row]) // every
                standing.setdefault(at, {}).setdefault(k, []).append((to_stop - half, to_stop + half))
        found = []
        for approach in sorted({lane.approach for lane in self.scene.lanes if lane.approach}):
            for sample in range(int(self.until_s)):
                chains = [chain(cars) for cars in standing.get((approach, sample), {}).values()]
                full = whole.get((approach, sample))
                found.append(
                    Queued(
                        approach=approach,
                        at_s=float(sample),
                        vehicles=sum(count for count, _ in chains),
                        length_m=max((length for _, length in chains), default=0.0),
                        whole_vehicles=0 if full is None else full.vehicles,
                        whole_length_m=0.0 if full is None else full.length_m,
                    )
                )
        return found

    def departures(self) -> list[Departed]:
        """Who left over a stop line and was seen until it was done."""
        table, step_s = self.truth.trajectories, self.truth.info.step_s
        users = {user.number: user for user in self.truth.road_users}
        done = {row.number: row.at_s for row in self.truth.movements}
        exits = {movement.destination for movement in self.scene.movements}
        approaches = np.array([lane.approach for lane in self.scene.lanes] + [""])
        found = []
        for part in self._each():
            user = users[int(table.number[self._rows[part[0]]])]
            kind = MODELS[user.model].road_user
            here = np.flatnonzero(approaches[self._lane[part]] != "")
            if kind is RoadUser.BICYCLE or not len(here):
                continue
            first, last = int(here[0]), int(here[-1])
            lane = int(self._lane[part[last]])
            if last + 1 >= len(part) or not (self._along_m[part, lane] > self.lanes.length_m[lane] - self._half_m[part]).any():
                continue
            end = self._end(part, first, done.get(user.number) if user.destination in exits else None)
            if end <= last:
                continue
            rows = self._rows[part]
            took_s, way_m = (end - first) * step_s, float(table.walked_m[rows[end]] - table.walked_m[rows[first]])
            limit_kmh = self.scene.lanes[lane].limit_kmh or 50.0
            free_s = way_m / _free_mps(
                user.delay_s, done.get(user.number), user.start_s, table.walked_m[rows], step_s, limit_kmh / 3.6
            )
            at_s = float(table.step[rows[end]]) * step_s
            delay_s = max(0.0, took_s - free_s)
            found.append(Departed(approach=str(approaches[lane]), at_s=at_s, delay_s=delay_s, whole_delay_s=user.delay_s))
        return found

    def _end(self, part: Index, first: int, done_s: float | None) -> int:
        """The row of a road user at which its delay ends: it is done, or goes out of sight."""
        seen = in_view(on_ground(self.truth.trajectories.xy_m[self._rows[part[first:]]]), self.camera)
        gone = first + (int(np.argmin(seen)) if not seen.all() else len(seen))
        if done_s is not None:
            gone = min(gone, int(np.searchsorted(self._at_s[part], done_s)))
        return min(gone, len(part) - 1)

    def _each(self) -> Iterator[Index]:
        """The places in ``_rows`` of each road user."""
        number = self.truth.trajectories.number[self._rows]
        cuts = np.flatnonzero(np.diff(number)) + 1
        return iter(part for part in np.split(np.arange(len(number)), cuts) if len(part))


def _free_mps(delay_s: float | None, done_s: float | None, start_s: float, walked_m: F64, step_s: float, limit_mps: float) -> float:
    """The speed that a road user wished for, by the delay that the truth tells of it; the limit where it tells none."""
    if delay_s is None or done_s is None or delay_s <= 0:
        return limit_mps
    row = min(int(np.ceil((done_s - start_s) / step_s)), len(walked_m) - 1)
    free_s = done_s - start_s - delay_s
    return float(walked_m[row] - walked_m[0]) / free_s if free_s > 0 else limit_mps


def true_street(truth: StudioTruth, scene: Scene, view: GroundView, camera: PoleCamera, until_s: float) -> TrueStreet:
    """The truth of what a camera sees of a street."""
    return TrueStreet(
        truth=truth, scene=scene, lanes=GroundLanes(scene.lanes, scene.fit(camera.size), view), camera=camera, until_s=until_s
    )
