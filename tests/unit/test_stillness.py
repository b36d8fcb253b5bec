"""Seconds a road user has stood still."""

from dataclasses import replace

import numpy as np
import pytest

from catseye.core.tracks import Tracks, TrackState, no_tracks
from catseye.testing.passing import SIZE
from catseye.vision.stillness import Stillness


def tracks(at_s: float, places: dict[int, float]) -> Tracks:
    n = len(places)
    return replace(
        no_tracks(round(at_s * 1e9), SIZE),
        number=np.array(list(places), np.int64),
        xyxy=np.array([[x, 100, x + 60, 140] for x in places.values()], np.float32).reshape(-1, 4),
        velocity=np.zeros((n, 2), np.float32),
        state=np.full(n, TrackState.CONFIRMED, np.int8),
    )


def test_it_counts_from_the_last_move_and_jitter_is_no_move() -> None:
    stillness = Stillness()
    shake = np.random.default_rng(3).normal(0, 2, 200)
    for k in range(100):
        moving = stillness.update(tracks(k / 10, {7: 100.0 + 6 * k}))
    assert moving[0] < 0.5
    for k in range(100, 200):
        standing = stillness.update(tracks(k / 10, {7: 694.0 + shake[k]}))
    assert standing[0] == pytest.approx(10, abs=0.5)


def test_rows_follow_their_numbers_and_who_is_gone_is_forgotten() -> None:
    stillness = Stillness()
    stillness.update(tracks(0, {5: 0.0, 9: 300.0}))
    assert stillness.update(tracks(2, {9: 300.0, 5: 200.0})).tolist() == [2.0, 0.0]
    assert stillness.update(tracks(3, {5: 200.0})).tolist() == [1.0]
    assert stillness.update(tracks(4, {5: 200.0, 9: 300.0})).tolist() == [2.0, 0.0]
    assert stillness.update(tracks(5, {})).shape == (0,)
    assert all(len(kept) == 0 for kept in (stillness._number, stillness._centre, stillness._since_ns))
