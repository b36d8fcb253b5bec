"""The tracker alone, over stored detections: the same ones always give the same tracks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catseye.core.ids import RunId
from catseye.core.tracks import TrackState
from catseye.core.truth import TrackBoxes
from catseye.evaluate.stored import Stored
from catseye.vision.riders import merge_riders
from catseye.vision.tracker import Tracker, TrackerParams


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replayed:
    """``boxes`` are those of confirmed tracks that were seen in the frame; ``analysed`` int64 the frames that were looked at.

    ``tracking_s`` is what the tracker took altogether, in seconds of the stopwatch.
    """

    boxes: TrackBoxes
    analysed: npt.NDArray[np.int64]
    tracking_s: float


def replay(stored: Stored, params: TrackerParams, *, fps: float | None, stopwatch_ns: Callable[[], int]) -> Replayed:
    """Follow the road users of ``stored``, looking ``fps`` times a second (None: at every frame)."""
    tracker = Tracker(RunId("replay"), params)
    columns: list[tuple[npt.NDArray[np.generic], ...]] = []
    analysed: list[int] = []
    spent_ns = 0
    for frame, found in stored.looks(fps):
        merged = merge_riders(found)
        begun_ns = stopwatch_ns()
        tracks, _ = tracker.update(merged)
        spent_ns += stopwatch_ns() - begun_ns
        seen = tracks.state == TrackState.CONFIRMED
        known = (tracks.number, tracks.xyxy, tracks.road_user, tracks.confidence)
        columns.append((np.full(int(seen.sum()), frame), *(column[seen] for column in known)))
        analysed.append(frame)
    frames, number, xyxy, road_user, confidence = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return Replayed(
        boxes=TrackBoxes(
            frame=frames.astype(np.int64),
            number=number.astype(np.int64),
            xyxy=xyxy.astype(np.float64),
            road_user=road_user.astype(np.int16),
            confidence=confidence.astype(np.float64),
        ),
        analysed=np.array(analysed, np.int64),
        tracking_s=spent_ns / 1e9,
    )
