import threading
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest

from catseye import app
from catseye.core.errors import SourceDeniedError, SourceNotFoundError, SourceUnreachableError
from catseye.core.ids import RunId, StreamId
from catseye.ports import SourceOptions
from catseye.testing.clips import write_clip
from catseye.testing.conformance import check_source

MS = 1_000_000


def test_mjpeg_over_http(web: str, opened: Any) -> None:
    frames = check_source(lambda: opened(f"http://{web}/camera"), limit=10)
    source = opened(f"http://{web}/camera?user=ann&pwd=s3cr3t")
    assert source.info.live
    assert source.info.codec == "mjpeg"
    assert source.info.name == f"http://{web}/camera?***"
    assert all(frame.pts is None and frame.at_ns == frame.arrived_ns for frame in frames)
    assert frames[0].size == (64, 48)
    source.close()


def test_credentials_come_from_the_address_or_the_environment(web: str, opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = opened(f"http://ann:s3cr3t%2F%40@{web}/guarded")
    assert source.info.name == f"http://***@{web}/guarded"
    source.close()
    monkeypatch.setenv("CATSEYE_SOURCE_USER", "ann")
    monkeypatch.setenv("CATSEYE_SOURCE_PASSWORD", "s3cr3t/@")
    source = opened(f"http://{web}/guarded")
    assert len(list(islice(source.frames(), 3))) == 3
    source.close()


@pytest.mark.parametrize("user", ["", "ann:wr0ng@"])
def test_wrong_credentials_are_named_and_never_shown(web: str, opened: Any, user: str) -> None:
    with pytest.raises(SourceDeniedError) as caught:
        opened(f"http://{user}{web}/guarded")
    error: BaseException | None = caught.value
    while error:
        assert "wr0ng" not in repr(error)
        error = error.__context__
    assert "CATSEYE_SOURCE_USER" in caught.value.remedy


def test_addresses_that_lead_nowhere(web: str, opened: Any, mute: str) -> None:
    with pytest.raises(SourceNotFoundError):
        opened(f"http://{web}/elsewhere")
    for scheme in ("http", "rtsp"):
        with pytest.raises(SourceUnreachableError, match="refuses the connection"):
            opened(f"{scheme}://127.0.0.1:9/x")
        with pytest.raises(SourceUnreachableError, match="does not answer"):
            opened(f"{scheme}://{mute}/x", connect_timeout_s=0.3, read_timeout_s=0.3)
    with pytest.raises(SourceUnreachableError):
        opened("http://nowhere.invalid/x")
    with pytest.raises(SourceUnreachableError):
        opened(f"http://{web}/silent", connect_timeout_s=0.3, read_timeout_s=0.3)


@pytest.mark.parametrize(("path", "least", "message"), [("stalls", 4, "stopped sending"), ("stops", 7, "stopped")])
def test_a_live_source_that_ends_says_so_after_its_frames(web: str, opened: Any, path: str, least: int, message: str) -> None:
    source, frames = opened(f"http://{web}/{path}", read_timeout_s=0.4), []
    with pytest.raises(SourceUnreachableError, match=message):
        frames.extend(source.frames())
    assert len(frames) >= least


def test_close_from_another_thread_ends_a_live_source(web: str, opened: Any) -> None:
    source = opened(f"http://{web}/camera")
    frames = source.frames()
    next(frames)
    thread = threading.Thread(target=source.close)
    thread.start()
    thread.join()
    assert sum(1 for _ in frames) <= 1


def test_hls_and_files_over_http(web: str, opened: Any, tmp_path: Path) -> None:
    options = {"hls_time": "1", "hls_list_size": "0", "hls_playlist_type": "vod"}
    write_clip(tmp_path / "street.m3u8", frames=100, options=options)
    write_clip(tmp_path / "street.mp4", frames=100, options={"movflags": "+faststart"})
    for name in ("street.m3u8", "street.mp4"):
        source = opened(f"http://{web}/{name}")
        frames = list(source.frames())
        assert not source.info.live
        assert [round((frame.at_ns - frames[0].at_ns) / MS) for frame in frames] == [40 * k for k in range(100)]


def test_a_live_hls_backlog_is_dated_back_and_its_end_is_a_stop(web: str, opened: Any, tmp_path: Path) -> None:
    playlist = write_clip(tmp_path / "live.m3u8", frames=100, options={"hls_time": "1", "hls_list_size": "0"})
    playlist.write_text(playlist.read_text().replace("#EXT-X-ENDLIST", ""))
    source, frames = opened(f"http://{web}/live.m3u8", read_timeout_s=2.0), []
    assert source.info.live
    with pytest.raises(SourceUnreachableError, match="stopped"):
        frames.extend(source.frames())
    steps = {round((other.at_ns - one.at_ns) / MS) for one, other in pairwise(frames)}
    assert steps == {40}
    assert frames[-1].at_ns <= frames[-1].arrived_ns


@pytest.mark.parametrize("udp", [False, True])
def test_rtsp(rtsp: str, opened: Any, udp: bool) -> None:
    frames = check_source(lambda: opened(f"rtsp://{rtsp}", udp=udp), limit=30)
    assert frames[0].size == (320, 240)
    assert all(frame.at_ns <= frame.arrived_ns for frame in frames)
    steps = [(other.at_ns - one.at_ns) / MS for one, other in pairwise(frames)]
    assert sorted(steps)[len(steps) // 2] == pytest.approx(40, abs=5)


@pytest.mark.parametrize("rtsp", [("ann", "s3cr3t/@")], indirect=True)
def test_rtsp_with_a_password(rtsp: str, opened: Any) -> None:
    options = SourceOptions(user="ann", password="s3cr3t/@")
    clock = app.system_clock()
    source = app.open_source(f"rtsp://{rtsp}", stream=StreamId("test"), run=RunId("run"), clock=clock, options=options)
    assert next(source.frames()).size == (320, 240)
    assert source.info.name == f"rtsp://{rtsp}"
    source.close()
    for user in ("", "ann:wr0ng@"):
        with pytest.raises(SourceDeniedError):
            opened(f"rtsp://{user}{rtsp}")
    with pytest.raises(SourceNotFoundError):
        opened(f"rtsp://ann:s3cr3t%2F%40@{rtsp}/elsewhere")


def test_a_password_is_in_no_representation() -> None:
    assert "s3cr3t" not in repr(SourceOptions(user="ann", password="s3cr3t"))
