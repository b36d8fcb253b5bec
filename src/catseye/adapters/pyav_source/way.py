"""The way to a camera: its name is looked up once, judged, and only judged addresses are connected to.

libav looks names up itself and follows redirects, so it is given none: RTSP goes through a relay in this process (relay.py),
HTTP by the judged address with the name in its Host header, and what a playlist names is fetched here (nested.py).
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from catseye.core.errors import SourceNotFoundError, SourceUnreachableError
from catseye.ports import Judge

_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Way:
    """A judged way: ``addresses`` are IP addresses of ``host``, any of which may be connected to."""

    parts: SplitResult
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def netloc_by_address(self) -> str:
        """User, host and port of ``to`` the first address."""
        return urlsplit(self.to(self.addresses[0], self.port)).netloc

    def to(self, address: str, port: int) -> str:
        """The whole address with another host and port in it; user, path and query stay."""
        shown = f"[{address}]" if ":" in address else address
        user, at, _ = self.parts.netloc.rpartition("@")
        return urlunsplit(self.parts._replace(netloc=f"{user}{at}{shown}:{port}"))


def find_way(url: str, name: str, judge: Judge | None) -> Way:
    """Look up and judge the host of an address. ``name`` is the redacted address.

    Raises SourceNotFoundError where it names no host, SourceUnreachableError where the host is unknown, and what ``judge`` raises.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = "", 0
    if not host:
        raise SourceNotFoundError(f"{name} names no host.", "Write it as rtsp://host:port/path.")
    addresses = _looked_up(host, port, name)
    return Way(parts, host, port, addresses if judge is None else judge(host, addresses, port))


def _looked_up(host: str, port: int, name: str) -> tuple[str, ...]:
    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise SourceUnreachableError(f"{name}: there is no host of that name.", "Check the name, and that names are resolved here.")
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(url: str, name: str, judge: Judge | None, timeout_s: float) -> socket.socket:
    """A connection to the judged host of an address. Raises OSError, and what ``find_way`` raises."""
    return connect(find_way(url, name, judge), timeout_s)


def connect(way: Way, timeout_s: float) -> socket.socket:
    """A connection to the first address that answers. Raises OSError of the last one."""
    last: OSError = OSError("no address")
    for address in way.addresses:
        try:
            return socket.create_connection((address, way.port), timeout=timeout_s)
        except OSError as error:
            last = error
    raise last
