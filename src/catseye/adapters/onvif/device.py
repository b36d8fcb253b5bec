"""A client of one ONVIF camera: Profile S (Media1) and T (Media2)."""

import secrets
from urllib.parse import urlsplit, urlunsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from catseye.adapters.onvif.shapes import (
    PullPoint,
    as_configuration,
    instant_s,
    path_of,
    profile_of,
    pull_point,
    rotated,
    tampering_of,
)
from catseye.adapters.onvif.soap import envelope, every, find, parse, refuse_fault, text, username_token
from catseye.adapters.onvif.transport import Transport
from catseye.core.errors import SourceError, SourceFormatError
from catseye.core.onvif import WANTED_FPS, MediaProfile, OnvifFacts, TamperEvent, choose_profile
from catseye.core.time import NS_PER_S, seconds
from catseye.ports import Clock

_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_MEDIA = "http://www.onvif.org/ver10/media/wsdl"
_MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
_PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
_EVENTS = "http://www.onvif.org/ver10/events/wsdl"
_NOTIFY = "http://docs.oasis-open.org/wsn/b"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_LEGACY = {"Media": _MEDIA, "PTZ": _PTZ, "Events": _EVENTS}  # as GetCapabilities calls them
_PROFILES_MOST = 64
_EVENTS_MOST = 100
_TERM_S = 120  # after which a camera forgets who does not pull


