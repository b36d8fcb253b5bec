"""HTTP to one camera: judged connections, digest, no redirects, bounded answers."""

import hashlib
import http.client
import io
import re
import secrets
import socket
import ssl
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catseye.adapters.onvif.soap import ANSWER_MOST
from catseye.core.errors import SourceDeniedError, SourceFormatError, SourceUnreachableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Dial = Callable[[str, float], socket.socket]
"""An address (http(s)://host:port) and seconds of patience -> a connection to a judged address. Raises OSError, SourceError."""

_KINDS = {"MD5": "md5", "SHA-256": "sha256"}


class _Raw(io.RawIOBase):
    """Reads a socket until an instant and no longer, however slowly it drips."""

    def __init__(self, sock: socket.socket, until_s: float) -> None:
        self._sock, self._until_s = sock, until_s
        self._inner = sock.makefile("rb", buffering=0)  # keeps the socket open while it is read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        left_s = self._until_s - monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._sock.settimeout(left_s)
        return self._inner.readinto(buffer) or 0

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Connection(http.client.HTTPConnection):
    """A connection over a socket that is there already, whose whole answer has to come within ``timeout``."""

    def __init__(self, sock: socket.socket, host: str, port: int | None, timeout_s: float) -> None:
        super().__init__(host, port, timeout=timeout_s)
        until_s = monotonic() + timeout_s

        class Response(http.client.HTTPResponse):
            def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
                super().__init__(sock, debuglevel, method)
                self.fp.close()
                self.fp = io.BufferedReader(_Raw(sock, until_s))

        self.sock, self.response_class = sock, Response


class Transport:
    """Posts to the host of ``address``; ``name`` is how it is spoken of. Nothing is ever sent to another host.

    A connection has to be made within ``timeout_s``, and all of the answer to come within as much again.
    """

    def __init__(self, address: str, name: str, dial: Dial, *, user: str = "", password: str = "", timeout_s: float = 5.0) -> None:
        self._parts = urlsplit(address)
        self._address, self.name, self._dial, self._timeout_s = address, name, dial, timeout_s
        self._user, self._password = user, password

    @property
    def host(self) -> str:
        """The host that all is sent to."""
        return self._parts.hostname or ""

    @property
    def path(self) -> str:
        """The path of the address itself."""
        return self._parts.path or "/onvif/device_service"

    def post(self, path: str, body: bytes, action: str) -> bytes:
        """The answer to ``body``; with HTTP digest where the camera asks for it. Raises SourceError."""
        status, answer, challenge = self._once(path, body, action, "")
        if status == 401 and self._user and challenge:
            status, answer, _ = self._once(path, body, action, self._digest(challenge, path))
        if status == 401:
            raise SourceDeniedError(f"{self.name} refuses these credentials.", "Check user, password and the camera's ONVIF users.")
        if 300 <= status < 400:
            raise SourceUnreachableError(f"{self.name} sends its callers elsewhere, which is not followed.", "Give that address.")
        if status not in {200, 400, 500}:  # faults come with 400 and 500
            raise SourceFormatError(f"{self.name} answers {status} to ONVIF.", "Check that ONVIF is switched on in the camera.")
        return answer

    def _once(self, path: str, body: bytes, action: str, authorization: str) -> tuple[int, bytes, str]:
        headers = {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"', "Connection": "close"}
        if authorization:
            headers["Authorization"] = authorization
        connection: _Connection | None = None
        try:
            sock = self._wrapped(self._dial(self._address, self._timeout_s))
            connection = _Connection(sock, self.host, self._parts.port, self._timeout_s)
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            challenge = next((told for told in response.headers.get_all("WWW-Authenticate", []) if told.startswith("Digest")), "")
            return response.status, response.read(ANSWER_MOST + 1), challenge
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = isinstance(error, TimeoutError)
        finally:
            if connection is not None:
                connection.close()
        what = "does not answer" if late else "cannot be read"
        raise SourceUnreachableError(f"{self.name} {what}.", "Check host and port, and that ONVIF is switched on in the camera.")

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if self._parts.scheme != "https":
            return plain
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # cameras sign their own certificates
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return trusting.wrap_socket(plain, server_hostname=self.host)

    def _digest(self, challenge: str, path: str) -> str:
        """The answer to a digest challenge (RFC 7616)."""
        told = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
        kind = _KINDS.get(told.get("algorithm", "MD5").upper())
        if kind is None:
            raise SourceDeniedError(f"{self.name} asks for an unknown kind of digest.", "Set it to digest with MD5 or SHA-256.")

        def hashed(what: str) -> str:
            return hashlib.new(kind, what.encode()).hexdigest()

        realm, nonce, fresh = told.get("realm", ""), told.get("nonce", ""), secrets.token_hex(8)
        who, what = hashed(f"{self._user}:{realm}:{self._password}"), hashed(f"POST:{path}")
        parts = {"username": self._user, "realm": realm, "nonce": nonce, "uri": path}
        extra = ""
        if "auth" in told.get("qop", ""):
            parts |= {"response": hashed(f"{who}:{nonce}:00000001:{fresh}:auth:{what}"), "cnonce": fresh}
            extra = ", qop=auth, nc=00000001"
        else:
            parts["response"] = hashed(f"{who}:{nonce}:{what}")
        if "opaque" in told:
            parts["opaque"] = told["opaque"]
        if "algorithm" in told:
            extra += f", algorithm={told['algorithm']}"
        return "Digest " + ", ".join(f'{key}="{value}"' for key, value in parts.items()) + extra
