"""Which states a camera seems to be in, by its picture and its stream. ``network.health`` adds the patience."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catseye.core.health import CameraState, StreamState
from catseye.core.time import NS_PER_S, nanoseconds, seconds

CONNECTING_S: Final = 45.0  # for so long a camera that never gave a picture is being connected to
STILL_S: Final = 20.0
MOST_STILL_S: Final = 300.0
_LONGER = 2.0  # than it was ever known to be still
_OLD_NS = 3 * NS_PER_S  # a look says nothing of later than so long after it
OF_PICTURE: Final[Mapping[CameraState, str]] = {
    CameraState.FROZEN: "pictures come, and nothing in them changes",
    CameraState.BLACK: "the picture is black",
    CameraState.WHITE_OUT: "the picture is white",
    CameraState.OBSCURED: "something covers much of the view",
    CameraState.MOVED: "the camera looks elsewhere than it did",
    CameraState.BLURRED: "the picture is less sharp than it was",
    CameraState.INFRARED_FAILED: "it is darker than it ever was at night",
    CameraState.LENS_DIRTY: "parts of the picture are dull that were sharp",
    CameraState.GLARE: "a bright light dazzles the camera",
}
_ALL = frozenset(CameraState) - {CameraState.CONNECTING, CameraState.OFFLINE, CameraState.OK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a stream at ``now_ns``.

    ``shares`` are of the last look at its picture (``network.usual``), at ``looked_ns`` by the same clock; None before the first.
    """

    now_ns: int
    state: StreamState
    reason: str = ""
    shares: Mapping[CameraState, float] | None = None
    looked_ns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The states that seem to hold, each with why; those that nothing is known of; for how long a still picture is no fault."""

    holding: Mapping[CameraState, str]
    unknown: frozenset[CameraState]
    still_s: float


class Judge:
    """Judges one camera, moment by moment; ``still_s`` grows with how long the camera was still and changed again."""

    def __init__(self) -> None:
        self._begun_ns: int | None = None
        self._ever = False
        self._still_since_ns: int | None = None
        self._longest_still_s = 0.0

    @property
    def still_s(self) -> float:
        """How long the picture must be still to be taken for frozen."""
        return min(max(STILL_S, _LONGER * self._longest_still_s), MOST_STILL_S)

    def judge(self, facts: Facts) -> Judged:
        """What one moment says."""
        self._begun_ns = facts.now_ns if self._begun_ns is None else self._begun_ns
        shares = facts.shares if facts.now_ns - facts.looked_ns <= _OLD_NS else None
        if facts.state is not StreamState.RUNNING:
            self._still_since_ns = None
            return Judged(holding=self._away(facts), unknown=_ALL, still_s=self.still_s)
        self._ever = True
        if shares is None:
            return Judged(holding={}, unknown=_ALL, still_s=self.still_s)
        self._follow_stillness(facts.now_ns, still=shares.get(CameraState.FROZEN, 0.0) >= 1)
        holding = {state: OF_PICTURE[state] for state, share in shares.items() if share >= 1}
        return Judged(holding=holding, unknown=_ALL - shares.keys(), still_s=self.still_s)

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
