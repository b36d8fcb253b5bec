"""From what was counted to what truly passed."""

from functools import lru_cache

import numpy as np

from catseye.core.geometry import F64

LEVEL = 0.95
DRAWS = 4000
_SEED = 20_260_101


class Rates:
    """Draws of the ``recall`` and the ``precision`` of one cell, float64 (``DRAWS``,), and the ``dispersion`` of its traffic.

    Recall is the share of true crossings that are counted, precision that of counts that are true.
    """

    def __init__(self, recall: F64, precision: F64, dispersion: float) -> None:
        self.recall, self.precision, self.dispersion = recall, precision, max(1.0, dispersion)
        self._interval = lru_cache(maxsize=4096)(self._of)

    def interval(self, volume: int, unobserved: float) -> tuple[int, int]:
        """What holds the true volume with 95 %; ``unobserved`` is the time not watched over the time watched.

        The same question always gets the same answer: the seed is fixed.
        """
        return self._interval(volume, round(unobserved, 4))

    def _of(self, volume: int, unobserved: float) -> tuple[int, int]:
        rng = np.random.default_rng(_SEED)
        true = self.draws(volume, unobserved, rng)
        # Half a road user either way before the quantile, so that whole numbers hold 95 % on average and not always more.
        edges = np.quantile(true + rng.uniform(-0.5, 0.5, len(true)), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        low, high = np.rint(edges).astype(int).tolist()
        return max(0, low), max(0, high)

    def draws(self, volume: int, unobserved: float, rng: np.random.Generator) -> F64:
        """Draws of the true volume of the whole cell.

        Of ``volume`` counts a binomial share is right. Given ``right`` ones and a flow without a memory under Jeffreys' prior, the
        flow over the observed time is gamma distributed, Gamma(right + 1/2) / recall, and those missed are Poisson with (1 -
        recall) of it. Those of the unobserved time are Poisson too, with a mean that scatters so that their variance is
        ``dispersion`` times what it would be (a negative binomial): Var = D (u n + u^2 n) for n a unit of observed time and u units
        of unobserved.
        """
        right = rng.binomial(volume, self.precision)
        flow = rng.gamma(right + 0.5) / self.recall
        true = right + rng.poisson(flow * (1 - self.recall))
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
    )
