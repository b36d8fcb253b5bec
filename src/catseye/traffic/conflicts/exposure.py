"""How often conflicts happen for how much traffic."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec
from scipy.stats import chi2

from catseye.core.traffic import Conflict

MILLION = 1e6
_SURE = 0.95


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """``conflicts`` for ``exposure`` road users, and per million of them with the exact 95 % Poisson interval.

    Rates are None where no traffic was counted.
    """

    conflicts: int
    exposure: float | None
    per_million: float | None
    low: float | None
    high: float | None


class PairRate(msgspec.Struct, frozen=True, kw_only=True):
    """The rate of two movements, in order of name; "" is one that is not known. Exposure is the root of both volumes' product."""

    movements: tuple[str, str]
    rate: Rate


def poisson_interval(events: int) -> tuple[float, float]:
    """The 95 % interval of the mean of a Poisson variable of which ``events`` were seen (Garwood 1936)."""
    tail = (1 - _SURE) / 2
    low = float(chi2.ppf(tail, 2 * events) / 2) if events else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * (events + 1)) / 2)


def rate(conflicts: int, exposure: float | None) -> Rate:
    """Conflicts per million of ``exposure`` road users."""
    if not exposure:
        return Rate(conflicts=conflicts, exposure=exposure, per_million=None, low=None, high=None)
    low, high = (MILLION * bound / exposure for bound in poisson_interval(conflicts))
    return Rate(conflicts=conflicts, exposure=exposure, per_million=MILLION * conflicts / exposure, low=low, high=high)


def by_movements(conflicts: Iterable[Conflict], volumes: Mapping[str, int]) -> list[PairRate]:
    """The rate of each pair of movements that had a conflict, most conflicts first.

    ``volumes`` are of the same stretch of time. Two streams meet the more often the larger both are: the root of the product of
    their volumes stands for the chances to meet. It grows as the time does, so that short and long stretches can be compared.
    """
    pairs = Counter((min(one.movements), max(one.movements)) for one in conflicts)
    found = [
        PairRate(movements=pair, rate=rate(count, _exposure(volumes.get(pair[0]), volumes.get(pair[1]))))
        for pair, count in pairs.items()
    ]
    return sorted(found, key=lambda row: (-row.rate.conflicts, row.movements))


def _exposure(a: int | None, b: int | None) -> float | None:
    return None if a is None or b is None else math.sqrt(a * b)
