"""How likely looks at vehicles are under a hanging of the camera, with slopes.

Each vehicle is a car, a van, something heavier or strange; its size is unknown, and drops out as a Gaussian that is believed
beforehand. Its looks share what is wrong with its boxes, so that many weigh no more than a few.
"""

from dataclasses import dataclass

import numpy as np

from catseye.calibration.fleet import BOX as BOX_PRIOR
from catseye.calibration.fleet import MIX, PLACE_ALL, PLACE_EACH, SIZES_M, SPREAD, STRANGE
from catseye.calibration.hanging import BOX, FOCAL, HEIGHT, NUMBERS, ROLL, SIZE, TILT, Looks
from catseye.calibration.passages import Passages
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser

_SHARE, _PX = 0.09, 2.0  # standard deviation of a box's side, of its length and in pixels
_INDEPENDENT = 3.0  # looks at one vehicle are worth no more than these
_AS_MANY = 20.0  # vehicles are worth no more than these: the bodies and boxes believed in are wrong in common
_SURPRISE = 6.0  # the square, in variances, from which a look is rather strange
_VIEW, _VIEW_SPREAD = 0.9, 0.25  # focal length over width, and the standard deviation of its logarithm
_ROLL = np.radians(0.7)
_LEAP_M = 6.0
_STEP = 1e-4
_LARGER = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likely:
    """``cost`` is minus the logarithm of the probability, ``gradient`` (9,) and ``curvature`` (9, 9) its derivatives.

    ``each`` (V, 9) is what each vehicle adds to the gradient, ``kinds`` (C + 1, V) how probable each kind is, strange last;
    ``beside`` where vehicles would stand, to begin from at the next evaluation.
    """

    cost: float
    gradient: F64
    curvature: F64
    each: F64
    kinds: F64
    beside: tuple[F64, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _One:
    """One kind: residuals (V, K, 2), slopes (V, K, 2, 9) of them, log probability (V,), and the inverse (V, 3, 3) of its size."""

    left: F64
    slopes: F64
    log: F64
    sizes: F64
    beside: F64


class Evidence:
    """All looks at all vehicles.

    ``bias`` is by what share of the true width or height each edge of a detector's box is off: left, top, right, low.
    """

    def __init__(self, seen: Passages, bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)) -> None:
        xyxy = unbiased(seen.xyxy, bias)
        foot = np.stack([(xyxy[..., 0] + xyxy[..., 2]) / 2, xyxy[..., 3]], axis=-1)
        self.looks = Looks(foot=foot, before=seen.before, after=seen.after, centre=np.array(seen.size) / 2)
        self.seen = seen.seen
        self._sides = np.log(xyxy[..., 2:] - xyxy[..., :2])
        looks = seen.seen.sum(axis=1)
        worth = np.minimum(_INDEPENDENT / np.maximum(looks, 1), 1.0)[:, None, None]
        self._weight = np.where(seen.seen[..., None], worth / (_SHARE**2 + (_PX / np.exp(self._sides)) ** 2), 0.0)
        self._strange = np.log(STRANGE) - np.minimum(looks, _INDEPENDENT) * _SURPRISE
        self._mix = np.log([MIX[RoadUser(kind)] for kind in seen.road_user.tolist()])
        self.worth = 1.0 / (1.0 + len(seen) / _AS_MANY)
        self.mean, self.prior = _believed(seen.size[0])

    def evaluate(self, view: F64, beside: tuple[F64, ...]) -> Likely:
        """The likelihood of ``view``, begun from where vehicles stood ``beside`` their feet before."""
        ones = [self._one(view, kind, beside[kind]) for kind in range(len(SIZES_M))]
        logs = np.stack([*(one.log for one in ones), self._strange])
        top = logs.max(axis=0)
        total = top + np.log(np.exp(logs - top).sum(axis=0))
        kinds = np.exp(logs - total)
        off = view - self.mean
        each, curvature = np.zeros((len(total), NUMBERS)), np.zeros((NUMBERS, NUMBERS))
        for one, share in zip(ones, kinds, strict=False):
            weighed = one.slopes * self._weight[..., None]
            own = weighed[..., SIZE]
            common = np.einsum("vkai,vkaj->vij", weighed, one.slopes[..., SIZE]) @ one.sizes
            each += share[:, None] * (
                np.einsum("vkai,vka->vi", weighed, one.left)
                - (common @ np.einsum("vkai,vka->vi", own, one.left)[..., None])[..., 0]
            )
            inner = np.einsum("vkai,vkaj->vij", one.slopes, weighed) - common @ np.einsum("vkai,vkaj->vij", own, one.slopes)
            curvature += np.einsum("v,vij->ij", share, inner)
        return Likely(
            cost=float(-self.worth * total.sum() + 0.5 * off @ self.prior @ off),
            gradient=self.worth * each.sum(axis=0) + self.prior @ off,
            curvature=self.worth * curvature + self.prior,
            each=each,
            kinds=kinds,
            beside=tuple(one.beside for one in ones),
        )

    def scaled(self, view: F64) -> tuple[F64, tuple[F64, ...]] | None:
        """``view`` at the height that suits cars, and where vehicles would stand; None where most are above its horizon."""
        view = view.copy()
        for _ in range(3):
            beside = self._behind(view, 0)
            off = (self._sides - self.looks.boxes(view, 0, beside)[..., 2:]).mean(axis=-1)
            told = np.isfinite(off) & self.seen
            if told.sum() < 0.3 * self.seen.sum():
                return None
            view[HEIGHT] -= np.clip(np.median(off[told]), -1.5, 1.5)
        return view, tuple(self._behind(view, kind) for kind in range(len(SIZES_M)))

    def _behind(self, view: F64, kind: int) -> F64:
        """Where vehicles of a kind stand: begun half a width behind the foot."""
        here = self.looks.ground(view, self.looks.foot)
        beside = np.nan_to_num(here / np.hypot(here[..., 0], here[..., 1])[..., None] * SIZES_M[kind][1] / 2)
        for _ in range(3):
            box = self.looks.boxes(view, kind, beside)
            beside = beside + self._leap(box, self.looks.slopes(view, kind, beside, box))
        return np.asarray(beside, np.float64)

    def _leap(self, box: F64, slopes: F64) -> F64:
        """Newton's step towards where the middle and the lower edge of the box are those seen."""
        step = np.linalg.solve(slopes[..., :2, :], (self.looks.foot - box[..., :2])[..., None])[..., 0]
        return np.asarray(np.clip(np.nan_to_num(step), -_LEAP_M, _LEAP_M), np.float64)

    def _one(self, view: F64, kind: int, beside: F64) -> _One:
        box = self.looks.boxes(view, kind, beside)
        beside = beside + self._leap(box, self.looks.slopes(view, kind, beside, box))
        box = self.looks.boxes(view, kind, beside)
        by_metre = self.looks.slopes(view, kind, beside, box)
        leap = self._leap(box, by_metre)
        left = self._sides - box[..., 2:] - (by_metre[..., 2:, :] @ leap[..., None])[..., 0] - view[BOX]

        def slope(other: F64, step: float) -> F64:
            """By a number, while the vehicle moves so that the box's foot stays."""
            gone = (other - box) / step
            back = np.linalg.solve(by_metre[..., :2, :], gone[..., :2, None])
            return np.asarray(np.nan_to_num((by_metre[..., 2:, :] @ back)[..., 0] - gone[..., 2:]), np.float64)

        slopes = np.zeros((*left.shape, NUMBERS))
        for k, larger in enumerate(_LARGER * np.eye(3)):
            slopes[..., SIZE.start + k] = slope(self.looks.boxes(view, kind, beside, larger), _LARGER)
        slopes[..., HEIGHT] = -slopes[..., SIZE].sum(axis=-1)  # all lengths scaled together look the same
        slopes[..., 0, BOX.start] = slopes[..., 1, BOX.start + 1] = -1.0
        for k in (FOCAL, TILT, ROLL):
            slopes[..., k] = slope(self.looks.boxes(view + _STEP * np.eye(NUMBERS)[k], kind, beside), _STEP)
        unseen = ~np.isfinite(left).all(axis=(1, 2))
        log, sizes = self._without_size(np.nan_to_num(left), slopes[..., SIZE], kind)
        log = np.where(unseen, -1e9, log + self._mix[:, kind])
        return _One(np.nan_to_num(left), slopes, log, sizes, beside + leap)

    def _without_size(self, left: F64, slopes: F64, kind: int) -> tuple[F64, F64]:
        """The log probability (V,) of residuals whatever each vehicle's own size, and the covariance (V, 3, 3) of that."""
        weighed = slopes * self._weight[..., None]
        inner = np.diag(1 / SPREAD[kind] ** 2) + np.einsum("vkai,vkaj->vij", slopes, weighed)
        pull, sizes = np.einsum("vkai,vka->vi", weighed, left), np.linalg.inv(inner)
        square = np.einsum("vka,vka->v", left**2, self._weight) - np.einsum("vi,vij,vj->v", pull, sizes, pull)
        volume = np.linalg.slogdet(inner)[1] + 2 * np.log(SPREAD[kind]).sum()
        return np.asarray(-0.5 * (square + volume), np.float64), np.asarray(sizes, np.float64)


def unbiased(xyxy: F64, bias: tuple[float, float, float, float]) -> F64:
    """Boxes (..., 4) whose edges are off by shares of the true width and height, as they should be."""
    left, top, right, low = bias
    shares = np.array([left / (1 + right - left), top / (1 + low - top), right / (1 + right - left), low / (1 + low - top)])
    return np.asarray(xyxy - shares * np.tile(xyxy[..., 2:] - xyxy[..., :2], 2), np.float64)


def _believed(width: int) -> tuple[F64, F64]:
    """What is believed of the nine numbers, means (9,) and the inverse of their covariance (9, 9): nothing of tilt and height."""
    mean, prior = np.zeros(NUMBERS), np.zeros((NUMBERS, NUMBERS))
    mean[FOCAL] = np.log(_VIEW * width)
    prior[FOCAL, FOCAL], prior[ROLL, ROLL] = 1 / _VIEW_SPREAD**2, 1 / _ROLL**2
    prior[SIZE, SIZE] = np.linalg.inv(PLACE_ALL**2 * np.ones((3, 3)) + PLACE_EACH**2 * np.eye(3))
    prior[BOX, BOX] = np.eye(2) / BOX_PRIOR**2
    return mean, prior
