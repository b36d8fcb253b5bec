"""A clip that is repeated has all its pictures, at the rate that was asked for."""

from itertools import pairwise
from pathlib import Path

import pytest

from catseye.adapters.clip_repeat import repeat_clip
from catseye.app import bench_tools
from catseye.bench.street import Painter, Street
from catseye.core.errors import OutputError


def test_every_picture_is_there_again_and_again(tmp_path: Path) -> None:
    tools, short, long = bench_tools(), tmp_path / "short.mp4", tmp_path / "long.mp4"
    painter = Painter(Street((128, 96), 3))
    tools.write_clip(short, (painter.picture(k / 25) for k in range(10)), (128, 96), fps=25, bit_rate=50_000)
    tools.repeat_clip(short, long, 3, 8)
    assert tools.decode_bare(long) == 30
    source = tools.open_source(long)
    times = [frame.at_ns for frame in source.frames()]
    assert source.info.fps == pytest.approx(8)
    source.close()
    assert {later - sooner for sooner, later in pairwise(times)} == {125_000_000}


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no clip")
    with pytest.raises(OutputError, match="Cannot write"):
        repeat_clip(tmp_path / "text.mp4", tmp_path / "long.mp4", 2, 8)
