"""Fits a detector model to what a real detector made of marked frames."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtri

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.truth import Mask
from catseye.ports import DetectorInfo
from catseye.studio.observe.chance import memory_of
from catseye.studio.observe.fit_spurious import fit_spurious
from catseye.studio.observe.model import (
    BENDS_PX,
    FAMILIES,
    FEATURES,
    MOSTLY,
    PARTLY,
    VERSION,
    Basis,
    DetectorModel,
    Finding,
    Jitter,
    Memory,
    family,
)
from catseye.studio.observe.sightings import Marked, Sightings

CONFIDENCES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)
SHOWN = 0.3  # the confidence from which recall is told; the fit heeds it most, for counting begins there
_HEED = 100.0
_RIDGE = 100.0
_STEPS = 50
# Believed of the weights before any data, with the strength of a few: small, hidden and cut ones are found less.
_BELIEF = dict(zip(FEATURES, (2.5, 0.0, 0.0, 0.0, -1.5, -0.5, -1.0, -4.0, -8.0, -0.3), strict=True))
_LEAST = 60  # boxes of a family; with fewer, all families are fitted as one


def features(xyxy: F64, visible: F64, cut: Mask) -> F64:
    """What finding depends on, (N, 10) in the order of ``model.FEATURES``: log2 of the height in 32 px, and its bends; the hidden
    share, and what of it is beyond a quarter and a half; whether the picture's edge cuts the box.
    """
    height = np.log2(np.maximum(xyxy[:, 3] - xyxy[:, 1], 1.0) / 32.0)
    bends = [np.maximum(height - np.log2(px / 32.0), 0.0) for px in BENDS_PX]
    hidden = [np.maximum(share - visible, 0.0) for share in (PARTLY, MOSTLY)]
    return np.column_stack([height, *bends, 1.0 - visible, *hidden, cut.astype(np.float64)])


def fit(seen: Sequence[Sightings], info: DetectorInfo, *, pictures: str, clips: Sequence[str]) -> DetectorModel:
    """One model of all these clips together. Needs a found and a missed box at least; raises ValueError without any due box."""
    table = _Table(seen)
    if not len(table.confidence):
        raise ValueError("no box that has to be found")
    together = _finding(table, np.ones(len(table.confidence), np.bool_), {})
    lights = together[1]
    found_by, jitter = {}, {}
    for name, kinds in FAMILIES.items():
        mine = np.isin(table.kind, [int(kind) for kind in kinds])
        enough = mine.sum() >= _LEAST
        found_by[name] = _finding(table, mine, lights)[0] if enough else together[0]
        sure = (mine if enough else np.ones_like(mine)) & ~table.cut & (table.confidence >= SHOWN)
        jitter[name] = fit_jitter(table.xyxy[sure], table.found[sure], table.number[sure], table.at_s[sure])
    return DetectorModel(
        version=VERSION,
        detector=info.name,
        pictures=pictures,
        threshold=info.threshold,
        lights={light: round(shift, 4) for light, shift in lights.items()},
        finding=found_by,
        jitter=jitter,
        naming=_naming(table),
        naming_steady=_steady(table),
        spurious=fit_spurious(seen),
        basis=Basis(
            clips=tuple(clips),
            frames=sum(len(one.frames) for one in seen),
            boxes=_by_kind(table.kind),
            heights_px=_heights(table),
            road_users=_by_kind(table.kind[np.unique(table.number, return_index=True)[1]]),
        ),
    )


class _Table:
    """The due boxes of all clips under one another; road users of different clips have different numbers."""

    def __init__(self, seen: Sequence[Sightings]) -> None:
        rows = [one.marked.due for one in seen]
        self.xyxy = np.concatenate([one.marked.xyxy[row] for one, row in zip(seen, rows, strict=True)])
        self.features = np.concatenate([_features_of(one.marked)[row] for one, row in zip(seen, rows, strict=True)])
        self.cut = np.concatenate([one.marked.cut[row] for one, row in zip(seen, rows, strict=True)])
        self.kind = np.concatenate([one.marked.road_user[row] for one, row in zip(seen, rows, strict=True)])
        self.at_s = np.concatenate([one.marked.at_s[row] for one, row in zip(seen, rows, strict=True)])
        self.confidence = np.concatenate([one.confidence[row] for one, row in zip(seen, rows, strict=True)])
        self.found = np.concatenate([one.found[row] for one, row in zip(seen, rows, strict=True)])
        self.said = np.concatenate([one.said[row] for one, row in zip(seen, rows, strict=True)])
        self.light = np.concatenate([np.full(int(row.sum()), one.light) for one, row in zip(seen, rows, strict=True)])
        pairs = [
            (k, number) for k, (one, row) in enumerate(zip(seen, rows, strict=True)) for number in one.marked.number[row].tolist()
        ]
        self.number = np.unique(np.array(pairs, np.int64).reshape(-1, 2), axis=0, return_inverse=True)[1].reshape(-1)


def _features_of(there: Marked) -> F64:
    return features(there.xyxy, there.visible, there.cut)


def _finding(table: _Table, mine: Mask, lights: dict[str, float]) -> tuple[Finding, dict[str, float]]:
    """The finding of some rows. Without ``lights`` the shift of each light is fitted too, against day."""
    confidence, x = table.confidence[mine], table.features[mine]
    cuts = np.array([c for k, c in enumerate(CONFIDENCES) if k == 0 or (confidence >= c).sum() >= 20])
    names = sorted(set(table.light.tolist()) - {"day"})
    shift = np.array([lights.get(light, 0.0) for light in table.light[mine].tolist()])
    flags = np.column_stack([table.light[mine] == name for name in names]) if names and not lights else np.zeros((len(x), 0))
    weights, thresholds = logistic_at_cuts(
        np.concatenate([x, flags], axis=1),
        confidence,
        cuts,
        shift=shift,
        belief=np.array([*_BELIEF.values(), *[0.0] * flags.shape[1]]),
    )
    z = _scores(x @ weights[: x.shape[1]] + flags @ weights[x.shape[1] :] + shift, thresholds, cuts, confidence)
    finding = Finding(
        weights=_rounded(weights[: len(FEATURES)]),
        confidences=tuple(cuts.tolist()),
        thresholds=_rounded(thresholds),
        highest=round(float(max(confidence.max(), cuts[-1])), 4),
        memory=memory_of(z, table.number[mine], table.at_s[mine]),
    )
    return finding, lights or {"day": 0.0, **dict(zip(names, weights[len(FEATURES) :].tolist(), strict=True))}


def logistic_at_cuts(x: F64, confidence: F64, cuts: F64, *, shift: F64, belief: F64) -> tuple[F64, F64]:
    """Weights (F,) and ascending thresholds (K,) of P(confidence >= cut) = logistic(x w + shift - threshold).

    The proportional-odds model (McCullagh 1980, "Regression models for ordinal data") by the sum of the cuts' log likelihoods, with
    a ridge towards ``belief``, by Newton's steps. Thresholds ascend because at each cut the fitted shares sum to the observed ones.
    """
    reached = (confidence[:, None] >= cuts[None, :]).astype(np.float64)
    heed = np.where(np.isclose(cuts, SHOWN), _HEED, 1.0)
    count = x.shape[1]

    def loss(at: F64) -> float:
        logit = (x @ at[:count] + shift)[:, None] - at[None, count:]
        wrong = ((np.logaddexp(0.0, logit) - reached * logit) * heed).sum()
        return float(wrong + _RIDGE / 2 * ((at[:count] - belief) ** 2).sum())

    at = np.concatenate([belief, np.linspace(-2.0, 2.0, len(cuts))])
    now = loss(at)
    for _ in range(_STEPS):
        chance = expit((x @ at[:count] + shift)[:, None] - at[None, count:])
        wrong, bend = (chance - reached) * heed, np.maximum(chance * (1 - chance) * heed, 1e-9)
        slope = np.concatenate([x.T @ wrong.sum(axis=1) + _RIDGE * (at[:count] - belief), -wrong.sum(axis=0)])
        cross = -x.T @ bend
        curve = np.block([[(x.T * bend.sum(axis=1)) @ x + _RIDGE * np.eye(count), cross], [cross.T, np.diag(bend.sum(axis=0))]])
        step = np.linalg.solve(curve + 1e-6 * np.eye(len(at)), slope)
        # A whole step of Newton's may overshoot where few boxes decide; then a shorter one is taken.
        size = next((size for size in (1.0, 0.5, 0.25, 0.1, 0.01) if loss(at - size * step) < now), 0.0)
        at = at - size * step
        before, now = now, loss(at)
        if before - now < 1e-7 * abs(now):
            break
    return at[:count], np.maximum.accumulate(at[count:])


def _scores(logit: F64, thresholds: F64, cuts: F64, confidence: F64) -> F64:
    """Normal scores (N,): where each answer lies in the chances that the model gave it, the middle of its class."""
    above = expit(logit[:, None] - thresholds[None, :])
    bounds = np.concatenate([np.ones((len(logit), 1)), above, np.zeros((len(logit), 1))], axis=1)
    reached = (confidence[:, None] >= cuts[None, :]).sum(axis=1)
    rows = np.arange(len(logit))
    below = 1.0 - (bounds[rows, reached] + bounds[rows, reached + 1]) / 2
    return np.asarray(ndtri(np.clip(below, 1e-4, 1 - 1e-4)), np.float64)


def fit_jitter(true: F64, found: F64, number: npt.NDArray[np.int64], at_s: F64) -> Jitter:
    """How far found boxes (N, 4) lie from true ones (N, 4)."""
    if len(true) < 8:
        return Jitter(
            bias=(0, 0, 0, 0), share=(0.06,) * 4, px=(0.5,) * 4, opposite=(0, 0), memory=Memory(lasting=0.3, slow=0.3, slow_s=0.5)
        )
    size = np.maximum((true[:, 2:] - true[:, :2])[:, [0, 1, 0, 1]], 1.0)
    error = (found - true) / size
    bias = error.mean(axis=0)
    off = error - bias
    share, px = np.zeros(4), np.zeros(4)
    for edge in range(4):
        share[edge], px[edge] = _spread(off[:, edge], size[:, edge])
    z = off / np.sqrt(share**2 + (px / size) ** 2)
    memories = [memory_of(z[:, edge], number, at_s) for edge in range(4)]
    slow = float(np.mean([m.slow for m in memories]))
    return Jitter(
        bias=_four(bias),
        share=_four(share),
        px=_four(px),
        opposite=(round(float((z[:, 0] * z[:, 2]).mean()), 4), round(float((z[:, 1] * z[:, 3]).mean()), 4)),
        memory=Memory(
            lasting=round(float(np.mean([m.lasting for m in memories])), 4),
            slow=round(slow, 4),
            slow_s=round(float(np.average([m.slow_s for m in memories], weights=[m.slow + 1e-6 for m in memories])), 4),
        ),
    )


def _spread(off: F64, size: F64) -> tuple[float, float]:
    """``share`` and ``px`` of a standard deviation, by least squares of the squares; neither negative."""
    x = np.column_stack([np.ones(len(off)), size**-2.0])
    both = np.linalg.lstsq(x, off**2, rcond=None)[0]
    if both[1] <= 0:
        both = np.array([float((off**2).mean()), 0.0])
    elif both[0] <= 0:
        both = np.array([0.0, float((off**2).sum() / (size**-2.0).sum())])
    return float(np.sqrt(max(both[0], 1e-6))), float(np.sqrt(both[1]))


def _naming(table: _Table) -> dict[str, dict[str, int]]:
    named = table.said >= 0
    pairs, counts = np.unique(np.column_stack([table.kind[named], table.said[named]]), axis=0, return_counts=True)
    said: dict[str, dict[str, int]] = {}
    for (true, kind), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        said.setdefault(RoadUser(true).label, {})[RoadUser(kind).label] = count
    return said


def _steady(table: _Table) -> float:
    """The share of names that stays with a road user, from how often two names in a row agree beyond chance."""
    order = np.lexsort((table.at_s, table.number))
    order = order[table.said[order] >= 0]
    same = table.number[order][1:] == table.number[order][:-1]
    alike = (table.said[order][1:] == table.said[order][:-1])[same]
    kind = table.kind[order][1:][same]
    by_chance = np.zeros(len(kind))
    for true in np.unique(kind).tolist():
        shares = np.unique(table.said[(table.kind == true) & (table.said >= 0)], return_counts=True)[1].astype(np.float64)
        by_chance[kind == true] = ((shares / shares.sum()) ** 2).sum()
    left = float((1.0 - by_chance).sum())
    beyond = float((alike - by_chance).sum()) / left if left > 1e-9 else 0.0
    return round(float(np.sqrt(np.clip(beyond, 0.0, 1.0))), 4)


def _heights(table: _Table) -> dict[str, tuple[float, float]]:
    height = table.xyxy[:, 3] - table.xyxy[:, 1]
    found = {}
    for name, kinds in FAMILIES.items():
        mine = height[np.isin(table.kind, [int(kind) for kind in kinds])]
        if len(mine):
            low, high = np.quantile(mine, [0.01, 0.99]).round(1).tolist()
            found[name] = (low, high)
    return found


def _by_kind(kind: npt.NDArray[np.int16]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in kind.tolist():
        name = family(RoadUser(value))
        counts[name] = counts.get(name, 0) + 1
    return counts


def _rounded(values: F64) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in values.tolist())


def _four(values: F64) -> tuple[float, float, float, float]:
    a, b, c, d = _rounded(values)
    return a, b, c, d
