"""Redacted pictures of a clip that wait to be shown, as JPEG, in one file without a name.

The file has no name in any folder from the beginning, so the system frees it when the process ends, however it ends.
"""

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable

from catseye.core.errors import OutputError
from catseye.privacy.redaction import RedactedPicture

Entry = tuple[int, int, int]  # number of the picture, offset and length in bytes


class Pictures:
    """The newest pictures up to ``capacity`` bytes, by number. The oldest make room. May be used from any thread."""

    def __init__(self, encode_jpeg: Callable[[RedactedPicture], bytes], capacity: int) -> None:
        self._encode_jpeg, self._capacity = encode_jpeg, capacity
        self._file = tempfile.TemporaryFile(prefix="catseye-truth-")  # noqa: SIM115  closed by close
        self._lock = threading.Lock()
        self._order: deque[Entry] = deque()
        self._places: dict[int, Entry] = {}
        self._head = self._largest = 0

    def __contains__(self, number: int) -> bool:
        """Whether the picture is there."""
        return number in self._places

    @property
    def full(self) -> bool:
        """Whether another picture, as large as any so far, would crowd one out."""
        with self._lock:
            return bool(self._room(self._largest)[1])

    def numbers(self) -> list[int]:
        """Those that are there, in order."""
        with self._lock:
            return sorted(self._places)

    def encoded(self, picture: RedactedPicture) -> bytes:
        """The picture as it will be kept."""
        return self._encode_jpeg(picture)

    def crowded_out(self, length: int) -> list[int]:
        """The numbers of those that would have to go for another of ``length`` bytes."""
        with self._lock:
            return [entry[0] for entry in self._room(length)[1]]

    def put(self, number: int, jpeg: bytes) -> None:
        """Keep what ``encoded`` gave. Raises OutputError where there is no room on the disk, or never could be."""
        with self._lock:
            place, gone = self._room(len(jpeg))
            for entry in gone:
                self._order.popleft()
                if self._places.get(entry[0]) == entry:
                    del self._places[entry[0]]
            try:
                os.pwrite(self._file.fileno(), jpeg, place)
            except OSError as error:
                raise OutputError(
                    f"There is no room for pictures in {tempfile.gettempdir()}: {error.strerror}.",
                    "Free some space there, or name another folder in TMPDIR.",
                ) from error
            entry = number, place, len(jpeg)
            self._order.append(entry)
            self._places[number] = entry
            self._head, self._largest = place + len(jpeg), max(self._largest, len(jpeg))

    def get(self, number: int) -> bytes | None:
        """The JPEG of a picture; None where it is not there (any more)."""
        with self._lock:
            entry = self._places.get(number)
            return None if entry is None else os.pread(self._file.fileno(), entry[2], entry[1])

    def close(self) -> None:
        """Forget them all; harmless when called twice."""
        with self._lock:
            self._places.clear()
            self._file.close()

    def _room(self, length: int) -> tuple[int, list[Entry]]:
        """Where ``length`` bytes go next, and the entries that lie there, the oldest first: they always go in a row."""
        if length > self._capacity:
            raise OutputError(f"A picture of {length} bytes is larger than all the room for pictures.", "Use a smaller clip.")
        wraps = self._head + length > self._capacity
        place = 0 if wraps else self._head
        gone = []
        for entry in self._order:
            behind = wraps and entry[1] >= self._head
            lies_there = entry[1] < place + length and entry[1] + entry[2] > place
            if not (behind or lies_there):
                break
            gone.append(entry)
        return place, gone
