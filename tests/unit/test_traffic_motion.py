import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.geometry import F64
from catseye.traffic.motion import Motion, _both_ways, smooth

NOISE_M = 0.3
rates = st.sampled_from([1.0, 2.0, 5.0, 10.0, 25.0])
speeds = st.tuples(st.floats(-40, 40), st.floats(-40, 40))


def seen(xy: F64, noise_m: float = NOISE_M) -> tuple[F64, F64]:
    """Sightings of one road user and their covariance."""
    return xy[None], np.broadcast_to(noise_m**2 * np.eye(2), (1, len(xy), 2, 2)).copy()


def smoothed(at_s: F64, xy: F64, agility: float = 2.0) -> Motion:
    return smooth(at_s, *seen(xy), np.array([agility]))


@settings(deadline=None)
@given(rates, speeds, st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
def test_who_goes_at_a_constant_speed_has_that_speed_at_any_rate(
    fps: float, velocity: tuple[float, float], place: tuple[float, float]
) -> None:
    at_s = np.arange(max(4, int(4 * fps))) / fps
    motion = smoothed(at_s, np.array(place) + at_s[:, None] * np.array(velocity))
    assert np.allclose(motion.velocity_mps, velocity, atol=1e-3)
    assert np.allclose(motion.xy_m[0], np.array(place) + at_s[:, None] * np.array(velocity), atol=1e-3)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_run_backward_it_stands_at_the_same_places_and_goes_the_other_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    at_s = np.cumsum(rng.uniform(0.05, 0.5, 12))
    xy = np.cumsum(rng.normal(1.0, 1.0, (12, 2)), axis=0)
    xy[rng.random(12) < 0.3] = np.nan
    xy[[0, 11]] = 0.0, 10.0
    forward, backward = smoothed(at_s, xy), smoothed(-at_s[::-1], xy[::-1])
    assert np.allclose(forward.xy_m, backward.xy_m[:, ::-1], atol=1e-5)
    assert np.allclose(forward.velocity_mps, -backward.velocity_mps[:, ::-1], atol=1e-5)
    assert np.allclose(forward.velocity_m2, backward.velocity_m2[:, ::-1], atol=1e-5)


@settings(deadline=None)
@given(st.floats(0, 2 * np.pi), st.integers(0, 2**32 - 1))
def test_turning_the_street_turns_everything(angle: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    at_s = np.arange(20) / 5.0
    xy = at_s[:, None] * np.array([8.0, 1.0]) + rng.normal(0, NOISE_M, (20, 2))
    spread = np.broadcast_to(np.array([[0.5, 0.2], [0.2, 0.3]]), (1, 20, 2, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    straight = smooth(at_s, xy[None], spread, np.array([2.0]))
    turned = smooth(at_s, (xy @ turn.T)[None], turn @ spread @ turn.T, np.array([2.0]))
    assert np.allclose(turned.velocity_mps, straight.velocity_mps @ turn.T, atol=1e-5)
    assert np.allclose(turned.velocity_m2, turn @ straight.velocity_m2 @ turn.T, atol=1e-5)


def test_it_is_the_least_squares_solution_of_its_model() -> None:
    """Against the joint Gaussian of all instants, solved at once."""
    at_s, agility = np.array([0.0, 0.2, 0.5, 0.6, 1.0]), 1.5
    x = np.array([0.1, 0.8, 2.7, 2.9, 5.3])
    precision, right = np.zeros((10, 10)), np.zeros(10)
    for k, step in enumerate(np.diff(at_s)):
        push = agility * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]])
        leads = np.hstack([-np.array([[1, step], [0, 1]]), np.eye(2)])
        precision[2 * k : 2 * k + 4, 2 * k : 2 * k + 4] += leads.T @ np.linalg.inv(push) @ leads
    for k in (0, 1, 3, 4):  # the third was not seen
        precision[2 * k, 2 * k] += 1 / NOISE_M**2
        right[2 * k] += x[k] / NOISE_M**2
    want, variance = np.linalg.solve(precision, right), np.diag(np.linalg.inv(precision))
    weight = np.array([1, 1, 0, 1, 1]) / NOISE_M**2
    place, speed, place_m2, speed_m2 = _both_ways(at_s, x[:, None], weight[:, None], np.array([agility]), slice(None))
    assert np.allclose(np.column_stack([place, speed]).ravel(), want, atol=1e-5)
    assert np.allclose(np.column_stack([place_m2, speed_m2]).ravel(), variance, rtol=1e-5)


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0, 25.0])
def test_stated_errors_are_those_of_motions_that_the_model_describes(fps: float) -> None:
    rng, n, fine = np.random.default_rng(7), 200, 20
    at_s = np.arange(int(5 * fps)) / fps
    step = 1 / fps / fine
    velocity = 10.0 + np.cumsum(rng.normal(0, np.sqrt(2.0 * step), (n, len(at_s) * fine, 2)), axis=1)
    xy, velocity = np.cumsum(velocity * step, axis=1)[:, ::fine], velocity[:, ::fine]
    spread = np.broadcast_to(NOISE_M**2 * np.eye(2), (n, len(at_s), 2, 2))
    motion = smooth(at_s, xy + rng.normal(0, NOISE_M, xy.shape), spread, np.full(n, 2.0))
    stated = np.sqrt(motion.velocity_m2[..., [0, 1], [0, 1]])
    assert np.sqrt(np.mean(((motion.velocity_mps - velocity) / stated) ** 2)) == pytest.approx(1.0, abs=0.15)


def test_one_wild_sighting_moves_nobody() -> None:
    at_s = np.arange(20) / 5.0
    xy = at_s[:, None] * np.array([10.0, 0.0])
    wild = xy.copy()
    wild[10, 1] = 5.0
    assert np.abs(smoothed(at_s, wild).xy_m[0, 10, 1]) < 0.5
    assert np.abs(smoothed(at_s, wild).velocity_mps[0, :, 1]).max() < 0.5


def test_between_two_sightings_it_is_interpolated_and_less_sure() -> None:
    at_s = np.arange(21) / 5.0
    xy = at_s[:, None] * np.array([6.0, 2.0])
    xy[6:15] = np.nan
    motion = smoothed(at_s, xy)
    assert np.allclose(motion.xy_m[0], at_s[:, None] * np.array([6.0, 2.0]), atol=1e-3)
    assert motion.place_m2[0, 10, 0, 0] > 1.5 * motion.place_m2[0, 5, 0, 0]
