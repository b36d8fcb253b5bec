"""What the supervisor and its worker processes tell one another. No frame is among it; a picture is redacted before it is."""

import msgspec

from catseye.core.cameras import Camera
from catseye.core.health import HealthNow, HealthRecord, StreamHealth
from catseye.core.ids import StreamId


class PutCamera(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Watch a camera, or watch it anew where it is watched already."""

    camera: Camera


class DropCamera(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Watch a camera no more."""

    name: StreamId


class Pace(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Analyse ``fps`` frames a second of a camera; 0: decode key frames alone."""

    name: StreamId
    fps: float


class WantPicture(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Make a redacted picture of the camera's next analysed frame."""

    name: StreamId


class Quit(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Finish what is in hand, and end."""


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How each camera of a process is (``health`` of its stream, ``states`` by its name), and how busy it is since it told last.

    ``lag_p99_s`` is of the frames analysed since. ``detecting_s`` and ``cpu_s`` are seconds of the ``over_s`` seconds since;
    ``due`` and ``dropped`` frames that were due to be analysed, and that came too fast.
    """

    health: tuple[StreamHealth, ...]
    states: dict[StreamId, HealthNow]
    over_s: float
    lag_p99_s: float | None
    detecting_s: float
    cpu_s: float
    due: int
    dropped: int


class Kept(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Health that is to be kept in the ledger."""

    records: tuple[HealthRecord, ...]


class Picture(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A redacted JPEG; empty where it had to be withheld."""

    name: StreamId
    jpeg: bytes


Order = PutCamera | DropCamera | Pace | WantPicture | Quit
News = Told | Kept | Picture
