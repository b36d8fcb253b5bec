"""A camera's address, and what a camera answers, reach nothing that is not allowed; and no password shows anywhere."""

import logging
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from tests import zoo
from tests.zoo.traps import http_folder

from catseye import app
from catseye.app.cameras import open_camera
from catseye.core.cameras import Camera
from catseye.core.errors import SourceDeniedError, SourceError
from catseye.core.ids import RunId, StreamId
from catseye.core.reach import Reach
from catseye.ports import FrameSource, SourceOptions
from catseye.testing.clips import write_clip

LOOPBACK = Reach(["127.0.0.1"])


def camera_at(address: str, credentials: str = "") -> Camera:
    name = StreamId("gate")
    return Camera(name=name, address=address, kind_of_place="street", purpose="p", legal_basis="b", credentials=credentials)


def opened(address: str, reach: Reach = LOOPBACK, credentials: str = "") -> FrameSource:
    return open_camera(camera_at(address, credentials), RunId("run"), app.system_clock(), reach)


def read_whole(address: str, reach: Reach | None) -> None:
    if reach is not None:
        source = opened(address, reach)
    else:
        source = app.open_source(address, stream=StreamId("t"), run=RunId("r"), clock=app.system_clock())
    list(source.frames())


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_what_is_not_allowed_is_not_even_connected_to(scheme: str, host: str) -> None:
    with zoo.trap() as trap:
        for path in ("street", "street.m3u8"):
            with pytest.raises(SourceError):
                opened(f"{scheme}://{host}:{trap.port}/{path}", Reach(["10.0.0.0/8"]))
        assert trap.visits == []


def test_what_is_allowed_is_read() -> None:
    with zoo.camera("street") as url:
        source = opened(url)
        assert len(list(islice(source.frames(), 3))) == 3
        source.close()


@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize("what", ["part", "key", "playlist"])
def test_a_playlist_leads_to_no_other_host(tmp_path: Path, judged: bool, what: str) -> None:
    playlist = write_clip(
        tmp_path / "live.m3u8", frames=50, options={"hls_time": "1", "hls_list_size": "0", "hls_playlist_type": "vod"}
    )
    with zoo.trap() as trap, http_folder(tmp_path) as web:
        away = f"http://localhost:{trap.port}"
        text = playlist.read_text()
        if what == "part":
            text = text.replace("live0.ts", f"{away}/live0.ts")
        elif what == "key":
            text = text.replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{away}/key"\n#EXTINF', 1)
        else:
            text = f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{away}/other.m3u8\n"
        playlist.write_text(text)
        address = f"http://{web}/live.m3u8"
        own = web.partition(":")[2]
        with pytest.raises(SourceError):
            read_whole(address, Reach([f"127.0.0.1:{own}"]) if judged else None)
        assert trap.visits == []


def test_no_password_shows(tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "gate"
    secret.write_text(f"{zoo.USER}\nwr0ng/pass")
    shown = []
    with caplog.at_level(logging.DEBUG), zoo.camera("auth_failure") as url:
        shown.append(repr(camera_at(url, f"file:{secret}")))
        with pytest.raises(SourceDeniedError) as caught:
            opened(url, credentials=f"file:{secret}")
    error: BaseException | None = caught.value
    while error:
        shown.append(repr(error) + str(error))
        error = error.__cause__ or error.__context__
    out = capfd.readouterr()
    for text in (*shown, caplog.text, out.out, out.err):
        assert "wr0ng" not in text


@contextmanager
def tls_before(port: int, folder: Path) -> Iterator[int]:
    """A port that takes TLS with a certificate of its own and hands on to ``port``."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=camera"]
    subprocess.run([*command, "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def pump(one: socket.socket, other: socket.socket) -> None:
            try:
                while data := one.recv(65536):
                    other.sendall(data)
            except OSError:
                pass
            for end in (one, other):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

        def serve() -> None:
            while True:
                try:
                    raw, _ = listening.accept()
                    secured = context.wrap_socket(raw, server_side=True)
                except ssl.SSLError:
                    continue  # who does not trust the certificate hangs up
                except OSError:
                    return
                inner = socket.create_connection(("127.0.0.1", port))
                for ends in ((secured, inner), (inner, secured)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def test_rtsp_over_tls_with_the_cameras_own_certificate(tmp_path: Path) -> None:
    with zoo.scripted(zoo.behaviour("street")) as camera, tls_before(camera.port, tmp_path) as port:
        source = opened(f"rtsps://127.0.0.1:{port}/street")
        assert len(list(islice(source.frames(), 5))) == 5
        assert "nobody known here vouches for" in " ".join(source.info.notes)
        assert source.traffic().lost_packets == 0
        source.close()


def test_options_show_no_judge_and_no_password() -> None:
    shown = repr(SourceOptions(user="ann", password="s3cr3t", judge=LOOPBACK.judge))
    assert "s3cr3t" not in shown
    assert "Reach" not in shown
