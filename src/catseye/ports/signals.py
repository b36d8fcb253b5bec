"""Who tells what traffic signals show."""

from collections.abc import Sequence
from typing import Protocol

from catseye.core.signals import SignalChange


class SignalFeed(Protocol):
    """Changes of signals, as a controller reports them."""

    def until(self, at_ns: int) -> Sequence[SignalChange]:
        """The changes up to an instant that are known by now and were not given before; in order for each signal."""
        ...
