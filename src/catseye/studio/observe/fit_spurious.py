"""Fits the boxes that a detector draws where nobody is, or a second time on somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from catseye.core import boxes
from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.truth import Mask
from catseye.studio.observe.model import FAMILIES, QUANTILES, Spurious
from catseye.studio.observe.sightings import Sightings
from catseye.studio.observe.spurious import spurious

BESIDE = 0.25  # share of a false box on a road user from which on it belongs to them
_LINK_IOU = 0.3
_LINK_S = 0.5
_DRAWS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spots:
    """False boxes of one family in one clip, linked to chains; columns of M.

    ``chain`` numbers the chain; ``place`` (M, 4) as ``Spurious`` has it.
    """

    chain: npt.NDArray[np.int64]
    at_s: F64
    place: F64
    confidence: F64
    said: npt.NDArray[np.int16]


def fit_spurious(seen: Sequence[Sightings]) -> tuple[Spurious, ...]:
    """What is fitted to the clips that judge each family: boxes on the street and boxes on road users, where there are any."""
    found = []
    for kinds in FAMILIES.values():
        judged = [one for one in seen if kinds & one.kinds]
        for beside in (False, True):
            spots = [_spots(one, kinds, beside=beside) for one in judged]
            if sum(len(spot.at_s) for spot in spots):
                exposed_s = sum(_exposed_s(one, beside=beside) for one in judged)
                fitted = _fitted(spots, exposed_s, [_period_s(one) for one in judged], beside=beside)
                found.append(_levelled(fitted, judged, sum(len(spot.at_s) for spot in spots)))
    return tuple(found)


def _period_s(one: Sightings) -> float:
    return float(np.median(np.diff(one.frames_s))) if len(one.frames_s) > 1 else 0.1


def _exposed_s(one: Sightings, *, beside: bool) -> float:
    """Seconds in which a box could come up: of the clip, or of all road users in view."""
    return _period_s(one) * (len(one.marked) if beside else len(one.frames))


def _spots(one: Sightings, kinds: frozenset[RoadUser], *, beside: bool) -> _Spots:
    host = _hosts(one)
    chosen = np.isin(one.false_said, [int(kind) for kind in kinds]) & ((host >= 0) == beside)
    xyxy, frame, host = one.false_xyxy[chosen], one.false_frame[chosen], host[chosen]
    at_s = one.frames_s[np.searchsorted(one.frames, frame)]
    size = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 1.0)
    foot = boxes.foot(xyxy)
    if beside:
        theirs = one.marked.xyxy[host]
        their_size = np.maximum(theirs[:, 2:] - theirs[:, :2], 1.0)
        place = np.concatenate([(foot - boxes.foot(theirs)) / their_size, np.log2(size / their_size)], axis=1)
    else:
        place = np.concatenate([foot / np.array(one.size), np.log2(size / one.size[1])], axis=1)
    return _Spots(
        chain=_chains(frame, at_s, xyxy),
        at_s=at_s,
        place=place,
        confidence=one.false_confidence[chosen],
        said=one.false_said[chosen],
    )


def _hosts(one: Sightings) -> npt.NDArray[np.int64]:
    """The row of the road user that each false box lies on most; -1 where it lies on none."""
    host = np.full(len(one.false_frame), -1, np.int64)
    for frame in np.unique(one.false_frame).tolist():
        low, high = np.searchsorted(one.marked.frame, [frame, frame + 1])
        mine = np.flatnonzero(one.false_frame == frame)
        if high > low:
            on = boxes.covered(one.false_xyxy[mine], one.marked.xyxy[low:high])
            best = on.argmax(axis=1)
            host[mine] = np.where(on[np.arange(len(mine)), best] >= BESIDE, best + low, -1)
    return host


def _chains(frame: npt.NDArray[np.int64], at_s: F64, xyxy: F64) -> npt.NDArray[np.int64]:
    """Which boxes are one that lingers: each joins the one that it overlaps most among those last seen within half a second."""
    chain = np.full(len(frame), -1, np.int64)
    last: dict[int, int] = {}
    begun = 0
    for now in np.unique(frame).tolist():
        mine = np.flatnonzero(frame == now)
        last = {name: row for name, row in last.items() if at_s[mine[0]] - at_s[row] <= _LINK_S}
        names, rows = list(last), np.array(list(last.values()), np.intp)
        overlap = boxes.iou(xyxy[mine], xyxy[rows])
        for k, row in enumerate(mine.tolist()):
            best = int(overlap[k].argmax()) if len(rows) else 0
            if len(rows) and overlap[k, best] >= _LINK_IOU:
                chain[row] = names[best]
                overlap[:, best] = 0.0
            else:
                chain[row], begun = begun, begun + 1
            last[int(chain[row])] = row
    return chain


def _fitted(spots: Sequence[_Spots], exposed_s: float, periods_s: Sequence[float], *, beside: bool) -> Spurious:
    lasted: list[float] = []
    due = 0.0
    for spot, period_s in zip(spots, periods_s, strict=True):
        for name in np.unique(spot.chain).tolist():
            rows = np.flatnonzero(spot.chain == name)
            span_s = float(spot.at_s[rows[-1]] - spot.at_s[rows[0]]) + period_s
            lasted.append(span_s)
            due += span_s / period_s
    place = np.concatenate([spot.place for spot in spots])
    confidence = np.concatenate([spot.confidence for spot in spots])
    steady = [_steadiness(spot) for spot in spots]
    said = np.concatenate([spot.said for spot in spots])
    logs = np.log(lasted)
    total = max(sum(len(spot.at_s) for spot in spots), 1)
    kinds, counts = np.unique(said, return_counts=True)
    return Spurious(
        beside=beside,
        begins_hz=round(len(lasted) / max(exposed_s, 1e-9), 6),
        lasts_s=round(float(np.mean(lasted)), 4),
        lasts_sd=round(float(np.std(logs)), 4),
        shown=round(min(1.0, total / max(due, 1.0)), 4),
        place=_four(place.mean(axis=0)),
        spread=_four(place.std(axis=0)),
        confidences=tuple(round(q, 4) for q in np.quantile(confidence, QUANTILES).tolist()),
        steady=round(float(np.average(steady, weights=[len(spot.at_s) + 1e-9 for spot in spots])), 4),
        kinds={RoadUser(kind).label: round(count / total, 4) for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True)},
    )


def _levelled(fitted: Spurious, judged: Sequence[Sightings], boxes_seen: int) -> Spurious:
    """The same with a rate that gives as many boxes over these clips as were seen.

    Clips and stays in view cut off what lingers, at both ends; drawing it over the same clips tells by how much.
    """
    drawn = 0
    for k, one in enumerate(judged):
        there = replace(one.marked, frame=np.searchsorted(one.frames, one.marked.frame).astype(np.int64))
        for draw in range(_DRAWS):
            rng = np.random.default_rng([k, draw])
            drawn += len(spurious(fitted, there, one.frames_s, one.size, rng)[0])
    rate = fitted.begins_hz * boxes_seen * _DRAWS / max(drawn, 1)
    return msgspec.structs.replace(fitted, begins_hz=round(min(rate, 5 * fitted.begins_hz), 6))


def _steadiness(spot: _Spots) -> float:
    """The share of the variance of log odds of confidence that lies between chains."""
    if len(spot.at_s) < 3:
        return 0.5
    odds = np.log(np.clip(spot.confidence, 0.01, 0.99) / (1 - np.clip(spot.confidence, 0.01, 0.99)))
    inner = odds - _means(odds, spot.chain)
    lone: Mask = np.bincount(spot.chain)[spot.chain] == 1
    if lone.all() or odds.var() < 1e-9:
        return 0.5
    return float(np.clip(1.0 - inner[~lone].var() / odds.var(), 0.0, 1.0))


def _means(values: F64, of: npt.NDArray[np.int64]) -> F64:
    return np.asarray((np.bincount(of, values) / np.maximum(np.bincount(of), 1))[of], np.float64)


def _four(values: F64) -> tuple[float, float, float, float]:
    a, b, c, d = (round(value, 4) for value in values.tolist())
    return a, b, c, d
