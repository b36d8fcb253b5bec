"""Keeps account of when a stream was really watched."""

from catseye.core.events import Coverage
from catseye.core.ids import RunId, StreamId
from catseye.core.time import LONGEST_GAP_S, NS_PER_S, nanoseconds


class CoverageBook:
    """The stretches watched in one run, handed out piece by piece; touching pieces make one stretch."""

    def __init__(self, stream: StreamId, run: RunId) -> None:
        self._stream, self._run = stream, run
        self._stretches: list[tuple[int, int]] = []

    @property
    def unsaid_ns(self) -> int:
        """How much is watched but not yet handed out."""
        return sum(end - start for start, end in self._stretches)

    def watched(self, at_ns: int) -> bool:
        """The street was seen at this instant, and if also shortly before, then in between too.

        Returns False where it joins on to nothing. Instants must not go back.
        """
        if self._stretches and at_ns - self._stretches[-1][1] <= nanoseconds(LONGEST_GAP_S):
            self._stretches[-1] = (self._stretches[-1][0], at_ns)
            return True
        if self._stretches and self._stretches[-1][0] == self._stretches[-1][1]:
            self._stretches.pop()  # a lone instant covers no time
        self._stretches.append((at_ns, at_ns))
        return False

    def forget_before(self, at_ns: int) -> None:
        """Give up what was watched before this instant."""
        self._stretches = [(max(start, at_ns), end) for start, end in self._stretches if end >= at_ns]

    def forget_after(self, at_ns: int) -> None:
        """Give up what was watched after this instant; what is watched next joins on to nothing."""
        self._stretches = [(start, min(end, at_ns)) for start, end in self._stretches if start < at_ns]

    def take(self, scene_revision: str, *, at_least_ns: int = NS_PER_S) -> tuple[Coverage, ...]:
        """Hand out what was watched since the last call, once it is ``at_least_ns`` long; the run goes on from its end."""
        if self.unsaid_ns < max(at_least_ns, 1):
            return ()
        said = tuple(
            Coverage(stream=self._stream, run=self._run, scene_revision=scene_revision, start_ns=start, end_ns=end)
            for start, end in self._stretches
            if end > start
        )
        last = self._stretches[-1][1]
        self._stretches = [(last, last)]
        return said
