"""What Catseye may connect to: what the operator allows, and nothing besides.

An address is data: it comes from a file, an import or an API call, and a camera may answer with another one. So whoever connects
resolves the name once, has every address it stands for judged here, and connects to an address that was judged, not to the name.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catseye.core.errors import ConfigError, SourceDeniedError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Net = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64, _COMPATIBLE = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")  # an IPv4 address in the last 32 bits
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")  # an IPv4 address in bits 16 to 48
_HOST = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*\.?")
_REMEDY = "Allow it under [reach] in the network's file if Catseye is to connect there."


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one entry allows: a network or a host by name, on one port or all (None)."""

    net: Net | None
    host: str
    port: int | None


class Reach:
    """The judge. Entries of ``allow`` are like ``10.20.0.0/16``, ``10.20.0.7:554``, ``[fd00::7]:554``, ``cams.example.org`` or
    ``*.example.org``.

    Raises ConfigError for an entry that is none of these.
    """

    def __init__(self, allow: Iterable[str]) -> None:
        self._rules = tuple(map(_rule, allow))

    def judge(self, host: str, addresses: Sequence[str], port: int) -> tuple[str, ...]:
        """The ``addresses`` that ``host`` stands for, in order, once all may be connected to on ``port``. Raises SourceDeniedError.

        One that may not be refuses all: a name that leads here and there is a name that leads astray. Link-local, multicast and
        reserved addresses, which no camera has and cloud machines keep their secrets behind, pass only when named exactly, and this
        machine's own only by an entry that is of them alone: ``127.0.0.0/8``, not ``0.0.0.0/0``.
        """
        if not addresses:
            raise SourceDeniedError(f"{host} stands for no address.", "Check the name.")
        for text in addresses:
            if not self._allows(host, plain(text), port):
                shown = host if host == text else f"{host} ({text})"
                raise SourceDeniedError(f"{shown}, port {port}, is not among what Catseye may connect to.", _REMEDY)
        return tuple(addresses)

    def _allows(self, host: str, address: Address, port: int) -> bool:
        for rule in self._rules:
            if rule.port is not None and rule.port != port:
                continue
            if rule.net is not None and rule.net.version == address.version and address in rule.net:
                if rule.net.num_addresses == 1 or not (_is_special(address) or address.is_loopback > rule.net.is_loopback):
                    return True
            elif rule.host and _named(host, rule.host) and not _is_special(address) and not address.is_loopback:
                return True
        return False


def plain(text: str) -> Address:
    """The address that a text means, taken out of what it is wrapped in: IPv4 in IPv6 is judged as IPv4. Raises ConfigError."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        raise ConfigError(f"{text!r} is no IP address.", "Resolve the name first.") from None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):  # :: and ::1 are themselves
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_special(address: Address) -> bool:
    special = address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved
    return special or address == ipaddress.IPv4Address("255.255.255.255")


def _named(host: str, rule: str) -> bool:
    name = host.lower().rstrip(".")
    return name.endswith(rule[1:]) if rule.startswith("*.") else name == rule


def _rule(entry: str) -> _Rule:
    text, port = entry.strip(), None
    if text.startswith("["):
        text, bracket, after = text[1:].partition("]")
        if not bracket or after[:1] not in {"", ":"}:
            raise ConfigError(f"{entry!r} under [reach] is no network.", "Write an IPv6 address with a port as [fd00::7]:554.")
        port = _port(entry, after.removeprefix(":")) if after else None
    elif text.count(":") == 1:
        text, _, after = text.partition(":")
        port = _port(entry, after)
    try:
        return _Rule(ipaddress.ip_network(text), "", port)
    except ValueError as error:
        if "/" in text or ":" in text or not text or text.replace(".", "").isdigit():
            raise ConfigError(
                f"{entry!r} under [reach] is no network: {error}.",
                "Write 10.20.0.0/16, 10.20.0.7:554, [fd00::7]:554 or a host's name.",
            ) from None
    if not _HOST.fullmatch(text):
        raise ConfigError(f"{entry!r} under [reach] is no host's name.", "Write cams.example.org or *.example.org.")
    return _Rule(None, text.lower().rstrip("."), port)


def _port(entry: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ConfigError(f"{entry!r} under [reach] has no port after its colon.", "Write a port from 1 to 65535, or none.")
    return int(text)
