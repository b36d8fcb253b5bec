"""What an ONVIF camera says of itself, asked again and again."""

from catseye.adapters.onvif.device import OnvifDevice
from catseye.adapters.onvif.shapes import PullPoint
from catseye.core.errors import SourceError, SourceFormatError
from catseye.core.onvif import OnvifNow, TamperEvent, choose_profile
from catseye.core.time import NS_PER_S
from catseye.ports import Clock

_ANEW_NS = 600 * NS_PER_S  # a fresh pull point begins with how things stand, and cameras lose some of the changes


class OnvifService:
    """A ports.CameraService over a ``device`` that was asked for its services. Making it raises SourceError."""

    def __init__(self, device: OnvifDevice, clock: Clock) -> None:
        self._device, self._clock = device, clock
        self._fresh = True
        self._listens = device.tells_events
        self._point: PullPoint | None = None
        self._made_ns = 0
        chosen = choose_profile(device.profiles()) if device.moves else None
        self._token = "" if chosen is None else chosen.token

    def ask(self) -> OnvifNow:
        """Its clock, where it points and what it tells of tampering. Raises SourceError."""
        fresh, self._fresh = self._fresh, False
        return OnvifNow(
            clock_offset_s=self._device.clock_offset_s if fresh else self._device.offset_s(),
            pan_tilt_zoom=self._device.position(self._token) if self._token else None,
            tampering=self._tampering(),
        )

    def close(self) -> None:
        """Leave the pull point; cameras have few."""
        point, self._point = self._point, None
        if point is not None:
            try:
                self._device.unsubscribe(point)
            except SourceError:
                return  # it forgets by itself

    def _tampering(self) -> tuple[TamperEvent, ...]:
        if not self._listens:
            return ()
        now_ns = self._clock.monotonic_ns()
        if self._point is not None and now_ns - self._made_ns >= _ANEW_NS:
            self.close()
        if self._point is not None:
            try:
                return self._device.pull(self._point)
            except SourceFormatError:  # it has forgotten us
                self._point = None
        try:
            self._point, self._made_ns = self._device.subscribe(), now_ns
            return self._device.pull(self._point)
        except SourceFormatError:  # a service of events without pull points
            self._listens, self._point = False, None
            return ()
