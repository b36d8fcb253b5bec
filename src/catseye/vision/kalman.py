"""A constant-velocity Kalman filter for many boxes at once.

Each box is centre x, centre y, width, height. The two centre coordinates carry a velocity (white-noise acceleration model,
Bar-Shalom, Li and Kirubarajan 2001, section 6.2); width and height are random walks. The four are independent, so every
covariance is a few columns and an update is a few array operations whatever the number of tracks. Noise grows with the size of
the box: a road user twice as tall is twice as near, and moves and jitters twice as many pixels.
"""

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

ACCELERATION = 1.6  # standard deviation, box heights a second squared
FIRST_SPEED = 2.5  # standard deviation of the unknown speed of a new track, box heights a second
JITTER = 0.05  # standard deviation of a detected centre or size, box heights
RESIZE = 0.35  # random walk of width and height, box heights a root second


class KalmanBoxes:
    """The filters of N tracks as columns; rows are added by ``add`` and kept by ``keep``.

    ``mean`` float64 (N, 4) is cx, cy, w, h in px; ``velocity`` (N, 2) px/s; ``var_pos``, ``cov``, ``var_vel`` (N, 2) belong to
    the centre, ``var_size`` (N, 2) to width and height.
    """

    def __init__(self) -> None:
        self.mean: F64 = np.zeros((0, 4))
        self.velocity: F64 = np.zeros((0, 2))
        self.var_pos: F64 = np.zeros((0, 2))
        self.cov: F64 = np.zeros((0, 2))
        self.var_vel: F64 = np.zeros((0, 2))
        self.var_size: F64 = np.zeros((0, 2))

    def __len__(self) -> int:
        """The number of tracks."""
        return len(self.mean)

    def _scale(self) -> F64:
        """The length (N, 1) px that noise is measured in: between height and the root of the area, so a bus is not a skyscraper."""
        size = np.maximum(self.mean[:, 2:], 4.0)
        return np.asarray(np.sqrt(size[:, :1] * size[:, 1:]), np.float64)

    def add(self, xyxy: npt.NDArray[np.floating]) -> None:
        """Begin tracks at boxes (M, 4) px, at rest but sure of nothing."""
        new = to_centre(xyxy)
        n = len(new)
        scale = np.sqrt(np.maximum(new[:, 2:3], 4.0) * np.maximum(new[:, 3:4], 4.0))
        self.mean = np.concatenate([self.mean, new])
        self.velocity = np.concatenate([self.velocity, np.zeros((n, 2))])
        self.var_pos = np.concatenate([self.var_pos, np.repeat((JITTER * scale) ** 2, 2, axis=1)])
        self.cov = np.concatenate([self.cov, np.zeros((n, 2))])
        self.var_vel = np.concatenate([self.var_vel, np.repeat((FIRST_SPEED * scale) ** 2, 2, axis=1)])
        self.var_size = np.concatenate([self.var_size, np.repeat((JITTER * scale) ** 2, 2, axis=1)])

    def keep(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> None:
        """Keep only these rows."""
        self.mean, self.velocity = self.mean[index], self.velocity[index]
        self.var_pos, self.cov, self.var_vel = self.var_pos[index], self.cov[index], self.var_vel[index]
        self.var_size = self.var_size[index]

    def predict(self, dt_s: float) -> None:
        """Move every track on by ``dt_s`` seconds."""
        if dt_s <= 0 or not len(self.mean):
            return
        scale = self._scale()
        power = (ACCELERATION * scale) ** 2
        self.mean[:, :2] += self.velocity * dt_s
        self.var_pos = self.var_pos + 2 * dt_s * self.cov + dt_s**2 * self.var_vel + power * dt_s**3 / 3
        self.cov = self.cov + dt_s * self.var_vel + power * dt_s**2 / 2
        self.var_vel = self.var_vel + power * dt_s
        self.var_size = self.var_size + (RESIZE * scale) ** 2 * dt_s

    def update(self, rows: npt.NDArray[np.intp], xyxy: npt.NDArray[np.floating], trust: npt.NDArray[np.floating]) -> None:
        """Take detected boxes (M, 4) px in at ``rows`` (M,). ``trust`` (M,) in (0, 1] widens the noise of doubtful ones."""
        if not len(rows):
            return
        seen = to_centre(xyxy)
        noise = (JITTER * self._scale()[rows] / trust[:, None]) ** 2
        gap = seen[:, :2] - self.mean[rows, :2]
        total = self.var_pos[rows] + noise
        gain_pos, gain_vel = self.var_pos[rows] / total, self.cov[rows] / total
        self.mean[rows, :2] += gain_pos * gap
        self.velocity[rows] += gain_vel * gap
        self.var_vel[rows] -= gain_vel * self.cov[rows]
        self.cov[rows] *= 1 - gain_pos
        self.var_pos[rows] *= 1 - gain_pos
        gain_size = self.var_size[rows] / (self.var_size[rows] + noise)
        self.mean[rows, 2:] = np.maximum(self.mean[rows, 2:] + gain_size * (seen[:, 2:] - self.mean[rows, 2:]), 1.0)
        self.var_size[rows] *= 1 - gain_size

    def spread(self) -> F64:
        """Standard deviation (N, 2) px of each predicted centre."""
        return np.asarray(np.sqrt(self.var_pos), np.float64)

    def xyxy(self) -> F64:
        """The boxes (N, 4) px."""
        half = self.mean[:, 2:] / 2
        return np.concatenate([self.mean[:, :2] - half, self.mean[:, :2] + half], axis=1)


def to_centre(xyxy: npt.NDArray[np.floating]) -> F64:
    """cx, cy, w, h (N, 4) of boxes (N, 4)."""
    corners = xyxy.astype(np.float64)
    return np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], axis=1)
