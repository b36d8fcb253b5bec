"""Starting and stopping the server."""

import socket
import threading
from functools import partial
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from catseye.api import ApiServer, create_app
from catseye.core.errors import CatseyeError
from catseye.testing import FakeClock, street
from catseye.testing.live import HandFeed

GET = partial(httpx.get, trust_env=False)


@pytest.fixture
def stopped(feed: HandFeed, clock: FakeClock, page: Path) -> ApiServer:
    return ApiServer(create_app(feed, None, detector=street.DETECTOR, clock=clock, static=page), "127.0.0.1", 0)


def test_a_port_that_is_taken_is_named_with_a_remedy(feed: HandFeed, clock: FakeClock, page: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = ApiServer(create_app(feed, None, detector=street.DETECTOR, clock=clock, static=page), "127.0.0.1", port)
        with pytest.raises(CatseyeError) as raised:
            server.start()
    assert raised.value.message == f"Port {port} is in use."
    assert "--port" in raised.value.remedy


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.9"])
def test_an_address_that_is_not_ours_is_named_with_a_remedy(feed: HandFeed, clock: FakeClock, page: Path, host: str) -> None:
    server = ApiServer(create_app(feed, None, detector=street.DETECTOR, clock=clock, static=page), host, 0)
    with pytest.raises(CatseyeError) as raised:
        server.start()
    assert host in raised.value.message
    assert "--host" in raised.value.remedy


def test_stop_ends_the_thread_with_viewers_still_watching(stopped: ApiServer, feed: HandFeed) -> None:
    stopped.start()
    with connect(f"{stopped.url.replace('http', 'ws')}/api/v1/streams/{street.STREAM}/live", proxy=None) as viewer:
        feed.publish(street.header())
        viewer.recv(timeout=5)
        stopped.stop()
        stopped.stop()
        with pytest.raises(ConnectionClosed):
            viewer.recv(timeout=5)
    assert feed.listeners == 0
    assert "catseye-api" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(httpx.ConnectError):
        GET(stopped.url)


def test_it_speaks_no_word_on_the_terminal(stopped: ApiServer, capfd: pytest.CaptureFixture[str]) -> None:
    with stopped:
        GET(f"{stopped.url}/healthz")
        GET(f"{stopped.url}/nowhere")
    assert capfd.readouterr() == ("", "")


def test_its_address_is_one_that_a_browser_can_open(stopped: ApiServer) -> None:
    with stopped:
        assert stopped.url == f"http://127.0.0.1:{stopped.port}"
        assert GET(f"{stopped.url}/healthz").json()["status"] == "ok"
