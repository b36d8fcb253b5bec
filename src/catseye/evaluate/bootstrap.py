"""How sure a measure is, and a difference between two: the paired bootstrap over clips and road users.

Percentile intervals of Efron and Tibshirani 1993, "An introduction to the bootstrap". Clips are drawn with replacement, and within
each the units: a road user with the tracks that followed it, or a false track. Both results are judged by the same draw, so what is
hard for both does not widen the interval of their difference.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from catseye.core.boxes import F64

RESAMPLES = 2000
SEED = 1
LEVEL = 0.95
_AT_ONCE = 4_000_000  # numbers drawn at a time

Measures = Callable[[F64], dict[str, F64]]  # column sums (..., K) to measures (...), NaN where one is a ratio of nothing


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A value and its 95 % interval. All None where it cannot be told."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def intervals(clips: Sequence[F64], measures: Measures, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Interval]:
    """Each measure of the ``clips``, float64 (units, K), with its interval."""
    drawn = measures(resampled(clips, resamples, seed))
    return {name: _interval(value, drawn[name]) for name, value in measures(_total(clips)).items()}


def differences(
    ours: Sequence[F64], theirs: Sequence[F64], measures: Measures, *, resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Interval]:
    """Ours less theirs with its interval. Both hold the same units of the same clips, row by row."""
    both = [np.concatenate(pair, axis=1) for pair in zip(ours, theirs, strict=True)]
    width = both[0].shape[1] // 2

    def apart(total: F64) -> dict[str, F64]:
        a, b = measures(total[..., :width]), measures(total[..., width:])
        return {name: a[name] - b[name] for name in a}

    return intervals(both, apart, resamples=resamples, seed=seed)


def resampled(clips: Sequence[F64], resamples: int, seed: int) -> F64:
    """Column sums of as many draws, float64 (resamples, K)."""
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(clips), np.full(len(clips), 1 / len(clips)), size=resamples)
    total = np.zeros((resamples, clips[0].shape[1]))
    for clip, units in enumerate(clips):
        n = len(units)
        if not n:
            continue
        step = max(1, _AT_ONCE // n)
        for first in range(0, resamples, step):
            draws = times[first : first + step, clip] * n
            which = np.repeat(np.arange(len(draws)) * n, draws) + rng.integers(0, n, draws.sum())
            total[first : first + step] += np.bincount(which, minlength=len(draws) * n).reshape(-1, n) @ units
    return total


def _total(clips: Sequence[F64]) -> F64:
    return np.asarray(np.sum([clip.sum(axis=0) for clip in clips], axis=0), np.float64)


def _interval(value: F64, drawn: F64) -> Interval:
    """Draws that leave nothing to measure tell nothing and are left out."""
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or not len(drawn):
        return Interval(value=None, low=None, high=None)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value=float(value), low=float(low), high=float(high))
