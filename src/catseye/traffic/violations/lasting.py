"""What has to last before it is told, and is told once."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from catseye.core.time import LONGEST_GAP_S, nanoseconds
from catseye.traffic.incidents.machine import LAPSE_S


@dataclass(slots=True)
class _Run:
    since_ns: int
    last_ns: int
    told: bool = False


@dataclass(slots=True)
class Lasting:
    """Tells each key once when it has held for ``seconds``; one that has not held for ``again_s`` is another time."""

    seconds: float
    again_s: float = 10.0
    _runs: dict[Hashable, _Run] = field(default_factory=dict)
    _before_ns: int | None = None

    def due(self, at_ns: int, holding: Iterable[Hashable]) -> set[Hashable]:
        """Which of the keys that hold now have done so for long enough and were not told."""
        if self._before_ns is not None and at_ns - self._before_ns > nanoseconds(LONGEST_GAP_S):
            self._runs.clear()
        self._before_ns = at_ns
        found: set[Hashable] = set()
        for key in holding:
            run = self._runs.get(key)
            if run is None or (not run.told and at_ns - run.last_ns > nanoseconds(LAPSE_S)):
                run = self._runs[key] = _Run(at_ns, at_ns)
            run.last_ns = at_ns
            if not run.told and at_ns - run.since_ns >= nanoseconds(self.seconds):
                run.told = True
                found.add(key)
        self._runs = {key: run for key, run in self._runs.items() if at_ns - run.last_ns <= nanoseconds(self.again_s)}
        return found
