"""One open reading of a video through libav: packets in, stamped frames out."""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator
from fractions import Fraction

import av
import msgspec
from av.container import InputContainer
from av.video.stream import VideoStream

from catseye.adapters.pyav_source.failures import explain
from catseye.adapters.pyav_source.limits import MAX_PACKET_BYTES, refuse_beyond
from catseye.adapters.pyav_source.picture import Colours, DecodedPicture
from catseye.adapters.pyav_source.relay import Relay
from catseye.adapters.pyav_source.traffic import Meter
from catseye.core.capture_clock import CaptureClock, MediaTime
from catseye.core.errors import SourceError, SourceFormatError, SourceUnreachableError
from catseye.core.frame import Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S, seconds
from catseye.ports import RunTime, SourceInfo, SourceOptions, StreamTraffic

_LOST_PACKETS = 50  # a file that ends with so many packets and no picture has turned into something else
_BACKLOG_PACKETS = 500
_UNTIMED_PACKETS = 5  # the first ones of RTSP often have no time yet
_BACKLOG_NS = 5 * NS_PER_S
_LEVEL_NS = NS_PER_S // 10  # so long without running further ahead, and the past has been sent
_AHEAD_NS = NS_PER_S // 100  # less is jitter or drift


class PyavSource:
    """A FrameSource over an open container. Making it reads up to the first picture, so what fails early fails here.

    A change of resolution goes on with frames of the new size. A file that breaks off before its stated length ends there, with
    ``truncated`` set and ``corrupt`` above zero.
    """

    def __init__(  # noqa: PLR0913  all but the first three by keyword
        self,
        container: InputContainer,
        track: VideoStream,
        info: SourceInfo,
        *,
        ids: tuple[StreamId, RunId],
        time: RunTime,
        start_ns: int,
        options: SourceOptions,
        relay: Relay | None = None,
    ) -> None:
        self._container, self._track, self._relay = container, track, relay
        self._stream, self._run = ids
        self._time = time
        self._opened_ns = time.now_ns()
        self._patience_ns = round(3 * options.read_timeout_s * NS_PER_S)
        self._time_base = track.time_base or Fraction(1, 90_000)
        self._trusts_ticks = container.format.name != "mpjpeg"  # its demuxer makes them up at 25 a second
        self._avi = container.format.name == "avi"  # keeps no order of display: its demuxer makes that up for B-frames
        self._step = threading.Lock()
        self._closed = False
        self._colours = Colours()
        self._packets = container.demux(track)
        self._backlog: deque[tuple[av.Packet[VideoStream] | None, int]] = deque()
        self._meter = Meter(self._time_base)
        self._thin = self._awaits_key = False
        self._codec = track.codec_context.name
        self._corrupt = 0
        self._without_picture = 0
        self._stamped = True
        self._broken_off = False
        self.truncated = False
        self.info = info
        alone = len(container.streams) == 1
        self._due_s = info.duration_s if not info.live and (track.duration or alone) else None
        backlog_ns = self._fill_backlog() if info.live else 0
        self._media = MediaTime(time_base=self._time_base, fps=info.fps, max_gap_s=options.max_gap_s)
        self._capture = CaptureClock(self._media, start_ns=start_ns, live=info.live, backlog_ns=backlog_ns)
        self._decoded = self._decode()
        self._first = next(self._decoded, None)
        if self._first is None:
            raise SourceFormatError(f"{info.name} holds no picture that can be decoded.", "Check that a video player plays it.")
        self.info = msgspec.structs.replace(info, size=self._first[0].size)

    @property
    def corrupt(self) -> int:
        """Packets and pictures that could not be decoded, or only with damage, so far."""
        return self._corrupt

    @property
    def discontinuities(self) -> int:
        """How often the source's time jumped so far."""
        return self._capture.discontinuities

    def frames(self) -> Iterator[Frame]:
        """Frames in order of capture. Raises SourceError when it cannot go on."""
        seq = 0
        while not self._closed:
            decoded, self._first = self._first or next(self._decoded, None), None
            if decoded is None:
                return
            picture, pts, arrived_ns = decoded
            yield Frame(
                stream=self._stream,
                run=self._run,
                seq=seq,
                pts=pts,
                time_base=self._time_base,
                at_ns=self._capture.stamp(pts, arrived_ns),
                arrived_ns=arrived_ns,
                picture=picture,
            )
            seq += 1

    def thin(self, key_frames_only: bool) -> None:
        """Decode key frames alone from now on, or all again from the next key frame on."""
        self._thin = key_frames_only

    def traffic(self) -> StreamTraffic:
        """What came in so far."""
        lost = None if self._relay is None else self._relay.lost
        return self._meter.traffic(self._codec, self.info.size, lost)

    def close(self) -> None:
        """Let go of it. A read under way in another thread ends first, by its own timeout at the latest."""
        self._closed = True
        if self._relay is not None:
            self._relay.close()
        if self._step.acquire(blocking=False):
            try:
                self._container.close()
            finally:
                self._step.release()

    def _decode(self) -> Iterator[tuple[DecodedPicture, int | None, int]]:
        seen_ns = self._opened_ns
        while True:
            with self._step:
                if self._closed:
                    self._container.close()
                    return
                packet, arrived_ns = self._backlog.popleft() if self._backlog else self._read()
                frames = [] if packet is None else self._open_packet(packet)
            if packet is not None and packet.size and (frames or self._awaits_key):  # one left out is no sign of trouble
                self._without_picture, seen_ns = 0, arrived_ns
            for nth, frame in enumerate(frames):
                yield DecodedPicture(frame, self._colours), self._ticks(frame, packet, nth), arrived_ns
            if packet is None:
                self._end()
                return
            if self.info.live and arrived_ns - seen_ns > self._patience_ns:
                raise SourceFormatError(
                    f"{self.info.name} sends data of which no picture can be decoded.",
                    "Its codec may have changed; check the camera's settings.",
                )

    def _read(self) -> tuple["av.Packet[VideoStream] | None", int]:
        """The next packet, past unreadable ones, and when it came; None at the end."""
        for _ in range(1000):
            try:
                packet = next(self._packets, None)
            except av.error.InvalidDataError:
                self._corrupt += 1
                self._packets = self._container.demux(self._track)
            except av.error.FFmpegError as error:
                failure = explain(error, self.info.name)
                if self.info.live:
                    failure = SourceUnreachableError(f"{self.info.name} stopped sending.", "Check the camera and the network.")
                break
            else:
                now_ns = self._time.now_ns()
                if packet is not None and packet.size:
                    if packet.size > MAX_PACKET_BYTES:
                        failure = SourceFormatError(
                            f"{self.info.name} sends a packet of {packet.size} bytes.", "No camera needs so many."
                        )
                        break
                    self._meter.take(packet, now_ns)
                return packet, now_ns
        else:
            return None, self._time.now_ns()
        raise failure

    def _open_packet(self, packet: "av.Packet[VideoStream]") -> list[av.VideoFrame]:
        if packet.size:
            if packet.is_keyframe:
                self._awaits_key = False
            elif self._thin or self._awaits_key:
                self._awaits_key = True
                return []
            self._stamped = packet.pts is not None and not self._avi
            self._without_picture += 1
            self._broken_off = packet.is_corrupt
        try:
            frames = packet.decode()
            if self._thin and packet.size:  # the decoder would hold it back for those that are left out
                frames += self._track.codec_context.decode(None)
                self._track.codec_context.flush_buffers()
                self._awaits_key = True
        except (av.error.FFmpegError, EOFError):  # EOFError: flushed before
            self._corrupt += packet.size > 0
            return []
        self._corrupt += packet.is_corrupt or any(frame.is_corrupt for frame in frames)
        for frame in frames:
            refuse_beyond(frame.width, frame.height, self.info.name)
        return frames

    def _ticks(self, frame: av.VideoFrame, packet: "av.Packet[VideoStream] | None", nth: int) -> int | None:
        """When the ``nth`` frame that came out with ``packet`` is to be shown, if that is known.

        Where packets carry no such time, PyAV numbers the frames instead. Then the packet's turn is the frame's.
        """
        if not self._trusts_ticks:
            return None
        if self._stamped:
            return frame.pts
        return packet.dts if packet is not None and nth == 0 else None

    def _fill_backlog(self) -> int:
        """Read what a live source sends at once on connecting: until its media time no longer runs ahead of the clock.

        Returns by how much it ran ahead, in ns. What goes wrong here goes wrong again, and is told, after these packets.
        """
        ahead_ns = mark_ns = marked_ns = first_ns = 0
        first_pts: int | None = None
        with contextlib.suppress(SourceError):
            while len(self._backlog) < _BACKLOG_PACKETS:
                packet, now_ns = self._read()
                self._backlog.append((packet, now_ns))
                if packet is None or not self._trusts_ticks or now_ns - self._opened_ns > _BACKLOG_NS:
                    break
                if packet.pts is None:
                    if len(self._backlog) < _UNTIMED_PACKETS:
                        continue
                    break
                if first_pts is None:
                    first_pts, first_ns, marked_ns = packet.pts, now_ns, now_ns
                lead_ns = int((packet.pts - first_pts) * self._time_base * NS_PER_S) - (now_ns - first_ns)
                ahead_ns = max(ahead_ns, lead_ns)
                if lead_ns > mark_ns + _AHEAD_NS:
                    mark_ns, marked_ns = lead_ns, now_ns
                elif now_ns - marked_ns > _LEVEL_NS:
                    break
        return ahead_ns

    def _end(self) -> None:
        info = self.info
        if info.live and not self._closed:
            raise SourceUnreachableError(f"{info.name} stopped.", "Check the camera and the network.")
        if self._without_picture >= _LOST_PACKETS:
            raise SourceFormatError(
                f"{info.name} cannot be decoded to its end.", "It is damaged, or its codec changes; what came before was kept."
            )
        missing_s = 0.0 if self._due_s is None else self._due_s - seconds(self._media.elapsed_ns + self._media.interval_ns)
        self.truncated = not self._closed and (self._broken_off or missing_s > max(1.0, 2 * seconds(self._media.interval_ns)))
        self._corrupt += self.truncated and not self._corrupt
