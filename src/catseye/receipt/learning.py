"""Makes a truth sample of clips whose truth is known."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from catseye.core.known import KnownCrossing
from catseye.core.receipt import ALL_KINDS, Light, SampleClip, SampleRow
from catseye.core.road_users import RoadUser
from catseye.rules.pairing import pair

WITHIN_S = 10.0  # a crossing that is counted some seconds late is in its cell all the same: no error of the volume
_BLOCK_S = 150.0  # longer than a signal's cycle: within one, platoons tell of the signal and not of the traffic

Way = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A clip: what truly crossed its ``ways`` (rule, direction) and what was counted there, from its first frame on.

    ``unwatched`` are stretches [from, to) in seconds that the camera or the person who counted did not see; they tell nothing.
    """

    name: str
    true: Sequence[KnownCrossing]
    counted: Sequence[KnownCrossing]
    ways: Sequence[Way]
    seconds: float
    unwatched: Sequence[tuple[float, float]] = ()

    def unwatched_s(self, from_s: float, to_s: float) -> float:
        """How much of a stretch nobody saw; stretches that overlap count once."""
        seen_s = from_s
        missed_s = 0.0
        for start, end in sorted(self.unwatched):
            low, high = max(start, seen_s), min(end, to_s)
            missed_s += max(0.0, high - low)
            seen_s = max(seen_s, high)
        return missed_s


def learn(clip: Told, *, cut_s: float, light_at: Callable[[float], Light], weight: float = 1.0) -> tuple[SampleClip, ...]:
    """The errors in a clip, cut into stretches of about ``cut_s``, each in the light that ``light_at`` says of its middle.

    Optional true crossings are neither asked for nor extra. Each kind is judged by itself, and all kinds together whatever each was
    called. A crossing belongs to the stretch of its own time, so one that is counted late is no error at a cut.
    """
    pieces = max(1, round(clip.seconds / cut_s))
    length_s = clip.seconds / pieces
    watched_s = [length_s - clip.unwatched_s(piece * length_s, (piece + 1) * length_s) for piece in range(pieces)]
    errors: Counter[tuple[int, str, Way, str]] = Counter()
    kinds = sorted({crossing.road_user.label for crossing in (*clip.true, *clip.counted)})
    for kind in (ALL_KINDS, *kinds):
        true, counted = _of(clip.true, kind), _of(clip.counted, kind)
        pairs = pair(true, counted, within_s=WITHIN_S)
        found, used = {i for i, _ in pairs}, {j for _, j in pairs}
        told = [("matched", true[i]) for i, _ in pairs]
        told += [("missed", crossing) for i, crossing in enumerate(true) if i not in found]
        told = [(what, crossing) for what, crossing in told if not crossing.optional]
        told += [("extra", crossing) for j, crossing in enumerate(counted) if j not in used]
        for what, crossing in told:
            piece = min(max(int(crossing.at_s / length_s), 0), pieces - 1)
            errors[piece, kind, (crossing.rule, crossing.direction), what] += 1
    return tuple(
        SampleClip(
            name=f"{clip.name}#{piece + 1}" if pieces > 1 else clip.name,
            light=light_at((piece + 0.5) * length_s),
            seconds=round(watched_s[piece], 3),
            rows=tuple(_row(errors, piece, kind, way) for kind in (ALL_KINDS, *kinds) for way in sorted(set(clip.ways))),
            weight=weight,
        )
        for piece in range(pieces)
        if watched_s[piece] > 0
    )


def _row(errors: Counter[tuple[int, str, Way, str]], piece: int, kind: str, way: Way) -> SampleRow:
    matched, missed, extra = (errors[piece, kind, way, what] for what in ("matched", "missed", "extra"))
    return SampleRow(rule=way[0], direction=way[1], road_user=kind, matched=matched, missed=missed, extra=extra)


def _of(crossings: Sequence[KnownCrossing], kind: str) -> list[KnownCrossing]:
    """The crossings of a kind; for all kinds together every one, and all called the same so that each may be paired with each."""
    if kind == ALL_KINDS:
        return [msgspec.structs.replace(crossing, road_user=RoadUser.VEHICLE) for crossing in crossings]
    return [crossing for crossing in crossings if crossing.road_user.label == kind]


def dispersion(clips: Iterable[Told]) -> float:
    """Variance over mean of true volumes of two and a half minutes, within clips and ways.

    The sum of squares about each way's mean in each clip, over the sum of degrees of freedom times that mean; never below 1 (fewer
    than random is no reason to be surer). Optional crossings and blocks not watched wholly are left out. Clips shorter than five
    minutes say nothing.
    """
    squares = expected = 0.0
    for clip in clips:
        blocks = int(clip.seconds // _BLOCK_S)
        whole = np.array([clip.unwatched_s(block * _BLOCK_S, (block + 1) * _BLOCK_S) == 0 for block in range(blocks)], np.bool_)
        if whole.sum() < 2:
            continue
        by_way: dict[Way, list[float]] = defaultdict(list)
        for crossing in clip.true:
            if not crossing.optional:
                by_way[crossing.rule, crossing.direction].append(crossing.at_s)
        for times in by_way.values():
            volumes = np.histogram(times, bins=blocks, range=(0.0, blocks * _BLOCK_S))[0][whole]
            squares += float(((volumes - volumes.mean()) ** 2).sum())
            expected += float((len(volumes) - 1) * volumes.mean())
    return max(1.0, squares / expected) if expected > 0 else 1.0
