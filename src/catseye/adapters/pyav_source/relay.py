"""Stands between libav and an RTSP camera: no redirect is followed, and lost packets are counted where RTP tells of them.

libav follows an RTSP redirect by itself and cannot be told not to. So it talks to a port of this process which hands on what either
side says over one judged connection, and reads along: an answer that leads elsewhere ends it.
"""

import contextlib
import re
import selectors
import socket
import ssl
import threading

from catseye.adapters.pyav_source.way import Way, connect

_HEAD_MOST = 64 * 1024
_BODY_MOST = 256 * 1024
_CHUNK = 32 * 1024  # small enough that taking memory for it costs nothing
_NAP_S = 0.5
_STATUS = re.compile(rb"RTSP/\d\.\d +(\d{3})")
_LENGTH = re.compile(rb"(?im)^Content-Length: *(\d{1,9})")
_TRANSPORT = re.compile(rb"(?im)^(Transport:[^\r\n]*)")
_PLACES = re.compile(rb"(?i);(?:source|destination)=[^;\r\n]*")


class Relay:
    """One connection to a camera. ``url`` is what libav opens; ``close`` may be called from any thread.

    ``lost`` counts RTP packets that never came, by their sequence numbers; None where they do not pass here (UDP).
    """

    def __init__(self, way: Way, *, timeout_s: float, udp: bool) -> None:
        """Connects to the camera. Raises OSError where it does not answer."""
        self.refused = ""
        self.unverified = False
        self._camera = self._dial(way, timeout_s)
        self._camera.settimeout(timeout_s)
        self._source = self._camera.getpeername()[0].encode()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._listening.settimeout(timeout_s)
        self.url = way.to("127.0.0.1", self._listening.getsockname()[1])
        self.url = "rtsp" + self.url[self.url.index("://") :]
        self.lost: int | None = None if udp else 0
        self._timeout_s = timeout_s
        self._reading = Answers(self._source)
        self._player: socket.socket | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="catseye-relay", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up on both sides."""
        self._closed = True
        _hang_up(self._listening, self._camera, self._player)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5.0)

    def _dial(self, way: Way, timeout_s: float) -> socket.socket:
        plain = connect(way, timeout_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if way.parts.scheme != "rtsps":
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=way.host)
        except ssl.SSLCertVerificationError:
            plain.close()
        self.unverified = True  # cameras sign their own; whoever opened it says so to the user
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return trusting.wrap_socket(connect(way, timeout_s), server_hostname=way.host)

    def _run(self) -> None:
        try:
            self._player, _ = self._listening.accept()
            self._player.settimeout(self._timeout_s)
            self._player.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._hand_on(self._player)
        except (OSError, ValueError):  # ValueError: an answer beyond all measure, or closed under its hands
            pass
        finally:
            self.refused = self._reading.refused
            for end in (self._listening, self._camera, self._player):
                if end is not None:
                    with contextlib.suppress(OSError):
                        end.close()

    def _hand_on(self, player: socket.socket) -> None:
        """Both ways until either side hangs up. A thread for each way costs two system calls a packet, waiting for either five."""
        if isinstance(self._camera, ssl.SSLSocket):  # no two threads may use one at a time
            self._in_turn(player)
            return
        self._camera.settimeout(None)
        player.settimeout(None)
        asking = threading.Thread(target=self._ask_on, args=(player,), name="catseye-relay-up", daemon=True)
        asking.start()
        try:
            while not self._closed and self._answer(player):
                pass
        finally:
            _hang_up(self._camera, player)
            asking.join(timeout=5.0)

    def _ask_on(self, player: socket.socket) -> None:
        try:
            while self._ask(player):
                pass
        except OSError:
            pass
        finally:
            _hang_up(self._camera, player)

    def _in_turn(self, player: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._camera, selectors.EVENT_READ)
            ready.register(player, selectors.EVENT_READ)
            while not self._closed:
                for key, _ in ready.select(_NAP_S):
                    if not (self._ask(player) if key.fileobj is player else self._answer(player)):
                        return

    def _ask(self, player: socket.socket) -> bool:
        data = player.recv(_CHUNK)
        if data:
            self._camera.sendall(data)
        return bool(data)

    def _received(self) -> bytes | None:
        """What has come, b"" at the end; None where TLS sent only what is its own, as it does after shaking hands."""
        if not isinstance(self._camera, ssl.SSLSocket):
            return self._camera.recv(_CHUNK)
        self._camera.settimeout(0.0)
        try:
            return self._camera.recv(_CHUNK)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        finally:
            self._camera.settimeout(self._timeout_s)

    def _answer(self, player: socket.socket) -> bool:
        while True:
            data = self._received()
            if data is None:
                return True
            passed = self._reading.take(data)
            if passed:
                player.sendall(passed)
            if self.lost is not None:
                self.lost = self._reading.lost
            if not data or self._reading.refused:
                return False
            if not (isinstance(self._camera, ssl.SSLSocket) and self._camera.pending()):
                return True


def _hang_up(*ends: socket.socket | None) -> None:
    """Wake whoever waits for one of them."""
    for end in ends:
        if end is not None:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Answers:
    """Reads what a camera sends, byte stream in, bytes to hand on out. ``refused`` says where a redirect would have led."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._text = bytearray()
        self._head = bytearray()
        self._left = 0  # bytes of an interleaved packet that are still to come
        self._expected: int | None = None
        self.lost = 0
        self.refused = ""

    def take(self, data: bytes) -> bytes:
        """What of ``data``, and of what was held back before, may be handed on. Raises ValueError where an answer is too long."""
        out, at = bytearray(), 0
        while at < len(data) and not self.refused:
            if self._left:
                step = min(self._left, len(data) - at)
                out += data[at : at + step]
                self._left, at = self._left - step, at + step
            elif self._head or (not self._text and data[at] == 0x24):
                at = self._packet(data, at, out)
            else:
                at = self._answered(data, at, out)
        return bytes(out)

    def _packet(self, data: bytes, at: int, out: bytearray) -> int:
        """The four bytes before an interleaved packet and the first four of it."""
        step = min(8 - len(self._head), len(data) - at)
        self._head += data[at : at + step]
        length = int.from_bytes(self._head[2:4], "big") if len(self._head) >= 4 else None
        over = 0 if length is None else max(0, len(self._head) - 4 - length)
        if over:  # shorter than an RTP header
            step -= over
            del self._head[-over:]
        if length is not None and len(self._head) >= 4 + min(length, 4):
            if length >= 4 and self._head[1] == 0:
                self._count(int.from_bytes(self._head[6:8], "big"))
            out += self._head
            self._left = length + 4 - len(self._head)
            self._head.clear()
        return at + step

    def _count(self, sequence: int) -> None:
        ahead = 0 if self._expected is None else (sequence - self._expected) & 0xFFFF
        if ahead >= 0x8000:  # late: it was taken for lost
            self.lost = max(0, self.lost - 1)
            return
        if ahead < 3000:  # more is a new beginning (RFC 3550, MAX_DROPOUT)
            self.lost += ahead
        self._expected = (sequence + 1) & 0xFFFF

    def _answered(self, data: bytes, at: int, out: bytearray) -> int:
        before = len(self._text)
        self._text += data[at : at + _HEAD_MOST + _BODY_MOST]
        end = self._text.find(b"\r\n\r\n")
        if end < 0:
            if len(self._text) > _HEAD_MOST:
                raise ValueError("an answer without end")
            return len(data)
        head = bytes(self._text[: end + 4])
        told = _LENGTH.search(head)
        length = int(told[1]) if told else 0
        if end > _HEAD_MOST or length > _BODY_MOST:
            raise ValueError("an answer beyond all measure")
        whole = end + 4 + length
        if len(self._text) < whole:
            return len(data)
        status = _STATUS.match(head)
        if status and status[1][:1] == b"3":
            where = re.search(rb"(?im)^Location: *([^\r\n]*)", head)
            self.refused = where[1].decode("latin-1") if where else "elsewhere"
        else:
            out += _TRANSPORT.sub(self._placed, head) + bytes(self._text[end + 4 : whole])
        self._text.clear()
        return at + whole - before

    def _placed(self, transport: re.Match[bytes]) -> bytes:
        """The camera is where it was reached, whatever it says: what is sent to it goes nowhere else."""
        if b"multicast" in transport[1].lower():
            raise ValueError("multicast was not asked for")
        return _PLACES.sub(b"", transport[1]) + b";source=" + self._source
