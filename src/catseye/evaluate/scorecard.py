"""All that is said of one clip."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.events import LineCrossed
from catseye.core.scene import Scene
from catseye.core.truth import TrackBoxes, Truth
from catseye.evaluate import counts, detection, tracks
from catseye.evaluate.clip import ClipRun, Cost
from catseye.evaluate.counts import CountScore
from catseye.evaluate.crossings import crossings
from catseye.evaluate.detection import DetectionScore
from catseye.evaluate.matching import pairing_of
from catseye.evaluate.overlaps import hold
from catseye.evaluate.tracks import TrackScore


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for of a clip; None what was not."""

    detection: DetectionScore | None = None
    tracks: TrackScore | None = None
    counts: CountScore | None = None
    cost: Cost | None = None
    frames: int = 0
    frames_judged: int = 0


def judge_tracks(truth: Truth, result: TrackBoxes, frames: npt.NDArray[np.int64] | None = None) -> Scorecard:
    """Detection and tracking over ``frames`` (all that were marked, unless given)."""
    held = hold(truth, result, frames=frames)
    judged = truth.frames if frames is None else int((frames < truth.frames).sum())
    return Scorecard(
        detection=detection.score(truth, result, pairing_of(held)),
        tracks=tracks.score(held),
        frames=truth.frames,
        frames_judged=judged,
    )


def judge_counts(
    truth: Truth,
    counted: Sequence[LineCrossed],
    scene: Scene,
    size: tuple[int, int],
    times_ns: npt.NDArray[np.int64],
) -> Scorecard:
    """Counting over the lines of ``scene``, drawn over a picture of ``size`` (width, height)."""
    true = crossings(truth, scene, size)
    return Scorecard(counts=counts.score(truth, true, counted, times_ns), frames=truth.frames, frames_judged=truth.frames)


def judge_run(truth: Truth, run: ClipRun, scene: Scene, size: tuple[int, int]) -> Scorecard:
    """Everything, of one run of the product."""
    followed = judge_tracks(truth, run.boxes, run.analysed)
    counted = judge_counts(truth, run.crossed, scene, size, run.times_ns)
    return msgspec.structs.replace(followed, counts=counted.counts, cost=run.cost)
