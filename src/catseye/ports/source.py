"""Where frames come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from catseye.core.frame import Frame


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says of itself once open. None is unknown. ``live`` sources run at their own pace and cannot be waited for.

    ``keeps`` is whether what it sends while nobody reads, for a part of a second, waits for the next read. ``notes`` are sentences
    for the user on what was assumed where the source does not tell.
    """

    name: str
    live: bool
    size: tuple[int, int]
    codec: str = ""
    fps: float | None = None
    frames: int | None = None
    duration_s: float | None = None
    starts_at_ns: int | None = None
    keeps: bool = False
    notes: tuple[str, ...] = ()


Judge = Callable[[str, tuple[str, ...], int], tuple[str, ...]]
"""Host, what its name resolves to, and port -> the addresses that may be connected to. Raises SourceError where none may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How to open a source. ``fps`` is for what has no rate of its own; a jump of time beyond ``max_gap_s`` is bridged.

    ``judge`` is asked of every host before it is connected to; without one, the host of the address is allowed and no other.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    udp: bool = False
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 10.0
    fps: float | None = None
    max_gap_s: float = 10.0
    judge: Judge | None = field(default=None, repr=False)


class StreamTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """What has come in by one reading so far. None is not known: a source that cannot know of lost packets does not say zero.

    ``bytes_in`` are of coded video, without what wraps it on the way. ``gop_s`` is the time between the last two key frames, or
    since the last one where that is longer by now.
    """

    bytes_in: int = 0
    packets: int = 0
    key_frames: int = 0
    lost_packets: int | None = None
    gop_s: float | None = None
    codec: str = ""
    size: tuple[int, int] | None = None


class FrameSource(Protocol):
    """One open reading of a stream: one run. It is read once, to its end, by one thread."""

    @property
    def info(self) -> SourceInfo:
        """What is known of it; valid once the source is open."""
        ...

    def frames(self) -> Iterator[Frame]:
        """Frames in order of capture, ``seq`` from 0.

        Ends at the end of a file. Raises SourceError when it cannot go on; frames already given stay valid.
        """
        ...

    @property
    def corrupt(self) -> int:
        """Frames or packets that could not be decoded so far."""
        ...

    def thin(self, key_frames_only: bool) -> None:
        """Decode key frames alone from now on, or all frames again from the next key frame; may be called from another thread.

        A source whose every picture stands for itself goes on as before.
        """
        ...

    def traffic(self) -> StreamTraffic:
        """What came in so far; may be called from another thread, and after ``close``."""
        ...

    def close(self) -> None:
        """Let go of the source; harmless when called twice, and from another thread."""
        ...
