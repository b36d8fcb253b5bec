"""Shares of hits of several ways that are alike but not the same, from clips that differ among one another."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, expit

from catseye.core.geometry import F64

_LOGIT_STEP = 0.1875
_LOGIT = np.arange(-8.0, 10.01, _LOGIT_STEP)  # of the share of a way
_MIDDLE = np.arange(-5.0, 7.01, 0.25)  # of the mean of ways
_APART = np.array([0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9, 1.25, 1.75, 2.5])  # standard deviation between ways
_LOG_KAPPA = np.linspace(np.log(8.0), np.log(10_000.0), 15)
_APART_SCALE = 0.5
_SMALLEST = 1e-9
TOGETHER = 1 / 3  # of what clips of one way differ by: no street was measured for long enough to tell; 0 would be the bold choice

Way = tuple[str, str]


class Tally(NamedTuple):
    """What one clip tells of one way; ``weight`` is one over the chance that it was picked."""

    hits: int
    tries: int
    weight: float


class Pooled:
    """The posterior of a three-level model, summed over a grid; no chain, no seed, the same numbers each time.

    A clip's hits are binomial; its share is Beta(m kappa, (1 - m) kappa), so clips of a way differ more than chance lets them
    (Skellam 1948). logit m of a way is normal around a middle with a standard deviation between ways (partial pooling: Gelman and
    Hill 2007, "Data Analysis Using Regression and Multilevel/Hierarchical Models", ch. 12): a way with much truth is judged by its
    own, one with little leans on the others as far as they are alike, one with none is a draw from among them. Priors: Jeffreys'
    for the middle, half-Cauchy with scale 0.5 between ways (Gelman 2006), log kappa uniform from 8 to 10,000. Clips count by their
    weights, scaled to a mean of 1 (pseudo-likelihood, Pfeffermann 1993).
    """

    def __init__(self, ways: Mapping[Way, Sequence[Tally]]) -> None:
        used = {way: [one for one in told if one.tries > 0] for way, told in ways.items()}
        weights = [one.weight for told in used.values() for one in told]
        scale = 1 / float(np.mean(weights)) if weights else 1.0
        self._prior = _prior()
        self._own = {way: _likelihood(told, scale) for way, told in used.items() if told}
        self._alone = {way: np.maximum(self._prior @ own, 1e-300) for way, own in self._own.items()}
        log_p = np.log(_hyperprior())[..., None] + sum(np.log(one) for one in self._alone.values())
        log_p = np.broadcast_to(log_p, (*self._prior.shape[:2], len(_LOG_KAPPA)))
        p = np.exp(log_p - log_p.max())
        self._shared = p / p.sum()

    def __contains__(self, way: Way) -> bool:
        """Whether the sample tells anything of this way itself."""
        return way in self._own

    def draws(self, way: Way, rng: np.random.Generator, number: int, *, clips: float = 1.0) -> F64:
        """The share of a stretch of a way that is so many ``clips`` long: ``number`` draws, float64.

        A stretch of several clips evens out what clips differ by, though not as if they were independent: two of its parts
        correlate by ``TOGETHER``. One shorter than a clip is taken to scatter as a clip does.
        """
        return self._draws(self._posterior(way), rng, number, _evened(max(1.0, clips)))

    def _posterior(self, way: Way) -> F64:
        """The posterior (logit of the way's share, log kappa)."""
        if way not in self._own:
            return np.asarray(np.einsum("mak,maj->jk", self._shared, self._prior), np.float64)
        of_others = self._shared / self._alone[way]
        return np.asarray(np.einsum("mak,maj->jk", of_others, self._prior) * self._own[way], np.float64)

    @staticmethod
    def _draws(p: F64, rng: np.random.Generator, number: int, evened: float) -> F64:
        chosen = rng.choice(p.size, number, p=(p / p.sum()).ravel())
        at, size = np.unravel_index(chosen, p.shape)
        mean = expit(_LOGIT[at] + rng.uniform(-_LOGIT_STEP / 2, _LOGIT_STEP / 2, number))
        kappa = (np.exp(_LOG_KAPPA)[size] + 1) / evened - 1  # the variance of Beta(m k, (1 - m) k) is m (1 - m) / (k + 1)
        return np.asarray(np.clip(rng.beta(mean * kappa, (1 - mean) * kappa), _SMALLEST, 1 - _SMALLEST), np.float64)


def _evened(clips: float) -> float:
    """The variance of the mean of so many clips that correlate by ``TOGETHER``, over that of one."""
    return (1 + (clips - 1) * TOGETHER) / clips


def _prior() -> F64:
    """The chance (middle, apart, logit) of a way's share."""
    z = (_LOGIT - _MIDDLE[:, None, None]) / _APART[:, None]
    p = np.exp(-0.5 * z**2)
    return np.asarray(p / p.sum(axis=-1, keepdims=True), np.float64)


def _hyperprior() -> F64:
    """The chance (middle, apart)."""
    share = expit(_MIDDLE)
    middle = np.sqrt(share * (1 - share))  # Jeffreys' for a share, as a density of its logit
    edges = np.concatenate([[0.0], (_APART[1:] + _APART[:-1]) / 2, [_APART[-1] + 0.4]])
    apart = np.diff(np.arctan(edges / _APART_SCALE))
    return np.asarray(middle[:, None] * apart, np.float64)


def _likelihood(told: Sequence[Tally], scale: float) -> F64:
    """The likelihood (logit, log kappa) of a way's clips, up to a factor."""
    kappa = np.exp(_LOG_KAPPA)
    a, b = expit(_LOGIT)[:, None] * kappa, (1 - expit(_LOGIT))[:, None] * kappa
    base = betaln(a, b)
    often: dict[tuple[int, int], float] = {}
    for one in told:
        often[one.hits, one.tries] = often.get((one.hits, one.tries), 0.0) + one.weight * scale
    log_p = np.zeros(a.shape)
    for (hits, tries), weight in often.items():
        log_p += weight * (betaln(a + hits, b + tries - hits) - base)
    return np.asarray(np.exp(log_p - log_p.max()), np.float64)
