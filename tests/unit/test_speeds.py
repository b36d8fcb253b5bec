import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.ids import StreamId
from catseye.core.speeds import LEAST_MPS, SpeedCell, bin_kmh, percentile, speeds_of
from catseye.core.time import nanoseconds
from catseye.evaluate.speeds import CrossedAt, speed_rows

some_speeds = st.lists(st.floats(0, 60), min_size=1, max_size=40)


def cell(speeds: list[float], errors: list[float] | None = None) -> SpeedCell:
    by_kmh: dict[int, int] = {}
    for speed in speeds:
        by_kmh[bin_kmh(speed)] = by_kmh.get(bin_kmh(speed), 0) + 1
    return SpeedCell(
        stream=StreamId("s"),
        rule="line",
        direction="in",
        road_user="car",
        start_ns=0,
        end_ns=1,
        measured=len(speeds),
        sum_mps=sum(speeds),
        sum_squares=sum(speed**2 for speed in speeds),
        sum_inverse=sum(1 / max(speed, LEAST_MPS) for speed in speeds),
        with_error=len(errors or []),
        sum_error_mps=sum(errors or []),
        by_kmh=by_kmh,
    )


@given(some_speeds, some_speeds)
def test_two_cells_tell_what_one_of_all_would(first: list[float], second: list[float]) -> None:
    apart, together = speeds_of([cell(first), cell(second)]), speeds_of([cell(first + second)])
    assert apart.measured == together.measured
    for name in ("mean_mps", "space_mean_mps", "p85_mps"):
        assert getattr(apart, name) == pytest.approx(getattr(together, name))


@given(some_speeds)
def test_the_space_mean_is_at_most_the_mean_and_the_85th_percentile_is_in_its_bin(speeds: list[float]) -> None:
    told = speeds_of([cell(speeds)])
    assert told.mean_mps is not None
    assert told.space_mean_mps is not None
    assert told.p85_mps is not None
    assert told.space_mean_mps <= max(told.mean_mps, LEAST_MPS) + 1e-9 or told.mean_mps < LEAST_MPS
    below = sum(speed <= told.p85_mps + 1 / 3.6 for speed in speeds)
    assert below >= 0.85 * len(speeds) - 1e-9


def test_of_nothing_measured_nothing_is_told() -> None:
    none = speeds_of([])
    assert (none.measured, none.mean_mps, none.space_mean_mps, none.p85_mps, none.error_mps) == (0, None, None, None, None)


def test_errors_are_of_those_that_have_one() -> None:
    assert speeds_of([cell([10.0, 12.0, 14.0], [0.4, 0.6])]).error_mps == pytest.approx(0.5)


def test_a_percentile_runs_through_its_bin() -> None:
    assert percentile({50: 10}, 0.85) == pytest.approx(50.85)
    assert percentile({50: 50, 60: 50}, 0.5) == pytest.approx(51.0)


def at(at_s: float, x: float, speed: float | None, error: float | None = 0.5, rule: str = "line") -> CrossedAt:
    return CrossedAt(rule=rule, direction="in", at_ns=nanoseconds(at_s), point_unit=(x, 0.5), speed_mps=speed, error_mps=error)


def test_side_by_side_the_nearest_in_place_is_the_same_road_user() -> None:
    true = [at(1.0, 0.2, 10.0), at(1.1, 0.8, 30.0)]
    measured = [at(1.0, 0.8, 30.5), at(1.1, 0.2, 10.5)]
    row = speed_rows(true, measured)[-1]
    assert (row.matched, row.within) == (2, 1.0)
    assert row.bias == pytest.approx(0.5 * 3.6)


def test_rows_by_line_and_one_for_all() -> None:
    true = [at(1.0, 0.5, 10.0), at(5.0, 0.5, 20.0), at(9.0, 0.5, 5.0, rule="other"), at(50.0, 0.5, 9.0)]
    measured = [at(1.2, 0.5, 12.0), at(5.1, 0.5, None, None), at(9.0, 0.5, 5.0, None, rule="other"), at(70.0, 0.5, 9.0)]
    line, other, every = speed_rows(true, measured)
    assert (line.rule, line.matched, line.unmeasured) == ("line", 1, 1)
    assert line.median == pytest.approx(7.2)
    assert line.within == 0.0
    assert (other.matched, other.within) == (1, None)
    assert (every.rule, every.matched) == ("", 2)
    assert every.space_mean == pytest.approx((3.6 * 2 / (1 / 10 + 1 / 5), 3.6 * 2 / (1 / 12 + 1 / 5)))


def test_of_no_crossing_there_is_one_empty_row() -> None:
    assert [(row.rule, row.matched, row.median) for row in speed_rows([], [])] == [("", 0, None)]
