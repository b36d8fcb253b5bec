"""Opens the cameras of a network: within its reach, with their own credentials."""

from catseye.core.cameras import Camera
from catseye.core.ids import RunId
from catseye.core.reach import Reach
from catseye.ports import Clock, FrameSource, SourceOptions


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
