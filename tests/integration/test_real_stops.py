"""Who stands, on two London street cameras whose vehicles people marked as parked or stopped.

The clips have no ground points: the homography is by hand, from the horizon and the width of cars, and rough.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from catseye.core.detection import Detections, whole_frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.time import nanoseconds
from catseye.core.traffic import TrafficRecord
from catseye.core.truth import Truth
from catseye.evaluate.files import truth_for
from catseye.pipeline.blind import NoPicture, unseen_frame
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.rules.ground import ground_view
from catseye.traffic.engine import Moment
from catseye.traffic.signals import SignalStates
from catseye.traffic.situation import Watch

TRUTH = Path(__file__).parents[2].parent / "shared" / "data" / "truth" / "tfl-jamcam"
SIZE = (352, 288)
FOCAL_PX = 420.0
FPS, EVERY = 25.0, 3
Nine = tuple[float, float, float, float, float, float, float, float, float]


class Keeper:
    """An engine that keeps the moments."""

    def __init__(self) -> None:
        self.kept: list[Moment] = []

    def update(self, moment: Moment) -> list[TrafficRecord]:
        self.kept.append(moment)
        return []

    def close(self, at_ns: int) -> list[TrafficRecord]:
        return []


def homography(height_m: float, horizon_px: float) -> Nine:
    """From unit coordinates to metres, of a camera so high, with the horizon in so many pixels from the top."""
    width, height = SIZE
    pitch = np.arctan((height / 2 - horizon_px) / FOCAL_PX)
    s, c = np.sin(pitch), np.cos(pitch)
    px = np.array(
        [
            [height_m, 0, -height_m * width / 2],
            [0, -height_m * s, height_m * (FOCAL_PX * c + height / 2 * s)],
            [0, c, FOCAL_PX * s - height / 2 * c],
        ]
    ) @ np.diag([width, height, 1.0])
    a, b, d, e, f, g, h, i, j = (px / px[2, 2]).ravel().tolist()
    return a, b, d, e, f, g, h, i, j


def standing(truth: Truth, scene: Scene) -> Iterator[tuple[str, bool]]:
    """For each marked vehicle of each moment: what people said of it, and whether it is taken to stand."""
    fitted, keeper, boxes = scene.fit(SIZE), Keeper(), truth.boxes
    view = ground_view(fitted)
    assert view is not None
    pipeline = CameraPipeline(
        stream=StreamId("s"),
        run=RunId("r"),
        size=SIZE,
        scene=scene,
        params=PipelineParams(input_size=SIZE),
        engines=lambda *_: [keeper],
    )
    row_of: dict[tuple[int, int], int] = {}
    for frame in range(0, truth.frames, EVERY):
        rows, at_ns = np.flatnonzero(boxes.frame == frame), nanoseconds(frame / FPS)
        found = Detections(
            at_ns=at_ns,
            size=SIZE,
            searched=whole_frame(SIZE),
            xyxy=boxes.xyxy[rows].astype(np.float32),
            confidence=np.full(len(rows), 0.9, np.float32),
            road_user=boxes.road_user[rows].astype(np.int16),
        )
        pipeline.advance(unseen_frame(frame, at_ns, NoPicture(SIZE)), found)
        for number, box in zip(pipeline.tracks.number.tolist(), pipeline.tracks.xyxy, strict=True):
            off = np.abs(boxes.xyxy[rows] - box).sum(axis=1)
            if len(rows) and off.min() < 12:
                row_of[at_ns, number] = int(rows[off.argmin()])
    pipeline.close()
    watch = Watch(fitted=fitted, view=view, signals=SignalStates())
    for moment in keeper.kept:
        stood_s = watch.see(moment).stood_s
        for number, stood in zip(moment.seen.number.tolist(), stood_s.tolist(), strict=True):
            row = row_of.get((moment.seen.at_ns, number))
            if row is not None and moment.seen.at_ns >= nanoseconds(1.5):
                yield "parked" if truth.parked[row] else "stopped" if truth.stopped[row] else "moving", stood > 0


@pytest.mark.parametrize(("name", "height_m", "horizon_px"), [("03604", 9.8, 25.0), ("06514", 6.9, -15.0)])
def test_who_is_parked_or_stopped_stands_and_who_drives_does_not(name: str, height_m: float, horizon_px: float) -> None:
    marked = TRUTH / f"{name}.cvat.xml"
    if not marked.is_file():
        pytest.skip("needs the data folder beside the checkout")
    scene = Scene(drawn_for=SIZE, homography=homography(height_m, horizon_px), error_m=0.5)
    seen = Counter(standing(truth_for(marked), scene))
    stands = sum(seen[kind, True] for kind in ("parked", "stopped"))
    assert stands >= 0.95 * (stands + sum(seen[kind, False] for kind in ("parked", "stopped")))
    assert stands > 200
    assert seen["moving", True] <= 0.12 * (seen["moving", True] + seen["moving", False])
