from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from catseye.core.errors import SourceFormatError
from catseye.testing.clips import numbered_picture
from catseye.testing.conformance import check_source


def sequence(folder: Path, count: int = 12, ini: str = "[Sequence]\nname=x\nframeRate=12.5\n") -> Path:
    pictures = folder / "img1"
    pictures.mkdir(parents=True)
    for k in range(count):
        cv2.imwrite(str(pictures / f"{k + 1}.png"), numbered_picture(k, (64, 48)))
    if ini:
        (folder / "seqinfo.ini").write_text(ini)
    return folder


@pytest.mark.parametrize("inner", ["", "img1"])
def test_a_motchallenge_folder_in_order_at_its_rate(tmp_path: Path, opened: Any, inner: str) -> None:
    folder = sequence(tmp_path / "S1") / inner
    frames = check_source(lambda: opened(folder, start_ns=10**18))
    assert [frame.at_ns - 10**18 for frame in frames] == [80_000_000 * k for k in range(12)]
    np.testing.assert_array_equal(frames[10].picture.bgr(), numbered_picture(10, (64, 48)))
    assert opened(folder).info.notes == ()


@pytest.mark.parametrize("ini", ["", "[Sequence]\nframeRate=often\n", "[Sequence]\nframeRate=0\n", "no ini at all"])
def test_without_a_rate_it_is_25_and_said_so(tmp_path: Path, opened: Any, ini: str) -> None:
    source = opened(sequence(tmp_path / "S1", ini=ini))
    assert source.info.fps == 25.0
    assert "25" in source.info.notes[0]
    assert opened(tmp_path / "S1", fps=10.0).info.notes == ()


def test_a_picture_that_cannot_be_read_is_counted_and_its_time_passes(tmp_path: Path, opened: Any) -> None:
    folder = sequence(tmp_path / "S1")
    (folder / "img1" / "1.png").write_bytes(b"")
    (folder / "img1" / "5.png").write_bytes(b"not a picture")
    source = opened(folder, start_ns=0)
    frames = list(source.frames())
    assert source.corrupt == 2
    assert [frame.seq for frame in frames] == list(range(10))
    assert [frame.at_ns // 80_000_000 for frame in frames] == [frame.pts - 1 for frame in frames]
    assert [frame.pts for frame in frames] == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]


def test_folders_without_pictures(tmp_path: Path, opened: Any) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(SourceFormatError):
        opened(tmp_path)
