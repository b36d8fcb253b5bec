"""What a source makes of each camera of the zoo, good or bad."""

import threading
from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from tests import zoo

from catseye import app
from catseye.core.errors import SourceDeniedError, SourceError, SourceUnreachableError
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.ports import FrameSource, SourceOptions
from catseye.testing.clips import write_clip
from catseye.testing.conformance import check_source

MS = 1_000_000


def opened(url: str, *, udp: bool = False, user: str = "", password: str = "", patience_s: float = 2.0) -> FrameSource:
    options = SourceOptions(udp=udp, user=user, password=password, connect_timeout_s=5.0, read_timeout_s=patience_s)
    return app.open_source(url, stream=StreamId("test"), run=RunId("run"), clock=app.system_clock(), options=options)


def seen(source: FrameSource, most: int) -> list[Frame]:
    """Frames up to ``most`` or to where it cannot go on."""
    frames: list[Frame] = []
    try:
        frames.extend(islice(source.frames(), most))
    finally:
        source.close()
    return frames


def until(source: FrameSource, true: Callable[[Frame], bool], most: int = 150) -> Frame:
    for frame in islice(source.frames(), most):
        if true(frame):
            source.close()
            return frame
    raise AssertionError("it never came")


@pytest.mark.parametrize("udp", [False, True])
def test_a_good_street(udp: bool) -> None:
    with zoo.camera("street") as url:
        frames = check_source(lambda: opened(url, udp=udp), limit=12)
    steps = [round((other.at_ns - one.at_ns) / MS) for one, other in pairwise(frames)]
    assert np.median(steps) == pytest.approx(100, abs=5)


def test_a_real_server_sends_a_real_clip(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "street.mp4", frames=60, size=(320, 240))
    with zoo.camera("real", clip=clip) as url:
        frames = seen(opened(url), 20)
    assert len(frames) == 20
    assert frames[0].size == (320, 240)


def test_one_that_stalls_is_told_after_the_patience() -> None:
    with zoo.camera("stall", after_s=3.0) as url:
        source = opened(url, patience_s=1.0)
        with pytest.raises(SourceUnreachableError, match="stopped sending"):
            seen(source, 100)


def test_one_that_drips_is_read_slowly_and_never_blocks_its_closing() -> None:
    with zoo.camera("slow_drip") as url, pytest.raises(SourceError):
        seen(opened(url), 1000)


def test_a_change_of_size_goes_on() -> None:
    with zoo.camera("size_change") as url:
        source = opened(url)
        assert source.info.size == (320, 180)
        assert until(source, lambda frame: frame.size != (320, 180)).size == (640, 360)


def test_a_change_of_codec_is_a_new_connection() -> None:
    with zoo.camera("codec_change") as url:
        source = opened(url)
        assert source.info.codec == "h264"
        with pytest.raises(SourceUnreachableError):
            seen(source, 100)
        again = opened(url)
        assert again.info.codec == "hevc"
        assert len(seen(again, 5)) == 5


def test_missing_key_frames_show_in_the_traffic() -> None:
    with zoo.camera("no_key_frames", after_s=3.0, gop_s=0.5) as url:
        source = opened(url)
        frames = source.frames()
        for _ in range(12):
            next(frames)
        assert source.traffic().gop_s == pytest.approx(0.5, abs=0.2)
        for _ in range(32):
            next(frames)
        traffic = source.traffic()
        assert traffic.gop_s is not None
        assert traffic.gop_s > 1.5
        source.close()


@pytest.mark.parametrize("udp", [False, True])
def test_lost_packets_are_counted_and_pictures_go_on(udp: bool) -> None:
    with zoo.camera("packet_loss", after_s=0.5) as url:
        source = opened(url, udp=udp)
        until(source, lambda _: source.corrupt >= 3)
        lost = source.traffic().lost_packets
        assert lost is None if udp else lost is not None and lost >= 3


def test_packets_out_of_order_are_put_in_order() -> None:
    with zoo.camera("reordering", after_s=0.0) as url:
        source = opened(url, udp=True)
        assert len(seen(source, 25)) == 25
        assert source.corrupt == 0


def test_wrong_times_do_not_turn_the_clock_back() -> None:
    with zoo.camera("wrong_times") as url:
        frames = seen(opened(url), 25)
    assert all(one.at_ns < other.at_ns <= other.arrived_ns for one, other in pairwise(frames))


def test_a_storm_of_reconnects() -> None:
    with zoo.scripted(zoo.behaviour("reconnect_storm")) as camera:
        for _ in range(2):
            with pytest.raises(SourceUnreachableError):
                seen(opened(camera.url), 100)
        assert camera.plays == 2


@pytest.mark.parametrize("name", ["black", "defocused", "covered", "turned"])
def test_pictures_that_fail(name: str) -> None:
    with zoo.camera(name, after_s=0.5) as url:
        frames = seen(opened(url), 20)
    first, last = (frame.picture.luma().astype(float) for frame in (frames[0], frames[-1]))
    assert np.abs(first - last).mean() > 5


def test_a_frozen_one_sends_the_same_picture_as_new() -> None:
    with zoo.camera("frozen", after_s=0.5) as url:
        frames = seen(opened(url), 25)
    one, other = (frame.picture.luma().astype(float) for frame in frames[-2:])
    assert np.abs(one - other).mean() < 0.5
    assert frames[-1].at_ns > frames[-2].at_ns


def test_a_drifting_clock_is_followed() -> None:
    with zoo.camera("clock_drift") as url:
        frames = seen(opened(url), 25)
    assert all(one.at_ns < other.at_ns <= other.arrived_ns for one, other in pairwise(frames))


def test_credentials() -> None:
    with zoo.camera("auth_failure") as url:
        for user, password in (("", ""), (zoo.USER, "wr0ng")):
            with pytest.raises(SourceDeniedError):
                opened(url, user=user, password=password)
        assert len(seen(opened(url, user=zoo.USER, password=zoo.PASSWORD), 3)) == 3


@pytest.mark.parametrize("kind", ["rtsp", "http"])
def test_a_redirect_leads_nowhere(kind: str) -> None:
    with zoo.trap() as trap, zoo.camera(f"redirect_{kind}", to=f"{kind}://127.0.0.1:{trap.port}/inside") as url:
        with pytest.raises(SourceError):
            opened(url)
        assert trap.visits == []


def test_closing_from_another_thread() -> None:
    with zoo.camera("street") as url:
        source = opened(url)
        frames = source.frames()
        next(frames)
        thread = threading.Thread(target=source.close)
        thread.start()
        thread.join(timeout=20)
        assert sum(1 for _ in frames) <= 1


def test_a_name_that_is_no_text_does_not_matter() -> None:
    with zoo.scripted(zoo.Behaviour(mutate=lambda said: said.replace(b"s=zoo", b"s=\x8f\xff\xfe"))) as camera:
        assert len(seen(opened(camera.url), 3)) == 3
