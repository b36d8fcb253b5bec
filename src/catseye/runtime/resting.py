"""How long a reader may leave a source alone, so that the frames between two due ones are decoded in one go.

Woken for every frame of every camera, a processor decodes each with cold caches: of 24 streams of 640x360 that took a quarter more
than reading five frames at a time (docs/measurements.md, "A network of cameras"). A source that keeps what is sent meanwhile loses
nothing by it, and no frame that is due comes later.
"""

from catseye.core.frame import Frame
from catseye.core.time import seconds

_LATER = 1 / 200  # of the time that passes: how fast the least delay is let rise, for clocks drift apart


class Resting:
    """The rests of one reader."""

    def __init__(self) -> None:
        self._before_ns: int | None = None
        self._interval_ns: int | None = None
        self._least_ns: int | None = None
        self._due_ns = 0

    def pass_by(self, frame: Frame) -> None:
        """A frame was decoded; to be told of each, in order."""
        self._interval_ns = None if self._before_ns is None else frame.at_ns - self._before_ns
        self._before_ns = frame.at_ns

    def after(self, frame: Frame, step_ns: float) -> float:
        """Seconds to rest after a due frame; the next one is due ``step_ns`` later. 0 while frames come late.

        How late a frame came is how much more than the least of all it took from its capture to its arrival.
        """
        delay_ns = frame.arrived_ns - frame.at_ns
        passed_ns, self._due_ns = frame.at_ns - self._due_ns, frame.at_ns
        least_ns = delay_ns if self._least_ns is None else min(delay_ns, self._least_ns + round(_LATER * passed_ns))
        self._least_ns = least_ns
        if self._interval_ns is None:
            return 0.0
        return max(0.0, seconds(round(step_ns - self._interval_ns - (delay_ns - least_ns))))
