"""Writes clips the way cameras encode: H.264 without B-frames, a key frame every two seconds, a steady bit rate."""

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np

from catseye.core.errors import OutputError
from catseye.core.frame import U8


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
