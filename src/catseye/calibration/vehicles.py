"""Self-calibration: how the camera hangs, from the sizes and ways of vehicles alone.

The most probable hanging is sought from several angles of view and tilts by Levenberg and Marquardt's steps. Its covariance is
that of the likelihood's curvature and of what is believed beforehand, with the spread between vehicles in place of the one assumed
(White 1982, "Maximum likelihood estimation of misspecified models"). Ways of vehicles turn the bodies; sizes make the lengths.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from catseye.calibration.errors import calibration_of, reference_points
from catseye.calibration.hanging import FOCAL, HEIGHT, NUMBERS, TILT, ground, homography
from catseye.calibration.likelihood import Evidence, Likely
from catseye.calibration.passages import Passages
from catseye.core.calibration import Calibration
from catseye.core.errors import ConfigError
from catseye.core.geometry import F64

LEAST = 12  # vehicles
_FOCALS = (0.6, 1.0, 1.6)  # of the picture's width
_TILTS_DEG = (7.0, 13.0, 22.0, 38.0, 58.0)
_BEST = 3  # beginnings that are followed to the end
_ROUNDS = 60
_FLAT = 1e-3  # of the logarithm of the probability
_MOST_STEP = np.array([0.3, 0.15, 0.05, 0.3, *[0.1] * 5])
_TILT_RANGE = (0.01, 1.55)
_STEP = 1e-4
Bias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hung:
    """``view`` (9,) as in ``hanging``, its ``covariance`` (9, 9), and how probable each kind is of each vehicle, (4, V)."""

    seen: Passages
    view: F64
    covariance: F64
    kinds: F64

    @property
    def homography(self) -> F64:
        """From unit coordinates to metres, (3, 3); the origin is amid the vehicles, y ahead."""
        (x, y), whole = self._amid(self.view), homography(self.view, self.seen.size)
        return np.array([[1.0, 0.0, -x], [0.0, 1.0, -y], [0.0, 0.0, 1.0]]) @ whole

    def calibration(self) -> Calibration:
        """The errors as a scene keeps them."""
        at = reference_points(self.homography)
        slopes = self._slopes(lambda view: self._ground(view, at * self.seen.size).ravel())
        return calibration_of("vehicles", at, slopes @ self.covariance @ slopes.T)

    def driven_m(self) -> F64:
        """Where vehicles were looked at, (N, 2) m, without the outermost few."""
        places = self._ground(self.view, self.seen.before[self.seen.seen])
        low, high = np.quantile(places, (0.05, 0.95), axis=0)
        return np.asarray(places[((places >= low) & (places <= high)).all(axis=1)], np.float64)

    def errors(self) -> tuple[F64, F64]:
        """One standard deviation where vehicles were looked at: of places in metres, and of speeds along their ways as a share."""
        before, after = self.seen.before[self.seen.seen], self.seen.after[self.seen.seen]
        foot = (before + after) / 2

        def log_way(view: F64) -> F64:
            return np.asarray(np.log(np.hypot(*(self._ground(view, after) - self._ground(view, before)).T)), np.float64)

        places = self._deviation(lambda view: self._ground(view, foot).ravel()).reshape(-1, 2)
        return np.asarray(np.hypot(*places.T), np.float64), self._deviation(log_way)

    def _ground(self, view: F64, px: F64) -> F64:
        return ground(view, px, np.array(self.seen.size) / 2) - self._amid(view)

    def _amid(self, view: F64) -> F64:
        """Where on the ground the middle of all looks is, (2,): what is right or wrong about places is so from there."""
        middle = np.median(self.seen.before[self.seen.seen], axis=0)
        return ground(view, middle, np.array(self.seen.size) / 2)

    def _slopes(self, of: Callable[[F64], F64]) -> F64:
        return np.stack([(of(self.view + step) - of(self.view - step)) / (2 * _STEP) for step in _STEP * np.eye(NUMBERS)], axis=1)

    def _deviation(self, of: Callable[[F64], F64]) -> F64:
        slopes = self._slopes(of)
        return np.asarray(np.sqrt(np.einsum("ki,ij,kj->k", slopes, self.covariance, slopes)), np.float64)


def hang(seen: Passages, bias: Bias = (0.0, 0.0, 0.0, 0.0)) -> Hung:
    """The most probable hanging of the camera. ``bias``: see ``Evidence``. Raises ConfigError where too little was seen."""
    if len(seen) < LEAST:
        raise ConfigError(
            f"Only {len(seen)} vehicles went far enough, whole and free of others; {LEAST} are needed.",
            "Give a longer clip, or measure four ground points and use --points.",
        )
    evidence = Evidence(seen, bias)
    begun = sorted(_beginnings(evidence, seen.size[0]), key=lambda found: found[1].cost)
    if not begun:
        raise ConfigError("No hanging of a camera explains these boxes.", "Measure four ground points and use --points.")
    view, best = min((_sought(evidence, *found) for found in begun[:_BEST]), key=lambda found: found[1].cost)
    inverse = np.linalg.inv(best.curvature)
    between = evidence.worth * best.each.T @ best.each + evidence.prior
    return Hung(seen=seen, view=view, covariance=inverse @ between @ inverse, kinds=best.kinds)


def _beginnings(evidence: Evidence, width: int) -> list[tuple[F64, Likely]]:
    found = []
    for focal in _FOCALS:
        for tilt in np.radians(_TILTS_DEG):
            view = evidence.mean.copy()
            view[FOCAL], view[TILT], view[HEIGHT] = np.log(focal * width), tilt, np.log(8.0)
            scaled = evidence.scaled(view)
            if scaled is not None:
                found.append((scaled[0], evidence.evaluate(*scaled)))
    return found


def _sought(evidence: Evidence, view: F64, here: Likely) -> tuple[F64, Likely]:
    """The likeliest view from there on (Marquardt 1963)."""
    damping = 1e-2
    for _ in range(_ROUNDS):
        damped = here.curvature + damping * np.diag(np.diag(here.curvature) + 1e-6)
        other = view - np.clip(np.linalg.solve(damped, here.gradient), -_MOST_STEP, _MOST_STEP)
        if _TILT_RANGE[0] < other[TILT] < _TILT_RANGE[1]:
            there = evidence.evaluate(other, here.beside)
            gained = here.cost - there.cost
            if gained > 0:
                view, here, damping = other, there, max(damping / 5, 1e-6)
                if gained < _FLAT:
                    break
                continue
        damping *= 8
        if damping > 1e4:
            break
    return view, here
