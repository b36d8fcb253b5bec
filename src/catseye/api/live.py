"""The live feed over WebSocket.

The worker's thread must never wait for a viewer. Each viewer has one slot that holds the newest message and nothing else: a
viewer who reads slowly skips messages, and the memory they cost stays one picture.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from catseye.ports import LiveFeed

Socket = WebSocket[Any, Any, Any]


class LatestSlot:
    """Holds the newest message for one viewer. ``skipped`` counts the ones replaced before they were taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._message: bytes | None = None
        self._filled = asyncio.Event()
        self.skipped = 0

    def offer(self, message: bytes) -> None:
        """Leave a message; called from the worker's thread, returns at once."""
        with contextlib.suppress(RuntimeError):  # the loop closed while the worker was still talking
            self._loop.call_soon_threadsafe(self._put, message)

    async def take(self) -> bytes:
        """The newest message, once there is one."""
        await self._filled.wait()
        message = self._message
        assert message is not None
        self._message = None
        self._filled.clear()
        return message

    def _put(self, message: bytes) -> None:
        if self._message is not None:
            self.skipped += 1
        self._message = message
        self._filled.set()


@dataclass(slots=True)
class Viewers:
    """How many watch now, and how many messages were too fast for one of those who have left."""

    watching: int = 0
    skipped: int = 0


async def serve_viewer(socket: Socket, feed: LiveFeed, viewers: Viewers) -> None:
    """Send one viewer the feed until they leave."""
    await socket.accept()
    slot = LatestSlot(asyncio.get_running_loop())
    unsubscribe = feed.subscribe(slot.offer)
    viewers.watching += 1
    tasks = (asyncio.create_task(_until_left(socket)), asyncio.create_task(_send_all(socket, slot)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        unsubscribe()
        viewers.watching -= 1
        viewers.skipped += slot.skipped
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_all(socket: Socket, slot: LatestSlot) -> None:
    while True:
        await socket.send_bytes(await slot.take())


async def _until_left(socket: Socket) -> None:
    """Read and forget what the viewer says: nothing is asked of them, and a close frame ends it."""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_data(mode="text")
