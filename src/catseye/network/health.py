"""What state a camera is in, with patience both ways, and what that makes of its minutes.

Pure: it is told again and again which states seem to hold, and says what is to be kept. A state is told once it has held for
``TOLD_S`` (a short miss does not begin that anew), and is over once it has not for ``OVER_S``. Time that is in doubt is held back
until the doubt is settled, so that the seconds of the minutes agree with when episodes began and ended.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from catseye.core.health import CameraMinute, CameraState, HealthEpisode, HealthRecord
from catseye.core.ids import StreamId
from catseye.core.time import NS_PER_S, nanoseconds, seconds

TOLD_S: Final[Mapping[CameraState, float]] = {
    CameraState.CONNECTING: 0.0,
    CameraState.OFFLINE: 7.0,
    CameraState.FROZEN: 20.0,  # at least: longer where a camera is known for still scenes
    CameraState.BLACK: 10.0,
    CameraState.WHITE_OUT: 15.0,
    CameraState.OBSCURED: 60.0,
    CameraState.MOVED: 30.0,
    CameraState.BLURRED: 60.0,
    CameraState.INFRARED_FAILED: 120.0,
    CameraState.LENS_DIRTY: 600.0,
    CameraState.GLARE: 60.0,
    CameraState.PACKET_LOSS: 20.0,
    CameraState.LOW_BIT_RATE: 60.0,
    CameraState.LOW_FRAME_RATE: 30.0,
    CameraState.CLOCK_DRIFT: 60.0,
}
OVER_S: Final[Mapping[CameraState, float]] = {
    CameraState.CONNECTING: 0.0,
    CameraState.OFFLINE: 5.0,
    CameraState.FROZEN: 3.0,
    CameraState.BLACK: 5.0,
    CameraState.WHITE_OUT: 10.0,
    CameraState.OBSCURED: 20.0,
    CameraState.MOVED: 20.0,
    CameraState.BLURRED: 30.0,
    CameraState.INFRARED_FAILED: 30.0,
    CameraState.LENS_DIRTY: 300.0,
    CameraState.GLARE: 30.0,
    CameraState.PACKET_LOSS: 30.0,
    CameraState.LOW_BIT_RATE: 60.0,
    CameraState.LOW_FRAME_RATE: 30.0,
    CameraState.CLOCK_DRIFT: 60.0,
}
LONGEST_STEP_S: Final = 10.0  # between two steps further apart nobody observed
_MISSED_S = 5.0  # for so long, or a third of TOLD_S where that is less, a state may not hold and is taken to hold on
_HELD_NS = 320 * NS_PER_S  # of doubt: older time is what it was taken for
_MINUTE_NS = 60 * NS_PER_S
_ORDER = tuple(state for state in CameraState if state is not CameraState.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came in since the last step. None is not known."""

    frames_decoded: int = 0
    frames_analysed: int = 0
    frames_shed: int = 0
    bytes_in: int = 0
    key_frames_only_s: float = 0.0
    lag_s: float | None = None
    clock_error_ms: float | None = None


NOTHING: Final = Taken()


@dataclass(slots=True)
class _Mark:
    """One state: since when it holds, when it last held, since when it does not, and whether it is taken for true."""

    since_ns: int | None = None
    last_ns: int = 0
    clear_ns: int | None = None
    active: bool = False
    reason: str = ""

    def in_doubt_from(self) -> int | None:
        """Since when it is not settled whether it holds."""
        return self.clear_ns if self.active else self.since_ns


@dataclass(slots=True)
class _Minute:
    """A minute in the making."""

    seconds: dict[CameraState, float] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)


