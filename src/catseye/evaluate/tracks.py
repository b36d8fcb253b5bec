"""How well road users were followed: CLEAR MOT and the identity F1.

Bernardin and Stiefelhagen 2008 define MOTA and switches; Ristani et al. 2016, "Performance measures and a data set for
multi-target, multi-camera tracking", define IDF1; Li, Huang and Nevatia 2009, "Learning to associate: HybridBoosted multi-target
tracker for crowded scene", mostly tracked, mostly lost and fragmentations.
"""

from itertools import pairwise

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from catseye.core.truth import TrackBoxes, Truth
from catseye.evaluate.detection import ratio
from catseye.evaluate.matching import Pairing

MOSTLY_TRACKED = 0.8
MOSTLY_LOST = 0.2


class TrackScore(msgspec.Struct, frozen=True, kw_only=True):
    """Tracking over a clip.

    ``switches``: a road user is followed by another track than last. ``fragmentations``: it is followed again after it was not.
    ``mostly_tracked`` and ``mostly_lost`` count ``road_users`` followed in more than 80 % and less than 20 % of their frames.
    ``mota`` and ``idf1`` are None where the truth is empty.
    """

    road_users: int
    boxes: int
    found: int
    extra: int
    switches: int
    fragmentations: int
    mostly_tracked: int
    mostly_lost: int
    mota: float | None
    idf1: float | None


def score(truth: Truth, result: TrackBoxes, pairing: Pairing) -> TrackScore:
    """Score what ``matching.match`` paired."""
    lives = _lives(truth, result, pairing)
    switches = fragmentations = mostly_tracked = mostly_lost = 0
    for life in lives:
        followed_by = [number for number in life if number is not None]
        switches += sum(a != b for a, b in pairwise(followed_by))
        starts = sum(now is not None and was is None for was, now in pairwise([None, *life]))
        fragmentations += max(starts - 1, 0)
        share = len(followed_by) / len(life)
        mostly_tracked += share > MOSTLY_TRACKED
        mostly_lost += share < MOSTLY_LOST
    n = len(pairing.truth) + len(pairing.missed)
    wrong = len(pairing.missed) + len(pairing.extra) + switches
    return TrackScore(
        road_users=len(lives),
        boxes=n,
        found=len(pairing.truth),
        extra=len(pairing.extra),
        switches=switches,
        fragmentations=fragmentations,
        mostly_tracked=mostly_tracked,
        mostly_lost=mostly_lost,
        mota=1 - wrong / n if n else None,
        idf1=_idf1(truth, result, pairing) if n else None,
    )


def _lives(truth: Truth, result: TrackBoxes, pairing: Pairing) -> list[list[int | None]]:
    """Of each road user, who followed them in each of their frames."""
    rows = [(int(t), int(result.number[r])) for t, r in zip(pairing.truth, pairing.result, strict=True)]
    everyone: list[tuple[int, int | None]] = [*rows, *((int(t), None) for t in pairing.missed)]
    lives: dict[int, list[int | None]] = {}
    for row, number in sorted(everyone, key=lambda pair: int(truth.boxes.frame[pair[0]])):
        lives.setdefault(int(truth.boxes.number[row]), []).append(number)
    return list(lives.values())


def _idf1(truth: Truth, result: TrackBoxes, pairing: Pairing) -> float | None:
    """The F1 of boxes under the best one-to-one assignment of whole tracks to road users."""
    near = pairing.near
    people, t = np.unique(truth.boxes.number[near[:, 0]], return_inverse=True)
    tracks, r = np.unique(result.number[near[:, 1]], return_inverse=True)
    together = np.zeros((len(people), len(tracks)))
    np.add.at(together, (t, r), 1)
    right = together[linear_sum_assignment(together, maximize=True)].sum()
    of_truth = len(pairing.truth) + len(pairing.missed)
    of_result = len(pairing.truth) + len(pairing.extra)
    return ratio(2 * float(right), of_truth + of_result)
