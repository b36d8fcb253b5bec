"""What of a studio's happenings an engine of incidents and violations has to tell, and whether a camera could see it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, inside
from catseye.core.scene import Scene
from catseye.rules.ground import GroundView
from catseye.studio.camera import PoleCamera
from catseye.studio.cutting import on_ground
from catseye.studio.scene_of import NEARLY_WHOLE, in_view, share_in_view
from catseye.studio.truth import Happening, StudioTruth
from catseye.traffic.lanes import OFF, GroundLanes

STOPS = frozenset({"stopped_vehicle", "illegal_parking", "spill_back"})
_STANDS_MPS = 0.1
_SEEN_S = 8.0  # who stands in view for less is not asked for
_WRONG_WAY_SEEN_S = 2.0
_BESIDE_M = 3.0
_LINE_M = 4.0
_AROUND_S = 5.0
_BEFORE_M = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A happening as it can be asked for: when the camera could see it, and where those were who took part."""

    happening: Happening
    due_s: tuple[float, float] | None
    at_s: F64
    xy_m: F64
    no_stopping: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seeing:
    """A run, the camera that sees it, and the scene that is drawn over its view."""

    truth: StudioTruth
    camera: PoleCamera
    scene: Scene
    lanes: GroundLanes
    view: GroundView

    def happened(self) -> list[Happened]:
        """All happenings."""
        return [self._of(happening) for happening in self.truth.happenings]

    def _of(self, happening: Happening) -> Happened:
        table, step_s = self.truth.trajectories, self.truth.info.step_s
        leaders = happening.numbers if happening.kind in STOPS else happening.numbers[:1]
        rows = np.flatnonzero(np.isin(table.number, leaders))
        due = None
        for number in leaders:
            when = self._due(happening, number, rows[table.number[rows] == number])
            if when is not None and (due is None or when < due):
                due = when
        at_s = table.step[rows] * step_s
        kept = rows[(at_s >= happening.start_s - _AROUND_S) & (at_s <= happening.end_s + _AROUND_S)]
        return Happened(
            happening=happening,
            due_s=due,
            at_s=np.asarray(table.step[kept] * step_s, np.float64),
            xy_m=table.xy_m[kept],
            no_stopping=due is not None and happening.kind in STOPS and self._no_stopping(kept),
        )

    def _due(self, happening: Happening, number: int, rows: npt.NDArray[np.intp]) -> tuple[float, float] | None:
        """The first stretch in which it shows, long enough to be told."""
        table, step_s = self.truth.trajectories, self.truth.info.step_s
        at_s: F64 = np.asarray(table.step[rows] * step_s, np.float64)
        on = self.lanes.locate(table.xy_m[rows]) if len(self.lanes) else None
        seen = self._in_view(number, rows)
        if happening.kind in STOPS:
            shows = seen & (table.speed_mps[rows] < _STANDS_MPS) & (at_s >= happening.start_s) & (at_s <= happening.end_s)
            least = _SEEN_S
            shows &= on is not None and on.lane != OFF
        elif happening.kind == "wrong_way":
            half = np.array([lane.width_m / 2 for lane in self.lanes.lanes])
            against = np.cos(table.yaw_rad[rows] - (0.0 if on is None else on.heading_rad)) < -0.7
            beside = np.zeros(len(rows), np.bool_)
            for k, centre in enumerate(self.lanes.centres):
                low, high = centre.min(axis=0) - half[k] - _BESIDE_M, centre.max(axis=0) + half[k] + _BESIDE_M
                beside |= ((table.xy_m[rows] >= low) & (table.xy_m[rows] <= high)).all(axis=1)
            shows, least = seen & against & beside, _WRONG_WAY_SEEN_S
        elif happening.kind == "red_light":
            ends = np.array([c[-1] for c, lane in zip(self.lanes.centres, self.lanes.lanes, strict=True) if lane.signal])
            near = len(ends) > 0 and float(np.hypot(*(ends - np.array(happening.point_m)).T).min()) <= _LINE_M
            return (happening.start_s, happening.end_s) if near else None
        elif happening.kind == "debris":
            return self._held_up(happening) if seen.any() else None
        else:
            shows, least = seen & (at_s >= happening.start_s) & (at_s <= happening.end_s), _SEEN_S
        return _first_stretch(at_s, shows, least, step_s)

    def _held_up(self, happening: Happening) -> tuple[float, float] | None:
        """When somebody first stands long enough before what lies on the road, which itself no detector finds."""
        table, step_s = self.truth.trajectories, self.truth.info.step_s
        low, high = np.searchsorted(table.step, [happening.start_s / step_s, happening.end_s / step_s])
        rows = low + np.flatnonzero(table.speed_mps[low:high] < _STANDS_MPS)
        near = np.hypot(*(table.xy_m[rows] - np.array(happening.point_m)).T) <= _BEFORE_M
        rows = rows[near & ~np.isin(table.number[rows], happening.numbers[:1])]
        found = []
        for number in np.unique(table.number[rows]).tolist():
            own = rows[table.number[rows] == number]
            stands = self._in_view(number, own) & (self.lanes.locate(table.xy_m[own]).lane != OFF)
            at_s: F64 = np.asarray(table.step[own] * step_s, np.float64)
            when = at_s[stands].tolist()
            found += [(when[0], when[-1])] if when and when[-1] - when[0] >= _SEEN_S else []
        return min(found, default=None)

    def _in_view(self, number: int, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        table = self.truth.trajectories
        model = next(user.model for user in self.truth.road_users if user.number == number)
        found = np.zeros(len(rows), np.bool_)
        middle = in_view(on_ground(table.xy_m[rows]), self.camera)
        yaws = np.round(table.yaw_rad[rows], 1)
        for yaw in np.unique(yaws[middle]).tolist():
            at = middle & (yaws == yaw)
            found[at] = share_in_view(table.xy_m[rows[at]], yaw, model, self.camera) >= NEARLY_WHOLE
        return found

    def _no_stopping(self, rows: npt.NDArray[np.intp]) -> bool:
        table = self.truth.trajectories
        stands = rows[table.speed_mps[rows] < _STANDS_MPS]
        fitted = self.scene.fit(self.camera.size)
        zones = [self.view.metres(fitted.polygon_px(z.polygon)) for z in self.scene.zones if z.use == "no_stopping"]
        return bool(len(stands)) and any(inside(table.xy_m[stands], zone).mean() > 0.9 for zone in zones)


def _first_stretch(at_s: F64, shows: npt.NDArray[np.bool_], least_s: float, step_s: float) -> tuple[float, float] | None:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], shows, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if (end - begin) * step_s >= least_s:
            return float(at_s[begin]), float(at_s[end - 1])
    return None
