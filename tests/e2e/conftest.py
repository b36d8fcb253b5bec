"""A street that is alive: drawn pictures and moving road users, played through the real feed format, server and page."""

import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from catseye.api import ApiServer
from catseye.app import open_store, serve_live, system_clock
from catseye.core.events import Coverage, LineCrossed
from catseye.core.frame import U8
from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.scene import CountLine, Mask, Scene, Zone
from catseye.core.time import CELL_S, NS_PER_S, cell_start
from catseye.ports import DetectorInfo, Record, RunStarted, Store
from catseye.testing.live import HandFeed
from catseye.wire.live import LineView, LiveHeader, Tag, ZoneView

STATIC = Path(__file__).parents[2] / "src" / "catseye" / "api" / "static"
USUAL = {"Mill Road": (("car", 31), ("van", 5), ("bicycle", 3), ("bus", 1)), "Crossing": (("pedestrian", 12), ("bicycle", 1))}
SIZE = (768, 432)
STREAM = StreamId("mill-road")
DETECTOR = DetectorInfo(name="drawn", sha256="c0ffee" * 10 + "0000", input_size=(512, 512), road_users=("car", "pedestrian"))
SCENE = Scene(
    timezone="Europe/London",
    drawn_for=SIZE,
    lines=(
        CountLine(name="Mill Road", points=((0.56, 0.3), (0.5, 0.93)), directions=("westbound", "eastbound")),
        CountLine(name="Crossing", points=((0.1, 0.34), (0.4, 0.34)), directions=("south", "north")),
    ),
    zones=(Zone(name="stop line", polygon=((0.62, 0.45), (0.86, 0.45), (0.9, 0.62), (0.62, 0.62))),),
    masks=(Mask(name="garden", polygon=((0.78, 0.0), (1.0, 0.0), (1.0, 0.2), (0.82, 0.18))),),
)
CHROMIUM = shutil.which("chromium")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGS += ["--disable-component-update", "--disable-sync"]


@dataclass(frozen=True)
class Actor:
    """A road user that goes round and round: ``lane`` is its height, ``pace`` widths of the picture a second."""

    tag: str
    road_user: str
    lane: float
    pace: float
    phase: float
    size: tuple[float, float]
    parked: bool = False

    def at(self, seconds: float) -> tuple[float, float, float, float]:
        """Its box at an instant, unit x1, y1, x2, y2."""
        w, h = self.size
        x = self.phase if self.parked else (self.phase + self.pace * seconds) % (1 + w) - w
        bob = 0.0 if self.parked else 0.004 * math.sin(seconds * 3 + self.phase * 9)
        return max(x, 0.0), self.lane + bob, min(x + w, 1.0), self.lane + h + bob


ACTORS = (
    Actor("4K", "car", 0.5, 0.13, 0.1, (0.11, 0.11)),
    Actor("7P", "car", 0.5, 0.13, 0.34, (0.11, 0.12)),
    Actor("9X", "van", 0.49, 0.12, 0.68, (0.13, 0.15)),
    Actor("2B", "bus", 0.62, -0.1, 0.5, (0.22, 0.22)),
    Actor("5D", "truck", 0.64, -0.1, 0.95, (0.17, 0.2)),
    Actor("3C", "motorcycle", 0.66, -0.17, 0.2, (0.06, 0.12)),
    Actor("8F", "bicycle", 0.44, 0.05, 0.25, (0.05, 0.12)),
    Actor("6J", "pedestrian", 0.27, 0.02, 0.16, (0.026, 0.13)),
    Actor("6M", "pedestrian", 0.27, 0.02, 0.2, (0.026, 0.13)),
    Actor("6T", "pedestrian", 0.28, 0.022, 0.22, (0.026, 0.13)),
    Actor("1W", "pedestrian", 0.86, -0.02, 0.74, (0.03, 0.14)),
    Actor("Q2", "car", 0.33, 0.0, 0.6, (0.1, 0.09), parked=True),
    Actor("Q5", "car", 0.33, 0.0, 0.72, (0.1, 0.09), parked=True),
)


