"""Strangers are refused, and every answer carries the security headers."""

import socket

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from catseye.api import ApiServer
from catseye.api.guard import host_allowed, same_origin
from catseye.testing import street
from catseye.testing.live import HandFeed

LIVE = f"/api/v1/streams/{street.STREAM}/live"


@pytest.mark.parametrize(
    ("netloc", "served", "allowed"),
    [
        ("localhost:8420", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("[::1]:8420", "127.0.0.1", True),
        ("LOCALHOST", "127.0.0.1", True),
        ("camera-pc:8420", "camera-pc", True),
        ("camera-pc:8420", "127.0.0.1", False),
        ("evil.example", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "127.0.0.1", False),
        ("192.168.1.7:8420", "127.0.0.1", False),
        ("192.168.1.7:8420", "0.0.0.0", True),
        ("[fe80::1]:8420", "::", True),
        ("evil.example", "0.0.0.0", False),
        ("", "127.0.0.1", False),
        ("[", "127.0.0.1", False),
    ],
)
def test_only_names_of_this_server_are_answered_to(netloc: str, served: str, allowed: bool) -> None:
    assert host_allowed(netloc, served) is allowed


@pytest.mark.parametrize(
    ("origin", "netloc", "same"),
    [
        (None, "127.0.0.1:8420", True),
        ("http://127.0.0.1:8420", "127.0.0.1:8420", True),
        ("http://127.0.0.1:9999", "127.0.0.1:8420", False),
        ("http://localhost:8420", "127.0.0.1:8420", False),
        ("https://evil.example", "127.0.0.1:8420", False),
        ("null", "127.0.0.1:8420", False),
        ("file://", "127.0.0.1:8420", False),
        ("http://[", "127.0.0.1:8420", False),
    ],
)
def test_only_the_page_of_this_server_may_speak_to_it(origin: str | None, netloc: str, same: bool) -> None:
    assert same_origin(origin, netloc) is same


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/streams", "/schema", "/nowhere", "/assets/index-1a2b.js"])
def test_no_path_answers_to_a_rebound_name(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.text) == (403, "This address does not serve that host name.")


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/streams", "/schema", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/streams", f"/api/v1/streams/{street.STREAM}/scene"])
def test_what_is_measured_is_not_kept_by_browsers(client: httpx.Client, path: str) -> None:
    assert client.get(path).headers["cache-control"] == "no-store"


def test_a_preflight_of_another_origin_gets_nothing(client: httpx.Client) -> None:
    asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    assert client.options("/api/v1/streams", headers=asks).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_page_of_another_origin_cannot_open_the_feed(server: ApiServer, feed: HandFeed, headers: dict[str, str]) -> None:
    feed.publish(street.header(), b"\xff\xd8jpeg")
    with pytest.raises(InvalidStatus) as refused:
        connect(server.url.replace("http", "ws") + LIVE, additional_headers=headers, proxy=None)
    assert refused.value.response.status_code == 403
    assert feed.listeners == 0


def test_the_feed_does_not_answer_to_a_rebound_name(server: ApiServer, feed: HandFeed) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as raw, pytest.raises(InvalidStatus) as refused:
        connect(f"ws://evil.example:{server.port}{LIVE}", sock=raw)
    assert refused.value.response.status_code == 403
    assert feed.listeners == 0


def test_the_own_page_may_open_the_feed(server: ApiServer, feed: HandFeed) -> None:
    feed.publish(street.header())
    with connect(server.url.replace("http", "ws") + LIVE, additional_headers={"Origin": server.url}, proxy=None) as viewer:
        assert viewer.recv(timeout=5)
