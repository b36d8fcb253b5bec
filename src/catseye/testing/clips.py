"""Small videos for tests, made on the spot: real encoders and containers, pictures that can be told apart."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from catseye.core.frame import U8

_MS = Fraction(1, 1000)


def numbered_picture(k: int, size: tuple[int, int]) -> U8:
    """Picture ``k``, uint8 (H, W, 3): a grey ramp from left to right, white top left corner, a dark square that moves along."""
    width, height = size
    picture = np.broadcast_to(np.linspace(60, 160, width).astype(np.uint8)[None, :, None], (height, width, 3)).copy()
    picture[: height // 4, : width // 4] = 255
    x = (k * 4) % max(1, width - height // 4)
    picture[height // 2 : height // 2 + height // 4, x : x + height // 4] = (20, 20, 60)
    return picture


def write_clip(  # noqa: PLR0913  each says one thing of the file, all but the path by keyword and optional
    path: Path,
    *,
    frames: int = 25,
    size: tuple[int, int] = (64, 48),
    fps: float = 25.0,
    codec: str = "libx264",
    times_ms: Sequence[int] | None = None,
    rotation: int = 0,
    options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    picture: Callable[[int, tuple[int, int]], U8] = numbered_picture,
) -> Path:
    """Write a clip; the suffix of ``path`` names the container. ``times_ms`` places each frame, else they come at ``fps``.

    ``rotation`` is counter-clockwise degrees for the player, ``options`` are the container's, ``picture`` makes the k-th picture.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        container.metadata.update(metadata or {})
        rate = Fraction(fps).limit_denominator(1000)
        track = container.add_stream(codec, rate)
        assert isinstance(track, av.VideoStream)
        track.width, track.height = size
        track.pix_fmt = {"mjpeg": "yuvj420p"}.get(codec, "yuv420p")
        track.codec_context.gop_size = 10
        track.codec_context.time_base = 1 / rate if times_ms is None else _MS
        if rotation:
            track.set_display_rotation(rotation)
        for k in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(k, size), format="bgr24")
            frame.pts = k if times_ms is None else times_ms[k]
            frame.time_base = track.codec_context.time_base
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write a file with a second of silence and no picture."""
    with av.open(str(path), "w") as container:
        track = container.add_stream("aac", 8000)
        assert isinstance(track, av.AudioStream)
        for k in range(8):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1000), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 8000, k * 1000
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return path
