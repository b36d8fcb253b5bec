import base64
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import cv2
import pytest
from tests.zoo.real import real_camera

from catseye import app
from catseye.core.ids import RunId, StreamId
from catseye.ports import FrameSource, SourceOptions
from catseye.testing.clips import numbered_picture

Open = Callable[..., FrameSource]


@pytest.fixture
def opened() -> Open:
    """Open a source as the commands do, impatiently."""

    def open_source(spec: str | Path, *, start_ns: int | None = None, **options: object) -> FrameSource:
        patience = {"connect_timeout_s": 5.0, "read_timeout_s": 5.0}
        return app.open_source(
            str(spec),
            stream=StreamId("test"),
            run=RunId("run"),
            clock=app.system_clock(),
            start_ns=start_ns,
            options=SourceOptions(**(patience | options)),  # type: ignore[arg-type]  # a test's own keywords
        )

    return open_source


class StreamHandler(BaseHTTPRequestHandler):
    """One camera: MJPEG without end, a stalling one, one behind a password, and the files of a folder."""

    folder: Path

    def do_GET(self) -> None:  # the name the standard library calls
        path = self.path.partition("?")[0]
        if path == "/guarded":
            told = self.headers.get("Authorization", "")
            if told != "Basic " + base64.b64encode(b"ann:s3cr3t/@").decode():
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
        pictures = {"/camera": -1, "/guarded": -1, "/stalls": 5, "/stops": 8, "/silent": 0}
        if path in pictures:
            self._mjpeg(pictures[path], stalls=path in {"/stalls", "/silent"})
        elif (self.folder / path[1:]).is_file():
            data = (self.folder / path[1:]).read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        else:
            self.send_error(404)

    def _mjpeg(self, limit: int, *, stalls: bool) -> None:
        over: threading.Event = self.server.over  # type: ignore[attr-defined]  # set where the server is made
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        for k in count():
            if k == limit:
                break
            _, coded = cv2.imencode(".jpg", numbered_picture(k, (64, 48)))
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(coded)}\r\n\r\n".encode()
            try:
                self.wfile.write(head + coded.tobytes() + b"\r\n")
            except OSError:
                return
            if over.wait(0.02):
                return
        if stalls:
            over.wait()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address (host:port) of a server of pictures and of the files in tmp_path."""

    class Handler(StreamHandler):
        folder = tmp_path

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.over = threading.Event()  # type: ignore[attr-defined]  # tells the handlers to end
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.over.set()  # type: ignore[attr-defined]  # the same
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def rtsp(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a real RTSP server's /street; with a parameter, user and password are asked for."""
    with real_camera(None, *getattr(request, "param", ())) as url:
        yield url.removeprefix("rtsp://")
