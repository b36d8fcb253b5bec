"""Where a road user stands on calibrated ground: the middle of its footprint, not of its box's lower edge.

The lower edge of a box lies at the end of a vehicle that is nearer to the camera: half a car's length before its middle, six metres
before that of a bus. So a bus is counted early or late, and a line drawn where cars' edges pass is crossed by walkers beside it.
Where a scene is calibrated the place is found at which a body of that kind, headed where it goes, fills the box that is seen. Edges
of a box that lie on the picture's edge tell nothing and are left out; the ones opposite are taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import Boxes
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.rules.ground import GroundView

# length, width, height in metres; several where a kind comes in several lengths
_TWO = ((1.8, 0.65, 1.75), (2.15, 0.8, 1.7))
_CARS = ((3.6, 1.7, 1.5), (4.2, 1.8, 1.5), (4.7, 1.85, 1.5), (5.1, 1.95, 1.7))
BUILDS: dict[RoadUser, tuple[tuple[float, float, float], ...]] = {
    RoadUser.PEDESTRIAN: ((0.5, 0.55, 1.7),),
    RoadUser.BICYCLE: _TWO[:1],
    RoadUser.MOTORCYCLE: _TWO[1:],
    RoadUser.TWO_WHEELER: _TWO,
    RoadUser.CAR: _CARS,
    RoadUser.VEHICLE: _CARS,
    RoadUser.VAN: ((4.6, 1.9, 1.9), (5.6, 2.0, 2.4), (6.8, 2.1, 2.7)),
    RoadUser.TRUCK: ((6.0, 2.2, 2.8), (8.3, 2.5, 3.3), (12.0, 2.55, 3.8), (16.5, 2.55, 4.0)),
    RoadUser.BUS: ((8.0, 2.4, 3.0), (10.0, 2.5, 3.1), (12.0, 2.55, 3.1), (18.0, 2.55, 3.1)),
}
_MOST = max(map(len, BUILDS.values()))
_EDGE_PX = 1.5
_TRAVEL_M = 1.0  # a shorter way does not tell a heading
_SPREAD = 0.08  # standard deviation of the logarithm of a box's width or height against a build's
_MISFIT = 9.0  # the most that one look at one side counts
_FAR = 0.75  # of its length: no middle is further from a foot
_FORGET = 0.95
_MOVES_MPS = 1.5  # who is slower may only tremble
_STEPS, _LEAP_M, _NUDGE_M = 2, 8.0, 0.25
_NUDGES = np.array([[0.0, 0.0], [_NUDGE_M, 0.0], [0.0, _NUDGE_M]])
_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])


@dataclass(slots=True)
class _Body:
    """What is known of one road user: its kind, how ill each build fits and where it would stand, the last way, the heading.

    ``beside_m`` (B, 2) leads from the box's foot to where a body of each build stood.
    """

    kind: int
    misfit: F64 = field(default_factory=lambda: np.zeros(_MOST))
    beside_m: F64 = field(default_factory=lambda: np.zeros((_MOST, 2)))
    from_m: F64 | None = None
    heading_rad: float | None = None


class Footprints:
    """The footprints of the road users of one run."""

    def __init__(self, view: GroundView, size: tuple[int, int]) -> None:
        self._view, self._size = view, size
        self._bodies: dict[int, _Body] = {}

    def points(self, number: npt.NDArray[np.int64], xyxy: Boxes, velocity: Boxes, road_user: npt.NDArray[np.int16]) -> F64:
        """The image (N, 2) px of the middle of each footprint, of boxes (N, 4) px that move at (N, 2) px/s."""
        foot = boxes.foot(xyxy)
        if not len(foot):
            return foot
        here = self._view.metres(foot)
        bodies = [self._body(n, kind) for n, kind in zip(number.tolist(), road_user.tolist(), strict=True)]
        self._head(bodies, here, self._view.metres(foot + 0.1 * velocity))
        beside, misfit = self._stand(xyxy.astype(np.float64), here, bodies)
        longest = np.stack([_builds(body)[:, 0] for body in bodies])
        stands = np.asarray(np.hypot(*np.moveaxis(beside, -1, 0)) <= _FAR * longest + 1.0)  # of a cut box Newton may run away
        weight = np.empty(misfit.shape)
        for row, body in enumerate(bodies):
            body.misfit = _FORGET * body.misfit + misfit[row]
            body.beside_m = np.where(stands[row][:, None], beside[row], 0.0)
            weight[row] = np.exp(-0.5 * (body.misfit - body.misfit.min())) * stands[row]
        moved = (np.nan_to_num(beside) * weight[:, :, None]).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)[:, None]
        found = self._view.pixels(np.column_stack([here + moved, np.zeros(len(here))]))
        return np.where(np.isfinite(found).all(axis=1, keepdims=True), found, foot)

    def sizes_m(self, number: npt.NDArray[np.int64]) -> F64:
        """The length and width (N, 2) that the bodies of these tracks are taken to have, in metres; NaN of those never seen."""
        size = np.full((len(number), 2), np.nan)
        for row, n in enumerate(number.tolist()):
            if (body := self._bodies.get(n)) is not None:
                weight = np.exp(-0.5 * (body.misfit - body.misfit.min()))
                size[row] = weight @ _builds(body)[:, :2] / weight.sum()
        return size

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._bodies)

    def forget(self, numbers: Iterable[int]) -> None:
        """Free what is kept of ended tracks."""
        for number in numbers:
            self._bodies.pop(int(number), None)

    def _body(self, number: int, kind: int) -> _Body:
        body = self._bodies.get(number)
        if body is None:
            self._bodies[number] = body = _Body(kind)
        elif body.kind != kind:
            body.kind, body.misfit = kind, np.zeros(_MOST)
        return body

    def _head(self, bodies: list[_Body], here: F64, soon: F64) -> None:
        """Take from each way of a metre or more where it leads; ``here`` and, in 0.1 s, ``soon`` (N, 2) m."""
        for body, at, step in zip(bodies, here, soon - here, strict=True):
            if body.from_m is None:
                body.from_m = at
            elif np.hypot(*(at - body.from_m)) >= _TRAVEL_M:
                body.heading_rad = float(np.arctan2(*(at - body.from_m)[::-1]))
                body.from_m = at
            if body.heading_rad is None and np.hypot(*step) >= 0.1 * _MOVES_MPS:
                body.heading_rad = float(np.arctan2(step[1], step[0]))

    def _stand(self, xyxy: F64, here: F64, bodies: list[_Body]) -> tuple[F64, F64]:
        """For each build how far from ``here`` (N, 2) it would have to stand, (N, B, 2) m, and how ill it fits the box, (N, B)."""
        shape, known = _turned(bodies)
        edge = np.array([0.0, 0.0, *self._size]) + np.array([1, 1, -1, -1]) * _EDGE_PX
        cut = np.concatenate([xyxy[:, :2] <= edge[:2], xyxy[:, 2:] >= edge[2:]], axis=1)[:, None, :]
        aim = _anchor(xyxy[:, None, :], cut)
        middle = here[:, None, :] + np.stack([body.beside_m for body in bodies])
        for _ in range(_STEPS):  # Newton's
            at, right, up = (_anchor(self._box(shape, middle + step), cut) for step in _NUDGES)
            (a, c), (b, d) = ((np.moveaxis(other - at, -1, 0) / _NUDGE_M) for other in (right, up))
            off_x, off_y = np.moveaxis(aim - at, -1, 0)
            whole = a * d - b * c
            whole = np.where(np.abs(whole) > 1e-9, whole, np.nan)
            step = np.stack([d * off_x - b * off_y, a * off_y - c * off_x], axis=-1) / whole[..., None]
            middle = middle + np.clip(step, -_LEAP_M, _LEAP_M)
        own = self._box(shape, middle)
        size, own = xyxy[:, None, 2:] - xyxy[:, None, :2], own[..., 2:] - own[..., :2]
        tells = ~(cut[..., :2] | cut[..., 2:]) & known[:, None, None]
        misfit = np.log(np.maximum(size, 1.0) / np.maximum(own, 1.0)) / _SPREAD
        misfit = np.where(tells, np.nan_to_num(np.minimum(misfit**2, _MISFIT), nan=_MISFIT), 0.0).sum(axis=2)
        return middle - here[:, None, :], misfit

    def _box(self, shape: F64, middle: F64) -> F64:
        """The boxes (N, B, 4) px of bodies of ``shape`` (N, B, 8, 3) that stand at ``middle`` (N, B, 2) m."""
        px = self._view.pixels(shape + np.pad(middle, ((0, 0), (0, 0), (0, 1)))[:, :, None, :])
        return np.concatenate([px.min(axis=2), px.max(axis=2)], axis=2)


def _turned(bodies: list[_Body]) -> tuple[F64, npt.NDArray[np.bool_]]:
    """The corners (N, B, 8, 3) m of each body's builds, turned to where it goes, and whether that is known (N,).

    Of one that has not gone anywhere the length and width are taken as the mean of both.
    """
    builds = np.stack([_builds(body) for body in bodies])
    known = np.array([body.heading_rad is not None for body in bodies])
    builds[~known, :, :2] = builds[~known, :, :2].mean(axis=2, keepdims=True)
    heading = np.array([body.heading_rad or 0.0 for body in bodies])
    cos, sin = np.cos(heading)[:, None, None], np.sin(heading)[:, None, None]
    x, y, z = np.moveaxis(builds[:, :, None, :] * _CORNERS, -1, 0)
    return np.stack([x * cos - y * sin, x * sin + y * cos, z], axis=-1), known


def _anchor(xyxy: F64, cut: npt.NDArray[np.bool_]) -> F64:
    """What of boxes (N, B, 4) tells the place, (N, B, 2): the middle of the sides and the lower edge, or what is not ``cut``."""
    left, top, right, bottom = np.moveaxis(xyxy, -1, 0)
    cut_left, cut_top, cut_right, cut_bottom = np.moveaxis(cut, -1, 0)
    across = np.where(cut_left & ~cut_right, right, np.where(cut_right & ~cut_left, left, (left + right) / 2))
    return np.stack([across, np.where(cut_bottom & ~cut_top, top, bottom)], axis=-1)


def _builds(body: _Body) -> F64:
    """The builds (B, 3) of a kind; the last again where it has fewer than others."""
    own = BUILDS[RoadUser(body.kind)]
    return np.array(own + own[-1:] * (_MOST - len(own)))
