"""One body that is followed twice: a false box rides along with a true one, and a track of its own goes about the street.

Such a box stands on its body's side or top, so its foot is a place on the body as the camera sees it. Taken for the ground, a place
that is off the ground is further away by one factor (similar triangles): as long as the box rides along, both tracks lie on nearly
one ray from the camera, in a constant ratio of their distances, and so are their velocities. Two bodies that do so are hidden one
behind the other. Of those who stand nothing is told: all who stand on a ray are at rest together. Nor of who drives straight before
another: in a column on a road that leads away from the camera all drive so.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.road_users import RoadUser
from catseye.core.time import nanoseconds
from catseye.rules.ground import GroundView

Bools = npt.NDArray[np.bool_]
HIGH_M = 4.2  # no body is higher (EU directive 96/53: 4.0 m)
_LOW_M = {RoadUser.CAR: 2.5, RoadUser.BICYCLE: 2.5, RoadUser.MOTORCYCLE: 2.5, RoadUser.TWO_WHEELER: 2.5, RoadUser.VAN: 3.3}
_MOVES_MPS = 2.5
_ALIKE = 2.5  # standard deviations that both velocities may differ by
_BESIDE_M = 1.5  # of the other's way
_LASTS_S = 0.5  # together for this long, and
_SHARE = 0.7  # for this share of the time that both were seen to move
_FORGET_S = 3.0


@dataclass(slots=True)
class _Pair:
    """Two that were near one ray: since when, for how many instants both moved, and of these how many alike."""

    first_ns: int
    last_ns: int
    both: int = 0
    alike: int = 0

    def one(self) -> bool:
        """Whether both are one body."""
        return self.last_ns - self.first_ns >= nanoseconds(_LASTS_S) and self.alike >= _SHARE * self.both


@dataclass(slots=True, eq=False)
class Doubles:
    """Remembers of one run which tracks rode along with which."""

    view: GroundView
    _pairs: dict[tuple[int, int], _Pair] = field(default_factory=dict)  # by the nearer and the further one's number
    _eye: F64 = field(init=False)

    def __post_init__(self) -> None:
        self._eye = np.asarray(np.linalg.solve(self.view.camera[:, :3], -self.view.camera[:, 3]), np.float64)

    def update(self, seen: GroundSightings) -> Bools:
        """Which road users (N,) of this instant are known by now to be another's double; instants come in order.

        Of two it is the one that is further away: nothing is seen below the ground.
        """
        self._pair_up(seen)
        old_ns = seen.at_ns - nanoseconds(_FORGET_S)
        here = set(seen.number.tolist())
        self._pairs = {pair: one for pair, one in self._pairs.items() if pair[1] in here or one.last_ns >= old_ns}
        return np.isin(seen.number, [far for (_, far), one in self._pairs.items() if one.one()])

    def _pair_up(self, seen: GroundSightings) -> None:
        speed, ray = seen.speed_mps, seen.xy_m - self._eye[:2]
        far = np.hypot(*ray.T)
        drives = (speed >= _MOVES_MPS) & (seen.road_user != RoadUser.PEDESTRIAN)
        near, beyond = np.nonzero((far[:, None] < far) & drives[:, None] & (speed >= _MOVES_MPS)[None, :])
        times = far[beyond] / far[near]
        along = ray[near] / far[near, None]
        aside = np.abs(along[:, 0] * ray[beyond, 1] - along[:, 1] * ray[beyond, 0])
        reach = times * (seen.length_m[near] + seen.width_m[near]) / 4 + seen.place_error_m[near]
        high = np.array([_LOW_M.get(RoadUser(kind), HIGH_M) for kind in seen.road_user[near].tolist()])
        top = self._eye[2] / (self._eye[2] - np.minimum(high, self._eye[2] / 2))
        on_it = (times <= top) & (aside <= reach)
        way = seen.velocity_mps[near] / np.maximum(speed[near, None], 1e-9)
        apart = seen.xy_m[beyond] - seen.xy_m[near]
        on_it &= np.abs(apart[:, 0] * way[:, 1] - apart[:, 1] * way[:, 0]) >= _BESIDE_M
        off = np.hypot(*(seen.velocity_mps[beyond] - times[:, None] * seen.velocity_mps[near]).T)
        error = np.hypot(seen.speed_error_mps[beyond], times * seen.speed_error_mps[near])
        rides = on_it & (off <= _ALIKE * error)
        for a, b, so in zip(seen.number[near].tolist(), seen.number[beyond].tolist(), rides.tolist(), strict=True):
            pair = self._pairs.get((a, b))
            if pair is None:
                if not so:
                    continue
                pair = self._pairs[a, b] = _Pair(seen.at_ns, seen.at_ns)
            pair.both, pair.alike = pair.both + 1, pair.alike + so
            pair.last_ns = seen.at_ns if so else pair.last_ns
