"""Which counts are void because their camera could not be used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catseye.core.health import UNUSABLE, CameraMinute, CameraState, HealthEpisode
from catseye.core.ids import StreamId
from catseye.core.time import CELL_S, NS_PER_S, cell_start, seconds, split_by_cell

_CELL_NS = CELL_S * NS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidStretch:
    """A stretch [start, end) in which a camera could not be used, and since when that was known."""

    stream: StreamId
    state: CameraState
    start_ns: int
    end_ns: int
    told_ns: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCell:
    """A 15-minute cell of a camera's counts of which ``void_s`` lie in states that cannot be used.

    ``late_s`` of them passed before the state was known: a store may say of them that they were watched. ``states`` are by name.
    """

    stream: StreamId
    start_ns: int
    void_s: float
    late_s: float
    states: tuple[CameraState, ...]

    @property
    def share(self) -> float:
        """The part of the cell that is void, 0 to 1."""
        return min(self.void_s / CELL_S, 1.0)


def void_stretches(episodes: Iterable[HealthEpisode], start_ns: int, end_ns: int) -> list[VoidStretch]:
    """The parts within [start, end) of all episodes of unusable states, by camera, then time; what goes on ends there."""
    found = []
    for one in episodes:
        begin = max(one.began_ns, start_ns)
        end = end_ns if one.ended_ns is None else min(one.ended_ns, end_ns)
        if one.state in UNUSABLE and begin < end:
            found.append(
                VoidStretch(stream=one.stream, state=one.state, start_ns=begin, end_ns=end, told_ns=one.told_ns, reason=one.reason)
            )
    return sorted(found, key=lambda one: (one.stream, one.start_ns, one.end_ns, one.state))


def void_cells(
    stream: StreamId, episodes: Sequence[HealthEpisode], minutes: Sequence[CameraMinute], start_ns: int, end_ns: int
) -> list[VoidCell]:
    """The cells of one camera that touch [start, end) and are void in part, by time. Both kinds of record are of that camera.

    Minutes count what was shorter than an episode, too: of each minute the longer of both is void.
    """
    void: dict[int, float] = {}
    late: dict[int, float] = {}
    states: dict[int, set[CameraState]] = {}
    stretches = void_stretches(episodes, start_ns, end_ns)
    for one in stretches:
        for cell, _, _ in split_by_cell(one.start_ns, one.end_ns):
            states.setdefault(cell, set()).add(one.state)
    by_minute = _by_minute(_union([(one.start_ns, one.end_ns) for one in stretches]))
    for minute in minutes:
        if start_ns <= minute.start_ns < end_ns and not UNUSABLE.isdisjoint(minute.seconds):
            bad = {state: time_s for state, time_s in minute.seconds.items() if state in UNUSABLE and time_s > 0}
            by_minute[minute.start_ns] = max(by_minute.get(minute.start_ns, 0.0), min(sum(bad.values()), 60.0))
            if bad:
                states.setdefault(cell_start(minute.start_ns), set()).update(bad)
    for at_ns, time_s in by_minute.items():
        void[cell_start(at_ns)] = void.get(cell_start(at_ns), 0.0) + time_s
    unknown = _union([(one.start_ns, min(one.end_ns, one.told_ns)) for one in stretches])
    for begin, end in unknown:
        for cell, piece_start, piece_end in split_by_cell(begin, end):
            late[cell] = late.get(cell, 0.0) + seconds(piece_end - piece_start)
    return [
        VoidCell(
            stream=stream,
            start_ns=cell,
            void_s=void[cell],
            late_s=late.get(cell, 0.0),
            states=tuple(sorted(states.get(cell, ()))),
        )
        for cell in sorted(void)
        if void[cell] > 0
    ]


def claimed_s(stretches: Iterable[VoidStretch], watched: Iterable[tuple[int, int]]) -> dict[int, float]:
    """Seconds of void stretches of one camera that its store of counts says were ``watched``, by the cell they lie in.

    ``watched`` are stretches [start, end) in ns.
    """
    found: dict[int, float] = {}
    seen = _union(watched)
    for begin, end in _union((one.start_ns, one.end_ns) for one in stretches):
        for cell, piece_start, piece_end in split_by_cell(begin, end):
            both_ns = sum(max(min(piece_end, one[1]) - max(piece_start, one[0]), 0) for one in seen)
            if both_ns > 0:
                found[cell] = found.get(cell, 0.0) + seconds(both_ns)
    return found


def _union(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching stretches as one, in order; empty ones left out."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(one for one in stretches if one[0] < one[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _by_minute(stretches: Iterable[tuple[int, int]]) -> dict[int, float]:
    """Seconds of stretches that do not overlap, by the minute they lie in."""
    found: dict[int, float] = {}
    for begin, end in stretches:
        for minute, piece_start, piece_end in split_by_cell(begin, end, 60):
            found[minute] = found.get(minute, 0.0) + seconds(piece_end - piece_start)
    return found
