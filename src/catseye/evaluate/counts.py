"""Counted crossings held against true ones.

A day's total hides its errors, for a missed road user and an invented one cancel out. So crossings are paired one by one, and what
is judged is missed plus extra; the net error is shown beside them.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core.compared import Mistake
from catseye.core.events import LineCrossed
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.time import NS_PER_S, cell_start, seconds
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


def score(
    truth: Truth,
    true: Sequence[Crossing],
    counted: Sequence[LineCrossed],
    times_ns: npt.NDArray[np.int64],
    *,
    within_s: float = WITHIN_S,
) -> CountScore:
    """Pair ``counted`` with ``true`` crossings of the same line and direction, ``within_s`` of each other.

    ``times_ns`` holds the instant of each frame of the clip. A count of a kind that the truth cannot judge, and one of an optional
    crossing, is neither right nor wrong.
    """
    at_ns = np.interp([crossing.frame for crossing in true], np.arange(len(times_ns)), times_ns).astype(np.int64)
    can_judge = judged(truth.kinds)
    begins_ns = int(times_ns[0])
    pairs = pair(
        [_known(crossing, seconds(int(at) - begins_ns)) for crossing, at in zip(true, at_ns, strict=True)],
        [crossing_of(event, begins_ns) for event in counted],
        within_s=within_s,
    )
    matched = [(i, j) for i, j in pairs if not true[i].optional]
    taken, used = {i for i, _ in pairs}, {j for _, j in pairs}
    missed = [i for i, crossing in enumerate(true) if i not in taken and not crossing.optional]
    extra = [j for j, event in enumerate(counted) if j not in used and _kind(event) in can_judge]
    volume = Counter((true[i].line, true[i].direction, cell_start(int(at_ns[i]))) for i in [i for i, _ in matched] + missed)
    volume.subtract((counted[j].rule, counted[j].direction, cell_start(counted[j].at_ns)) for j in [j for _, j in matched] + extra)
    of = (
        Counter(true[i].line for i, _ in matched),
        Counter(true[i].line for i in missed),
        Counter(counted[j].rule for j in extra),
    )
    confusion: dict[str, Counter[str]] = {}
    for i, j in matched:
        confusion.setdefault(true[i].road_user.label, Counter())[counted[j].road_user] += 1
    verdicts = Counter(verdict(true[i].road_user, _kind(counted[j]), truth.kinds).value for i, j in matched)
    apart = [abs(counted[j].at_ns - int(at_ns[i])) / NS_PER_S for i, j in matched]
    return CountScore(
        all=LineScore(matched=len(matched), missed=len(missed), extra=len(extra)),
        by_line={
            line: LineScore(matched=of[0][line], missed=of[1][line], extra=of[2][line])
            for line in sorted({crossing.line for crossing in true} | {event.rule for event in counted})
        },
        kinds={name.value: verdicts[name.value] for name in Verdict},
        confusion={true_kind: dict(said) for true_kind, said in sorted(confusion.items())},
        cell_error=sum(abs(difference) for difference in volume.values()),
        time_error_s=float(np.median(apart)) if apart else None,
        mistakes=_mistakes([(true[i], int(at_ns[i])) for i in missed], [counted[j] for j in extra], begins_ns),
    )


def _mistakes(missed: Sequence[tuple[Crossing, int]], extra: Sequence[LineCrossed], start_ns: int) -> tuple[Mistake, ...]:
    rows = [(False, c.line, c.direction, c.road_user.label, at_ns) for c, at_ns in missed]
    rows += [(True, e.rule, e.direction, e.road_user, e.at_ns) for e in extra]
    return tuple(
        Mistake(extra=wrong, line=line, direction=way, road_user=kind, at_s=round((at_ns - start_ns) / NS_PER_S, 2))
        for wrong, line, way, kind, at_ns in sorted(rows, key=lambda row: (row[4], row))
    )


def _known(crossing: Crossing, at_s: float) -> KnownCrossing:
    return KnownCrossing(
        rule=crossing.line,
        direction=crossing.direction,
        road_user=crossing.road_user,
        at_s=at_s,
        optional=crossing.optional,
    )


def _kind(event: LineCrossed) -> RoadUser:
    return RoadUser[event.road_user.upper()]
