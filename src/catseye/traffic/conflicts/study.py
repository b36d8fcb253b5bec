"""Whether a change of a street helped: before and after by empirical Bayes.

Places are changed because many conflicts were seen there, and some of these were chance: fewer would come without any change, too
(regression to the mean). So what was seen before is weighed against what places like it have (Hauer 1997, "Observational
before-after studies in road safety"; also chapter 9 of the Highway Safety Manual, 2010). What places like it have is known only as
well as a few of them tell, so it is taken as uncertain, not at its likeliest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.special import gammaln
from scipy.stats import norm

from catseye.core.geometry import F64

LEAST_REFERENCES = 5
_SURE = 0.95
_SHARES = np.linspace(0.002, 0.95, 60)  # of k / (1 + k): from pure chance to places that have hardly anything in common
_RATES = np.linspace(-5.0, 5.0, 81)  # in standard errors of the rate's logarithm, taken wide


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Conflicts at one place while ``crossings`` road users were counted there."""

    name: str
    conflicts: int
    crossings: float


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """What places like these have: ``per_million`` conflicts, and ``dispersion`` of a negative binomial of variance mu + k mu^2."""

    per_million: float
    dispersion: float
    sites: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """Performances that places like these may have, and how likely each is: columns of M; ``chance`` sums to 1."""

    per_million: F64
    dispersion: F64
    chance: F64
    sites: int

    def performance(self) -> Performance:
        """The mean of them."""
        return Performance(
            per_million=float(self.chance @ self.per_million), dispersion=float(self.chance @ self.dispersion), sites=self.sites
        )


class SiteEffect(msgspec.Struct, frozen=True, kw_only=True):
    """``expected`` conflicts after, had nothing been changed, with its variance; ``weight`` of the reference; ``seen`` after."""

    name: str
    weight: float
    expected: float
    variance: float
    seen: int


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """The index of effectiveness ``theta`` (below 1: fewer conflicts), its standard error and 95 % interval, and each place's part.

    All None where nothing was expected.
    """

    theta: float | None
    error: float | None
    low: float | None
    high: float | None
    sites: tuple[SiteEffect, ...]


def reference(like: Sequence[Site]) -> Reference:
    """What places that were not changed say of the safety performance of their kind.

    Conflicts are taken to be negative binomial, and to grow in proportion to the traffic. Before any is seen, every logarithm of
    the rate is as likely as another, and so is every k / (1 + k). Raises ValueError for fewer than ``LEAST_REFERENCES`` places,
    and where one had no traffic, or all no conflict.
    """
    seen = np.array([site.conflicts for site in like], np.float64)
    traffic = np.array([site.crossings for site in like], np.float64) / 1e6
    if len(like) < LEAST_REFERENCES or not (traffic > 0).all() or not seen.any():
        raise ValueError("too little reference")
    doubt = np.sqrt(1 / seen.sum() + 3 / len(like))
    rate, dispersion = seen.sum() / traffic.sum() * np.exp(_RATES * doubt), _SHARES / (1 - _SHARES)
    log = np.stack([_log_likelihood(seen, np.outer(rate, traffic), 1 / k) for k in dispersion.tolist()], axis=1)
    chance = np.exp(log - log.max()).ravel()
    rates, dispersions = np.meshgrid(rate, dispersion, indexing="ij")
    return Reference(per_million=rates.ravel(), dispersion=dispersions.ravel(), chance=chance / chance.sum(), sites=len(like))


def effect(before: Sequence[Site], after: Sequence[Site], like: Reference) -> Effect:
    """What a change did to the conflicts of places, given before and after in the same order.

    Weights, variances and the correction of theta for the bias of a ratio: Hauer 1997, over all performances that may be. The
    interval is of theta's logarithm, for theta cannot be negative. Raises ValueError where places are not the same, or one had no
    traffic before.
    """
    if [site.name for site in before] != [site.name for site in after]:
        raise ValueError("before and after are of different places")
    if not all(site.crossings > 0 for site in before):
        raise ValueError("no traffic before")
    weights, expectations, variances = _expected(before, after, like)
    parts = tuple(
        SiteEffect(name=site.name, weight=float(like.chance @ weight), expected=mean, variance=variance, seen=site.conflicts)
        for site, weight, (mean, variance) in zip(
            after, weights, (_mixed(like, e, v) for e, v in zip(expectations, variances, strict=True)), strict=True
        )
    )
    expected, variance = _mixed(like, expectations.sum(axis=0), variances.sum(axis=0))
    seen = sum(part.seen for part in parts)
    if not expected:
        return Effect(theta=None, error=None, low=None, high=None, sites=parts)
    spread = variance / expected**2
    theta = seen / expected / (1 + spread)
    error = theta * np.sqrt(1 / max(seen, 1) + spread) / (1 + spread)
    wide = float(norm.ppf((1 + _SURE) / 2)) * np.sqrt(1 / max(seen, 0.5) + spread)
    low, high = (max(seen, 0.5) / expected / (1 + spread) * np.exp([-wide, wide])).tolist()
    return Effect(theta=theta, error=float(error), low=low if seen else 0.0, high=high, sites=parts)


def _expected(before: Sequence[Site], after: Sequence[Site], like: Reference) -> tuple[F64, F64, F64]:
    """Weight of the reference, conflicts to be expected after, and their variance: (places, M).

    It is the mean of what was seen before and what is usual, the former weighing more the more was to be expected.
    """
    seen, traffic, later = np.array([(a.conflicts, a.crossings, b.crossings) for a, b in zip(before, after, strict=True)]).T[
        :, :, None
    ]
    usual = like.per_million * traffic / 1e6
    weight = 1 / (1 + like.dispersion * usual)
    was, ratio = weight * usual + (1 - weight) * seen, later / traffic
    return weight, ratio * was, ratio**2 * was * (1 - weight)


def _mixed(like: Reference, mean: F64, variance: F64) -> tuple[float, float]:
    """Mean and variance over all performances that may be, of a mean and a variance (M,) given each."""
    middle = float(like.chance @ mean)
    return middle, float(like.chance @ (variance + (mean - middle) ** 2))


def _log_likelihood(seen: F64, mean: F64, shape: float) -> F64:
    """Of the counts (N,) under each row of means (R, N)."""
    chance = gammaln(seen + shape) - gammaln(shape) - gammaln(seen + 1)
    chance = chance + shape * np.log(shape / (shape + mean)) + seen * np.log(mean / (shape + mean))
    return np.asarray(chance.sum(axis=1), np.float64)
