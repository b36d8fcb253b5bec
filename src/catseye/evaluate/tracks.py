"""How well road users were followed: HOTA, the identity measures and CLEAR MOT.

Luiten et al. 2021, "HOTA: A higher order metric for evaluating multi-object tracking", define HOTA, DetA, AssA and LocA; Bernardin
and Stiefelhagen 2008 MOTA, MOTP and switches; Ristani et al. 2016, "Performance measures and a data set for multi-target,
multi-camera tracking", IDF1, IDP and IDR; Li, Huang and Nevatia 2009, "Learning to associate: HybridBoosted multi-target tracker
for crowded scene", mostly tracked, mostly lost and fragmentations.

Every measure is a ratio of sums, so the sums are kept for each road user (with the tracks that followed it) and each false track.
Clips are pooled by adding them, and a bootstrap draws from them.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from catseye.core.boxes import F64
from catseye.evaluate.matching import busy_step, followed
from catseye.evaluate.overlaps import EPS, IOU, Held, Rows, Side, assigned

ALPHAS = np.arange(0.05, 0.99, 0.05)
MOSTLY_TRACKED = 0.8
MOSTLY_LOST = 0.2

_A = len(ALPHAS)
_COLUMNS = (
    *("road_users", "boxes", "result_boxes"),
    *("found", "overlap", "switches", "fragmentations", "mostly_tracked", "mostly_lost"),
    *("id_found",),
)
_ARRAYS = ("hota_found", "hota_associated", "hota_overlap")  # one column for each alpha
WIDTH = len(_COLUMNS) + _A * len(_ARRAYS)


class TrackScore(msgspec.Struct, frozen=True, kw_only=True):
    """Tracking over one or more clips.

    ``switches``: a road user is followed by another track than last. ``fragmentations``: it is followed again after it was not.
    ``mostly_tracked`` and ``mostly_lost`` count ``road_users`` followed in more than 80 % and less than 20 % of their frames.
    ``hota``, ``deta``, ``assa`` and ``loca`` are means over overlaps of 0.05, 0.10 ... 0.95. A ratio of nothing is None.
    """

    road_users: int
    boxes: int
    found: int
    extra: int
    switches: int
    fragmentations: int
    mostly_tracked: int
    mostly_lost: int
    hota: float | None
    deta: float | None
    assa: float | None
    loca: float | None
    idf1: float | None
    idp: float | None
    idr: float | None
    mota: float | None
    motp: float | None


def score(held: Held | Sequence[Held]) -> TrackScore:
    """Score one clip, or several pooled."""
    clips = [held] if isinstance(held, Held) else held
    return score_of(np.sum([sums(clip).sum(axis=0) for clip in clips], axis=0))


def score_of(total: F64) -> TrackScore:
    """The score that column sums (WIDTH,) of ``sums`` amount to."""
    of = _named(total)
    told = {name: float(value) if np.isfinite(value) else None for name, value in measures(total).items()}
    whole = {name: int(of[name]) for name in _COLUMNS if name in TrackScore.__struct_fields__}
    return TrackScore(**whole, extra=int(of["result_boxes"] - of["found"]), **told)  # type: ignore[arg-type]


def measures(total: F64) -> dict[str, F64]:
    """Each measure (...) of column sums (..., WIDTH); NaN where it would be a ratio of nothing."""
    of = _named(total)
    boxes, results = of["boxes"], of["result_boxes"]
    found = of["hota_found"]
    both = boxes[..., None] + results[..., None] - found
    deta = _ratio(found, both)
    assa = np.where(both > 0, of["hota_associated"] / np.maximum(found, 1.0), np.nan)
    loca = np.where(both > 0, np.maximum(of["hota_overlap"], 1e-10) / np.maximum(found, 1e-10), np.nan)
    wrong = boxes + results - 2 * of["found"] + of["switches"]
    return {
        "hota": np.sqrt(deta * assa).mean(axis=-1),
        "deta": deta.mean(axis=-1),
        "assa": assa.mean(axis=-1),
        "loca": loca.mean(axis=-1),
        "idf1": _ratio(2 * of["id_found"], boxes + results),
        "idp": _ratio(of["id_found"], results),
        "idr": _ratio(of["id_found"], boxes),
        "mota": 1 - _ratio(wrong, boxes),
        "motp": _ratio(of["overlap"], of["found"]),
    }


def sums(held: Held) -> F64:
    """What the measures are made of, float64 (U, WIDTH): a row for each road user of the truth, then one for each false track.

    A track belongs to the road user it overlapped by one half most often; a false track never overlapped any.
    """
    truth, result = held.truth, held.result
    near = np.flatnonzero(held.iou >= IOU)
    pair, together = _together(held, near)
    owner, units = _owners(truth, result, pair, together)
    table: dict[str, F64] = {"road_users": np.zeros(units)}
    table["road_users"][: truth.tracks] = 1
    table["boxes"] = _counted(truth.who, units)
    table["result_boxes"] = _counted(owner[result.who], units)
    table["id_found"] = _identified(pair, together, units)
    table |= _clear(held, units)
    return np.concatenate([np.stack([table[name] for name in _COLUMNS], axis=1), _hota(held, units)], axis=1)


def false_tracks(held: Held) -> Rows:
    """For each judged box of the result (N,) the row of ``sums`` of its false track, or -1 where its track has a road user."""
    pair, together = _together(held, np.flatnonzero(held.iou >= IOU))
    owner = _owners(held.truth, held.result, pair, together)[0][held.result.who]
    return np.where(owner >= held.truth.tracks, owner, -1)


def _named(total: F64) -> dict[str, F64]:
    """The columns of sums by name, those of the alphas together."""
    n = len(_COLUMNS)
    arrays = {name: total[..., n + k * _A : n + (k + 1) * _A] for k, name in enumerate(_ARRAYS)}
    return {name: total[..., k] for k, name in enumerate(_COLUMNS)} | arrays


def _ratio(part: F64, whole: F64) -> F64:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0), np.float64)


def _together(held: Held, pairs: Rows) -> tuple[Rows, F64]:
    """Which road users and tracks are in ``pairs`` together, int (K, 2), and in how many (K,)."""
    both = np.stack([held.truth.who[held.t[pairs]], held.result.who[held.r[pairs]]], axis=1)
    names, n = np.unique(both, axis=0, return_counts=True)
    return names.reshape(-1, 2), n.astype(np.float64)


def _owners(truth: Side, result: Side, pair: Rows, together: F64) -> tuple[Rows, int]:
    """The unit of each track: the road user it was with most, or one of its own; and how many units there are."""
    owner = np.full(result.tracks, -1, np.intp)
    order = np.argsort(together, kind="stable")
    owner[pair[order, 1]] = pair[order, 0]  # the last one written is the most
    alone = owner < 0
    owner[alone] = truth.tracks + np.arange(alone.sum())
    return owner, truth.tracks + int(alone.sum())


def _identified(pair: Rows, together: F64, units: int) -> F64:
    """Boxes each road user shares with the track that is its own, in the one-to-one assignment that shares the most."""
    found = np.zeros(units)
    if not len(pair):
        return found
    t, r = (np.unique(pair[:, side], return_inverse=True)[1] for side in (0, 1))
    n = int(t.max()) + 1
    graph = coo_array((together, (t, n + r)), shape=(n + int(r.max()) + 1,) * 2)
    group = connected_components(graph, directed=False)[1][t]
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        us, i = np.unique(pair[rows, 0], return_inverse=True)
        _, j = np.unique(pair[rows, 1], return_inverse=True)
        matrix = np.zeros((len(us), int(j.max()) + 1))
        matrix[i, j] = together[rows]
        at, which = linear_sum_assignment(matrix, maximize=True)
        found[us[at]] = matrix[at, which]
    return found


def _clear(held: Held, units: int) -> dict[str, F64]:
    """CLEAR MOT for each unit (U,)."""
    pairs = followed(held)
    whom, by = held.truth.who[held.t[pairs]], held.result.who[held.r[pairs]]
    frame = held.truth.frame[held.t[pairs]]
    step = busy_step(held)[frame]
    order = np.lexsort((frame, whom))
    again = whom[order][1:] == whom[order][:-1]
    switched = again & (by[order][1:] != by[order][:-1])
    broken = again & (np.diff(step[order]) > 1)
    found = _counted(whom, units)
    share = _ratio(found, _counted(held.truth.who, units))
    return {
        "found": found,
        "overlap": np.bincount(whom, held.iou[pairs], minlength=units).astype(np.float64),
        "switches": _counted(whom[order][1:][switched], units),
        "fragmentations": _counted(whom[order][1:][broken], units),
        "mostly_tracked": (share > MOSTLY_TRACKED).astype(np.float64),
        "mostly_lost": (share < MOSTLY_LOST).astype(np.float64),
    }


def _counted(unit: Rows, units: int) -> F64:
    return np.bincount(unit, minlength=units).astype(np.float64)


def _hota(held: Held, units: int) -> F64:
    """What HOTA is made of for each unit and alpha, (U, 3 A): matches, their association scores, their overlaps."""
    truth, result = held.truth, held.result
    life_t, life_r = _counted(truth.who, truth.tracks), _counted(result.who, result.tracks)
    whom, by = truth.who[held.t], result.who[held.r]
    name, which = np.unique(whom * max(result.tracks, 1) + by, return_inverse=True)
    t_of, r_of = np.divmod(name, max(result.tracks, 1))
    # How well each pair of tracks fits over the whole clip (a soft Jaccard index of their boxes) ...
    of_t = np.bincount(held.t, held.iou, minlength=len(truth))[held.t]
    of_r = np.bincount(held.r, held.iou, minlength=len(result))[held.r]
    soft = np.bincount(which, held.iou / (of_t + of_r - held.iou), minlength=len(name))
    fits = soft / (life_t[t_of] + life_r[r_of] - soft)
    # ... decides with the overlap who is matched, once for all alphas.
    pairs = assigned(held, held.iou * fits[which])
    table = np.zeros((len(_ARRAYS), units, _A))
    for a, alpha in enumerate(ALPHAS):
        near = pairs[held.iou[pairs] >= alpha - EPS]
        n = _counted(which[near], len(name))
        associated = n / np.maximum(life_t[t_of] + life_r[r_of] - n, 1.0)
        table[0, :, a] = _counted(whom[near], units)
        table[1, :, a] = np.bincount(t_of, n * associated, minlength=units)
        table[2, :, a] = np.bincount(whom[near], held.iou[near], minlength=units)
    return np.concatenate(list(table), axis=1)
