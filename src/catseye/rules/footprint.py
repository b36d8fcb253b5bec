"""Where a road user stands on calibrated ground: the middle of its footprint, not of its box's lower edge.

The lower edge of a box lies at the end of a vehicle that is nearer to the camera: half a car's length before its middle, six metres
before that of a bus. So a bus is counted early or late, and a line drawn where cars' edges pass is crossed by walkers beside it.
Where a scene is calibrated the place is found at which a body of that kind, headed where it goes, fills the box that is seen. Which
of the builds of a kind it is (``builds``), and whether of another kind that it was mistaken for, the size of the box tells. Sides
of a box that lie on the picture's edge tell nothing and are left out; the ones opposite are taken, for the heading too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.boxes import Boxes
from catseye.core.geometry import F64
from catseye.rules.builds import Choice, choice
from catseye.rules.ground import GroundView

Sides = npt.NDArray[np.bool_]

_EDGE_PX = 1.5
_TRAVEL_M = 1.0  # a shorter way does not tell a heading
_SPREAD = 0.08  # standard deviation of the logarithm of a box's width or height against a build's
_MISFIT = 9.0  # the most that one look at one side counts
_FAR = 0.75  # of its length: no middle is further from a foot
_FORGET = 0.95
_GIVEN_UP = 40.0  # whose misfit is that much larger
_MOVES_MPS = 1.5  # who is slower may only tremble
_STEPS, _LEAP_M, _NUDGE_M = 2, 8.0, 0.25
_NUDGES = np.array([[0.0, 0.0], [_NUDGE_M, 0.0], [0.0, _NUDGE_M]])


@dataclass(slots=True)
class _Body:
    """What is known of one road user: its kind, how ill each build fits and where it would stand, the last way, the heading.

    ``beside_m`` (B, 2) leads from the box's foot to where a body of each build stood; ``cut`` says which sides of the box lay on
    the picture's edge.
    """

    kind: int
    choice: Choice
    misfit: F64
    beside_m: F64
    from_m: F64 | None = None
    heading_rad: float | None = None
    cut: tuple[bool, ...] = ()

    def likely(self) -> npt.NDArray[np.intp]:
        """The builds that are worth a look; that of others waits until the best one fits as ill."""
        ill = self.misfit + self.choice.unlikely
        return np.flatnonzero(ill <= ill.min() + _GIVEN_UP)


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
        bodies = [self._body(n, kind) for n, kind in zip(number.tolist(), road_user.tolist(), strict=True)]
        here, cut = self._view.metres(foot), self._cut(xyxy)
        self._head(bodies, cut, self._told_by(xyxy, cut, bodies), self._view.metres(foot + 0.1 * velocity) - here)
        likely = [body.likely() for body in bodies]
        first = np.cumsum([0, *map(len, likely)])
        of = np.repeat(np.arange(len(bodies)), np.diff(first))  # one row for each build that somebody may have
        beside = np.concatenate([body.beside_m[which] for body, which in zip(bodies, likely, strict=True)])
        shape, known = _turned(bodies, likely)
        beside, misfit = self._stand(xyxy[of].astype(np.float64), cut[of], here[of], beside, shape, known[of])
        longest = np.concatenate([body.choice.length_m[which] for body, which in zip(bodies, likely, strict=True)])
        stands = np.hypot(*beside.T) <= _FAR * longest + 1.0  # of a cut box Newton may run away
        beside = np.where(stands[:, None], beside, 0.0)
        ill = np.empty(len(of))
        for body, which, low, high in zip(bodies, likely, first[:-1], first[1:], strict=True):
            body.misfit[which] = _FORGET * body.misfit[which] + misfit[low:high]
            body.beside_m[which] = beside[low:high]
            ill[low:high] = (body.misfit + body.choice.unlikely)[which]
        weight = np.exp(-0.5 * (ill - np.minimum.reduceat(ill, first[:-1])[of])) * stands
        whole = np.maximum(np.add.reduceat(weight, first[:-1]), 1e-12)
        middle = here + np.add.reduceat(beside * weight[:, None], first[:-1]) / whole[:, None]
        found = self._view.pixels(np.column_stack([middle, np.zeros(len(middle))]))
        return np.where(np.isfinite(found).all(axis=1, keepdims=True), found, foot)

    def sizes_m(self, number: npt.NDArray[np.int64]) -> F64:
        """The length and width (N, 2) that the bodies of these tracks are taken to have, in metres; NaN of those never seen."""
        size = np.full((len(number), 2), np.nan)
        for row, n in enumerate(number.tolist()):
            if (body := self._bodies.get(n)) is not None:
                ill = body.misfit + body.choice.unlikely
                weight = np.exp(-0.5 * (ill - ill.min()))
                size[row] = weight @ body.choice.size_m / weight.sum()
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
        if body is None or body.kind != kind:
            builds = choice(kind)
            many = len(builds.length_m)
            if body is not None and len(body.misfit) == many:  # of its family: what fits the box does so whatever it is called
                body.kind, body.choice = kind, builds
            else:
                self._bodies[number] = body = _Body(kind, builds, np.zeros(many), np.zeros((many, 2)))
        return body

    def _cut(self, xyxy: Boxes) -> Sides:
        """Which sides of boxes (N, 4) lie on the picture's edge."""
        edge = np.array([0.0, 0.0, *self._size]) + np.array([1, 1, -1, -1]) * _EDGE_PX
        return np.concatenate([xyxy[:, :2] <= edge[:2], xyxy[:, 2:] >= edge[2:]], axis=1)

    def _told_by(self, xyxy: Boxes, cut: Sides, bodies: list[_Body]) -> F64:
        """What moves over the ground as the body does, (N, 2) m: the foot, or where sides are ``cut`` (N, 4) what is left to see.

        Where the lower side is cut that is the upper one, which lies as high over the ground as the body.
        """
        high = np.where(cut[:, 3] & ~cut[:, 1], [body.choice.high_m for body in bodies], 0.0)
        return self._view.metres(_anchor(xyxy.astype(np.float64), cut), high)

    def _head(self, bodies: list[_Body], cut: Sides, here: F64, step: F64) -> None:
        """Take from each way of a metre or more where it leads; ``here`` and the ``step`` of the foot in 0.1 s are (N, 2) m.

        The foot of a box that is ``cut`` (N, 4) slides along the picture's edge, so its step tells nothing.
        """
        for body, edge, at, foot in zip(bodies, map(tuple, cut.tolist()), here, step, strict=True):
            if body.from_m is None or body.cut != edge or np.isnan(body.from_m[0]):
                body.from_m = at
            elif np.hypot(*(at - body.from_m)) >= _TRAVEL_M:
                body.heading_rad = float(np.arctan2(*(at - body.from_m)[::-1]))
                body.from_m = at
            if body.heading_rad is None and not any(edge) and np.hypot(*foot) >= 0.1 * _MOVES_MPS:
                body.heading_rad = float(np.arctan2(foot[1], foot[0]))
            body.cut = edge

    def _stand(self, xyxy: F64, cut: Sides, here: F64, beside: F64, shape: F64, known: npt.NDArray[np.bool_]) -> tuple[F64, F64]:
        """How far from ``here`` (K, 2) each body of ``shape`` (P, K, 3) has to stand, (K, 2) m, and how ill it fits its box, (K,).

        ``beside`` (K, 2) m is where to begin. Where the heading is not ``known`` (K,) the size tells nothing.
        """
        aim, middle = _anchor(xyxy, cut), here + beside
        for _ in range(_STEPS):  # Newton's
            at, right, up = (_anchor(self._box(shape, middle + step), cut) for step in _NUDGES)
            (a, c), (b, d) = (other.T / _NUDGE_M for other in (right - at, up - at))
            off_x, off_y = (aim - at).T
            whole = a * d - b * c
            whole = np.where(np.abs(whole) > 1e-9, whole, np.nan)
            step = np.stack([d * off_x - b * off_y, a * off_y - c * off_x], axis=-1) / whole[:, None]
            middle = middle + np.clip(step, -_LEAP_M, _LEAP_M)
        own = self._box(shape, middle)
        size, own = xyxy[:, 2:] - xyxy[:, :2], own[:, 2:] - own[:, :2]
        misfit = np.log(np.maximum(size, 1.0) / np.maximum(own, 1.0)) / _SPREAD
        misfit = np.nan_to_num(np.minimum(misfit**2, _MISFIT), nan=_MISFIT)
        tells = ~(cut[:, :2] | cut[:, 2:]) & known[:, None]
        return middle - here, np.where(tells, misfit, 0.0).sum(axis=1)

    def _box(self, shape: F64, middle: F64) -> F64:
        """The boxes (K, 4) px of bodies of ``shape`` (P, K, 3) that stand at ``middle`` (K, 2) m."""
        px = self._view.pixels(shape + np.pad(middle, ((0, 0), (0, 1))))
        return np.concatenate([px.min(axis=0), px.max(axis=0)], axis=1)


