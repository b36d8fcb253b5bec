"""HTTP to one camera: judged connections, digest, no redirects, bounded answers."""

import hashlib
import http.client
import re
import secrets
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from catseye.adapters.onvif.soap import ANSWER_MOST
from catseye.core.errors import SourceDeniedError, SourceFormatError, SourceUnreachableError

Dial = Callable[[str, float], socket.socket]
"""An address (http(s)://host:port) and seconds of patience -> a connection to a judged address. Raises OSError, SourceError."""

_KINDS = {"MD5": "md5", "SHA-256": "sha256"}


class Transport:
    """Posts to the host of ``address``; ``name`` is how it is spoken of. Nothing is ever sent to another host."""

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
        connection = http.client.HTTPConnection(self.host, self._parts.port, timeout=self._timeout_s)
        try:
            connection.sock = self._wrapped(self._dial(self._address, self._timeout_s))
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            challenge = next((told for told in response.headers.get_all("WWW-Authenticate", []) if told.startswith("Digest")), "")
            return response.status, response.read(ANSWER_MOST + 1), challenge
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = isinstance(error, TimeoutError)
        finally:
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
