import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.time import NS_PER_S
from catseye.evaluate.cells import ALL, Cell, Grid, cells_of, effectiveness, geh, nw_rmse, score
from catseye.evaluate.counts import LineScore
from catseye.evaluate.sheets import KindScore, geh_85, svz, vdot


def test_geh_by_hand() -> None:
    assert geh(1100, 1000, 1.0) == pytest.approx(np.sqrt(2 * 100**2 / 2100))
    assert geh(25, 0, 1.0) == pytest.approx(np.sqrt(50))
    assert geh(0, 0, 0.25) == 0.0
    # A quarter of an hour with 10 of 12 is an hour with 40 of 48.
    assert geh(10, 12, 0.25) == pytest.approx(geh(40, 48, 1.0))


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_geh_takes_both_sides_alike_and_grows_with_the_error(a: int, b: int) -> None:
    assert geh(a, b, 1.0) == pytest.approx(geh(b, a, 1.0))
    assert geh(max(a, b) + 10, min(a, b), 1.0) > geh(max(a, b), min(a, b), 1.0)


def test_nwrmse_by_hand() -> None:
    # Two segments weigh 1/3 and 2/3. Of 4 true, 2 in each half; 1 and 4 counted by their ends.
    true, counted = np.array([1.0, 2.0, 6.0, 7.0]), np.array([1.0, 6.0, 7.0, 8.0])
    assert nw_rmse(true, counted, 10.0, segments=2) == pytest.approx(1 - np.sqrt(1 / 3) / 4)
    assert nw_rmse(true, true, 10.0) == 1.0
    assert nw_rmse(true, np.zeros(0), 10.0) == pytest.approx(1 - np.sqrt(np.sum([2 * i / 110 * n**2 for i, n in
        zip(range(1, 11), [1, 2, 2, 2, 2, 3, 4, 4, 4, 4], strict=True)])) / 4)  # fmt: skip
    assert np.isnan(nw_rmse(np.zeros(0), true, 10.0))


def reference_nwrmse(true: list[float], counted: list[float], until_s: float, k: int) -> float:
    """The evaluation page's words, one by one."""
    square = 0.0
    for i in range(1, k + 1):
        end = until_s * i / k
        apart = sum(at <= end for at in counted) - sum(at <= end for at in true)
        square += i / (k * (k + 1) / 2) * apart**2
    return 1 - square**0.5 / len(true) if square**0.5 <= len(true) else 0.0


times = st.lists(st.integers(0, 99).map(lambda n: n + 0.5), max_size=30)


@given(times.filter(len), times, st.integers(1, 12))
def test_nwrmse_is_that_of_the_evaluation_page(true: list[float], counted: list[float], segments: int) -> None:
    told = nw_rmse(np.array(true), np.array(counted), 100.0, segments)
    assert told == pytest.approx(reference_nwrmse(true, counted, 100.0, segments))
    assert 0 <= told <= 1


def test_effectiveness_weighs_by_volume() -> None:
    assert effectiveness([(1.0, 30), (0.5, 10), (float("nan"), 0)]) == pytest.approx(0.875)
    assert effectiveness([(float("nan"), 0)]) is None


GRID = Grid(begins_ns=50 * NS_PER_S, ends_ns=250 * NS_PER_S, cell_s=100)


def test_cells_begin_at_round_times_and_know_how_much_is_judged() -> None:
    cells = cells_of("c", GRID, [("a", "in")], ({("a", "in", ALL, 0): 2, ("a", "in", "car", 0): 2}, {("a", "in", ALL, 0): 3}), None)
    of_all = [cell for cell in cells if cell.road_user == ALL]
    assert [cell.start_s for cell in of_all] == [-50, 50, 150]
    assert [(cell.judged_s, cell.whole) for cell in of_all] == [(50, False), (100, True), (50, False)]
    assert [(cell.true, cell.counted, cell.error) for cell in of_all] == [(2, 3, 1), (0, 0, 0), (0, 0, 0)]
    assert of_all[0].geh == pytest.approx(geh(3, 2, 50 / 3600))
    assert [cell.road_user for cell in cells if cell.start_s == -50] == [ALL, "car"]
    assert score(cells).absolute == pytest.approx(1 / 3)


def test_unobserved_is_no_error_and_an_unknown_truth_no_cell() -> None:
    key = ("a", "in", ALL, 100 * NS_PER_S)
    (unseen,) = (cell for cell in cells_of("c", GRID, [("a", "in")], ({key: 4}, {key: None}), None) if cell.start_s == 50)
    assert (unseen.true, unseen.counted, unseen.error, unseen.geh) == (4, None, None, None)
    assert len(cells_of("c", GRID, [("a", "in")], ({key: None}, {}), None)) == 2
    told = score([unseen])
    assert (told.cells, told.observed, told.absolute, told.exact) == (1, 0, None, None)


def cell(true: int, counted: int | None, *, whole: bool = True, road_user: str = ALL) -> Cell:
    apart = None if counted is None else geh(counted, true, 0.25)
    return Cell(
        clip="c", line="a", direction="in", road_user=road_user, start_s=0, judged_s=900, whole=whole, true=true, counted=counted,
        missed=None, extra=None, error=None if counted is None else counted - true, geh=apart,
    )  # fmt: skip


def test_the_geh_sheet_asks_for_more_than_85_percent_of_the_whole_cells() -> None:
    good, bad = cell(100, 100), cell(100, 200)
    assert geh_85([good] * 86 + [bad] * 14).passed is True
    assert geh_85([good] * 85 + [bad] * 15).passed is False
    assert geh_85([good] * 6 + [cell(4, None)]).passed is True
    assert geh_85([good] * 5 + [cell(4, None)]).passed is False  # nothing was observed, so nothing is good
    silent = geh_85([cell(100, 100, whole=False), cell(1, 9, road_user="car")])
    assert (silent.passed, silent.checks) == (None, ())
    assert "no whole cell" in silent.note


def test_the_vdot_sheet_asks_for_5_percent_of_each_flow() -> None:
    sheet = vdot({"a": (100, 95), "b": (40, 42), "c": (0, 3)}, LineScore(matched=90, missed=50, extra=47))
    assert sheet.passed is True
    assert [check.what for check in sheet.checks] == ["a", "b"]
    assert "69.3%" in sheet.note  # what the net error hides
    assert vdot({"a": (100, 94)}, None).passed is False
    assert vdot({"a": (100, None)}, None).passed is False
    few = vdot({"a": (20, 20)}, None)
    assert few.passed is True
    assert "one mistake is 5.0%" in few.note
    assert vdot({}, None).passed is None


def test_the_svz_sheet_judges_by_given_rates_alone() -> None:
    kinds = {"car": KindScore(true=100, right=94, counted=95, truly=94), "bus": KindScore(true=4, right=4, counted=4, truly=4)}
    unset = svz(kinds, {})
    assert unset.passed is None
    assert {check.passed for check in unset.checks} == {None}
    assert "No public source" in unset.source
    assert svz(kinds, {"car": 0.94}).passed is True
    assert svz(kinds, {"car": 0.95, "bus": 0.9}).passed is False
    assert svz(kinds, {"bicycle": 0.9}).passed is None  # none passed, none judged
