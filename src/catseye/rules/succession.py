"""One way in two tracks: who was lost from view and found again a moment later, for the rules alone.

A tracker that loses somebody for longer than it can follow begins a new track. Where a track was lost, and within seconds another
begins where the first would have come to, at its speed, and neither could have gone on as or come from anybody else, the rules take
them for one: the crossing in between counts. Both were never seen at once, and both are of one run of one stream: nobody is known
again who could have been elsewhere.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser, same_family
from catseye.core.time import nanoseconds, seconds
from catseye.rules.positions import TRUST, Positions

LONGEST_S = 2.0  # unseen for longer, it is lost
_PATIENCE_S = 1.0  # until a track that began meanwhile is told
_RECENT = 6  # sightings that speed is taken from
_SLACK, _SLACK_OF_STEP = 0.5, 0.25  # how far off the meeting may be: of the road user's size, and of the way in between
_ALIKE = 1.7  # how many times as large it may be
_STRAIGHT = 0.7  # least cosine between the way in between and either way


@dataclass(slots=True)
class _Known:
    """The last sightings (at_ns, x, y) of a track; ``size`` is px."""

    recent: deque[tuple[int, float, float]] = field(default_factory=lambda: deque(maxlen=_RECENT))
    size: float = 0.0
    road_user: int = 0

    @property
    def last_ns(self) -> int:
        return self.recent[-1][0]

    def velocity(self) -> F64:
        """In px/s, over its last sightings."""
        (a_ns, ax, ay), (b_ns, bx, by) = self.recent[0], self.recent[-1]
        return np.array([bx - ax, by - ay]) / max(seconds(b_ns - a_ns), 1e-3)


class Succession:
    """Gives tracks that go on another's way that one's number."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._root: dict[int, int] = {}  # of each live track, the number it is told under
        self._lost: set[int] = set()  # ended tracks that may still be succeeded
        self._held: dict[int, int] = {}  # how many live or lost tracks are told under a number

    def __len__(self) -> int:
        """The number of tracks something is kept of."""
        return len(self._known)

    def renamed(self, told: Sequence[Positions]) -> list[Positions]:
        """The sightings that are told with one frame, in order, under the numbers of those whose way they go on."""
        fresh: dict[int, _Known] = {}
        for seen in told:
            self._take_in(seen, fresh)
        for number, root in self._successors(fresh).items():
            self._root[number] = root
        for number in fresh:
            root = self._root.setdefault(number, number)
            self._held[root] = self._held.get(root, 0) + 1
        return [self._under_roots(seen) for seen in told]

    def told_as(self, number: Iterable[int]) -> list[int]:
        """The numbers that tracks are told under; their own where nothing was told of them yet."""
        return [self._root.get(n, n) for n in number]

    def forget(self, ended: Iterable[int], *, for_good: bool) -> list[int]:
        """Free what is kept of ended tracks, at once where nobody can go on from them; returns the numbers told no more."""
        gone: list[int] = []
        for number in ended:
            if number not in self._known:
                gone.append(number)
            elif for_good:
                gone += self._drop(number)
            else:
                self._lost.add(number)
        return gone

    def given_up(self, now_ns: int | None) -> list[int]:
        """The numbers of lost tracks that nobody went on from; of all of them at the end of a run (None)."""
        wait_ns = nanoseconds(LONGEST_S + _PATIENCE_S)
        late = sorted(n for n in self._lost if now_ns is None or self._known[n].last_ns < now_ns - wait_ns)
        return [root for number in late for root in self._drop(number)]

    def _drop(self, number: int) -> list[int]:
        self._lost.discard(number)
        self._known.pop(number)
        root = self._root.pop(number)
        self._held[root] -= 1
        if self._held[root]:
            return []
        del self._held[root]
        return [root]

    def _take_in(self, seen: Positions, fresh: dict[int, _Known]) -> None:
        rows = zip(seen.number.tolist(), seen.point.tolist(), seen.reach.tolist(), seen.road_user.tolist(), strict=True)
        for number, (x, y), reach, kind in rows:
            known = self._known.get(number)
            if known is None:
                known = self._known[number] = fresh[number] = _Known()
            known.recent.append((seen.at_ns, x, y))
            known.size, known.road_user = reach / TRUST, kind

    def _successors(self, fresh: dict[int, _Known]) -> dict[int, int]:
        """Of the ``fresh`` tracks those that go on from another, with the number that one is told under."""
        pairs = []
        for number, new in fresh.items():
            for other, old in self._known.items():
                if other not in fresh and (off := _off(old, new)) is not None:
                    pairs.append((off, number, other))
        taken: set[int] = set()
        found: dict[int, int] = {}
        for _, number, other in sorted(pairs):
            rivals = sum((n == number) + (o == other) for _, n, o in pairs) - 2
            if not rivals and other not in taken:
                taken.add(other)
                found[number] = self._root[other]
        return found

    def _under_roots(self, seen: Positions) -> Positions:
        roots = [self._root[number] for number in seen.number.tolist()]
        own = seen.number.tolist()
        for row, (number, root) in enumerate(zip(own, roots, strict=True)):
            if number != root and roots.count(root) > 1:  # both are in view: they were two after all
                self._held[root] -= 1
                self._root[number] = roots[row] = number
                self._held[number] = self._held.get(number, 0) + 1
        order = np.argsort(roots, kind="stable")
        seen = seen[order]
        return Positions(seen.at_ns, np.array(roots, np.int64)[order], seen.point, seen.reach, seen.road_user, seen.cut, seen.sure)


def _off(old: _Known, new: _Known) -> float | None:
    """How ill ``new`` goes on from where ``old`` was lost, in 0..1 of what may be; None where it does not."""
    (old_ns, ax, ay), (new_ns, bx, by) = old.recent[-1], new.recent[0]
    gap_s = seconds(new_ns - old_ns)
    if not 0 < gap_s <= LONGEST_S or not same_family(RoadUser(old.road_user), RoadUser(new.road_user)):
        return None
    if max(old.size, new.size) > _ALIKE * min(old.size, new.size) or len(old.recent) < 3 or len(new.recent) < 3:
        return None
    step = np.array([bx - ax, by - ay])
    size, ways = (old.size + new.size) / 2, (old.velocity(), new.velocity())
    long = float(np.hypot(*step))
    if long > size and any(float(way @ step) < _STRAIGHT * long * float(np.hypot(*way)) for way in ways):
        return None
    off = float(np.hypot(*(step - gap_s * (ways[0] + ways[1]) / 2)))
    allowed = _SLACK * size + _SLACK_OF_STEP * long
    return off / allowed if off <= allowed else None
