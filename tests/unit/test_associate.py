"""Pairs of predicted and found boxes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.vision.associate import assign, doubles, may_be_one, similarity

one_box = st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 60), st.integers(1, 60))
some_boxes = st.lists(one_box, min_size=1, max_size=5).map(
    lambda rows: np.array([(x, y, x + w, y + h) for x, y, w, h in rows], float)
)


@settings(max_examples=40, deadline=None)
@given(some_boxes, some_boxes)
def test_without_doubt_similarity_is_the_overlap(predicted: boxes.F64, found: boxes.F64) -> None:
    sure = np.zeros((len(predicted), 2))
    assert similarity(predicted, sure, found) == pytest.approx(boxes.iou(predicted, found))


@settings(max_examples=40, deadline=None)
@given(some_boxes, some_boxes, st.floats(0, 500))
def test_similarity_is_a_share_and_an_equal_box_always_fits(predicted: boxes.F64, found: boxes.F64, spread: float) -> None:
    score = similarity(predicted, np.full((len(predicted), 2), spread), found)
    assert ((score >= 0) & (score <= 1 + 1e-9)).all()
    own = similarity(predicted, np.full((len(predicted), 2), spread), predicted)
    assert np.diag(own) == pytest.approx(np.ones(len(predicted)))


def test_doubt_reaches_for_a_box_a_length_away_and_no_further() -> None:
    last, unsure = np.array([[100.0, 100, 160, 140]]), np.full((1, 2), 1000.0)
    near, far = (last + np.array([shift, 0, shift, 0]) for shift in (70, 200))
    assert similarity(last, unsure, near)[0, 0] > 0.2
    assert similarity(last, unsure, far)[0, 0] < 0.2


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6), st.floats(0.05, 0.9))
def test_the_pairing_is_the_best_there_is(rows: int, columns: int, seed: int, least: float) -> None:
    score = np.random.default_rng(seed).uniform(0, 1, (rows, columns))
    taken, given_ = assign(score, least)
    assert (score[taken, given_] >= least).all()
    good = np.where(score >= least, score, 0.0)
    wide = np.zeros((max(rows, columns), max(rows, columns)))
    wide[:rows, :columns] = good
    best = max(sum(wide[r, c] for r, c in enumerate(order)) for order in permutations(range(len(wide))))
    assert score[taken, given_].sum() == pytest.approx(best)


def test_nothing_pairs_with_nothing() -> None:
    none = boxes.empty().astype(float)
    assert similarity(none, np.zeros((0, 2)), np.array([[0.0, 0, 1, 1]])).shape == (0, 1)
    rows, columns = assign(np.zeros((0, 3)), 0.2)
    assert (len(rows), len(columns)) == (0, 0)
    assert doubles(np.array([[0.0, 0, 1, 1]]), none).tolist() == [False]


def test_doubles_lie_mostly_on_a_held_box() -> None:
    held = np.array([[0.0, 0, 100, 100]])
    assert doubles(np.array([[5.0, 5, 100, 100], [60, 0, 160, 100]]), held).tolist() == [True, False]


def test_kinds_of_one_family_and_a_rider_and_their_machine_may_be_one() -> None:
    def one(a: RoadUser, b: RoadUser) -> bool:
        there = may_be_one(np.array([a], np.int16), np.array([b], np.int16))[0, 0]
        assert there == may_be_one(np.array([b], np.int16), np.array([a], np.int16))[0, 0]
        return bool(there)

    assert one(RoadUser.CAR, RoadUser.BUS)
    assert one(RoadUser.PEDESTRIAN, RoadUser.MOTORCYCLE)
    assert not one(RoadUser.PEDESTRIAN, RoadUser.VEHICLE)
    assert not one(RoadUser.BICYCLE, RoadUser.CAR)
