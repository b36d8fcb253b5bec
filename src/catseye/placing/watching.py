"""Watches a street for a while with the product's own pipeline, and says what is seen at each count line.

Beside the lines of the scene it watches the same ones moved along the way, so that it can say where a better place is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec
import numpy as np

from catseye.core.detection import Detections
from catseye.core.errors import ConfigError, RedactionError
from catseye.core.frame import Frame
from catseye.core.geometry import XY
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Scene
from catseye.core.time import nanoseconds
from catseye.core.tracks import Tracks
from catseye.pipeline.blind import NoPicture, unseen_frame
from catseye.pipeline.camera import CameraPipeline, PipelineParams, tracker_at, tracker_for
from catseye.pipeline.rate import FramePicker
from catseye.placing.judging import LineReport, better, report
from catseye.placing.observer import LineSeen, Observer
from catseye.placing.shifting import shifted
from catseye.ports import Detector, FaceFinder, Record
from catseye.privacy.redaction import RedactedPicture, Redactor

_STREAM, _RUN = StreamId("placing"), RunId("placing")
_STILL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """What was seen in ``watched_s`` of a street at each line of a scene, in its order.

    ``ends_px`` of each line are the places at it where tracks began or ended. ``still`` is a redacted picture, where one was
    asked for and could be made.
    """

    size: tuple[int, int]
    watched_s: float
    lines: tuple[LineReport, ...]
    ends_px: tuple[tuple[XY, ...], ...]
    still: RedactedPicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How a clip is watched: ``fps`` looks a second for ``seconds`` (None: to its end); ``still``: keep a redacted picture."""

    fps: float = 10.0
    seconds: float | None = None
    still: bool = False


class _Lines:
    """The lines of a scene and, behind them, those that could stand for each; all are counted over."""

    def __init__(self, scene: Scene, size: tuple[int, int]) -> None:
        fitted = scene.fit(size)
        lines: list[CountLine] = list(scene.lines)
        self._names = [line.name for line in scene.lines]
        self.others: list[range] = []
        for line in scene.lines:
            first = len(lines)
            lines += shifted(line, fitted)
            self.others.append(range(first, len(lines)))
        self.all = tuple(msgspec.structs.replace(line, name=str(k)) for k, line in enumerate(lines))
        self.scene = msgspec.structs.replace(scene, lines=self.all, zones=(), movements=())
        self.fitted = self.scene.fit(size)

    def reports(self, seen: list[LineSeen]) -> tuple[LineReport, ...]:
        """What was seen at each line of the scene, with a better place where it has a fault and one was found."""
        told = [report(one, float(np.hypot(*np.subtract(*self.fitted.line_px(one.line))))) for one in seen]
        return tuple(
            msgspec.structs.replace(told[k], line=name, better=better(k, others, seen, told) if told[k].faults else None)
            for k, (name, others) in enumerate(zip(self._names, self.others, strict=True))
        )


def watch(
    frames: Iterable[Frame],
    detector: Detector,
    scene: Scene,
    stretch: Stretch,
    *,
    face_finder: FaceFinder | None = None,
    done: Callable[[float], None] = lambda _: None,
) -> Observation:
    """Watch ``frames`` for a while; ``done`` hears of the seconds behind. Raises ConfigError for no frame, SourceError."""
    params = PipelineParams(input_size=detector.info.input_size, tracker=tracker_for(detector.info))
    picker = FramePicker(stretch.fps)
    redactor = Redactor(scene.masks, face_finder)
    still: RedactedPicture | None = None
    begun_ns, still_ns = 0, -nanoseconds(_STILL_EVERY_S)
    pipeline: CameraPipeline | None = None
    for frame in frames:
        if not picker.is_due(frame.at_ns):
            continue
        if pipeline is None:
            lines, begun_ns = _Lines(scene, frame.size), frame.at_ns
            pipeline = CameraPipeline(stream=_STREAM, run=_RUN, size=frame.size, scene=lines.scene, params=params)
            observer = Observer(lines.fitted, lines.all)
        behind_ns = frame.at_ns - begun_ns
        if frame.size != lines.fitted.size or (stretch.seconds is not None and behind_ns > nanoseconds(stretch.seconds)):
            break
        request = pipeline.plan(frame)
        found = None if request is None else detector.detect([request])[0]
        observer.see(*_advanced(pipeline, frame, found))
        if stretch.still:
            if found is not None:
                redactor.see(found)
            if behind_ns - still_ns >= nanoseconds(_STILL_EVERY_S):
                still_ns = behind_ns
                still = _still(redactor, frame, found, pipeline) or still
        done(behind_ns / 1e9)
    if pipeline is None:
        raise ConfigError("The clip holds no frame.", "Give a clip that plays.")
    return _observation(lines, observer, still)


def watch_detections(
    looks: Iterable[tuple[int, Detections]],
    scene: Scene,
    size: tuple[int, int],
    *,
    threshold: float,
    seconds: float | None = None,
    done: Callable[[float], None] = lambda _: None,
) -> Observation:
    """The same from detections alone, frame by frame; ``threshold`` is the detector's own. No picture is looked at."""
    lines = _Lines(scene, size)
    params = PipelineParams(tracker=tracker_at(threshold))
    pipeline, picture = CameraPipeline(stream=_STREAM, run=_RUN, size=size, scene=lines.scene, params=params), NoPicture(size)
    observer = Observer(lines.fitted, lines.all)
    begun_ns: int | None = None
    for seq, found in looks:
        begun_ns = found.at_ns if begun_ns is None else begun_ns
        if seconds is not None and found.at_ns - begun_ns > nanoseconds(seconds):
            break
        observer.see(*_advanced(pipeline, unseen_frame(seq, found.at_ns, picture), found))
        done((found.at_ns - begun_ns) / 1e9)
    return _observation(lines, observer, None)


def _advanced(pipeline: CameraPipeline, frame: Frame, found: Detections | None) -> tuple[Tracks, tuple[Record, ...]]:
    records = pipeline.advance(frame, found)
    return pipeline.tracks, records


def _observation(lines: _Lines, observer: Observer, still: RedactedPicture | None) -> Observation:
    seen = observer.close()
    return Observation(
        size=lines.fitted.size,
        watched_s=round(observer.watched_s, 3),
        lines=lines.reports(seen),
        ends_px=tuple(tuple(one.ends_px) for one in seen[: len(lines.others)]),
        still=still,
    )


def _still(redactor: Redactor, frame: Frame, found: Detections | None, pipeline: CameraPipeline) -> RedactedPicture | None:
    try:
        return redactor.redact(frame.picture, found, pipeline.tracks, pipeline.moving)
    except RedactionError:
        return None  # an earlier or a later one will do
