"""The whole product over one clip, as fast as the machine can: the same pipeline that watches a camera, with a stopwatch."""

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.events import LineCrossed
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.core.tracks import Tracks, TrackState
from catseye.core.truth import TrackBoxes, track_boxes
from catseye.pipeline.camera import CameraPipeline, PipelineParams, tracker_for
from catseye.pipeline.rate import FramePicker
from catseye.ports import Clock, Detector, FrameSource, Record

Row = tuple[int, int, tuple[float, float, float, float], int, float]


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds by the clock on the wall: decoding for each decoded frame, the others for each analysed one."""

    decode_ms: float
    detect_ms: float
    follow_ms: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClipRun:
    """What the product made of a clip.

    ``times_ns`` (F,) holds the instant of every decoded frame, ``analysed`` the numbers of those looked at. ``boxes`` are those of
    confirmed tracks that were seen in the frame.
    """

    boxes: TrackBoxes
    crossed: tuple[LineCrossed, ...]
    times_ns: npt.NDArray[np.int64]
    analysed: npt.NDArray[np.int64]
    cost: Cost


@dataclass(slots=True, kw_only=True)
class _Stopwatch:
    clock: Clock
    started_ns: int = 0

    def lap(self) -> int:
        """Nanoseconds since the last lap."""
        now = self.clock.monotonic_ns()
        passed, self.started_ns = now - self.started_ns, now
        return passed


def run_clip(
    source: FrameSource,
    detector: Detector,
    scene: Scene,
    *,
    clock: Clock,
    fps: float | None = None,
    params: PipelineParams | None = None,
) -> ClipRun:
    """Watch ``source`` to its end with ``scene``, analysing ``fps`` frames a second (None: every frame). Raises SourceError."""
    params = params or PipelineParams(input_size=detector.info.input_size, tracker=tracker_for(detector.info))
    watch = _Stopwatch(clock=clock)
    pipeline: CameraPipeline | None = None
    rows: list[Row] = []
    records: list[Record] = []
    times: list[int] = []
    analysed: list[int] = []
    spent = {"decode": 0, "detect": 0, "follow": 0}
    picker = None if fps is None else FramePicker(fps)
    watch.lap()
    for number, frame in enumerate(source.frames()):
        spent["decode"] += watch.lap()
        times.append(frame.at_ns)
        if picker is not None and not picker.is_due(frame.at_ns):
            continue
        if pipeline is None:
            pipeline = CameraPipeline(stream=StreamId("clip"), run=RunId("clip"), size=frame.size, scene=scene, params=params)
        request = pipeline.plan(frame)
        spent["follow"] += watch.lap()
        found = detector.detect([request])[0] if request is not None else None
        spent["detect"] += watch.lap()
        records += pipeline.advance(frame, found)
        rows += _rows(number, pipeline.tracks)
        analysed.append(number)
        spent["follow"] += watch.lap()
    if pipeline is not None:
        records += pipeline.close()
    each = max(len(analysed), 1) * 1e6
    return ClipRun(
        boxes=track_boxes(rows),
        crossed=tuple(record for record in records if isinstance(record, LineCrossed)),
        times_ns=np.array(times, np.int64),
        analysed=np.array(analysed, np.int64),
        cost=Cost(
            decode_ms=spent["decode"] / (max(len(times), 1) * 1e6),
            detect_ms=spent["detect"] / each,
            follow_ms=spent["follow"] / each,
        ),
    )


def _rows(frame: int, tracks: Tracks) -> list[Row]:
    return [
        (frame, int(tracks.number[n]), _xyxy(tracks.xyxy[n].tolist()), int(tracks.road_user[n]), float(tracks.confidence[n]))
        for n in np.flatnonzero(tracks.state == TrackState.CONFIRMED)
    ]


def _xyxy(box: list[float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return x1, y1, x2, y2
