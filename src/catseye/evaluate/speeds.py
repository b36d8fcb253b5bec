"""Measured speeds beside true ones, line by line."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.core.events import Event, LineCrossed
from catseye.core.geometry import F64, XY
from catseye.core.speeds import KMH, LEAST_MPS
from catseye.core.time import seconds
from catseye.core.traffic import Passage

WITHIN_S = 1.5
_PLACE_S = 4.0  # a picture's width aside is as unlikely as so many seconds early or late
_SURE = 1.96


class CrossedAt(msgspec.Struct, frozen=True, kw_only=True):
    """A crossing of a line with its speed, true or measured; ``point_unit`` is where in the picture."""

    rule: str
    direction: str
    at_ns: int
    point_unit: XY
    speed_mps: float | None
    error_mps: float | None


class SpeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One count line (``rule`` "" for all), both directions, in km/h; None where too little was matched.

    ``matched`` crossings have a true and a measured speed, ``unmeasured`` were matched without one. ``median`` and ``p85`` are of
    the absolute error, ``bias`` its mean with sign. ``within`` is the share of errors within 1.96 of their stated standard
    deviations. Space-mean speeds (harmonic means) and 85th percentiles stand side by side, of the matched.
    """

    rule: str
    matched: int
    unmeasured: int
    median: float | None = None
    p85: float | None = None
    bias: float | None = None
    within: float | None = None
    space_mean: tuple[float, float] | None = None
    p85_speed: tuple[float, float] | None = None


def crossings_of(passages: Iterable[Passage], events: Iterable[Event]) -> list[CrossedAt]:
    """Passages with the places of their crossings."""
    places = {event.id: event.point_unit for event in events if isinstance(event, LineCrossed)}
    return [
        CrossedAt(
            rule=passage.rule,
            direction=passage.direction,
            at_ns=passage.at_ns,
            point_unit=places[passage.event],
            speed_mps=passage.speed_mps,
            error_mps=passage.error_mps,
        )
        for passage in passages
    ]


def speed_rows(true: Sequence[CrossedAt], measured: Sequence[CrossedAt]) -> tuple[SpeedRow, ...]:
    """A row for each line, by name, and one for all. Crossings are paired one to one, the nearest in time and place."""
    pairs = [
        pair
        for way in sorted({(one.rule, one.direction) for one in true})
        for pair in _paired(
            [one for one in true if (one.rule, one.direction) == way], [one for one in measured if (one.rule, one.direction) == way]
        )
    ]
    rules = sorted({a.rule for a, _ in pairs})
    return (*(_row(rule, [pair for pair in pairs if pair[0].rule == rule]) for rule in rules), _row("", pairs))


def _paired(true: list[CrossedAt], measured: list[CrossedAt]) -> list[tuple[CrossedAt, CrossedAt]]:
    if not true or not measured:
        return []
    early = np.array([[seconds(a.at_ns - b.at_ns) for b in measured] for a in true])
    apart = np.array([one.point_unit for one in true])[:, None] - np.array([one.point_unit for one in measured])[None]
    worth = np.maximum(0.0, 2 * WITHIN_S - np.abs(early) - _PLACE_S * np.hypot(*np.moveaxis(apart, -1, 0)))
    worth[np.abs(early) > WITHIN_S] = 0.0
    return [(true[i], measured[j]) for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True) if worth[i, j] > 0]


def _row(rule: str, pairs: list[tuple[CrossedAt, CrossedAt]]) -> SpeedRow:
    known = [(a.speed_mps, b.speed_mps, b.error_mps) for a, b in pairs if a.speed_mps is not None and b.speed_mps is not None]
    if not known:
        return SpeedRow(rule=rule, matched=0, unmeasured=len(pairs))
    true, measured = (KMH * np.array([row[k] for row in known], np.float64) for k in (0, 1))
    stated = KMH * np.array([np.nan if row[2] is None else row[2] for row in known], np.float64)
    off = measured - true
    sure = np.isfinite(stated)
    return SpeedRow(
        rule=rule,
        matched=len(known),
        unmeasured=len(pairs) - len(known),
        median=float(np.median(np.abs(off))),
        p85=float(np.percentile(np.abs(off), 85)),
        bias=float(off.mean()),
        within=float((np.abs(off[sure]) <= _SURE * stated[sure]).mean()) if sure.any() else None,
        space_mean=(_harmonic(true), _harmonic(measured)),
        p85_speed=(float(np.percentile(true, 85)), float(np.percentile(measured, 85))),
    )


def _harmonic(kmh: F64) -> float:
    return float(1 / np.mean(1 / np.maximum(kmh, KMH * LEAST_MPS)))
