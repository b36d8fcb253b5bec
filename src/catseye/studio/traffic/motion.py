"""From the path of a front bumper to a body that follows it.

SUMO tells where the front bumper is and where its lane points, which makes long bodies jump round bends. Here the rear follows the
front's own path: the rear point is where the front was one body length ago, and yaw is the chord from it to the front. Before the
arrival the path is taken to have been straight. Of an articulated vehicle the tractor is such a chord, and the trailer's rear
follows the same path: its yaw is the chord from that to the kingpin, which stands ``length_m - trailer_m`` behind the bumper along
yaw. The middle of every footprint is half a length behind the bumper along yaw.
"""

from dataclasses import dataclass, replace

import numpy as np

from catseye.core.geometry import F64
from catseye.studio.bodies import Model
from catseye.studio.traffic.driven import STEP_S, Driven

_WALKER_CHORD_M = 1.0  # a step or two: a walker does not turn within one
_SMOOTH_STEPS = 8
_LEAST_CHORD_M = 4.0  # a tractor is short; its wheels are not at its ends


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A body at each step of a trip: middle (N, 2), yaw and trailer's yaw (N,), distance since arrival (N,), speed (N,)."""

    xy_m: F64
    yaw_rad: F64
    trailer_yaw_rad: F64
    walked_m: F64
    speed_mps: F64


def body(trip: Driven, model: Model) -> Moved:
    """The body of a model whose front bumper went this way."""
    if model.name == "walker":
        trip = replace(trip, front_m=_smooth(trip.front_m))
    path = _Path.of(trip, model.length_m + 5.0)
    tractor_m = model.length_m - model.trailer_m
    if model.name == "walker":
        yaw = path.chord(-_WALKER_CHORD_M / 2, _WALKER_CHORD_M / 2)
    else:
        yaw = path.chord(-max(tractor_m, min(_LEAST_CHORD_M, model.length_m)), 0.0)
    along = np.stack([np.cos(yaw), np.sin(yaw)], axis=1)
    xy = trip.front_m - model.length_m / 2 * along
    trailer_yaw = yaw
    if model.trailer_m:
        kingpin = trip.front_m - tractor_m * along
        reach = kingpin - path.at(path.reached_m - model.length_m)
        trailer_yaw = np.arctan2(reach[:, 1], reach[:, 0])
    went = np.hypot(*np.diff(trip.front_m if model.trailer_m else xy, axis=0).T)
    speed = np.concatenate([trip.speed_mps[:1], went / STEP_S])
    return Moved(xy, yaw, trailer_yaw, np.concatenate([[0.0], np.cumsum(went)]), speed)


def _smooth(points: F64) -> F64:
    """A walker's path (N, 2) without the sidesteps that SUMO makes at once: a weighted mean over a second and a half."""
    reach = min(_SMOOTH_STEPS, len(points) - 1)
    if reach < 1:
        return points
    weights = np.hanning(2 * reach + 3)[1:-1]
    before, after = 2 * points[0] - points[reach:0:-1], 2 * points[-1] - points[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, points, after])
    return np.stack([np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The way of a front bumper by its length: points (M, 2) at ``length_m`` (M,), and how far it was at each step (N,)."""

    points: F64
    length_m: F64
    reached_m: F64

    @classmethod
    def of(cls, trip: Driven, before_m: float) -> "_Path":
        front = trip.front_m
        first = np.array([np.cos(trip.angle_rad[0]), np.sin(trip.angle_rad[0])])
        reached = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(front, axis=0).T))])
        moved = np.concatenate([[True], np.diff(reached) > 1e-6])
        points = np.concatenate([[front[0] - before_m * first], front[moved]])
        return cls(points, np.concatenate([[-before_m], reached[moved]]), reached)

    def at(self, length_m: F64) -> F64:
        """The points (N, 2) of the path at these lengths."""
        x, y = (np.interp(length_m, self.length_m, self.points[:, axis]) for axis in (0, 1))
        return np.stack([x, y], axis=1)

    def chord(self, behind_m: float, ahead_m: float) -> F64:
        """The heading (N,) from the point behind to the point ahead of where the front is; at the end, of what is left."""
        end = self.length_m[-1]
        ahead = np.minimum(self.reached_m + ahead_m, end)
        way = self.at(ahead) - self.at(ahead - (ahead_m - behind_m))
        return np.asarray(np.arctan2(way[:, 1], way[:, 0]), np.float64)
