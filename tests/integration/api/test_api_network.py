"""The routes of a network: what is told, what is changed, and what never goes out."""

import json
import os
import re
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catseye.api.network import create_network_app
from catseye.core.cameras import Camera, Place
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus
from catseye.core.time import NS_PER_S
from catseye.runtime.network.shelf import FaultShelf
from catseye.testing.clock import FakeClock
from catseye.testing.network import HandNetwork, MemoryLedger

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "web" / "network-schema.json"
NOW = 1_700_000_100 * NS_PER_S
EAST, WEST = StreamId("east-gate"), StreamId("west-gate")


def camera(name: StreamId, **more: object) -> Camera:
    told = {
        "name": name,
        "address": "rtsp://10.0.0.7/live?token=hush",
        "kind_of_place": "street",
        "purpose": "traffic",
        "legal_basis": "law",
    }
    return msgspec.convert(told | more, Camera)


@pytest.fixture
def network() -> HandNetwork:
    stream = StreamHealth(stream=EAST, run=None, state=StreamState.RUNNING, since_ns=NOW, fps_in=25.0, fps_analysed=5.0, lag_s=0.1)
    good = CameraStatus(camera=camera(EAST, place=Place(point=(0.1, 51.5))), state=CameraState.OK, since_ns=NOW, stream=stream)
    bad = CameraStatus(
        camera=camera(WEST, credentials="file:/etc/hush"),
        state=CameraState.FROZEN,
        since_ns=NOW,
        reason="no change",
        note="It cannot be asked over ONVIF.",
    )
    return HandNetwork({EAST: good, WEST: bad}, {EAST: b"\xff\xd8jpeg"}, now_ns=NOW)


@pytest.fixture
def ledger() -> MemoryLedger:
    kept = MemoryLedger()
    quarter = NOW // (900 * NS_PER_S) * 900 * NS_PER_S
    kept.keep(
        [CameraMinute(stream=WEST, start_ns=quarter - 60 * k * NS_PER_S, seconds={CameraState.FROZEN: 60.0}) for k in range(1, 17)]
    )
    kept.keep([CameraMinute(stream=EAST, start_ns=quarter, seconds={CameraState.OK: 60.0})])
    began = quarter - 960 * NS_PER_S
    episode = HealthEpisode(
        id="e1",
        stream=WEST,
        state=CameraState.FROZEN,
        revision=1,
        began_ns=began,
        told_ns=began + 5,
        ended_ns=None,
        reason="no change",
    )
    kept.keep([episode])
    return kept


@pytest.fixture
def client(network: HandNetwork, ledger: MemoryLedger) -> TestClient[Litestar]:
    app = create_network_app(network, ledger, clock=FakeClock(NOW), static=Path("/nowhere"), host="127.0.0.1")
    return TestClient(app.app, base_url="http://127.0.0.1")


def test_a_network_tells_how_each_camera_is(client: TestClient[Litestar]) -> None:
    told = client.get("/api/v1/network").json()
    east, west = told["cameras"]
    assert (east["note"], west["note"]) == ("", "It cannot be asked over ONVIF.")
    assert (told["name"], told["load"]["cameras"]) == ("Test town", 2)
    assert (east["state"], east["usable"], east["fps_analysed"]) == ("ok", True, 5.0)
    assert (west["state"], west["usable"], west["reason"]) == ("frozen", False, "no change")


def test_no_answer_holds_a_secret(client: TestClient[Litestar]) -> None:
    for path in ("", "/cameras/west-gate", "/cameras/west-gate/health", "/cameras/east-gate"):
        answer = client.get(f"/api/v1/network{path}")
        assert answer.status_code == 200
        assert "hush" not in answer.text


def test_health_is_told_by_the_quarter_of_an_hour_and_what_nobody_saw_is_missing(client: TestClient[Litestar]) -> None:
    told = client.get("/api/v1/network/cameras/west-gate/health").json()
    assert [cell["seconds"] for cell in told["cells"]] == [{"frozen": 60.0}, {"frozen": 900.0}]
    assert [episode["id"] for episode in told["episodes"]] == ["e1"]
    assert told["pictured"] == []
    assert client.get("/api/v1/network/cameras/west-gate/health?hours=9999").status_code == 400


