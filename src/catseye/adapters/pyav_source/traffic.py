"""Counts what comes in by one reading, before it is decoded."""

from fractions import Fraction

import av
from av.video.stream import VideoStream

from catseye.core.time import NS_PER_S, seconds
from catseye.ports import StreamTraffic


class Meter:
    """Taken by the thread that reads, asked by any."""

    def __init__(self, time_base: Fraction) -> None:
        self._tick_ns = time_base * NS_PER_S
        self._bytes = self._packets = self._key_frames = 0
        self._key_ns: int | None = None
        self._now_ns = 0
        self._between_ns: int | None = None

    def take(self, packet: "av.Packet[VideoStream]", arrived_ns: int) -> None:
        """A packet has come. Time is the packet's own where it has one, else that of its arrival."""
        self._bytes += packet.size
        self._packets += 1
        self._now_ns = arrived_ns if packet.pts is None else packet.pts * self._tick_ns.numerator // self._tick_ns.denominator
        if packet.is_keyframe:
            if self._key_ns is not None and self._now_ns > self._key_ns:
                self._between_ns = self._now_ns - self._key_ns
            self._key_ns = self._now_ns
            self._key_frames += 1

    def traffic(self, codec: str, size: tuple[int, int], lost_packets: int | None) -> StreamTraffic:
        """What came in so far; ``codec`` and ``size`` (width, height in pixels) are those in force."""
        return StreamTraffic(
            bytes_in=self._bytes,
            packets=self._packets,
            key_frames=self._key_frames,
            lost_packets=lost_packets,
            gop_s=self._gop_s(),
            codec=codec,
            size=size,
        )

    def _gop_s(self) -> float | None:
        if self._key_ns is None or self._between_ns is None:
            return None
        return seconds(max(self._between_ns, self._now_ns - self._key_ns))
