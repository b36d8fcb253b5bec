"""How far two people who counted the same clip agree."""

from collections.abc import Sequence

import msgspec

from catseye.byhand.steps import Stretch, joined
from catseye.core.errors import ConfigError
from catseye.core.known import KnownCrossing
from catseye.rules.pairing import pair
from catseye.wire.hand_counts import HandCount, HandCrossing, kind_of


class Alone(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing that only one of the two has: the first, or the second."""

    first: bool
    crossing: HandCrossing


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing that both have, each as another kind."""

    line: str
    direction: str
    at_s: float
    first: str
    second: str


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What two counts have in common, where both watched and both say that they are complete: ``both_s`` seconds.

    ``matched`` pairs are of one line, direction and family of kinds and within 1.5 s. ``share`` is the matched over all, a pair
    being one; None where neither counted anything. ``kinds`` are the matched that both call differently.
    """

    both_s: float
    matched: int
    share: float | None
    alone: tuple[Alone, ...]
    kinds: tuple[Apart, ...]


def agreement(first: HandCount, second: HandCount) -> Agreement:
    """Hold two counts of the same clip and scene against each other. Raises ConfigError where they are of different ones."""
    for what, name in (("clip_sha256", "clips"), ("scene_revision", "scenes")):
        if getattr(first, what) != getattr(second, what):
            raise ConfigError(f"The two counts are of different {name}.", "Give two counts of one clip over one scene.")
    both = _common(first.seen(), second.seen())
    ways = {way: kinds & second.declared().get(way, frozenset()) for way, kinds in first.declared().items()}
    sides = [
        [c for c in count.crossings if _judged(c, both, ways.get((c.line, c.direction), frozenset()))] for count in (first, second)
    ]
    pairs = pair(*(_known(side) for side in sides))
    used = [{i for i, _ in pairs}, {j for _, j in pairs}]
    alone = [
        Alone(first=n == 0, crossing=crossing)
        for n, side in enumerate(sides)
        for place, crossing in enumerate(side)
        if place not in used[n] and not crossing.optional
    ]
    whole = len(pairs) + len(alone)
    return Agreement(
        both_s=round(sum(end - start for start, end in both), 3),
        matched=len(pairs),
        share=len(pairs) / whole if whole else None,
        alone=tuple(sorted(alone, key=lambda one: one.crossing.at_s)),
        kinds=tuple(
            Apart(line=a.line, direction=a.direction, at_s=a.at_s, first=a.road_user, second=b.road_user)
            for a, b in ((sides[0][i], sides[1][j]) for i, j in pairs)
            if a.road_user != b.road_user
        ),
    )


def _common(first: Sequence[Stretch], second: Sequence[Stretch]) -> tuple[Stretch, ...]:
    return tuple(piece for stretch in first for piece in joined(second, stretch))


def _judged(crossing: HandCrossing, both: Sequence[Stretch], kinds: frozenset[str]) -> bool:
    return crossing.road_user in kinds and any(start <= crossing.at_s <= end for start, end in both)


def _known(side: Sequence[HandCrossing]) -> list[KnownCrossing]:
    return [
        KnownCrossing(rule=c.line, direction=c.direction, road_user=kind_of(c.road_user), at_s=c.at_s, optional=c.optional)
        for c in side
    ]
