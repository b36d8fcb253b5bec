"""SOAP 1.2 as cameras speak it: messages out, answers in, read without trust."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat
from xml.sax.saxutils import escape

from catseye.core.errors import SourceDeniedError, SourceFormatError

ANSWER_MOST: Final = 2 * 1024 * 1024
_DEPTH_MOST = 64
_ELEMENTS_MOST = 20_000
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_DENIED = re.compile(r"NotAuthorized|FailedAuthentication|Sender not authorized|not authorized", re.IGNORECASE)


def envelope(body: str, security: str = "") -> bytes:
    """A message around ``body``, which is XML."""
    header = f"<s:Header>{security}</s:Header>" if security else ""
    text = f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">{header}<s:Body>{body}</s:Body></s:Envelope>'
    return b'<?xml version="1.0" encoding="utf-8"?>' + text.encode()


def username_token(user: str, password: str, nonce: bytes, now_ns: int) -> str:
    """The WS-Security header (UsernameToken Profile 1.0): SHA-1 over nonce, instant and password, by the camera's clock."""
    created = datetime.fromtimestamp(now_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + created.encode() + password.encode()).digest()  # noqa: S324  the profile names it
    kind = f"{_SECURITY}username-token-profile-1.0#PasswordDigest"
    coding = f"{_SECURITY}soap-message-security-1.0#Base64Binary"
    return (
        f'<w:Security xmlns:w="{_SECURITY}wssecurity-secext-1.0.xsd" s:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{escape(user)}</w:Username>"
        f'<w:Password Type="{kind}">{base64.b64encode(digest).decode()}</w:Password>'
        f'<w:Nonce EncodingType="{coding}">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f'<u:Created xmlns:u="{_SECURITY}wssecurity-utility-1.0.xsd">{created}</u:Created>'
        "</w:UsernameToken></w:Security>"
    )


def parse(data: bytes, name: str) -> Element:
    """The tree of an answer. SOAP forbids document types, so entities have nowhere to stand: one that has any is refused.

    Raises SourceFormatError where it is no XML, has a document type, is too long, too deep or has too many elements.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = count = 0

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > _DEPTH_MOST or count > _ELEMENTS_MOST:
            raise ValueError("too much")
        builder.start(_named(tag), {_named(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(tag))

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    try:
        parser.Parse(data if len(data) <= ANSWER_MOST else b"", True)
        return builder.close()
    except (expat.ExpatError, ValueError, AssertionError, LookupError):
        pass
    raise SourceFormatError(f"{name} gives an answer that is not SOAP.", "Check that this is the address of its ONVIF service.")


def _named(tag: str) -> str:
    return "{" + tag if "}" in tag else tag


def refuse_fault(answer: Element, name: str) -> None:
    """Raises SourceDeniedError or SourceFormatError where the answer is a fault."""
    fault = find(answer, "Fault")
    if fault is None:
        return
    told = " ".join("".join(fault.itertext()).split())
    if _DENIED.search(told):
        raise SourceDeniedError(f"{name} refuses these credentials.", "Check user, password and the camera's ONVIF user list.")
    shown = "".join(letter for letter in told if letter.isprintable())[:120]
    raise SourceFormatError(f"{name} refuses: {shown or 'no reason given'}.", "Look at the camera's ONVIF settings.")


def local(element: Element) -> str:
    """The name without its namespace: cameras mix them up."""
    return element.tag.rpartition("}")[2]


def find(element: Element, *path: str) -> Element | None:
    """The first descendant of that name, within it the first of the next name, and so on."""
    found: Element | None = element
    for name in path:
        found = next((one for one in found.iter() if one is not found and local(one) == name), None) if found is not None else None
    return found


def every(element: Element, name: str) -> list[Element]:
    """All descendants of that name."""
    return [one for one in element.iter() if local(one) == name]


def text(element: Element | None, *path: str) -> str:
    """The trimmed text of a descendant; "" where there is none."""
    found = find(element, *path) if element is not None and path else element
    return (found.text or "").strip()[:1000] if found is not None else ""


def number(element: Element | None, *path: str) -> float | None:
    """The number in a descendant; None where there is none."""
    try:
        value = float(text(element, *path))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def as_xml(element: Element) -> str:
    """The element written out again."""
    return tostring(element, encoding="unicode")
