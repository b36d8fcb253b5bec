"""The tracker against the exact solver alone, and all that follows detection against decoding."""

import tempfile
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.bench.clips import BUSY_ROAD_USERS, FPS, SECONDS, Clip, make_clip
from catseye.bench.report import Figure, ratio
from catseye.bench.stopwatch import cpu_s, interleaved
from catseye.bench.street import SCENE, Street
from catseye.bench.tools import Tools
from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.detection import Detections, whole_frame
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.ports import Record, RunStarted, Store
from catseye.vision.tracker import Tracker

ROAD_USERS = 100
FRAMES = 100
TRACKED_FPS = 10
MIDDLE_FPS = 5
_TIMES = 3
_STREAM, _RUN = StreamId("bench"), RunId("bench")


def measure_tracker(_tools: Tools, repeats: int) -> list[Figure]:
    """A hundred road users, jittering and now and then missed, followed for a hundred frames."""
    street = Street((1920, 1080), ROAD_USERS)
    everywhere = whole_frame(street.size)
    script = [street.found(k / TRACKED_FPS, k * NS_PER_S // TRACKED_FPS, everywhere) for k in range(FRAMES)]
    costs = _cost_matrices(script)

    def track() -> None:
        tracker = Tracker(_RUN)
        for found in script:
            tracker.update(found)

    def solve() -> None:
        for cost in costs:
            linear_sum_assignment(cost, maximize=True)

    limit, product = (1000 * seconds / FRAMES for seconds in interleaved([lambda: cpu_s(solve), lambda: cpu_s(track)], repeats))
    sizes = f"{np.mean([len(cost) for cost in costs]):.0f} x {np.mean([cost.shape[1] for cost in costs]):.0f}"
    return [
        ratio(
            "tracker",
            "tracker against the solver alone, 100 road users",
            product=product,
            limit=limit,
            target=5.0,
            measured_in="ms CPU a frame",
            note=f"cost matrices of {sizes}",
        ),
        Figure(part="tracker", what="tracker, 100 road users", value=product, unit="ms CPU a frame", target=1.0),
    ]


def _cost_matrices(script: list[Detections]) -> list[F64]:
    """What the solver is given for each frame after the first: how well the last boxes fit the next ones."""
    matrices = []
    for before, after in pairwise(script):
        score = boxes.iou(before.xyxy, after.xyxy)
        matrices.append(np.where(score >= 0.2, score, 0.0))
    return matrices


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """Frames of a clip at 5 a second, played thrice on end, and what is found in each."""

    tools: Tools
    size: tuple[int, int]
    steps: list[tuple[Frame, Detections]]

    def run(self) -> float:
        """CPU seconds to gate, track, judge and keep every frame; each append is acknowledged by the disk."""
        params = PipelineParams(input_size=(512, 512))
        pipeline = CameraPipeline(stream=_STREAM, run=_RUN, size=self.size, scene=SCENE, params=params)
        with tempfile.TemporaryDirectory(dir=self.tools.folder) as folder:
            store = self.tools.open_store(Path(folder) / "store.sqlite")
            begins_ns = self.steps[0][0].at_ns
            known = {"detector": "known street", "detector_sha256": "0" * 64}
            store.begin(RunStarted(stream=_STREAM, run=_RUN, source="bench", started_ns=begins_ns, **known), SCENE)
            try:
                return cpu_s(lambda: self._follow(pipeline, store))
            finally:
                store.close()

    def _follow(self, pipeline: CameraPipeline, store: Store) -> None:
        waiting: list[Record] = []
        for number, (frame, found) in enumerate(self.steps):
            request = pipeline.plan(frame)
            waiting += pipeline.advance(frame, None if request is None else found)
            if number % MIDDLE_FPS == 0:  # a second's records share one commit, as in a watch
                store.append(waiting)
                waiting = []
        store.append([*waiting, *pipeline.close()])


def measure_middle(tools: Tools, repeats: int) -> list[Figure]:
    """Gate, track, rules and store at 5 analysed frames a second and 20 road users, against decoding all 25."""
    clip = make_clip(tools, "360p")
    way = _Way(tools, clip.street.size, _steps(tools, clip))
    bare, middle = interleaved([lambda: cpu_s(lambda: tools.decode_bare(clip.path)), way.run], repeats)
    return [
        ratio(
            "middle",
            f"gate, track, rules, store at {MIDDLE_FPS} analysed fps, {BUSY_ROAD_USERS} road users",
            product=1000 * middle / (SECONDS * _TIMES),
            limit=1000 * bare / SECONDS,
            target=0.15,
            measured_in="ms CPU a second of 360p25",
            note=f"{1000 * middle / len(way.steps):.2f} ms an analysed frame",
        )
    ]


def _steps(tools: Tools, clip: Clip) -> list[tuple[Frame, Detections]]:
    source = tools.open_source(clip.path)
    frames = [frame for frame in source.frames() if frame.seq % (FPS // MIDDLE_FPS) == 0]
    source.close()
    steps = []
    for turn in range(_TIMES):
        for frame in frames:
            later = replace(frame, at_ns=frame.at_ns + turn * SECONDS * NS_PER_S)
            at_s = turn * SECONDS + frame.seq / FPS
            steps.append((later, clip.street.found(at_s, later.at_ns, whole_frame(clip.street.size))))
    return steps
