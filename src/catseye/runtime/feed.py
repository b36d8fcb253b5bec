"""Hands the live messages of one stream to whoever listens."""

import threading
from collections.abc import Callable

from catseye.core.health import StreamHealth
from catseye.core.ids import StreamId
from catseye.core.scene import Scene


class Feed:
    """A ports.LiveFeed. It keeps the last message, and only while somebody listens; what concludes it is kept for all who come."""

    def __init__(self, stream: StreamId, health: Callable[[], StreamHealth], scene: Callable[[], Scene]) -> None:
        self._stream, self._health, self._scene = stream, health, scene
        self._lock = threading.Lock()
        self._listeners: dict[int, Callable[[bytes], None]] = {}
        self._next = 0
        self._last: bytes | None = None
        self._concluded = False

    @property
    def stream(self) -> StreamId:
        """Which stream it is."""
        return self._stream

    @property
    def listened(self) -> bool:
        """Whether anybody listens, so that a picture need be made at all."""
        return bool(self._listeners)

    def subscribe(self, listener: Callable[[bytes], None]) -> Callable[[], None]:
        """Call ``listener`` with the last message and each new one. Returns a function that ends the subscription."""
        with self._lock:
            key, self._next = self._next, self._next + 1
            self._listeners[key] = listener
            last = self._last
        if last is not None:
            listener(last)

        def end() -> None:
            with self._lock:
                self._listeners.pop(key, None)
                if not self._listeners and not self._concluded:
                    self._last = None  # none are made from now on, and an old picture is no live one

        return end

    def publish(self, message: bytes) -> None:
        """Give a message to every listener."""
        with self._lock:
            self._last = message
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(message)

    def conclude(self, message: bytes) -> None:
        """Give the last message there will be to every listener, and to whoever comes later."""
        self._concluded = True
        self.publish(message)

    def scene(self) -> Scene:
        """The scene in force."""
        return self._scene()

    def health(self) -> StreamHealth:
        """The stream's state now."""
        return self._health()
