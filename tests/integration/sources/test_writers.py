import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from catseye.adapters.jpeg import encode_jpeg
from catseye.adapters.video_writer import Mp4Writer
from catseye.core.detection import nothing_found
from catseye.core.errors import OutputError
from catseye.core.frame import ArrayPicture
from catseye.core.tracks import no_tracks
from catseye.privacy.redaction import RedactedPicture, Redactor
from catseye.testing.clips import numbered_picture

MS = 1_000_000


def redacted(k: int = 0, size: tuple[int, int] = (64, 48)) -> RedactedPicture:
    picture = ArrayPicture(numbered_picture(k, size))
    return Redactor().redact(picture, nothing_found(0, size), no_tracks(0, size), np.zeros((0, 4), np.float32))


def test_jpeg() -> None:
    coded = encode_jpeg(redacted(3), quality=90)
    picture = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert np.abs(picture.astype(int) - numbered_picture(3, (64, 48))).mean() < 8
    assert len(encode_jpeg(redacted(3), quality=20)) < len(coded)


def test_nothing_but_a_redacted_picture_is_written(tmp_path: Path) -> None:
    clear: Any = numbered_picture(0, (64, 48))
    with pytest.raises(TypeError, match="RedactedPicture"):
        encode_jpeg(clear)
    with Mp4Writer(tmp_path / "a.mp4", (64, 48), 10) as writer:
        writer.write(redacted(), 0)
        unfit: Any
        for unfit in (clear, ArrayPicture(clear)):
            with pytest.raises(TypeError, match="RedactedPicture"):
                writer.write(unfit, 0)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 1


@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_a_video_keeps_the_pictures_and_their_times(tmp_path: Path, opened: Any, size: tuple[int, int]) -> None:
    when = [0, 100, 200, 900, 1000]
    with Mp4Writer(tmp_path / "a.mp4", size, 10) as writer:
        for k, ms in enumerate(when):
            writer.write(redacted(k, size), 10**18 + ms * MS)
    frames = list(opened(tmp_path / "a.mp4").frames())
    assert [round((frame.at_ns - frames[0].at_ns) / MS) for frame in frames] == when
    assert frames[0].size == (64, 48)
    assert np.abs(frames[4].picture.bgr().astype(int) - numbered_picture(4, size)[:48, :64]).mean() < 12


def test_a_picture_of_another_size_is_scaled(tmp_path: Path, opened: Any) -> None:
    with Mp4Writer(tmp_path / "a.mp4", (64, 48), 10) as writer:
        writer.write(redacted(0), 0)
        writer.write(redacted(1, (128, 96)), 100 * MS)
    assert [frame.size for frame in opened(tmp_path / "a.mp4").frames()] == [(64, 48)] * 2


def test_the_file_appears_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writer = Mp4Writer(path, (64, 48), 10)
    writer.write(redacted(), 0)
    assert not path.exists()
    writer.close()
    writer.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mp4"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Cannot write"):
        Mp4Writer(tmp_path / "nowhere" / "a.mp4", (64, 48), 10)


FULL_DISK = """
import resource, sys
from pathlib import Path
from catseye.adapters.video_writer import Mp4Writer
from catseye.core.detection import nothing_found
from catseye.core.errors import OutputError
from catseye.core.frame import ArrayPicture
from catseye.core.tracks import no_tracks
from catseye.privacy.redaction import Redactor
import numpy as np
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
noise, looked = np.random.default_rng(0), nothing_found(0, (320, 240))
try:
    with Mp4Writer(Path(sys.argv[1]), (320, 240), 10) as writer:
        for k in range(200):
            picture = ArrayPicture(noise.integers(0, 255, (240, 320, 3), dtype=np.uint8))
            redacted = Redactor().redact(picture, looked, no_tracks(0, (320, 240)), np.zeros((0, 4), np.float32))
            writer.write(redacted, k * 10**8)
except OutputError as error:
    print(error.message)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system cannot limit the size of a file")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "a.mp4")], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.startswith("Cannot write")
    assert list(tmp_path.iterdir()) == []
