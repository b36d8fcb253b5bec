"""A constant-velocity Kalman filter for many boxes at once.

Each box is centre x, centre y, width, height. The two centre coordinates carry a velocity (white-noise acceleration model,
Bar-Shalom, Li and Kirubarajan 2001, section 6.2); width and height are random walks. The four are independent, so every
covariance is a few columns and an update is a few array operations whatever the number of tracks. Noise grows with the size of
the box: a road user twice as tall is twice as near, and moves and jitters twice as many pixels.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

# Standard deviations in box lengths (roots of areas), near what studio boxes show against their truth.
ACCELERATION = 1.2  # white noise: lengths a second, after a second
FIRST_SPEED = 5.0  # of the unknown speed of a new track, lengths a second
JITTER = 0.05  # of a detected centre, lengths
JITTER_SIZE = 0.1  # of a detected width or height, lengths
JITTER_PX = 0.5  # of both, px: far boxes are drawn on whole pixels
RESIZE = 0.3  # random walk of width and height, lengths a root second
TAILS = 2.0  # a detection is looked for as if its variance were so many times larger: errors are not Gaussian

_JITTERS = np.array([JITTER, JITTER, JITTER_SIZE, JITTER_SIZE])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """Where the detections of N tracks should be: cx, cy, w, h ``mean`` (N, 4) px and their ``variance`` (N, 4), and the lengths
    (N,) px that noise is measured in.
    """

    mean: F64
    variance: F64
    length: F64

    def __getitem__(self, rows: npt.NDArray[np.intp]) -> Self:
        """Those of some tracks."""
        return replace(self, mean=self.mean[rows], variance=self.variance[rows], length=self.length[rows])


class KalmanBoxes:
    """The filters of N tracks as columns; rows are added by ``add`` and kept by ``keep``.

    ``mean`` float64 (N, 4) is cx, cy, w, h in px; ``velocity`` (N, 2) px/s; ``var_pos``, ``cov``, ``var_vel`` (N, 2) belong to
    the centre, ``var_size`` (N, 2) to width and height. ``pace`` (N, 1) scales acceleration and first speed.
    """

    def __init__(self) -> None:
        self._set(np.zeros((0, 15)))

    def _set(self, state: F64) -> None:
        """Columns lie side by side in ``state`` (N, 15), so that rows are taken and put back in one step."""
        self._state = state
        self.pace = state[:, 14:]
        self.mean, self.velocity, self.var_pos, self.cov, self.var_vel, self.var_size = _columns(state)

    def __len__(self) -> int:
        """The number of tracks."""
        return len(self._state)

    def add(self, xyxy: npt.NDArray[np.floating], pace: npt.NDArray[np.floating] | float = 1.0) -> None:
        """Begin tracks at boxes (M, 4) px, at rest but sure of nothing. ``pace`` (M,) of them is how agile each is, a vehicle 1."""
        new = to_centre(xyxy)
        n = len(new)
        scale = _scale(new)
        own = np.broadcast_to(np.asarray(pace, np.float64), n)[:, None]
        rest, speed = np.zeros((n, 2)), (FIRST_SPEED * own * scale) ** 2
        noise = _noise(scale)
        new = np.concatenate([new, rest, noise[:, :2], rest, speed, speed, noise[:, 2:], own], axis=1)
        self._set(np.concatenate([self._state, new]))

    def keep(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> None:
        """Keep only these rows."""
        self._set(self._state[index])

    def predict(self, dt_s: float) -> None:
        """Move every track on by ``dt_s`` seconds."""
        if dt_s <= 0 or not len(self.mean):
            return
        scale = _scale(self.mean)
        power = (ACCELERATION * self.pace * scale) ** 2
        self.mean[:, :2] += self.velocity * dt_s
        self.var_pos += 2 * dt_s * self.cov + dt_s**2 * self.var_vel + power * (dt_s**3 / 3)
        self.cov += dt_s * self.var_vel + power * (dt_s**2 / 2)
        self.var_vel += power * dt_s
        self.var_size += (RESIZE * scale) ** 2 * dt_s

    def update(self, rows: npt.NDArray[np.intp], xyxy: npt.NDArray[np.floating], trust: npt.NDArray[np.floating]) -> None:
        """Take detected boxes (M, 4) px in at ``rows`` (M,). ``trust`` (M,) in (0, 1] widens the noise of doubtful ones."""
        if not len(rows):
            return
        seen, state = to_centre(xyxy), self._state[rows]
        mean, velocity, var_pos, cov, var_vel, var_size = _columns(state)
        noise = _noise(_scale(mean)) / trust[:, None] ** 2
        gap = seen - mean
        total = var_pos + noise[:, :2]
        gain_pos, gain_vel = var_pos / total, cov / total
        gain_size = var_size / (var_size + noise[:, 2:])
        mean[:, :2] += gain_pos * gap[:, :2]
        mean[:, 2:] = np.maximum(mean[:, 2:] + gain_size * gap[:, 2:], 1.0)
        velocity += gain_vel * gap[:, :2]
        var_vel -= gain_vel * cov
        cov *= 1 - gain_pos
        var_pos *= 1 - gain_pos
        var_size *= 1 - gain_size
        self._state[rows] = state

    def expected(self) -> Expected:
        """Where detections should be."""
        length = _scale(self.mean)
        variance = TAILS * _noise(length)
        variance[:, :2] += self.var_pos
        variance[:, 2:] += self.var_size
        return Expected(mean=self.mean.copy(), variance=variance, length=length[:, 0])

    def xyxy(self) -> F64:
        """The boxes (N, 4) px."""
        half = self.mean[:, 2:] / 2
        return np.concatenate([self.mean[:, :2] - half, self.mean[:, :2] + half], axis=1)


def _columns(state: F64) -> tuple[F64, F64, F64, F64, F64, F64]:
    """Views of ``state`` (N, 15): mean, velocity, var_pos, cov, var_vel, var_size."""
    return state[:, :4], state[:, 4:6], state[:, 6:8], state[:, 8:10], state[:, 10:12], state[:, 12:14]


def _noise(scale: F64) -> F64:
    """The variance (N, 4) px of detected cx, cy, w, h for lengths (N, 1) px."""
    return np.asarray((scale * _JITTERS) ** 2 + JITTER_PX**2)


def _scale(mean: F64) -> F64:
    """The length (N, 1) px that noise is measured in: between height and the root of the area, so a bus is not a skyscraper."""
    size = np.maximum(mean[:, 2:], 4.0)
    return np.asarray(np.sqrt(size[:, :1] * size[:, 1:]), np.float64)


def to_centre(xyxy: npt.NDArray[np.floating]) -> F64:
    """cx, cy, w, h (N, 4) of boxes (N, 4)."""
    corners = xyxy.astype(np.float64)
    return np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], axis=1)
