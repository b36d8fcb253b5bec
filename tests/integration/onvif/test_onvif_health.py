"""What a camera says over real HTTP becomes its health; seconds of camera life are a fake clock's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from tests.zoo.onvif import OnvifCamera, onvif_camera

from catseye.app.cameras import open_service
from catseye.core.cameras import Camera
from catseye.core.health import CameraState, StreamState
from catseye.core.ids import StreamId
from catseye.core.reach import Reach
from catseye.network.health import HealthBook
from catseye.network.judging import Facts, Judge
from catseye.network.overseeing import joined
from catseye.network.usual import Usual
from catseye.runtime.network.overseeing import Overseer
from catseye.testing.clock import FakeClock

OK, MOVED, DRIFT, OBSCURED = CameraState.OK, CameraState.MOVED, CameraState.CLOCK_DRIFT, CameraState.OBSCURED
CHANGED, DARK = "VideoSource/GlobalSceneChange/ImagingService", "VideoSource/ImageTooDark/ImagingService"


class Life:
    """A camera that is watched: ``live`` lets it, and gives its state after so many seconds."""

    def __init__(self, camera: OnvifCamera, address: str, kept: Path, allow: str = "127.0.0.0/8", credentials: str = "") -> None:
        self.camera, self.clock = camera, FakeClock(round(camera.now().timestamp() * 1e9))
        registered = Camera(
            name=StreamId("gate"),
            address="rtsp://127.0.0.1:1/sub",
            kind_of_place="street",
            purpose="counts",
            legal_basis="law",
            onvif=address,
            credentials=credentials,
        )
        reach = Reach((allow,))
        self.overseer = Overseer(lambda one: open_service(one, reach, self.clock), self.clock, threads=0)
        self.watched = self.overseer.watch(registered, kept)
        self.judge, self.book = Judge(Usual()), HealthBook(StreamId("gate"))

    def live(self, seconds: int, shares: Mapping[CameraState, float] | None = None) -> CameraState:
        for _ in range(seconds):
            while self.overseer.step() == 0.0:
                pass
            now_ns = self.clock.now_ns()
            judged = self.judge.judge(Facts(now_ns=now_ns, state=StreamState.RUNNING, shares=shares, looked_ns=now_ns))
            judged = joined(judged, self.watched.says(), shares)
            self.book.step(now_ns, judged.holding, judged.unknown)
            self.clock.advance(1.0)
            self.camera.ahead_s += 1.0  # its clock goes on too
        return self.book.state


Begin = Callable[[OnvifCamera], Life]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as servers:
        yield lambda camera: Life(camera, servers.enter_context(onvif_camera(camera)), tmp_path / "looks.json")


CLEAR = dict.fromkeys((OBSCURED, MOVED, CameraState.BLACK), 0.0)


def test_a_clock_that_drifts_is_told_and_is_over_when_it_is_set(begin: Begin) -> None:
    life = begin(OnvifCamera(stands=[]))
    assert life.live(120, CLEAR) is OK
    life.camera.ahead_s += 5.0
    assert life.live(30 + 5, CLEAR) is OK  # it may be a moment
    assert life.live(75, CLEAR) is DRIFT
    assert "ahead of this machine's" in life.book.reason
    life.camera.ahead_s -= 5.0
    assert life.live(110, CLEAR) is OK


def test_a_camera_that_is_turned_away_from_home_is_moved_until_it_comes_back(begin: Begin) -> None:
    life = begin(OnvifCamera(stands=[]))
    assert life.live(400, CLEAR) is OK
    life.camera.points_at = (-0.6, -0.5, 0.1)
    assert life.live(70, CLEAR) is MOVED
    assert "turned or zoomed away" in life.book.reason
    life.camera.points_at = (0.25, -0.5, 0.1)
    assert life.live(60, CLEAR | {MOVED: 1.2}) is MOVED  # it says that it is home, and its picture shows another street
    assert life.live(30, CLEAR) is OK


def test_a_covered_camera_is_told_sooner_than_by_its_picture_alone(begin: Begin) -> None:
    life = begin(OnvifCamera(stands=[]))
    half = CLEAR | {OBSCURED: 0.6}
    assert life.live(200, half) is OK
    life.camera.told.append((CHANGED, "true"))
    assert life.live(100, half) is OBSCURED
    assert "the camera says that its view is covered" in life.book.reason
    life.camera.told.append((CHANGED, "false"))
    assert life.live(60, half) is OK


def test_an_alarm_that_the_picture_does_not_bear_out_is_a_note_and_no_state(begin: Begin) -> None:
    life = begin(OnvifCamera(stands=[]))
    life.live(60, CLEAR)
    life.camera.told.append((DARK, "true"))
    assert life.live(300, CLEAR) is OK
    assert life.watched.says().note == "The camera says that its picture is too dark."


def test_a_service_that_cannot_be_reached_is_a_note_and_no_state(tmp_path: Path) -> None:
    life = Life(OnvifCamera(), "http://127.0.0.1:9/onvif/device_service", tmp_path / "looks.json")
    assert life.live(300, CLEAR) is OK
    assert life.watched.says().note.startswith("It cannot be asked over ONVIF: http://127.0.0.1:9/")


def test_what_the_network_may_not_reach_is_not_asked(tmp_path: Path) -> None:
    camera = OnvifCamera()
    with onvif_camera(camera) as address:
        life = Life(camera, address, tmp_path / "looks.json", allow="10.0.0.0/8")
        life.live(100, CLEAR)
        assert camera.seen == []
    assert "is not among what Catseye may connect to" in life.watched.says().note


def test_credentials_are_in_no_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("CATSEYE_TEST_GATE", "ann:wr0ng-s3cret")
    camera = OnvifCamera(user="ann", password="right")
    with onvif_camera(camera) as address:
        life = Life(camera, address, tmp_path / "looks.json", credentials="env:CATSEYE_TEST_GATE")
        life.live(400, CLEAR)
    note = life.watched.says().note
    assert "refuses these credentials" in note
    assert "s3cret" not in note + caplog.text
    assert not any(b"s3cret" in message for message in camera.seen)
    assert camera.asked.count("GetServices") <= 2


def test_where_it_looks_is_all_that_is_kept(begin: Begin, tmp_path: Path) -> None:
    begin(OnvifCamera(stands=[])).live(400, CLEAR)
    kept = msgspec.json.decode((tmp_path / "looks.json").read_bytes())
    assert set(kept) == {"onvif", "home"}
    assert kept["home"] == [0.25, -0.5, 0.1]
