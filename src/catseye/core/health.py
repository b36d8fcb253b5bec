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


class CameraState(StrEnum):
    """How serviceable a camera is, in the order in which one state hides another: the first that holds is told."""

    CONNECTING = "connecting"
    OFFLINE = "offline"
    FROZEN = "frozen"
    BLACK = "black"
    WHITE_OUT = "white_out"
    OBSCURED = "obscured"
    MOVED = "moved"
    BLURRED = "blurred"
    INFRARED_FAILED = "infrared_failed"
    LENS_DIRTY = "lens_dirty"
    GLARE = "glare"
    PACKET_LOSS = "packet_loss"
    LOW_BIT_RATE = "low_bit_rate"
    LOW_FRAME_RATE = "low_frame_rate"
    CLOCK_DRIFT = "clock_drift"
    OK = "ok"


class StreamHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A stream's vital signs. Rates are over the last ten seconds or so; None: not known.

    ``drops`` counts frames lost in this run by stage (``decode``, ``analyse``, ``show``). ``lag_s`` is capture to analysed.
    ``camera`` is how serviceable the camera is and ``camera_reason`` why; None where nobody judges it (a film played fast).
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
    camera: CameraState | None = None
    camera_reason: str = ""


UNUSABLE = frozenset(
    {
        CameraState.CONNECTING,
        CameraState.OFFLINE,
        CameraState.FROZEN,
        CameraState.BLACK,
        CameraState.WHITE_OUT,
        CameraState.OBSCURED,
        CameraState.MOVED,
        CameraState.BLURRED,
        CameraState.INFRARED_FAILED,
    }
)


class HealthNow(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a camera now, why, and since when it is taken to hold.

    ``note`` is what people should know of the camera besides that is no state, "" for nothing.
    """

    state: CameraState
    reason: str
    since_ns: int
    note: str = ""


class HealthEpisode(msgspec.Struct, frozen=True, kw_only=True, tag="health_episode"):
    """A stretch in which a camera was in one state other than ok, as revisions: told, and ended later.

    ``began_ns`` is when the state is taken to have begun, ``told_ns`` when it was known. ``ended_ns`` is None while it lasts.
    """

    id: str
    stream: StreamId
    state: CameraState
    revision: int
    began_ns: int
    told_ns: int
    ended_ns: int | None
    reason: str


class CameraMinute(msgspec.Struct, frozen=True, kw_only=True, tag="camera_minute"):
    """What a camera was worth in the minute from ``start_ns`` (a whole minute).

    ``seconds`` says how long it was in each state; what is missing to 60 nobody observed (Catseye was not running), which is not
    the camera's fault and not its merit. ``paused_s`` is how long it was paused: nobody was to look. Records of one minute add up.
    None is not known.
    """

    stream: StreamId
    start_ns: int
    seconds: dict[CameraState, float]
    frames_decoded: int = 0
    frames_analysed: int = 0
    frames_shed: int = 0
    bytes_in: int = 0
    key_frames_only_s: float = 0.0
    paused_s: float = 0.0
    lag_p99_s: float | None = None
    clock_error_ms: float | None = None


HealthRecord = HealthEpisode | CameraMinute


def added(one: CameraMinute, other: CameraMinute) -> CameraMinute:
    """Two records of one minute as one: times and numbers add up, of lag and clock error the larger is kept."""
    states = [*one.seconds, *other.seconds]
    errors = [error for error in (one.clock_error_ms, other.clock_error_ms) if error is not None]
    lags = [lag for lag in (one.lag_p99_s, other.lag_p99_s) if lag is not None]
    return CameraMinute(
        stream=one.stream,
        start_ns=one.start_ns,
        seconds={state: one.seconds.get(state, 0.0) + other.seconds.get(state, 0.0) for state in states},
        frames_decoded=one.frames_decoded + other.frames_decoded,
        frames_analysed=one.frames_analysed + other.frames_analysed,
        frames_shed=one.frames_shed + other.frames_shed,
        bytes_in=one.bytes_in + other.bytes_in,
        key_frames_only_s=one.key_frames_only_s + other.key_frames_only_s,
        paused_s=one.paused_s + other.paused_s,
        lag_p99_s=max(lags, default=None),
        clock_error_ms=max(errors, key=abs, default=None),
    )
