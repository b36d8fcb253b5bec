"""Before and after by empirical Bayes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.traffic.conflicts.study import Reference, Site, effect, reference

MILLION = 1e6


def known(per_million: float, dispersion: float) -> Reference:
    """Places of which all is known."""
    return Reference(per_million=np.array([per_million]), dispersion=np.array([dispersion]), chance=np.ones(1), sites=20)


@given(st.integers(0, 60), st.floats(0.5, 40), st.floats(0.01, 3))
def test_what_is_expected_lies_between_what_was_seen_and_what_is_usual(seen: int, usual: float, dispersion: float) -> None:
    like = known(usual, dispersion)
    (part,) = effect(
        [Site(name="a", conflicts=seen, crossings=MILLION)], [Site(name="a", conflicts=1, crossings=MILLION)], like
    ).sites
    assert min(seen, usual) - 1e-9 <= part.expected <= max(seen, usual) + 1e-9
    assert part.variance <= part.expected


def test_twice_the_traffic_expects_twice_as_much() -> None:
    like = known(10.0, 0.5)
    before = [Site(name="a", conflicts=20, crossings=MILLION)]
    once, twice = (effect(before, [Site(name="a", conflicts=9, crossings=n * MILLION)], like) for n in (1, 2))
    assert twice.sites[0].expected == pytest.approx(2 * once.sites[0].expected)
    assert once.sites[0].expected == pytest.approx((10 + 5 * 20) / 6)  # weight 1 / (1 + 0.5 * 10)


def test_the_reference_is_found_again() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(rng.gamma(2.0, 5.0, 2000)).tolist()  # negative binomial of mean 10 and dispersion 0.5
    like = reference([Site(name=f"s{k}", conflicts=n, crossings=MILLION) for k, n in enumerate(counts)]).performance()
    assert like.per_million == pytest.approx(10, rel=0.05)
    assert like.dispersion == pytest.approx(0.5, rel=0.1)


def test_few_places_leave_more_doubt_than_many_like_them() -> None:
    one = [Site(name="a", conflicts=20, crossings=MILLION)]
    few, many = (
        effect(one, one, reference([Site(name="r", conflicts=n, crossings=MILLION) for n in (4, 15, 8, 2, 21)] * times))
        for times in (1, 20)
    )
    assert few.sites[0].variance > many.sites[0].variance
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low


def test_too_little_reference_and_other_places_are_told() -> None:
    few = [Site(name="a", conflicts=2, crossings=MILLION)] * 3
    with pytest.raises(ValueError, match="too little"):
        reference(few)
    like = known(10.0, 0.5)
    with pytest.raises(ValueError, match="different places"):
        effect(few[:1], [Site(name="b", conflicts=2, crossings=MILLION)], like)
    with pytest.raises(ValueError, match="no traffic"):
        effect([Site(name="a", conflicts=2, crossings=0.0)], few[:1], like)
    nothing = effect([Site(name="a", conflicts=0, crossings=MILLION)], [Site(name="a", conflicts=0, crossings=0.0)], like)
    assert nothing.theta is None
