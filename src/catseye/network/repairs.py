"""How often cameras failed, how soon that was known, and how soon it was mended. ``docs/ref/ledger.md`` gives the definitions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from catseye.core.health import UNUSABLE, CameraState, HealthEpisode
from catseye.core.time import seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """Episodes that began in a stretch of time. Only those of states that cannot be used are faults.

    ``detect_s`` is the mean of told - began (MTTD). ``repair_s`` is the mean time from told to ended (MTTR) where ``going_on``
    faults have not ended: all the time that faults were known, divided by those that ended. None where there is none.
    """

    by_state: Mapping[CameraState, int]
    faults: int
    going_on: int
    detect_s: float | None
    repair_s: float | None
    repair_median_s: float | None


def repairs(episodes: Iterable[HealthEpisode], until_ns: int) -> Repairs:
    """The figures of episodes as they stood at ``until_ns``; what ended later goes on there."""
    told = list(episodes)
    faults = [one for one in told if one.state in UNUSABLE]
    ended = [one for one in faults if one.ended_ns is not None and one.ended_ns <= until_ns]
    known_s = [_known_s(one, until_ns) for one in faults]
    return Repairs(
        by_state=dict(sorted(Counter(one.state for one in told).items())),
        faults=len(faults),
        going_on=len(faults) - len(ended),
        detect_s=fmean(seconds(one.told_ns - one.began_ns) for one in faults) if faults else None,
        repair_s=sum(known_s) / len(ended) if ended else None,
        repair_median_s=median(_known_s(one, until_ns) for one in ended) if ended else None,
    )


def _known_s(episode: HealthEpisode, until_ns: int) -> float:
    """How long the fault has been known; 0 for one that had passed before it was told."""
    end_ns = until_ns if episode.ended_ns is None else min(episode.ended_ns, until_ns)
    return max(seconds(end_ns - episode.told_ns), 0.0)


def outside(episodes: Iterable[HealthEpisode], excluded: Sequence[tuple[int, int]]) -> list[HealthEpisode]:
    """Those that did not begin in planned maintenance."""
    return [one for one in episodes if not any(start <= one.began_ns < end for start, end in excluded)]
