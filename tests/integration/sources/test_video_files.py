from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from catseye.adapters.pyav_source import PyavSource
from catseye.core.errors import SourceDeniedError, SourceError, SourceFormatError, SourceNotFoundError
from catseye.core.frame import Frame
from catseye.testing.clips import numbered_picture, write_clip, write_sound
from catseye.testing.conformance import check_source

START = 1_600_000_000_000_000_000
MS = 1_000_000


def times_ms(frames: list[Frame]) -> list[float]:
    return [(frame.at_ns - frames[0].at_ns) / MS for frame in frames]


@pytest.mark.parametrize(
    ("name", "codec", "size"),
    [
        ("a.mp4", "libx264", (64, 48)),
        ("a.mkv", "libx264", (320, 240)),
        ("a.ts", "libx264", (64, 48)),
        ("a.avi", "mjpeg", (64, 48)),
        ("a.avi", "libx264", (64, 48)),
        ("a.mp4", "mpeg4", (64, 48)),
        ("a.h264", "libx264", (64, 48)),
        ("odd.mkv", "ffv1", (321, 241)),
        ("odd.avi", "mjpeg", (321, 241)),
        ("rgb.mkv", "rawvideo", (66, 50)),
    ],
)
def test_every_container_gives_all_frames_at_their_times(
    tmp_path: Path, opened: Any, name: str, codec: str, size: tuple[int, int]
) -> None:
    clip = write_clip(tmp_path / name, codec=codec, size=size, frames=30)
    frames = check_source(lambda: opened(clip, start_ns=START))
    assert len(frames) == 30
    assert [frame.seq for frame in frames] == list(range(30))
    assert {frame.size for frame in frames} == {size}
    assert frames[0].at_ns == START
    np.testing.assert_allclose(times_ms(frames), np.arange(30) * 40, atol=1.0)
    wrong = np.abs(frames[20].picture.bgr().astype(int) - numbered_picture(20, size)).mean()
    assert wrong < 12


def test_luma_is_the_decoders_own_memory(tmp_path: Path, opened: Any) -> None:
    clip = write_clip(tmp_path / "a.mp4", size=(322, 242))
    frame = next(opened(clip).frames())
    luma = frame.picture.luma()
    assert not luma.flags.owndata
    assert luma.strides[0] > luma.shape[1]
    with av.open(str(clip)) as container:
        expected = next(container.decode(video=0)).to_ndarray(format="yuv420p")[:242]
    np.testing.assert_array_equal(luma, expected)


def test_frames_outlive_their_source(tmp_path: Path, opened: Any) -> None:
    source = opened(write_clip(tmp_path / "a.mp4"))
    frames = list(source.frames())
    planes = [frame.picture.luma().copy() for frame in frames]
    source.close()
    del source
    for frame, plane in zip(frames, planes, strict=True):
        np.testing.assert_array_equal(frame.picture.luma(), plane)
        assert frame.picture.bgr().any()


def test_variable_frame_rate_keeps_every_interval(tmp_path: Path, opened: Any) -> None:
    when = [0, 40, 80, 500, 520, 4000, 4040, 4041]
    clip = write_clip(tmp_path / "vfr.mkv", frames=len(when), times_ms=when)
    assert times_ms(list(opened(clip).frames())) == when


