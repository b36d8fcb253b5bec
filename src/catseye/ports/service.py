"""What a camera tells of itself, beside its stream."""

from typing import Protocol

from catseye.core.onvif import OnvifNow


class CameraService(Protocol):
    """One camera's service, open. Used by one thread at a time."""

    def ask(self) -> OnvifNow:
        """What it says now, within some seconds. Raises SourceError; it is then closed and opened anew."""
        ...

    def close(self) -> None:
        """Leave nothing behind in the camera, where it can be reached. Raises nothing."""
        ...
