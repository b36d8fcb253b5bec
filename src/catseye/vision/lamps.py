"""What a signal shows, read off its lamps in the picture.

A lamp is lit when its third of the head is about as bright as it lately was at most, and dark when about as bright as at least. So
neither the housing nor the light of the day matters, and no lamp is too bright for its colour to show; but it has to be seen both
ways before it is believed. What lies before the head leaves no third, or every one, bright, or something in between: then the state
is unknown. The thresholds are ours; ``tests/unit/test_lamps.py`` holds them against rendered and drawn heads.
"""

from dataclasses import dataclass, field

import numpy as np

from catseye.core.frame import U8
from catseye.core.geometry import F64
from catseye.core.signals import SignalState
from catseye.core.time import LONGEST_GAP_S, NS_PER_S, nanoseconds

LEAST_PX = 9  # along the head: three for each lamp
_CONTRAST = 18.0  # grey levels between lit and dark, over a third of the head
_LIT, _DARK = 0.65, 0.35  # of the way from dark to lit
_BEYOND_S, _WITHIN_S = 1.5, 60.0  # how fast the levels follow what is beyond them, and what is between
_HOLD_S = 0.15  # a new state has to be seen on two looks at least
_HIDDEN_S = 1.0
_KNOWN = 2  # lamps that were seen lit and dark
_STATES: dict[tuple[bool, ...], SignalState] = {
    (True, False, False): "red",
    (True, True, False): "red_amber",
    (False, True, False): "amber",
    (False, False, True): "green",
}


def brightness(head: U8) -> F64:
    """How bright the three thirds of a head, uint8 (H, W, 3) BGR, are: (3,), the mean of the brightest channel, in grey levels.

    The lamps are one above the other with red on top, or side by side with red on the left.
    """
    along = 0 if head.shape[0] >= head.shape[1] else 1
    return np.array([third.max(axis=2).mean() for third in np.array_split(head, 3, axis=along)], np.float64)


@dataclass(slots=True, eq=False)
class LampReader:
    """The lamps of one head, look by look."""

    _dark: F64 = field(default_factory=lambda: np.full(3, np.nan))
    _lit: F64 = field(default_factory=lambda: np.full(3, np.nan))
    _last_ns: int | None = None
    _told: SignalState = "unknown"
    _coming: tuple[SignalState, int] | None = None

    def look(self, head: U8, at_ns: int) -> list[tuple[int, SignalState]]:
        """Take in the part of a picture that shows the head, uint8 (H, W, 3) BGR. What is known now: from when on which state."""
        if max(head.shape[:2]) < LEAST_PX or min(head.shape[:2]) < 1:
            return []
        found: list[tuple[int, SignalState]] = []
        gap_ns = 0 if self._last_ns is None else at_ns - self._last_ns
        if gap_ns > nanoseconds(LONGEST_GAP_S) and self._told != "unknown":
            self._told, self._coming = "unknown", None
            found.append((at_ns - gap_ns, "unknown"))
        state = self._state(brightness(head), gap_ns / NS_PER_S)
        self._last_ns = at_ns
        if state == self._told:
            self._coming = None
            return found
        if self._coming is None or self._coming[0] != state:
            self._coming = state, at_ns
        since_ns = self._coming[1]
        if at_ns - since_ns >= nanoseconds(_HIDDEN_S if state == "unknown" else _HOLD_S):
            self._told, self._coming = state, None
            found.append((since_ns, state))
        return found

    def _state(self, bright: F64, passed_s: float) -> SignalState:
        if np.isnan(self._dark).any():
            self._dark, self._lit = bright.copy(), bright.copy()
            return "unknown"
        known = self._lit - self._dark >= _CONTRAST
        share = np.divide(bright - self._dark, self._lit - self._dark, out=np.zeros(3), where=known)
        self._follow(bright, passed_s)
        if known.sum() < _KNOWN or ((share > _DARK) & (share < _LIT)).any():
            return "unknown"
        return _STATES.get(tuple((share >= _LIT).tolist()), "unknown")

    def _follow(self, bright: F64, passed_s: float) -> None:
        beyond, within = 1 - np.exp(-passed_s / _BEYOND_S), 1 - np.exp(-passed_s / _WITHIN_S)
        upper = bright >= (self._dark + self._lit) / 2
        above, below = np.where(bright > self._lit, beyond, within), np.where(bright < self._dark, beyond, within)
        self._lit = np.where(upper, self._lit + (bright - self._lit) * above, self._lit)
        self._dark = np.where(upper, self._dark, self._dark + (bright - self._dark) * below)
