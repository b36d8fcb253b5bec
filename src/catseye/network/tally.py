"""How much of the time that a camera was due it could be used. ``docs/ref/ledger.md`` gives the definitions and their sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from catseye.core.health import UNUSABLE, CameraMinute, CameraState
from catseye.core.time import NS_PER_S, to_local

MINUTE_NS = 60 * NS_PER_S
TARGET = 0.95  # of the due time
_QUARTER_MIN = 15  # every civil time zone in use is a multiple of it from UTC

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Time in seconds. ``due_s`` is asked of cameras; of it they were ``in_state`` so long, and the rest nobody observed."""

    due_s: float = 0.0
    in_state: Mapping[CameraState, float] = field(default_factory=dict)

    @property
    def usable_s(self) -> float:
        """In states in which the picture can be used."""
        return sum(time_s for state, time_s in self.in_state.items() if state not in UNUSABLE)

    @property
    def unusable_s(self) -> float:
        """In states in which it cannot."""
        return sum(time_s for state, time_s in self.in_state.items() if state in UNUSABLE)

    @property
    def unobserved_s(self) -> float:
        """Due, but Catseye itself was away: neither the camera's fault nor its merit."""
        return max(self.due_s - self.usable_s - self.unusable_s, 0.0)

    @property
    def share(self) -> float | None:
        """Serviceability: usable over observed due time, 0 to 1; None where nothing was observed."""
        observed_s = self.usable_s + self.unusable_s
        return self.usable_s / observed_s if observed_s > 0 else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Serviceability if all that nobody observed had been bad, and if it had been good; None where nothing was due."""
        if self.due_s <= 0:
            return None
        return self.usable_s / self.due_s, (self.usable_s + self.unobserved_s) / self.due_s

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        states = dict.fromkeys([*self.in_state, *other.in_state])
        return Tally(
            due_s=self.due_s + other.due_s,
            in_state={state: self.in_state.get(state, 0.0) + other.in_state.get(state, 0.0) for state in states},
        )


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them added up."""
    whole = Tally()
    for tally in tallies:
        whole = whole + tally
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTally:
    """A camera's tallies by civil day and by civil hour of the day (0 to 23)."""

    days: Mapping[date, Tally]
    hours: Mapping[int, Tally]

    @property
    def whole(self) -> Tally:
        """All days."""
        return together(self.days.values())


def tally(minutes: Sequence[CameraMinute], span: tuple[int, int], excluded: Sequence[tuple[int, int]], tz: ZoneInfo) -> CameraTally:
    """What one camera was worth in the whole minutes of ``span``, [start, end) in ns, in which it was registered.

    A minute is due unless any of it lies in ``excluded`` (planned maintenance), less the time that the camera was paused. Where
    the record of a minute holds more than is due of it, its states share what is due.
    """
    first, last = -(-span[0] // MINUTE_NS), span[1] // MINUTE_NS
    number = max(last - first, 0)
    due = [60.0] * number
    for start_ns, end_ns in excluded:
        if end_ns > start_ns:
            for at in range(max(start_ns // MINUTE_NS - first, 0), min(-(-end_ns // MINUTE_NS) - first, number)):
                due[at] = 0.0
    states: dict[CameraState, list[float]] = {}
    for minute in minutes:
        at = minute.start_ns // MINUTE_NS - first
        if not 0 <= at < number or due[at] == 0.0:
            continue
        due[at] = max(due[at] - minute.paused_s, 0.0)
        observed_s = sum(minute.seconds.values())
        scale = due[at] / observed_s if observed_s > due[at] else 1.0
        for state, time_s in minute.seconds.items():
            if state not in states:
                states[state] = [0.0] * number
            states[state][at] += time_s * scale
    asked, observed = np.array(due), {state: np.array(time_s) for state, time_s in states.items()}
    days, hours = _civil(first, number, tz)
    names = sorted(set(days.tolist()))
    return CameraTally(
        days={date.fromordinal(day): _part(days == day, asked, observed) for day in names},
        hours={hour: _part(hours == hour, asked, observed) for hour in sorted(set(hours.tolist()))},
    )


def _civil(first: int, number: int, tz: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The civil day (its ordinal) and hour of each minute; both hours of a repeated one have the same number."""
    quarters = range(first // _QUARTER_MIN, (first + number) // _QUARTER_MIN + 1)
    told = [to_local(quarter * _QUARTER_MIN * MINUTE_NS, tz) for quarter in quarters]
    of = np.arange(first, first + number, dtype=np.int64) // _QUARTER_MIN - first // _QUARTER_MIN
    days, hours = ([one.toordinal() for one in told], [one.hour for one in told])
    return np.array(days, dtype=np.int64)[of], np.array(hours, dtype=np.int64)[of]


def _part(chosen: NDArray[np.bool_], due: Seconds, states: Mapping[CameraState, Seconds]) -> Tally:
    sums = {state: float(time_s[chosen].sum()) for state, time_s in sorted(states.items())}
    return Tally(due_s=float(due[chosen].sum()), in_state={state: time_s for state, time_s in sums.items() if time_s > 0})
