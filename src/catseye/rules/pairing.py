"""Which counted crossing belongs to which true one.

A day's total hides its errors, for a missed road user and an invented one cancel out. So crossings are paired one by one: both of
one rule and direction, both on foot, on two wheels or motor vehicles, and not far apart in time.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.core.events import LineCrossed, MovementCompleted
from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser, family
from catseye.core.time import seconds

WITHIN_S = 1.5
_CERTAIN, _OPTIONAL = 1e6, 5e5  # pair as many as can be, certain ones first; then the nearest in time

Block = tuple[list[int], list[int]]  # indices of true and of counted crossings


def crossing_of(event: LineCrossed | MovementCompleted, begins_ns: int) -> KnownCrossing:
    """A counted crossing or movement of a clip that begins at ``begins_ns``."""
    return KnownCrossing(
        rule=event.rule,
        direction=event.direction if isinstance(event, LineCrossed) else event.rule,
        road_user=RoadUser[event.road_user.upper()],
        at_s=seconds(event.at_ns - begins_ns),
    )


def pair(true: Sequence[KnownCrossing], counted: Sequence[KnownCrossing], *, within_s: float = WITHIN_S) -> list[tuple[int, int]]:
    """Pairs of indices (true, counted), in order: as many as can be, certain before optional ones, then the nearest in time."""
    alike: dict[tuple[str, str, frozenset[RoadUser]], Block] = {}
    for side, crossings in enumerate((true, counted)):
        for index, crossing in enumerate(crossings):
            key = crossing.rule, crossing.direction, family(crossing.road_user)
            alike.setdefault(key, ([], []))[side].append(index)
    return sorted(
        found
        for group in alike.values()
        for block in _blocks(true, counted, group, within_s)
        for found in _assign(true, counted, block, within_s)
    )


def _blocks(true: Sequence[KnownCrossing], counted: Sequence[KnownCrossing], group: Block, within_s: float) -> Iterator[Block]:
    """Stretches of time that no pair can reach across: what is solved at once stays small, however long the clip."""
    times = [(true[i].at_s, 0, i) for i in group[0]] + [(counted[j].at_s, 1, j) for j in group[1]]
    block: Block = ([], [])
    before_s = -np.inf
    for at_s, side, index in sorted(times):
        if at_s - before_s > within_s:
            yield block
            block = ([], [])
        block[side].append(index)
        before_s = at_s
    yield block


def _assign(
    true: Sequence[KnownCrossing], counted: Sequence[KnownCrossing], block: Block, within_s: float
) -> Iterator[tuple[int, int]]:
    rows, columns = block
    if not rows or not columns:
        return
    apart = np.abs(np.array([true[i].at_s for i in rows])[:, None] - np.array([counted[j].at_s for j in columns])[None, :])
    worth = np.where([[true[i].optional] for i in rows], _OPTIONAL, _CERTAIN) - apart
    worth[apart > within_s] = 0.0
    for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if worth[i, j] > 0:
            yield rows[i], columns[j]
