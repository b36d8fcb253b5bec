"""Incidents and violations held against what is known to have happened.

A cause is something out of the ordinary: it is due where the camera could see it, and it explains alarms that follow from it. An
alarm that nothing explains is false.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.stats import chi2

from catseye.core.geometry import F64
from catseye.core.time import NS_PER_S
from catseye.core.traffic import Incident, Violation

Alarm = Incident | Violation
LATE_S = 60.0  # an alarm after a cause is over may still follow from it: a queue dissolves
EARLY_S = 2.0
NEAR_M = 15.0  # of who took part
FAR_M = 80.0  # what a queue of ten vehicles reaches back
UPPER = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What happened. ``due_s`` is when the camera first could see it, and until when, None where it could not.

    ``told_by`` are the kinds of alarm that tell it. ``at_s`` (K,) and ``xy_m`` (K, 2) say where those were who took part. Where it
    ``holds_up`` traffic, queues and those who stand behind follow from it.
    """

    kind: str
    start_s: float
    end_s: float
    due_s: tuple[float, float] | None
    told_by: frozenset[str]
    at_s: F64
    xy_m: F64
    holds_up: bool = False


class KindScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind of cause was told. ``rate`` and delays are None where nothing was due, or told."""

    kind: str
    happened: int
    due: int
    told: int
    rate: float | None
    median_s: float | None
    p90_s: float | None


class FalseAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that nothing explains."""

    kind: str
    at_s: float
    place: str
    reason: str


class IncidentScore(msgspec.Struct, frozen=True, kw_only=True):
    """The scorecard of one camera or of several.

    ``per_day`` are false alarms in a camera-day, ``per_day_upper`` at most so many with 95 %.
    """

    hours: float
    alarms: dict[str, int]
    kinds: tuple[KindScore, ...]
    false_alarms: tuple[FalseAlarm, ...]
    per_day: float | None
    per_day_upper: float | None
    delays_s: dict[str, tuple[float, ...]]


def score(alarms: Sequence[Alarm], causes: Sequence[Cause], hours: float, lag_s: float = 0.0) -> IncidentScore:
    """Which causes were told, how soon, and which alarms nothing explains. What is told is heard ``lag_s`` later."""
    opened = [alarm for alarm in alarms if isinstance(alarm, Violation) or alarm.state == "opened"]
    delays: dict[str, list[float]] = {}
    due: dict[str, int] = {}
    for cause in causes:
        if cause.due_s is None:
            continue
        due[cause.kind] = due.get(cause.kind, 0) + 1
        told = [alarm.seen_at_ns / NS_PER_S for alarm in opened if alarm.kind in cause.told_by and _beside(alarm, cause, NEAR_M)]
        if told:
            delays.setdefault(cause.kind, []).append(max(0.0, min(told) + lag_s - cause.due_s[0]))
    wrong = tuple(
        FalseAlarm(kind=alarm.kind, at_s=round(alarm.seen_at_ns / NS_PER_S, 2), place=alarm.place, reason=alarm.reason)
        for alarm in opened
        if not any(_explains(cause, alarm) for cause in causes)
    )
    counts: dict[str, int] = {}
    for alarm in opened:
        counts[alarm.kind] = counts.get(alarm.kind, 0) + 1
    happened = {kind: sum(cause.kind == kind for cause in causes) for kind in sorted({cause.kind for cause in causes})}
    return _card(hours, counts, happened, due, delays, wrong)


def together(scores: Sequence[IncidentScore]) -> IncidentScore:
    """The scorecard of several cameras or runs."""
    counts: dict[str, int] = {}
    happened: dict[str, int] = {}
    due: dict[str, int] = {}
    delays: dict[str, list[float]] = {}
    for one in scores:
        for kind, n in one.alarms.items():
            counts[kind] = counts.get(kind, 0) + n
        for row in one.kinds:
            happened[row.kind] = happened.get(row.kind, 0) + row.happened
            due[row.kind] = due.get(row.kind, 0) + row.due
        for kind, found in one.delays_s.items():
            delays.setdefault(kind, []).extend(found)
    wrong = tuple(alarm for one in scores for alarm in one.false_alarms)
    return _card(sum(one.hours for one in scores), counts, happened, due, delays, wrong)


def _card(
    hours: float,
    counts: dict[str, int],
    happened: dict[str, int],
    due: dict[str, int],
    delays: dict[str, list[float]],
    wrong: tuple[FalseAlarm, ...],
) -> IncidentScore:
    kinds = tuple(
        KindScore(
            kind=kind,
            happened=many,
            due=due.get(kind, 0),
            told=len(delays.get(kind, [])),
            rate=len(delays.get(kind, [])) / due[kind] if due.get(kind) else None,
            median_s=_quantile(delays.get(kind, []), 0.5),
            p90_s=_quantile(delays.get(kind, []), 0.9),
        )
        for kind, many in sorted(happened.items())
    )
    days = hours / 24
    return IncidentScore(
        hours=round(hours, 4),
        alarms=dict(sorted(counts.items())),
        kinds=kinds,
        false_alarms=wrong,
        per_day=round(len(wrong) / days, 3) if days else None,
        per_day_upper=round(upper(len(wrong)) / days, 3) if days else None,
        delays_s={kind: tuple(round(delay, 2) for delay in found) for kind, found in sorted(delays.items())},
    )


def upper(events: int) -> float:
    """The mean of a Poisson variable that leaves 5 % for so few events or fewer (Garwood 1936)."""
    return float(chi2.ppf(UPPER, 2 * (events + 1)) / 2)


def _explains(cause: Cause, alarm: Alarm) -> bool:
    if alarm.kind in cause.told_by and _beside(alarm, cause, NEAR_M):
        return True
    at_s = alarm.seen_at_ns / NS_PER_S
    follows = {"stopped_vehicle", "queue_spill_back", "congestion", "slow_vehicle", "blocked_crossing", "blocked_junction"}
    if not cause.holds_up or alarm.kind not in follows or not cause.start_s <= at_s <= cause.end_s + LATE_S:
        return False
    return _apart_m(alarm, cause) <= FAR_M


def _beside(alarm: Alarm, cause: Cause, within_m: float) -> bool:
    """Whether an alarm was while a cause lasted, near one who took part, when that one was there."""
    begin, end = alarm.at_ns / NS_PER_S - EARLY_S, alarm.seen_at_ns / NS_PER_S + EARLY_S
    then = (cause.at_s >= begin) & (cause.at_s <= end)
    if not then.any() or end < cause.start_s or begin > cause.end_s + EARLY_S:
        return False
    return bool(np.hypot(*(cause.xy_m[then] - np.array(alarm.point_m)).T).min() <= within_m)


def _apart_m(alarm: Alarm, cause: Cause) -> float:
    return float(np.hypot(*(cause.xy_m - np.array(alarm.point_m)).T).min())


def _quantile(values: Sequence[float], share: float) -> float | None:
    return round(float(np.quantile(values, share)), 2) if len(values) else None
