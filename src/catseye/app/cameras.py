"""Opens the cameras of a network: within its reach, with their own credentials."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catseye.core.address import redacted
from catseye.core.cameras import Camera
from catseye.core.errors import CatseyeError
from catseye.core.ids import RunId
from catseye.core.onvif import Discovered, OnvifFacts
from catseye.core.reach import Reach
from catseye.ports import CameraService, Clock, FrameSource, Judge, SourceOptions

if TYPE_CHECKING:
    from catseye.adapters.onvif import OnvifDevice


def camera_options(camera: Camera, reach: Reach) -> SourceOptions:
    """How a camera is opened; its credentials are read now. Raises ConfigError."""
    from catseye.config.credentials import read_credentials

    told = read_credentials(camera.credentials)
    return SourceOptions(user=told.user, password=told.password, udp=camera.udp, judge=reach.judge)


def open_camera(camera: Camera, run: RunId, clock: Clock, reach: Reach) -> FrameSource:
    """Open a camera of a network for one run. Raises SourceError, ConfigError.

    Its credentials are read anew each time, so that a new password is taken without a restart.
    """
    from catseye.app.sources import open_source

    return open_source(camera.address, stream=camera.name, run=run, clock=clock, options=camera_options(camera, reach))


def find_cameras(interface: str, clock: Clock, reach: Reach, wait_s: float = 3.0) -> tuple[Discovered, ...]:
    """The ONVIF cameras that answer on the network of ``interface`` (an IPv4 address of this machine). Raises SourceError."""
    from catseye.adapters.onvif import discover

    def allows(address: str) -> bool:
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
            port = parts.port or (443 if parts.scheme == "https" else 80)
            return bool(reach.judge(host, (host,), port))  # a name is no address, and is not looked up for a stranger
        except (CatseyeError, ValueError):
            return False

    return discover(interface, clock, allows, wait_s=wait_s)


def ask_onvif(address: str, credentials: str, clock: Clock, judge: Judge | None, *, set_rate: bool = False) -> OnvifFacts:
    """What a camera says of itself at the ``address`` of its ONVIF service. Raises SourceError, ConfigError."""
    return _onvif_device(address, credentials, clock, judge).facts(set_rate=set_rate)


def open_service(camera: Camera, reach: Reach, clock: Clock) -> CameraService:
    """The ONVIF service of a camera, within the network's reach; its credentials are read now. Raises SourceError, ConfigError."""
    from catseye.adapters.onvif import OnvifService

    return OnvifService(_onvif_device(camera.onvif, camera.credentials, clock, reach.judge), clock)


def _onvif_device(address: str, credentials: str, clock: Clock, judge: Judge | None) -> "OnvifDevice":
    from catseye.adapters.onvif import OnvifDevice, Transport
    from catseye.adapters.pyav_source import dial
    from catseye.config.credentials import read_credentials

    told = read_credentials(credentials)
    name = redacted(address)
    transport = Transport(
        address, name, lambda where, timeout_s: dial(where, name, judge, timeout_s), user=told.user, password=told.password
    )
    return OnvifDevice.at(transport, clock, user=told.user, password=told.password)
