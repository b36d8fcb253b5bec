"""Keeps the vital signs of one stream."""

from collections import deque

from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S, seconds
from catseye.ports import Clock, FrameSource, StreamTraffic
from catseye.runtime.reader import Reader

_WINDOW_NS = 10 * NS_PER_S
STALLED_S = 3.0


class Vitals:
    """Counts over the whole watch, rates over the last ten seconds."""

    def __init__(self, stream: StreamId, clock: Clock, detector: str) -> None:
        self._stream, self._clock, self._detector = stream, clock, detector
        self._state, self._since_ns, self._reason = StreamState.CONNECTING, clock.now_ns(), ""
        self._source: FrameSource | None = None
        self._reader: Reader | None = None
        self._decoded_before = self._dropped_before = self._corrupt_before = self._due_before = 0
        self._given_up = 0
        self._codec = ""
        self._marks: deque[tuple[int, int, int]] = deque()
        self._heard_ns = clock.monotonic_ns()
        self.analysed = 0
        self.withheld = 0
        self.run: RunId | None = None
        self.size: tuple[int, int] | None = None
        self.lag_s: float | None = None
        self.thinned = False

    @property
    def decoded(self) -> int:
        """Frames decoded in all runs so far."""
        reader = self._reader
        return self._decoded_before + (reader.decoded if reader else 0)

    @property
    def due(self) -> int:
        """Frames that were due to be analysed, in all runs so far."""
        reader = self._reader
        return self._due_before + (reader.due if reader else 0)

    @property
    def dropped(self) -> int:
        """Frames that came too fast to be analysed, or that nobody could look at in time, in all runs so far."""
        reader = self._reader
        return self._dropped_before + self._given_up + (reader.dropped if reader else 0)

    @property
    def corrupt(self) -> int:
        """Frames or packets that could not be decoded, in all runs so far."""
        source = self._source
        return self._corrupt_before + (source.corrupt if source else 0)

    def traffic(self) -> StreamTraffic | None:
        """What came in by the reading that is open; None while none is."""
        source = self._source
        return None if source is None else source.traffic()

    def enter(self, state: StreamState, reason: str = "") -> None:
        """The stream is in this state from now on."""
        if (state, reason) != (self._state, self._reason):
            self._state, self._since_ns, self._reason = state, self._clock.now_ns(), reason

    def opened(self, source: FrameSource, reader: Reader) -> None:
        """A source is open and being read."""
        self.closed()
        self._source, self._reader, self._codec = source, reader, source.info.codec
        self._heard_ns = self._clock.monotonic_ns()

    def closed(self) -> None:
        """The source is closed; its counts stay."""
        self._decoded_before, self._dropped_before, self._corrupt_before = self.decoded, self.dropped, self.corrupt
        self._due_before, self._given_up = self.due, 0
        self._source = self._reader = None
        self.thinned = False
        self._marks.clear()

    def gave_up(self) -> None:
        """The detector did not come to a frame in time."""
        self._given_up += 1

    def frame(self, size: tuple[int, int], lag_s: float) -> None:
        """A frame was analysed ``lag_s`` after its capture."""
        self.analysed += 1
        self.size, self.lag_s, self.thinned = size, lag_s, False
        self._heard_ns = now = self._clock.monotonic_ns()
        self._marks.append((now, self.decoded, self.analysed))
        while self._marks[0][0] < now - _WINDOW_NS:
            self._marks.popleft()
        self.enter(StreamState.RUNNING)

    def glimpsed(self, size: tuple[int, int]) -> None:
        """A key frame came and was not analysed, for all are held back."""
        self.size, self.thinned = size, True
        self._marks.clear()
        self._heard_ns = self._clock.monotonic_ns()
        self.enter(StreamState.RUNNING)

    def silent(self) -> None:
        """No frame has come for a moment."""
        if self._state is StreamState.RUNNING and seconds(self._clock.monotonic_ns() - self._heard_ns) >= STALLED_S:
            self.enter(StreamState.STALLED, "no picture arrives")

    def health(self) -> StreamHealth:
        """All of it, as people see it."""
        fps_in = fps_analysed = None
        marks = tuple(self._marks)  # the worker's thread goes on
        if len(marks) >= 2:
            (t0, d0, a0), (t1, d1, a1) = marks[0], marks[-1]
            if t1 > t0 and self._state is StreamState.RUNNING:
                fps_in, fps_analysed = round((d1 - d0) / seconds(t1 - t0), 1), round((a1 - a0) / seconds(t1 - t0), 1)
        return StreamHealth(
            stream=self._stream,
            run=self.run,
            state=self._state,
            since_ns=self._since_ns,
            reason=self._reason,
            size=self.size,
            codec=self._codec,
            fps_in=fps_in,
            fps_analysed=fps_analysed,
            lag_s=None if self.lag_s is None else round(self.lag_s, 3),
            frames_decoded=self.decoded,
            frames_analysed=self.analysed,
            frames_withheld=self.withheld,
            drops={"decode": self.corrupt, "analyse": self.dropped},
            detector=self._detector,
        )
