"""What every implementation of a port must do; run these on an adapter or plug-in of your own."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from catseye.core.frame import Frame
from catseye.ports import FrameSource


def check_source(make: Callable[[], FrameSource], *, limit: int = 50) -> list[Frame]:
    """Check a FrameSource on its first ``limit`` frames, which must be at least two. Returns them.

    ``make`` opens the source afresh on each call. Raises AssertionError with what is wrong.
    """
    source = make()
    try:
        frames = _some(source, limit)
        _check_order(frames)
        for frame in (frames[0], frames[-1]):
            _check_picture(frame)
        assert frames[0].size == source.info.size or source.info.live, "info.size is not the first frame's size"
        assert source.corrupt >= 0
        _check_traffic(source, len(frames))
    finally:
        source.close()
        source.close()
    source.traffic()  # may be asked when it is closed
    _check_picture(frames[-1])
    _check_thin(make, limit)
    unread = make()
    unread.close()
    assert not _some(unread, 1), "a closed source still gives frames"
    return frames


def _some(source: FrameSource, limit: int) -> list[Frame]:
    frames: list[Frame] = []
    for frame in source.frames():
        frames.append(frame)
        if len(frames) == limit:
            break
    return frames


def _check_order(frames: list[Frame]) -> None:
    assert len(frames) >= 2, "fewer than two frames"
    assert frames[0].seq == 0, "seq does not begin at 0"
    assert len({(frame.stream, frame.run) for frame in frames}) == 1, "one reading has more than one stream or run"
    for one, other in pairwise(frames):
        assert one.seq < other.seq, "seq does not increase"
        assert one.at_ns < other.at_ns, f"at_ns does not increase strictly at seq {other.seq}"
        assert one.arrived_ns <= other.arrived_ns, f"arrived_ns goes back at seq {other.seq}"


def _check_traffic(source: FrameSource, frames: int) -> None:
    traffic = source.traffic()
    assert traffic.packets >= frames, f"{frames} frames came out of {traffic.packets} packets"
    assert traffic.bytes_in >= traffic.packets, "a packet without a byte"
    assert 1 <= traffic.key_frames <= traffic.packets, f"{traffic.key_frames} key frames of {traffic.packets} packets"
    assert traffic.codec == source.info.codec, "traffic and info name different codecs"
    assert traffic.size == source.info.size or source.info.live, "traffic and info name different sizes"


def _check_thin(make: Callable[[], FrameSource], limit: int) -> None:
    """Of key frames alone there are as many as key frames came in, none out of order."""
    source = make()
    try:
        source.thin(key_frames_only=True)
        thinned: list[Frame] = []
        for frame in source.frames():
            thinned.append(frame)
            if len(thinned) == 2 or source.traffic().packets >= limit:
                break
        assert thinned, "no frame at all where key frames alone are asked for"
        assert len(thinned) <= source.traffic().key_frames, "more frames than key frames"
        for one, other in pairwise(thinned):
            assert one.at_ns < other.at_ns, "at_ns does not increase where key frames alone are decoded"
    finally:
        source.close()


def _check_picture(frame: Frame) -> None:
    width, height = frame.size
    luma, bgr = frame.picture.luma(), frame.picture.bgr()
    assert luma.shape == (height, width), f"luma {luma.shape} of a picture {frame.size}"
    assert bgr.shape == (height, width, 3), f"bgr {bgr.shape} of a picture {frame.size}"
    assert luma.dtype == bgr.dtype == np.uint8, "planes are not uint8"
    assert not luma.flags.writeable, "luma can be written to"
    assert not bgr.flags.writeable, "bgr can be written to"
    assert frame.picture.bgr() is bgr, "colour is computed twice"