def road() -> U8:
    """The empty street: sky, houses, pavements, two lanes."""
    w, h = SIZE
    picture = np.full((h, w, 3), (96, 104, 100), np.uint8)
    picture[: int(0.26 * h)] = (168, 150, 128)
    for i in range(9):
        x = int(i * w / 9)
        cv2.rectangle(
            picture,
            (x, int((0.05 + 0.03 * (i % 3)) * h)),
            (x + w // 10, int(0.27 * h)),
            (88 + 9 * (i % 4), 96, 118 - 6 * (i % 3)),
            -1,
        )
    cv2.rectangle(picture, (0, int(0.45 * h)), (w, int(0.87 * h)), (70, 68, 66), -1)
    for x in range(0, w, 60):
        cv2.rectangle(picture, (x, int(0.635 * h)), (x + 30, int(0.643 * h)), (210, 214, 214), -1)
    noise = np.random.default_rng(4).normal(0, 5, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def jpeg_of(empty: U8, boxes: Sequence[tuple[float, float, float, float]]) -> bytes:
    """The street with a body in each box, as the redactor would let it out."""
    picture = empty.copy()
    for number, (x1, y1, x2, y2) in enumerate(boxes):
        corner, other = (int(x1 * SIZE[0]), int(y1 * SIZE[1])), (int(x2 * SIZE[0]), int(y2 * SIZE[1]))
        shade = 40 + (number * 53) % 150
        cv2.rectangle(picture, corner, other, (shade, 60 + shade // 3, 190 - shade), -1)
    ok, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert ok
    return encoded.tobytes()


def now_ns() -> int:
    return time.time_ns()  # noqa: TID251  the test plays the camera, and the page compares with the real clock


@dataclass
class Street:
    """Plays the actors at 10 fps from a thread of its own. ``change`` alters each header just before it is sent."""

    feed: HandFeed
    change: Callable[[LiveHeader], LiveHeader] = lambda header: header
    fps: float = 10.0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)
        self.paused = threading.Event()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _play(self) -> None:
        empty, started, seq = road(), now_ns(), 0
        while not self._stop.wait(max(0.0, (started + seq * NS_PER_S / self.fps - now_ns()) / NS_PER_S)):
            seq += 1
            if self.paused.is_set():
                continue
            captured_ns = now_ns()
            seconds = seq / self.fps
            boxes = [actor.at(seconds) for actor in ACTORS]
            header = self.change(self._header(seq, captured_ns, started, boxes))
            self.feed.publish(header, b"" if header.withheld else jpeg_of(empty, boxes))

    def _header(self, seq: int, captured_ns: int, started: int, boxes: Sequence[tuple[float, float, float, float]]) -> LiveHeader:
        health = StreamHealth(
            stream=STREAM,
            run=RunId("run1"),
            state=StreamState.RUNNING,
            since_ns=started - 754 * NS_PER_S,
            size=SIZE,
            codec="h264",
            fps_in=25.0,
            fps_analysed=10.0,
            lag_s=0.041,
            frames_decoded=seq,
            frames_analysed=seq,
            drops={"decode": 0, "analyse": 3, "show": 0},
            detector="drawn",
        )
        tags = tuple(
            Tag(
                tag=actor.tag,
                road_user=actor.road_user,
                confidence=0.62 + 0.035 * (number % 10),
                box=box,
                seen=not (actor.tag == "5D" and seq % 40 > 30),
                parked=actor.parked,
            )
            for number, (actor, box) in enumerate(zip(ACTORS, boxes, strict=True))
            if box[2] - box[0] > 0.01
        )
        crossed = 1 + seq // 20
        volumes = {
            "Mill Road": {
                "westbound": {"car": 61 + crossed, "van": 9, "bicycle": 4},
                "eastbound": {"car": 48, "truck": 6, "bus": 3, "motorcycle": 2},
            },
            "Crossing": {"south": {"pedestrian": 17}, "north": {"pedestrian": 11 + crossed // 5, "bicycle": 1}},
        }
        return LiveHeader(
            stream=STREAM,
            run=RunId("run1"),
            seq=seq,
            at_ns=captured_ns,
            captured_ns=captured_ns,
            size=SIZE,
            timezone=SCENE.timezone,
            tags=tags,
            lines=tuple(
                LineView(name=line.name, points=line.points, directions=line.directions, volumes=volumes[line.name])
                for line in SCENE.lines
            ),
            zones=tuple(ZoneView(name=zone.name, polygon=zone.polygon, present=2) for zone in SCENE.zones),
            health=health,
        )


def keep_hours(store: Store, scene: Scene, until_ns: int) -> None:
    """Two hours of crossings. One quarter of an hour nobody watched, another one for less than half, the last is still open."""
    length, run, revision = CELL_S * NS_PER_S, RunId("run0"), scene.revision
    begun = RunStarted(
        stream=STREAM, run=run, source="test", started_ns=until_ns, detector="drawn", detector_sha256=DETECTOR.sha256
    )
    store.begin(begun, scene)
    now, number = cell_start(until_ns), 0
    for back in range(8, -1, -1):
        start_ns = now - back * length
        watched_ns = {3: 0, 4: length * 4 // 9, 0: until_ns - start_ns}.get(back, length)
        if watched_ns == 0:
            continue
        end_ns = start_ns + watched_ns
        records: list[Record] = [Coverage(stream=STREAM, run=run, scene_revision=revision, start_ns=start_ns, end_ns=end_ns)]
        for line in scene.lines:
            for way, direction in enumerate(line.directions):
                for road_user, usual in USUAL[line.name]:
                    volume = round(usual * watched_ns / length * (1 + 0.3 * math.sin(back * 1.7 + way)))
                    for i in range(volume):
                        number += 1
                        at_ns = start_ns + watched_ns * (2 * i + 1) // (2 * volume)
                        records.append(_crossing(number, at_ns, line.name, direction, road_user, revision))
        store.append(records)


def _crossing(number: int, at_ns: int, rule: str, direction: str, road_user: str, revision: str) -> LineCrossed:
    return LineCrossed(
        id=f"{number:024x}",
        stream=STREAM,
        run=RunId("run0"),
        track=number,
        rule=rule,
        at_ns=at_ns,
        seen_at_ns=at_ns,
        road_user=road_user,
        point_unit=(0.5, 0.5),
        scene_revision=revision,
        direction=direction,
    )


@pytest.fixture(scope="module")  # not longer: while it is open, no other test of this process can run an event loop
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the page must be built."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: scripts/system.sh installs it")
    if not (STATIC / "index.html").is_file():
        pytest.skip("the live page is not built: make web")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield opened
        opened.close()


@pytest.fixture
def scene() -> Scene:
    """What is drawn over the street."""
    return SCENE


@pytest.fixture
def street(scene: Scene) -> Iterator[Street]:
    playing = Street(feed=HandFeed(scene, stream=STREAM))
    playing.start()
    yield playing
    playing.stop()


@pytest.fixture
def store(tmp_path: Path, scene: Scene) -> Iterator[Store]:
    kept = open_store(tmp_path / "store.sqlite", clock=system_clock())
    keep_hours(kept, scene, now_ns())
    yield kept
    kept.close()


@pytest.fixture
def server(street: Street, store: Store) -> Iterator[ApiServer]:
    running = serve_live(street.feed, store, DETECTOR, system_clock(), ("127.0.0.1", 0))
    yield running
    running.stop()


@dataclass
class Visit:
    """A page that was opened, and all it did."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true. The page's policy allows no eval, so it is asked from outside."""
        for _ in range(300):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never true: {expression}")


@pytest.fixture
def visit(browser: Browser, server: ApiServer) -> Iterator[Callable[..., Visit]]:
    """Open the page in a fresh profile; contexts close with the test."""
    contexts: list[BrowserContext] = []

    def opened(scheme: Literal["dark", "light"] = "dark", size: tuple[int, int] = (1440, 900), scale: int = 1) -> Visit:
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        contexts.append(browser.new_context(color_scheme=scheme, viewport=viewport, device_scale_factor=scale))
        seen = Visit(contexts[-1].new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("websocket", lambda socket: seen.requests.append(socket.url))
        seen.page.on(
            "console", lambda message: seen.complaints.append(message.text) if message.type in {"error", "warning"} else None
        )
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.goto(server.url)
        seen.until("window.catseye.frames_drawn > 3")
        return seen

    yield opened
    for context in contexts:
        context.close()
