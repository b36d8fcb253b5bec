"""When each frame was captured, from what the source says and from when it came. See docs/design/time.md.

Two small estimators. ``MediaTime`` turns the source's ticks into nanoseconds since its first frame: it unwraps counters, bridges
jumps and fills in what is missing. ``CaptureClock`` lays that on the calendar: a file's time starts where it is said to start, a
live stream's time is held against arrival.
"""

from collections import deque
from fractions import Fraction

from catseye.core.time import NS_PER_S

DEFAULT_FPS = 25.0
MAX_GAP_S = 10.0
WINDOW_S = 30.0
MAX_LAG_S = 1.0
SLEW = 0.005
_WRAPS = (1 << 32, 1 << 33)  # RTP's 32-bit and MPEG's 33-bit counters
_LEAST_STEP_NS = 1_000_000


class MediaTime:
    """Nanoseconds since the first frame, strictly increasing.

    A step back by more than one and a half frames, or forward by more than ``max_gap_s`` (three frames, if longer), is a
    discontinuity: time then goes on by the step the caller names, and ticks count from there.
    """

    def __init__(self, *, time_base: Fraction, fps: float | None = None, max_gap_s: float = MAX_GAP_S) -> None:
        self._time_base = time_base
        self.interval_ns = round(NS_PER_S / (fps if fps and fps > 0 else DEFAULT_FPS))
        self.least_step_ns = max(1, min(_LEAST_STEP_NS, self.interval_ns // 4))
        self._max_gap_ns = max(round(max_gap_s * NS_PER_S), 3 * self.interval_ns)
        self._back_ns = self.interval_ns * 3 // 2
        self._origin: tuple[int, int] | None = None  # (ticks, ns) that stand for the same instant
        self._ticks = 0
        self._last_ns: int | None = None
        self.discontinuities = 0

    @property
    def elapsed_ns(self) -> int:
        """The media time of the last frame."""
        return self._last_ns or 0

    def advance(self, pts: int | None, step_ns: int | None = None) -> int:
        """The next frame's media time. ``step_ns`` is how far time goes where ``pts`` cannot tell: one frame, unless given."""
        after = 0 if self._last_ns is None else self._last_ns + max(step_ns or self.interval_ns, self.least_step_ns)
        media = after if pts is None else self._from_ticks(pts, after)
        if self._last_ns is not None:
            media = max(media, self._last_ns + self.least_step_ns)
        self._last_ns = media
        return media

    def _from_ticks(self, pts: int, after_ns: int) -> int:
        if self._origin is None:
            self._origin, self._ticks = (pts, after_ns), pts
        ticks = self._unwrapped(pts)
        moved = self._ns(ticks - self._ticks)
        if not -self._back_ns <= moved <= self._max_gap_ns:
            self.discontinuities += 1
            self._origin, ticks = (pts, after_ns), pts
        self._ticks = ticks
        return self._origin[1] + self._ns(ticks - self._origin[0])

    def _unwrapped(self, pts: int) -> int:
        """``pts`` plus as many turns of a counter as bring it near the last one; itself, if none does."""
        if abs(self._ns(pts - self._ticks)) <= self._max_gap_ns:
            return pts
        for turn in _WRAPS:
            near = pts + round(Fraction(self._ticks - pts, turn)) * turn
            if -self._back_ns <= self._ns(near - self._ticks) <= self._max_gap_ns:
                return near
        return pts

    def _ns(self, ticks: int) -> int:
        return ticks * self._time_base.numerator * NS_PER_S // self._time_base.denominator


class CaptureClock:
    """Capture instants of one run, strictly increasing.

    A file: ``start_ns`` plus media time. A live stream: media time plus the least delay (arrival - media time) of the last
    ``WINDOW_S``, never later than arrival. The least delay falls at once and rises by at most ``SLEW`` of the time that passes, so
    that jitter does not shake it and a camera's slow clock is followed; more than ``MAX_LAG_S`` behind, it is set anew. A stream
    that sends ``backlog_ns`` of the past at once on connecting began that much before its first frame arrived.
    """

    def __init__(self, media: MediaTime, *, start_ns: int, live: bool = False, backlog_ns: int = 0) -> None:
        self._media = media
        self._start_ns = start_ns
        self._live = live
        self._backlog_ns = backlog_ns
        self._last: tuple[int, int] | None = None  # at, arrived
        self._delays: deque[tuple[int, int]] = deque()  # (arrived, delay) of the window, delays increasing
        self._delay_ns = 0
        self._rebased = 0

    @property
    def discontinuities(self) -> int:
        """How often the source's time jumped or was found to run away."""
        return self._media.discontinuities + self._rebased

    def stamp(self, pts: int | None, arrived_ns: int) -> int:
        """The instant a frame was captured. ``arrived_ns`` must come from a clock that does not step."""
        if not self._live:
            return self._start_ns + self._media.advance(pts)
        if self._last is None:
            at = arrived_ns - self._backlog_ns
            self._delay_ns = at - self._media.advance(pts)
            self._delays.append((arrived_ns, self._delay_ns))
        else:
            last_at, last_arrived = self._last
            passed = max(arrived_ns - last_arrived, 0)
            media = self._media.advance(pts, passed)
            self._follow(arrived_ns, arrived_ns - media, passed)
            at = min(max(media + self._delay_ns, last_at + self._media.least_step_ns), arrived_ns)
            at = max(at, last_at + 1)
        self._last = at, arrived_ns
        return at

    def _follow(self, arrived_ns: int, delay_ns: int, passed_ns: int) -> None:
        delays = self._delays
        while delays and delays[-1][1] >= delay_ns:
            delays.pop()
        delays.append((arrived_ns, delay_ns))
        while delays[0][0] < arrived_ns - round(WINDOW_S * NS_PER_S):
            delays.popleft()
        least = delays[0][1]
        if least - self._delay_ns > MAX_LAG_S * NS_PER_S:
            self._rebased += 1
            self._delay_ns = least
        else:
            self._delay_ns = min(least, self._delay_ns + round(SLEW * passed_ns))
