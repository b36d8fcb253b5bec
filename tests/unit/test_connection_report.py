from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.onvif import MediaProfile, OnvifFacts, choose_profile
from catseye.network.connection import ConnectionReport, look_over
from catseye.ports import StreamTraffic
from catseye.testing.scripted import blank_frame

GOOD = StreamTraffic(bytes_in=100_000, packets=50, key_frames=6, lost_packets=0, gop_s=1.0, codec="h264", size=(640, 360))


def report(
    traffic: StreamTraffic = GOOD, *, fps: float = 8.0, width: int = 640, offset_s: float = 0.0, corrupt: int = 0
) -> ConnectionReport:
    frames = [blank_frame(k, fps=fps, size=(width, 360)) for k in range(41)]
    return look_over("rtsp://x/y", frames, traffic, corrupt=corrupt, camera=OnvifFacts(clock_offset_s=offset_s))


def test_a_good_camera_has_nothing_to_mend() -> None:
    told = report()
    assert told.findings == ()
    assert (told.fps, told.watched_s, told.kbit_s) == (8.0, 5.0, 160.0)


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"fps": 25.0}, "a second"),
        ({"fps": 2.0}, "Only 2"),
        ({"width": 1920}, "1920 wide"),
        ({"offset_s": -30.0}, "off by -30 s"),
        ({"corrupt": 3}, "damaged"),
        ({"traffic": msgspec.structs.replace(GOOD, lost_packets=5)}, "5 packets"),
        ({"traffic": msgspec.structs.replace(GOOD, gop_s=10.0)}, "each 10 s"),
        ({"traffic": msgspec.structs.replace(GOOD, codec="mpeg4")}, "mpeg4"),
    ],
)
def test_each_thing_to_mend_is_told_alone_with_its_remedy(how: dict[str, Any], word: str) -> None:
    (finding,) = report(**how).findings
    assert word in finding.what
    assert finding.remedy


def test_what_is_not_known_is_no_fault() -> None:
    unknown = StreamTraffic(bytes_in=1, packets=1, codec="h264")
    told = look_over("x", [blank_frame(0)], unknown, corrupt=0, camera=None, notes=("A note.",))
    assert (told.fps, told.lost_packets, told.key_frame_interval_s, told.kbit_s) == (None, None, None, None)
    assert [finding.what for finding in told.findings] == ["A note."]


PROFILES = st.lists(
    st.builds(
        MediaProfile,
        token=st.text("abc", min_size=1, max_size=3),
        size=st.none() | st.tuples(st.integers(1, 8000), st.integers(1, 8000)),
        fps=st.none() | st.floats(0.5, 60),
    ),
    max_size=6,
)


@given(PROFILES)
def test_the_nearest_stream_is_chosen(profiles: list[MediaProfile]) -> None:
    chosen = choose_profile(profiles)
    assert (chosen is None) == (not profiles)
    if chosen is not None and any(one.size is not None for one in profiles):
        assert chosen.size is not None
        ours = max(chosen.size[0], 640) / min(chosen.size[0], 640)
        assert all(ours <= max(one.size[0], 640) / min(one.size[0], 640) for one in profiles if one.size is not None)


def test_of_equal_widths_the_one_near_the_rate_is_chosen() -> None:
    rates = (25.0, 15.0, 7.0, 3.0)
    chosen = choose_profile([MediaProfile(token=str(fps), size=(640, 360), fps=fps) for fps in rates])
    assert chosen is not None
    assert chosen.fps == 7.0
