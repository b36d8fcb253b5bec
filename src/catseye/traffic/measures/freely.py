"""Free speeds as they are seen, where a lane does not tell its limit."""

from collections import Counter
from dataclasses import dataclass, field

LEAST = 20  # who went freely, before their 85th percentile is used
_STEP_MPS = 0.25


@dataclass(slots=True)
class FreeSpeeds:
    """The top speeds of those who never queued, by approach, in bins."""

    _bins: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, approach: str, top_mps: float) -> None:
        """Somebody passed without queueing."""
        self._bins.setdefault(approach, Counter())[round(top_mps / _STEP_MPS)] += 1

    def of(self, approach: str) -> float | None:
        """The 85th percentile, m/s; None as long as too few were seen."""
        bins = self._bins.get(approach, Counter())
        if bins.total() < LEAST:
            return None
        left = 0.85 * bins.total()
        for step in sorted(bins):
            left -= bins[step]
            if left <= 0:
                return step * _STEP_MPS
        return None
