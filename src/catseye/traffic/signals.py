"""What each signal showed when, as a controller or the picture tells it."""

from bisect import bisect_right

from catseye.core.signals import SignalState
from catseye.core.time import nanoseconds

KEPT_S = 120.0  # of the past: the moments that are judged are a few seconds old


class SignalStates:
    """The states of signals by time. What is told must not be older than what was told before, signal by signal.

    Of the past the last two minutes and the state before them are kept, so it does not grow.
    """

    def __init__(self) -> None:
        self._times: dict[str, list[int]] = {}
        self._states: dict[str, list[SignalState]] = {}

    def told(self, name: str, at_ns: int, state: SignalState) -> None:
        """The signal ``name`` shows ``state`` from ``at_ns`` on. Raises ValueError where it was told something later."""
        times, states = self._times.setdefault(name, []), self._states.setdefault(name, [])
        if times and at_ns < times[-1]:
            raise ValueError(f"the signal {name!r} was told of a later change already")
        if states and states[-1] == state:
            return
        times.append(at_ns)
        states.append(state)
        old = bisect_right(times, at_ns - nanoseconds(KEPT_S)) - 1
        if old > 0:
            del times[:old], states[:old]

    def at(self, name: str, at_ns: int) -> SignalState:
        """What the signal showed at an instant; ``unknown`` before the first news of it, and for a signal that none came of."""
        return self.since(name, at_ns)[0]

    def since(self, name: str, at_ns: int) -> tuple[SignalState, int]:
        """What it showed at an instant, and from when on as far as is known."""
        times = self._times.get(name, [])
        index = bisect_right(times, at_ns) - 1
        return ("unknown", at_ns) if index < 0 else (self._states[name][index], times[index])

    def red_throughout(self, name: str, start_ns: int, end_ns: int) -> bool:
        """Whether it showed red, and nothing else, from ``start_ns`` to ``end_ns``."""
        state, from_ns = self.since(name, start_ns)
        times = self._times.get(name, [])
        index = bisect_right(times, start_ns)
        return state == "red" and from_ns <= start_ns and (index >= len(times) or times[index] > end_ns)
