"""Intervals hold the truth as often as they say, and there is none without a truth sample that fits."""

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.counts import Count
from catseye.core.ids import StreamId
from catseye.core.receipt import ALL_KINDS, SAMPLE_VERSION, Light, Receipt, SampleClip, SampleRow, TruthSample
from catseye.core.time import CELL_S, NS_PER_S
from catseye.receipt.certify import certify, longest
from catseye.receipt.interval import DRAWS, Rates
from catseye.receipt.pooling import Pooled, Tally
from catseye.receipt.rates import joined, likeness
from catseye.receipt.sample import Evidence, Unknown

WAY = ("north", "in")


class Street:
    """A street whose cells differ: each has its own recall and precision, and its traffic comes in platoons."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.flow = float(np.exp(rng.uniform(np.log(15), np.log(200))))
        self.recall, self.precision = float(rng.uniform(0.75, 0.98)), float(rng.uniform(0.85, 0.99))
        self.alike = float(np.exp(rng.uniform(np.log(20), np.log(500))))

    def cell(self) -> tuple[int, int, int]:
        """(matched, missed, extra) of a cell."""
        true = int(self.rng.poisson(self.flow))
        recall, precision = (self.rng.beta(mean * self.alike, (1 - mean) * self.alike) for mean in (self.recall, self.precision))
        matched = int(self.rng.binomial(true, recall))
        return matched, true - matched, int(self.rng.negative_binomial(matched + 0.5, precision))

    def sample(self, clips: int, light: Light = "day") -> TruthSample:
        """As many cells that were counted by somebody who knows."""
        told = [self.cell() for _ in range(clips)]
        return sample([row(*one) for one in told], light)


def row(matched: int, missed: int, extra: int, road_user: str = ALL_KINDS) -> SampleRow:
    return SampleRow(rule=WAY[0], direction=WAY[1], road_user=road_user, matched=matched, missed=missed, extra=extra)


def sample(rows: list[SampleRow], light: Light = "day", *, dispersion: float = 1.0) -> TruthSample:
    clips = [SampleClip(name=str(n), light=light, seconds=900.0, rows=(one,)) for n, one in enumerate(rows)]
    return TruthSample(
        version=SAMPLE_VERSION, scene_revision="s", detector="d", detector_sha256="h", clips=tuple(clips), dispersion=dispersion
    )


def rates(evidence: Evidence, light: Light = "day") -> Rates:
    found = evidence.rates(WAY, ALL_KINDS, {light: 900.0})
    assert isinstance(found, Rates)
    return found


def test_95_percent_intervals_hold_the_truth_as_often_on_simulated_streets() -> None:
    """Streets, truth samples and cells are all drawn anew. ``docs/measurements.md`` has the same with ten times as many."""
    rng = np.random.default_rng(7)
    held = []
    for _ in range(90):
        street = Street(rng)
        known = rates(Evidence(street.sample(int(rng.integers(6, 30)))))
        for _ in range(10):
            matched, missed, extra = street.cell()
            low, high = known.interval(matched + extra, 900.0)
            held.append(low <= matched + missed <= high)
    assert 0.93 <= np.mean(held) <= 0.97


def test_intervals_hold_the_truth_of_cells_that_were_watched_in_part() -> None:
    """Arrivals by the minute are negative binomial; 2 to 12 minutes of 15 are watched."""
    rng = np.random.default_rng(8)
    held = []
    for _ in range(300):
        mean, dispersion, watched = rng.uniform(2, 12), rng.uniform(1.2, 3), int(rng.integers(2, 13))
        minutes = rng.poisson(rng.gamma(mean / (dispersion - 1), dispersion - 1, 15))
        known = Rates(np.full(DRAWS, 0.9), np.full(DRAWS, 0.999), dispersion)
        low, high = known.interval(int(rng.binomial(minutes[:watched].sum(), 0.9)), 60.0 * watched, 60.0 * (15 - watched))
        held.append(low <= minutes.sum() <= high)
    assert 0.92 <= np.mean(held) <= 0.98


@given(st.integers(0, 500), st.integers(0, 3600), st.integers(2, 12))
@settings(max_examples=40, deadline=None)
def test_intervals_are_whole_ordered_and_the_same_each_time(volume: int, missed_s: int, clips: int) -> None:
    rng = np.random.default_rng(volume)
    recall, precision = rng.beta(30, 3, DRAWS), rng.beta(50, clips, DRAWS)
    low, high = Rates(recall, precision, 1.5).interval(volume, 900.0, missed_s)
    assert 0 <= low <= high
    assert (low, high) == Rates(recall, precision, 1.5).interval(volume, 900.0, missed_s)


@given(st.integers(5, 300))
@settings(max_examples=20, deadline=None)
def test_less_watching_makes_wider_intervals(volume: int) -> None:
    known = Rates(np.full(DRAWS, 0.95), np.full(DRAWS, 0.98), 1.5)
    widths = [high - low for low, high in (known.interval(volume, 180.0, missed_s) for missed_s in (0.0, 45.0, 180.0, 720.0))]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_a_perfect_detector_with_much_truth_leaves_little_doubt() -> None:
    low, high = rates(Evidence(sample([row(100, 0, 0)] * 40))).interval(100, 900.0)
    assert 99 <= low <= 100 <= high <= 102


def test_clips_that_differ_more_than_chance_make_wider_intervals() -> None:
    alike, unlike = sample([row(90, 10, 0)] * 20), sample([row(99, 1, 0), row(81, 19, 0)] * 10)
    narrow, wide = (rates(Evidence(one)).interval(100, 900.0) for one in (alike, unlike))
    assert wide[1] - wide[0] > 1.3 * (narrow[1] - narrow[0])


def test_no_sample_other_light_or_too_little_truth_is_unverified() -> None:
    evidence = Evidence(sample([row(20, 2, 1)] * 6, "day"))
    assert isinstance(evidence.rates(WAY, ALL_KINDS, {"day": 900.0}), Rates)
    for light_s, words in (({"night": 900.0}, "night"), ({"day": 700.0, "rain": 200.0}, "rain"), ({}, "not known")):
        found = evidence.rates(WAY, ALL_KINDS, light_s)
        assert isinstance(found, Unknown)
        assert words in found.why
    assert isinstance(evidence.rates(WAY, "bus", {"day": 900.0}), Unknown)
    assert isinstance(Evidence(sample([row(20, 2, 1)] * 2)).rates(WAY, ALL_KINDS, {"day": 900.0}), Unknown)
    assert isinstance(Evidence(sample([row(1, 0, 0)] * 6)).rates(WAY, ALL_KINDS, {"day": 900.0}), Unknown)


def test_a_kind_that_is_hardly_ever_counted_is_unverified() -> None:
    found = Evidence(sample([row(1, 19, 0)] * 8)).rates(WAY, ALL_KINDS, {"day": 900.0})
    assert isinstance(found, Unknown)
    assert "counted as such" in found.why


def test_a_moment_of_other_light_does_not_unverify_a_cell() -> None:
    evidence = Evidence(sample([row(20, 2, 1)] * 6, "day"))
    assert isinstance(evidence.rates(WAY, ALL_KINDS, {"day": 880.0, "rain": 20.0}), Rates)


def count(volume: int | None, *, observed_s: float = 900.0, final: bool = True, road_user: str = "car", **receipt: str) -> Count:
    told = {"detector_sha256": "h", "scene_revision": "s"} | receipt
    return Count(
        stream=StreamId("street"),
        rule=WAY[0],
        direction=WAY[1],
        road_user=road_user,
        start_ns=0,
        end_ns=CELL_S * NS_PER_S,
        volume=volume,
        observed_s=observed_s,
        final=final,
        receipt=msgspec.convert({"light": "day", "light_s": {"day": 900.0}} | told, Receipt),
    )


def evidence_of_cars() -> Evidence:
    both = [(row(18, 2, 1), row(17, 3, 2, "car"))] * 8
    clips = [SampleClip(name=str(n), light="day", seconds=900.0, rows=rows) for n, rows in enumerate(both)]
    return Evidence(msgspec.structs.replace(sample([]), clips=tuple(clips)))


def test_a_cell_gets_the_interval_of_its_kind_and_of_its_way() -> None:
    car, bus = certify([count(40), count(3, road_user="bus")], evidence_of_cars())
    assert (car.receipt.status, car.receipt.why) == ("verified", "")
    assert car.receipt.interval is not None
    assert car.receipt.way_interval is not None
    assert car.receipt.interval[0] <= 40 * 0.9 / 0.85 <= car.receipt.interval[1]
    assert car.receipt.way_interval[0] <= 43 * 18 / 19 / 0.9 <= car.receipt.way_interval[1]
    assert (bus.receipt.status, bus.receipt.interval) == ("unverified", None)
    assert "too few bus" in bus.receipt.why
    assert bus.receipt.way_interval == car.receipt.way_interval
    assert car.receipt.truth_sample == evidence_of_cars().identity


def test_nothing_is_made_up() -> None:
    evidence = evidence_of_cars()
    cases = (
        (count(40), None, "no truth sample"),
        (count(None, observed_s=0.0), evidence, "nothing was observed"),
        (count(40, detector_sha256="other"), evidence, "another detector"),
        (count(40, detector_sha256="h+other"), evidence, "another detector"),
        (count(40, scene_revision="other"), evidence, "another scene"),
    )
    for given_count, given_evidence, words in cases:
        (told,) = certify([given_count], given_evidence)
        assert (told.receipt.status, told.receipt.interval, told.receipt.way_interval) == ("unverified", None, None)
        assert words in told.receipt.why


def test_a_running_cell_is_told_of_as_far_as_it_was_watched() -> None:
    (running,), (over,) = (certify([count(40, observed_s=450.0, final=final)], evidence_of_cars()) for final in (False, True))
    assert running.receipt.interval is not None
    assert over.receipt.interval is not None
    assert running.receipt.interval[1] < 70 < over.receipt.interval[1]


def test_the_identity_of_a_sample_is_of_all_it_says() -> None:
    one = sample([row(20, 2, 1)] * 6)
    assert one.identity == sample([row(20, 2, 1)] * 6).identity
    assert one.identity != sample([row(20, 2, 2)] * 6).identity
    assert one.identity != sample([row(20, 2, 1)] * 6, "night").identity


def test_weights_move_the_estimate_to_what_was_picked_too_seldom() -> None:
    hits = [90] * 10 + [50] * 10
    even, tilted = (
        Pooled({WAY: [Tally(hit, 100, weight) for hit, weight in zip(hits, weights, strict=True)]})
        .draws(WAY, np.random.default_rng(1), 2000)
        .mean()
        for weights in ([1.0] * 20, [1.0] * 10 + [9.0] * 10)
    )
    assert 0.66 < even < 0.74
    assert tilted < even - 0.08


def test_what_goes_together_is_put_together() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.beta(9, 1, 2000), rng.beta(19, 1, 2000)
    together_a, together_b = joined(a, b, 0.8, rng)
    assert np.array_equal(np.sort(together_a), np.sort(a))
    assert np.array_equal(np.sort(together_b), np.sort(b))
    assert np.corrcoef(together_a, together_b)[0, 1] > 0.6
    pairs = [(n, 100) for n in range(60, 100)]
    assert likeness(pairs, pairs) > 0.8
    assert likeness(pairs, pairs[::-1]) < -0.8
    assert likeness(pairs, [(1, 0)] * 40) == 0.0


def test_the_light_of_a_cell_is_what_lasted_longest() -> None:
    assert longest([("day", 10.0), ("rain", 20.0)]) == "rain"
    assert longest([]) == "unknown"
