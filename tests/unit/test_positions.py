"""Only who was seen in a frame has a position in it."""

from dataclasses import replace

import numpy as np
import pytest

from catseye.core.ids import RunId
from catseye.core.tracks import TrackState
from catseye.rules.positions import TRUST, positions
from catseye.testing.passing import box, detections
from catseye.vision.tracker import Tracker


def tracker_of(seconds: float) -> Tracker:
    tracker = Tracker(RunId("run"))
    for k in range(round(seconds * 10) + 1):
        tracker.update(detections(k / 10, [box(100 + 3 * k, 200), box(500, 300, size=(30, 80))]))
    return tracker


def test_a_position_is_where_a_road_user_meets_the_ground_and_how_far_it_is_trusted() -> None:
    tracks, _ = tracker_of(2.0).update(detections(2.1, [box(163, 200), box(500, 300, size=(30, 80))]))
    seen = positions(tracks)
    assert len(seen) == 2
    assert (np.diff(seen.number) > 0).all()
    row = int(np.argmax(seen.point[:, 0]))
    assert seen.point[row] == pytest.approx([500, 300], abs=1)
    assert seen.reach[row] == pytest.approx(TRUST * np.sqrt(30 * 80), rel=0.05)


def test_the_tentative_the_coasting_and_the_unsearched_have_none() -> None:
    assert len(positions(Tracker(RunId("run")).update(detections(0, [box(100, 200)]))[0])) == 0
    tracks, _ = tracker_of(2.0).update(detections(2.1, [box(163, 200)]))
    assert TrackState.COASTING in tracks.state
    assert len(positions(tracks)) == 1
    searched = np.array([[0, 0, 320, 360]], np.float32)
    tracks, _ = tracker_of(2.0).update(replace(detections(2.1, [box(163, 200)]), searched=searched))
    assert tracks.state.tolist() == [TrackState.CONFIRMED] * 2
    assert len(positions(tracks)) == 1
