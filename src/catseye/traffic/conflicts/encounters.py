"""What two road users went through together, as long as it lasts."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from catseye.core.geometry import XY
from catseye.core.time import seconds

Kind = Literal["rear_end", "lane_change", "crossing"]
TTC_S, PET_S = 3.0, 5.0  # encounters are looked at up to these
_REAR_END_RAD, _LANE_CHANGE_RAD = np.radians(30.0), np.radians(85.0)  # SSAM's


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One road user at one instant."""

    at_ns: int
    number: int
    road_user: int
    xy_m: XY
    velocity_mps: XY
    heading_rad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """A measure in seconds and both at it; ``at_ns`` of the later one. Of an encroachment the first had left the place."""

    value_s: float
    at_ns: int
    first: Stand
    second: Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finished encounter: the first at the place, or ahead, and the second, as they stood at the worst instant."""

    at_ns: int
    first: Stand
    second: Stand
    ttc_s: float | None
    pet_s: float | None
    drac_mps2: float | None

    @property
    def angle_rad(self) -> float:
        """Between both headings, 0 to pi."""
        return angle_between(self.first.heading_rad, self.second.heading_rad)

    @property
    def kind(self) -> Kind:
        """By the angle, as SSAM does."""
        return "rear_end" if self.angle_rad < _REAR_END_RAD else "lane_change" if self.angle_rad < _LANE_CHANGE_RAD else "crossing"


@dataclass(slots=True, kw_only=True)
class Encounter:
    """The worst of a pair so far. PET counts where the ways met at an angle, within ``PET_S`` of that.

    Two that share ground at one instant (a PET of 0) are one body taken for two, or one is not where it seems to be.
    Of them nothing is told; what collides is told as an incident.
    """

    last_ns: int
    ttc: Closest | None = None
    drac_mps2: float = 0.0
    pet: Closest | None = None
    entangled: bool = False
    _met_ns: int | None = None
    _before: deque[Closest] = field(default_factory=deque)  # the least PETs while one followed the other, rising

    def closes(self, ttc: Closest, drac_mps2: float) -> None:
        """Both were on a course of collision."""
        self.last_ns = ttc.at_ns
        self.drac_mps2 = max(self.drac_mps2, drac_mps2)
        if self.ttc is None or ttc.value_s < self.ttc.value_s:
            self.ttc = ttc

    def meets(self, at_ns: int) -> None:
        """The ways of both met at an angle."""
        self._met_ns = at_ns
        self._forget(at_ns)
        for earlier in self._before:
            self._least(earlier)
        self._before.clear()

    def encroaches(self, pet: Closest) -> None:
        """The second came to ground that the first had left."""
        self.entangled |= pet.value_s == 0.0
        if self._met_ns is not None and seconds(pet.at_ns - self._met_ns) <= PET_S:
            self._least(pet)
            return
        self._forget(pet.at_ns)
        while self._before and self._before[-1].value_s >= pet.value_s:
            self._before.pop()
        self._before.append(pet)

    def over(self, at_ns: int) -> bool:
        """Whether nothing of it was left for ``PET_S``."""
        self._forget(at_ns)
        return not self._before and seconds(at_ns - self.last_ns) > PET_S

    def told(self) -> Told | None:
        """What it came to; None where one just followed the other, or both shared ground.

        It is told where and when it was worst: of TTC and PET by the one that is the smaller share of its horizon.
        """
        worst = self.pet if self.ttc is None or self._came_first() else self.ttc
        if worst is None or self.entangled:
            return None
        first, second = worst.first, worst.second
        if worst is self.ttc and _ahead(second, first):
            first, second = second, first
        return Told(
            at_ns=worst.at_ns,
            first=first,
            second=second,
            ttc_s=None if self.ttc is None else self.ttc.value_s,
            pet_s=None if self.pet is None else self.pet.value_s,
            drac_mps2=None if self.ttc is None else self.drac_mps2,
        )

    def _came_first(self) -> bool:
        """Whether the PET is worse than the TTC."""
        return self.pet is not None and self.ttc is not None and self.pet.value_s / PET_S < self.ttc.value_s / TTC_S

    def _least(self, pet: Closest) -> None:
        self.last_ns = max(self.last_ns, pet.at_ns)
        if self.pet is None or pet.value_s < self.pet.value_s:
            self.pet = pet

    def _forget(self, at_ns: int) -> None:
        while self._before and seconds(at_ns - self._before[0].at_ns) > PET_S:
            self._before.popleft()


def angle_between(a_rad: float, b_rad: float) -> float:
    """The angle between two headings, 0 to pi."""
    return float(abs((a_rad - b_rad + np.pi) % (2 * np.pi) - np.pi))


def _ahead(one: Stand, other: Stand) -> bool:
    """Whether one is on the side that the other faces."""
    x, y = one.xy_m[0] - other.xy_m[0], one.xy_m[1] - other.xy_m[1]
    return bool(x * np.cos(other.heading_rad) + y * np.sin(other.heading_rad) > 0)
