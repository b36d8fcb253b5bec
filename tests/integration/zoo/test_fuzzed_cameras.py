"""Cameras that say and send anything: an error of ours or pictures, within the timeouts, in bounded memory. No seed may crash."""

import contextlib
import random
import resource
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from tests import zoo

from catseye import app
from catseye.core.errors import SourceError
from catseye.core.ids import RunId, StreamId
from catseye.ports import SourceOptions
from catseye.testing.clips import write_clip

SAYINGS = 16
CLIPS = 40
PIECES = (
    b"",
    b"\r\n",
    b"\0",
    b"999999999",
    b"-1",
    b"$\0\xff\xff",
    b"a=control:rtsp://127.0.0.1:1/x\r\n",
    b"RTSP/1.0 302 Found",
    b"%n%s",
    b"A" * 5000,
)


def spoilt(data: bytes, lots: random.Random, most: int) -> bytes:
    for _ in range(lots.randint(1, most)):
        at = lots.randrange(len(data) + 1)
        new = lots.choice([lots.choice(PIECES), lots.randbytes(lots.randint(1, 8))])
        data = data[:at] + new + data[at + lots.choice([0, len(new), lots.randint(0, 40)]) :]
    return data


def spoilt_now_and_then(data: bytes, lots: random.Random) -> bytes:
    """One answer of three, so that each step of a conversation is reached."""
    return spoilt(data, lots, 3) if lots.random() < 1 / 3 else data


def watch(spec: str) -> int:
    """How many pictures come before an error of ours, or of the first twenty."""
    options = SourceOptions(connect_timeout_s=0.5, read_timeout_s=0.4)
    seen = 0
    with contextlib.suppress(SourceError):
        source = app.open_source(spec, stream=StreamId("t"), run=RunId("r"), clock=app.system_clock(), options=options)
        try:
            for _ in islice(source.frames(), 20):
                seen += 1
        finally:
            source.close()
    return seen


@pytest.fixture(autouse=True)
def bounded_memory() -> object:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 400, f"{grown_mib:.0f} MiB"


@pytest.mark.parametrize("seed", range(SAYINGS))
def test_a_camera_that_says_anything(seed: int) -> None:
    lots = random.Random(seed)
    with zoo.trap() as trap:
        mutate = partial(spoilt_now_and_then, lots=lots)
        with zoo.scripted(zoo.Behaviour(mutate=mutate, close_after_s=2.0)) as camera:
            watch(camera.url)
        assert trap.visits == []


@pytest.mark.parametrize("name", ["a.h264", "a.mp4", "a.ts", "a.mkv", "a.avi"])
def test_a_clip_that_holds_anything(tmp_path: Path, name: str) -> None:
    good = write_clip(tmp_path / name, frames=20, size=(160, 120)).read_bytes()
    assert watch(str(tmp_path / name)) == 20
    some = 0
    for seed in range(CLIPS):
        (tmp_path / name).write_bytes(spoilt(good, random.Random(seed), 6))
        some += watch(str(tmp_path / name)) > 0
    assert some > 0


def test_a_stream_of_damaged_pictures_ends_by_itself_or_goes_on() -> None:
    with zoo.camera("packet_loss", after_s=0.0, seconds=2.0) as url:
        watch(url)
