"""Writes synthetic clips the way cameras encode: H.264 without B-frames, a key frame every two seconds.

Their pictures are drawn or rendered by Catseye itself: nobody is in them, so nothing is redacted.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from catseye.core.errors import OutputError
from catseye.core.frame import U8

_FINEST_FPS = 1001  # the largest denominator of a frame rate


def write_clip(path: Path, pictures: Iterable[U8], size: tuple[int, int], *, fps: int, bit_rate: int) -> None:
    """Write planar 4:2:0 pictures, uint8 (H * 3 / 2, W), of ``size`` (width, height). Raises OutputError."""
    if "libx264" not in av.codecs_available:
        raise OutputError("This libav cannot encode H.264.", "Install PyAV from PyPI; its wheels can.")
    try:
        with av.open(f"file:{path}", "w", format="mp4") as container:
            track = container.add_stream("libx264", fps, {"preset": "veryfast", "bf": "0", "g": str(2 * fps)})
            track.width, track.height = size
            track.pix_fmt, track.bit_rate = "yuv420p", bit_rate
            for picture in pictures:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="yuv420p")
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    except (av.error.FFmpegError, OSError) as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Check free space and permissions of the folder.") from error


def write_film(path: Path, pictures: Iterable[tuple[int, U8]], size: tuple[int, int], *, fps: float, crf: int) -> None:
    """Write rendered pictures, uint8 BGR (H, W, 3) of ``size`` (width, height), each with its number of 1/fps of a second.

    Numbers rise but may leave gaps: those frames are missing from the clip, the others keep their times. The file appears under its
    name only when whole. Raises OutputError.
    """
    if "libx264" not in av.codecs_available:
        raise OutputError("This libav cannot encode H.264.", "Install PyAV from PyPI; its wheels can.")
    rate = Fraction(fps).limit_denominator(_FINEST_FPS)
    part = path.with_name(f"{path.name}.part")
    try:
        # A film that begins with missing frames is exact only if the file's own clock ticks with the frames.
        how = {"movflags": "+faststart", "movie_timescale": str(rate.numerator * max(1, 10_000 // rate.numerator))}
        with av.open(f"file:{part}", "w", format="mp4", options=how) as container:
            options = {"preset": "veryfast", "bf": "0", "g": str(max(1, round(2 * fps))), "crf": str(crf)}
            track = container.add_stream("libx264", rate, options)
            track.width, track.height = size
            track.pix_fmt = "yuv420p"
            track.codec_context.time_base = 1 / rate
            for number, picture in pictures:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
                frame.pts, frame.time_base = number, 1 / rate
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
        part.replace(path)
    except (av.error.FFmpegError, OSError) as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.", "Check free space and permissions of the folder.") from error
    finally:
        part.unlink(missing_ok=True)


def write_mask(path: Path, numbers: npt.NDArray[np.uint16]) -> None:
    """Write a picture (H, W) whose pixels are numbers as a 16-bit grey PNG. Raises OutputError."""
    try:
        done = cv2.imwrite(str(path), numbers)
    except cv2.error:
        done = False
    if not done:
        raise OutputError(f"Cannot write {path}.", "Check free space and permissions of the folder.")
