"""Work orders by HTTP: signed JSON, one request a revision."""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from catseye.core.errors import OutputError
from catseye.core.orders import WorkOrder
from catseye.core.time import NS_PER_S
from catseye.ports import Clock
from catseye.wire import orders as wire

TIMEOUT_S: Final = 10.0
DEADLINE_S: Final = 30.0  # of a whole answer: one that comes by drips must not hold up the others
_TAKEN = range(200, 300)

Judge = Callable[[str, int], tuple[str, ...]]


class WebhookSender:
    """Posts each revision with ``X-Catseye-Signature: t=SECONDS,v1=HEX``.

    HEX is the HMAC-SHA256 of ``SECONDS.BODY`` with the shared secret, so that a receiver knows who sent it and when. It follows no
    redirect. ``judge`` is given host and port and returns the addresses to connect to, or raises for what is not allowed.
    """

    def __init__(self, url: str, secret: bytes, *, network: str, tz: ZoneInfo, clock: Clock, judge: Judge) -> None:
        self._url, self._secret = urlsplit(url), secret
        self._network, self._tz, self._clock, self._judge = network, tz, clock, judge
        mark = hashlib.blake2b(url.encode(), digest_size=4).hexdigest()
        self.name = f"webhook:{self._url.scheme}://{self._url.hostname}{self._url.path}#{mark}"

    def send(self, order: WorkOrder) -> None:
        """See ``ports.OrderSender``: it is taken when the answer's status is 200 to 299."""
        body = wire.as_json(order, self._network, self._tz)
        at_s = self._clock.now_ns() // NS_PER_S
        signed = hmac.new(self._secret, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
        path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        connection = self._connected()
        cut = threading.Timer(DEADLINE_S, _cut, (connection,))
        cut.start()
        try:
            connection.request(
                "POST",
                path,
                body,
                {
                    "Host": self._url.netloc.rpartition("@")[2],
                    "Content-Type": "application/json",
                    "User-Agent": "catseye",
                    "Idempotency-Key": f"{order.id}.{order.revision}",
                    "X-Catseye-Signature": f"t={at_s},v1={signed}",
                },
            )
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise OutputError(f"{self.name} does not answer: {reason}.", "It will be tried again.") from error
        finally:
            cut.cancel()
            connection.close()
        if status not in _TAKEN:
            raise OutputError(f"{self.name} answered {status}.", "It will be tried again; check the address and its server.")

    def _connected(self) -> http.client.HTTPConnection:
        """A connection to the first of the judged addresses that takes one. Raises OutputError."""
        host, secure = self._url.hostname or "", self._url.scheme == "https"
        port = self._url.port or (443 if secure else 80)
        reason = "it stands for no address"
        for address in self._judge(host, port):
            connection: http.client.HTTPConnection
            connection = (
                _NamedConnection(host, address, port) if secure else http.client.HTTPConnection(address, port, timeout=TIMEOUT_S)
            )
            try:
                connection.connect()
            except OSError as error:
                connection.close()
                reason = error.strerror or type(error).__name__
            else:
                return connection
        raise OutputError(f"{self.name} does not answer: {reason}.", "It will be tried again.")


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection that is being read from."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


class _NamedConnection(http.client.HTTPSConnection):
    """TLS to an address that was judged, with the certificate of the host's name: it cannot resolve to another meanwhile."""

    def __init__(self, host: str, address: str, port: int) -> None:
        self._context_of_name = ssl.create_default_context()
        super().__init__(address, port, timeout=TIMEOUT_S, context=self._context_of_name)
        self._name = host

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._context_of_name.wrap_socket(self.sock, server_hostname=self._name)
