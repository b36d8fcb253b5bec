"""Clips of incidents and violations: written from pixels, redacted, bounded, and never of what had to be withheld."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from catseye import app
from catseye.adapters.video_writer import Mp4Writer
from catseye.core.errors import OutputError, RedactionError
from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.ids import StreamId
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S
from catseye.core.traffic import Incident
from catseye.pipeline.camera import PipelineParams
from catseye.ports import SourceInfo, Store
from catseye.privacy.redaction import Redactor
from catseye.runtime.clips import CLIP_FPS, KEPT_FILES, KEPT_S, RING_S, WIDTH_PX, ClipFolder, ClipSink
from catseye.runtime.worker import StreamWorker, Watching
from catseye.testing.clock import FakeClock
from catseye.testing.ground import road
from catseye.testing.scripted import START_NS, ScriptedDetector, ScriptedSource, blank_frame

STREAM = StreamId("test")
SIZE = (1280, 720)
FPS = 5.0
SECONDS = 22
COMES_S = 4
VEHICLE = (600.0, 330.0, 680.0, 375.0)  # stands on the lane to the east
WALKER = (700.0, 300.0, 740.0, 400.0)


def checks() -> U8:
    """A picture of black and white squares of 4 px, so that what was pixelated is grey."""
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] // 4
    return np.repeat(((x + y) % 2 * 255).astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    pictures = ArrayPicture(checks()), ArrayPicture(checks() // 3 * 2)  # the whole picture changes while the car drives up
    return [
        replace(
            blank_frame(k, size=(16, 16), at_ns=START_NS + round(k / FPS * NS_PER_S)),
            picture=pictures[k % 2 if k < COMES_S * FPS else 0],
        )
        for k in range(round(SECONDS * FPS))
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = app.open_store(tmp_path / "store.sqlite", clock=FakeClock(START_NS))
    yield opened
    opened.close()


def came(k: int) -> tuple[float, float, float, float]:
    """Where the car is in the k-th frame: it drives up for four seconds."""
    x1, y1, x2, y2 = VEHICLE
    left = 15.0 * max(0.0, COMES_S * FPS - k)
    return x1 - left, y1, x2 - left, y2


def watched(frames: list[Frame], store: Store, sink: ClipSink) -> list[Incident]:
    """Watch a car that comes and stands on a free lane, beside somebody on the kerb; the incidents that were opened."""
    walker = (*WALKER, 0.9, RoadUser.PEDESTRIAN)
    rows: dict[int, Sequence[tuple[float, float, float, float, float, RoadUser]]] = {
        k: [(*came(k), 0.9, RoadUser.CAR), walker] for k in range(len(frames))
    }
    worker = StreamWorker(
        STREAM,
        open_source=lambda _: ScriptedSource(frames, info=SourceInfo(name="scripted", live=False, size=SIZE, fps=FPS)),
        detector=ScriptedDetector(rows),
        store=store,
        clock=FakeClock(START_NS),
        watching=Watching(params=PipelineParams(input_size=SIZE), scene=road(), realtime=False, analysed_fps=FPS),
    )
    worker.sinks.append(sink)
    worker.run()
    sink.close()
    return [one for one in store.incidents(STREAM, 0, 2**62) if one.state == "opened"]


def sink_to(folder: Path, clock: FakeClock | None = None) -> ClipSink:
    folder.mkdir(exist_ok=True)
    return ClipSink(ClipFolder(folder, clock or FakeClock()), lambda path, size: Mp4Writer(path, size, CLIP_FPS))


def test_a_stopped_car_leaves_a_clip_in_which_heads_are_pixelated(tmp_path: Path, frames: list[Frame], store: Store) -> None:
    incidents = watched(frames, store, sink_to(tmp_path / "clips"))
    assert "stopped_vehicle" in {one.kind for one in incidents}
    assert {path.name for path in (tmp_path / "clips").iterdir()} == {f"{one.id}.mp4" for one in incidents}
    for one in incidents:
        with av.open(str(tmp_path / "clips" / f"{one.id}.mp4")) as film:
            shown = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert 5 * FPS <= len(shown) <= (RING_S + 10) * FPS + 2
        share = WIDTH_PX / SIZE[0]
        x1, y1, x2, y2 = (round(v * share) for v in WALKER)
        middle = (x1 + x2) // 2
        for picture in shown:
            assert picture.shape == (SIZE[1] * WIDTH_PX // SIZE[0], WIDTH_PX)
            assert picture[y1 : y1 + (y2 - y1) // 6, middle - 3 : middle + 3].std() < 25  # squares of 3 px are gone
            assert picture[20:60, 20:60].std() > 60


def test_where_redaction_fails_there_is_no_clip(
    tmp_path: Path, frames: list[Frame], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RedactionError("A picture was withheld.")

    monkeypatch.setattr(Redactor, "redact", fails)
    assert watched(frames, store, sink_to(tmp_path / "clips"))
    assert list((tmp_path / "clips").iterdir()) == []


def test_a_clip_that_cannot_be_written_does_not_end_the_watch(tmp_path: Path, frames: list[Frame], store: Store) -> None:
    def full(path: Path, size: tuple[int, int]) -> Mp4Writer:
        raise OutputError(f"Cannot write {path} of {size}.")

    assert watched(frames, store, ClipSink(ClipFolder(tmp_path, FakeClock()), full))


def clip(folder: Path, k: int, at_ns: int, size: int = 10) -> Path:
    path = folder / f"{k:024x}.mp4"
    path.write_bytes(b"0" * size)
    os.utime(path, ns=(at_ns, at_ns))
    return path


@pytest.mark.parametrize(
    ("limit", "value"),
    [("KEPT_FILES", 3), ("KEPT_BYTES", 35)],
)
def test_the_oldest_clips_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(f"catseye.runtime.clips.{limit}", value)
    clips = [clip(tmp_path, k, START_NS + k * NS_PER_S) for k in range(5)]
    ClipFolder(tmp_path, FakeClock(START_NS + 10 * NS_PER_S)).tidy()
    assert sorted(tmp_path.iterdir()) == clips[2:]


def test_a_clip_is_kept_for_a_day_and_other_files_are_left_alone(tmp_path: Path) -> None:
    old, young = clip(tmp_path, 1, START_NS), clip(tmp_path, 2, START_NS + NS_PER_S)
    others = [tmp_path / name for name in ("holiday.mp4", "annotated.mp4.part", f"{7:024x}.txt")]
    for path in others:
        path.write_bytes(b"0")
        os.utime(path, ns=(1, 1))
    half, writing = (tmp_path / f"{k:024x}.mp4.part" for k in (3, 4))
    half.touch()
    writing.touch()
    ClipFolder(tmp_path, FakeClock(START_NS + round(KEPT_S * NS_PER_S) + 1)).tidy(frozenset({writing}))
    assert set(tmp_path.iterdir()) == {young, writing, *others}
    assert not old.exists()
    assert KEPT_FILES > 0
