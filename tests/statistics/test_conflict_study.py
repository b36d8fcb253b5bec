"""Before and after by empirical Bayes, tried many times."""

import numpy as np
import pytest

from catseye.traffic.conflicts.study import Effect, Site, effect, reference

SITES, MILLION = 12, 1e6


def drawn(rng: np.random.Generator, mean: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[Site]:
    counts = rng.poisson(mean).tolist()
    return [Site(name=f"s{k}", conflicts=n, crossings=MILLION) for k, n in enumerate(counts)]


def studied(rng: np.random.Generator, helps: float, like: int, *, only_the_worst: bool) -> tuple[Effect, float]:
    """A study of places of which the worst were chosen for what was seen; with the naive ratio of after to before."""
    means = rng.gamma(2.0, 5.0, 4 * SITES)  # negative binomial of mean 10 and dispersion 0.5
    seen = drawn(rng, means)
    usual = reference(drawn(rng, rng.gamma(2.0, 5.0, like)))
    order = np.argsort([-one.conflicts for one in seen]) if only_the_worst else np.arange(len(seen))
    chosen = order[:SITES]
    before = [seen[k] for k in chosen]
    counts = rng.poisson(means[chosen] * helps).tolist()
    after = [Site(name=site.name, conflicts=n, crossings=MILLION) for site, n in zip(before, counts, strict=True)]
    return effect(before, after, usual), sum(counts) / sum(site.conflicts for site in before)


@pytest.mark.parametrize(
    ("helps", "like", "only_the_worst"), [(1.0, 80, True), (1.0, 80, False), (0.6, 80, True), (1.0, 5, True), (0.6, 10, True)]
)
def test_the_interval_covers_and_regression_to_the_mean_is_removed(helps: float, like: int, only_the_worst: bool) -> None:
    rng = np.random.default_rng(3)
    told = [studied(rng, helps, like, only_the_worst=only_the_worst) for _ in range(200)]
    thetas = [one.theta for one, _ in told if one.theta is not None]
    assert np.mean(thetas) == pytest.approx(helps, rel=0.05)
    covers = [one.low <= helps <= one.high for one, _ in told if one.low is not None and one.high is not None]
    assert 0.91 <= np.mean(covers) <= 0.99
    if only_the_worst:
        assert np.mean([naive for _, naive in told]) < 0.92 * helps  # before and after alone flatters the change
