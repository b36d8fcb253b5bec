"""What a look at a camera's stream shows, and what of it should be mended."""

from collections.abc import Sequence
from typing import Final

import msgspec

from catseye.core.frame import Frame
from catseye.core.onvif import OnvifFacts
from catseye.core.time import seconds
from catseye.ports import StreamTraffic

ENOUGH_WIDTH_PX: Final = 1280
ENOUGH_FPS: Final = 12.0
LEAST_FPS: Final = 4.0
LONGEST_GOP_S: Final = 4.0
CLOCK_S: Final = 2.0
LOST_SHARE: Final = 0.001
CODECS: Final = ("h264", "hevc", "mjpeg")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it should be, and what mends it."""

    what: str
    remedy: str


class ConnectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as it came in for ``watched_s``. Rates by the stream's own time. None is not known; ``address`` is redacted."""

    address: str
    codec: str
    size: tuple[int, int]
    watched_s: float
    frames: int
    fps: float | None
    key_frame_interval_s: float | None
    kbit_s: float | None
    lost_packets: int | None
    corrupt: int
    clock_offset_s: float | None = None
    camera: OnvifFacts | None = None
    findings: tuple[Finding, ...] = ()


def look_over(
    name: str,
    frames: Sequence[Frame],
    traffic: StreamTraffic,
    *,
    corrupt: int,
    camera: OnvifFacts | None,
    notes: Sequence[str] = (),
) -> ConnectionReport:
    """What ``frames``, all that came in a while, and ``traffic`` after them say. Raises ValueError for no frame."""
    first, last = frames[0], frames[-1]
    span_s = seconds(last.at_ns - first.at_ns)
    report = ConnectionReport(
        address=name,
        codec=traffic.codec,
        size=last.size,
        watched_s=round(span_s, 2),
        frames=len(frames),
        fps=round((len(frames) - 1) / span_s, 2) if span_s > 0 else None,
        key_frame_interval_s=None if traffic.gop_s is None else round(traffic.gop_s, 2),
        kbit_s=round(traffic.bytes_in * 8 / 1000 / span_s, 1) if span_s > 0 else None,
        lost_packets=traffic.lost_packets,
        corrupt=corrupt,
        clock_offset_s=None if camera is None else camera.clock_offset_s,
        camera=camera,
    )
    said = [*notes, *(camera.notes if camera is not None else ())]
    return msgspec.structs.replace(report, findings=(*_wrong(report, traffic), *(Finding(what=note, remedy="") for note in said)))


def _wrong(report: ConnectionReport, traffic: StreamTraffic) -> list[Finding]:
    checks = (
        (
            report.codec not in CODECS,
            f"The codec is {report.codec}.",
            "Set the camera to H.264.",
        ),
        (
            report.size[0] > ENOUGH_WIDTH_PX,
            f"Pictures are {report.size[0]} wide; decoding them costs most of what there is.",
            "Use a sub-stream of about 640 wide.",
        ),
        (
            report.fps is not None and report.fps > ENOUGH_FPS,
            f"{report.fps or 0:g} pictures come a second; 5 to 8 are enough to count.",
            "Set the sub-stream to 5 to 8 a second; --set-rate does it over ONVIF.",
        ),
        (
            report.fps is not None and report.fps < LEAST_FPS,
            f"Only {report.fps or 0:g} pictures come a second; fast road users may be missed.",
            "Set it to 5 or more.",
        ),
        (
            (report.key_frame_interval_s or 0.0) > LONGEST_GOP_S,
            f"A key frame comes only each {report.key_frame_interval_s or 0:g} s.",
            "Set the interval to 1 or 2 s: pictures come back sooner after a loss.",
        ),
        (
            (report.lost_packets or 0) > LOST_SHARE * traffic.packets,
            f"{report.lost_packets} packets were lost.",
            "Look at the cable, the radio link and the load of the network.",
        ),
        (
            report.corrupt > 0,
            f"{report.corrupt} pictures or packets were damaged.",
            "Use TCP, and look at the network.",
        ),
        (
            abs(report.clock_offset_s or 0.0) > CLOCK_S,
            f"The camera's clock is off by {report.clock_offset_s or 0:+g} s.",
            "Give it a time server (NTP).",
        ),
    )
    return [Finding(what=what, remedy=remedy) for true, what, remedy in checks if true]