def test_the_picture_of_a_fault_is_found_by_its_episode(network: HandNetwork, ledger: MemoryLedger, tmp_path: Path) -> None:
    (episode,) = ledger.episodes(0, NOW, WEST)
    (tmp_path / WEST).mkdir()
    shelf = FaultShelf(tmp_path, FakeClock(NOW), lambda _: 24.0)
    shelf.keep(episode, b"\xff\xd8fault")
    app = create_network_app(network, ledger, clock=FakeClock(NOW), static=tmp_path, host="127.0.0.1", pictures=shelf)
    client = TestClient(app.app, base_url="http://127.0.0.1")
    health = "/api/v1/network/cameras/west-gate/health"
    assert client.get(health).json()["pictured"] == [episode.id]
    answer = client.get(f"{health}/frozen/{episode.began_ns}/picture.jpg")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", b"\xff\xd8fault")
    for path in (f"{health}/black/{episode.began_ns}", f"{health}/frozen/1", f"{health}/..%2F..%2Fx/1", f"{health}/frozen/x"):
        assert client.get(f"{path}/picture.jpg").status_code == 404
    assert client.get(f"/api/v1/network/cameras/east-gate/health/frozen/{episode.began_ns}/picture.jpg").status_code == 404


def test_a_picture_is_passed_on_and_what_is_not_there_is_404(client: TestClient[Litestar]) -> None:
    answer = client.get("/api/v1/network/cameras/east-gate/picture.jpg")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/jpeg", b"\xff\xd8jpeg")
    for path in ("cameras/west-gate/picture.jpg", "cameras/nobody", "cameras/nobody/health"):
        assert client.get(f"/api/v1/network/{path}").status_code == 404


def test_cameras_are_paused_resumed_added_and_removed(client: TestClient[Litestar], network: HandNetwork) -> None:
    assert client.post("/api/v1/network/cameras/east-gate/pause").json()["paused"]
    assert not client.post("/api/v1/network/cameras/east-gate/resume").json()["paused"]
    north = msgspec.to_builtins(camera(StreamId("north")))
    assert client.put("/api/v1/network/cameras/north", json=north).json()["state"] == "connecting"
    assert client.put("/api/v1/network/cameras/south", json=north).status_code == 400
    assert client.put("/api/v1/network/cameras/north", json=north | {"plate": 1}).status_code == 400
    assert client.delete("/api/v1/network/cameras/north").status_code == 204
    assert client.post("/api/v1/network/cameras/nobody/pause").status_code == 404
    assert sorted(network.cameras) == [EAST, WEST]


@pytest.mark.parametrize(
    "more", [{"credentials": "file:/etc/passwd"}, {"scene": "/etc/passwd"}, {"address": "/etc/passwd"}, {"address": "clip.mp4"}]
)
def test_no_file_of_the_server_is_named_over_the_api(
    more: dict[str, str], client: TestClient[Litestar], network: HandNetwork
) -> None:
    told = msgspec.to_builtins(camera(WEST)) | more
    answer = client.put("/api/v1/network/cameras/west-gate", json=told)
    assert answer.status_code == 400
    assert "file of the server" in answer.json()["message"]
    assert client.put("/api/v1/network/cameras/west-gate", json=msgspec.to_builtins(camera(WEST))).status_code == 200
    assert network.cameras[WEST].camera.credentials == "file:/etc/hush"


@pytest.mark.parametrize("key", ["address", "onvif"])
def test_the_credentials_of_a_camera_are_led_to_no_other_host(key: str, client: TestClient[Litestar], network: HandNetwork) -> None:
    here, away = network.cameras[WEST].camera, {"address": "rtsp://10.9.9.9/live", "onvif": "http://10.9.9.9/onvif"}
    answer = client.put("/api/v1/network/cameras/west-gate", json=msgspec.to_builtins(camera(WEST)) | {key: away[key]})
    assert answer.status_code == 400
    assert "another host" in answer.json()["message"]
    assert network.cameras[WEST].camera == here
    another_path = msgspec.to_builtins(camera(WEST)) | {"address": f"{here.address}/sub"}
    assert client.put("/api/v1/network/cameras/west-gate", json=another_path).status_code == 200


def test_the_copy_that_the_page_is_built_from_is_current(client: TestClient[Litestar]) -> None:
    """Mend it with CATSEYE_UPDATE_SCHEMA=1 in the environment, then ``npm run types`` in web/."""
    schema = client.get("/schema").json()
    if os.environ.get("CATSEYE_UPDATE_SCHEMA"):
        COMMITTED.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", "utf-8")
    assert json.loads(COMMITTED.read_text("utf-8")) == schema


def test_every_route_and_field_is_described(client: TestClient[Litestar]) -> None:
    schema = client.get("/schema").json()
    text = (ROOT / "docs" / "ref" / "network-api.md").read_text("utf-8")
    headings = set(re.findall(r"^### `(GET|POST|PUT|DELETE) ([^`]+)`", text, re.MULTILINE))
    assert headings == {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    words = set(re.findall(r"`([\w.]+)`", text))
    known = {field for one in schema["components"]["schemas"].values() for field in one.get("properties", {})}
    assert known - words == set()
