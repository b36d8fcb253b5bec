"""A camera that is moved in the middle of a watch: from then on nothing is measured on the ground, and whoever reads is told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from catseye import app
from catseye.config.scene_file import load_scene
from catseye.core.detection import Detections, DetectRequest
from catseye.core.events import LineCrossed
from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Scene
from catseye.core.time import NS_PER_S
from catseye.pipeline.camera import PipelineParams
from catseye.ports import DetectorInfo, SourceInfo, Store
from catseye.runtime.steadying import Steadying
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.clock import FakeClock
from catseye.testing.passing import box, detections
from catseye.testing.scripted import START_NS, ScriptedSource, blank_frame

FOLDER = Path(__file__).parents[2] / "examples" / "studio" / "crossroads"
STREAM = StreamId("test")
SIZE = (640, 360)
FPS = 5.0
MOVED_S = 20.0
PASSAGE_S = 4.0


class Passing:
    """A detector that sees a car pass from left to right every four seconds, whatever the picture."""

    info = DetectorInfo(name="passing", sha256="0" * 64, input_size=SIZE, road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [self._look(request) for request in requests]

    def _look(self, request: DetectRequest) -> Detections:
        share = (request.frame.at_ns - START_NS) / NS_PER_S % PASSAGE_S / PASSAGE_S
        rows = [box(share * SIZE[0] * 1.2, 0.6 * SIZE[1])] if share < 0.8 else []
        return replace(detections(0, rows), at_ns=request.frame.at_ns, searched=request.regions)

    def close(self) -> None:
        """Nothing to free."""


@pytest.fixture(scope="module")
def film() -> list[U8]:
    """Pictures of the crossroads, half a second of it apart."""
    with av.open(str(FOLDER / "clip.mp4")) as container:
        kept = [frame for k, frame in enumerate(container.decode(video=0)) if k % 5 == 0]
    return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in kept]


@pytest.fixture
def scene() -> Scene:
    drawn = load_scene(FOLDER / "scene.toml")
    assert drawn.homography is not None
    line = CountLine(name="line", points=((0.5, 0.0), (0.5, 1.0)))
    return msgspec.structs.replace(drawn, lines=(line,), zones=(), movements=(), lanes=(), signals=(), masks=())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = app.open_store(tmp_path / "store.sqlite", clock=FakeClock(START_NS))
    yield opened
    opened.close()


def aside(picture: U8) -> U8:
    """As the camera sees it after it was pushed: everything lies 4 % farther left, and is turned by a degree."""
    led = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), 1.0, 1.0)
    led[0, 2] -= 0.04 * SIZE[0]
    return np.asarray(cv2.warpAffine(picture, led, SIZE, borderMode=cv2.BORDER_REFLECT), np.uint8)


def shots(film: list[U8], begin_s: float, end_s: float, moved_s: float = np.inf) -> list[Frame]:
    found = []
    for k in range(round(begin_s * FPS), round(end_s * FPS)):
        picture = film[k % len(film)]
        shown = ArrayPicture(aside(picture) if k / FPS >= moved_s else picture.copy())
        at_ns = START_NS + round(k / FPS * NS_PER_S)
        found.append(replace(blank_frame(k, at_ns=at_ns), picture=shown))
    return found


def watch(store: Store, scene: Scene, *runs: list[Frame]) -> StreamWorker:
    """One watch whose file begins again as often as there are runs."""
    left = list(runs)

    def source(_: RunId) -> ScriptedSource:
        if len(left) == 1:
            worker.stop_after = True
        return ScriptedSource(left.pop(0), info=SourceInfo(name="scripted", live=False, size=SIZE, fps=FPS))

    class Worker(StreamWorker):
        stop_after = False

        def _run_once(self) -> None:
            super()._run_once()
            if self.stop_after:
                self.stop()

    watching = Watching(params=PipelineParams(input_size=SIZE), scene=scene, realtime=False, analysed_fps=FPS, loop=True)
    worker = Worker(STREAM, open_source=source, detector=Passing(), store=store, clock=FakeClock(START_NS), watching=watching)
    worker.run()
    return worker


def passages_s(store: Store) -> list[float]:
    """When crossings were of which a speed is known."""
    passages = store.passages(STREAM, 0, 2**62)
    return [(p.at_ns - START_NS) / NS_PER_S for p in passages if p.speed_mps is not None]


def crossings_s(store: Store) -> list[float]:
    return [(e.at_ns - START_NS) / NS_PER_S for e in store.events(STREAM, 0, 2**62) if isinstance(e, LineCrossed)]


def test_speeds_end_where_the_camera_is_moved(store: Store, scene: Scene, film: list[U8]) -> None:
    watch(store, scene, shots(film, 0, 50, MOVED_S))
    assert len(crossings_s(store)) == 13
    measured = passages_s(store)
    assert len(measured) >= 4
    assert max(measured) <= MOVED_S + 4
    incidents = store.incidents(STREAM, 0, 2**62)
    assert [(one.kind, one.state) for one in incidents] == [("camera_moved", "opened"), ("camera_moved", "closed")]
    assert MOVED_S < (incidents[0].seen_at_ns - START_NS) / NS_PER_S <= MOVED_S + 8
    assert "calibrate anew" in incidents[0].reason


def test_a_camera_that_stays_is_measured_to_the_end(store: Store, scene: Scene, film: list[U8]) -> None:
    watch(store, scene, shots(film, 0, 50))
    assert store.incidents(STREAM, 0, 2**62) == []
    assert passages_s(store) == pytest.approx(crossings_s(store), abs=0.01)


def test_the_next_run_of_a_moved_camera_measures_nothing_either(store: Store, scene: Scene, film: list[U8]) -> None:
    worker = watch(store, scene, shots(film, 0, 40, MOVED_S), shots(film, 60, 90, MOVED_S))
    assert worker.runs == 2
    assert max(crossings_s(store)) > 80
    assert max(passages_s(store)) <= MOVED_S + 4
    opened = [one for one in store.incidents(STREAM, 0, 2**62) if one.state == "opened"]
    assert [(one.run == opened[0].run) for one in opened] == [True, False]


def test_a_camera_that_is_moved_between_two_runs_is_told(store: Store, scene: Scene, film: list[U8]) -> None:
    watch(store, scene, shots(film, 0, 20), shots(film, 40, 70, MOVED_S))
    assert [one.kind for one in store.incidents(STREAM, 0, 2**62) if one.state == "opened"] == ["camera_moved"]
    assert max(passages_s(store)) <= 40 + 8


def test_a_scene_that_is_drawn_anew_is_believed(scene: Scene, film: list[U8]) -> None:
    steadying = Steadying(STREAM)
    steadying.begin(scene, SIZE)
    records = [record for shot in shots(film, 0, 40, MOVED_S) for record in steadying.take(shot)]
    assert len(records) == 1
    assert steadying.void
    steadying.begin(scene, SIZE)
    assert steadying.void
    assert scene.homography is not None
    a, b, c, *rest = scene.homography
    steadying.begin(msgspec.structs.replace(scene, homography=(a, b, c + 0.5, *rest)), SIZE)
    assert not steadying.void


def test_without_calibration_nobody_looks(scene: Scene, film: list[U8]) -> None:
    steadying = Steadying(STREAM)
    steadying.begin(msgspec.structs.replace(scene, homography=None, error_m=None, calibration=None), SIZE)
    assert [record for shot in shots(film, 0, 40, MOVED_S) for record in steadying.take(shot)] == []
