"""The live feed: whole messages, the newest first, and no viewer can hold up the worker."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from catseye.api import ApiServer
from catseye.api.live import LatestSlot
from catseye.testing import street
from catseye.testing.live import HandFeed
from catseye.wire.live import decode

LIVE = f"/api/v1/streams/{street.STREAM}/live"
PATIENCE = 1500  # times a hundredth of a second


def until(condition: object) -> None:
    """Wait for something that another thread will bring about."""
    assert callable(condition)
    for _ in range(PATIENCE):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come about")


def watch(server: ApiServer, max_queue: int = 16) -> ClientConnection:
    return connect(server.url.replace("http", "ws") + LIVE, max_size=None, proxy=None, max_queue=max_queue)


@pytest.fixture
def viewer(server: ApiServer) -> Iterator[ClientConnection]:
    with watch(server) as socket:
        yield socket


def test_a_viewer_gets_each_message_whole(viewer: ClientConnection, feed: HandFeed) -> None:
    until(lambda: feed.listeners == 1)
    for seq in range(3):
        feed.publish(street.header(seq), bytes([seq]) * 70_000)
        message = viewer.recv(timeout=5)
        assert isinstance(message, bytes)
        header, jpeg = decode(message)
        assert (header.seq, jpeg) == (seq, bytes([seq]) * 70_000)


def test_a_viewer_who_comes_late_gets_the_last_message_at_once(server: ApiServer, feed: HandFeed) -> None:
    feed.publish(street.header(7))
    with watch(server) as socket:
        message = socket.recv(timeout=5)
        assert isinstance(message, bytes)
        assert decode(message)[0].seq == 7


def test_a_viewer_who_reads_slowly_skips_to_the_newest_and_holds_up_nobody(
    server: ApiServer,
    client: httpx.Client,
    feed: HandFeed,
) -> None:
    frames, jpeg = 300, bytes(200_000)
    with watch(server, max_queue=1) as slow:
        until(lambda: feed.listeners == 1)
        for seq in range(frames):  # 60 MB, more than any socket buffer takes
            feed.publish(street.header(seq), jpeg)
        seen = [-1]
        while seen[-1] != frames - 1:
            message = slow.recv(timeout=5)
            assert isinstance(message, bytes)
            seen.append(decode(message)[0].seq)
    assert seen == sorted(seen)
    assert len(seen) < frames / 2
    until(lambda: client.get("/healthz").json()["viewers"] == 0)
    assert client.get("/healthz").json()["skipped"] == frames - (len(seen) - 1)


def test_a_viewer_who_leaves_is_forgotten(server: ApiServer, feed: HandFeed) -> None:
    with watch(server):
        until(lambda: feed.listeners == 1)
    until(lambda: feed.listeners == 0)


def test_a_viewer_who_talks_is_not_listened_to(viewer: ClientConnection, feed: HandFeed) -> None:
    until(lambda: feed.listeners == 1)
    viewer.send("give me everything")
    viewer.send(b"\x00")
    feed.publish(street.header(5))
    message = viewer.recv(timeout=5)
    assert isinstance(message, bytes)
    assert decode(message)[0].seq == 5


def test_a_stream_that_is_not_watched_has_no_feed(server: ApiServer) -> None:
    with pytest.raises(InvalidStatus):
        connect(server.url.replace("http", "ws") + "/api/v1/streams/elsewhere/live", proxy=None)


def test_a_slot_holds_the_newest_and_counts_what_it_replaced() -> None:
    async def offer_and_take() -> tuple[bytes, int]:
        slot = LatestSlot(asyncio.get_running_loop())
        for n in range(5):
            await asyncio.to_thread(slot.offer, bytes([n]))
        return await slot.take(), slot.skipped

    assert asyncio.run(offer_and_take()) == (b"\x04", 4)


def test_a_slot_whose_loop_is_gone_takes_no_notice() -> None:
    async def make() -> LatestSlot:
        return LatestSlot(asyncio.get_running_loop())

    asyncio.run(make()).offer(b"late")
