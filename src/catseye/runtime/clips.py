"""Short redacted clips of incidents and violations.

The last seconds are kept as pictures that were redacted when they came, so nothing clear is ever held for a clip. A picture that
had to be withheld is in none; where all were, there is no clip.
"""

import logging
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from catseye.core.errors import OutputError, RedactionError
from catseye.core.frame import U8
from catseye.core.geometry import XY
from catseye.core.ids import RunId
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.core.traffic import Incident, Violation
from catseye.ports import Clock
from catseye.privacy.redaction import RedactedPicture
from catseye.runtime.analysed import Analysed
from catseye.runtime.annotate import PictureWriter

log = logging.getLogger(__name__)

CLIP_FPS = 5.0
BEFORE_S, AFTER_S = 5.0, 10.0  # of when it happened
RING_S = 16.0  # what is told by then can still be shown from before it happened
RING_BYTES = 96 * 2**20
WIDTH_PX = 960
AT_ONCE = 4  # an encoder each
KEPT_S = 24 * 3600.0  # as long as records of single vehicles
KEPT_FILES = 500
KEPT_BYTES = 2 * 2**30
_TIDY_EVERY_NS = 60 * NS_PER_S
_NAME = re.compile(r"[0-9a-f]{24}\.mp4(\.part)?")
_MARK = (0, 94, 213)

OpenClip = Callable[[Path, tuple[int, int]], PictureWriter]


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """The folder of clips. Only files that are named like clips are ever removed from it."""

    path: Path
    clock: Clock

    def tidy(self, writing: frozenset[Path] = frozenset()) -> None:
        """Remove the clips that are too old, and the oldest while there are too many or they are too large together.

        What was left half written goes too, except what is ``writing``.
        """
        found = []
        for path in self.path.iterdir():
            if path in writing or not _NAME.fullmatch(path.name):
                continue
            if path.suffix == ".part":
                path.unlink(missing_ok=True)
                continue
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size, path))
        kept, size = 0, 0
        oldest_ns = self.clock.now_ns() - nanoseconds(KEPT_S)
        for at_ns, length, path in sorted(found, reverse=True):
            kept, size = kept + 1, size + length
            if at_ns < oldest_ns or kept > KEPT_FILES or size > KEPT_BYTES:
                path.unlink(missing_ok=True)


@dataclass(slots=True, eq=False)
class _Clip:
    """A clip that goes on until ``until_ns``; without a writer while there was no picture to be shown."""

    path: Path
    point_unit: XY
    until_ns: int
    writer: PictureWriter | None = None


@dataclass(slots=True, eq=False)
class ClipSink:
    """Writes ``ID.mp4`` for each incident that opens and each violation, from a ring of redacted pictures."""

    folder: ClipFolder
    open_clip: OpenClip
    _ring: deque[tuple[int, RedactedPicture]] = field(default_factory=deque)
    _bytes: int = 0
    _clips: list[_Clip] = field(default_factory=list)
    _of: tuple[RunId, tuple[int, int]] | None = None
    _tidied_ns: int | None = None

    def take(self, analysed: Analysed) -> None:
        """Keep one frame for a while; begin and end clips. A clip that cannot be written is given up, the watch goes on."""
        of = analysed.frame.run, analysed.frame.size
        if self._of is not None and of != self._of:
            self.close()
        self._of = of
        at_ns = analysed.frame.at_ns
        if not self._ring or at_ns - self._ring[-1][0] >= 0.95 * NS_PER_S / CLIP_FPS:
            self._look(analysed, at_ns)
        for record in analysed.records:
            if isinstance(record, Violation) or (isinstance(record, Incident) and record.state == "opened"):
                self._begin(record, at_ns)
        for clip in [one for one in self._clips if one.until_ns <= at_ns]:
            self._end(clip)
        self._tidy()

    def close(self) -> None:
        """End the clips that are being written; the ring is emptied."""
        for clip in list(self._clips):
            self._end(clip)
        self._ring.clear()
        self._bytes = 0

    def _look(self, analysed: Analysed, at_ns: int) -> None:
        try:
            picture = analysed.picture().within(WIDTH_PX)
        except RedactionError:
            return
        self._ring.append((at_ns, picture))
        self._bytes += picture.bgr.nbytes
        while len(self._ring) > 1 and (self._bytes > RING_BYTES or at_ns - self._ring[0][0] > nanoseconds(RING_S)):
            self._bytes -= self._ring.popleft()[1].bgr.nbytes
        for clip in list(self._clips):
            self._write(clip, picture, at_ns)

    def _begin(self, record: Incident | Violation, at_ns: int) -> None:
        if len(self._clips) >= AT_ONCE:
            log.warning("No clip of %s %s: %d are being written.", record.kind, record.id, AT_ONCE)
            return
        until_ns = max(record.at_ns + nanoseconds(AFTER_S), at_ns)
        clip = _Clip(self.folder.path / f"{record.id}.mp4", record.point_unit, until_ns)
        self._clips.append(clip)
        for taken_ns, picture in self._ring:
            if taken_ns >= record.at_ns - nanoseconds(BEFORE_S) and clip in self._clips:
                self._write(clip, picture, taken_ns)

    def _write(self, clip: _Clip, picture: RedactedPicture, at_ns: int) -> None:
        try:
            if clip.writer is None:
                clip.writer = self.open_clip(clip.path, picture.size)
            clip.writer.write(picture.annotated(lambda canvas: _mark(canvas, clip.point_unit)), at_ns)
        except OutputError as error:
            log.warning("%s %s", error.message, error.remedy)
            self._clips.remove(clip)

    def _end(self, clip: _Clip) -> None:
        self._clips.remove(clip)
        try:
            if clip.writer is not None:
                clip.writer.close()
        except OutputError as error:
            log.warning("%s %s", error.message, error.remedy)

    def _tidy(self) -> None:
        now_ns = self.folder.clock.monotonic_ns()
        if self._tidied_ns is not None and now_ns - self._tidied_ns < _TIDY_EVERY_NS:
            return
        self._tidied_ns = now_ns
        try:
            self.folder.tidy(frozenset(one.path.with_name(f"{one.path.name}.part") for one in self._clips))
        except OSError as error:
            log.warning("Cannot tidy %s: %s.", self.folder.path, error.strerror)


def _mark(canvas: U8, point_unit: XY) -> None:
    """A ring around where it happened, on uint8 (H, W, 3), in place."""
    height, width = canvas.shape[:2]
    at = round(point_unit[0] * width), round(point_unit[1] * height)
    cv2.circle(canvas, at, max(8, width // 40), _MARK, 2, cv2.LINE_AA)
