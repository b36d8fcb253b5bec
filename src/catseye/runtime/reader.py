"""Decodes in a thread of its own and hands the frames that are due to whoever analyses them.

A file waits for its reader. A live stream does not: when the analysis is late, the older frame is dropped and counted, so the
newest one is always analysed next and the delay stays bounded. One that keeps what it sends is left alone between due frames.
"""

import threading
from collections import deque
from collections.abc import Iterator

from catseye.core.frame import Frame
from catseye.pipeline.rate import FramePicker
from catseye.ports import FrameSource
from catseye.runtime.resting import Resting

_AHEAD = 4  # frames of a file decoded ahead
_KEY_FRAMES_FPS = 10.0  # no source has more of them


class Reader:
    """Reads ``source`` to its end. ``analysed_fps`` frames a second are due; the others are decoded and let go."""

    def __init__(self, source: FrameSource, *, analysed_fps: float, may_drop: bool) -> None:
        self._source = source
        self._picker = FramePicker(analysed_fps)
        self._may_drop = may_drop
        self._resting = Resting() if may_drop and source.info.keeps else None
        self._woken = threading.Event()
        self._room = threading.Condition()
        self._waiting: deque[Frame] = deque()
        self._ended = False
        self._stopped = False
        self._error: BaseException | None = None
        self.decoded = 0
        self.due = 0
        self.dropped = 0
        self._thread = threading.Thread(target=self._read, name="catseye-reader", daemon=True)
        self._thread.start()

    def pace(self, analysed_fps: float) -> None:
        """So many frames a second are due from now on; 0: key frames alone are decoded, and every one is due."""
        self._picker = FramePicker(analysed_fps or _KEY_FRAMES_FPS)
        self._source.thin(analysed_fps == 0)

    def frames(self, *, patience_s: float = 0.5) -> Iterator[Frame | None]:
        """The due frames in order; None after each ``patience_s`` in which none came. Raises what the source raised."""
        while True:
            with self._room:
                if not self._waiting and not self._ended:
                    self._room.wait(patience_s)
                frame = self._waiting.popleft() if self._waiting else None
                ended = self._ended
                self._room.notify_all()
            if frame is None and ended:
                if self._error is not None:
                    raise self._error
                return
            yield frame

    def close(self) -> None:
        """Stop reading and let go of the source."""
        with self._room:
            self._stopped = True
            self._room.notify_all()
        self._woken.set()
        self._source.close()
        self._thread.join(timeout=15.0)

    def _read(self) -> None:
        try:
            for frame in self._source.frames():
                self.decoded += 1
                due = self._due(frame.at_ns)
                if self._stopped or (due and not self._put(frame)):
                    break
                self._rest(frame, due=due)
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that reads the frames
            self._error = error
        with self._room:
            self._ended = True
            self._room.notify_all()

    def _due(self, at_ns: int) -> bool:
        due = self._picker.is_due(at_ns)
        self.due += due
        return due

    def _rest(self, frame: Frame, *, due: bool) -> None:
        if self._resting is None:
            return
        self._resting.pass_by(frame)
        if due and (rest_s := self._resting.after(frame, self._picker.step_ns)) > 0:
            self._woken.wait(rest_s)

    def _put(self, frame: Frame) -> bool:
        with self._room:
            if self._may_drop:
                if self._waiting:
                    self._waiting.popleft()
                    self.dropped += 1
            else:
                while len(self._waiting) >= _AHEAD and not self._stopped:
                    self._room.wait(0.5)
            if self._stopped:
                return False
            self._waiting.append(frame)
            self._room.notify_all()
            return True
