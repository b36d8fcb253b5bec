"""Directions lean on one another as far as they are alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, SampleClip, SampleRow, TruthSample
from catseye.receipt.interval import Rates
from catseye.receipt.pooling import Pooled, Tally, Way
from catseye.receipt.sample import LEAST_WAYS, Evidence, Unknown

BUSY: list[Way] = [(f"busy {n}", "in") for n in range(6)]
QUIET: Way = ("quiet", "in")


def bounds(pooled: Pooled, way: Way) -> tuple[float, float]:
    low, high = np.quantile(pooled.draws(way, np.random.default_rng(3), 4000), [0.025, 0.975])
    return float(low), float(high)


def busy(share: float, clips: int = 8) -> dict[Way, list[Tally]]:
    return {way: [Tally(round(50 * share), 50, 1.0)] * clips for way in BUSY}


def test_a_way_with_much_truth_is_judged_by_its_own() -> None:
    low, high = bounds(Pooled(busy(0.9) | {QUIET: [Tally(25, 50, 1.0)] * 8}), QUIET)
    assert low < 0.5 < high < 0.75


def test_a_way_with_little_truth_leans_on_the_others() -> None:
    alone = Pooled({QUIET: [Tally(3, 3, 1.0)]})
    among = Pooled(busy(0.9) | {QUIET: [Tally(3, 3, 1.0)]})
    wide, narrow = (high - low for low, high in (bounds(alone, QUIET), bounds(among, QUIET)))
    assert narrow < 0.5 * wide


def test_a_few_misses_of_a_quiet_way_count_more_than_the_others_say() -> None:
    """The fault that pooling mends: quiet ways that are worse than busy ones borrowed their rates."""
    told = busy(0.9)
    unseen = bounds(Pooled(told), QUIET)
    worse = bounds(Pooled(told | {QUIET: [Tally(1, 3, 1.0)] * 4}), QUIET)
    assert worse[0] < unseen[0] - 0.1
    assert worse[0] < 4 / 12 < worse[1]


def test_a_longer_stretch_evens_out_what_clips_differ_by_but_not_all_of_it() -> None:
    """Clips of 90 % give or take 8 points."""
    pooled = Pooled({way: [Tally(49, 50, 1.0), Tally(41, 50, 1.0)] * 10 for way in BUSY})
    spread = [float(np.std(pooled.draws(BUSY[0], np.random.default_rng(3), 8000, clips=clips))) for clips in (0.2, 1, 3, 1000)]
    assert spread[0] == spread[1] > spread[2] > spread[3] > 0.5 * spread[0]


def test_an_unseen_way_is_as_uncertain_as_ways_differ() -> None:
    alike = busy(0.9)
    unlike = {way: [Tally(hits, 50, 1.0)] * 8 for way, hits in zip(BUSY, (49, 30, 47, 20, 45, 38), strict=True)}
    (low, high), (lower, higher) = bounds(Pooled(alike), QUIET), bounds(Pooled(unlike), QUIET)
    assert higher - lower > 2 * (high - low)
    assert lower < 0.4
    assert higher > 0.95


@given(st.permutations(range(6)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_clips_and_ways_does_not_matter(order: list[int]) -> None:
    told = {way: [Tally(10 + 5 * n, 50, 1.0), Tally(40 - n, 50, 2.0)] for n, way in enumerate(BUSY)}
    mixed = {BUSY[n]: told[BUSY[n]][::-1] for n in order}
    assert bounds(Pooled(told), BUSY[0]) == pytest.approx(bounds(Pooled(mixed), BUSY[0]), abs=1e-9)


@given(st.floats(0.01, 100.0))
@settings(max_examples=10, deadline=None)
def test_only_ratios_of_weights_matter(factor: float) -> None:
    told = {way: [Tally(40, 50, 1.0), Tally(30, 50, 3.0)] for way in BUSY}
    scaled = {way: [Tally(one.hits, one.tries, one.weight * factor) for one in some] for way, some in told.items()}
    assert bounds(Pooled(told), BUSY[0]) == pytest.approx(bounds(Pooled(scaled), BUSY[0]), abs=1e-6)


def street(rng: np.random.Generator, clips: int, ways: int = 5) -> TruthSample:
    """Ways that differ, in clips that differ."""
    shares = 1 / (1 + np.exp(-rng.normal(2.0, 0.8, ways)))
    flows = np.exp(rng.uniform(np.log(2), np.log(60), ways))
    told = []
    for number in range(clips):
        rows = []
        for way in range(ways):
            true = int(rng.poisson(flows[way]))
            matched = int(rng.binomial(true, rng.beta(shares[way] * 60, (1 - shares[way]) * 60)))
            extra = int(rng.binomial(matched, 0.05))
            rows.append(
                SampleRow(rule=f"w{way}", direction="in", road_user=ALL_KINDS, matched=matched, missed=true - matched, extra=extra)
            )
        told.append(SampleClip(name=str(number), light="day", seconds=300.0, rows=tuple(rows)))
    return TruthSample(version=SAMPLE_VERSION, scene_revision="", detector="", detector_sha256="", clips=tuple(told))


def cell(rng: np.random.Generator, flow: float, share: float) -> tuple[int, int]:
    """(matched, true) of a cell."""
    true = int(rng.poisson(flow))
    return int(rng.binomial(true, share)), true


def width(sample: TruthSample, clips: int) -> float:
    """The mean width of intervals of 20 counts, of all ways, from the first so many clips."""
    cut = TruthSample(version=SAMPLE_VERSION, scene_revision="", detector="", detector_sha256="", clips=sample.clips[:clips])
    evidence, widths = Evidence(cut), []
    for way in range(5):
        rates = evidence.rates((f"w{way}", "in"), ALL_KINDS, {"day": 300.0})
        assert isinstance(rates, Rates)
        low, high = rates.interval(20, 300.0)
        widths.append(high - low)
    return float(np.mean(widths))


def test_more_truth_makes_no_wider_intervals_on_average() -> None:
    widths = np.array([[width(street(np.random.default_rng(seed), 48), clips) for clips in (4, 12, 48)] for seed in range(6)])
    few, some, many = widths.mean(axis=0)
    assert few > some > many


def test_quiet_ways_that_are_worse_than_busy_ones_are_covered() -> None:
    """Five busy ways are found well, five quiet ones badly. Whole streets are drawn anew."""
    rng = np.random.default_rng(11)
    held = []
    for _ in range(14):
        street = list(zip([40.0] * 5 + [3.0] * 5, [*rng.beta(45, 5, 5), *rng.beta(10, 8, 5)], strict=True))
        told = []
        for number in range(10):
            cells = [cell(rng, *way) for way in street]
            rows = tuple(
                SampleRow(rule=f"w{way}", direction="in", road_user=ALL_KINDS, matched=matched, missed=true - matched, extra=0)
                for way, (matched, true) in enumerate(cells)
            )
            told.append(SampleClip(name=str(number), light="day", seconds=300.0, rows=rows))
        evidence = Evidence(TruthSample(version=1, scene_revision="", detector="", detector_sha256="", clips=tuple(told)))
        for way in range(5, 10):
            rates = evidence.rates((f"w{way}", "in"), ALL_KINDS, {"day": 300.0})
            assert isinstance(rates, Rates)
            for _ in range(12):
                matched, true = cell(rng, *street[way])
                low, high = rates.interval(matched, 300.0)
                held.append(low <= true <= high)
    assert 0.93 <= np.mean(held) <= 0.985


def test_a_way_without_truth_needs_others_to_be_told_by() -> None:
    rng = np.random.default_rng(1)
    few, enough = (Evidence(street(rng, 10, ways)) for ways in (LEAST_WAYS - 1, LEAST_WAYS))
    unknown = few.rates(QUIET, ALL_KINDS, {"day": 300.0})
    assert isinstance(unknown, Unknown)
    assert "in this direction" in unknown.why
    known = enough.rates(QUIET, ALL_KINDS, {"day": 300.0})
    own = enough.rates(("w0", "in"), ALL_KINDS, {"day": 300.0})
    assert isinstance(known, Rates)
    assert isinstance(own, Rates)
    assert np.std(known.recall) > np.std(own.recall)


def test_a_zone_that_nobody_counted_by_hand_does_not_lean_on_lines() -> None:
    unknown = Evidence(street(np.random.default_rng(1), 10)).rates(("plaza", "entered"), ALL_KINDS, {"day": 300.0})
    assert isinstance(unknown, Unknown)
    assert "zone" in unknown.why


def test_what_is_usual_bounds_how_many_may_have_been_missed() -> None:
    """Nothing counted, and hardly any found: without an idea of the traffic there could have been dozens."""
    recall, precision = np.full(4000, 0.1), np.full(4000, 0.9)
    unbounded, bounded = (Rates(recall, precision, 1.0, usual).interval(0, 900.0)[1] for usual in (0.0, 1 / 900))
    assert unbounded > 20
    assert 1 <= bounded < 15


@given(st.integers(5, 60), st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_a_cell_twice_as_busy_as_usual_is_held_all_the_same(true: int, times: int) -> None:
    """Counts are those that may be expected at 80 % recall; usual is less by so many times."""
    rates = Rates(np.full(4000, 0.8), np.full(4000, 0.999), 1.0, true / times / 900)
    low, high = rates.interval(round(0.8 * true), 900.0)
    assert low <= true <= high
