"""A clock that moves when told."""


class FakeClock:
    """Stands still until someone sleeps on it or sets it. ``step`` jumps the wall clock alone, as a time server does."""

    def __init__(self, now_ns: int = 1_700_000_000_000_000_000) -> None:
        self._now_ns = now_ns
        self._monotonic_ns = 0
        self.slept_s = 0.0

    def now_ns(self) -> int:
        """Nanoseconds since 1970 UTC."""
        return self._now_ns

    def monotonic_ns(self) -> int:
        """Nanoseconds since the clock was made."""
        return self._monotonic_ns

    def sleep(self, duration_s: float) -> None:
        """Advance both clocks at once, without waiting."""
        self.slept_s += max(duration_s, 0.0)
        self.advance(duration_s)

    def advance(self, duration_s: float) -> None:
        """Let time pass."""
        passed = round(max(duration_s, 0.0) * 1e9)
        self._now_ns += passed
        self._monotonic_ns += passed

    def step(self, by_s: float) -> None:
        """Set the wall clock forward or back; the monotonic clock does not notice."""
        self._now_ns += round(by_s * 1e9)
