"""Keeps account of the light that a stream was seen in."""

from collections import Counter, deque
from zlib import crc32

import numpy as np

from catseye.core.frame import U8, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.receipt import Light, LightSeen
from catseye.core.scene import Mask
from catseye.core.time import NS_PER_S
from catseye.privacy.masks import MaskLayer
from catseye.vision.light import judge, look, shrunk

EVERY_NS = 10 * NS_PER_S
_LATER_NS = 30 * NS_PER_S  # once the light is known: it changes slowly
_SPREAD_NS = 5 * NS_PER_S  # so that cameras that began together do not all look at once
_LONGEST_GAP_NS = 2 * NS_PER_S
_JUDGED = 6  # the light is what most of so many judgements say: a lorry before the lens is no dusk


class LightBook:
    """The light of one run. Every ten seconds, later every thirty, it looks at three frames in a row; masks are left out."""

    def __init__(self, stream: StreamId, masks: tuple[Mask, ...] = ()) -> None:
        self._stream, self._masks = stream, MaskLayer(masks)
        self._pictures: list[U8] = []
        self._judged: deque[Light] = deque(maxlen=_JUDGED)
        self._since_ns: int | None = None
        self._last_ns: int | None = None
        self._run: RunId | None = None
        self._due_ns = 0

    def take(self, frame: Frame) -> tuple[LightSeen, ...]:
        """Take in an analysed frame; the stretches whose light is known now. One that is not later than the last is left out."""
        if self._last_ns is not None and frame.at_ns <= self._last_ns:
            return ()
        said: tuple[LightSeen, ...] = ()
        if self._last_ns is not None and frame.at_ns - self._last_ns > _LONGEST_GAP_NS:
            said = self.close()
        self._since_ns = frame.at_ns if self._since_ns is None else self._since_ns
        self._last_ns, self._run = frame.at_ns, frame.run
        if frame.at_ns >= self._due_ns:
            self._pictures.append(self._masks.apply(shrunk(frame.picture.bgr())))
        if len(self._pictures) < 3:
            return said
        keep = self._masks.apply(np.full(self._pictures[0].shape[:2], 255, np.uint8)) > 0
        self._judged.append(judge(look(self._pictures, keep)))
        self._pictures, self._due_ns = [], frame.at_ns + self._pause_ns()
        return (*said, *self._say())

    def close(self) -> tuple[LightSeen, ...]:
        """The stretch that is left; what was never judged is unknown. The next frame begins anew, with what was judged so far."""
        said = self._say()
        self._since_ns, self._pictures, self._due_ns = None, [], 0
        return said

    def _pause_ns(self) -> int:
        """Until the next look: a little longer or shorter by camera."""
        every_ns = EVERY_NS if len(self._judged) < _JUDGED else _LATER_NS
        return every_ns - crc32(self._stream.encode()) % _SPREAD_NS

    def _say(self) -> tuple[LightSeen, ...]:
        if self._last_ns is None or self._run is None or self._since_ns is None or self._last_ns <= self._since_ns:
            return ()
        start_ns, self._since_ns = self._since_ns, self._last_ns
        return (LightSeen(stream=self._stream, run=self._run, light=self._light(), start_ns=start_ns, end_ns=self._last_ns),)

    def _light(self) -> Light:
        if not self._judged:
            return "unknown"
        often = Counter(self._judged)
        return max(reversed(self._judged), key=lambda light: often[light])
