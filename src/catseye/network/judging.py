"""Which states a camera seems to be in, by its picture and its stream. ``network.health`` adds the patience."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catseye.core.health import CameraState, StreamState
from catseye.core.time import NS_PER_S, nanoseconds, seconds
from catseye.network.usual import Usual

CONNECTING_S: Final = 45.0  # for so long a camera that never gave a picture is being connected to
STILL_S: Final = 20.0
MOST_STILL_S: Final = 300.0
LOW_FPS: Final = 0.5  # of the usual frame rate
LOW_BYTES: Final = 0.05  # of the usual bit rate: a quiet night takes it far down, and a broken encoder further
LOST: Final = 0.01  # of the packets
_TIMED_S = 120.0  # until the usual rates are relied on
_RATES_SLOW = 1 / 3600  # of the mean a step from then on: another rate is usual after hours
_LONGER = 2.0  # than it was ever known to be still
_OLD_NS = 3 * NS_PER_S  # a look says nothing of later than so long after it
OF_PICTURE: Final[Mapping[CameraState, str]] = {
    CameraState.FROZEN: "pictures come, and nothing in them changes",
    CameraState.BLACK: "the picture is black, or went dark all at once",
    CameraState.WHITE_OUT: "the picture is white",
    CameraState.OBSCURED: "something covers much of the view",
    CameraState.MOVED: "the camera looks elsewhere than it did",
    CameraState.BLURRED: "the picture is less sharp than it was, or full of noise",
    CameraState.INFRARED_FAILED: "it is darker than it ever was at night",
    CameraState.LENS_DIRTY: "parts of the picture are dull that were sharp",
    CameraState.GLARE: "a bright light dazzles the camera",
    CameraState.LOW_BIT_RATE: "the picture is made of coarse squares",
    CameraState.LOW_FRAME_RATE: "the same picture comes again and again",
}
_ALL = frozenset(CameraState) - {CameraState.CONNECTING, CameraState.OFFLINE, CameraState.OK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a stream at ``now_ns``.

    ``shares`` are of the last look at its picture (``network.usual``), at ``looked_ns`` by the same clock; None before the first.
    ``fps``, ``bytes_a_s`` and ``lost_share`` (of packets) are over the last ten seconds or so. None is not known.
    """

    now_ns: int
    state: StreamState
    reason: str = ""
    shares: Mapping[CameraState, float] | None = None
    looked_ns: int = 0
    fps: float | None = None
    bytes_a_s: float | None = None
    lost_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The states that seem to hold, each with why; those that nothing is known of; for how long a still picture is no fault."""

    holding: Mapping[CameraState, str]
    unknown: frozenset[CameraState]
    still_s: float


class Judge:
    """Judges one camera, a moment each second. The usual rates of ``usual`` are learned by it; what pictures are like is not."""

    def __init__(self, usual: Usual) -> None:
        self._usual = usual
        self._begun_ns: int | None = None
        self._ever = False
        self._still_since_ns: int | None = None
        self._longest_still_s = 0.0

    @property
    def still_s(self) -> float:
        """How long the picture must be still to be taken for frozen: longer where it was still before, and changed again."""
        return min(max(STILL_S, _LONGER * self._longest_still_s), MOST_STILL_S)

    def judge(self, facts: Facts) -> Judged:
        """What one moment says."""
        self._begun_ns = facts.now_ns if self._begun_ns is None else self._begun_ns
        shares = facts.shares if facts.now_ns - facts.looked_ns <= _OLD_NS else None
        if facts.state is not StreamState.RUNNING:
            self._still_since_ns = None
            return Judged(holding=self._away(facts), unknown=_ALL, still_s=self.still_s)
        self._ever = True
        wrong = self._of_stream(facts)
        holding = {state: why for state, why in wrong.items() if why}
        if shares is None:
            return Judged(holding=holding, unknown=_ALL - wrong.keys(), still_s=self.still_s)
        self._follow_stillness(facts.now_ns, still=shares.get(CameraState.FROZEN, 0.0) >= 1)
        holding = {state: OF_PICTURE[state] for state, share in shares.items() if share >= 1} | holding
        return Judged(holding=holding, unknown=_ALL - shares.keys() - wrong.keys(), still_s=self.still_s)

    def _of_stream(self, facts: Facts) -> dict[CameraState, str]:
        """The states that the stream tells of, each with why, or "" where it does not hold. Rates are learned on the way."""
        usual, told = self._usual, dict[CameraState, str]()
        known = usual.timed_s >= _TIMED_S
        if facts.lost_share is not None:
            low = facts.lost_share > LOST
            told[CameraState.PACKET_LOSS] = f"{100 * facts.lost_share:.1f} % of the packets are lost" if low else ""
        if facts.fps is not None:
            if known and usual.fps is not None:
                low = facts.fps < LOW_FPS * usual.fps
                told[CameraState.LOW_FRAME_RATE] = f"{facts.fps:.1f} frames a second come, usually {usual.fps:.1f}" if low else ""
            usual.fps = _nearer(usual.fps, facts.fps, usual.timed_s)
        if facts.bytes_a_s is not None:
            if known and usual.bytes_a_s is not None:
                low = facts.bytes_a_s < LOW_BYTES * usual.bytes_a_s
                told[CameraState.LOW_BIT_RATE] = (
                    f"{facts.bytes_a_s / 125:.0f} kbit/s come, usually {usual.bytes_a_s / 125:.0f}" if low else ""
                )
            usual.bytes_a_s = _nearer(usual.bytes_a_s, facts.bytes_a_s, usual.timed_s)
        usual.timed_s += facts.fps is not None
        return told

    def _away(self, facts: Facts) -> dict[CameraState, str]:
        """A stream without pictures."""
        assert self._begun_ns is not None
        beginning = not self._ever and facts.now_ns - self._begun_ns < nanoseconds(CONNECTING_S)
        if beginning and facts.state is StreamState.CONNECTING:
            return {CameraState.CONNECTING: "the first picture is awaited"}
        return {CameraState.OFFLINE: facts.reason or "no picture arrives"}

    def _follow_stillness(self, now_ns: int, *, still: bool) -> None:
        """Remember the longest stillness that ended before it was taken for frozen."""
        if still:
            self._still_since_ns = now_ns if self._still_since_ns is None else self._still_since_ns
            return
        since_ns, self._still_since_ns = self._still_since_ns, None
        if since_ns is not None and (lasted_s := seconds(now_ns - since_ns)) < self.still_s:
            self._longest_still_s = max(self._longest_still_s, lasted_s)


def _nearer(usual: float | None, now: float, timed_s: float) -> float:
    """What is usual once ``now`` is part of it."""
    return now if usual is None else usual + max(_RATES_SLOW, 1 / (timed_s + 2)) * (now - usual)
