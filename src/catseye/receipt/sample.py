"""What a truth sample says of the errors under each light."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from catseye.core.receipt import SampleClip, SampleRow, TruthSample
from catseye.receipt.interval import DRAWS, Rates, mixed
from catseye.receipt.pooling import Pooled, Tally
from catseye.receipt.rates import joined, likeness

LEAST_CLIPS = 3  # from fewer nobody can tell how far clips differ
LEAST_TRUE = 10  # true crossings of a kind, all ways together
LEAST_WAYS = 3  # directions with truth, below which one without cannot be told by the others
ZONE_WAYS = frozenset({"entered", "left"})  # edges of zones err otherwise than lines do: these do not tell of those
LEAST_RECALL = 0.05  # a kind that is hardly ever counted bounds nothing
LEAST_SHARE = 0.05  # of a cell's time, below which a light is not asked for
_SEED = 20_260_102

Way = tuple[str, str]
Told = tuple[SampleClip, SampleRow]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No rates, and why."""

    why: str


class Evidence:
    """The rates of one truth sample, worked out when first asked for."""

    def __init__(self, sample: TruthSample) -> None:
        self.sample = sample
        self.identity = sample.identity
        self._known: dict[tuple[Way, str, str, float], Rates | Unknown] = {}
        self._asked = {(row.rule, row.direction) for clip in sample.clips for row in clip.rows}
        self._fitted: dict[tuple[str, str], _Told | Unknown] = {}
        self._mixed: dict[tuple[Way, str, tuple[tuple[str, float], ...], int], Rates | Unknown] = {}

    def rates(self, way: Way, road_user: str, light_s: Mapping[str, float]) -> Rates | Unknown:
        """The rates of a way (rule, direction) and kind over a cell that saw each light for some seconds."""
        whole = sum(light_s.values())
        if whole <= 0:
            return Unknown("the light of the cell is not known")
        minutes = max(1, round(whole / 60))
        shares = tuple((light, round(part / whole, 2)) for light, part in sorted(light_s.items()) if part / whole >= LEAST_SHARE)
        key = (way, road_user, shares, minutes)
        if key not in self._mixed:
            parts = [(share, self._of(way, road_user, light, 60.0 * minutes)) for light, share in shares]
            unknown = next((rates for _, rates in parts if isinstance(rates, Unknown)), None)
            self._mixed[key] = unknown or mixed([(share, rates) for share, rates in parts if isinstance(rates, Rates)])
        return self._mixed[key]

    def _of(self, way: Way, road_user: str, light: str, whole_s: float) -> Rates | Unknown:
        key = (way, road_user, light, whole_s)
        if key not in self._known:
            self._known[key] = self._estimate(way, road_user, light, whole_s)
        return self._known[key]

    def _estimate(self, way: Way, road_user: str, light: str, whole_s: float) -> Rates | Unknown:
        if way[1] in ZONE_WAYS and way not in self._asked:
            return Unknown("the truth sample does not tell who entered and left this zone")
        told = self._told(road_user, light)
        if isinstance(told, Unknown):
            return told
        rng = np.random.default_rng(_SEED)
        if not (way in told.recall or way in told.precision) and told.ways < LEAST_WAYS:
            return Unknown(
                f"the truth sample has no {_named(road_user)} in this direction, and too few other directions to tell by"
            )
        recall, precision = (share.draws(way, rng, DRAWS, clips=whole_s / told.clip_s) for share in (told.recall, told.precision))
        if float(np.quantile(recall, 0.025)) < LEAST_RECALL:
            return Unknown(f"too few {_named(road_user)} are counted as such in this light ({light}) to tell the others by")
        return Rates(
            *joined(recall, precision, told.together, rng), self.sample.dispersion, told.usual_hz.get(way, told.usual_of_all_hz)
        )

    def _told(self, road_user: str, light: str) -> "_Told | Unknown":
        key = (road_user, light)
        if key not in self._fitted:
            self._fitted[key] = self._fit(road_user, light)
        return self._fitted[key]

    def _fit(self, road_user: str, light: str) -> "_Told | Unknown":
        clips = [clip for clip in self.sample.clips if clip.light == light]
        if not clips:
            return Unknown(f"the truth sample has no clip in this light ({light})")
        rows = [(clip, row) for clip in clips for row in clip.rows if row.road_user == road_user]
        if _clips(rows) < LEAST_CLIPS or _true(rows) < LEAST_TRUE:
            return Unknown(
                f"the truth sample has too few {_named(road_user)} in this light ({light}): {_true(rows)} in {_clips(rows)} clip(s)"
            )
        found: dict[Way, list[Tally]] = {}
        right: dict[Way, list[Tally]] = {}
        for clip, row in rows:
            found.setdefault((row.rule, row.direction), []).append(Tally(row.matched, row.matched + row.missed, clip.weight))
            right.setdefault((row.rule, row.direction), []).append(Tally(row.matched, row.matched + row.extra, clip.weight))
        together = likeness(
            [(row.matched, row.matched + row.missed) for _, row in rows],
            [(row.matched, row.matched + row.extra) for _, row in rows],
        )
        usual_hz, of_all_hz = _usual(rows)
        ways = sum(any(one.tries for one in told) for told in found.values())
        clip_s = sum(clip.seconds for clip in clips) / len(clips)
        return _Told(Pooled(found), Pooled(right), together, ways, clip_s, usual_hz, of_all_hz)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a sample tells of a kind in a light; ``ways`` is how many directions it saw any in, ``clip_s`` how long a clip is."""

    recall: Pooled
    precision: Pooled
    together: float
    ways: int
    clip_s: float
    usual_hz: Mapping[Way, float]
    usual_of_all_hz: float


def _usual(rows: list[Told]) -> tuple[dict[Way, float], float]:
    """How many truly cross each way a second, and one way on the whole; a way leans on the whole as if that were one clip more."""
    true: dict[Way, float] = {}
    seconds: dict[Way, float] = {}
    for clip, row in rows:
        way = (row.rule, row.direction)
        true[way] = true.get(way, 0.0) + clip.weight * (row.matched + row.missed)
        seconds[way] = seconds.get(way, 0.0) + clip.weight * clip.seconds
    of_all_hz = sum(true.values()) / sum(seconds.values())
    more_s = sum(clip.weight * clip.seconds for clip, _ in rows) / len(rows)
    return {way: (true[way] + of_all_hz * more_s) / (seconds[way] + more_s) for way in true}, of_all_hz


def _named(road_user: str) -> str:
    return road_user or "road users"


def _clips(told: list[Told]) -> int:
    return len({id(clip) for clip, row in told if row.matched + row.missed})


def _true(told: list[Told]) -> int:
    return sum(row.matched + row.missed for _, row in told)
