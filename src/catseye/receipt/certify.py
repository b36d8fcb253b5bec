"""Gives cells their receipts: what they rest on, and the interval where a truth sample fits."""

from collections.abc import Iterable, Sequence

import msgspec

from catseye.core.counts import Count
from catseye.core.receipt import ALL_KINDS, Light, Receipt
from catseye.core.time import seconds
from catseye.receipt.sample import Evidence, Unknown

_NO_SAMPLE = "no truth sample"
_NOTHING = "nothing was observed"


def certify(counts: Sequence[Count], evidence: Evidence | None) -> list[Count]:
    """The same cells, each with its interval or why there is none. Their receipts must say what was seen and by whom."""
    totals: dict[tuple[int, str, str], int] = {}
    for count in counts:
        key = (count.start_ns, count.rule, count.direction)
        totals[key] = totals.get(key, 0) + (count.volume or 0)
    return [_certified(count, totals[count.start_ns, count.rule, count.direction], evidence) for count in counts]


def _certified(count: Count, total: int, evidence: Evidence | None) -> Count:
    given = count.receipt
    why = _NOTHING if count.volume is None or count.observed_s <= 0 else _misfit(given, evidence)
    if why or evidence is None or count.volume is None:
        return msgspec.structs.replace(count, receipt=msgspec.structs.replace(given, why=why))
    whole_s = seconds(count.end_ns - count.start_ns)
    watched_s = max(1.0, count.observed_s)
    missed_s = max(0.0, whole_s - count.observed_s) if count.final else 0.0
    way = (count.rule, count.direction)
    of_all = evidence.rates(way, ALL_KINDS, given.light_s)
    of_kind = evidence.rates(way, count.road_user, given.light_s) if count.road_user else of_all
    told = msgspec.structs.replace(
        given,
        interval=None if isinstance(of_kind, Unknown) else of_kind.interval(count.volume, watched_s, missed_s),
        way_interval=None if isinstance(of_all, Unknown) else of_all.interval(total, watched_s, missed_s),
        why=of_kind.why if isinstance(of_kind, Unknown) else "",
        status="unverified" if isinstance(of_kind, Unknown) else "verified",
        truth_sample=evidence.identity,
    )
    return msgspec.structs.replace(count, receipt=told)


def _misfit(receipt: Receipt, evidence: Evidence | None) -> str:
    """Why a sample cannot speak for a cell; empty where it can."""
    if evidence is None:
        return _NO_SAMPLE
    if receipt.detector_sha256 != evidence.sample.detector_sha256:
        return "the truth sample is of another detector"
    if receipt.scene_revision != evidence.sample.scene_revision:
        return "the truth sample is of another scene"
    return ""


def longest(light_s: Iterable[tuple[Light, float]]) -> Light:
    """The light that lasted longest; unknown where none was seen."""
    return max(light_s, key=lambda part: (part[1], part[0]), default=("unknown", 0.0))[0]
