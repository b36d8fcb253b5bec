"""Chance that remembers: normal numbers for each road user and frame, alike within a road user and from one frame to the next."""

import numpy as np
import numpy.typing as npt

from catseye.core.geometry import F64
from catseye.studio.observe.model import Memory

_OFFSETS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
_SLOW_S = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_MOST = 0.98

Numbers = npt.NDArray[np.int64]


def remembered(memory: Memory, number: Numbers, at_s: F64, rng: np.random.Generator, kinds: int = 1) -> F64:
    """Standard normal numbers (N, kinds) for sightings of road users ``number`` (N,) at ``at_s`` (N,), in any order.

    Within one road user and kind two of them correlate by ``lasting + slow * exp(-apart / slow_s)``: a constant, an
    Ornstein-Uhlenbeck process (Uhlenbeck and Ornstein 1930) sampled at those times, and white noise.
    """
    n = len(number)
    names, of = np.unique(number, return_inverse=True)
    drawn = [[rng.standard_normal(many) for many in (len(names), n, n)] for _ in range(kinds)]
    constant, fresh, white = (np.reshape([each[part] for each in drawn], (kinds, -1)).T for part in range(3))
    order = np.lexsort((at_s, of))
    keep = np.zeros((n, 1))
    keep[1:, 0] = np.exp(-np.maximum(np.diff(at_s[order]), 0.0) / max(memory.slow_s, 1e-6))
    length = np.bincount(of, minlength=len(names))
    nth = np.arange(n) - np.repeat(np.cumsum(length) - length, length)
    keep[nth == 0] = 0.0
    # Every first sighting, then every second, ...: within each those first who have most, so that a step is a stretch of rows.
    by_step = np.lexsort((np.repeat(np.argsort(np.argsort(-length, kind="stable")), length), nth))
    keep, order = keep[by_step], order[by_step]
    slow = np.sqrt(1 - keep**2) * fresh[order]
    edges = np.cumsum([0, *np.bincount(nth)]).tolist()
    for last, first, end in zip(edges, edges[1:], edges[2:], strict=False):
        slow[first:end] += keep[first:end] * slow[last : last + end - first]
    drift = np.empty((n, kinds))
    drift[order] = slow
    rest = max(0.0, 1.0 - memory.lasting - memory.slow)
    return np.asarray(np.sqrt(memory.lasting) * constant[of] + np.sqrt(memory.slow) * drift + np.sqrt(rest) * white, np.float64)


def memory_of(z: F64, number: Numbers, at_s: F64) -> Memory:
    """The memory that best explains how standardised numbers (N,) of the same road user correlate over time.

    Least squares over the correlations at growing distances in time, a grid for ``slow_s``.
    """
    order = np.lexsort((at_s, number))
    z, number, at_s = z[order], number[order], at_s[order]
    apart, alike, weight = [], [], []
    variance = max(float((z**2).mean()), 1e-9) if len(z) else 1.0
    for k in _OFFSETS:
        same = number[k:] == number[:-k]
        if same.sum() >= 20:
            apart.append(float((at_s[k:] - at_s[:-k])[same].mean()))
            alike.append(float((z[k:] * z[:-k])[same].mean()) / variance)
            weight.append(float(same.sum()) ** 0.5)
    if len(apart) < 3:
        return Memory(lasting=0.3, slow=0.3, slow_s=1.0)
    return _best(np.array(apart), np.clip(alike, 0.0, 1.0), np.array(weight))


def _best(apart: F64, alike: F64, weight: F64) -> Memory:
    found, least = Memory(lasting=0.3, slow=0.3, slow_s=1.0), np.inf
    for slow_s in _SLOW_S:
        fades = np.exp(-apart / slow_s)
        for lasting in np.linspace(0.0, _MOST, 50).tolist():
            slow = float(np.clip((weight * fades * (alike - lasting)).sum() / (weight * fades**2).sum(), 0.0, _MOST - lasting))
            wrong = float((weight * (alike - lasting - slow * fades) ** 2).sum())
            if wrong < least:
                found, least = Memory(lasting=round(lasting, 4), slow=round(slow, 4), slow_s=slow_s), wrong
    return found
