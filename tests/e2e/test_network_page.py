"""The page of a network, served as it is served, in Chromium: who needs somebody is told first, and what is asked is done."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from catseye.api import ApiServer
from catseye.api.network import create_network_app
from catseye.core.cameras import Camera, Place
from catseye.core.health import CameraMinute, CameraState, HealthEpisode, StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus
from catseye.core.time import NS_PER_S
from catseye.runtime.network.shelf import FaultShelf
from catseye.testing.clock import FakeClock
from catseye.testing.network import HandNetwork, MemoryLedger

STATIC = Path(__file__).parents[2] / "src" / "catseye" / "api" / "static"
NOW = 1_790_000_000 * NS_PER_S
HOUR_NS = 3600 * NS_PER_S
BRIDGE, GATE, MARKET, MILL, SQUARE = (StreamId(name) for name in ("bridge", "gate", "market", "mill", "square"))
STATES = {BRIDGE: CameraState.OK, GATE: CameraState.FROZEN, MARKET: CameraState.GLARE, MILL: CameraState.OK, SQUARE: None}


def status(k: int, name: StreamId, state: CameraState | None) -> CameraStatus:
    place = Place(
        point=(-0.12 + 0.006 * (k % 3), 51.5 + 0.004 * (k // 2)), heading_deg=70.0 * k, field_of_view_deg=70.0, reach_m=60.0
    )
    camera = Camera(
        name=name,
        title=name.title(),
        address=f"rtsp://10.1.0.{k + 1}/live",
        kind_of_place="junction",
        purpose="junction counts",
        legal_basis="Road Traffic Act",
        district="North" if k < 3 else "South",
        place=place,
        paused=state is None,
    )
    stream = StreamHealth(
        stream=name,
        run=None,
        state=StreamState.RUNNING,
        since_ns=NOW,
        size=(1280, 720),
        codec="h264",
        fps_in=25.0,
        fps_analysed=5.0,
        lag_s=0.08,
    )
    reason = {
        CameraState.FROZEN: "the picture has not changed for 40 s",
        CameraState.GLARE: "a tenth of the picture is dazzled",
    }.get(state or CameraState.OK, "")
    return CameraStatus(
        camera=camera,
        state=state,
        since_ns=NOW - 2 * HOUR_NS,
        reason=reason,
        stream=stream if state else None,
        given_fps=5.0,
        worker=0,
    )


@pytest.fixture
def network() -> HandNetwork:
    picture = np.full((180, 320, 3), 90, np.uint8)
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    return HandNetwork({name: status(k, name, state) for k, (name, state) in enumerate(STATES.items())}, {GATE: jpeg}, now_ns=NOW)


@pytest.fixture
def served(network: HandNetwork, tmp_path: Path) -> Iterator[str]:
    ledger, minute = MemoryLedger(), NOW // (60 * NS_PER_S) * 60 * NS_PER_S
    began = NOW - 2 * HOUR_NS
    for back in range(1, 1200):
        start = minute - back * 60 * NS_PER_S
        state = CameraState.FROZEN if start >= began else CameraState.OK
        if back not in range(400, 480):  # nobody looked
            ledger.keep([CameraMinute(stream=GATE, start_ns=start, seconds={state: 60.0})])
    began += 1  # which a page's own numbers would round
    told = {
        "id": f"{GATE}/frozen/{began}",
        "stream": GATE,
        "state": CameraState.FROZEN,
        "revision": 1,
        "began_ns": began,
        "ended_ns": None,
    }
    episode = HealthEpisode(**told, told_ns=began + 30 * NS_PER_S, reason="the picture has not changed for 40 s")  # type: ignore[arg-type]
    ledger.keep([episode])
    shelf = FaultShelf(tmp_path, FakeClock(NOW), lambda _: 24.0)
    (tmp_path / GATE).mkdir()
    shelf.keep(episode, network.pictures[GATE])
    app = create_network_app(network, ledger, clock=FakeClock(NOW), static=STATIC, host="127.0.0.1", pictures=shelf)
    server = ApiServer(app, "127.0.0.1", 0)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    opened.close()
    assert wrong == []


def test_who_needs_somebody_is_told_first(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.get_by_test_id("usable")).to_contain_text("3 of 4 due")
    rows = page.get_by_test_id("cameras").locator("tbody tr")
    expect(rows).to_have_count(5)
    assert [row.locator("button").inner_text() for row in rows.all()] == ["Gate", "Market", "Square", "Bridge", "Mill"]
    page.get_by_label("Find cameras").fill("south ok")
    expect(rows).to_have_count(1)
    page.get_by_label("Find cameras").fill("nobody")
    expect(rows).to_contain_text("No camera is called that")


def test_one_camera_is_shown_with_its_picture_and_what_was_wrong(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_role("button", name="Gate").click()
    camera = page.get_by_test_id("camera")
    expect(camera).to_contain_text("the picture has not changed for 40 s")
    expect(camera).to_contain_text("goes on")
    expect(camera.get_by_role("img", name="What Gate sees, redacted")).to_be_visible()
    seen = camera.get_by_role("img", name="What it saw when that was told, redacted")
    expect(seen).to_be_visible()
    assert seen.evaluate("(image) => image.naturalWidth") == 320
    assert camera.locator(".strip span").count() > 70
    page.get_by_role("button", name="Bridge").click()
    expect(camera).to_contain_text("There is no picture now.")


def test_a_camera_is_paused_and_resumed(page: Page, served: str, network: HandNetwork) -> None:
    page.goto(served)
    page.get_by_role("button", name="Mill").click()
    camera = page.get_by_test_id("camera")
    camera.get_by_role("button", name="Pause").click()
    expect(camera.get_by_role("button", name="Resume")).to_be_visible()
    assert network.cameras[MILL].camera.paused
    camera.get_by_role("button", name="Resume").click()
    expect(camera).to_contain_text("connecting")


def test_a_server_that_goes_away_is_told(page: Page, network: HandNetwork) -> None:
    app = create_network_app(network, MemoryLedger(), clock=FakeClock(NOW), static=STATIC, host="127.0.0.1")
    server = ApiServer(app, "127.0.0.1", 0)
    server.start()
    page.goto(server.url)
    expect(page.get_by_test_id("usable")).to_be_visible()
    server.stop()
    expect(page.get_by_role("alert")).to_contain_text("does not answer", timeout=15_000)
