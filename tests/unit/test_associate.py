"""Pairs of predicted and found boxes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.vision.associate import assign, doubles, fitting, of_one, overlapping
from catseye.vision.kalman import Expected, to_centre

one_box = st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 60), st.integers(1, 60))
some_boxes = st.lists(one_box, min_size=1, max_size=5).map(
    lambda rows: np.array([(x, y, x + w, y + h) for x, y, w, h in rows], float)
)


FREE = 1e6  # lengths: as far as it takes


def expect(found: boxes.F64, place: float = 0.1, size: float = 0.1) -> Expected:
    """Tracks that stand where boxes are, known to these shares of a length."""
    centre = to_centre(found)
    length = np.sqrt(centre[:, 2] * centre[:, 3])
    return Expected(mean=centre, variance=(length[:, None] * [place, place, size, size]) ** 2, length=length)


def worth(expected: Expected, found: boxes.F64, density: float = 0.02, most: float = FREE) -> boxes.F64:
    """The worth of each pair, 0 where they do not fit."""
    rows, columns, value = fitting(expected, to_centre(found), density, np.full(len(expected.mean), most))
    table = np.zeros((len(expected.mean), len(found)))
    table[rows, columns] = value
    return table


@settings(max_examples=40, deadline=None)
@given(some_boxes, some_boxes, st.floats(0.01, 2.0), st.floats(0.001, 1.0))
def test_worth_is_the_likelihood_over_that_of_a_newcomer(at: boxes.F64, found: boxes.F64, spread: float, density: float) -> None:
    expected = expect(at, spread, spread)
    centre, table = to_centre(found), worth(expected, found, density)
    for i, (mean, length) in enumerate(zip(expected.mean, expected.length, strict=True)):
        for j in range(len(found)):
            likely = norm.logpdf(centre[j] / length, mean / length, spread).sum()
            assert table[i, j] == pytest.approx(max(0.0, 2 * (likely - np.log(density))), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(some_boxes, some_boxes, st.floats(0.1, 5.0))
def test_size_and_place_of_the_picture_change_nothing(at: boxes.F64, found: boxes.F64, zoom: float) -> None:
    assert worth(expect(at * zoom + 7), found * zoom + 7) == pytest.approx(worth(expect(at), found), abs=1e-5)


def test_who_may_be_anywhere_yields_to_who_is_surely_here_and_reaches_further() -> None:
    last = np.array([[100.0, 100, 160, 140]])
    near, far = (last + np.array([shift, 0, shift, 0]) for shift in (5, 70))
    sure, unsure = expect(last), expect(last, 0.6)
    assert worth(sure, near)[0, 0] > worth(unsure, near)[0, 0] > 0
    assert worth(sure, far)[0, 0] == 0
    assert worth(unsure, far)[0, 0] > 0
    assert worth(unsure, far, most=1.0)[0, 0] == 0  # 1.4 lengths


def test_a_box_cut_short_overlaps_though_it_does_not_fit() -> None:
    whole, cut = np.array([[100.0, 100, 160, 140]]), np.array([[100.0, 100, 125, 140]])
    assert worth(expect(whole), cut)[0, 0] == 0
    rows, columns, score = overlapping(expect(whole), cut, 0.2)
    assert (rows.tolist(), columns.tolist()) == ([0], [0])
    assert score[0] == pytest.approx(25 / 60)
    assert len(overlapping(expect(whole), cut, 0.5)[0]) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 10**6), st.floats(0.1, 1))
def test_the_pairing_is_the_best_there_is(rows: int, columns: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    score = rng.uniform(0.1, 1, (rows, columns)) * (rng.uniform(size=(rows, columns)) < share)
    row, column = np.nonzero(score)
    taken, given_ = assign((row, column, score[row, column]))
    assert (score[taken, given_] > 0).all()
    assert len(set(taken.tolist())) == len(set(given_.tolist())) == len(taken)
    wide = np.zeros((max(rows, columns), max(rows, columns)))
    wide[:rows, :columns] = score
    best = max(sum(wide[r, c] for r, c in enumerate(order)) for order in permutations(range(len(wide))))
    assert score[taken, given_].sum() == pytest.approx(best)


def test_nothing_pairs_with_nothing() -> None:
    none = boxes.empty().astype(float)
    assert worth(expect(np.array([[0.0, 0, 9, 9]])), none).shape == (1, 0)
    rows, columns = assign((np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)))
    assert (len(rows), len(columns)) == (0, 0)
    assert doubles(np.array([[0.0, 0, 1, 1]]), none).tolist() == [False]


def test_doubles_lie_mostly_on_a_held_box() -> None:
    held = np.array([[0.0, 0, 100, 100]])
    assert doubles(np.array([[5.0, 5, 100, 100], [60, 0, 160, 100]]), held).tolist() == [True, False]


def test_kinds_of_one_family_and_a_rider_and_their_machine_may_be_one() -> None:
    def one(a: RoadUser, b: RoadUser) -> bool:
        pair = np.zeros(1, np.intp), np.zeros(1, np.intp), np.ones(1)
        there, back = (len(of_one(pair, np.array([p], np.int16), np.array([q], np.int16))[0]) for p, q in ((a, b), (b, a)))
        assert there == back
        return there == 1

    assert one(RoadUser.CAR, RoadUser.BUS)
    assert one(RoadUser.PEDESTRIAN, RoadUser.MOTORCYCLE)
    assert not one(RoadUser.PEDESTRIAN, RoadUser.VEHICLE)
    assert not one(RoadUser.BICYCLE, RoadUser.CAR)