class HealthBook:
    """The state of one camera. ``step`` it about once a second; instants are of one clock and go forward."""

    def __init__(self, stream: StreamId) -> None:
        self._stream = stream
        self._marks = {state: _Mark() for state in _ORDER}
        self._last_ns: int | None = None
        self._slices: list[tuple[int, int, CameraState]] = []
        self._minutes: dict[int, _Minute] = {}
        self._episode: HealthEpisode | None = None
        self._since_ns = 0

    @property
    def state(self) -> CameraState:
        """The state that is told now."""
        return CameraState.OK if self._episode is None else self._episode.state

    @property
    def reason(self) -> str:
        """Why; "" while it is ok."""
        return "" if self._episode is None else self._episode.reason

    @property
    def since_ns(self) -> int:
        """Since when the present state is taken to hold."""
        return self._since_ns

    def step(
        self,
        now_ns: int,
        holding: Mapping[CameraState, str],
        unknown: Collection[CameraState] = (),
        taken: Taken = NOTHING,
        *,
        still_s: float = 0.0,
    ) -> list[HealthRecord]:
        """Take in which states seem to hold now, each with its reason, and of which nothing is known; what is to be kept of it.

        ``still_s`` is how long the picture must at least be still before it is taken for frozen.
        """
        last_ns, self._last_ns = self._last_ns, now_ns
        if last_ns is None:
            self._since_ns = now_ns
        elif now_ns <= last_ns:
            self._last_ns = last_ns
            return []
        elif now_ns - last_ns > nanoseconds(LONGEST_STEP_S):
            self._forget_doubts()
        else:
            self._slices.append((last_ns, now_ns, self.state))
        minute = self._minutes.setdefault(now_ns // _MINUTE_NS * _MINUTE_NS, _Minute())
        minute.taken.append(taken)
        turned_ns = self._settle(now_ns, holding, unknown, still_s)
        said: list[HealthRecord] = list(self._turn(now_ns, turned_ns))
        settled_ns = self._settled_ns(now_ns)
        return [*said, *self._due(settled_ns, settled_ns)]

    def close(self, now_ns: int) -> list[HealthRecord]:
        """Nobody watches from ``now_ns`` on: what is left of the minutes, and an end of what lasts."""
        self._last_ns = None
        self._forget_doubts()
        said: list[HealthRecord] = []
        if self._episode is not None:
            said.append(_revised(self._episode, now_ns, f"{self._episode.reason}; it lasted when the watch ended"))
            self._episode = None
        for mark in self._marks.values():
            mark.active = False
        return [*said, *self._due(now_ns, now_ns + _MINUTE_NS)]

    def _settle(
        self, now_ns: int, holding: Mapping[CameraState, str], unknown: Collection[CameraState], still_s: float
    ) -> dict[CameraState, int]:
        """Bring every mark up to now; the states that began or ended to be true by it, and from when on."""
        turned: dict[CameraState, int] = {}
        for state, mark in self._marks.items():
            frozen = state is CameraState.FROZEN
            told_ns = nanoseconds(max(TOLD_S[state], still_s if frozen else 0.0))
            missed_ns = 0 if frozen else nanoseconds(min(_MISSED_S, TOLD_S[state] / 3))
            if state in unknown:
                mark.since_ns, mark.clear_ns = (mark.since_ns if mark.active else None), None
            elif state in holding:
                mark.since_ns = now_ns if mark.since_ns is None else mark.since_ns
                mark.last_ns, mark.clear_ns, mark.reason = now_ns, None, holding[state]
                if not mark.active and now_ns - mark.since_ns >= told_ns:
                    mark.active = True
                    turned[state] = mark.since_ns
            elif mark.active:
                mark.clear_ns = now_ns if mark.clear_ns is None else mark.clear_ns
                if now_ns - mark.clear_ns >= nanoseconds(OVER_S[state]):
                    turned[state] = mark.clear_ns
                    mark.active, mark.since_ns, mark.clear_ns = False, None, None
            elif mark.since_ns is not None and now_ns - mark.last_ns > missed_ns:
                mark.since_ns = None
        return turned

    def _turn(self, now_ns: int, turned: Mapping[CameraState, int]) -> Iterable[HealthEpisode]:
        """End the present episode and begin the next where the first state that is true is another one now."""
        state = next((state for state in _ORDER if self._marks[state].active), CameraState.OK)
        before = self.state
        if state is before:
            return
        at_ns = turned.get(state if before is CameraState.OK or _hides(state, before) else before, now_ns)
        at_ns = max(at_ns, self._since_ns)
        if self._episode is not None:
            yield _revised(self._episode, at_ns, self._episode.reason)
            self._episode = None
        self._slices = list(_relabelled(self._slices, at_ns, state))
        self._since_ns = at_ns
        if state is not CameraState.OK:
            self._episode = HealthEpisode(
                id=f"{self._stream}/{state}/{at_ns}",
                stream=self._stream,
                state=state,
                revision=1,
                began_ns=at_ns,
                told_ns=now_ns,
                ended_ns=None,
                reason=self._marks[state].reason,
            )
            yield self._episode

    def _forget_doubts(self) -> None:
        for mark in self._marks.values():
            mark.since_ns, mark.clear_ns = (mark.since_ns if mark.active else None), None

    def _settled_ns(self, now_ns: int) -> int:
        """Up to when it is settled what every second was."""
        doubts = [mark.in_doubt_from() for mark in self._marks.values()]
        return max(min((at_ns for at_ns in doubts if at_ns is not None), default=now_ns), now_ns - _HELD_NS)

    def _due(self, settled_ns: int, over_ns: int) -> list[HealthRecord]:
        """The minutes that end by ``over_ns``, once what is settled is added to its minutes."""
        kept: list[tuple[int, int, CameraState]] = []
        for start, end, state in self._slices:
            at_ns, stop_ns = start, min(end, settled_ns)
            while at_ns < stop_ns:
                minute_ns = at_ns // _MINUTE_NS * _MINUTE_NS
                upto_ns = min(stop_ns, minute_ns + _MINUTE_NS)
                into = self._minutes.setdefault(minute_ns, _Minute()).seconds
                into[state] = into.get(state, 0.0) + seconds(upto_ns - at_ns)
                at_ns = upto_ns
            if at_ns < end:
                kept.append((at_ns, end, state))
        self._slices = kept
        due = sorted(at_ns for at_ns in self._minutes if at_ns + _MINUTE_NS <= over_ns)
        return [self._told(at_ns, self._minutes.pop(at_ns)) for at_ns in due]

    def _told(self, start_ns: int, minute: _Minute) -> CameraMinute:
        lags = sorted(taken.lag_s for taken in minute.taken if taken.lag_s is not None)
        errors = [taken.clock_error_ms for taken in minute.taken if taken.clock_error_ms is not None]
        return CameraMinute(
            stream=self._stream,
            start_ns=start_ns,
            seconds=minute.seconds,
            frames_decoded=sum(taken.frames_decoded for taken in minute.taken),
            frames_analysed=sum(taken.frames_analysed for taken in minute.taken),
            frames_shed=sum(taken.frames_shed for taken in minute.taken),
            bytes_in=sum(taken.bytes_in for taken in minute.taken),
            key_frames_only_s=sum(taken.key_frames_only_s for taken in minute.taken),
            lag_p99_s=lags[min(len(lags) - 1, round(0.99 * len(lags)))] if lags else None,
            clock_error_ms=max(errors, key=abs, default=None),
        )


def _hides(state: CameraState, other: CameraState) -> bool:
    """Whether ``state`` is told where both hold."""
    return state is not CameraState.OK and _ORDER.index(state) < _ORDER.index(other)


def _revised(episode: HealthEpisode, ended_ns: int, reason: str) -> HealthEpisode:
    return HealthEpisode(
        id=episode.id,
        stream=episode.stream,
        state=episode.state,
        revision=episode.revision + 1,
        began_ns=episode.began_ns,
        told_ns=episode.told_ns,
        ended_ns=ended_ns,
        reason=reason,
    )


def _relabelled(
    slices: Iterable[tuple[int, int, CameraState]], from_ns: int, state: CameraState
) -> Iterable[tuple[int, int, CameraState]]:
    """The slices with all from an instant on in another state."""
    for start, end, was in slices:
        if start < from_ns:
            yield start, min(end, from_ns), was
        if end > from_ns:
            yield max(start, from_ns), end, state
