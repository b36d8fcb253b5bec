"""How recall and precision of the same clips go together."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64


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
