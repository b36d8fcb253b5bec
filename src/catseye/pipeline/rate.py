"""Which decoded frames are analysed."""

from catseye.core.time import NS_PER_S


class FramePicker:
    """Picks ``fps`` frames a second, evenly on average, whatever the rate of the source.

    Frames are due on a grid; one up to a quarter of the grid's step early is on time, for 25 frames a second do not divide by 10.
    A gap in the source starts the grid anew.
    """

    def __init__(self, fps: float) -> None:
        self.step_ns = NS_PER_S / fps
        self._next_ns: float | None = None

    def is_due(self, at_ns: int) -> bool:
        """Whether the frame captured at ``at_ns`` is to be analysed. Asked once for each frame, in order."""
        due_ns = at_ns if self._next_ns is None else self._next_ns
        if abs(at_ns - due_ns) > 2 * self.step_ns:
            due_ns = at_ns
        if at_ns < due_ns - self.step_ns / 4:
            return False
        self._next_ns = due_ns + self.step_ns
        return True