def test_one_frame_a_second(tmp_path: Path, opened: Any) -> None:
    source = opened(write_clip(tmp_path / "slow.mp4", fps=1, frames=5))
    assert times_ms(list(source.frames())) == [0, 1000, 2000, 3000, 4000]
    assert source.info.fps == 1.0
    assert source.discontinuities == 0


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_video_comes_upright(tmp_path: Path, opened: Any, rotation: int) -> None:
    source = opened(write_clip(tmp_path / "phone.mp4", size=(96, 48), rotation=rotation))
    frame = next(source.frames())
    expected = np.rot90(numbered_picture(0, (96, 48)), rotation // 90)
    assert frame.size == source.info.size == (expected.shape[1], expected.shape[0])
    assert np.abs(frame.picture.bgr().astype(int) - expected).mean() < 12
    grey = expected.mean(axis=2) * 219 / 255 + 16
    assert np.abs(frame.picture.luma().astype(int) - grey).mean() < 12
    assert not frame.picture.luma().flags.writeable


def test_8k(tmp_path: Path, opened: Any) -> None:
    frame = next(opened(write_clip(tmp_path / "8k.avi", size=(7680, 4320), frames=1, codec="mjpeg")).frames())
    assert frame.picture.luma().shape == (4320, 7680)
    assert frame.picture.bgr().shape == (4320, 7680, 3)


@pytest.mark.parametrize("suffix", [".h264", ".ts"])
def test_a_change_of_resolution_goes_on_in_the_new_size(tmp_path: Path, opened: Any, suffix: str) -> None:
    small = write_clip(tmp_path / f"small{suffix}", size=(64, 48), frames=20)
    large = write_clip(tmp_path / f"large{suffix}", size=(128, 96), frames=20)
    both = tmp_path / f"both{suffix}"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    frames = list(opened(both).frames())
    assert [frame.size for frame in frames] == [(64, 48)] * 20 + [(128, 96)] * 20
    assert [frame.picture.luma().shape for frame in frames] == [(48, 64)] * 20 + [(96, 128)] * 20
    np.testing.assert_allclose(times_ms(frames), np.arange(40) * 40, atol=1.0)


@pytest.mark.parametrize("codec", ["mpeg2video", "mjpeg"])
def test_a_change_of_codec_keeps_what_came_before_and_says_so(tmp_path: Path, opened: Any, codec: str) -> None:
    one = write_clip(tmp_path / "one.ts", frames=300)
    other = write_clip(tmp_path / "other.ts", frames=80, codec=codec)
    both = tmp_path / "both.ts"
    both.write_bytes(one.read_bytes() + other.read_bytes())
    given: list[Frame] = []
    source = opened(both)
    with pytest.raises(SourceFormatError, match="to its end"):
        given.extend(source.frames())
    assert len(given) >= 299


def test_a_jump_in_the_timestamps_neither_makes_nor_loses_time(tmp_path: Path, opened: Any) -> None:
    early = write_clip(tmp_path / "early.ts", frames=25)
    late = write_clip(tmp_path / "late.ts", frames=25, options={"output_ts_offset": "3600"})
    for first, second in ((early, late), (late, early)):
        both = tmp_path / "both.ts"
        both.write_bytes(first.read_bytes() + second.read_bytes())
        source = opened(both)
        frames = list(source.frames())
        assert len(frames) == 50
        np.testing.assert_allclose(times_ms(frames), np.arange(50) * 40, atol=1.0)
        assert source.discontinuities == 1


def test_a_wrapped_counter_is_no_jump(tmp_path: Path, opened: Any) -> None:
    offset = 2**33 / 90_000 - 2.4
    clip = write_clip(tmp_path / "wrap.ts", frames=100, options={"output_ts_offset": f"{offset:.6f}"})
    source = opened(clip)
    frames = list(source.frames())
    assert len(frames) == 100
    np.testing.assert_allclose(times_ms(frames), np.arange(100) * 40, atol=1.0)
    assert source.discontinuities == 0


def test_start_comes_from_the_user_then_the_file_then_the_clock(tmp_path: Path, opened: Any) -> None:
    made = write_clip(tmp_path / "made.mp4", metadata={"creation_time": "2026-03-29T00:30:00Z"})
    stated = int(datetime(2026, 3, 29, 0, 30, tzinfo=UTC).timestamp()) * 10**9
    source = opened(made)
    assert source.info.starts_at_ns == stated
    assert next(source.frames()).at_ns == stated
    assert next(opened(made, start_ns=START).frames()).at_ns == START
    unset = next(opened(write_clip(tmp_path / "unset.mp4", metadata={"creation_time": "1904-01-01T00:00:00Z"})).frames())
    assert 0 <= unset.arrived_ns - unset.at_ns < 60 * 10**9


def test_info_tells_what_the_file_says(tmp_path: Path, opened: Any) -> None:
    clip = write_clip(tmp_path / "a.mp4", frames=50, size=(320, 240))
    info = opened(clip).info
    assert (info.name, info.live, info.size, info.codec) == (str(clip), False, (320, 240), "h264")
    assert (info.fps, info.frames, info.duration_s) == (25.0, 50, 2.0)


def flip(data: bytes, start: int, stop: int) -> bytes:
    return data[:start] + bytes(byte ^ 0xA5 for byte in data[start:stop]) + data[stop:]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi"])
def test_damage_in_the_middle_is_counted_and_passed(tmp_path: Path, opened: Any, name: str) -> None:
    clip = write_clip(tmp_path / name, frames=150, size=(320, 240), options={"movflags": "+faststart"} if name == "a.mp4" else {})
    data = clip.read_bytes()
    clip.write_bytes(flip(data, len(data) * 4 // 10, len(data) * 5 // 10))
    source = opened(clip)
    frames = list(source.frames())
    assert source.corrupt > 0
    assert 100 <= len(frames) <= 150
    if name != "a.avi":  # its time is the count of its packets
        assert frames[-1].at_ns - frames[0].at_ns > 5.5e9
    assert all(one.at_ns < other.at_ns for one, other in pairwise(frames))


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_a_file_cut_short_ends_where_it_was_cut(tmp_path: Path, opened: Any, name: str) -> None:
    clip = write_clip(tmp_path / name, frames=150, size=(320, 240), options={"movflags": "+faststart"} if name == "a.mp4" else {})
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) * 6 // 10])
    source = opened(clip)
    assert isinstance(source, PyavSource)
    frames = list(source.frames())
    assert 40 <= len(frames) <= 130
    assert source.truncated
    assert source.corrupt > 0


def test_a_whole_file_is_not_called_cut(tmp_path: Path, opened: Any) -> None:
    source = opened(write_clip(tmp_path / "a.mp4", frames=150))
    assert len(list(source.frames())) == 150
    assert not source.truncated
    assert source.corrupt == 0


def test_close_ends_a_reading_under_way(tmp_path: Path, opened: Any) -> None:
    source = opened(write_clip(tmp_path / "a.mp4", frames=30))
    frames = source.frames()
    next(frames)
    source.close()
    assert list(frames) == []
    assert source.corrupt == 0


def test_what_cannot_be_watched_is_refused_in_one_line(tmp_path: Path, opened: Any) -> None:
    empty, text, note = tmp_path / "empty.mp4", tmp_path / "text.mp4", tmp_path / "note.txt"
    empty.touch()
    text.write_text("not a video\n" * 100)
    note.write_text("not a video\n" * 100)
    headless = write_clip(tmp_path / "headless.mp4", frames=50)
    headless.write_bytes(headless.read_bytes()[:2000])
    (tmp_path / "nothing").mkdir()
    expected: list[tuple[str, type[SourceError], str]] = [
        (str(tmp_path / "missing.mp4"), SourceNotFoundError, "does not exist"),
        ("/dev/video97", SourceNotFoundError, "does not exist"),
        (str(empty), SourceFormatError, "zero bytes"),
        (str(text), SourceFormatError, "decoded as video"),
        (str(note), SourceFormatError, "no video track"),
        (str(headless), SourceFormatError, "decoded as video"),
        (str(write_sound(tmp_path / "sound.m4a")), SourceFormatError, "no video track"),
        (str(tmp_path / "nothing"), SourceFormatError, "no picture"),
        ("-", SourceNotFoundError, "kind"),
        ("gopher://host/x", SourceNotFoundError, "kind"),
        ("srt://user:secret@host/x", SourceNotFoundError, r"srt://\*\*\*@host"),
    ]
    for spec, kind, message in expected:
        with pytest.raises(kind, match=message) as caught:
            opened(spec)
        assert caught.value.remedy
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)


def test_a_file_this_user_may_not_read(tmp_path: Path, opened: Any) -> None:
    clip = write_clip(tmp_path / "a.mp4")
    clip.chmod(0)
    try:
        clip.open("rb").close()
    except PermissionError:
        pass
    else:
        pytest.skip("this user may read everything")
    with pytest.raises(SourceDeniedError):
        opened(clip)


def test_key_frames_alone_and_all_again(tmp_path: Path, opened: Any) -> None:
    clip = write_clip(tmp_path / "a.mp4", frames=60)
    with av.open(str(clip)) as container:
        packets = [(packet.pts, packet.time_base) for packet in container.demux(video=0) if packet.is_keyframe]
        keys = [round(float(pts * base) * 25) for pts, base in packets if pts is not None]
    source = opened(clip, start_ns=START)
    frames = source.frames()
    seen = [round((next(frames).at_ns - START) / MS / 40) for _ in range(3)]
    source.thin(key_frames_only=True)
    seen += [round((next(frames).at_ns - START) / MS / 40) for _ in range(4)]
    source.thin(key_frames_only=False)
    seen += [round((frame.at_ns - START) / MS / 40) for frame in frames]
    thinned = seen.index(keys[1])
    assert seen[:thinned] == list(range(thinned))  # what the decoder still held comes first
    assert thinned <= 5
    again = keys.index(seen[6]) + 1
    assert seen[thinned:7] == keys[1:again]
    assert seen[7:] == list(range(keys[again], 60))
    traffic = source.traffic()
    assert (traffic.packets, traffic.key_frames, traffic.lost_packets) == (60, len(keys), None)
    assert traffic.gop_s == pytest.approx((keys[-1] - keys[-2]) / 25, abs=0.3)
    assert traffic.bytes_in < clip.stat().st_size


def test_pictures_beyond_all_measure_are_refused(tmp_path: Path, opened: Any) -> None:
    clip = write_clip(tmp_path / "a.mkv", frames=1, size=(8320, 5000), codec="mjpeg")
    with pytest.raises(SourceFormatError, match="8320x5000"):
        opened(clip)
