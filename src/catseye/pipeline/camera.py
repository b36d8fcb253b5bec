"""One camera's way from frame to records: plan what to look at, then take in what was found.

It owns no thread, clock, socket or model. Whoever drives it asks ``plan`` with each decoded frame, has the request answered by any
detector, and hands the answer to ``advance``; the records that come back are what happened. The same frames and answers always give
the same records.
"""

from dataclasses import dataclass, field, replace
from functools import partial
from zlib import crc32

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace as replaced

from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.events import Event
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import FittedScene, Scene
from catseye.core.time import NS_PER_S, seconds
from catseye.core.tracks import Tracks, Trajectory, no_tracks
from catseye.pipeline.coverage import CoverageBook
from catseye.pipeline.paths import PathBook, Sightings
from catseye.pipeline.rulebook import Rulebook
from catseye.ports import DetectorInfo, Record
from catseye.privacy.masks import MaskedPicture, MaskLayer, outside_masks
from catseye.rules.early import EarlySightings
from catseye.rules.flows import propose_scene
from catseye.rules.footprint import Footprints
from catseye.rules.ground import ground_view
from catseye.rules.positions import Positions, sighted
from catseye.rules.succession import Succession
from catseye.traffic.book import EnginesFor, TrafficBook, book_of, engines_for
from catseye.vision.motion import Motion, MotionGate, MotionParams
from catseye.vision.regions import cut_by_window, plan_regions
from catseye.vision.riders import merge_riders
from catseye.vision.stillness import Stillness
from catseye.vision.tracker import Ended, Tracker, TrackerParams

_ENOUGH_NAMES = 3.0  # summed confidence after which a track's kind needs no more naming
_DOUBTFUL = 0.4  # of the threshold: who is followed already is believed to be where little is seen of it
_NAME_EVERY_NS = 3 * NS_PER_S // 10
_LOOKS = 2  # at all of the picture that find nobody, before a street where nothing moves is taken to be empty
_PUT_OFF = 2.0  # times as late as it is due a look at what stands still may be, where the detector is busy


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineParams:
    """``input_size`` is the detector's (width, height).

    While nothing moves the detector is asked all the same every ``refresh_s``, for what stands still, and about every ``empty_s``
    where nobody was found twice and nothing has moved since. Without a scene, flows are learned for ``learn_s`` before count lines
    are proposed.
    """

    input_size: tuple[int, int] = (512, 512)
    refresh_s: float = 4.0
    empty_s: float = 20.0
    learn_s: float = 30.0
    timezone: str = "UTC"
    motion: MotionParams = field(default_factory=MotionParams)
    tracker: TrackerParams = field(default_factory=TrackerParams)


def tracker_for(detector: DetectorInfo) -> TrackerParams:
    """How to track what this detector finds: its own threshold decides what begins a track."""
    return tracker_at(detector.threshold)


def tracker_at(threshold: float) -> TrackerParams:
    """How to track where confidence from ``threshold`` up begins a track."""
    return TrackerParams(sure=threshold, doubtful=_DOUBTFUL * threshold)


