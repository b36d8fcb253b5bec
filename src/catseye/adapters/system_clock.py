"""The clock of this machine."""

import time


class SystemClock:
    """Wall and monotonic time of the operating system."""

    def now_ns(self) -> int:
        """Nanoseconds since 1970 UTC; steps when the machine's clock is set."""
        return time.time_ns()  # noqa: TID251  this is the clock that all others are told to use

    def monotonic_ns(self) -> int:
        """Nanoseconds of a clock that never steps."""
        return time.monotonic_ns()

    def sleep(self, duration_s: float) -> None:
        """Wait; zero or less returns at once."""
        if duration_s > 0:
            time.sleep(duration_s)  # noqa: TID251  the same
