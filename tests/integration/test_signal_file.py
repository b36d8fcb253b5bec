"""What a controller tells, from a file: read while it grows, and down to a red light that was run."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from catseye import app
from catseye.adapters.signal_file import SignalFile
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import Lane
from catseye.core.time import NS_PER_S, iso_local, nanoseconds
from catseye.pipeline.camera import PipelineParams
from catseye.ports import DetectorInfo, SourceInfo
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.clock import FakeClock
from catseye.testing.ground import SIZE, road, unit
from catseye.testing.scripted import START_NS, ScriptedSource, blank_frame

UTC = ZoneInfo("UTC")


def at(seconds: float) -> str:
    return iso_local(START_NS + nanoseconds(seconds), UTC, timespec="milliseconds")


def test_changes_come_when_they_are_due_and_a_growing_file_is_followed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "signals.csv"
    path.write_text(f"time,signal,state\n{at(0)},north,red\n{at(5)},north,green\n{at(6)},sou")
    feed = SignalFile(path, ["north", "south"], UTC)
    assert [(one.name, one.state) for one in feed.until(START_NS + NS_PER_S)] == [("north", "red")]
    with path.open("a") as file:
        file.write(f"th,red\n{at(7)},east,red\n{at(8)},south,green\n\n")
    with caplog.at_level(logging.WARNING):
        found = feed.until(START_NS + 10 * NS_PER_S)
    assert [(one.name, one.state, one.at_ns - START_NS) for one in found] == [
        ("north", "green", 5 * NS_PER_S),
        ("south", "red", 6 * NS_PER_S),
        ("south", "green", 8 * NS_PER_S),
    ]
    assert "line 5" in caplog.text
    assert feed.until(START_NS + 20 * NS_PER_S) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("now,north,red", "Not a date"),
        ("2026-05-04T07:00:00,norht,red", "norht"),
        ("2026-05-04T07:00:00,north,violet", "violet"),
        ("2026-05-04T07:00:00,north", "2 cells"),
        ("2026-05-04T07:00:00,north,red\n2026-05-04T06:59:59,north,green", "before"),
    ],
)
def test_a_line_that_says_nothing_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "signals.csv"
    path.write_text(f"time,signal,state\n{line}\n")
    with pytest.raises(ConfigError, match=says):
        SignalFile(path, ["north"], UTC)


def test_no_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Cannot read"):
        SignalFile(tmp_path / "none.csv", ["north"], UTC)


class Passing:
    """A detector that sees one car drive to the east at 10 m/s along y = 0, from x = -20 m on."""

    info = DetectorInfo(name="passing", sha256="0" * 64, input_size=SIZE, road_users=("car",))

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        return [self._look(request) for request in requests]

    def _look(self, request: DetectRequest) -> Detections:
        frame = request.frame
        x = -20.0 + 10.0 * (frame.at_ns - START_NS) / NS_PER_S
        corners = np.array(unit([(x - 2.2, -0.9), (x + 2.2, -0.9), (x - 2.2, 0.9), (x + 2.2, 0.9)])) * SIZE
        (x1, y1), (x2, y2) = corners.min(axis=0), corners.max(axis=0)
        inside = x2 < SIZE[0] - 2
        return Detections(
            at_ns=frame.at_ns,
            size=frame.size,
            searched=whole_frame(frame.size),
            xyxy=np.array([(x1, y1 - 18, x2, y2)] if inside else np.zeros((0, 4)), np.float32).reshape(-1, 4),
            confidence=np.full(int(inside), 0.9, np.float32),
            road_user=np.full(int(inside), int(RoadUser.CAR), np.int16),
        )

    def close(self) -> None:
        """Nothing to free."""


@pytest.mark.parametrize(("state", "due"), [("red", ["red_light"]), ("green", [])])
def test_a_red_light_is_told_of_by_the_watch(tmp_path: Path, state: str, due: list[str]) -> None:
    (tmp_path / "signals.csv").write_text(f"{at(-10)},head,{state}\n")
    lane = Lane(name="east", points=unit([(-25, 0), (5, 0)]), limit_kmh=100.0, approach="arm", signal="head")
    scene = road(lanes=[lane])
    frames = [replace(blank_frame(k, size=SIZE, value=90 + 60 * (k % 2)), at_ns=START_NS + nanoseconds(k / 10)) for k in range(90)]
    store = app.open_store(tmp_path / "store.sqlite", clock=FakeClock(START_NS))
    watching = Watching(
        params=PipelineParams(input_size=SIZE),
        scene=scene,
        realtime=False,
        analysed_fps=10.0,
        signals=SignalFile(tmp_path / "signals.csv", ["head"], UTC),
    )
    worker = StreamWorker(
        StreamId("test"),
        open_source=lambda _: ScriptedSource(frames, info=SourceInfo(name="scripted", live=False, size=SIZE, fps=10.0)),
        detector=Passing(),
        store=store,
        clock=FakeClock(START_NS),
        watching=watching,
    )
    worker.run()
    assert [one.kind for one in store.violations(StreamId("test"), 0, 2**62)] == due
    store.close()
