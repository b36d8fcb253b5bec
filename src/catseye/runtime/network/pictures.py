"""Makes a redacted picture of a stream when one is asked for, in the process that decoded it."""

import threading
from collections.abc import Callable

from catseye.core.errors import CatseyeError
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed


class PictureSink:
    """Gives the next analysed frame's picture to ``give`` after ``want``; empty where it had to be withheld (fail closed)."""

    def __init__(self, encode_jpeg: Callable[[RedactedPicture], bytes], give: Callable[[bytes], None]) -> None:
        self._encode_jpeg, self._give = encode_jpeg, give
        self._wanted = threading.Event()

    def want(self) -> None:
        """Ask for a picture; may be called from any thread."""
        self._wanted.set()

    def take(self, analysed: Analysed) -> None:
        """One analysed frame."""
        if not self._wanted.is_set():
            return
        self._wanted.clear()
        try:
            jpeg = self._encode_jpeg(analysed.picture())
        except CatseyeError:
            jpeg = b""
        self._give(jpeg)

    def close(self) -> None:
        """Nothing to be done."""
