"""What is handed on of what an RTSP camera says."""

import struct
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catseye.adapters.pyav_source.relay import Answers
from catseye.adapters.pyav_source.way import find_way
from catseye.core.errors import SourceError, SourceUnreachableError

OK = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n"


def rtp(sequence: int, size: int = 20, channel: int = 0) -> bytes:
    packet = struct.pack("!BBHII", 0x80, 96, sequence & 0xFFFF, 0, 7) + bytes(size)
    return struct.pack("!cBH", b"$", channel, len(packet)) + packet


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[one:other] for one, other in pairwise(at)]


@settings(max_examples=400)
@given(
    st.lists(
        st.one_of(st.just(OK), st.builds(rtp, st.integers(0, 9), st.integers(0, 60), st.integers(0, 1)), st.just(b"$\0\0\2ab"))
    ),
    st.lists(st.integers(0, 10_000)),
)
@example([OK, OK, OK], [99, 100, 8211])
def test_what_is_said_passes_whole_however_it_is_cut(said: list[bytes], cuts: list[int]) -> None:
    answers, data = Answers(b"192.0.2.1"), b"".join(said)
    assert b"".join(answers.take(piece) for piece in pieces(data, cuts)) == data


@given(st.sets(st.integers(1, 98)), st.integers(0, 65535), st.lists(st.integers(0, 10_000)))
def test_every_lost_packet_is_counted_once(lost: set[int], first: int, cuts: list[int]) -> None:
    answers = Answers(b"192.0.2.1")
    data = b"".join(rtp(first + k) for k in range(100) if k not in lost)
    for piece in pieces(data, cuts):
        answers.take(piece)
    assert answers.lost == len(lost)


def test_one_that_comes_late_was_not_lost_and_a_new_beginning_loses_none() -> None:
    answers = Answers(b"192.0.2.1")
    for sequence in (5, 7, 6, 8, 40_000, 40_001):
        answers.take(rtp(sequence))
    assert answers.lost == 0


@given(st.lists(st.integers(0, 10_000)))
def test_a_redirect_is_kept_and_nothing_after_it_passes(cuts: list[int]) -> None:
    answers = Answers(b"192.0.2.1")
    data = OK + b"RTSP/1.0 302 Found\r\nLocation: rtsp://169.254.169.254/latest\r\n\r\n" + OK
    assert b"".join(answers.take(piece) for piece in pieces(data, cuts)) == OK
    assert answers.refused == "rtsp://169.254.169.254/latest"


def test_a_camera_cannot_name_where_packets_are_sent_to() -> None:
    answers = Answers(b"192.0.2.1")
    said = b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;unicast;source=10.0.0.9;destination=10.0.0.8;server_port=5-6\r\n\r\n"
    passed = answers.take(said)
    assert b"10.0.0" not in passed
    assert b"server_port=5-6;source=192.0.2.1" in passed
    with pytest.raises(ValueError, match="multicast"):
        answers.take(b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;multicast;destination=224.0.0.9\r\n\r\n")


@pytest.mark.parametrize("said", [b"a" * 70_000, b"RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n"])
def test_answers_are_bounded(said: bytes) -> None:
    with pytest.raises(ValueError, match="answer"):
        Answers(b"192.0.2.1").take(said)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_noise_never_holds_more_than_the_bounds(noise: list[bytes]) -> None:
    answers = Answers(b"192.0.2.1")
    for piece in noise:
        answers.take(piece)
        assert len(answers._text) <= 400_000
        assert len(answers._head) < 8


@pytest.mark.parametrize("url", ["rtsp:///x", "rtsp://[::1/x", "rtsp://h:99999/x", "http://"])
def test_an_address_without_a_host(url: str) -> None:
    with pytest.raises(SourceError):
        find_way(url, url, None)


def test_only_judged_addresses_are_the_way() -> None:
    way = find_way("rtsp://ann:x@127.0.0.1/s?a=1", "", lambda host, found, port: found)
    assert way.to("10.1.2.3", 7) == "rtsp://ann:x@10.1.2.3:7/s?a=1"
    assert way.to("fe::1", 7) == "rtsp://ann:x@[fe::1]:7/s?a=1"

    def deny(host: str, found: tuple[str, ...], port: int) -> tuple[str, ...]:
        raise SourceUnreachableError(f"{host}:{port} may not be reached ({found}).")

    with pytest.raises(SourceUnreachableError, match=r"2130706433:554|127\.0\.0\.1"):
        find_way("rtsp://2130706433/x", "", deny)