class CameraPipeline:
    """One run of one stream. Every frame must have the same size; a change of size is another run.

    Without ``scene`` it learns flows, proposes count lines across them, and counts over those from its first frame on. Without
    ``engines`` nothing is measured on the ground.
    """

    def __init__(
        self,
        *,
        stream: StreamId,
        run: RunId,
        size: tuple[int, int],
        scene: Scene | None,
        params: PipelineParams,
        engines: EnginesFor | None = engines_for,
    ) -> None:
        self._stream, self._run, self._size, self._params, self._engines = stream, run, size, params, engines
        self._gate = MotionGate(params.motion)
        self._tracker = Tracker(run, params.tracker)
        self._stillness = Stillness()
        self._paths = PathBook(stream, run)
        self._early = EarlySightings()
        self._succession = Succession()
        self._coverage = CoverageBook(stream, run)
        self._sightings: Sightings | None = None
        self._told: list[Positions] = []  # since the traffic book was last told
        self._started_ns: int | None = None
        self._analysed_ns: int | None = None
        self._looked_ns = self._named_ns = -NS_PER_S * 3600
        self._motion: Motion | None = None
        self._traffic: TrafficBook | None
        # cameras that began together do not all look again at once
        self._empty_s = params.empty_s * (0.75 + 0.5 * crc32(run.encode()) / 2**32)
        self._asked = False
        self._unsure = _LOOKS
        self._blind = False
        self.frames_analysed = 0
        self.tracks: Tracks = no_tracks(0, size)
        self.still_s: npt.NDArray[np.float64] = np.zeros(0)
        self._adopt(scene or Scene(timezone=params.timezone, drawn_for=size))
        if scene is None:
            self._sightings = Sightings()

    @property
    def scene(self) -> Scene:
        """The scene in force; without lines while flows are learned."""
        return self._fitted.scene

    @property
    def fitted(self) -> FittedScene:
        """The scene in pixels."""
        return self._fitted

    @property
    def learning_s(self) -> float | None:
        """How long flows will still be learned at least; None when a scene is in force."""
        if self._sightings is None:
            return None
        passed_s = 0.0 if self._started_ns is None or self._analysed_ns is None else seconds(self._analysed_ns - self._started_ns)
        return max(0.0, self._params.learn_s - passed_s)

    @property
    def present(self) -> dict[str, int]:
        """How many road users are in each zone now."""
        return self._rules.present

    @property
    def moving(self) -> F32:
        """The regions (R, 4) px in which the last analysed frame moved."""
        return self._motion.regions if self._motion is not None else whole_frame(self._size)

    def plan(self, frame: Frame, *, busy: bool = False) -> DetectRequest | None:
        """What the detector should look at; None if nothing moves, so that everything stands where it stood.

        Where the detector is ``busy``, a look at what stands still is put off for a while. None also for a frame that is not later
        than the last one analysed. Raises ValueError for a frame of another size than the run's.
        """
        if frame.size != self._size:
            raise ValueError(f"frame of {frame.size} in a run of {self._size}")
        self._asked = False
        if self._is_stale(frame):
            return None
        if self.scene.masks:
            frame = replace(frame, picture=MaskedPicture(frame.picture, self._masks))
        self._motion = self._gate.look(frame.picture.luma(), frame.at_ns)
        active = np.concatenate([self._motion.regions, self.tracks.xyxy[self._restless()]])
        self._unsure = _LOOKS if len(active) else self._unsure
        overdue = self._is_overdue(frame.at_ns, may_wait=busy and not len(active))
        self._asked = overdue or len(active) > 0
        if not self._asked:
            return None
        regions = whole_frame(frame.size) if overdue else plan_regions(active, frame.size, self._params.input_size)
        return DetectRequest(frame=frame, regions=regions, name=self._stirs() and self._wants_names(frame.at_ns))

    def advance(self, frame: Frame, found: Detections | None) -> tuple[Record, ...]:
        """Take in a planned frame and its answer; returns what is now known to have happened, in order.

        ``None`` where ``plan`` asked for nothing means that nothing moved. ``None`` for an unanswered request means that the frame
        was not watched: it is as if it had never come. So is a frame that is not later than the last one. After a gap too long to
        be covered every track ends, for nobody knows what went on meanwhile.
        """
        if self._is_stale(frame) or (found is None and self._asked):
            return ()
        self._started_ns = frame.at_ns if self._started_ns is None else self._started_ns
        self._analysed_ns = frame.at_ns
        self.frames_analysed += 1
        if self._blind:
            self._look_on(frame, found)
            return ()
        ended = [] if self._coverage.watched(frame.at_ns) else self._tracker.close("lost")
        records = self._take_in(frame, found, ended)
        records += self._measured(records)
        return (*self._coverage_due(at_least_ns=0 if records else NS_PER_S), *records)

    def blind(self, since_ns: int | None) -> tuple[Record, ...]:
        """Count nothing of what is seen from ``since_ns`` on, for the camera cannot be relied on; None: it can again.

        Tracks go on for those who hide people in pictures, but nothing is told of them, and no time is covered. Coverage that was
        not handed out yet is given up from ``since_ns`` on. Returns what is known of before.
        """
        if (since_ns is not None) is self._blind:
            return ()
        self._blind = since_ns is not None
        ended, self.tracks = self._tracker.close("lost"), no_tracks(self._analysed_ns or 0, self._size)
        if since_ns is None:
            return ()
        self._coverage.forget_after(since_ns)
        return tuple(self._conclude(ended, self._analysed_ns or 0))

    def close(self) -> tuple[Record, ...]:
        """End the run: every track ends, flows still being learned are proposed, all coverage is handed out."""
        at_ns = self._analysed_ns or 0
        learned = self._propose() if self._sightings is not None else []
        lasting = self._tracker.close()
        ended = self._conclude([] if self._blind else lasting, at_ns)
        ended += self._rules.forget(self._succession.given_up(None), at_ns)
        if self._traffic is not None and self.frames_analysed:
            ended += self._traffic.close(self._take_told(), _events(ended))
        self.tracks = no_tracks(at_ns, self._size)
        return (*self._coverage_due(at_least_ns=0), *learned, *ended)

    def stop_measuring(self, at_ns: int) -> tuple[Record, ...]:
        """From ``at_ns`` on nothing is measured on the ground: its calibration is void. Returns what is known of before."""
        if self._traffic is None:
            return ()
        records = self._traffic.stop(at_ns)
        self._traffic = None
        return tuple(records)

    def _is_overdue(self, at_ns: int, *, may_wait: bool) -> bool:
        """Whether all of the picture is to be looked at again."""
        due_s = self._params.refresh_s if self._stirs() else self._empty_s
        return at_ns - self._looked_ns >= due_s * (_PUT_OFF if may_wait else 1.0) * NS_PER_S

    def _stirs(self) -> bool:
        """Whether anybody is there, or may be: something moved, and the looks since do not suffice to say that nobody is."""
        return self._unsure > 0 or len(self.tracks) > 0

    def _is_stale(self, frame: Frame) -> bool:
        return self._analysed_ns is not None and frame.at_ns <= self._analysed_ns

    def _take_in(self, frame: Frame, found: Detections | None, ended: list[Ended]) -> list[Record]:
        records: list[Record] = []
        if found is None:
            self.tracks = self._tracker.hold(frame.at_ns, self._size)
        else:
            if self._was_everywhere(found):
                self._looked_ns, self._unsure = frame.at_ns, max(0, self._unsure - 1)
            self.tracks, lost = self._tracker.update(self._admitted(found))
            ended = [*ended, *lost]
            seen, tentative = sighted(self.tracks, self._footprints)
            records += self._tell(self._early.told(seen, tentative, self.tracks.number[self.tracks.proven]), frame.at_ns)
        self.still_s = self._stillness.update(self.tracks)
        records += self._conclude(ended, frame.at_ns)
        return [*records, *self._rules.forget(self._succession.given_up(frame.at_ns), frame.at_ns)]

    def _look_on(self, frame: Frame, found: Detections | None) -> None:
        """See what is there, and tell nothing of it."""
        if found is None:
            self.tracks = self._tracker.hold(frame.at_ns, self._size)
        else:
            if self._was_everywhere(found):
                self._looked_ns, self._unsure = frame.at_ns, max(0, self._unsure - 1)
            self.tracks, _ = self._tracker.update(self._admitted(found))
        self.still_s = self._stillness.update(self.tracks)

    def _was_everywhere(self, found: Detections) -> bool:
        return bool(found.searched.tolist() == [[0, 0, *self._size]])

    def _adopt(self, scene: Scene) -> None:
        self._fitted = scene.fit(self._size)
        self._masks = MaskLayer(scene.masks)
        view = ground_view(self._fitted)
        self._footprints = None if view is None else Footprints(view, self._size)
        self._traffic = None if self._engines is None else book_of(self._fitted, self._stream, self._run, self._engines)
        self._rules = Rulebook(self._fitted, stream=self._stream, run=self._run)

    def _restless(self) -> npt.NDArray[np.bool_]:
        """The tracks (N,) that have to be looked for although nothing may move around them: those that moved a moment ago."""
        return self.still_s < 1.0

    def _wants_names(self, at_ns: int) -> bool:
        due = at_ns - self._named_ns >= _NAME_EVERY_NS
        if due and (len(self.tracks) == 0 or (self._tracker.votes.named() < _ENOUGH_NAMES).any()):
            self._named_ns = at_ns
            return True
        return False

    def _admitted(self, found: Detections) -> Detections:
        """Without what stands in a mask and what the edge of a window cut; a rider and a machine made one."""
        if self.scene.masks:
            found = found[outside_masks(found.xyxy, self._fitted)]
        if not self._was_everywhere(found):
            found = found[~cut_by_window(found.xyxy, found.searched, self._size)]
        return merge_riders(found, self.tracks)

    def _tell(self, sightings: list[Positions], now_ns: int) -> list[Record]:
        """What sightings settle, those of now and those held back until now."""
        for seen in sightings:
            self._paths.update(seen, self._size)
        if self._sightings is None:
            renamed = self._succession.renamed(sightings)
            self._told += renamed if self._traffic is not None else []
            events = [event for seen in renamed for event in self._rules.update(seen.sure_ones())]
            return [replaced(event, seen_at_ns=now_ns) for event in events]
        return self._learn(sightings)

    def _measured(self, records: list[Record]) -> list[Record]:
        """What is measured on the ground of a calibrated scene, with this frame and what happened by it."""
        if self._traffic is None or self._footprints is None:
            return []
        alive = self.tracks.number
        told_as = np.array(self._succession.told_as(alive.tolist()), np.int64)
        sizes_m = partial(self._footprints.sizes_m, alive)
        return list(self._traffic.update(self.tracks.at_ns, self._take_told(), _events(records), told_as, sizes_m))

    def _take_told(self) -> list[Positions]:
        told, self._told = self._told, []
        return told

    def _learn(self, sightings: list[Positions]) -> list[Record]:
        """Keep sightings of a street without a scene; what they settle once there is one."""
        assert self._sightings is not None
        for seen in sightings:
            self._sightings.add(seen.sure_ones())
        return self._propose() if self.learning_s == 0.0 and self.frames_analysed % 10 == 0 else []

    def _propose(self) -> list[Record]:
        """Lay lines across the flows seen so far and count all that was seen so far over them."""
        assert self._sightings is not None
        scene = propose_scene(self._sightings.paths(), self._size, timezone=self._params.timezone)
        if scene is None:
            return []
        self._adopt(scene)
        self._coverage.forget_before(self._sightings.starts_ns() or 0)
        records: list[Record] = [event for seen in self._sightings.frames() for event in self._rules.update(seen)]
        records += self._rules.forget(self._sightings.numbers() - set(self.tracks.number.tolist()), self._analysed_ns or 0)
        self._sightings = None
        return records

    def _conclude(self, ended: list[Ended], at_ns: int) -> list[Record]:
        if not ended:
            return []
        late = self._tell(self._early.forget(e.number for e in ended), at_ns)
        if self._footprints is not None:
            self._footprints.forget(e.number for e in ended)
        trajectories: list[Trajectory] = [t for t in map(self._paths.end, ended) if t is not None]
        gone = self._succession.forget((e.number for e in ended if e.reason == "lost"), for_good=False)
        gone += self._succession.forget((e.number for e in ended if e.reason != "lost"), for_good=True)
        return [*late, *self._rules.forget(gone, at_ns), *trajectories]

    def _coverage_due(self, *, at_least_ns: int = NS_PER_S) -> tuple[Record, ...]:
        if self._sightings is not None:
            return ()  # there is nothing yet that could have been watched
        return self._coverage.take(self.scene.revision, at_least_ns=at_least_ns)


def _events(records: list[Record]) -> list[Event]:
    return [record for record in records if isinstance(record, Event)]
