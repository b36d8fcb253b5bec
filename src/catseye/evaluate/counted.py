"""Both sides of a clip on which counts are judged: what truly crossed, and what was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from catseye.core.known import KnownCrossing
from catseye.core.road_users import RoadUser
from catseye.core.time import CELL_S
from catseye.evaluate import bootstrap
from catseye.evaluate.cells import Flow, Key
from catseye.evaluate.counts import Judged, judge
from catseye.rules.pairing import WITHIN_S


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossings:
    """Single crossings of one side; those of one road user or track share a number in ``who``.

    ``gaps_ns`` are stretches [start, end) in which nothing was observed.
    """

    crossings: tuple[KnownCrossing, ...]
    who: tuple[int, ...]
    gaps_ns: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volumes:
    """Volumes of one side in cells of ``cell_s``, by kind; None where nothing was observed."""

    cell_s: int
    of: Mapping[Key, int | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedClip:
    """One clip, of which the truth covers ``until_s`` from ``begins_ns``: its flows, the marked kinds, and both sides."""

    name: str
    begins_ns: int
    until_s: float
    flows: tuple[Flow, ...]
    marked: frozenset[RoadUser]
    true: Crossings | Volumes
    counted: Crossings | Volumes
    light: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How far apart in time a pair may be, how long cells are, the SVZ rates, and the draws of the bootstrap."""

    within_s: float = WITHIN_S
    cell_s: int = CELL_S
    rates: Mapping[str, float] = field(default_factory=dict)
    resamples: int = bootstrap.RESAMPLES


def judged_clip(clip: CountedClip, counted: Crossings | Volumes, within_s: float) -> Judged | None:
    """Both sides paired; None where one holds only volumes. What was counted beside the truth's time is not extra."""
    if isinstance(clip.true, Volumes) or isinstance(counted, Volumes):
        return None
    found = judge(clip.true.crossings, counted.crossings, clip.marked, within_s=within_s)
    return replace(found, extra=tuple(j for j in found.extra if 0 <= found.counted[j].at_s <= clip.until_s))


def single(side: Crossings | Volumes) -> Crossings:
    """The single crossings of a side that is known to hold them."""
    assert isinstance(side, Crossings)
    return side
