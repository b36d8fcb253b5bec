"""The live feed of one stream, as the API sees it."""

from collections.abc import Callable
from typing import Protocol

from catseye.core.health import StreamHealth
from catseye.core.ids import StreamId
from catseye.core.scene import Scene


class LiveFeed(Protocol):
    """Where live messages come from. All methods may be called from any thread."""

    @property
    def stream(self) -> StreamId:
        """Which stream it is."""
        ...

    def subscribe(self, listener: Callable[[bytes], None]) -> Callable[[], None]:
        """Call ``listener`` with each message (``wire.live``) from the worker's thread, which it must not hold up.

        The last message, if any, is given at once. Returns a function that ends the subscription.
        """
        ...

    def scene(self) -> Scene:
        """The scene in force."""
        ...

    def health(self) -> StreamHealth:
        """The stream's state now."""
        ...
