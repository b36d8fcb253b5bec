"""Drives one stream: opens it, analyses its frames, keeps the records, and opens it again when it breaks."""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from catseye.config.scene_file import check_fits
from catseye.core.counts import Gap
from catseye.core.detection import Detections
from catseye.core.errors import ConfigError, SourceDeniedError, SourceError
from catseye.core.events import Coverage
from catseye.core.frame import Frame
from catseye.core.health import HealthNow, HealthRecord, StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.receipt import LightSeen, TruthSample
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S, seconds
from catseye.network.overseeing import CameraSays
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.ports import (
    Clock,
    Detector,
    DetectorBusyError,
    FaceFinder,
    FrameSource,
    Record,
    RunStarted,
    SignalFeed,
    SourceInfo,
    Store,
)
from catseye.privacy.redaction import Redactor
from catseye.runtime.analysed import Analysed, Sink, Volumes
from catseye.runtime.backoff import Backoff
from catseye.runtime.health import HealthKeeper
from catseye.runtime.keeping import Keeping
from catseye.runtime.lighting import LightBook
from catseye.runtime.reader import Reader
from catseye.runtime.signalling import Signalling
from catseye.runtime.steadying import Steadying
from catseye.runtime.vitals import Vitals
from catseye.traffic.book import engines_for

log = logging.getLogger(__name__)

_PURGE_EVERY_NS = 300 * NS_PER_S
_STORE_EVERY_NS = NS_PER_S  # of stream time: a commit waits for the disk, so a second's records share one
_QUIET_EVERY_NS = 5 * NS_PER_S  # the same where nobody came by: many quiet cameras share a disk
_QUIET = (Coverage, LightSeen)

