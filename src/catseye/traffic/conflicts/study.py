"""Whether a change of a street helped: before and after by empirical Bayes.

Places are changed because many conflicts were seen there, and some of these were chance: fewer would come without any change, too
(regression to the mean). So what was seen before is weighed against what places like it have (Hauer 1997, "Observational
before-after studies in road safety"; also chapter 9 of the Highway Safety Manual, 2010).
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import norm

from catseye.core.geometry import F64

LEAST_REFERENCES = 5
_SURE = 0.95
_DISPERSION = (1e-6, 20.0)  # bounds of the search: from pure chance to places that have hardly anything in common


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

    def expects(self, crossings: float) -> float:
        """The conflicts of so many road users."""
        return self.per_million * crossings / 1e6


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


def performance(reference: Sequence[Site]) -> Performance:
    """The safety performance of places that were not changed, by maximum likelihood of a negative binomial.

    Conflicts are taken to grow in proportion to the traffic. Raises ValueError for fewer than ``LEAST_REFERENCES`` places, and
    where one had no traffic, or all no conflict.
    """
    seen = np.array([site.conflicts for site in reference], np.float64)
    traffic = np.array([site.crossings for site in reference], np.float64) / 1e6
    if len(reference) < LEAST_REFERENCES or not (traffic > 0).all() or not seen.any():
        raise ValueError("too little reference")
    start = np.log([seen.sum() / traffic.sum(), 0.3])
    low, high = np.log(_DISPERSION).tolist()

    def unlikely(at: F64) -> float:
        per_million, dispersion = np.exp(at).tolist()
        return _unlikely(seen, traffic, per_million, dispersion)

    found = minimize(unlikely, start, method="L-BFGS-B", bounds=[(None, None), (low, high)])
    per_million, dispersion = np.exp(found.x).tolist()
    return Performance(per_million=per_million, dispersion=dispersion, sites=len(reference))


def effect(before: Sequence[Site], after: Sequence[Site], like: Performance) -> Effect:
    """What a change did to the conflicts of places, given before and after in the same order.

    Weights, variances and the correction of theta for the bias of a ratio: Hauer 1997. The interval is of theta's logarithm, for
    theta cannot be negative. Raises ValueError where places are not the same, or one had no traffic before.
    """
    if [site.name for site in before] != [site.name for site in after]:
        raise ValueError("before and after are of different places")
    if not all(site.crossings > 0 for site in before):
        raise ValueError("no traffic before")
    parts = tuple(_site(one, other, like) for one, other in zip(before, after, strict=True))
    expected, variance = sum(part.expected for part in parts), sum(part.variance for part in parts)
    seen = sum(part.seen for part in parts)
    if not expected:
        return Effect(theta=None, error=None, low=None, high=None, sites=parts)
    spread = variance / expected**2
    theta = seen / expected / (1 + spread)
    error = theta * np.sqrt(1 / max(seen, 1) + spread) / (1 + spread)
    wide = float(norm.ppf((1 + _SURE) / 2)) * np.sqrt(1 / max(seen, 0.5) + spread)
    low, high = (max(seen, 0.5) / expected / (1 + spread) * np.exp([-wide, wide])).tolist()
    return Effect(theta=theta, error=float(error), low=low if seen else 0.0, high=high, sites=parts)


def _site(before: Site, after: Site, like: Performance) -> SiteEffect:
    """The mean of what was seen before and what is usual, the former weighing more the more was to be expected."""
    usual = like.expects(before.crossings)
    weight = 1 / (1 + like.dispersion * usual)
    was = weight * usual + (1 - weight) * before.conflicts
    ratio = after.crossings / before.crossings
    return SiteEffect(
        name=before.name, weight=weight, expected=ratio * was, variance=ratio**2 * was * (1 - weight), seen=after.conflicts
    )


def _unlikely(seen: F64, traffic: F64, per_million: float, dispersion: float) -> float:
    """The negative logarithm of the likelihood."""
    mean, shape = per_million * traffic, 1 / dispersion
    chance = gammaln(seen + shape) - gammaln(shape) - gammaln(seen + 1)
    chance += shape * np.log(shape / (shape + mean)) + seen * np.log(mean / (shape + mean))
    return -float(chance.sum())
