"""What a stream may ask of this machine: pictures of a bounded size, then and later, and a bounded part of the memory."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from catseye import app
from catseye.core.errors import SourceFormatError
from catseye.core.ids import RunId, StreamId
from catseye.testing.clips import write_clip

SMALL, HUGE = (160, 120), (8000, 6000)  # 48 megapixels, as few bytes of JPEG
# Decodes a clip, and tells of each picture its size, then by how many MiB its process grew at most.
DECODE = """\
import sys
from pathlib import Path
from catseye import app
from catseye.core.errors import SourceError
from catseye.core.ids import RunId, StreamId
def peak(begin=False):
    if begin:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
for path in sys.argv[1:]:
    before, sizes = peak(begin=True), []
    try:
        source = app.open_source(path, stream=StreamId("t"), run=RunId("r"), clock=app.system_clock())
        for frame in source.frames():
            frame.picture.luma()
            sizes.append("x".join(map(str, frame.size)))
        source.close()
    except SourceError as error:
        print("error:", error.message)
    print(" ".join(sizes) or "none")
    print(round(peak() - before))
"""
EAT = """\
import catseye.app.network_worker as worker, resource, sys
import numpy as np
worker._MEMORY_SHARE = float(sys.argv[1])
worker._bound_memory()
held = []
try:
    for _ in range(64):
        held.append(np.ones(32 * 2**20, np.uint8))
except MemoryError:
    print("refused after", len(held))
"""


def jpeg(size: tuple[int, int], value: int) -> bytes:
    picture = np.full((size[1], size[0]), value, np.uint8)
    picture[:: size[1] // 8] = 255 - value
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize("size", [(8320, 64), (64, 8320)])
def test_a_clip_of_pictures_that_are_too_large_is_refused_by_name_and_size(tmp_path: Path, size: tuple[int, int]) -> None:
    clip = write_clip(tmp_path / "wide.mp4", frames=2, size=size)
    with pytest.raises(SourceFormatError, match=f"{size[0]}x{size[1]}"):
        app.open_source(str(clip), stream=StreamId("t"), run=RunId("r"), clock=app.system_clock())


def test_a_stream_that_grows_later_is_not_given_the_memory(tmp_path: Path) -> None:
    some = b"".join(jpeg(SMALL, 60 + k) for k in range(20))
    (tmp_path / "small.mjpeg").write_bytes(some)
    (tmp_path / "grows.mjpeg").write_bytes(some + jpeg(HUGE, 90) + some)
    told = subprocess.run(
        [sys.executable, "-c", DECODE, tmp_path / "small.mjpeg", tmp_path / "grows.mjpeg"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    assert told[0].split() == ["160x120"] * 20
    grown = told[2:]
    assert set(grown[-2].split()) == {"160x120"}
    assert len(grown[-2].split()) >= 20
    assert int(grown[-1]) < 40, "one picture of 48 megapixels takes 45 MiB at least"


def test_a_process_of_cameras_is_given_a_part_of_the_memory_and_no_more() -> None:
    """As if the machine were small: 2 GiB are asked for, and at most one given."""
    whole = int(Path("/proc/meminfo").read_text().split()[1]) * 1024
    asked = [sys.executable, "-c", EAT, str(2**30 / whole)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    assert told[:2] == ["refused", "after"]
    assert int(told[2]) <= 32