OpenSource = Callable[[RunId], FrameSource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How a stream is watched. ``realtime`` drops frames rather than fall behind; ``loop`` begins a file again at its end.

    Without ``scene``, flows are learned and lines proposed. ``face_finder`` helps the redactor where one is installed.
    ``patient``: a source that cannot be opened at first is tried again as one that breaks later is, and a file plays as of now.
    ``truth_sample`` is what the intervals of the stream's cells rest on from now on; None leaves what the store has.
    ``signals`` tells what the scene's signals show; those with a region are read off the picture where it does not.
    """

    params: PipelineParams
    scene: Scene | None = None
    face_finder: FaceFinder | None = None
    analysed_fps: float = 10.0
    realtime: bool = True
    loop: bool = False
    patient: bool = False
    truth_sample: TruthSample | None = None
    signals: SignalFeed | None = None


class StreamWorker:
    """One stream from source to store and sinks. Lives in one thread; ``stop`` may be called from any."""

    def __init__(
        self,
        stream: StreamId,
        *,
        open_source: OpenSource,
        detector: Detector,
        store: Store,
        clock: Clock,
        watching: Watching,
    ) -> None:
        self.stream = stream
        self.scene = watching.scene
        self.gaps: list[Gap] = []
        self.runs = 0
        self.first_ns: int | None = None
        self.last_ns: int | None = None
        self.volumes = Volumes()
        self.sinks: list[Sink] = []
        self.on_scene: Callable[[Scene], None] = lambda _: None
        self.on_gap: Callable[[Gap], None] = lambda _: None
        self.on_kept: Callable[[Sequence[Record]], None] = lambda _: None
        self.on_health: Callable[[Sequence[HealthRecord]], None] = lambda _: None
        self.is_busy: Callable[[], bool] = lambda: False  # whether a look would have to wait
        self.info: SourceInfo | None = None
        self.vitals = Vitals(stream, clock, detector.info.name)
        self._health = HealthKeeper(stream, clock, self.vitals, self._tell_health)
        self._open_source, self._detector, self._store, self._clock = open_source, detector, store, clock
        self._watching = watching
        self._signalling = Signalling(watching.signals)
        self._steadying = Steadying(stream)
        self._live = False
        self._paced_fps = watching.analysed_fps
        self._reader: Reader | None = None
        self._backoff = Backoff()
        self._began_ns: int | None = None
        self._stop = threading.Event()
        self._last: Detections | None = None
        self._keeping = Keeping(store, self._acknowledged)
        self._stored_ns = 0
        self._purged_ns = 0

    def stop(self) -> None:
        """End the watch after the frame in hand."""
        self._stop.set()

    def pace(self, analysed_fps: float) -> None:
        """Analyse so many frames a second from now on; may be called from any thread.

        0 decodes key frames alone and analyses none: the stream's health is watched over, and nothing is counted or covered.
        """
        self._paced_fps = analysed_fps
        if (reader := self._reader) is not None:
            reader.pace(analysed_fps)

    @property
    def health(self) -> HealthNow:
        """The camera's state now, why and since when. ``on_health`` is called with what is to be kept of it, by another thread."""
        return self._health.now

    def stream_health(self) -> StreamHealth:
        """How the stream is, and the camera where it is watched over; may be called from any thread."""
        health = self.vitals.health()
        if not self._watching.realtime:
            return health
        now = self._health.now
        return msgspec.structs.replace(health, camera=now.state, camera_reason=now.reason)

    def remember_health(self, history: Path) -> None:
        """Keep what is usual of the camera in this file, and begin with what it holds. To be called before ``run``."""
        self._health.history = history

    def listen(self, says: Callable[[], CameraSays | None]) -> None:
        """Hear what the camera says of itself, from any thread. To be called before ``run``."""
        self._health.says = says

    def _tell_health(self, records: Sequence[HealthRecord]) -> None:
        self.on_health(records)

    def scene_now(self) -> Scene:
        """The scene in force; without lines while flows are learned."""
        return self.scene or Scene(timezone=self._watching.params.timezone)

    @property
    def scene_proposed(self) -> bool:
        """Whether the lines in force are Catseye's own proposal."""
        return self.scene is not None and self._watching.scene is None

    def run(self) -> None:
        """Watch until stopped, or to the end of a file.

        Raises SourceError where the first opening fails or a file breaks (not where ``patient``); a live stream that breaks or
        ends later is opened again, with growing waits. What was counted before is kept in every case.
        """
        if self._watching.realtime:
            self._health.begin()
        try:
            self._watch()
        finally:
            self._keeping.close()
            self._health.end()

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._began_ns, denied, broke = None, False, False
            trouble = "The stream ended."
            try:
                self._run_once()
            except SourceError as error:
                trouble, denied, broke = error.message, isinstance(error, SourceDeniedError), True
                if not self._watching.patient and (self.runs == 0 or not self._live):
                    self.vitals.enter(StreamState.FAILED, trouble)
                    raise
            if (self._live or broke) and not self._stop.is_set():
                wait_s = self._backoff.wait_s(self._good_s(), denied=denied)
                self.vitals.enter(StreamState.FAILED, trouble)
                log.warning("%s: %s Trying again in %.0f s.", self.stream, trouble, wait_s)
                self._stop.wait(wait_s)
            elif not self._watching.loop:
                break
        self.vitals.enter(StreamState.ENDED)

    def _good_s(self) -> float:
        """For how long the run that just ended gave pictures, in stream time."""
        return 0.0 if self._began_ns is None or self.last_ns is None else seconds(self.last_ns - self._began_ns)

    def _run_once(self) -> None:
        """One run of the source, or several where its picture changes size."""
        self.vitals.enter(StreamState.CONNECTING)
        run = self._new_run()
        source = self._open_source(run)
        self._live = source.info.live
        self.info = source.info
        reader = Reader(source, analysed_fps=self._paced_fps or 1.0, may_drop=self._watching.realtime or source.info.live)
        self._reader = reader
        if self._paced_fps == 0:
            reader.pace(0.0)
        self.vitals.opened(source, reader)
        pipeline: CameraPipeline | None = None
        try:
            for frame in reader.frames():
                if self._stop.is_set():
                    break
                if frame is None:
                    self._keeping.keep()
                    self.vitals.silent()
                    continue
                self._health.show(frame, self.scene_now().masks)
                if self._paced_fps == 0:
                    self.vitals.glimpsed(frame.size)
                    continue
                if pipeline is not None and frame.size != pipeline.fitted.size:
                    self._finish(pipeline)
                    pipeline, run = None, self._new_run()
                pipeline = pipeline or self._begin(run, frame, source)
                self._analyse(pipeline, replace(frame, run=run), live=source.info.live)
        finally:
            self._reader = None
            reader.close()
            self.vitals.closed()
            if pipeline is not None:
                self._finish(pipeline)

    @staticmethod
    def _new_run() -> RunId:
        return RunId(secrets.token_hex(8))

    def _begin(self, run: RunId, frame: Frame, source: FrameSource) -> CameraPipeline:
        scene = self.scene_now()
        check_fits(scene, frame.size)
        self._refuse_twice(frame, source)
        self.runs += 1
        self._began_ns = frame.at_ns if self._began_ns is None else self._began_ns
        self.vitals.run = run
        self._last = None
        info = self._detector.info
        started = RunStarted(
            stream=self.stream,
            run=run,
            source=source.info.name,
            started_ns=frame.at_ns,
            detector=info.name,
            detector_sha256=info.sha256,
        )
        for gap in self._store.begin(started, scene):
            self.gaps.append(gap)
            self.on_gap(gap)
        if self._watching.truth_sample is not None:
            self._store.certify(self.stream, self._watching.truth_sample)
        self._redactor = Redactor(scene.masks, self._watching.face_finder)
        self._lights = LightBook(self.stream, scene.masks)
        self._signalling.begin(scene, frame.size)
        self._steadying.begin(scene, frame.size)
        return CameraPipeline(
            stream=self.stream,
            run=run,
            size=frame.size,
            scene=self.scene,
            params=self._watching.params,
            engines=None if self._steadying.void else partial(engines_for, signals=self._signalling.states),
        )

    def _refuse_twice(self, frame: Frame, source: FrameSource) -> None:
        """The same minutes of a file must not be counted twice into one store."""
        is_now = source.info.live or self._watching.patient
        span = None if is_now else self._store.span(self.stream)
        if span is not None and frame.at_ns < span[1] and self.runs == 0:
            raise ConfigError(
                f"The store already holds counts of {self.stream} for the time this file begins at.",
                "Use --replace to count it anew, another --out, or --start to say when it was recorded.",
            )

    def _analyse(self, pipeline: CameraPipeline, frame: Frame, *, live: bool) -> None:
        self.first_ns = frame.at_ns if self.first_ns is None else self.first_ns
        self.last_ns = frame.at_ns
        self._signalling.take(frame)
        request = pipeline.plan(frame, busy=self.is_busy())
        if request is not None:
            try:
                self._last = self._detector.detect([request])[0]
            except DetectorBusyError:
                self.vitals.gave_up()
                return
            self._redactor.see(self._last)
        elif self._last is not None:
            self._last = replace(self._last, at_ns=frame.at_ns)  # nothing moved, so it still holds
        blinded = pipeline.blind(self._health.unusable_since_ns)
        records = (*blinded, *pipeline.advance(frame, None if request is None else self._last))
        records = (*records, *self._steadied(pipeline, frame))
        self._keep(pipeline, (*records, *self._lights.take(frame)))
        captured_ns = frame.at_ns if live else frame.arrived_ns
        if self._watching.realtime or live:
            self.vitals.frame(frame.size, seconds(self._clock.now_ns() - captured_ns))
        else:
            self.vitals.frame(frame.size, 0.0)
        shown = Analysed(frame, captured_ns, self._last, pipeline, records, self.volumes, self._redactor)
        for sink in self.sinks:
            sink.take(shown)
        self.vitals.withheld += shown.withheld

    def _steadied(self, pipeline: CameraPipeline, frame: Frame) -> tuple[Record, ...]:
        """What is to be kept of a camera that was moved, and of what was measured before."""
        told = self._steadying.take(frame)
        moved = self._steadying.moved
        return told if not told or moved is None else (*pipeline.stop_measuring(moved.at_ns), *told)

    def _keep(self, pipeline: CameraPipeline, records: Sequence[Record]) -> None:
        if self.scene is None and pipeline.learning_s is None:
            self.scene = pipeline.scene
            self._keeping.settle(wait=True)
            self._store.revise(self.stream, pipeline.scene)
            self.on_scene(pipeline.scene)
        waiting = self._keeping.waiting
        waiting += records
        self._keeping.settle()
        quiet = all(isinstance(record, _QUIET) for record in waiting)
        if waiting and pipeline.tracks.at_ns - self._stored_ns >= (_QUIET_EVERY_NS if quiet else _STORE_EVERY_NS):
            self._keeping.keep(wait=not self._watching.realtime)
            self._stored_ns = pipeline.tracks.at_ns
        now = self._clock.monotonic_ns()
        if now - self._purged_ns >= _PURGE_EVERY_NS:
            self._purged_ns = now
            self._keeping.settle(wait=True)
            self._store.purge(self._clock.now_ns())

    def _acknowledged(self, records: Sequence[Record]) -> None:
        """Records are safe in the store; only now are they shown as counted."""
        self.volumes.add(records)
        self.on_kept(records)

    def _finish(self, pipeline: CameraPipeline) -> None:
        self._keep(pipeline, (*pipeline.close(), *self._steadying.close(self.last_ns or 0), *self._lights.close()))
        self._keeping.keep(wait=True)
        self._stored_ns = 0
