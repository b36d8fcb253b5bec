import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.studio.plain import STEP_S, plain_truth, ways
from catseye.studio.poses import poses_at
from catseye.studio.truth import StudioTruth


def truth(rows: list[tuple[int, int, float, float, float]]) -> StudioTruth:
    """Rows of (step, number, x, y, yaw)."""
    rows = sorted(rows)
    times = np.arange(len(rows), dtype=np.float64)
    table = ways(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2:4] for row in rows], np.float64),
        yaw_rad=np.array([row[4] for row in rows], np.float64),
        speed_mps=times,
        walked_m=times,
    )
    return plain_truth(replace(table, trailer_yaw_rad=table.yaw_rad + 0.25), {}, 60.0)


@settings(deadline=None)
@given(st.floats(0, 4), st.floats(-20, 20), st.floats(-20, 20), st.floats(-math.pi, math.pi))
def test_straight_ways_stay_straight_between_steps(at_s: float, vx: float, vy: float, yaw: float) -> None:
    poses = poses_at(truth([(k, 1, vx * k * STEP_S, vy * k * STEP_S, yaw) for k in range(50)]), np.array([at_s]))
    assert poses.number.tolist() == [1]
    assert poses.xy_m[0] == pytest.approx([vx * at_s, vy * at_s], abs=1e-3)
    assert poses.yaw_rad[0] == pytest.approx(yaw)


@settings(deadline=None)
@given(st.integers(0, 30).flatmap(lambda k: st.tuples(st.just(k), st.floats(0, 1))), st.integers(0, 10), st.integers(12, 30))
def test_one_is_there_from_the_first_step_to_the_last(when: tuple[int, float], first: int, last: int) -> None:
    at_s = (when[0] + when[1]) * STEP_S
    rows = [(k, 7, float(k), 0.0, 0.0) for k in range(first, last + 1)]
    there = len(poses_at(truth(rows), np.array([at_s]))) == 1
    if abs(at_s / STEP_S - first) > 1e-4 and abs(at_s / STEP_S - last) > 1e-4:
        assert there == (first <= at_s / STEP_S <= last)


def test_at_a_step_the_pose_is_that_step_although_numbers_round() -> None:
    rows = [(k, 1, float(k), -float(k), 0.01 * k) for k in range(200)]
    at_s = np.arange(200) / 10.0
    poses = poses_at(truth(rows), at_s)
    assert poses.index.tolist() == list(range(200))
    assert np.allclose(poses.xy_m[:, 0], np.arange(200), atol=1e-6)


def test_yaw_turns_the_short_way_and_rows_come_in_order() -> None:
    rows = [(0, 2, 0.0, 0.0, 3.1), (1, 2, 1.0, 0.0, -3.1), (0, 1, 5.0, 5.0, 0.0), (1, 1, 5.0, 5.0, 0.0), (1, 3, 9.0, 9.0, 0.0)]
    poses = poses_at(truth(rows), np.array([0.05, 0.0, 0.1]))
    assert list(zip(poses.index.tolist(), poses.number.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (2, 3),
    ]
    assert abs(math.remainder(poses.yaw_rad[1] - math.pi, 2 * math.pi)) < 1e-9
    assert poses.trailer_yaw_rad[0] == pytest.approx(0.25)


def test_who_is_gone_for_a_step_is_not_drawn_across_the_gap() -> None:
    rows = [(0, 1, 0.0, 0.0, 0.0), (2, 1, 50.0, 0.0, 0.0)]
    assert len(poses_at(truth(rows), np.array([0.05, 0.15]))) == 0
    assert len(poses_at(truth([]), np.array([0.0]))) == 0
