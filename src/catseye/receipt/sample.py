"""What a truth sample says of the errors under each light."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from catseye.core.receipt import SampleClip, SampleRow, TruthSample
from catseye.receipt.interval import DRAWS, Rates, mixed
from catseye.receipt.rates import draws_of_share, joined, likeness

LEAST_CLIPS = 3  # from fewer nobody can tell how far clips differ
LEAST_TRUE = 10  # true crossings of a kind, all ways together
OWN_CLIPS, OWN_TRUE = 5, 50  # from which on a direction of a rule is judged by itself
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
        self._known: dict[tuple[Way, str, str], Rates | Unknown] = {}
        self._mixed: dict[tuple[Way, str, tuple[tuple[str, float], ...]], Rates | Unknown] = {}

    def rates(self, way: Way, road_user: str, light_s: Mapping[str, float]) -> Rates | Unknown:
        """The rates of a way (rule, direction) and kind over a cell that saw each light for some seconds."""
        whole = sum(light_s.values())
        if whole <= 0:
            return Unknown("the light of the cell is not known")
        shares = tuple((light, round(part / whole, 2)) for light, part in sorted(light_s.items()) if part / whole >= LEAST_SHARE)
        key = (way, road_user, shares)
        if key not in self._mixed:
            parts = [(share, self._of(way, road_user, light)) for light, share in shares]
            unknown = next((rates for _, rates in parts if isinstance(rates, Unknown)), None)
            self._mixed[key] = unknown or mixed([(share, rates) for share, rates in parts if isinstance(rates, Rates)])
        return self._mixed[key]

    def _of(self, way: Way, road_user: str, light: str) -> Rates | Unknown:
        key = (way, road_user, light)
        if key not in self._known:
            self._known[key] = self._estimate(way, road_user, light)
        return self._known[key]

    def _estimate(self, way: Way, road_user: str, light: str) -> Rates | Unknown:
        clips = [clip for clip in self.sample.clips if clip.light == light]
        if not clips:
            return Unknown(f"the truth sample has no clip in this light ({light})")
        alike = [(clip, row) for clip in clips for row in clip.rows if row.road_user == road_user]
        own = [(clip, row) for clip, row in alike if (row.rule, row.direction) == way]
        used = own if _clips(own) >= OWN_CLIPS and _true(own) >= OWN_TRUE else alike
        if _clips(used) < LEAST_CLIPS or _true(used) < LEAST_TRUE:
            kind = road_user or "road users"
            return Unknown(f"the truth sample has too few {kind} in this light ({light}): {_true(used)} in {_clips(used)} clip(s)")
        rates = self._rates(used)
        if float(np.quantile(rates.recall, 0.025)) < LEAST_RECALL:
            return Unknown(f"too few {road_user or 'road users'} are counted as such in this light ({light}) to tell the others by")
        return rates

    def _rates(self, told: list[Told]) -> Rates:
        rng = np.random.default_rng(_SEED)
        weights = [clip.weight for clip, _ in told]
        found = [(row.matched, row.matched + row.missed) for _, row in told]
        right = [(row.matched, row.matched + row.extra) for _, row in told]
        recall = draws_of_share([hit for hit, _ in found], [n for _, n in found], weights, rng, DRAWS)
        precision = draws_of_share([hit for hit, _ in right], [n for _, n in right], weights, rng, DRAWS)
        return Rates(*joined(recall, precision, likeness(found, right), rng), self.sample.dispersion)


def _clips(told: list[Told]) -> int:
    return len({id(clip) for clip, row in told if row.matched + row.missed})


def _true(told: list[Told]) -> int:
    return sum(row.matched + row.missed for _, row in told)
