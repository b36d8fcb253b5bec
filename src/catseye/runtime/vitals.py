"""Keeps the vital signs of one stream."""

from collections import deque

from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S, seconds
from catseye.ports import Clock, SourceInfo
from catseye.runtime.reader import Reader

_WINDOW_NS = 10 * NS_PER_S
STALLED_S = 3.0


class Vitals:
    """Counts over the whole watch, rates over the last ten seconds."""

    def __init__(self, stream: StreamId, clock: Clock, detector: str) -> None:
        self._stream, self._clock, self._detector = stream, clock, detector
        self._state, self._since_ns, self._reason = StreamState.CONNECTING, clock.now_ns(), ""
        self._run: RunId | None = None
        self._info: SourceInfo | None = None
        self._reader: Reader | None = None
        self._decoded_before = self._dropped_before = 0
        self._marks: deque[tuple[int, int, int]] = deque()
        self._heard_ns = clock.monotonic_ns()
        self.analysed = 0
        self.withheld = 0
        self.unanswered = 0
        self.corrupt = 0
        self.size: tuple[int, int] | None = None
        self.lag_s: float | None = None

    @property
    def decoded(self) -> int:
        """Frames decoded in all runs so far."""
        return self._decoded_before + (self._reader.decoded if self._reader else 0)

    @property
    def dropped(self) -> int:
        """Frames that came too fast to be analysed, in all runs so far."""
        return self._dropped_before + (self._reader.dropped if self._reader else 0)

    def enter(self, state: StreamState, reason: str = "") -> None:
        """The stream is in this state from now on."""
        if (state, reason) != (self._state, self._reason):
            self._state, self._since_ns, self._reason = state, self._clock.now_ns(), reason

    def began(self, run: RunId, info: SourceInfo, reader: Reader) -> None:
        """A run has begun."""
        self.ended()
        self._run, self._info, self._reader = run, info, reader
        self._heard_ns = self._clock.monotonic_ns()

    def ended(self) -> None:
        """The run is over; its counts stay."""
        self._decoded_before, self._dropped_before = self.decoded, self.dropped
        self._reader = None
        self._marks.clear()

    def frame(self, size: tuple[int, int], lag_s: float) -> None:
        """A frame was analysed ``lag_s`` after its capture."""
        self.analysed += 1
        self.size, self.lag_s = size, lag_s
        self._heard_ns = now = self._clock.monotonic_ns()
        self._marks.append((now, self.decoded, self.analysed))
        while self._marks[0][0] < now - _WINDOW_NS:
            self._marks.popleft()
        self.enter(StreamState.RUNNING)

    def silent(self) -> None:
        """No frame has come for a moment."""
        if self._state is StreamState.RUNNING and seconds(self._clock.monotonic_ns() - self._heard_ns) >= STALLED_S:
            self.enter(StreamState.STALLED, "no picture arrives")

    def health(self) -> StreamHealth:
        """All of it, as people see it."""
        fps_in = fps_analysed = None
        if len(self._marks) >= 2:
            (t0, d0, a0), (t1, d1, a1) = self._marks[0], self._marks[-1]
            if t1 > t0 and self._state is StreamState.RUNNING:
                fps_in, fps_analysed = round((d1 - d0) / seconds(t1 - t0), 1), round((a1 - a0) / seconds(t1 - t0), 1)
        return StreamHealth(
            stream=self._stream,
            run=self._run,
            state=self._state,
            since_ns=self._since_ns,
            reason=self._reason,
            size=self.size,
            codec=self._info.codec if self._info else "",
            fps_in=fps_in,
            fps_analysed=fps_analysed,
            lag_s=None if self.lag_s is None else round(self.lag_s, 3),
            frames_decoded=self.decoded,
            frames_analysed=self.analysed,
            frames_withheld=self.withheld,
            drops={"decode": self.corrupt, "analyse": self.dropped, "detect": self.unanswered},
            detector=self._detector,
        )
