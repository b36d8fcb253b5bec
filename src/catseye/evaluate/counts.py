"""Counted crossings held against true ones.

A day's total hides its errors, for a missed road user and an invented one cancel out. So crossings are paired one by one, and what
is judged is missed plus extra; the net error is shown beside them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.compared import Mistake
from catseye.core.events import LineCrossed
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.time import CELL_S, cell_start, nanoseconds, seconds
from catseye.core.truth import Truth
from catseye.evaluate.crossings import Crossing
from catseye.evaluate.detection import ratio
from catseye.evaluate.kinds import Verdict, judged, verdict
from catseye.rules.pairing import WITHIN_S, crossing_of, pair


class LineScore(msgspec.Struct, frozen=True, kw_only=True):
    """One line, or all of them: true crossings that were counted or missed, and counts of nothing."""

    matched: int
    missed: int
    extra: int

    @property
    def true(self) -> int:
        """How many truly crossed."""
        return self.matched + self.missed

    @property
    def net(self) -> int:
        """Counted less true: what the total is off by."""
        return self.extra - self.missed

    @property
    def wrong(self) -> float | None:
        """Missed and extra as a share of the true; None where nobody crossed."""
        return ratio(self.missed + self.extra, self.true)


class CountScore(msgspec.Struct, frozen=True, kw_only=True):
    """Counting over a clip.

    ``kinds`` counts the matched by whether the kind was right, ``confusion[true][said]`` by both. ``cell_error`` is the sum over
    15-minute cells, lines and directions of how far the volume is off; ``time_error_s`` the median time between matched crossings.
    """

    all: LineScore
    by_line: dict[str, LineScore]
    kinds: dict[str, int]
    confusion: dict[str, dict[str, int]]
    cell_error: int
    time_error_s: float | None
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """The crossings of one clip, paired: indices of those that belong together, were missed, and are extra.

    What is counted of an optional crossing, or of a kind that the truth cannot judge, is in none of them. ``marked`` are the kinds
    that the truth tells.
    """

    true: Sequence[KnownCrossing]
    counted: Sequence[KnownCrossing]
    pairs: tuple[tuple[int, int], ...]
    missed: tuple[int, ...]
    extra: tuple[int, ...]
    marked: AbstractSet[RoadUser]

    def truly(self) -> list[KnownCrossing]:
        """The true crossings that are judged, in order."""
        return [self.true[i] for i in sorted([*(i for i, _ in self.pairs), *self.missed])]

    def told(self) -> list[KnownCrossing]:
        """The counted crossings that are judged, in order."""
        return [self.counted[j] for j in sorted([*(j for _, j in self.pairs), *self.extra])]

    def right(self, i: int, j: int) -> Verdict:
        """Whether the kind of a pair is right."""
        return verdict(self.true[i].road_user, self.counted[j].road_user, self.marked)


def judge(
    true: Sequence[KnownCrossing], counted: Sequence[KnownCrossing], marked: AbstractSet[RoadUser], *, within_s: float = WITHIN_S
) -> Judged:
    """Pair ``counted`` with ``true`` crossings of the same line and direction, ``within_s`` of each other.

    Both are on foot, on two wheels or motor vehicles. A count of a kind that a truth of ``marked`` kinds cannot judge, and one of
    an optional crossing, is neither right nor wrong.
    """
    can_judge = judged(marked)
    pairs = pair(true, counted, within_s=within_s)
    taken, used = {i for i, _ in pairs}, {j for _, j in pairs}
    return Judged(
        true=true,
        counted=counted,
        pairs=tuple((i, j) for i, j in pairs if not true[i].optional),
        missed=tuple(i for i, crossing in enumerate(true) if i not in taken and not crossing.optional),
        extra=tuple(j for j, crossing in enumerate(counted) if j not in used and crossing.road_user in can_judge),
        marked=marked,
    )


def score(
    truth: Truth,
    true: Sequence[Crossing],
    counted: Sequence[LineCrossed],
    times_ns: npt.NDArray[np.int64],
    *,
    within_s: float = WITHIN_S,
) -> CountScore:
    """Score the ``counted`` events of a clip. ``times_ns`` holds the instant of each of its frames."""
    begins_ns = int(times_ns[0])
    found = judge(known(true, times_ns), [crossing_of(event, begins_ns) for event in counted], truth.kinds, within_s=within_s)
    return score_of([found], [begins_ns])


def known(true: Sequence[Crossing], times_ns: npt.NDArray[np.int64]) -> list[KnownCrossing]:
    """Crossings read off marked paths, with their times from the first frame."""
    at_ns = np.interp([crossing.frame for crossing in true], np.arange(len(times_ns)), times_ns).astype(np.int64)
    return [
        KnownCrossing(
            rule=crossing.line,
            direction=crossing.direction,
            road_user=crossing.road_user,
            at_s=seconds(int(at) - int(times_ns[0])),
            optional=crossing.optional,
        )
        for crossing, at in zip(true, at_ns, strict=True)
    ]


def score_of(clips: Sequence[Judged], begins_ns: Sequence[int], *, cell_s: int = CELL_S) -> CountScore:
    """The score of clips together, which begin at these instants. Mistakes are in order of time within each clip."""
    matched = [(clip, i, j) for clip in clips for i, j in clip.pairs]
    confusion: dict[str, Counter[str]] = {}
    for clip, i, j in matched:
        confusion.setdefault(clip.true[i].road_user.label, Counter())[clip.counted[j].road_user.label] += 1
    verdicts = Counter(clip.right(i, j).value for clip, i, j in matched)
    apart = [abs(clip.true[i].at_s - clip.counted[j].at_s) for clip, i, j in matched]
    return CountScore(
        all=LineScore(
            matched=len(matched), missed=sum(len(clip.missed) for clip in clips), extra=sum(len(clip.extra) for clip in clips)
        ),
        by_line=by(clips, lambda crossing: crossing.rule),
        kinds={name.value: verdicts[name.value] for name in Verdict},
        confusion={true_kind: dict(said) for true_kind, said in sorted(confusion.items())},
        cell_error=sum(_cell_error(clip, begins, cell_s) for clip, begins in zip(clips, begins_ns, strict=True)),
        time_error_s=float(np.median(apart)) if apart else None,
        mistakes=tuple(mistake for clip in clips for mistake in mistakes(clip)),
    )


def by(clips: Sequence[Judged], name_of: Callable[[KnownCrossing], str]) -> dict[str, LineScore]:
    """Scores by what ``name_of`` calls a crossing: the true one of a pair."""
    matched = Counter(name_of(clip.true[i]) for clip in clips for i, _ in clip.pairs)
    missed = Counter(name_of(clip.true[i]) for clip in clips for i in clip.missed)
    extra = Counter(name_of(clip.counted[j]) for clip in clips for j in clip.extra)
    everyone = (crossing for clip in clips for crossing in [*clip.true, *clip.counted])
    return {
        name: LineScore(matched=matched[name], missed=missed[name], extra=extra[name])
        for name in sorted({name_of(crossing) for crossing in everyone})
    }


def flow_name(rule: str, direction: str) -> str:
    """What to call a direction of a line, or a movement, which is its own direction."""
    return rule if rule == direction else f"{rule}, {direction}"


def mistakes(clip: Judged) -> tuple[Mistake, ...]:
    """Who was missed and what was invented, in order of time."""
    rows = [(False, clip.true[i]) for i in clip.missed] + [(True, clip.counted[j]) for j in clip.extra]
    return tuple(
        Mistake(extra=extra, line=c.rule, direction=c.direction, road_user=c.road_user.label, at_s=round(c.at_s, 2))
        for extra, c in sorted(rows, key=lambda row: (row[1].at_s, row[0], row[1].rule, row[1].direction))
    )


def _cell_error(clip: Judged, begins_ns: int, cell_s: int) -> int:
    def cell(crossing: KnownCrossing) -> tuple[str, str, int]:
        return crossing.rule, crossing.direction, cell_start(begins_ns + nanoseconds(crossing.at_s), cell_s)

    volume = Counter(cell(crossing) for crossing in clip.truly())
    volume.subtract(cell(crossing) for crossing in clip.told())
    return sum(abs(difference) for difference in volume.values())
