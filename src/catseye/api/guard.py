"""Who may speak to the server, and what every answer says about itself.

The server has no sign-in: it listens on this machine alone. A web page of another origin still reaches it through the
visitor's browser, either by a name that it makes resolve to 127.0.0.1 (DNS rebinding) or by opening a WebSocket, which no
same-origin rule stops. So the Host header must be one of ours, and a browser's Origin must equal the Host.
"""

import ipaddress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from litestar import Litestar
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WILDCARD = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared with, not bound to

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HASHED_ASSETS = "/assets/"


def host_name(netloc: str) -> str | None:
    """The name in a Host header, lower case, without port and brackets; None where there is none."""
    try:
        return urlsplit(f"//{netloc}").hostname
    except ValueError:
        return None


def host_allowed(netloc: str, served: str) -> bool:
    """Whether a Host header names this server, which listens on ``served``.

    Loopback names and ``served`` itself do. A server that listens on every interface is also reached by any address of the
    machine, so a literal IP address passes there: rebinding needs a name.
    """
    name = host_name(netloc)
    if not name:
        return False
    if name in _LOOPBACK or name == served.lower():
        return True
    if served not in _WILDCARD:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def same_origin(origin: str | None, netloc: str) -> bool:
    """Whether a browser's Origin is the page of this very server. Programs that are no browser send none."""
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == netloc.lower()


@dataclass(frozen=True, slots=True)
class Guard:
    """The application behind its guard: refuses strangers with 403 and signs every answer with the security headers."""

    app: Litestar
    served: str

    async def __call__(self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend) -> None:
        """Handle one request or WebSocket, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        receive, send = cast("Receive", receive), cast("Send", send)  # the three go together
        headers = Headers.from_scope(scope)
        netloc = headers.get("host", "")
        if not host_allowed(netloc, self.served):
            await _refuse(scope, receive, send, "This address does not serve that host name.")
        elif not same_origin(headers.get("origin"), netloc):
            await _refuse(scope, receive, send, "Pages of another origin may not use this server.")
        else:
            await self.app(scope, receive, _signed(scope, send))


def _signed(scope: Scope, send: Send) -> Send:
    """A ``send`` that adds the headers to the start of an HTTP answer."""
    path = scope["path"]

    async def sign(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            headers["Cache-Control"] = _cache_control(path)
        await send(message)

    return sign


def _cache_control(path: str) -> str:
    """Built files carry a hash in their name and never change; the page is asked for anew; nothing else is kept."""
    if path.startswith(_HASHED_ASSETS):
        return "public, max-age=31536000, immutable"
    return "no-cache" if path == "/" else "no-store"


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: str) -> None:
    if scope["type"] == ScopeType.WEBSOCKET:
        await receive()
        await send({"type": "websocket.close", "code": 4403, "reason": reason})
        return
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
