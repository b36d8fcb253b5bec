"""One stream from source to store: real files, a real store, a scripted detector."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from catseye import app
from catseye.core.detection import Detections, DetectRequest
from catseye.core.errors import ConfigError, SourceDeniedError, SourceError, SourceFormatError, SourceUnreachableError
from catseye.core.events import LineCrossed
from catseye.core.frame import Frame
from catseye.core.health import StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import Scene
from catseye.pipeline.camera import PipelineParams
from catseye.ports import DetectorInfo, FrameSource, SourceInfo, Store
from catseye.runtime.analysed import Analysed
from catseye.runtime.backoff import Backoff
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.clips import write_clip
from catseye.testing.clock import FakeClock
from catseye.testing.passing import box, detections, scene_of
from catseye.testing.scripted import START_NS, ScriptedSource, blank_frame

STREAM = StreamId("test")
SIZE = (320, 240)
FPS = 10.0
LINE = scene_of([("line", (160.0, 0.0), (160.0, 240.0))], size=SIZE)
PASSAGE_S = 4.0


class Passing:
    """A detector that sees a car pass from left to right in each four seconds of a run, whatever the picture."""

    info = DetectorInfo(name="passing", sha256="0" * 64, input_size=SIZE, road_users=("car",))

    def __init__(self) -> None:
        self._began: dict[str, int] = {}

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [self._look(request) for request in requests]

    def _look(self, request: DetectRequest) -> Detections:
        frame = request.frame
        began_ns = self._began.setdefault(frame.run, frame.at_ns)
        share = (frame.at_ns - began_ns) / 1e9 % PASSAGE_S / PASSAGE_S
        rows = [box(share * frame.size[0] * 1.2, 0.6 * frame.size[1])] if share < 0.8 else []
        return replace(detections(0, rows, size=frame.size), at_ns=frame.at_ns, searched=request.regions)

    def close(self) -> None:
        """Nothing to free."""


class Waits(threading.Event):
    """A stop event that remembers how long it was waited on, waits not at all, and stops the watch after some waits."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.waited_s: list[float] = []
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        self.waited_s.append(timeout or 0.0)
        if len(self.waited_s) >= self._most:
            self.set()
        return self.is_set()


class Camera(ScriptedSource):
    """A live source as slow as whoever analyses its frames, so that none is dropped. It is also the sink that sets its pace."""

    def __init__(self, script: Sequence[Frame | Exception], pace: threading.Semaphore) -> None:
        super().__init__(script, info=SourceInfo(name="camera", live=True, size=SIZE, fps=FPS))
        self._pace = pace

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            yield frame
            assert self._pace.acquire(timeout=10)


class Pace:
    """A sink that lets a camera give its next frame."""

    def __init__(self) -> None:
        self.turns = threading.Semaphore(0)

    def take(self, _: Analysed) -> None:
        self.turns.release()

    def close(self) -> None:
        """Nothing to finish."""


class Keeping:
    """A sink that keeps which frames it was given."""

    def __init__(self) -> None:
        self.seen: list[tuple[RunId, int]] = []

    def take(self, analysed: Analysed) -> None:
        self.seen.append((analysed.frame.run, analysed.frame.seq))

    def close(self) -> None:
        """Nothing to finish."""


Make = Callable[..., StreamWorker]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = app.open_store(tmp_path / "store.sqlite", clock=FakeClock(START_NS))
    yield opened
    opened.close()


@pytest.fixture
def make(store: Store) -> Make:
    def worker(
        open_source: Callable[[RunId], FrameSource], *, scene: Scene | None = LINE, loop: bool = False, patient: bool = False
    ) -> StreamWorker:
        watching = Watching(
            params=PipelineParams(input_size=SIZE), scene=scene, realtime=False, analysed_fps=FPS, loop=loop, patient=patient
        )
        made = StreamWorker(
            STREAM, open_source=open_source, detector=Passing(), store=store, clock=FakeClock(START_NS), watching=watching
        )
        made._backoff = Backoff(lambda _, high: high)
        return made

    return worker


def file(path: Path) -> Callable[[RunId], FrameSource]:
    return lambda run: app.open_source(str(path), stream=STREAM, run=run, clock=app.system_clock(), start_ns=START_NS)


def shots(seconds: float, *, start_s: float = 0.0, size: tuple[int, int] = SIZE, first: int = 0) -> list[Frame]:
    return [
        blank_frame(first + k, size=size, at_ns=START_NS + round((start_s + k / FPS) * 1e9), value=90 + 60 * (k % 2))
        for k in range(round(seconds * FPS) + 1)
    ]


def script(*steps: Frame | Exception) -> Callable[[RunId], FrameSource]:
    return lambda _: ScriptedSource(steps, info=SourceInfo(name="scripted", live=False, size=SIZE, fps=FPS))


