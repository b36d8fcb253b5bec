"""From what was counted to what truly passed."""

from functools import lru_cache

import numpy as np

from catseye.core.geometry import F64

LEVEL = 0.95
DRAWS = 4000
_SEED = 20_260_101
_BUSY = 3.0  # a cell may well be so many times busier than usual


class Rates:
    """Draws of the ``recall`` and the ``precision`` of one cell, float64 (``DRAWS``,), and what its traffic is like.

    Recall is the share of true crossings that are counted, precision that of counts that are true. ``dispersion`` is the variance
    over the mean of true volumes of 2.5 minutes, ``usual_hz`` how many cross a second on the whole; 0 where nobody knows.
    """

    def __init__(self, recall: F64, precision: F64, dispersion: float, usual_hz: float = 0.0) -> None:
        self.recall, self.precision, self.dispersion, self.usual_hz = recall, precision, max(1.0, dispersion), usual_hz
        self._interval = lru_cache(maxsize=4096)(self._of)

    def interval(self, volume: int, watched_s: float, missed_s: float = 0.0) -> tuple[int, int]:
        """What holds the true volume of all the time with 95 %, ``volume`` having been counted in the ``watched_s``.

        The same question always gets the same answer: the seed is fixed. Raises ValueError where nothing was watched.
        """
        return self._interval(volume, round(watched_s), round(missed_s))

    def chance(self, volume: int, watched_s: float, missed_s: float, bounds: tuple[int, int]) -> float:
        """How sure the model is that the true volume lies within ``bounds``, both included."""
        true = self.draws(volume, round(watched_s), round(missed_s), np.random.default_rng(_SEED))
        return float(np.mean((true >= bounds[0]) & (true <= bounds[1])))

    def _of(self, volume: int, watched_s: float, missed_s: float) -> tuple[int, int]:
        rng = np.random.default_rng(_SEED)
        true = self.draws(volume, watched_s, missed_s, rng)
        # A whole number is in where its middle is (mid-P, Lancaster 1961): 95 % on average, not always more. Draws are spread over
        # half a road user either way, so that the quantile falls inside a number and not on it.
        edges = np.quantile(true + rng.uniform(-0.5, 0.5, len(true)), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return max(0, int(np.ceil(edges[0]))), max(0, int(np.floor(edges[1])))

    def draws(self, volume: int, watched_s: float, missed_s: float, rng: np.random.Generator) -> F64:
        """Draws of the true volume of the whole cell.

        Of ``volume`` counts a binomial share is right. The flow over the watched time has the prior Gamma(1/2) with thrice the
        usual volume as its mean (Jeffreys' where none is known), so given ``right`` ones it is Gamma(right + 1/2) / (recall + 1/(6
        usual)), and those missed are Poisson with (1 - recall) of it. Those of the time that nobody watched are Poisson too, with a
        mean that scatters so that their variance is ``dispersion`` times what it would be (a negative binomial): Var = D (u n + u^2
        n) for n a unit of watched time and u units of missed.
        """
        if watched_s <= 0:
            raise ValueError("nothing was watched")
        right = rng.binomial(volume, self.precision)
        usual = self.usual_hz * watched_s
        flow = rng.gamma(right + 0.5) / (self.recall + (0.5 / (_BUSY * usual) if usual > 0 else 0.0))
        true = right + rng.poisson(flow * (1 - self.recall))
        unobserved = missed_s / watched_s
        if unobserved > 0:
            mean = np.maximum(flow * unobserved, 1e-9)
            spread = (self.dispersion - 1) * (1 + unobserved)
            scattered = rng.gamma(mean / spread) * spread if spread > 0 else mean
            true = true + rng.poisson(np.minimum(scattered, 1e15))
        return np.asarray(true, np.float64)


def mixed(parts: list[tuple[float, Rates]]) -> Rates:
    """The rates of a cell that had several lights, each for its share of the time."""
    whole = sum(share for share, _ in parts)
    return Rates(
        np.asarray(sum(share / whole * rates.recall for share, rates in parts), np.float64),
        np.asarray(sum(share / whole * rates.precision for share, rates in parts), np.float64),
        max(rates.dispersion for _, rates in parts),
        sum(share / whole * rates.usual_hz for share, rates in parts),
    )
