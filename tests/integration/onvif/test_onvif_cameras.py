"""The ONVIF client against a real HTTP server that answers as cameras do."""

import pytest
from tests import zoo
from tests.zoo.onvif import OnvifCamera, answering_probes, onvif_camera, probe_match

from catseye import app
from catseye.adapters.onvif import OnvifDevice, Transport, discover
from catseye.adapters.pyav_source import dial
from catseye.core.errors import SourceDeniedError, SourceError, SourceFormatError, SourceUnreachableError
from catseye.core.onvif import TamperEvent

SECRET = "s3cr3t/@&<"


def device(address: str, user: str = "", password: str = "", timeout_s: float = 5.0) -> OnvifDevice:
    def to(where: str, patience_s: float) -> object:
        return dial(where, address, None, patience_s)

    transport = Transport(address, "the camera", to, user=user, password=password, timeout_s=timeout_s)  # type: ignore[arg-type]
    return OnvifDevice.at(transport, app.system_clock(), user=user, password=password)


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("http_digest", [False, True])
def test_what_a_camera_is_and_which_stream_is_asked_for(old: bool, http_digest: bool) -> None:
    camera = OnvifCamera(user="ann", password=SECRET, old=old, http_digest=http_digest, ahead_s=3600)
    with onvif_camera(camera) as address:
        facts = device(address, "ann", SECRET).facts()
    assert (facts.maker, facts.model) == ("Zoo", "Z-1 & co")
    assert facts.clock_offset_s == pytest.approx(3600, abs=2)
    assert [(one.token, one.size, one.fps) for one in facts.profiles] == [("main", (1920, 1080), 25.0), ("sub", (640, 360), 15.0)]
    assert facts.chosen is not None
    assert facts.chosen.token == "sub"
    assert facts.address == "rtsp://127.0.0.1:554/sub?x=1"  # the inner host it names is not reached for
    assert "10.9.8.7" in facts.notes[0]
    assert facts.pan_tilt_zoom == (None if old else (0.25, -0.5, 0.1))
    assert all(SECRET.encode() not in message and b"s3cr3t" not in message for message in camera.seen)
    assert "s3cr3t" not in repr(facts)


@pytest.mark.parametrize("http_digest", [False, True])
def test_wrong_credentials(http_digest: bool) -> None:
    with onvif_camera(OnvifCamera(user="ann", password=SECRET, http_digest=http_digest)) as address:
        for user, password in (("", ""), ("ann", "wr0ng")):
            with pytest.raises(SourceDeniedError) as caught:
                device(address, user, password)
            assert "wr0ng" not in str(caught.value)


@pytest.mark.parametrize("old", [False, True])
def test_the_rate_is_set_where_that_is_allowed(old: bool) -> None:
    camera = OnvifCamera(old=old)
    with onvif_camera(camera) as address:
        facts = device(address).facts(set_rate=True)
    assert camera.rates == {"main": 25.0, "sub": 8.0}
    assert facts.chosen is not None
    assert facts.chosen.fps == 8.0
    fixed = OnvifCamera(old=old, fixed_rate=True)
    with onvif_camera(fixed) as address:
        facts = device(address).facts(set_rate=True)
    assert fixed.rates["sub"] == 15.0
    assert any("could not be set" in note for note in facts.notes)


def test_tampering_is_told_and_motion_is_not() -> None:
    with onvif_camera(OnvifCamera()) as address:
        told = device(address).tampering()
    at = "2026-01-01T00:00:00Z"
    assert told == (TamperEvent(kind="scene_change", active=True, at=at), TamperEvent(kind="too_dark", active=False, at=at))


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not xml",
        BOMB,
        b"<a>" * 5000,
        b"<a>" + b"<b/>" * 30_000 + b"</a>",
        b"<a>" + b"x" * 3_000_000 + b"</a>",
        b"\xff\xfe\x00",
    ],
    ids=["nothing", "text", "entities", "deep", "many", "long", "binary"],
)
def test_hostile_answers_are_refused(answer: bytes) -> None:
    with (
        onvif_camera(OnvifCamera(answers={"GetServices": answer, "GetCapabilities": answer})) as address,
        pytest.raises(SourceFormatError),
    ):
        device(address)


def test_a_stream_address_must_be_rtsp_and_own_host() -> None:
    for stream in ("file:///etc/passwd", "http://x/y", "", "rtsp://[::1"):
        with onvif_camera(OnvifCamera(stream=stream)) as address, pytest.raises(SourceFormatError, match="no RTSP address"):
            device(address).facts()


def test_nobody_there_and_redirects() -> None:
    with pytest.raises(SourceUnreachableError):
        device("http://127.0.0.1:9/onvif/device_service")
    with zoo.trap() as trap, zoo.camera("redirect_http", to=f"http://127.0.0.1:{trap.port}/") as url:
        with pytest.raises(SourceError):
            device(url)
        assert trap.visits == []


def test_discovery_takes_answers_to_its_own_question_only() -> None:
    scopes = "onvif://www.onvif.org/name/Gate%20North onvif://www.onvif.org/hardware/Z-1"
    good = probe_match("urn:uuid:1", "http://10.1.1.1/onvif/device_service http://169.254.169.254/x file:///etc/passwd", scopes)
    other = probe_match("urn:uuid:2", "http://10.1.1.2/").replace("{asked}", "somebody-else")
    with answering_probes("noise", other, good, good) as group:
        found = discover("127.0.0.1", app.system_clock(), lambda address: "169.254" not in address, wait_s=1.0, group=group)
    (one,) = found
    assert one.addresses == ("http://10.1.1.1/onvif/device_service", "http://169.254.169.254/x")
    assert one.allowed == ("http://10.1.1.1/onvif/device_service",)
    assert (one.name, one.hardware, one.answered_from) == ("Gate North", "Z-1", "127.0.0.1")


def test_an_interface_that_is_not_of_this_machine() -> None:
    with pytest.raises(SourceUnreachableError, match="interface"):
        discover("203.0.113.9", app.system_clock(), lambda _: True, wait_s=0.1)
