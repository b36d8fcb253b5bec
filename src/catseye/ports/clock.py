"""Where time comes from."""

from typing import Protocol


class Clock(Protocol):
    """A wall clock and a way to wait. Tests use ``testing.FakeClock``."""

    def now_ns(self) -> int:
        """Nanoseconds since 1970 UTC. May step when the machine's clock is set."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds of a clock that never steps; only differences mean anything."""
        ...

    def sleep(self, duration_s: float) -> None:
        """Wait; a duration of zero or less returns at once."""
        ...
