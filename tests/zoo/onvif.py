"""A scripted ONVIF camera: a real HTTP server with digest and WS-Security, whose answers have the shapes of the public WSDL."""

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NONCE = "4f3a9b"
SPACES = (
    'xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tr2="http://www.onvif.org/ver20/media/wsdl" '
    'xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl" xmlns:tev="http://www.onvif.org/ver10/events/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" '
    'xmlns:wsa5="http://www.w3.org/2005/08/addressing"'
)
MEDIA, MEDIA2 = "http://www.onvif.org/ver10/media/wsdl", "http://www.onvif.org/ver20/media/wsdl"
PTZ, EVENTS = "http://www.onvif.org/ver20/ptz/wsdl", "http://www.onvif.org/ver10/events/wsdl"
EVENTS_TOLD = (
    ("VideoSource/GlobalSceneChange/ImagingService", "true"),
    ("VideoSource/ImageTooDark/ImagingService", "false"),
    ("RuleEngine/CellMotionDetector/Motion", "true"),
)


@dataclass
class OnvifCamera:
    """How the camera is. ``old`` has GetCapabilities and Media1 only, ``elsewhere`` is the host it names in its addresses.

    ``http_digest`` asks for HTTP digest, else WS-Security is looked at. ``answers`` replaces an action's whole answer.

    ``points_at`` is where it points; one without PTZ has None. ``told`` are the events (topic, state) that wait to be pulled, and
    ``stands`` those that a new pull point begins with. With ``one_address`` all pull points have the event service's own address,
    and are told apart by a reference parameter. ``points`` are the subscriptions that live. ``drips`` sends its answers a byte at
    a time.
    """

    stream: str = "rtsp://10.9.8.7:554/sub?x=1"
    user: str = ""
    password: str = ""
    http_digest: bool = False
    old: bool = False
    fixed_rate: bool = False
    ahead_s: float = 0.0
    elsewhere: str = "192.168.1.64"
    answers: dict[str, bytes] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=lambda: {"main": 25.0, "sub": 15.0})
    asked: list[str] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    points_at: tuple[float, float, float] | None = (0.25, -0.5, 0.1)
    told: list[tuple[str, str]] = field(default_factory=list)
    stands: list[tuple[str, str]] = field(default_factory=lambda: list(EVENTS_TOLD))
    one_address: bool = False
    points: set[str] = field(default_factory=set)
    drips: bool = False

    def now(self) -> datetime:
        """What its own clock shows."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)  # noqa: TID251  a machine of its own

    def answer(self, action: str, body: str, path: str = "") -> str:  # noqa: PLR0911  one for each action
        """The body of the answer."""
        own = f"http://{self.elsewhere}/onvif"
        if action == "GetSystemDateAndTime":
            now = self.now()
            clock = f"<tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
            day = f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
            utc = f"<tt:UTCDateTime><tt:Time>{clock}</tt:Time><tt:Date>{day}</tt:Date></tt:UTCDateTime>"
            kind = "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
            return f"<tds:SystemDateAndTime>{kind}{utc}</tds:SystemDateAndTime>"
        if action == "GetDeviceInformation":
            made = "<tds:Manufacturer>Zoo</tds:Manufacturer><tds:Model>Z-1 &amp; co</tds:Model>"
            return made + "<tds:FirmwareVersion>5.5</tds:FirmwareVersion>"
        if action == "GetServices":
            services = [(MEDIA, "media"), (MEDIA2, "media2"), (PTZ, "ptz"), (EVENTS, "events")]
            return "".join(
                f"<tds:Service><tds:Namespace>{space}</tds:Namespace><tds:XAddr>{own}/{path}</tds:XAddr></tds:Service>"
                for space, path in services
            )
        if action == "GetCapabilities":
            return f"<tds:Capabilities><tt:Media><tt:XAddr>{own}/media</tt:XAddr></tt:Media></tds:Capabilities>"
        if action == "GetProfiles":
            return "".join(self._profile(token, *size) for token, size in (("main", (1920, 1080)), ("sub", (640, 360))))
        if action == "GetStreamUri":
            uri = self.stream
            return f"<trt:MediaUri><tt:Uri>{uri}</tt:Uri></trt:MediaUri>" if self.old else f"<tr2:Uri>{uri}</tr2:Uri>"
        if action == "GetStatus":
            if self.points_at is None:
                raise RefusedError
            pan, tilt, zoom = self.points_at
            at = f'<tt:PanTilt x="{pan}" y="{tilt}"/><tt:Zoom x="{zoom}"/>'
            return f"<tptz:PTZStatus><tt:Position>{at}</tt:Position></tptz:PTZStatus>"
        if action == "SetVideoEncoderConfiguration":
            token = re.search(r'token="enc-(\w+)"', body)
            rate = re.search(r"FrameRateLimit>(\d+)<", body)
            assert token
            assert rate
            self.rates[token[1]] = float(rate[1])
            return ""
        if action == "CreatePullPointSubscription":
            point = str(self.asked.count(action))
            self.points.add(point)
            self.told = [*self.stands]
            address = f"{own}/events" if self.one_address else f"{own}/pull?s={point}"
            named = f'<z:Id xmlns:z="urn:zoo" z:a="&lt;">{point}</z:Id>' if self.one_address else ""
            inner = f"<wsa5:Address>{address}</wsa5:Address>"
            inner += f"<wsa5:ReferenceParameters>{named}</wsa5:ReferenceParameters>" if named else ""
            return f"<tev:SubscriptionReference>{inner}</tev:SubscriptionReference>"
        if action in {"PullMessages", "Unsubscribe"}:
            return self._pulled(action, path, body)
        raise LookupError(action)

    def _pulled(self, action: str, path: str, body: str) -> str:
        """The events that wait, or the end of a subscription; refused where there is none of that name."""
        named = re.search(r":Id[^>]*>(\w+)<", body) if self.one_address else re.search(r"s=(\w+)$", path)
        point = named[1] if named else ""
        if point not in self.points:
            raise RefusedError
        if action == "Unsubscribe":
            self.points.discard(point)
            return ""
        waiting, self.told = self.told, []
        return "".join(
            f'<wsnt:NotificationMessage><wsnt:Topic Dialect="x">tns1:{topic}</wsnt:Topic><wsnt:Message>'
            f'<tt:Message UtcTime="2026-01-01T00:00:00Z" PropertyOperation="Changed"><tt:Source/><tt:Data>'
            f'<tt:SimpleItem Name="State" Value="{state}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>'
            for topic, state in waiting
        )

    def _profile(self, token: str, width: int, height: int) -> str:
        size = f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
        rate = f"<tt:RateControl><tt:FrameRateLimit>{self.rates[token]:g}</tt:FrameRateLimit></tt:RateControl>"
        inner = f"<tt:Name>e</tt:Name><tt:Encoding>H264</tt:Encoding>{size}{rate}"
        if self.old:
            coder = f'<tt:VideoEncoderConfiguration token="enc-{token}">{inner}</tt:VideoEncoderConfiguration>'
            return f'<trt:Profiles token="{token}"><tt:Name>{token}</tt:Name>{coder}</trt:Profiles>'
        coder = f'<tr2:Configurations><tr2:VideoEncoder token="enc-{token}">{inner}</tr2:VideoEncoder></tr2:Configurations>'
        return f'<tr2:Profiles token="{token}"><tr2:Name>{token}</tr2:Name>{coder}</tr2:Profiles>'

    def knows(self, path: str, body: str, authorization: str) -> bool:
        """Whether who asks has shown the password."""
        if self.http_digest:
            told = dict(re.findall(r'(\w+)="?([^",]*)"?', authorization))
            who, what = _md5(f"{self.user}:zoo:{self.password}"), _md5(f"POST:{path}")
            joined = f"{who}:{NONCE}:{told.get('nc')}:{told.get('cnonce')}:auth:{what}"
            return told.get("uri") == path and told.get("response") == _md5(joined)
        parts = [re.search(rf"<\w+:{name}(?: [^>]*)?>([^<]*)<", body) for name in ("Nonce", "Created", "Password", "Username")]
        nonce, created, digest, user = (part[1] if part else "" for part in parts)
        try:
            late = abs(datetime.fromisoformat(created) - self.now())
        except ValueError:
            return False
        made = hashlib.sha1(base64.b64decode(nonce) + created.encode() + self.password.encode()).digest()
        return user == self.user and base64.b64encode(made).decode() == digest and late < timedelta(seconds=5)


class RefusedError(Exception):
    """It has no such thing."""


class _Handler(BaseHTTPRequestHandler):
    camera: OnvifCamera

    def do_POST(self) -> None:
        camera = self.camera
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = raw.decode()
        camera.seen.append(raw)
        found = re.search(r"Body><\w+:(\w+)", body)
        action = found[1] if found else ""
        camera.asked.append(action)
        if action in camera.answers:
            self._say(200, camera.answers[action])
        elif (
            camera.user
            and action != "GetSystemDateAndTime"
            and not camera.knows(self.path, body, self.headers.get("Authorization", ""))
        ):
            if camera.http_digest:
                self._say(401, b"", ("WWW-Authenticate", f'Digest realm="zoo", nonce="{NONCE}", qop="auth", algorithm=MD5'))
            else:
                self._say(400, fault("ter:NotAuthorized", "Sender not authorized"))
        elif (camera.old and action in {"GetServices", "GetStatus"}) or (camera.fixed_rate and action.startswith("SetVideo")):
            self._say(500, fault("ter:ActionNotSupported", "Optional Action Not Implemented"))
        else:
            name = f"{_prefix(action)}:{action}Response"
            try:
                self._say(200, wrapped(f"<{name}>{camera.answer(action, body, self.path)}</{name}>"))
            except RefusedError:
                self._say(500, fault("ter:InvalidArgVal", "No such thing"))

    def _say(self, status: int, data: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", "application/soap+xml"), ("Content-Length", str(len(data))), *headers):
            self.send_header(name, value)
        self.end_headers()
        for i in range(len(data) if self.camera.drips else 0):
            self.wfile.write(data[i : i + 1])
            self.wfile.flush()
            if self.server.ended.wait(0.1):  # type: ignore[attr-defined]
                return
        if not self.camera.drips:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def wrapped(body: str) -> bytes:
    """An answer around a body."""
    return f'<?xml version="1.0" encoding="UTF-8"?><env:Envelope {SPACES}><env:Body>{body}</env:Body></env:Envelope>'.encode()


def fault(code: str, reason: str) -> bytes:
    """A SOAP 1.2 fault."""
    return wrapped(
        f"<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>{code}</env:Value></env:Subcode></env:Code>"
        f'<env:Reason><env:Text xml:lang="en">{reason}</env:Text></env:Reason></env:Fault>'
    )


def _prefix(action: str) -> str:
    return "tds" if action.startswith("GetS") else "trt"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@contextmanager
def onvif_camera(camera: OnvifCamera) -> Iterator[str]:
    """The address of its device service."""
    handler = type("Handler", (_Handler,), {"camera": camera})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.ended = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/onvif/device_service"
    finally:
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answering_probes(*answers: str) -> Iterator[tuple[str, int]]:
    """Where a probe is to be sent so that each of ``answers`` (``{asked}`` is the probe's id) comes back in a datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)

        def answer() -> None:
            try:
                data, sender = listening.recvfrom(65536)
            except OSError:
                return
            asked = re.search(rb"MessageID>uuid:([^<]+)<", data)
            for one in answers:
                listening.sendto(one.replace("{asked}", asked[1].decode() if asked else "").encode(), sender)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()
        thread.join()


def probe_match(endpoint: str, addresses: str, scopes: str = "") -> str:
    """The answer of a device to a probe."""
    return (
        wrapped(
            "<d:ProbeMatches xmlns:d='http://schemas.xmlsoap.org/ws/2005/04/discovery'><d:ProbeMatch>"
            f"<wsa5:EndpointReference><wsa5:Address>{endpoint}</wsa5:Address></wsa5:EndpointReference>"
            f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{addresses}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>"
        )
        .decode()
        .replace("<env:Body>", "<env:Header><wsa5:RelatesTo>uuid:{asked}</wsa5:RelatesTo></env:Header><env:Body>")
    )
