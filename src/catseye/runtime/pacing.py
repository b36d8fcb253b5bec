"""A recording played at the pace it was taken."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from catseye.core.frame import Frame
from catseye.core.time import seconds
from catseye.ports import Clock, FrameSource, RunTime, SourceInfo, StreamTraffic

_NAP_S = 0.2  # so that closing is noticed between far-apart frames


class Paced:
    """A FrameSource that gives each frame no sooner than its place in time, and none is left out.

    ``arrived_ns`` becomes the instant of release. Who takes longer than the pace gets the next frames at once until level again.
    """

    def __init__(self, source: FrameSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._time = RunTime(clock)
        self._closed = False

    @property
    def info(self) -> SourceInfo:
        """That of the recording, which waits."""
        return msgspec.structs.replace(self._source.info, keeps=True)

    @property
    def corrupt(self) -> int:
        """That of the recording."""
        return self._source.corrupt

    def frames(self) -> Iterator[Frame]:
        """The recording's frames, each when it is due."""
        behind_ns: int | None = None
        for frame in self._source.frames():
            if behind_ns is None:
                behind_ns = self._clock.monotonic_ns() - frame.at_ns
            while not self._closed and (wait_ns := frame.at_ns + behind_ns - self._clock.monotonic_ns()) > 0:
                self._clock.sleep(min(seconds(wait_ns), _NAP_S))
            if self._closed:
                return
            yield replace(frame, arrived_ns=self._time.now_ns())

    def thin(self, key_frames_only: bool) -> None:
        """As the recording does."""
        self._source.thin(key_frames_only)

    def traffic(self) -> StreamTraffic:
        """That of the recording."""
        return self._source.traffic()

    def close(self) -> None:
        """Close the recording; a wait under way ends."""
        self._closed = True
        self._source.close()
