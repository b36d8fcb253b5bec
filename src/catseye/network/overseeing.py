"""What a camera says of itself (over ONVIF), and what that is worth beside its picture. Pure.

A clock that is off, and a camera that is turned away from where it usually looks, are taken at its word: it measures them. That
its view is spoilt is believed where the picture agrees by half, or tells nothing: a camera's own alarm may go off at each lorry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catseye.core.health import CameraState
from catseye.core.onvif import OnvifNow, TamperKind
from catseye.core.time import NS_PER_S
from catseye.network.connection import CLOCK_S
from catseye.network.judging import Judged

Pointing = tuple[float, float, float]
CLOCK_BACK_S: Final = CLOCK_S - 0.5  # what it must come under again: cameras tell whole seconds, so half a second is doubt
AWAY: Final = 0.01  # of -1 to 1: 1.8 degrees of a whole turn, where lines begin to lie beside what they count
_HOME_NS = 300 * NS_PER_S  # a camera that looks one way for so long, asked three times, is at home there
_HOME_ASKED = 3
STALE_NS: Final = 150 * NS_PER_S
_BELIEVED_NS = 900 * NS_PER_S  # some cameras tell when it begins and never that it is over
_HALF = 0.5
_GONE = frozenset({CameraState.CONNECTING, CameraState.OFFLINE})
_OF: Final[Mapping[TamperKind, tuple[CameraState, ...]]] = {
    "scene_change": (CameraState.OBSCURED, CameraState.MOVED),
    "too_blurry": (CameraState.BLURRED,),
    "too_dark": (CameraState.BLACK,),
    "too_bright": (CameraState.WHITE_OUT,),
}
_WORDS: Final[Mapping[TamperKind, str]] = {
    "scene_change": "that its view is covered or was changed",
    "too_blurry": "that its picture is too blurred",
    "too_dark": "that its picture is too dark",
    "too_bright": "that its picture is too bright",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSays:
    """What a camera says of itself now. Of states that are not in here it says nothing.

    ``states`` are what it measured, each with why it holds, "" where it does not; ``hints`` the same of tampering.
    ``clock_offset_s`` is its clock less ours. ``note`` is what people should know that is no state of the camera, "" for nothing.
    """

    states: Mapping[CameraState, str] = field(default_factory=dict)
    hints: Mapping[CameraState, str] = field(default_factory=dict)
    clock_offset_s: float | None = None
    note: str = ""


class Overseen:
    """What one camera has said of itself. ``home`` is where it usually looks, None until that is known."""

    def __init__(self, home: Pointing | None = None) -> None:
        self.home = home
        self._now: OnvifNow | None = None
        self._told_ns = 0
        self._trouble = ""
        self._off = False
        self._held: tuple[Pointing, int, int] | None = None  # where it looks, since when, and how often it said so
        self._tampered: dict[TamperKind, tuple[bool, int]] = {}

    def take(self, now_ns: int, said: OnvifNow) -> None:
        """What it said at one asking; instants are of one clock."""
        self._now, self._told_ns, self._trouble = said, now_ns, ""
        if said.clock_offset_s is not None:
            self._off = abs(said.clock_offset_s) > (CLOCK_BACK_S if self._off else CLOCK_S)
        for event in said.tampering:
            self._tampered[event.kind] = event.active, now_ns
        if said.pan_tilt_zoom is not None and self.home is None:
            self._learn(now_ns, said.pan_tilt_zoom)

    def fail(self, why: str) -> None:
        """It could not be asked."""
        self._trouble = why

    def says(self, now_ns: int) -> CameraSays:
        """What it says, as far as that is not too old. A camera that does not answer says nothing; that is a note, no state."""
        if self._now is None or now_ns - self._told_ns > STALE_NS:
            return CameraSays(note=f"It cannot be asked over ONVIF: {self._trouble}" if self._trouble else "")
        active = {kind: active and now_ns - at_ns <= _BELIEVED_NS for kind, (active, at_ns) in self._tampered.items()}
        return CameraSays(
            states={**self._clock(self._now.clock_offset_s), **self._pointing(self._now.pan_tilt_zoom)},
            hints={state: f"the camera says {_WORDS[kind]}" if on else "" for kind, on in active.items() for state in _OF[kind]},
            clock_offset_s=self._now.clock_offset_s,
            note=" ".join(f"The camera says {_WORDS[kind]}." for kind, on in active.items() if on),
        )

    def _clock(self, offset_s: float | None) -> dict[CameraState, str]:
        if offset_s is None:
            return {}
        way = "ahead of" if offset_s > 0 else "behind"
        why = f"its clock is {abs(offset_s):g} s {way} this machine's" if self._off else ""
        return {CameraState.CLOCK_DRIFT: why}

    def _pointing(self, at: Pointing | None) -> dict[CameraState, str]:
        if at is None or self.home is None:
            return {}
        why = "it is turned or zoomed away from where it usually looks" if _apart(at, self.home) else ""
        return {CameraState.MOVED: why}

    def _learn(self, now_ns: int, at: Pointing) -> None:
        if self._held is None or _apart(at, self._held[0]):
            self._held = at, now_ns, 1
            return
        first, since_ns, asked = self._held
        self._held = first, since_ns, asked + 1
        if now_ns - since_ns >= _HOME_NS and asked + 1 >= _HOME_ASKED:
            self.home = first


def joined(judged: Judged, says: CameraSays | None, shares: Mapping[CameraState, float] | None) -> Judged:
    """``judged`` with what the camera says of itself. ``shares`` are of the last look at its picture, None before the first.

    Where the picture tells of a state it can be told of, the camera's word does not end it.
    """
    if says is None or not _GONE.isdisjoint(judged.holding):
        return judged
    seen = {} if shares is None else shares
    holding, unknown = dict(judged.holding), set(judged.unknown)
    words = [(state, why, True) for state, why in says.states.items()]
    words += [(state, why, False) for state, why in says.hints.items()]
    for state, why, measured in words:
        if not why:
            if state not in seen:
                unknown.discard(state)
        elif state in holding:
            holding[state] = f"{holding[state]}; {why}"
        elif measured or (state not in says.states if state not in seen else state not in unknown and seen[state] >= _HALF):
            holding[state] = why
            unknown.discard(state)
    return Judged(holding=holding, unknown=frozenset(unknown - holding.keys()), still_s=judged.still_s)


def _apart(one: Pointing, other: Pointing) -> bool:
    return any(abs(a - b) > AWAY for a, b in zip(one, other, strict=True))
