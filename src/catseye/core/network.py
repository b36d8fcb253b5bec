"""What a running network tells of itself, for the people who keep it running."""

import msgspec

from catseye.core.cameras import Camera
from catseye.core.health import CameraState, StreamHealth


class CameraStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A camera now. ``state`` is None where nobody looks (paused, or its worker is being started): ``reason`` says why.

    ``given_fps`` is how many frames a second it may have analysed now: less than its own ``analysed_fps`` where the machine cannot
    carry all, 0 where only key frames are decoded to watch over its health. ``shed`` says why, "" where nothing is held back.
    ``worker`` is the number of its process. ``note`` is what people should know besides that is no state, "" for nothing.
    """

    camera: Camera
    state: CameraState | None
    since_ns: int
    reason: str = ""
    stream: StreamHealth | None = None
    given_fps: float | None = None
    shed: str = ""
    worker: int | None = None
    note: str = ""


class NetworkLoad(msgspec.Struct, frozen=True, kw_only=True):
    """How busy the machine is with a network. None is not known.

    ``lag_p99_s`` is capture to analysed of the slowest hundredth of frames, ``detector_share`` the part of the last seconds that
    detectors worked, ``cpu_share`` the part of all cores that all processes took.
    """

    workers: int
    cameras: int
    analysed_fps: float | None = None
    lag_p99_s: float | None = None
    detector_share: float | None = None
    cpu_share: float | None = None
    shed: int = 0
    restarts: int = 0
