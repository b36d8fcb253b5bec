"""Truth samples are made of pairs of true and counted crossings, and plans draw without bias."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.known import KnownCrossing
from catseye.core.receipt import ALL_KINDS, Light, SampleClip
from catseye.core.road_users import RoadUser
from catseye.receipt.learning import Told, dispersion, learn
from catseye.receipt.sampling import Plan, Stretch, allocate, plan

WAY = ("north", "in")


def crossed(at_s: float, kind: RoadUser = RoadUser.CAR, *, optional: bool = False) -> KnownCrossing:
    return KnownCrossing(rule=WAY[0], direction=WAY[1], road_user=kind, at_s=at_s, optional=optional)


def learned(true: list[KnownCrossing], counted: list[KnownCrossing], *, cut_s: float = 600.0) -> tuple[SampleClip, ...]:
    told = Told(name="clip", true=true, counted=counted, ways=[WAY], seconds=600.0)
    return learn(told, cut_s=cut_s, light_at=lambda at_s: "day" if at_s < 300 else "rain")


def figures(clip: SampleClip, kind: str = ALL_KINDS) -> tuple[int, int, int]:
    (row,) = (row for row in clip.rows if row.road_user == kind)
    return row.matched, row.missed, row.extra


def test_matched_missed_and_extra() -> None:
    (clip,) = learned([crossed(10), crossed(100), crossed(200, optional=True)], [crossed(10.5), crossed(400)])
    assert figures(clip) == figures(clip, "car") == (1, 1, 1)


def test_one_that_is_counted_late_is_no_error_of_the_volume() -> None:
    (clip,) = learned([crossed(10)], [crossed(17)])
    assert figures(clip) == (1, 0, 0)


def test_another_kind_is_an_error_of_both_kinds_and_none_of_all_together() -> None:
    (clip,) = learned([crossed(10, RoadUser.VAN)], [crossed(10, RoadUser.BICYCLE)])
    assert figures(clip) == (1, 0, 0)
    assert figures(clip, "van") == (0, 1, 0)
    assert figures(clip, "bicycle") == (0, 0, 1)


def test_a_long_clip_is_cut_each_piece_in_its_own_light() -> None:
    first, second = learned([crossed(299.8), crossed(500)], [crossed(300.4), crossed(500)], cut_s=300.0)
    assert (first.light, second.light) == ("day", "rain")
    assert figures(first) == figures(second) == (1, 0, 0)
    assert (first.name, first.seconds) == ("clip#1", 300.0)


def test_platoons_are_told_from_chance() -> None:
    rng = np.random.default_rng(3)
    random = [crossed(float(at_s)) for at_s in np.sort(rng.uniform(0, 3600, 400))]
    platoons = [crossed(float(at_s)) for at_s in np.sort(rng.choice(np.arange(0, 3600, 180), 400) + rng.uniform(0, 20, 400))]
    assert 0.99 <= dispersion([told(random, 3600.0)]) < 1.5
    assert dispersion([told(platoons, 3600.0)]) > 4
    assert dispersion([told(platoons[:3], 60.0)]) == 1.0


def told(true: list[KnownCrossing], seconds: float, unwatched: Sequence[tuple[float, float]] = ()) -> Told:
    return Told(name="clip", true=true, counted=[], ways=[WAY], seconds=seconds, unwatched=unwatched)


def test_what_nobody_watched_is_no_watched_time_and_no_quiet_time() -> None:
    steady = [crossed(float(at_s)) for at_s in range(5, 3600, 10) if not 900 <= at_s < 2100]
    holes = [(900.0, 1500.0), (1200.0, 2100.0)]
    assert dispersion([told(steady, 3600.0)]) > 4
    assert dispersion([told(steady, 3600.0, holes)]) == 1.0
    pieces = learn(told(steady, 3600.0, holes), cut_s=600.0, light_at=lambda at_s: "day")
    assert [piece.name for piece in pieces] == ["clip#1", "clip#2", "clip#4", "clip#5", "clip#6"]
    assert [piece.seconds for piece in pieces] == [600.0, 300.0, 300.0, 600.0, 600.0]


def test_an_optional_crossing_is_no_traffic_to_tell_a_dispersion_by() -> None:
    rare = [crossed(float(at_s), optional=True) for at_s in range(20)]
    assert dispersion([told(rare, 3600.0)]) == 1.0


def stretches(often: dict[tuple[Light, int], int]) -> list[Stretch]:
    return [
        Stretch(name=f"{light}-{hour}-{n}", source="a", start_s=300.0 * n, seconds=300.0, start="", hour=hour, light=light)
        for (light, hour), number in often.items()
        for n in range(number)
    ]


STREET: dict[tuple[Light, int], int] = {("day", 8): 40, ("day", 12): 60, ("night", 23): 30, ("rain", 8): 5, ("glare", 7): 1}


def drawn(seed: int, clips: int = 20) -> Plan:
    return plan(stretches(STREET), clips=clips, precision=None, seed=seed)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    assert drawn(1) == drawn(1)
    assert [one.name for one in drawn(1).picked] != [one.name for one in drawn(2).picked]


def test_every_light_and_part_of_the_day_is_drawn_from() -> None:
    assert all(part.picked >= min(2, part.stretches) for part in drawn(1).strata)
    assert len(drawn(1).picked) == 20
    assert sum(one.weight for one in drawn(1).picked) == pytest.approx(sum(STREET.values()))


def test_estimates_from_weighted_clips_are_without_bias() -> None:
    """Recall differs between strata; the weighted mean over many draws is that of all stretches."""
    rng = np.random.default_rng(5)
    recall = {one.name: {"day": 0.95, "night": 0.7}.get(one.light, 0.8) + rng.normal(0, 0.05) for one in stretches(STREET)}
    whole = np.mean(list(recall.values()))
    told = [
        sum(recall[one.name] * one.weight for one in some.picked) / sum(one.weight for one in some.picked)
        for some in map(drawn, range(300))
    ]
    assert abs(np.mean(told) - whole) < 4 * np.std(told) / np.sqrt(len(told))
    assert np.std(told) < drawn(1).half_width / 1.959964 * 1.1


def test_each_stretch_is_drawn_as_often_as_its_chance_says() -> None:
    often = Counter(one.name for seed in range(300) for one in drawn(seed).picked)
    chances = {one.name: one.chance for seed in range(60) for one in drawn(seed).picked}
    assert max(abs(often[name] / 300 - chance) for name, chance in chances.items()) < 0.15


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0.01, 0.3)), min_size=1, max_size=6), st.integers(1, 100))
@settings(max_examples=60, deadline=None)
def test_allocation_gives_what_was_asked_for_and_no_more_than_there_is(strata: list[tuple[int, float]], total: int) -> None:
    sizes, spreads = [size for size, _ in strata], [spread for _, spread in strata]
    numbers = allocate(sizes, spreads, total)
    assert all(min(2, size) <= number <= size for size, number in zip(sizes, numbers, strict=True))
    least = sum(min(2, size) for size in sizes)
    assert sum(numbers) == max(least, min(total, sum(sizes)))


def test_more_precision_needs_more_clips_and_reaches_it() -> None:
    coarse, fine = (plan(stretches(STREET), clips=None, precision=p, seed=1) for p in (0.05, 0.02))
    assert coarse.needed is not None
    assert fine.needed is not None
    assert coarse.needed < fine.needed == len(fine.picked)
    assert fine.half_width <= 0.02


def test_where_clips_differ_more_more_are_drawn() -> None:
    even = plan(stretches(STREET), clips=30, precision=None, seed=1, spreads={"day": 0.05, "night": 0.05})
    tilted = plan(stretches(STREET), clips=30, precision=None, seed=1, spreads={"day": 0.02, "night": 0.2})
    nights = [sum(part.picked for part in some.strata if part.light == "night") for some in (even, tilted)]
    assert nights[1] > nights[0]
