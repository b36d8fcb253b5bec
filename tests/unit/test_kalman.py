"""The column filters against the textbook filter with whole matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.vision import kalman
from catseye.vision.kalman import KalmanBoxes, to_centre

F64 = kalman.F64


def detected(scale: float) -> tuple[float, float]:
    """The variance of a detected place and of a detected size."""
    return (kalman.JITTER * scale) ** 2 + kalman.JITTER_PX**2, (kalman.JITTER_SIZE * scale) ** 2 + kalman.JITTER_PX**2


def textbook(boxes: list[F64], dts: list[float], trusts: list[float]) -> tuple[F64, F64, F64]:
    """One box followed with a 6-state matrix filter: centre x, y, their speeds, width, height. Mean, covariance, sizes used."""
    first = to_centre(boxes[0][None])[0]
    scale = np.sqrt(max(first[2], 4) * max(first[3], 4))
    mean = np.array([first[0], first[1], 0.0, 0.0, first[2], first[3]])
    speed = (kalman.FIRST_SPEED * scale) ** 2
    place, size = detected(scale)
    cov = np.diag([place, place, speed, speed, size, size])
    seen = np.zeros((4, 6))
    seen[[0, 1, 2, 3], [0, 1, 4, 5]] = 1.0
    for box, dt, trust in zip(boxes[1:], dts, trusts, strict=True):
        scale = np.sqrt(max(mean[4], 4) * max(mean[5], 4))
        move = np.eye(6)
        move[0, 2] = move[1, 3] = dt
        noise = np.zeros((6, 6))
        power, walk = (kalman.ACCELERATION * scale) ** 2, (kalman.RESIZE * scale) ** 2
        for place, velocity in ((0, 2), (1, 3)):
            noise[place, place] = power * dt**3 / 3
            noise[place, velocity] = noise[velocity, place] = power * dt**2 / 2
            noise[velocity, velocity] = power * dt
        noise[4, 4] = noise[5, 5] = walk * dt
        mean, cov = move @ mean, move @ cov @ move.T + noise
        scale = np.sqrt(max(mean[4], 4) * max(mean[5], 4))
        place, size = detected(scale)
        measured = np.diag([place, place, size, size]) / trust**2
        gain = cov @ seen.T @ np.linalg.inv(seen @ cov @ seen.T + measured)
        mean = mean + gain @ (to_centre(box[None])[0] - seen @ mean)
        cov = (np.eye(6) - gain @ seen) @ cov
    return mean, cov, np.array([scale])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(100, 500), st.floats(100, 500), st.floats(20, 80), st.floats(20, 80), st.floats(0.02, 1), st.floats(0.5, 1)
        ),
        min_size=2,
        max_size=8,
    )
)
def test_it_is_the_textbook_filter(steps: list[tuple[float, ...]]) -> None:
    boxes = [np.array([x, y, x + w, y + h]) for x, y, w, h, _, _ in steps]
    filters = KalmanBoxes()
    filters.add(boxes[0][None])
    for box, step in zip(boxes[1:], steps[1:], strict=True):
        filters.predict(step[4])
        filters.update(np.array([0]), box[None], np.array([step[5]]))
    mean, cov, _ = textbook(boxes, [s[4] for s in steps[1:]], [s[5] for s in steps[1:]])
    assert filters.mean[0] == pytest.approx(mean[[0, 1, 4, 5]])
    assert filters.velocity[0] == pytest.approx(mean[[2, 3]], abs=1e-6)
    assert filters.var_pos[0] == pytest.approx(np.diag(cov)[:2])
    assert filters.cov[0] == pytest.approx(cov[[0, 1], [2, 3]])
    assert filters.var_vel[0] == pytest.approx(np.diag(cov)[2:4])
    assert filters.var_size[0] == pytest.approx(np.diag(cov)[4:])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 5), st.booleans(), st.floats(-50, 50)), max_size=40))
def test_covariances_stay_proper(steps: list[tuple[float, bool, float]]) -> None:
    filters = KalmanBoxes()
    filters.add(np.array([[0.0, 0, 40, 30], [100, 100, 101, 101]]))
    for dt_s, seen, shift in steps:
        filters.predict(dt_s)
        if seen:
            filters.update(np.array([0, 1]), filters.xyxy() + shift, np.array([1.0, 0.5]))
        assert (filters.var_pos > 0).all()
        assert (filters.var_pos * filters.var_vel >= filters.cov**2 * (1 - 1e-9)).all()
        assert (filters.mean[:, 2:] >= 1.0 - 1e-9).all()


@pytest.mark.parametrize("fps", [2.0, 10.0, 30.0])
def test_it_finds_the_speed_of_uniform_motion_at_any_rate(fps: float) -> None:
    filters = KalmanBoxes()
    start = np.array([[0.0, 0, 40, 30]])
    filters.add(start)
    for k in range(1, round(4 * fps)):
        filters.predict(1 / fps)
        filters.update(np.array([0]), start + [120 * k / fps, -45 * k / fps] * 2, np.ones(1))
    assert filters.velocity[0] == pytest.approx([120, -45], rel=0.02)


def test_rows_are_independent_and_kept_by_mask_or_index() -> None:
    filters = KalmanBoxes()
    filters.add(np.array([[0.0, 0, 10, 10], [50, 50, 80, 70], [200, 0, 260, 40]]))
    filters.predict(0.1)
    before = filters.xyxy()
    filters.update(np.array([1]), np.array([[52.0, 50, 82, 70]]), np.ones(1))
    assert (filters.xyxy()[[0, 2]] == before[[0, 2]]).all()
    filters.keep(np.array([False, True, True]))
    assert len(filters) == 2
    expected = filters.expected()
    assert (expected.variance[0] < expected.variance[1]).all()
    assert (expected[np.array([1])].mean == filters.mean[[1]]).all()
    filters.keep(np.array([1]))
    assert filters.xyxy() == pytest.approx(before[[2]])


def test_a_doubtful_detection_moves_a_track_less() -> None:
    places = []
    for trust in (1.0, 0.5):
        filters = KalmanBoxes()
        filters.add(np.array([[0.0, 0, 40, 40]]))
        filters.predict(0.02)
        filters.update(np.array([0]), np.array([[6.0, 0, 46, 40]]), np.array([trust]))
        places.append(filters.mean[0, 0])
    assert 20 < places[1] < places[0] < 26


def test_who_is_less_agile_is_expected_nearer_by() -> None:
    tracks = KalmanBoxes()
    tracks.add(np.array([(0, 0, 40, 40), (100, 0, 140, 40)]), np.array([1.0, 0.5]))
    tracks.predict(0.5)
    wide = np.sqrt(tracks.expected().variance[:, 0])
    assert wide[1] < 0.6 * wide[0]
    tracks.keep(np.array([False, True]))
    assert tracks.pace.tolist() == [[0.5]]