def camera(*steps: Frame | Exception, pace: Pace) -> Callable[[RunId], FrameSource]:
    return lambda _: Camera(steps, pace.turns)


def crossings(store: Store) -> list[LineCrossed]:
    return [e for e in store.events(STREAM, 0, 2**62) if isinstance(e, LineCrossed)]


def observed_s(store: Store) -> float:
    span = store.span(STREAM)
    counts = store.counts(STREAM, *span) if span else []
    cells = {(c.rule, c.direction, c.start_ns): c.observed_s for c in counts if c.direction == "backward"}
    return sum(cells.values())


def test_a_real_file_is_watched_to_its_end(tmp_path: Path, store: Store, make: Make) -> None:
    clip = write_clip(tmp_path / "street.mp4", frames=200, size=SIZE, fps=25.0)
    worker, sink = make(file(clip)), Keeping()
    worker.sinks.append(sink)
    worker.run()
    assert Counter((e.rule, e.direction) for e in crossings(store)) == {("line", "backward"): 2}
    assert worker.volumes.of("line", ("forward", "backward")) == {"forward": {}, "backward": {"car": 2}}
    assert (worker.vitals.decoded, worker.vitals.analysed, worker.runs) == (200, 80, 1)
    assert len(sink.seen) == 80
    assert observed_s(store) == pytest.approx(8, abs=0.15)
    assert worker.vitals.health().state is StreamState.ENDED
    assert worker.stream_health().camera is None  # nobody judges a film that is played as fast as can be


def test_a_change_of_size_begins_another_run_and_loses_nothing(store: Store, make: Make) -> None:
    before, after = shots(4), shots(4, start_s=4.1, size=(640, 480), first=41)
    worker, sink = make(script(*before, *after)), Keeping()
    worker.sinks.append(sink)
    worker.run()
    assert worker.runs == 2
    runs = list(dict.fromkeys(run for run, _ in sink.seen))
    assert len(runs) == 2
    assert worker.vitals.run == runs[1]
    assert Counter((e.run, e.direction) for e in crossings(store)) == {(runs[0], "backward"): 1, (runs[1], "backward"): 1}
    assert len({e.track for e in crossings(store)}) == 2
    assert observed_s(store) == pytest.approx(8, abs=0.01)


def test_a_change_of_shape_under_a_drawn_scene_keeps_what_was_counted_and_is_an_error(store: Store, make: Make) -> None:
    worker = make(script(*shots(4), *shots(4, start_s=4.1, size=(640, 240), first=41)))
    with pytest.raises(ConfigError, match="320x240"):
        worker.run()
    assert len(crossings(store)) == 1
    assert observed_s(store) == pytest.approx(4, abs=0.01)


def test_a_file_that_breaks_in_the_middle_keeps_what_was_counted_and_raises(store: Store, make: Make) -> None:
    worker = make(script(*shots(5), SourceFormatError("Torn.")))
    with pytest.raises(SourceFormatError, match="Torn"):
        worker.run()
    assert len(crossings(store)) == 1
    assert observed_s(store) == pytest.approx(5, abs=0.01)
    assert worker.vitals.health().state is StreamState.FAILED
    assert worker.vitals.health().reason == "Torn."


def test_a_first_opening_that_fails_is_the_end_even_of_a_live_stream(make: Make) -> None:
    def fails(_: RunId) -> FrameSource:
        raise SourceUnreachableError("No answer.")

    worker = make(fails)
    with pytest.raises(SourceUnreachableError):
        worker.run()
    assert worker.runs == 0


def opening(*outcomes: Callable[[RunId], FrameSource] | SourceError) -> Callable[[RunId], FrameSource]:
    """Opens each outcome in turn."""
    left = iter(outcomes)

    def open_source(run: RunId) -> FrameSource:
        outcome = next(left)
        if isinstance(outcome, SourceError):
            raise outcome
        return outcome(run)

    return open_source


def test_a_live_stream_that_breaks_is_opened_again_with_growing_waits(store: Store, make: Make) -> None:
    gone = SourceUnreachableError("No answer.")
    pace = Pace()
    worker = make(
        opening(camera(*shots(4), gone, pace=pace), gone, gone, gone, camera(*shots(4, start_s=60), gone, pace=pace), gone)
    )
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=6)
    said: list[tuple[int, int]] = []
    worker.on_gap = lambda gap: said.append((gap.start_ns, gap.end_ns))
    worker.run()
    assert stop.waited_s == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
    assert worker.runs == 2
    assert len(crossings(store)) == 2
    assert len({e.run for e in crossings(store)}) == 2
    assert said == [(START_NS + 4 * 10**9, START_NS + 60 * 10**9)]
    assert observed_s(store) == pytest.approx(8, abs=0.01)


