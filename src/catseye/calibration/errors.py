"""How far places and speeds may be off for a scene's calibration alone.

Four places decide a homography, so what is uncertain about it can be told at four points of the picture, in metres. Errors of
places and ways follow to the first order (Hartley and Zisserman 2004, "Multiple view geometry", 5.2).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.spatial import ConvexHull

from catseye.core.calibration import Calibration, Method, Shift
from catseye.core.geometry import F64
from catseye.core.scene import Scene

_NEAR = 0.35  # of the lower edge's nearness: what is up to three times as far as the nearest ground
_SIDE = 12  # places each way that reference points are chosen from
_STEP = 1e-4  # of the four places' extent: short enough to be straight
_WAY = 1e-3  # of the picture
_NOTHING = 1e-6  # of the largest shift


@dataclass(frozen=True, slots=True, eq=False)
class GroundErrors:
    """The errors of one scene. ``more`` and ``less`` (K, 3, 3) are its homography after a small ``share`` of each shift."""

    homography: F64
    more: F64
    less: F64
    share: float

    def place_error_m(self, unit: F64) -> F64:
        """One standard deviation (N,) of where points (N, 2) of the picture are on the ground, as a distance in metres.

        NaN on the horizon and above.
        """
        off = (_led(self.more, unit) - _led(self.less, unit)) / (2 * self.share)
        return np.asarray(np.sqrt(np.square(off).sum(axis=(0, 2))), np.float64) + self._unseen(unit)

    def speed_error(self, unit: F64, way: F64) -> F64:
        """One relative standard deviation (N,) of a speed at points (N, 2) of the picture along ``way`` (N, 2) in the picture.

        Both in unit coordinates; how long a way is does not matter. NaN on the horizon and above, and for a way of no length.
        """
        long = np.hypot(*way.T)[:, None]
        step = _WAY * way / np.where(long > 0, long, np.nan)
        logs = [np.log(np.hypot(*np.moveaxis(_led(h, unit + step) - _led(h, unit - step), -1, 0))) for h in (self.more, self.less)]
        off = (logs[0] - logs[1]) / (2 * self.share)
        return np.asarray(np.sqrt(np.square(off).sum(axis=0)), np.float64) + self._unseen(unit)

    def _unseen(self, unit: F64) -> F64:
        """0 where the ground is seen, else NaN."""
        return np.asarray(_led(self.homography[None], unit)[0, :, 0] * 0.0, np.float64)


def ground_errors(scene: Scene) -> GroundErrors | None:
    """The errors that a scene's calibration makes; None where it tells none.

    A scene that holds ``error_m`` alone is taken as if four points of its picture, spread over the ground from the lower edge to
    three times as far, were each wrong by that much, independently.
    """
    if scene.homography is None:
        return None
    homography = facing(np.array(scene.homography, np.float64).reshape(3, 3))
    told = scene.calibration
    if told is not None:
        points, shifts = np.array(told.points, np.float64), np.array(told.shifts_m, np.float64).reshape(-1, 8)
    elif scene.error_m is not None:
        points, shifts = reference_points(homography), scene.error_m / np.sqrt(2) * np.eye(8)
    else:
        return None
    places = _led(homography[None], points)[0]
    extent = float(np.ptp(places, axis=0).max())
    share = _STEP * extent / max(float(np.abs(shifts).max(initial=0.0)), 1e-12)
    moved = share * shifts.reshape(-1, 4, 2)
    back = np.linalg.inv(_basis(points))
    more, less = (_forward(_basis(places + sign * moved) @ back, points) for sign in (1, -1))
    return GroundErrors(homography, more, less, share)


def calibration_of(method: Method, points: F64, covariance_m2: F64) -> Calibration:
    """The calibration whose places of ``points`` (4, 2) have this covariance (8, 8), in m²: x and y of the first, and so on."""
    variance, axes = np.linalg.eigh((covariance_m2 + covariance_m2.T) / 2)
    shifts = (np.sqrt(np.maximum(variance, 0.0)) * axes).T[::-1]
    shifts = shifts[np.abs(shifts).max(axis=1) > _NOTHING * np.abs(shifts).max()]
    a, b, c, d = ((round(float(x), 6), round(float(y), 6)) for x, y in points)
    return Calibration(method=method, points=(a, b, c, d), shifts_m=tuple(map(_shift, shifts.tolist())))


def reference_points(homography: F64) -> F64:
    """Four points (4, 2) of the picture that show the ground, from the lower edge to three times as far, far apart."""
    homography = facing(homography)
    marks = 0.02 + 0.96 * np.linspace(0.0, 1.0, _SIDE)
    grid = np.stack(np.meshgrid(marks, marks), axis=-1).reshape(-1, 2)
    near = grid @ homography[2, :2] + homography[2, 2]
    seen = grid[near >= _NEAR * near.max()]
    hull = seen[ConvexHull(seen).vertices]
    fours = hull[list(combinations(range(len(hull)), 4))]
    return np.asarray(fours[np.argmax([_least_triangle(four) for four in fours])], np.float64)


def facing(homography: F64) -> F64:
    """The homography with the sign that makes its third coordinate positive for the ground, which the lower edge shows."""
    low = homography[2] @ (0.5, 1.0, 1.0)
    return np.asarray(homography / (low if low != 0.0 else 1.0), np.float64)


def _least_triangle(four: F64) -> float:
    """The area of the least triangle of four points, which is nothing where three of them are on one line."""
    least = np.inf
    for a, b, c in combinations(four, 3):
        (px, py), (qx, qy) = b - a, c - a
        least = min(least, abs(px * qy - py * qx) / 2)
    return float(least)


def _basis(points: F64) -> F64:
    """The homographies (..., 3, 3) that lead the projective frame to four points (..., 4, 2) (Hartley and Zisserman 2004, 2.3)."""
    whole = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)
    three = np.swapaxes(whole[..., :3, :], -1, -2)
    weight = np.linalg.solve(three, whole[..., 3, :, None])
    return np.asarray(three * np.swapaxes(weight, -1, -2), np.float64)


def _forward(homographies: F64, points: F64) -> F64:
    """The homographies (K, 3, 3) with the sign that makes the third coordinate positive at ``points`` (4, 2)."""
    middle = np.append(points.mean(axis=0), 1.0)
    return np.asarray(homographies * np.sign(homographies[:, 2] @ middle)[:, None, None], np.float64)


def _led(homographies: F64, unit: F64) -> F64:
    """Points (N, 2) through each homography (K, 3, 3), (K, N, 2); NaN where the third coordinate is not positive."""
    flat = np.einsum("kij,nj->kni", homographies, np.column_stack([unit, np.ones(len(unit))]))
    return np.asarray(flat[..., :2] / np.where(flat[..., 2:] > 0, flat[..., 2:], np.nan), np.float64)


def _shift(row: list[float]) -> Shift:
    a, b, c, d, e, f, g, h = (float(f"{value:.5g}") for value in row)
    return a, b, c, d, e, f, g, h
