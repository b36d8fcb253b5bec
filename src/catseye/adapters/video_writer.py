"""Redacted pictures as an H.264 file."""

import contextlib
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.container import OutputContainer

from catseye.core.errors import OutputError
from catseye.core.time import NS_PER_S
from catseye.privacy.redaction import RedactedPicture

_H264 = "libx264"
_TICKS = 90_000  # a second


class Mp4Writer:
    """Writes an MP4 that appears under its name only when whole: until then it is ``NAME.part`` beside it.

    H.264 where this build can encode it, else MPEG-4 part 2. Odd sizes lose their last row or column, which 4:2:0 cannot hold.
    Pictures keep their distance in time. Leaving a ``with`` by an exception keeps what was written so far.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float) -> None:
        """``size`` is (width, height) in px. Raises OutputError where ``path`` cannot be written."""
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._size = size[0] // 2 * 2, size[1] // 2 * 2
        self._closed = False
        self._began_ns: int | None = None
        self._ticks = -1
        rate = Fraction(fps).limit_denominator(_TICKS)
        try:
            self._container: OutputContainer = av.open(f"file:{self._part}", "w", format="mp4", options={"movflags": "+faststart"})
            if _H264 in av.codecs_available:
                self._track = self._container.add_stream("libx264", rate, {"crf": "23", "preset": "veryfast"})
            else:
                self._track = self._container.add_stream("mpeg4", rate)
            self._track.width, self._track.height = self._size
            self._track.pix_fmt = "yuv420p"
            self._track.codec_context.time_base = Fraction(1, _TICKS)
            self._track.codec_context.thread_count = 1
            self._container.start_encoding()
        except (av.error.FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def write(self, picture: RedactedPicture, at_ns: int) -> None:
        """Append the picture of instant ``at_ns``; one of another size is scaled. Raises OutputError when the disk is full."""
        if not isinstance(picture, RedactedPicture):
            raise TypeError(f"Only a RedactedPicture may leave the process, not {type(picture).__name__}.")
        bgr = picture.bgr
        if (picture.size[0] // 2 * 2, picture.size[1] // 2 * 2) == self._size:
            bgr = bgr[: self._size[1], : self._size[0]]
        else:
            bgr = np.asarray(cv2.resize(bgr, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        if self._began_ns is None:
            self._began_ns = at_ns
        self._ticks = max(self._ticks + 1, (at_ns - self._began_ns) * _TICKS // NS_PER_S)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(bgr), format="bgr24")
        frame.pts, frame.time_base = self._ticks, Fraction(1, _TICKS)
        self._mux(frame)

    def close(self) -> None:
        """Finish the file and give it its name; harmless when called twice. Raises OutputError when the disk is full."""
        if self._closed:
            return
        self._mux(None)
        self._closed = True
        try:
            self._container.close()
            self._part.replace(self._path)
        except (av.error.FFmpegError, OSError) as error:
            self._part.unlink(missing_ok=True)
            raise self._failed(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            with contextlib.suppress(OutputError):  # the first error is the one to tell
                self.close()

    def _mux(self, frame: av.VideoFrame | None) -> None:
        try:
            for packet in self._track.encode(frame):
                self._container.mux(packet)
        except (av.error.FFmpegError, OSError) as error:
            self._abandon()
            raise self._failed(error) from error

    def _abandon(self) -> None:
        self._closed = True
        with contextlib.suppress(av.error.FFmpegError, OSError):
            self._container.close()
        self._part.unlink(missing_ok=True)

    def _failed(self, error: Exception) -> OutputError:
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(f"Cannot write {self._path}: {reason}.", "Check free space and permissions of the folder.")