def test_waits_grow_to_a_minute_and_no_further(make: Make) -> None:
    pace = Pace()
    gone = SourceUnreachableError("No answer.")
    worker = make(opening(camera(*shots(1), gone, pace=pace), *[gone] * 20))
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=9)
    worker.run()
    assert stop.waited_s == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0]


def test_a_live_stream_that_merely_ends_is_waited_for_too(make: Make) -> None:
    pace = Pace()
    silent = camera(pace=pace)
    worker = make(opening(camera(*shots(1), pace=pace), *[silent] * 20))
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=4)
    worker.run()
    assert stop.waited_s == [2.0, 4.0, 8.0, 16.0]


def test_half_a_minute_of_good_pictures_makes_the_waits_short_again(make: Make) -> None:
    pace = Pace()
    gone = SourceUnreachableError("No answer.")
    worker = make(opening(camera(*shots(1), gone, pace=pace), gone, gone, camera(*shots(31, start_s=60), gone, pace=pace), gone))
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=5)
    worker.run()
    assert stop.waited_s == [2.0, 4.0, 8.0, 2.0, 4.0]


def test_who_refuses_later_is_asked_again_slowly_so_that_no_account_is_locked(make: Make) -> None:
    pace = Pace()
    denied = SourceDeniedError("Refused.")
    worker = make(opening(camera(*shots(1), SourceUnreachableError("No answer."), pace=pace), denied, denied))
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=3)
    worker.run()
    assert stop.waited_s == pytest.approx([2.0, 330.0, 330.0])


def test_the_first_opening_is_tried_again_only_where_patient(make: Make) -> None:
    gone, pace = SourceUnreachableError("No answer."), Pace()
    with pytest.raises(SourceUnreachableError):
        make(opening(gone)).run()
    worker = make(opening(gone, SourceDeniedError("Refused."), camera(*shots(1), gone, pace=pace)), patient=True)
    worker.sinks.append(pace)
    worker._stop = stop = Waits(most=3)
    worker.run()
    assert stop.waited_s == pytest.approx([2.0, 330.0, 4.0])
    assert worker.runs == 1


def test_a_looped_file_is_a_new_run_each_time(store: Store, make: Make) -> None:
    rounds = [script(*shots(4, start_s=10.0 * k)) for k in range(3)]
    worker = make(opening(*rounds, SourceFormatError("Enough.")), loop=True)
    with pytest.raises(SourceFormatError):
        worker.run()
    assert worker.runs == 3
    assert len({(e.run, e.track) for e in crossings(store)}) == 3
    assert observed_s(store) == pytest.approx(12, abs=0.01)


def test_the_same_minutes_are_not_counted_twice_into_one_store(store: Store, make: Make) -> None:
    make(script(*shots(5))).run()
    again = make(script(*shots(5)))
    with pytest.raises(ConfigError, match="already holds"):
        again.run()
    assert again.runs == 0
    assert len(crossings(store)) == 1


def test_lines_learned_in_one_run_hold_for_the_next(store: Store, make: Make) -> None:
    proposals: list[Scene] = []
    worker = make(script(*shots(12), *shots(8, start_s=12.1, size=(640, 480), first=121)), scene=None)
    worker.on_scene = proposals.append
    worker.run()
    (scene,) = proposals
    assert worker.scene == scene
    assert worker.scene_proposed
    (line,) = scene.lines
    assert Counter((e.rule, e.direction) for e in crossings(store)) == {(line.name, "right"): 5}


def test_stopping_ends_the_watch_and_keeps_what_was_counted(store: Store, make: Make) -> None:
    worker = make(script(*shots(60)))

    class Stopping(Keeping):
        def take(self, analysed: Analysed) -> None:
            super().take(analysed)
            if len(self.seen) == 50:
                worker.stop()

    sink = Stopping()
    worker.sinks.append(sink)
    worker.run()
    assert len(sink.seen) == 50
    assert len(crossings(store)) == 1
    assert observed_s(store) == pytest.approx(4.9, abs=0.01)


def test_what_is_held_back_to_key_frames_is_neither_counted_nor_covered(store: Store, make: Make) -> None:
    """A car passes in each four seconds; nobody looks from the fourth to the eighth."""
    worker: StreamWorker

    class Held(ScriptedSource):
        def frames(self) -> Iterator[Frame]:
            for frame in super().frames():
                if frame.seq in {40, 80}:
                    worker.pace(0.0 if frame.seq == 40 else FPS)
                yield frame

    info = SourceInfo(name="scripted", live=False, size=SIZE, fps=FPS)
    worker = make(lambda _: Held(shots(12), info=info))
    worker.run()
    assert [round((event.at_ns - START_NS) / 1e9 // PASSAGE_S) for event in crossings(store)] == [0, 2]
    assert observed_s(store) == pytest.approx(8.0, abs=0.8)  # the reader is a few frames ahead
    assert len(store.gaps(STREAM, 0, 2**62)) == 1
