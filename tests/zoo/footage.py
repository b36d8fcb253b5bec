"""What a camera of the zoo sees: coded pictures, made once per process and sent over and over."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np

from catseye.core.frame import U8

Look = Callable[[U8, int], U8]  # a picture (H, W, 3) and its number to what the camera makes of it
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "scenecut=0:bframes=0"},
    "libx265": {"preset": "ultrafast", "tune": "zerolatency", "x265-params": "log-level=none:scenecut=0:bframes=0:pools=1"},
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One coded picture as its NAL units."""

    nals: tuple[bytes, ...]
    key: bool


@dataclass(frozen=True, slots=True)
class Footage:
    """A stretch of coded pictures at ``fps`` that begins with a key frame. ``codec`` is ``h264`` or ``hevc``."""

    codec: str
    size: tuple[int, int]
    fps: float
    units: tuple[Unit, ...]


def clean(picture: U8, _: int) -> U8:
    """As it is."""
    return picture


def frozen(picture: U8, _: int) -> U8:
    """The same picture for ever: what it is given does not matter but for its size."""
    return _street(picture.shape[1], picture.shape[0], 0)


def black(picture: U8, _: int) -> U8:
    """Night with the lens cap on."""
    return np.full_like(picture, 2)


def defocused(picture: U8, _: int) -> U8:
    """Out of focus by a twentieth of the width."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 40), np.uint8)


def covered(picture: U8, _: int) -> U8:
    """Something dark hangs over four fifths of the view."""
    out = picture.copy()
    out[:, : picture.shape[1] * 4 // 5] = (18, 22, 20)
    return out


def turned(picture: U8, _: int) -> U8:
    """Turned to the side by a third of the view, and a little on its axis."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 1.0)
    turn[0, 2] += width / 3
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT), np.uint8)


@lru_cache(maxsize=64)
def footage(
    look: Look = clean,
    *,
    size: tuple[int, int] = (320, 180),
    fps: float = 10.0,
    seconds: float = 4.0,
    codec: str = "libx264",
    clip: Path | None = None,
    gop_s: float = 1.0,
) -> Footage:
    """Pictures of ``clip`` from its begin, else of a made street, through ``look`` and an encoder."""
    count = max(1, round(seconds * fps))
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(fps).limit_denominator(1000)
    context.time_base = 1 / context.framerate
    context.gop_size = max(1, round(gop_s * fps))
    context.bit_rate = 400_000
    context.thread_count = 1
    context.options = _OPTIONS[codec]
    units: list[Unit] = []
    for k, picture in enumerate(_pictures(clip, size, count)):
        frame = av.VideoFrame.from_ndarray(look(picture, k), format="bgr24")
        frame.pts = k
        units += [_unit(packet) for packet in context.encode(frame)]
    units += [_unit(packet) for packet in context.encode(None)]
    return Footage("h264" if codec == "libx264" else "hevc", size, fps, tuple(units))


def _unit(packet: "av.Packet[av.VideoStream]") -> Unit:
    return Unit(nals_of(bytes(packet)), packet.is_keyframe)


def nals_of(coded: bytes) -> tuple[bytes, ...]:
    """The NAL units of a coded picture with start codes."""
    parts = coded.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return tuple(part for part in parts if part)


def _pictures(clip: Path | None, size: tuple[int, int], count: int) -> list[U8]:
    if clip is None:
        return [_street(*size, k) for k in range(count)]
    with av.open(str(clip)) as container:
        frames = islice(container.decode(video=0), count)
        return [np.asarray(cv2.resize(frame.to_ndarray(format="bgr24"), size), np.uint8) for frame in frames]


def _street(width: int, height: int, k: int) -> U8:
    """Houses, kerbs and markings that stay, a body that drives through, and the noise of a sensor. uint8 (H, W, 3)."""
    fixed = np.random.default_rng(7)
    picture = np.full((height, width, 3), 96, np.uint8)
    for _ in range(24):
        x, y = int(fixed.integers(0, width)), int(fixed.integers(0, height // 2))
        w, h = int(fixed.integers(width // 20, width // 6)), int(fixed.integers(height // 12, height // 4))
        colour = tuple(int(value) for value in fixed.integers(40, 220, 3))
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
    for y in (height * 5 // 9, height * 8 // 9):
        cv2.line(picture, (0, y), (width, y), (210, 210, 210), 2)
    x = (k * width // 40) % (width + width // 4) - width // 4
    cv2.rectangle(picture, (x, height * 6 // 9), (x + width // 5, height * 7 // 9), (40, 40, 180), -1)
    noise = np.random.default_rng(k).normal(0, 2.0, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)
