"""A desk over a real clip with the real redactor, server and files; only the detector follows a script, and finds nobody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from catseye.adapters.jpeg import encode_jpeg
from catseye.api.server import ApiServer
from catseye.app import open_source, system_clock
from catseye.byhand.application import create_app
from catseye.byhand.desk import Desk, Job, Tools
from catseye.config import load_scene
from catseye.core.ids import RunId, StreamId
from catseye.ports import FrameSource
from catseye.testing.scripted import ScriptedDetector

STATIC = Path(__file__).parents[3] / "src" / "catseye" / "api" / "static"
KEYS = {"c": "car", "p": "pedestrian"}
CLOCK = system_clock()


def opened(path: Path) -> FrameSource:
    return open_source(str(path), stream=StreamId("truth"), run=RunId("truth"), clock=CLOCK)


@dataclass
class Bench:
    """Makes desks over one scene, and closes them."""

    scene: Path
    made: list[Desk] = field(default_factory=list)

    def desk(self, *jobs: Job, room_bytes: int = 64 << 20, who: str | None = None, **tooled: Any) -> Desk:
        tools = Tools(
            open_source=opened,
            detector=tooled.get("detector") or ScriptedDetector({}),
            face_finder=tooled.get("face_finder"),
            encode_jpeg=encode_jpeg,
            fps=10.0,
            room_bytes=room_bytes,
        )
        self.made.append(Desk(jobs, load_scene(self.scene), tools, keys=KEYS, who=who))
        return self.made[-1]


@pytest.fixture
def bench(red_junction: Any) -> Iterator[Bench]:
    made = Bench(red_junction.scene)
    yield made
    for desk in made.made:
        desk.close()


@dataclass
class Served:
    """A desk behind its server, as a page speaks to it."""

    desk: Desk
    client: httpx.Client
    out: Path

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(f"/api/v1/truth/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.client.post(f"/api/v1/truth/{path}", json=body)

    def take(self, *steps: dict[str, Any], tab: str = "tab") -> httpx.Response:
        return self.post("steps", token=self.desk.sitting.token, tab=tab, steps=list(steps))

    def until_ended(self) -> Any:
        for _ in range(600):
            told = self.get("progress", known=0, at=0)
            if told["ended"] and sum(b - a + 1 for a, b in told["ready"]) + len(told["withheld"]) == len(told["times_s"]):
                return told
            CLOCK.sleep(0.05)
        raise AssertionError(told)


@pytest.fixture
def serve() -> Iterator[Callable[[Desk], Served]]:
    running: list[ApiServer] = []

    def begin(desk: Desk) -> Served:
        desk.sit(desk.first())
        running.append(ApiServer(create_app(desk, STATIC), "127.0.0.1", 0))
        running[-1].start()
        return Served(desk, httpx.Client(base_url=running[-1].url, trust_env=False), desk.jobs[0].out)

    yield begin
    for server in running:
        server.stop()


@pytest.fixture
def served(bench: Bench, serve: Callable[[Desk], Served], red_junction: Any, tmp_path: Path) -> Served:
    """Four seconds of the red street."""
    job = Job(name="red", source=red_junction.clip(4.0), out=tmp_path / "red.hand.json")
    return serve(bench.desk(job))
