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


class RunTime:
    """Wall time as one run sees it: taken from the clock once and carried on by its monotonic side, so that no step enters."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._anchor_ns = clock.now_ns() - clock.monotonic_ns()

    def now_ns(self) -> int:
        """Nanoseconds since 1970 UTC; differences are true even where the wall clock was set in between."""
        return self._anchor_ns + self._clock.monotonic_ns()
