"""WS-Discovery on one interface: one question to the group, a bounded number of answers, nothing connected to."""

import re
import socket
import uuid
from collections.abc import Callable
from typing import Final

from catseye.adapters.onvif.soap import every, parse, text
from catseye.core.errors import SourceError, SourceUnreachableError
from catseye.core.onvif import Discovered
from catseye.core.time import NS_PER_S
from catseye.ports import Clock

GROUP: Final = ("239.255.255.250", 3702)
ANSWERS_MOST: Final = 1000
_ANSWER_BYTES = 65_536
_ADDRESSES_MOST = 8
_PROBE = (
    '<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header><w:MessageID>uuid:{}</w:MessageID>'
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
)


def discover(
    interface: str, clock: Clock, allows: Callable[[str], bool], *, wait_s: float = 3.0, group: tuple[str, int] = GROUP
) -> tuple[Discovered, ...]:
    """The cameras that answer on the network of ``interface`` (its IPv4 address) within ``wait_s``, by where they answered from.

    ``allows`` judges each address they name. Raises SourceUnreachableError where there is no such interface.
    """
    asked = str(uuid.uuid4())
    found: dict[str, Discovered] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.bind((interface, 0))
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            asking.sendto(_PROBE.format(asked).encode(), group)
        except OSError as error:
            raise SourceUnreachableError(
                f"Cannot ask on the interface {interface}: {error.strerror or error}.",
                "Give the IPv4 address of one of this machine's.",
            ) from None
        until_ns = clock.monotonic_ns() + round(wait_s * NS_PER_S)
        for _ in range(ANSWERS_MOST):
            left_s = (until_ns - clock.monotonic_ns()) / NS_PER_S
            if left_s <= 0:
                break
            asking.settimeout(left_s)
            try:
                data, sender = asking.recvfrom(_ANSWER_BYTES)
            except TimeoutError:
                break
            for one in answered(data, sender[0], asked, allows):
                found.setdefault(one.endpoint, one)
    return tuple(sorted(found.values(), key=lambda one: (one.answered_from, one.endpoint)))


def answered(data: bytes, sender: str, asked: str, allows: Callable[[str], bool]) -> list[Discovered]:
    """What one datagram tells; nothing where it does not answer ``asked`` or is no answer at all."""
    try:
        tree = parse(data, sender)
    except SourceError:
        return []
    if asked not in text(tree, "RelatesTo"):
        return []
    return [
        Discovered(
            endpoint=text(match, "EndpointReference", "Address")[:200] or sender,
            answered_from=sender,
            addresses=(named := _addresses(text(match, "XAddrs"))),
            allowed=tuple(address for address in named if allows(address)),
            name=_scope(text(match, "Scopes"), "name"),
            hardware=_scope(text(match, "Scopes"), "hardware"),
        )
        for match in every(tree, "ProbeMatch")[:_ADDRESSES_MOST]
    ]


def _addresses(told: str) -> tuple[str, ...]:
    return tuple(
        one[:300] for one in told.split()[:_ADDRESSES_MOST] if one.startswith(("http://", "https://")) and one.isprintable()
    )


def _scope(scopes: str, name: str) -> str:
    found = re.search(rf"onvif://www\.onvif\.org/{name}/(\S+)", scopes)
    return re.sub(r"%20|_", " ", found[1])[:80] if found and found[1].isprintable() else ""
