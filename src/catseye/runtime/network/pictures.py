"""Makes a redacted picture of a stream when one is asked for or a fault is told, in the process that decoded it."""

import threading
from collections.abc import Callable, Iterable
from typing import Final

from catseye.core.errors import CatseyeError
from catseye.core.health import CameraState, HealthEpisode, HealthRecord
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed

_PICTURELESS: Final = frozenset({CameraState.CONNECTING, CameraState.OFFLINE})


class PictureSink:
    """Gives the next analysed frame's picture to ``give`` after ``want``; empty where it had to be withheld (fail closed).

    The first picture after a fault is told goes to ``keep``, with its episode; none where it had to be withheld.
    """

    def __init__(
        self,
        encode_jpeg: Callable[[RedactedPicture], bytes],
        give: Callable[[bytes], None],
        keep: Callable[[HealthEpisode, bytes], None] = lambda *_: None,
    ) -> None:
        self._encode_jpeg, self._give, self._keep = encode_jpeg, give, keep
        self._wanted = threading.Event()
        self._episode: HealthEpisode | None = None

    def want(self) -> None:
        """Ask for a picture; may be called from any thread."""
        self._wanted.set()

    def told(self, records: Iterable[HealthRecord]) -> None:
        """What is told of the camera's health; may be called from any thread. A fault that is over is pictured no more."""
        for record in records:
            if isinstance(record, HealthEpisode) and record.state not in _PICTURELESS:
                self._episode = record if record.ended_ns is None else None

    def take(self, analysed: Analysed) -> None:
        """One analysed frame."""
        episode, self._episode = self._episode, None
        wanted = self._wanted.is_set()
        if not wanted and episode is None:
            return
        self._wanted.clear()
        try:
            jpeg = self._encode_jpeg(analysed.picture())
        except CatseyeError:
            jpeg = b""
        if wanted:
            self._give(jpeg)
        if episode is not None and jpeg:
            self._keep(episode, jpeg)

    def close(self) -> None:
        """Nothing to be done."""
