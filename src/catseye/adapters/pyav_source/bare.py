"""Decoding and nothing else: the limit that reading a source is held against, and what this libav can decode."""

from pathlib import Path

import av
from av.codec.context import ThreadType

_CODECS = ("h264", "hevc", "mjpeg", "mpeg4", "vp9", "av1")
_HARDWARE = ("cuvid", "qsv", "v4l2m2m", "vaapi", "videotoolbox", "mediacodec", "amf")


def decode_bare(path: Path) -> int:
    """Decode a file's video in one thread, looking at no picture; returns the number of frames."""
    frames = 0
    with av.open(f"file:{path}") as container:
        track = container.streams.video[0]
        track.codec_context.thread_count = 1
        track.codec_context.thread_type = ThreadType.NONE
        for packet in container.demux(track):
            frames += len(packet.decode())
    return frames


def decoders() -> dict[str, tuple[str, ...]]:
    """By codec, the decoders this libav was built with; those named after a device may still find none here."""
    known: dict[str, tuple[str, ...]] = {}
    for codec in _CODECS:
        names = [codec, *("libdav1d", "libaom-av1") * (codec == "av1"), *(f"{codec}_{device}" for device in _HARDWARE)]
        known[codec] = tuple(name for name in names if _has(name))
    return known


def _has(name: str) -> bool:
    try:
        av.codec.Codec(name, "r")
    except av.codec.codec.UnknownCodecError:
        return False
    return True
