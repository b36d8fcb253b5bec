"""Sightings of young tracks: held back, then told in order; of what ends early only what was confirmed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.road_users import RoadUser
from catseye.rules.early import _MOST, ENOUGH, EarlySightings
from catseye.rules.positions import Positions


def at(step: int, *numbers: int, sure: bool = True) -> Positions:
    n = len(numbers)
    point = np.array([[10.0 * step, float(number)] for number in numbers]).reshape(-1, 2)
    kinds = np.full(n, RoadUser.CAR, np.int16)
    return Positions(step, np.array(numbers, np.int64), point, np.ones(n), kinds, np.zeros(n, np.bool_), np.full(n, sure))


def told(
    early: EarlySightings, begun: dict[int, int], confirmed_after: int, steps: int, *, proven_after: int = 0
) -> list[tuple[int, int]]:
    """(number, step) as told, of tracks that begin at ``begun`` and are seen until ``steps``; their ages are in steps."""
    found = []
    for step in range(steps):
        seen = {number: step - first for number, first in sorted(begun.items()) if first <= step}
        sure = at(step, *(n for n, age in seen.items() if age >= confirmed_after))
        proven = np.array([n for n, age in seen.items() if age >= proven_after], np.int64)
        for positions in early.told(sure, at(step, *(n for n, age in seen.items() if age < confirmed_after)), proven):
            found += [(number, positions.at_ns) for number in positions.number.tolist()]
    return found


@given(
    begun=st.dictionaries(st.integers(1, 9), st.integers(0, 6), max_size=5),
    confirmed_after=st.integers(1, 4),
    proven_after=st.integers(0, 13),
)
def test_who_lasts_is_told_from_its_first_sighting_on_in_order(
    begun: dict[int, int], confirmed_after: int, proven_after: int
) -> None:
    early = EarlySightings()
    found = told(early, begun, confirmed_after, 20, proven_after=proven_after)
    for number, first in begun.items():
        assert [step for n, step in found if n == number] == list(range(first, 20))
    assert len(early) == 0


def test_of_who_ends_before_only_confirmed_sightings_are_told() -> None:
    early = EarlySightings()
    assert told(early, {7: 0}, 2, ENOUGH - 1) == []
    assert [positions.at_ns for positions in early.forget([7])] == list(range(2, ENOUGH - 1))
    assert len(early) == 0


def test_nothing_is_told_of_who_was_never_confirmed() -> None:
    early = EarlySightings()
    assert told(early, {7: 0}, 1000, 200) == []
    assert early.forget([7]) == []


def test_of_who_was_never_proven_nothing_is_told_however_long_it_was_seen() -> None:
    early = EarlySightings()
    assert told(early, {7: 0}, 2, 2000, proven_after=5000) == []
    assert len(early._young[7].kept) == _MOST
    assert early.forget([7]) == []
    assert len(early) == 0


def test_who_is_proven_before_it_is_confirmed_is_told_once_it_is() -> None:
    early = EarlySightings()
    found = told(early, {7: 0}, 8, 20, proven_after=3)
    assert found == [(7, step) for step in range(20)]


def test_what_was_held_back_is_told_as_sure_and_later_sightings_as_they_are() -> None:
    early, nobody = EarlySightings(), at(0)
    seven = np.array([7], np.int64)
    early.told(nobody, at(0, 7, sure=False), seven)
    first = [one for step in range(1, ENOUGH) for one in early.told(at(step, 7, sure=False), nobody, seven) if len(one)]
    assert [one.sure.tolist() for one in first] == [[True]] * ENOUGH
    assert [one.sure.tolist() for one in early.told(at(ENOUGH, 7, sure=False), nobody, seven)] == [[False]]
