"""What a camera could not see is not counted: real pictures over RTSP that turn black, a real store and a real ledger."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests import zoo

from catseye import app
from catseye.core.detection import Detections, DetectRequest
from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S
from catseye.network.void import claimed_s, void_cells, void_stretches
from catseye.pipeline.camera import PipelineParams
from catseye.ports import DetectorInfo
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.passing import box, detections, scene_of

STREAM = StreamId("quay")
SIZE = (640, 360)
LINE = scene_of([("line", (320.0, 0.0), (320.0, 360.0))], size=SIZE)


class AlwaysPassing:
    """A detector that sees a car pass every second, also where it is black: the worst that a detector can do."""

    info = DetectorInfo(name="always", sha256="0" * 64, input_size=SIZE, road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [self._look(request) for request in requests]

    @staticmethod
    def _look(request: DetectRequest) -> Detections:
        frame = request.frame
        share = frame.at_ns / NS_PER_S % 2.0 / 2.0
        rows = [box(share * frame.size[0], 0.6 * frame.size[1])]
        return replace(detections(0, rows, size=frame.size), at_ns=frame.at_ns, searched=request.regions)

    def close(self) -> None:
        """Nothing to free."""


def test_a_camera_that_turns_black_ends_what_its_counts_claim_to_have_watched(tmp_path: Path) -> None:
    clock = app.system_clock()
    ledger = app.open_ledger(tmp_path / "network.sqlite")
    store = app.open_store(tmp_path / "store.sqlite", clock=clock)
    black = threading.Event()
    with zoo.camera("black", after_s=4.0, size=SIZE) as url:
        worker = StreamWorker(
            STREAM,
            open_source=lambda run: app.open_source(url, stream=STREAM, run=run, clock=clock),
            detector=AlwaysPassing(),
            store=store,
            clock=clock,
            watching=Watching(params=PipelineParams(input_size=SIZE), scene=LINE, patient=True),
        )

        def told(records: Sequence[object]) -> None:
            ledger.keep(records)  # type: ignore[arg-type]
            if worker.health.state is CameraState.BLACK:
                black.set()

        worker.on_health = told
        watch = threading.Thread(target=worker.run)
        began_ns = clock.now_ns()
        watch.start()
        assert black.wait(60.0)
        threading.Event().wait(2.0)  # what is shown to it meanwhile must not count
        worker.stop()
        watch.join()
    end_ns = clock.now_ns()
    episodes = ledger.episodes(began_ns, end_ns)
    dark = [one for one in episodes if one.state is CameraState.BLACK]
    watched = store.watched(STREAM, began_ns, end_ns)
    events = store.events(STREAM, began_ns, end_ns)
    minutes = ledger.minutes(began_ns - 60 * NS_PER_S, end_ns)
    ledger.close()
    store.close()
    assert len(dark) == 1
    assert watched
    claimed = sum(claimed_s(void_stretches(dark, began_ns, end_ns), watched).values())
    assert claimed <= (dark[0].told_ns - dark[0].began_ns) / NS_PER_S + 0.5
    assert events
    assert all(event.at_ns <= dark[0].told_ns for event in events)
    cells = void_cells(STREAM, dark, minutes, began_ns, end_ns)
    assert sum(cell.void_s for cell in cells) >= 2.0
    assert sum(minute.seconds.get(CameraState.BLACK, 0.0) for minute in minutes) >= 2.0
