"""A running network of cameras, as the API and the command line see it."""

from typing import Protocol

from catseye.core.cameras import Camera
from catseye.core.health import CameraState
from catseye.core.ids import StreamId
from catseye.core.network import CameraStatus, NetworkLoad


class NetworkControl(Protocol):
    """All methods may be called from any thread. What changes a camera leaves every other camera alone, and is kept in the file."""

    @property
    def name(self) -> str:
        """What the network is called."""
        ...

    @property
    def timezone(self) -> str:
        """The IANA name of its civil time."""
        ...

    def statuses(self) -> tuple[CameraStatus, ...]:
        """Every registered camera, by name."""
        ...

    def load(self) -> NetworkLoad:
        """How busy the machine is."""
        ...

    def put(self, camera: Camera) -> None:
        """Add a camera, or change the one of that name. Raises ConfigError where it cannot be used as it stands."""
        ...

    def pause(self, name: StreamId) -> None:
        """Stop watching a camera until it is resumed: it is not due meanwhile. Raises ConfigError for an unknown name."""
        ...

    def resume(self, name: StreamId) -> None:
        """Watch a paused camera again. Raises ConfigError where there is none of that name."""
        ...

    def remove(self, name: StreamId) -> None:
        """Take a camera out of the register; what it counted stays. Raises ConfigError where there is none of that name."""
        ...

    def picture(self, name: StreamId, timeout_s: float = 3.0) -> bytes | None:
        """What a camera sees now, as a JPEG that was redacted in the process that decoded it; None where there is none."""
        ...


class FaultPictures(Protocol):
    """Redacted pictures of what was wrong with cameras, one an episode at most. May be asked from any thread."""

    def of(self, name: StreamId) -> frozenset[tuple[CameraState, int]]:
        """State and beginning (``began_ns``) of the episodes of a camera of which there is a picture."""
        ...

    def find(self, name: StreamId, state: CameraState, began_ns: int) -> bytes | None:
        """The JPEG of an episode; None where there is none any more."""
        ...