class OnvifDevice:
    """Asks a camera; every call is one or two requests, in the caller's thread. All raise SourceError.

    A camera behind a translated address names its inner one in what it answers: only the path of what it names is taken, and all
    goes to the host that was given.
    """

    def __init__(self, transport: Transport, clock: Clock, *, user: str = "", password: str = "") -> None:
        self._transport, self._clock, self._user, self._password = transport, clock, user, password
        self._services: dict[str, str] = {}
        self.clock_offset_s: float | None = None
        self._configurations: dict[str, Element] = {}

    @classmethod
    def at(cls, transport: Transport, clock: Clock, *, user: str = "", password: str = "") -> "OnvifDevice":
        """A camera that has been asked for its time and its services."""
        made = cls(transport, clock, user=user, password=password)
        made.offset_s()
        made._services = made._find_services()
        return made

    def facts(self, *, set_rate: bool = False) -> OnvifFacts:
        """All of it. With ``set_rate`` the chosen stream is first set to a rate of 5 to 8 pictures a second."""
        about = self._ask(_DEVICE, "GetDeviceInformation", self._transport.path)
        profiles, notes = self.profiles(), []
        chosen = choose_profile(profiles)
        if chosen is not None and set_rate:
            notes += self._set_rate(chosen)
            profiles = self.profiles()
            chosen = choose_profile([one for one in profiles if one.token == chosen.token]) or chosen
        address = ""
        if chosen is not None:
            address, moved = self._own(self._stream_uri(chosen.token))
            notes += [f"It names {moved} as its stream's host; {self._transport.host} is used."] * bool(moved)
        return OnvifFacts(
            maker=text(about, "Manufacturer"),
            model=text(about, "Model"),
            firmware=text(about, "FirmwareVersion"),
            clock_offset_s=self.clock_offset_s,
            profiles=profiles,
            chosen=chosen,
            address=address,
            pan_tilt_zoom=None if chosen is None else self.position(chosen.token),
            notes=tuple(notes),
        )

    def profiles(self) -> tuple[MediaProfile, ...]:
        """The streams that have pictures, by Media2 where the camera has it."""
        new = _MEDIA2 in self._services
        inner = "<t:Type>VideoEncoder</t:Type>" if new else ""
        answer = self._ask(_MEDIA2 if new else _MEDIA, "GetProfiles", inner=inner)
        profiles = []
        for one in every(answer, "Profiles")[:_PROFILES_MOST]:
            coder = find(one, "VideoEncoder") if new else find(one, "VideoEncoderConfiguration")
            token = one.get("token", "")[:200]
            if coder is None or not token:
                continue
            self._configurations[token] = coder
            profiles.append(profile_of(one, coder))
        return tuple(profiles)

    def tampering(self, wait_s: float = 1.0) -> tuple[TamperEvent, ...]:
        """What the camera tells of tampering within ``wait_s`` (a pull point, made and left)."""
        if not self.tells_events:
            return ()
        point = self.subscribe()
        told = self.pull(point, wait_s)
        self.unsubscribe(point)
        return told

    @property
    def tells_events(self) -> bool:
        """Whether it has a service of events."""
        return _EVENTS in self._services

    @property
    def moves(self) -> bool:
        """Whether it has a service of PTZ; many cameras that are fixed have one too."""
        return _PTZ in self._services

    def subscribe(self) -> PullPoint:
        """Have it collect events. It first tells how each thing stands, and forgets the point when nobody pulls for a while."""
        term = f"<t:InitialTerminationTime>PT{_TERM_S}S</t:InitialTerminationTime>"
        return pull_point(self._ask(_EVENTS, "CreatePullPointSubscription", inner=term), self._services[_EVENTS])

    def pull(self, point: PullPoint, wait_s: float = 1.0) -> tuple[TamperEvent, ...]:
        """What it told of tampering since; waits up to ``wait_s`` where that is nothing."""
        inner = f"<t:Timeout>PT{wait_s:g}S</t:Timeout><t:MessageLimit>{_EVENTS_MOST}</t:MessageLimit>"
        header = point.header(f"{_EVENTS}/PullPointSubscription/PullMessagesRequest")
        pulled = self._ask(_EVENTS, "PullMessages", point.path, inner, header=header)
        told = [tampering_of(message) for message in every(pulled, "NotificationMessage")[:_EVENTS_MOST]]
        return tuple(event for event in told if event is not None)

    def unsubscribe(self, point: PullPoint) -> None:
        """Have it forget the point now."""
        header = point.header(f"{_NOTIFY}w-2/SubscriptionManager/UnsubscribeRequest")
        self._ask(f"{_NOTIFY}-2", "Unsubscribe", point.path, header=header)

    def offset_s(self) -> float | None:
        """Its clock less ours to half a second, for it tells whole ones. Asked without credentials, which need it."""
        asked_ns = self._clock.now_ns()
        try:
            answer = self._ask(_DEVICE, "GetSystemDateAndTime", self._transport.path, plain=True)
        except SourceFormatError:
            self.clock_offset_s = None
            return None
        middle_ns = (asked_ns + self._clock.now_ns()) // 2
        told_s = instant_s(answer)
        off_s = None if told_s is None else round(seconds(told_s * NS_PER_S + NS_PER_S // 2 - middle_ns), 1)
        self.clock_offset_s = off_s
        return off_s

    def _find_services(self) -> dict[str, str]:
        """Paths of services by namespace."""
        try:
            inner = "<t:IncludeCapability>false</t:IncludeCapability>"
            answer = self._ask(_DEVICE, "GetServices", self._transport.path, inner)
            return {text(one, "Namespace"): path_of(text(one, "XAddr")) for one in every(answer, "Service")[:_PROFILES_MOST]}
        except SourceFormatError:  # older than ONVIF 2.0
            answer = self._ask(_DEVICE, "GetCapabilities", self._transport.path, "<t:Category>All</t:Category>")
            found = {space: path_of(text(answer, name, "XAddr")) for name, space in _LEGACY.items()}
            return {space: path for space, path in found.items() if path}

    def _stream_uri(self, token: str) -> str:
        if _MEDIA2 in self._services:
            inner = f"<t:Protocol>RTSP</t:Protocol><t:ProfileToken>{escape(token)}</t:ProfileToken>"
            return text(self._ask(_MEDIA2, "GetStreamUri", inner=inner), "Uri")
        setup = "<x:Stream>RTP-Unicast</x:Stream><x:Transport><x:Protocol>RTSP</x:Protocol></x:Transport>"
        inner = f'<t:StreamSetup xmlns:x="{_SCHEMA}">{setup}</t:StreamSetup>'
        inner += f"<t:ProfileToken>{escape(token)}</t:ProfileToken>"
        return text(self._ask(_MEDIA, "GetStreamUri", inner=inner), "Uri")

    def _own(self, uri: str) -> tuple[str, str]:
        """The address with the host that was given, no credentials, and the host it named where that is another."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme not in {"rtsp", "rtsps"}:
            raise SourceFormatError(
                f"{self._transport.name} names no RTSP address for its stream.", "Switch on RTSP in the camera."
            )
        own = self._transport.host
        netloc = (f"[{own}]" if ":" in own else own) + (f":{port}" if port else "")
        return urlunsplit(parts._replace(netloc=netloc)), "" if host == own else host

    def position(self, token: str) -> tuple[float, float, float] | None:
        """Where a profile's camera points, -1 to 1; None where it does not say."""
        if _PTZ not in self._services:
            return None
        try:
            answer = self._ask(_PTZ, "GetStatus", inner=f"<t:ProfileToken>{escape(token)}</t:ProfileToken>")
        except SourceFormatError:  # fixed cameras have the service and no answer
            return None
        return rotated(answer)

    def _set_rate(self, profile: MediaProfile) -> list[str]:
        """Ask for a rate within 5 to 8 a second; returns what the camera had against it."""
        low, high = WANTED_FPS
        coder = self._configurations.get(profile.token)
        limit = None if coder is None else find(coder, "RateControl", "FrameRateLimit")
        if coder is None or limit is None or (profile.fps is not None and low <= profile.fps <= high):
            return []
        limit.text = f"{high:g}"
        new = _MEDIA2 in self._services
        inner = as_configuration(coder) + ("" if new else "<t:ForcePersistence>true</t:ForcePersistence>")
        try:
            self._ask(_MEDIA2 if new else _MEDIA, "SetVideoEncoderConfiguration", inner=inner)
        except SourceError as error:
            return [f"The rate could not be set: {error.message}"]
        return []

    def _ask(self, space: str, action: str, path: str = "", inner: str = "", *, plain: bool = False, header: str = "") -> Element:
        path = path or self._services.get(space, "")
        if not path:
            raise SourceFormatError(f"{self._transport.name} does not offer {action}.", "Give its RTSP address by hand.")
        security = ""
        if self._user and not plain:
            now_ns = self._clock.now_ns() + round((self.clock_offset_s or 0.0) * NS_PER_S)
            security = username_token(self._user, self._password, secrets.token_bytes(16), now_ns)
        body = f'<t:{action} xmlns:t="{space}">{inner}</t:{action}>'
        answer = parse(self._transport.post(path, envelope(body, security + header), f"{space}/{action}"), self._transport.name)
        refuse_fault(answer, self._transport.name)
        return answer
