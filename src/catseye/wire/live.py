"""The live feed: what the page is sent for each analysed frame.

One binary message holds a 4-byte big-endian length, a JSON header of that length (``LiveHeader``), and the redacted JPEG (nothing
when the picture is withheld). All positions are unit coordinates of the picture.
"""

import msgspec

from catseye.core.compared import Compared
from catseye.core.geometry import XY
from catseye.core.health import StreamHealth
from catseye.core.ids import RunId, StreamId


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """One road user on the picture. ``tag`` is short, for people; ``box`` is x1, y1, x2, y2; ``seen`` is false while coasting."""

    tag: str
    road_user: str
    confidence: float
    box: tuple[float, float, float, float]
    seen: bool = True
    parked: bool = False


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A count line with its running volumes of this session: ``volumes[direction][road_user]``."""

    name: str
    points: tuple[XY, XY]
    directions: tuple[str, str]
    volumes: dict[str, dict[str, int]]


class ZoneView(msgspec.Struct, frozen=True, kw_only=True):
    """A detection zone and how many road users are in it now."""

    name: str
    polygon: tuple[XY, ...]
    present: int


class LiveHeader(msgspec.Struct, frozen=True, kw_only=True):
    """All the page draws over one picture.

    ``at_ns`` is the instant of capture in the stream's own time (a file has its own), ``captured_ns`` when that was on this
    machine's clock, so that screen time minus ``captured_ns`` is the delay. ``withheld`` says why there is no picture.
    ``learning_s`` is how long Catseye will still learn flows before it proposes count lines; None when it does not. ``compared``
    holds the counts beside the true ones where a truth was given; None otherwise.
    """

    stream: StreamId
    run: RunId
    seq: int
    at_ns: int
    captured_ns: int
    size: tuple[int, int]
    timezone: str
    tags: tuple[Tag, ...]
    lines: tuple[LineView, ...]
    zones: tuple[ZoneView, ...]
    health: StreamHealth
    withheld: str = ""
    learning_s: float | None = None
    scene_proposed: bool = False
    compared: Compared | None = None


def encode(header: LiveHeader, jpeg: bytes) -> bytes:
    """One message of the feed."""
    head = msgspec.json.encode(header)
    return len(head).to_bytes(4, "big") + head + jpeg


def decode(message: bytes) -> tuple[LiveHeader, bytes]:
    """Header and JPEG of a message. Raises msgspec.DecodeError for anything else."""
    length = int.from_bytes(message[:4], "big")
    return msgspec.json.decode(message[4 : 4 + length], type=LiveHeader), message[4 + length :]
