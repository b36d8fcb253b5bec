"""The homography from the picture to the ground, by weighted least squares, with its covariance.

A click in the picture is wrong by a pixel or two, which on the ground is centimetres near the camera and metres far off; a
measured place is wrong by as much everywhere. Each point is weighed by both (Hartley and Zisserman 2004, "Multiple view
geometry", 4.2 and 5.2).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from catseye.calibration.pairs import LEAST, GroundPoints
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

_ROUNDS = 4  # of weighing anew and fitting
_STEP = 1e-6
_WAY = 1e-3  # of the picture: short enough to be straight
_DEGENERATE = 1e-4  # of the equations' largest singular value


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """One standard deviation along each axis: of a click in the picture, px, and of a measured place on the ground, m."""

    click_px: float = 1.5
    survey_m: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """``homography`` (3, 3) leads from unit coordinates to metres; ``covariance`` (8, 8) is that of its ``free`` numbers.

    ``residual_m`` (N,) is how far each point lies from where it is led. ``misfit`` is the root mean square of what is left over
    what the noise allows, None with four points, which always fit; where it is above 1 the covariance was raised by its square.
    """

    homography: F64
    residual_m: F64
    misfit: float | None
    free: F64
    covariance: F64
    into: F64
    out: F64

    def metres(self, unit: F64) -> F64:
        """Where points (K, 2) of the picture are on the ground, (K, 2); NaN on the horizon and above."""
        return led(self.homography, unit)

    def unit(self, metres: F64) -> F64:
        """Where places (K, 2) on the ground are seen, (K, 2); NaN behind the camera."""
        return led(_inverse(self.homography), metres)

    def place_error_m(self, unit: F64) -> F64:
        """One standard deviation (K,) of where points (K, 2) are on the ground, as a distance."""
        variance = self._variance(lambda free: self._at(free, unit).ravel())
        return np.asarray(np.sqrt(variance.reshape(-1, 2).sum(axis=1)), np.float64)

    def length_error(self, unit: F64, way: F64) -> F64:
        """One relative standard deviation (K,) of a short way along ``way`` (K, 2) at ``unit`` (K, 2), and so of a speed there."""
        step = _WAY * way / np.linalg.norm(way, axis=1, keepdims=True)

        def log_length(free: F64) -> F64:
            gone = self._at(free, unit + step) - self._at(free, unit - step)
            return np.asarray(np.log(np.hypot(*gone.T)), np.float64)

        return np.sqrt(self._variance(log_length))

    def places_covariance_m2(self, unit: F64) -> F64:
        """The covariance (2K, 2K) of where points (K, 2) are on the ground: x and y of the first, and so on."""
        slopes = _slopes(lambda free: self._at(free, unit).ravel(), self.free)
        return np.asarray(slopes @ self.covariance @ slopes.T, np.float64)

    def _at(self, free: F64, unit: F64) -> F64:
        return led(_whole(free, self.into, self.out), unit)

    def _variance(self, of: Callable[[F64], F64]) -> F64:
        slopes = _slopes(of, self.free)
        return np.asarray(np.einsum("ki,ij,kj->k", slopes, self.covariance, slopes), np.float64)


def fit(points: GroundPoints, size: tuple[int, int], noise: Noise) -> Fit:
    """The homography that leads the points of a picture of ``size`` (width, height) best to their places.

    Raises ConfigError where they do not decide one, or where it would have some of them above the horizon.
    """
    into, out = _middling(points.unit), _inverse(_middling(points.metres))
    free = _direct(led(into, points.unit), led(_inverse(out), points.metres))
    _in_front(free, into, out, points)
    click = np.square(noise.click_px / np.array(size, np.float64))

    def whitened(free: F64, whitening: F64) -> F64:
        off = led(_whole(free, into, out), points.unit) - points.metres
        return np.asarray(np.einsum("nij,nj->ni", whitening, off).ravel(), np.float64)

    for _ in range(_ROUNDS):
        whitening = _whitening(_whole(free, into, out), points.unit, click, noise.survey_m)
        free = np.asarray(least_squares(whitened, free, args=(whitening,), method="lm").x, np.float64)
    _in_front(free, into, out, points)
    slopes = _slopes(lambda free: whitened(free, whitening), free)
    freedom = 2 * (len(points) - LEAST)
    misfit = float(np.sqrt(np.square(whitened(free, whitening)).sum() / freedom)) if freedom else None
    homography = _whole(free, into, out)
    return Fit(
        homography=homography,
        residual_m=np.hypot(*(led(homography, points.unit) - points.metres).T),
        misfit=misfit,
        free=free,
        covariance=_inverse(slopes.T @ slopes) * max(1.0, misfit or 0.0) ** 2,
        into=into,
        out=out,
    )


def led(homography: F64, points: F64) -> F64:
    """Points (K, 2) through a homography; NaN where its third coordinate is not positive."""
    flat = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(flat[:, :2] / np.where(flat[:, 2:] > 0, flat[:, 2:], np.nan), np.float64)


def _inverse(matrix: F64) -> F64:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _whole(free: F64, into: F64, out: F64) -> F64:
    """The homography of its eight free numbers; positive for what is in front of the camera."""
    return np.asarray(out @ np.append(free, 1.0).reshape(3, 3) @ into, np.float64)


def _middling(points: F64) -> F64:
    """The matrix that moves points (N, 2) to the origin, at a mean distance of the root of 2 (Hartley 1997)."""
    middle = points.mean(axis=0)
    scale = np.sqrt(2) / np.hypot(*(points - middle).T).mean()
    return np.array([[scale, 0.0, -scale * middle[0]], [0.0, scale, -scale * middle[1]], [0.0, 0.0, 1.0]])


def _direct(seen: F64, ground: F64) -> F64:
    """A first homography by the direct linear transform (Hartley and Zisserman 2004, algorithm 4.1). Raises ConfigError."""
    (x, y), (u, v) = seen.T, ground.T
    one, zero = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u], axis=1),
            np.stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v], axis=1),
        ]
    )
    _, singular, axes = np.linalg.svd(rows)
    if singular[7] < _DEGENERATE * singular[0] or abs(axes[-1][8]) < _DEGENERATE:
        raise ConfigError(
            "The points do not decide how the street lies: three of four are on one line.", "Measure one more point off that line."
        )
    return np.asarray(axes[-1][:8] / axes[-1][8], np.float64)


def _in_front(free: F64, into: F64, out: F64, points: GroundPoints) -> None:
    """Raise ConfigError where a point would lie on the horizon or above."""
    behind = ~np.isfinite(led(_whole(free, into, out), points.unit)).all(axis=1)
    if behind.any():
        raise ConfigError(
            f"With these pairs {points.names[int(behind.argmax())]} would lie behind the camera.",
            "Two points have each other's places, or one was clicked elsewhere: compare them with a map.",
        )


def _whitening(homography: F64, unit: F64, click: F64, survey_m: float) -> F64:
    """The matrices (N, 2, 2) that make the error of each point one, along each axis."""
    flat = unit @ homography[:, :2].T + homography[:, 2]
    leans = (homography[None, :2, :2] - (flat[:, :2] / flat[:, 2:])[:, :, None] * homography[2, :2]) / flat[:, 2:, None]
    covariance = np.einsum("nij,j,nkj->nik", leans, click, leans) + survey_m**2 * np.eye(2)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(covariance)), np.float64)


def _slopes(of: Callable[[F64], F64], free: F64) -> F64:
    """The derivatives (K, 8) of ``of`` by each free number, by central differences."""
    steps = _STEP * np.maximum(np.abs(free), 1e-2)
    columns = [(of(free + step) - of(free - step)) / (2 * size) for step, size in zip(np.diag(steps), steps, strict=True)]
    return np.stack(columns, axis=1)
