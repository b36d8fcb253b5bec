"""A scripted RTSP camera in a thread: real sockets, TCP interleaved or UDP, one behaviour."""

import hashlib
import random
import re
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.zoo.footage import Footage, Unit, footage
from tests.zoo.rtp import description, packet, payloads

Stretch = tuple[Footage, float]  # what is sent, for how many seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What the camera does. Times are seconds since PLAY of each connection; the last stretch has no end.

    ``connection`` gives the stretches of the k-th connection. ``ticks`` is the time written into the k-th picture, in 90 kHz;
    ``mutate`` changes what the camera says of itself before it is sent.
    """

    connection: Callable[[int], list[Stretch]] = field(default=lambda _: [(footage(), 0.0)])
    stall_after_s: float | None = None
    close_after_s: float | None = None
    bytes_per_s: float | None = None
    no_keys_after_s: float | None = None
    lost: float = 0.0
    swapped: float = 0.0
    faults_after_s: float = 0.0
    ticks: Callable[[int, float], float] = lambda k, fps: k * 90_000 / fps
    user: str = ""
    password: str = ""
    redirect: str = ""
    transport_extra: str = ""
    mutate: Callable[[bytes], bytes] | None = None


class RtspCamera:
    """Listens from the beginning; ``close`` ends everything. ``connections`` and ``plays`` count."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.connections = self.plays = 0
        self.requests: list[str] = []
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="zoo", daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Its address, without credentials."""
        return f"rtsp://127.0.0.1:{self.port}/street"

    def close(self) -> None:
        """Hang up on everybody."""
        self._over.set()
        self._listening.close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(timeout=5)

    def _accept(self) -> None:
        self._listening.settimeout(0.1)
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="zoo", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            _Session(self, self._behaviour, connection, self._over).run()
        except OSError:
            pass
        finally:
            self._open.discard(connection)
            connection.close()


class _Session:
    def __init__(self, camera: RtspCamera, behaviour: Behaviour, connection: socket.socket, over: threading.Event) -> None:
        self._camera, self._behaviour, self._connection, self._over = camera, behaviour, connection, over
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stretches = behaviour.connection(camera.connections - 1)
        self._nonce = secrets.token_hex(8)
        self._sending = threading.Lock()
        self._udp: tuple[socket.socket, int] | None = None
        self._playing: threading.Thread | None = None
        self._hung_up = threading.Event()

    def run(self) -> None:
        try:
            for request in self._requests():
                if not self._answer(request):
                    return
        finally:
            self._hung_up.set()
            if self._playing:
                self._playing.join(timeout=5)
            if self._udp:
                self._udp[0].close()

    def _requests(self) -> Iterator[str]:
        """Requests as they come; what the player reports in between (RTCP) is skipped."""
        held = b""
        while not self._over.is_set():
            while held[:1] == b"$" and len(held) >= 4 and len(held) >= 4 + int.from_bytes(held[2:4], "big"):
                held = held[4 + int.from_bytes(held[2:4], "big") :]
            if held[:1] != b"$" and b"\r\n\r\n" in held:
                head, _, held = held.partition(b"\r\n\r\n")
                yield head.decode(errors="replace")
                continue
            more = self._connection.recv(65536)
            if not more:
                return
            held += more

    def _answer(self, request: str) -> bool:
        behaviour = self._behaviour
        method, address, _ = [*request.split("\r\n", 1)[0].split(" "), "", ""][:3]
        self._camera.requests.append(f"{method} {address}")
        number = re.search(r"(?im)^CSeq: *(\d+)", request)
        sequence = number[1] if number else "0"
        if behaviour.redirect and method in {"OPTIONS", "DESCRIBE"}:
            return self._say(
                "301 Moved Permanently" if method == "OPTIONS" else "302 Found", sequence, f"Location: {behaviour.redirect}"
            )
        if behaviour.user and method != "OPTIONS" and not self._known(request, method):
            return self._say("401 Unauthorized", sequence, f'WWW-Authenticate: Digest realm="zoo", nonce="{self._nonce}"')
        if method == "DESCRIBE":
            body = description(self._stretches[0][0], "127.0.0.1")
            return self._say("200 OK", sequence, "Content-Type: application/sdp", f"Content-Base: {self._camera.url}/", body=body)
        if method == "SETUP":
            return self._say("200 OK", sequence, "Session: 7;timeout=60", f"Transport: {self._transport(request)}")
        if method == "PLAY":
            self._say("200 OK", sequence, "Session: 7", "Range: npt=0-")
            self._camera.plays += 1
            self._playing = threading.Thread(target=self._play, name="zoo", daemon=True)
            self._playing.start()
            return True
        self._say("200 OK", sequence, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER")
        return method != "TEARDOWN"

    def _say(self, status: str, sequence: str, *headers: str, body: str = "") -> bool:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {sequence}", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        coded = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
        self._send(self._behaviour.mutate(coded) if self._behaviour.mutate else coded)
        return True

    def _known(self, request: str, method: str) -> bool:
        told = dict(re.findall(r'(\w+)="([^"]*)"', request.partition("Authorization: Digest")[2]))
        behaviour = self._behaviour
        who = _md5(f"{behaviour.user}:zoo:{behaviour.password}")
        what = _md5(f"{method}:{told.get('uri')}")
        return told.get("response") == _md5(f"{who}:{self._nonce}:{what}")

    def _transport(self, request: str) -> str:
        asked = re.search(r"client_port=(\d+)", request)
        if asked is None:
            return "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=0CA75E7E" + self._behaviour.transport_extra
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.bind(("127.0.0.1", 0))
        self._udp = sender, int(asked[1])
        port = sender.getsockname()[1]
        return (
            f"RTP/AVP;unicast;client_port={asked[1]}-{int(asked[1]) + 1};server_port={port}-{port + 1}"
            + self._behaviour.transport_extra
        )

    def _send(self, data: bytes) -> None:
        with self._sending:
            self._connection.sendall(data)

    def _play(self) -> None:
        try:
            self._pictures()
        except OSError:
            return

    def _pictures(self) -> None:
        behaviour, lots = self._behaviour, random.Random(1)
        began, sequence, held = time.monotonic(), 0, b""
        for k, (film, unit, due_s) in enumerate(self._script()):
            if self._wait(began + due_s):
                return
            passed = time.monotonic() - began
            if behaviour.close_after_s is not None and due_s >= behaviour.close_after_s:
                self._connection.shutdown(socket.SHUT_RDWR)
                return
            if behaviour.stall_after_s is not None and due_s >= behaviour.stall_after_s:
                return
            if unit.key and behaviour.no_keys_after_s is not None and due_s >= behaviour.no_keys_after_s:
                continue
            faulty = passed >= behaviour.faults_after_s
            parts = list(payloads(unit, film.codec))
            for nth, part in enumerate(parts):
                coded = packet(part, sequence=sequence, ticks=round(behaviour.ticks(k, film.fps)), last=nth == len(parts) - 1)
                sequence += 1
                if faulty and lots.random() < behaviour.lost:
                    continue
                if faulty and not held and lots.random() < behaviour.swapped:
                    held = coded
                    continue
                self._give(coded)
                if held:
                    self._give(held)
                    held = b""

    def _script(self) -> Iterator[tuple[Footage, Unit, float]]:
        at_s = 0.0
        for nth, (film, lasts_s) in enumerate(self._stretches):
            ends_s = at_s + lasts_s
            k, last = 0, nth == len(self._stretches) - 1
            while last or at_s < ends_s:
                yield film, film.units[k % len(film.units)], at_s
                k, at_s = k + 1, at_s + 1 / film.fps

    def _wait(self, until: float) -> bool:
        """Wait for an instant; whether it is over before."""
        while (left := until - time.monotonic()) > 0:
            if self._over.is_set() or self._hung_up.wait(min(left, 0.1)):
                return True
        return self._over.is_set() or self._hung_up.is_set()

    def _give(self, coded: bytes) -> None:
        rate = self._behaviour.bytes_per_s
        if self._udp:
            self._udp[0].sendto(coded, ("127.0.0.1", self._udp[1]))
            return
        framed = struct.pack("!cBH", b"$", 0, len(coded)) + coded
        if rate is None:
            self._send(framed)
            return
        for at in range(0, len(framed), 64):
            self._send(framed[at : at + 64])
            if self._hung_up.wait(64 / rate):
                return


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
