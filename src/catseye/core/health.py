"""What state a stream is in, for the people who keep it running."""

from enum import StrEnum

import msgspec

from catseye.core.ids import RunId, StreamId


class StreamState(StrEnum):
    """The state of a stream, as shown to people."""

    CONNECTING = "connecting"
    RUNNING = "running"
    STALLED = "stalled"
    FAILED = "failed"
    ENDED = "ended"


class StreamHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A stream's vital signs. Rates are over the last ten seconds or so; None: not known.

    ``drops`` counts frames lost in this run by stage (``decode``, ``analyse``, ``show``). ``lag_s`` is capture to analysed.
    """

    stream: StreamId
    run: RunId | None
    state: StreamState
    since_ns: int
    reason: str = ""
    size: tuple[int, int] | None = None
    codec: str = ""
    fps_in: float | None = None
    fps_analysed: float | None = None
    lag_s: float | None = None
    frames_decoded: int = 0
    frames_analysed: int = 0
    frames_withheld: int = 0
    drops: dict[str, int] = msgspec.field(default_factory=dict)
    clock_error_ms: float | None = None
    detector: str = ""
