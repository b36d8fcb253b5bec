"""Files, network streams and devices, decoded by libav through PyAV."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import msgspec
from av.codec.context import ThreadType
from av.container import InputContainer
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from catseye.adapters.pyav_source.connecting import UNVERIFIED, connected
from catseye.adapters.pyav_source.limits import MAX_PIXELS, refuse_beyond
from catseye.adapters.pyav_source.reading import PyavSource
from catseye.adapters.pyav_source.way import dial
from catseye.core.address import NETWORK_SCHEMES, redacted, scheme
from catseye.core.errors import SourceFormatError
from catseye.core.ids import RunId, StreamId
from catseye.core.time import NS_PER_S
from catseye.ports import Clock, RunTime, SourceInfo, SourceOptions

__all__ = ["PyavSource", "dial", "open_pyav"]

_TEXT_ART = frozenset({"tty", "bin", "xbin", "adf", "idf"})  # libav draws text files as pictures
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # recorders without a clock write 1904 or 1970
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_pyav(
    spec: str,
    *,
    ids: tuple[StreamId, RunId],
    clock: Clock,
    start_ns: int | None = None,
    options: SourceOptions,
) -> PyavSource:
    """Open a file, a device (``/dev/...``) or an ``rtsp(s)://`` or ``http(s)://`` address and decode its first picture.

    Raises SourceNotFoundError, SourceUnreachableError, SourceDeniedError or SourceFormatError. Never takes longer than the
    timeouts of ``options`` allow.
    """
    name, time = redacted(spec), RunTime(clock)
    network = scheme(spec) in NETWORK_SCHEMES
    if not network and Path(spec).is_file() and Path(spec).stat().st_size == 0:
        raise SourceFormatError(f"{name} is empty (zero bytes).", "Copy or record it again.")
    container, relay = connected(spec, name, clock, options)
    try:
        track = _video_track(container, name)
        info = _describe(container, track, name, device=spec.startswith("/dev/"))
        info = msgspec.structs.replace(info, keeps=relay is not None and not options.udp)
        if relay is not None and relay.unverified:
            info = msgspec.structs.replace(info, notes=(*info.notes, UNVERIFIED.format(name)))
        begins = start_ns if start_ns is not None else info.starts_at_ns if info.starts_at_ns is not None else time.now_ns()
        return PyavSource(container, track, info, ids=ids, time=time, start_ns=begins, options=options, relay=relay)
    except BaseException:
        container.close()
        if relay is not None:
            relay.close()
        raise


def _video_track(container: InputContainer, name: str) -> VideoStream:
    covers = [track for track in container.streams.video if track.disposition & Disposition.attached_pic]
    pictures = [track for track in container.streams.video if track not in covers and container.format.name not in _TEXT_ART]
    if not pictures:
        raise SourceFormatError(f"{name} has no video track.", "Give a source with pictures; this one has only sound or data.")
    track = pictures[0]
    context: VideoCodecContext | None = track.codec_context  # None where this build has no decoder for it
    if context is None:
        raise SourceFormatError(f"{name} has video in a codec that is not known here.", "Record it as H.264 or H.265.")
    refuse_beyond(track.width, track.height, name)
    context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}  # a later change of size is refused before memory is taken
    context.thread_count = 1
    context.thread_type = ThreadType.NONE
    return track


def _describe(container: InputContainer, track: VideoStream, name: str, *, device: bool) -> SourceInfo:
    made_up = container.format.name == "mpjpeg"
    duration = track.duration * track.time_base if track.duration and track.time_base else None
    if duration is None and container.duration:
        duration = Fraction(container.duration, av.time_base)
    fps = None if made_up else _rate(track.average_rate) or _rate(track.guessed_rate)
    starts_at_ns = _creation_ns(container.metadata) or _creation_ns(track.metadata)
    live = device or scheme(name).startswith("rtsp") or (bool(scheme(name)) and duration is None)
    return SourceInfo(
        name=name,
        live=live,
        size=(track.width, track.height),
        codec=track.codec_context.name,
        fps=fps,
        frames=track.frames or None,
        duration_s=None if duration is None else float(duration),
        starts_at_ns=starts_at_ns,
    )


def _rate(rate: Fraction | None) -> float | None:
    return float(rate) if rate and 0 < rate <= 1000 else None


def _creation_ns(metadata: dict[str, str]) -> int | None:
    try:
        moment = datetime.fromisoformat(metadata["creation_time"])
    except (KeyError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment < _EARLIEST:
        return None
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS_PER_S + delta.microseconds * 1000