def _turned(bodies: list[_Body], likely: list[npt.NDArray[np.intp]]) -> tuple[F64, npt.NDArray[np.bool_]]:
    """The outlines (P, K, 3) m of each body's likely builds, turned to where it goes, and of which bodies that is known (N,).

    Of one that has not gone anywhere the length and width are taken as the mean of both.
    """
    known = np.array([body.heading_rad is not None for body in bodies])
    shape = np.concatenate([body.choice.outline[:, which] for body, which in zip(bodies, likely, strict=True)], axis=1)
    of = np.repeat(np.arange(len(bodies)), list(map(len, likely)))
    size = shape[..., :2].max(axis=0) - shape[..., :2].min(axis=0)
    shape[..., :2] *= np.where(known[of][:, None], 1.0, size.mean(axis=1, keepdims=True) / size)
    heading = np.array([body.heading_rad or 0.0 for body in bodies])[of]
    cos, sin = np.cos(heading), np.sin(heading)
    x, y, z = np.moveaxis(shape, -1, 0)
    return np.stack([x * cos - y * sin, x * sin + y * cos, z], axis=-1), known


def _anchor(xyxy: F64, cut: Sides) -> F64:
    """What of boxes (K, 4) tells the place, (K, 2): the middle of the sides and the lower edge, or what is not ``cut`` (K, 4)."""
    left, top, right, bottom = xyxy.T
    cut_left, cut_top, cut_right, cut_bottom = cut.T
    across = np.where(cut_left & ~cut_right, right, np.where(cut_right & ~cut_left, left, (left + right) / 2))
    return np.stack([across, np.where(cut_bottom & ~cut_top, top, bottom)], axis=-1)
