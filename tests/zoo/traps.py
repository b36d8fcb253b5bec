"""Servers that only note who came, and one that sends a player elsewhere."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Trap:
    """A place nobody was allowed to go to. ``visits`` holds the first bytes of everyone who came."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.1)
        self.port = self._listening.getsockname()[1]
        self.visits: list[bytes] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._note, name="trap", daemon=True)
        self._thread.start()

    def _note(self) -> None:
        while not self._over.is_set():
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                continue
            visitor.settimeout(0.5)
            try:
                self.visits.append(visitor.recv(200))
            except OSError:
                self.visits.append(b"")
            visitor.close()

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        self._thread.join()
        self._listening.close()


@contextmanager
def trap() -> Iterator[Trap]:
    """A trap on loopback."""
    made = Trap()
    try:
        yield made
    finally:
        made.close()


@contextmanager
def http_redirect(to: str) -> Iterator[str]:
    """The address of a web camera that answers everything with a 302 to ``to``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _served(Handler) as host:
        yield f"http://{host}/camera"


@contextmanager
def http_folder(folder: Path) -> Iterator[str]:
    """Host and port of a server of the files in a folder."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with _served(partial(Handler, directory=str(folder))) as host:
        yield host


@contextmanager
def _served(handler: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
