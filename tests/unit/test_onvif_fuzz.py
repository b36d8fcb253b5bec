"""Whatever a camera answers to ONVIF: facts or an error of ours, never anything else."""

import contextlib
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zoo.onvif import OnvifCamera, RefusedError, fault, probe_match, wrapped

from catseye.adapters.onvif import OnvifDevice
from catseye.adapters.onvif.discovery import answered
from catseye.adapters.onvif.soap import parse
from catseye.core.errors import SourceError
from catseye.core.onvif import Discovered, OnvifFacts
from catseye.testing.clock import FakeClock

CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 40),
        st.sampled_from(
            [
                b"",
                b"\0",
                b"<",
                b"&",
                b"]]>",
                b"99999999999999999999",
                b"-1",
                b"nan",
                b"\xff\xfe",
                b"<a>" * 70,
                b"&#0;",
                b"rtsp://[",
                b'"',
            ]
        )
        | st.binary(max_size=30),
    ),
    max_size=6,
)


def changed(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in changes:
        place = at % (len(data) + 1)
        data = data[:place] + new + data[place + length :]
    return data


class Answering:
    """Has what is used of a Transport: answers as a camera does, but for the changes."""

    name, host, path = "the camera", "192.0.2.7", "/onvif/device_service"

    def __init__(self, camera: OnvifCamera, changes: list[tuple[int, int, bytes]]) -> None:
        self._camera, self._changes = camera, changes

    def post(self, path: str, body: bytes, action: str) -> bytes:
        asked = re.search(rb"Body><t:(\w+)", body)
        assert asked
        assert path.startswith("/")
        try:
            told = (
                self._camera.answer(asked[1].decode(), body.decode(), path) if asked[1] != b"SetVideoEncoderConfiguration" else ""
            )
        except RefusedError:
            return changed(fault("ter:InvalidArgVal", "No such thing"), self._changes)
        return changed(wrapped(f"<x:Answer xmlns:x='x'>{told}</x:Answer>"), self._changes)


@settings(max_examples=300, deadline=None)
@given(CHANGES, st.booleans())
def test_answers_changed_anyhow(changes: list[tuple[int, int, bytes]], old: bool) -> None:
    transport = Answering(OnvifCamera(old=old), changes)
    with contextlib.suppress(SourceError):
        device = OnvifDevice.at(transport, FakeClock())  # type: ignore[arg-type]
        facts = device.facts(set_rate=True)
        assert isinstance(facts, OnvifFacts)
        assert "10.9.8.7" not in facts.address.partition("?")[0] or not facts.address
        assert len(device.tampering()) <= 100


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_datagrams_changed_anyhow(changes: list[tuple[int, int, bytes]]) -> None:
    data = changed(probe_match("urn:uuid:1", "http://10.0.0.1/x").replace("{asked}", "abc").encode(), changes)
    for one in answered(data, "10.0.0.1", "abc", lambda _: True):
        assert isinstance(one, Discovered)
        assert all(address.startswith(("http://", "https://")) for address in one.addresses)


@given(st.binary(max_size=2000))
def test_noise_is_no_soap(noise: bytes) -> None:
    with contextlib.suppress(SourceError):
        parse(noise, "x")
