"""Cameras of the zoo and what is told of their health: by the real source, worker and store, with a scripted detector."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
from tests import zoo

from catseye import app
from catseye.core.detection import Detections, DetectRequest, nothing_found
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import RunId, StreamId
from catseye.network.usual import Usual
from catseye.pipeline.camera import PipelineParams
from catseye.ports import DetectorInfo, FrameSource, Store
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.passing import scene_of

SIZE = (320, 180)
LINE = scene_of([("line", (160.0, 0.0), (160.0, 180.0))], size=SIZE)
PATIENCE_S = 90.0


class Blank:
    """A detector that finds nobody."""

    info = DetectorInfo(name="blank", sha256="0" * 64, input_size=SIZE, road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [replace(nothing_found(request.frame.at_ns, SIZE), searched=request.regions) for request in requests]

    def close(self) -> None:
        """Nothing to free."""


class Watched:
    """A camera of the zoo while a worker watches it in a thread."""

    def __init__(self, name: str, url: str, folder: Path) -> None:
        self.name, self.told = StreamId(name), list[HealthRecord]()
        self.heard = threading.Condition()
        self.store: Store = app.open_store(folder / f"{name}.sqlite", clock=app.system_clock())
        watching = Watching(params=PipelineParams(input_size=SIZE), scene=LINE, analysed_fps=5.0, patient=True)

        def open_source(run: RunId) -> FrameSource:
            return app.open_source(url, stream=self.name, run=run, clock=app.system_clock())

        self.worker = StreamWorker(
            self.name, open_source=open_source, detector=Blank(), store=self.store, clock=app.system_clock(), watching=watching
        )
        self.worker.on_health = self._hear
        self.worker.remember_health(folder / f"{name}.json")
        self.thread = threading.Thread(target=self.worker.run, daemon=True)
        self.thread.start()

    def _hear(self, records: Sequence[HealthRecord]) -> None:
        with self.heard:
            self.told += records
            self.heard.notify_all()

    def states(self) -> list[CameraState]:
        return [record.state for record in self.told if isinstance(record, HealthEpisode) and record.revision == 1]

    def await_state(self, state: CameraState) -> HealthEpisode:
        with self.heard:
            assert self.heard.wait_for(lambda: state in self.states(), PATIENCE_S), (self.name, self.states())
            return next(r for r in self.told if isinstance(r, HealthEpisode) and r.state is state)

    def await_looks(self, more: int) -> None:
        """Wait until so many more frames were analysed."""
        goal = self.worker.vitals.analysed + more
        begun = time.monotonic()
        while self.worker.vitals.analysed < goal:
            assert time.monotonic() - begun < PATIENCE_S
            app.system_clock().sleep(0.05)

    def observed_s(self) -> float:
        span = self.store.span(self.name)
        return sum(c.observed_s for c in self.store.counts(self.name, *span) if c.direction == "forward") if span else 0.0

    def end(self) -> None:
        self.worker.stop()
        self.thread.join(PATIENCE_S)
        self.store.close()


@contextmanager
def watched(folder: Path, **cameras: float) -> Iterator[dict[str, Watched]]:
    """Cameras by their names in the zoo, each with when its fault begins."""
    with ExitStack() as closing:
        made = {}
        for name, after_s in cameras.items():
            url = closing.enter_context(zoo.camera(name, after_s=after_s))
            made[name] = Watched(name, url, folder)
            closing.callback(made[name].end)
        yield made


def test_each_bad_camera_is_told_as_what_it_is_and_the_good_one_beside_them_is_well(tmp_path: Path) -> None:
    with watched(tmp_path, street=0.0, stall=8.0, black=8.0, frozen=8.0) as cameras:
        offline = cameras["stall"].await_state(CameraState.OFFLINE)
        assert offline.told_ns > offline.began_ns
        black = cameras["black"].await_state(CameraState.BLACK)
        cameras["frozen"].await_state(CameraState.FROZEN)
        assert CameraState.FROZEN not in cameras["black"].states()
        assert cameras["street"].worker.health.state is CameraState.OK
        assert cameras["street"].worker.stream_health().camera is CameraState.OK
        assert set(cameras["street"].states()) <= {CameraState.CONNECTING}
        assert cameras["black"].worker.health.since_ns == black.began_ns
        cameras["black"].await_looks(10)
        before_s = cameras["black"].observed_s()
        cameras["black"].await_looks(10)
        assert cameras["black"].observed_s() <= before_s + 0.5  # what is seen of the black picture covers nothing
    assert cameras["street"].told
    for camera in cameras.values():
        minutes = [record for record in camera.told if isinstance(record, CameraMinute)]
        assert sum(sum(minute.seconds.values()) for minute in minutes) > 10
        assert sum(minute.bytes_in for minute in minutes) > 0
        last = {r.id: r for r in camera.told if isinstance(r, HealthEpisode)}
        assert all(episode.ended_ns is not None for episode in last.values())
    told = msgspec.json.decode((tmp_path / "street.json").read_bytes(), type=Usual)
    assert told.day.looks > 5
