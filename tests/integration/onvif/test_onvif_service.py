"""An ONVIF camera that is asked again and again, as a network asks it."""

from time import monotonic

import pytest
from tests.zoo.onvif import OnvifCamera, onvif_camera

from catseye.adapters.onvif import OnvifDevice, OnvifService, Transport
from catseye.adapters.pyav_source import dial
from catseye.core.errors import SourceError, SourceUnreachableError
from catseye.core.onvif import OnvifNow
from catseye.testing.clock import FakeClock

CHANGED, DARK = "VideoSource/GlobalSceneChange/ImagingService", "VideoSource/ImageTooDark/ImagingService"


def service(address: str, clock: FakeClock, timeout_s: float = 5.0) -> OnvifService:
    transport = Transport(address, "the camera", lambda where, s: dial(where, address, None, s), timeout_s=timeout_s)
    return OnvifService(OnvifDevice.at(transport, clock), clock)


def told(now: OnvifNow) -> list[tuple[str, bool]]:
    return [(event.kind, event.active) for event in now.tampering]


@pytest.mark.parametrize("one_address", [False, True])
def test_it_is_asked_over_one_pull_point_which_is_left_at_the_end(one_address: bool) -> None:
    camera, clock = OnvifCamera(one_address=one_address), FakeClock()
    with onvif_camera(camera) as address:
        asked = service(address, clock)
        first = asked.ask()
        assert first.pan_tilt_zoom == (0.25, -0.5, 0.1)
        assert told(first) == [("scene_change", True), ("too_dark", False)]
        camera.told += [(CHANGED, "false"), (DARK, "true")]
        camera.points_at = (0.5, 0.5, 0.0)
        second = asked.ask()
        assert second.pan_tilt_zoom == (0.5, 0.5, 0.0)
        assert told(second) == [("scene_change", False), ("too_dark", True)]
        assert told(asked.ask()) == []
        assert len(camera.points) == camera.asked.count("CreatePullPointSubscription") == 1
        asked.close()
    assert camera.points == set()


def test_a_pull_point_that_the_camera_forgot_or_that_is_old_is_made_anew() -> None:
    camera, clock = OnvifCamera(), FakeClock()
    with onvif_camera(camera) as address:
        asked = service(address, clock)
        asked.ask()
        camera.points.clear()
        assert told(asked.ask()) == [("scene_change", True), ("too_dark", False)]
        assert told(asked.ask()) == []
        clock.advance(700.0)
        assert told(asked.ask()) == [("scene_change", True), ("too_dark", False)]
        assert len(camera.points) == 1


def test_what_a_camera_does_not_have_is_not_said() -> None:
    camera = OnvifCamera(old=True, points_at=None)
    with onvif_camera(camera) as address:
        now = service(address, FakeClock()).ask()
    assert (now.pan_tilt_zoom, now.tampering) == (None, ())
    assert now.clock_offset_s is not None
    assert "CreatePullPointSubscription" not in camera.asked


def test_its_clock_is_asked_for_each_time() -> None:
    camera = OnvifCamera(points_at=None)
    with onvif_camera(camera) as address:
        asked = service(address, clock := FakeClock())
        before = asked.ask().clock_offset_s
        clock.advance(10.0)
        after = asked.ask().clock_offset_s
    assert before is not None
    assert after is not None
    assert after - before == pytest.approx(-10.0, abs=1.5)  # it tells whole seconds


def test_an_answer_that_drips_ends_in_time() -> None:
    camera = OnvifCamera(drips=True)
    with onvif_camera(camera) as address:
        begun_s = monotonic()
        with pytest.raises(SourceUnreachableError, match="does not answer"):
            service(address, FakeClock(), timeout_s=1.0)
        assert monotonic() - begun_s < 4.0


def test_a_camera_that_is_gone_raises_and_is_left_quietly() -> None:
    with onvif_camera(OnvifCamera()) as address:
        asked = service(address, FakeClock())
        asked.ask()
    with pytest.raises(SourceError):
        asked.ask()
    asked.close()
