"""A live feed that says what it is told, for tests of whoever listens to one."""

import threading
from collections.abc import Callable

from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.core.scene import Scene
from catseye.wire.live import LiveHeader, encode

Listener = Callable[[bytes], None]


class HandFeed:
    """Passes on each message given to ``publish``, from the thread that gives it."""

    def __init__(self, scene: Scene | None = None, *, stream: str = "street") -> None:
        self.stream = StreamId(stream)
        self._scene = scene or Scene()
        self._health = StreamHealth(stream=self.stream, run=None, state=StreamState.CONNECTING, since_ns=0)
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._last: bytes | None = None

    @property
    def listeners(self) -> int:
        """How many are subscribed now."""
        return len(self._listeners)

    def publish(self, header: LiveHeader, jpeg: bytes = b"") -> None:
        """Give a message to every listener, and to whoever subscribes next."""
        message = encode(header, jpeg)
        with self._lock:
            self._last, self._health = message, header.health
            for listener in self._listeners:
                listener(message)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with the last message and all that follow, until the function returned is called."""
        with self._lock:
            self._listeners.append(listener)
            if self._last is not None:
                listener(self._last)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def scene(self) -> Scene:
        """The scene it was made with."""
        return self._scene

    def health(self) -> StreamHealth:
        """The health in the last message."""
        return self._health
