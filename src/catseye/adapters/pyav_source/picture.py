"""A decoded picture: luma as the decoder left it, colour when first asked for."""

import threading

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from catseye.core.frame import U8

# Formats whose first plane is 8-bit luma, one byte a pixel.
_LUMA_FIRST = frozenset(
    ["gray", "nv12", "nv16", "nv21", "nv24", "nv42"]
    + [f"yuv{kind}{sampling}p" for kind in ("", "j", "a") for sampling in (410, 411, 420, 422, 440, 444)]
)
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


class Colours:
    """Converts pictures of one source; the scaler behind it is kept from picture to picture, so one thread at a time."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._lock = threading.Lock()

    def convert(self, frame: av.VideoFrame, pixel_format: str) -> av.VideoFrame:
        """The frame as ``gray`` or ``bgr24``."""
        with self._lock:
            return self._scaler.reformat(frame, format=pixel_format, threads=1)


class DecodedPicture:
    """The planes of one decoded frame, turned upright. Arrays are read-only and keep the decoder's memory alive.

    ``luma`` is the coded luma: 16..235 for most video, 0..255 for JPEG and full-range video.
    """

    __slots__ = ("_bgr", "_colours", "_frame", "_luma", "_turn", "size")

    def __init__(self, frame: av.VideoFrame, colours: Colours) -> None:
        self._frame = frame
        self._colours = colours
        self._turn = round(frame.rotation / 90) * 90 % 360
        size = frame.width, frame.height
        self.size = size[::-1] if self._turn in {90, 270} else size
        self._luma: U8 | None = None
        self._bgr: U8 | None = None

    def luma(self) -> U8:
        """Brightness, uint8 (H, W): the decoder's own plane where the format has one."""
        if self._luma is None:
            frame = self._frame
            if frame.format.name not in _LUMA_FIRST or frame.planes[0].line_size < frame.width:
                frame = self._colours.convert(frame, "gray")
            self._luma = self._upright(frame, 1)
        return self._luma

    def bgr(self) -> U8:
        """Colour, uint8 (H, W, 3)."""
        if self._bgr is None:
            self._bgr = self._upright(self._colours.convert(self._frame, "bgr24"), 3)
        return self._bgr

    def _upright(self, frame: av.VideoFrame, channels: int) -> U8:
        plane = frame.planes[0]
        shape = (frame.height, frame.width) if channels == 1 else (frame.height, frame.width, channels)
        strides = (plane.line_size, channels, 1)[: len(shape)]
        array: U8 = np.ndarray(shape, np.uint8, buffer=memoryview(plane), strides=strides)
        if self._turn:
            array = np.asarray(cv2.rotate(array, _TURNS[self._turn]), np.uint8)
        array.setflags(write=False)
        return array
