"""Coded pictures in RTP packets: RFC 6184 (H.264) and RFC 7798 (H.265), single units and fragments."""

import base64
import struct
from collections.abc import Iterator

from tests.zoo.footage import Footage, Unit

MOST = 1200
PAYLOAD_TYPE = 96


def payloads(unit: Unit, codec: str) -> Iterator[bytes]:
    """The payloads of one picture, in order."""
    for nal in unit.nals:
        if len(nal) <= MOST:
            yield nal
        elif codec == "h264":
            yield from _fragments(nal, bytes([nal[0] & 0xE0 | 28]), nal[0] & 0x1F, 1)
        else:
            yield from _fragments(nal, bytes([nal[0] & 0x81 | 49 << 1, nal[1]]), nal[0] >> 1 & 0x3F, 2)


def _fragments(nal: bytes, head: bytes, kind: int, skip: int) -> Iterator[bytes]:
    body = nal[skip:]
    for at in range(0, len(body), MOST):
        first, last = at == 0, at + MOST >= len(body)
        yield head + bytes([first << 7 | last << 6 | kind]) + body[at : at + MOST]


def packet(payload: bytes, *, sequence: int, ticks: int, last: bool) -> bytes:
    """An RTP packet (RFC 3550) of one source."""
    return struct.pack("!BBHII", 0x80, last << 7 | PAYLOAD_TYPE, sequence & 0xFFFF, ticks & 0xFFFFFFFF, 0xCA75E7E) + payload


def description(footage: Footage, host: str) -> str:
    """The SDP of it."""
    name = {"h264": "H264", "hevc": "H265"}[footage.codec]
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=zoo",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} {name}/90000",
        f"a=framerate:{footage.fps:g}",
        "a=control:track1",
    ]
    if footage.codec == "h264":
        sets = [nal for nal in footage.units[0].nals if nal[0] & 0x1F in {7, 8}]
        coded = ",".join(base64.b64encode(nal).decode() for nal in sets)
        lines.append(f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1;sprop-parameter-sets={coded}")
    return "\r\n".join(lines) + "\r\n"
