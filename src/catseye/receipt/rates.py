"""Recall and precision with their uncertainty, from clips that differ among one another."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, expit

from catseye.core.geometry import F64

_LOGIT_MU = np.linspace(-8.0, 10.0, 97)
_LOG_KAPPA = np.linspace(np.log(8.0), np.log(10_000.0), 15)
_SMALLEST = 1e-9


def draws_of_share(
    hits: Sequence[int], tries: Sequence[int], weights: Sequence[float], rng: np.random.Generator, draws: int
) -> F64:
    """What share of tries will hit in one more clip: ``draws`` values, float64.

    Clip i had ``hits[i]`` of ``tries[i]``. The share of each clip comes from a beta distribution of mean mu and size kappa, the
    hits from a binomial one, so clips may differ more than chance alone lets them (the beta-binomial model, Skellam 1948). Prior:
    Jeffreys' for mu; the logarithm of kappa uniform from 8, where clips of one street differ by a tenth or more, to where they are
    alike. The posterior is summed over a grid (Gelman et al., "Bayesian Data Analysis", 3rd ed., 5.3). ``weights`` are one over the
    chance of being picked: the likelihood of each clip counts that much, scaled to a mean of 1 (pseudo-likelihood, Pfeffermann
    1993).
    """
    hit, tried = np.asarray(hits, np.float64), np.asarray(tries, np.float64)
    used = tried > 0
    hit, tried, weight = hit[used], tried[used], np.asarray(weights, np.float64)[used]
    weight = weight / weight.mean() if len(weight) else weight
    mu, kappa = expit(_LOGIT_MU), np.exp(_LOG_KAPPA)
    a, b = mu[:, None] * kappa, (1 - mu)[:, None] * kappa
    log_p = np.broadcast_to(0.5 * (np.log(mu) + np.log1p(-mu))[:, None], a.shape).copy()
    base = betaln(a, b)
    for (right, all_), often in _together(hit, tried, weight).items():
        log_p += often * (betaln(a + right, b + all_ - right) - base)
    p = np.exp(log_p - log_p.max())
    chosen = rng.choice(p.size, draws, p=(p / p.sum()).ravel())
    at, size = np.unravel_index(chosen, p.shape)
    step = _LOGIT_MU[1] - _LOGIT_MU[0]
    mean = expit(_LOGIT_MU[at] + rng.uniform(-step / 2, step / 2, draws))
    return np.asarray(np.clip(rng.beta(mean * kappa[size], (1 - mean) * kappa[size]), _SMALLEST, 1 - _SMALLEST), np.float64)


def _together(hit: F64, tried: F64, weight: F64) -> dict[tuple[float, float], float]:
    """The summed weight of clips with the same figures."""
    summed: dict[tuple[float, float], float] = {}
    for right, all_, often in zip(hit.tolist(), tried.tolist(), weight.tolist(), strict=True):
        summed[right, all_] = summed.get((right, all_), 0.0) + often
    return summed


def likeness(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]) -> float:
    """How two shares of the same clips go together: the rank correlation of (hits, tries) pairs, shrunk towards 0 as 8 clips more.

    Clips in which either was never tried say nothing.
    """
    pairs = [(a[0] / a[1], b[0] / b[1]) for a, b in zip(first, second, strict=True) if a[1] and b[1]]
    if len(pairs) < 3:
        return 0.0
    x, y = (_ranks(np.array(column)) for column in zip(*pairs, strict=True))
    spread = float(np.sqrt((x @ x) * (y @ y)))
    return 0.0 if spread == 0 else float(x @ y) / spread * len(pairs) / (len(pairs) + 8)


def _ranks(values: F64) -> F64:
    """Ranks around 0; equal values share theirs."""
    _, of, often = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(often)
    ranks = (ends - (often - 1) / 2)[of]
    return np.asarray(ranks - ranks.mean(), np.float64)


def joined(a: F64, b: F64, rho: float, rng: np.random.Generator) -> tuple[F64, F64]:
    """Two sets of draws, each as it was, put together so that their ranks correlate by about ``rho`` (Iman and Conover 1982)."""
    first, fresh = rng.standard_normal((2, len(a)))
    second = rho * first + np.sqrt(max(0.0, 1 - rho**2)) * fresh
    return np.sort(a)[_places(first)], np.sort(b)[_places(second)]


def _places(values: F64) -> npt.NDArray[np.intp]:
    places = np.empty(len(values), np.intp)
    places[np.argsort(values)] = np.arange(len(values))
    return places
