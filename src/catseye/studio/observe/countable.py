"""Which true crossings a camera can be asked for: those that it sees whole."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64, inside
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.projection import Ground, project
from catseye.studio.poses import Poses
from catseye.studio.scene_of import countable_lines
from catseye.studio.street import Street
from catseye.studio.truth import Crossed, MovementDone, StudioTruth

AROUND_S = 0.5
WHOLE = 0.95  # share of a road user inside the picture, from which on it is counted whatever else
LOST = 0.4  # share below which it may be lost for a moment, and begins anew
_ON_LINE = 0.02  # of the stretch, beyond its ends


def shares_seen(
    truth: StudioTruth, street: Street, camera: PoleCamera, rows: Sequence[Crossed | MovementDone]
) -> list[float | None]:
    """For each true crossing or movement the least share of the road user that was inside the picture meanwhile, None where it is
    not to be asked for.

    Meanwhile is half a second before and after a crossing, and the whole way of a movement from its origin on. Not asked for are
    crossings beside the stretch of the line that the scene has.
    """
    stretches = countable_lines(street, camera)
    zones = {zone.name: np.asarray(zone.polygon, np.float64) for zone in street.zones}
    origin = {movement.name: zones[movement.origin] for movement in street.movements if movement.origin in zones}
    paths = _Paths(truth)
    ways = [
        _crossing(row, paths, stretches, truth) if isinstance(row, Crossed) else _way(row, paths, origin, truth) for row in rows
    ]
    chosen = np.concatenate([np.zeros(0, np.intp), *(way for way in ways if way is not None)])
    share = dict(zip(chosen.tolist(), _inside(truth, street, camera, chosen).tolist(), strict=True))
    return [None if way is None or not len(way) else min(share[row] for row in way.tolist()) for way in ways]


class _Paths:
    """The rows of each road user's trajectory, in order of time."""

    def __init__(self, truth: StudioTruth) -> None:
        self._order = np.lexsort((truth.trajectories.step, truth.trajectories.number))
        self._number = truth.trajectories.number[self._order]

    def of(self, number: int) -> npt.NDArray[np.intp]:
        """The rows of one road user."""
        low, high = np.searchsorted(self._number, [number, number + 1])
        return self._order[low:high]


def _crossing(row: Crossed, paths: _Paths, stretches: dict[str, F64], truth: StudioTruth) -> npt.NDArray[np.intp] | None:
    """The rows of a crossing; None where it does not pass the stretch of the line that is counted over."""
    stretch = stretches.get(row.line)
    path = paths.of(row.number)
    at_s = truth.trajectories.step[path] * truth.info.step_s
    near = path[np.abs(at_s - row.at_s) <= AROUND_S + 1e-6]
    if stretch is None or not len(near):
        return None
    here = np.array([np.interp(row.at_s, at_s, truth.trajectories.xy_m[path, axis]) for axis in (0, 1)])
    along = stretch[1] - stretch[0]
    place = float((here - stretch[0]) @ along / (along @ along))
    return near if -_ON_LINE <= place <= 1 + _ON_LINE else None


def _way(row: MovementDone, paths: _Paths, origin: dict[str, F64], truth: StudioTruth) -> npt.NDArray[np.intp] | None:
    """The rows from the last in the origin's zone on to a little after the movement is done."""
    path = paths.of(row.number)
    at_s = truth.trajectories.step[path] * truth.info.step_s
    path = path[at_s <= row.at_s + AROUND_S]
    if row.movement not in origin or not len(path):
        return None
    within = np.flatnonzero(inside(truth.trajectories.xy_m[path], origin[row.movement]))
    return path[int(within[-1]) :] if len(within) else None


def _inside(truth: StudioTruth, street: Street, camera: PoleCamera, rows: npt.NDArray[np.intp]) -> F64:
    """The share (N,) inside the picture of the body of each trajectory row."""
    table = truth.trajectories
    columns = [name for name in Poses.__slots__ if name != "index"]
    poses = Poses(index=table.step[rows], **{name: getattr(table, name)[rows] for name in columns})
    share = np.zeros(len(rows))
    model_of = {user.number: user.model for user in truth.road_users}
    for seen in project(poses, model_of, camera, Ground(street)):
        cut = np.clip(seen.xyxy, 0.0, np.tile(np.array(camera.size, np.float64), 2))
        size, whole = cut[:, 2:] - cut[:, :2], seen.xyxy[:, 2:] - seen.xyxy[:, :2]
        share[seen.rows] = size.prod(axis=1) / np.maximum(whole.prod(axis=1), 1e-9)
    return share
