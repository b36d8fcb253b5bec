"""Stored detections come back as they were, and replays of them are the same every time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.evaluate import stored
from catseye.evaluate.replay import replay
from catseye.evaluate.stored import Stored
from catseye.vision.tracker import TrackerParams


def two_walks(frames: int = 50) -> Stored:
    """A car and a pedestrian, 25 frames a second, and nobody in the last frame."""
    rng = np.random.default_rng(3)
    frame = np.repeat(np.arange(frames - 1), 2)
    x = np.where(np.arange(len(frame)) % 2 == 0, 50 + 3.0 * frame, 400 - 1.5 * frame)
    y = np.where(np.arange(len(frame)) % 2 == 0, 100.0, 250.0)
    xyxy = np.stack([x, y, x + 60, y + 40], axis=1) + rng.normal(0, 1, (len(frame), 4))
    return Stored(
        frames=frames,
        fps=25.0,
        size=(640, 360),
        frame=frame.astype(np.int64),
        xyxy=xyxy.astype(np.float32),
        confidence=rng.uniform(0.1, 0.9, len(frame)).astype(np.float32),
        road_user=np.where(np.arange(len(frame)) % 2 == 0, RoadUser.CAR, RoadUser.PEDESTRIAN).astype(np.int16),
    )


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    kept = two_walks()
    stored.write(tmp_path / "seen", kept, name="two walks")
    back = stored.read(tmp_path / "seen")
    assert (back.frames, back.fps, back.size) == (kept.frames, kept.fps, kept.size)
    for name in ("frame", "xyxy", "confidence", "road_user"):
        assert getattr(back, name).tobytes() == getattr(kept, name).tobytes()


def test_nothing_found_comes_back_too(tmp_path: Path) -> None:
    nothing = np.zeros(0, np.intp)
    kept = two_walks()
    kept = replace(
        kept,
        frame=kept.frame[nothing],
        xyxy=kept.xyxy[nothing],
        confidence=kept.confidence[nothing],
        road_user=kept.road_user[nothing],
    )
    stored.write(tmp_path, kept, name="nobody")
    back = stored.read(tmp_path)
    assert len(back) == 0
    assert [len(found) for _, found in back.looks()] == [0] * kept.frames


def test_fewer_looks_a_second_are_even() -> None:
    assert [frame for frame, _ in two_walks().looks(5.0)] == [0, *range(4, 50, 5)]  # a frame may be a little early
    assert [frame for frame, _ in two_walks().looks()] == list(range(50))


def test_a_replay_is_the_same_every_time() -> None:
    params = TrackerParams(sure=0.3, doubtful=0.2)
    first, again = (replay(two_walks(), params, fps=5.0, stopwatch_ns=lambda: 0) for _ in range(2))
    assert len(first.boxes) > 0
    for name in ("frame", "number", "xyxy", "road_user", "confidence"):
        assert getattr(first.boxes, name).tobytes() == getattr(again.boxes, name).tobytes()
    assert set(first.boxes.frame.tolist()) <= set(first.analysed.tolist())


def test_folders_without_detections_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no stored detections"):
        stored.read(tmp_path)
    stored.write(tmp_path, two_walks(), name="spoilt")
    pl.DataFrame({"frame": [1]}).write_parquet(tmp_path / "detections.parquet")
    with pytest.raises(ConfigError, match="no detections of ours"):
        stored.read(tmp_path)
