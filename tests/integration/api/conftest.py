"""A real server on loopback, over a feed in hand and a real store that was watched for a part of twenty minutes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catseye.api import ApiServer, create_app
from catseye.app import open_store
from catseye.core.time import NS_PER_S
from catseye.ports import Store
from catseye.testing import FakeClock, street
from catseye.testing.live import HandFeed


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(street.EIGHT + 1200 * NS_PER_S)


@pytest.fixture
def feed() -> HandFeed:
    return HandFeed(street.SCENE, stream=street.STREAM)


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    kept = open_store(tmp_path / "store.sqlite", clock=clock)
    street.fill(kept)
    yield kept
    kept.close()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A built page, in little."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Catseye</title>", "utf-8")
    (folder / "assets" / "index-1a2b.js").write_text("export {};", "utf-8")
    return folder


@pytest.fixture
def server(feed: HandFeed, store: Store, clock: FakeClock, page: Path) -> Iterator[ApiServer]:
    with ApiServer(create_app(feed, store, detector=street.DETECTOR, clock=clock, static=page), "127.0.0.1", 0) as running:
        yield running


@pytest.fixture
def client(server: ApiServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False) as opened:
        yield opened
