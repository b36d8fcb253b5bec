"""Tracking over several clips: pooled, clip by clip, and by kind, size and light; and whether one result beats another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array

from catseye.core import boxes
from catseye.core.boxes import F64
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth
from catseye.evaluate import bootstrap, detection, tracks
from catseye.evaluate.bootstrap import Interval
from catseye.evaluate.detection import SIZES_PX, DetectionScore
from catseye.evaluate.matching import pairing_of
from catseye.evaluate.overlaps import IOU, Held, Part, facing, hold, judged_frames
from catseye.evaluate.tracks import TrackScore

Frames = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """One clip: its truth, what was made of it, and the frames that are judged (None: all that were marked)."""

    name: str
    truth: Truth
    result: TrackBoxes
    frames: Frames | None = None


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """Another result of the same clips. ``differences`` are ours less theirs; one counts where its interval excludes zero."""

    tracks: TrackScore
    differences: dict[str, Interval]


class TracksReport(msgspec.Struct, frozen=True, kw_only=True):
    """``tracks`` and ``boxes`` are of all ``clips`` together, ``intervals`` those of the measures in ``tracks``.

    A road user is of the kind that most of its boxes say and of the size that is their median. What belongs to other road users is
    set aside, and a false track counts where its own boxes put it. ``by_light`` is empty where no truth tells the light.
    """

    frames: int
    frames_judged: int
    tracks: TrackScore
    intervals: dict[str, Interval]
    boxes: DetectionScore
    clips: dict[str, TrackScore]
    by_kind: dict[str, TrackScore]
    by_size: dict[str, TrackScore]
    by_light: dict[str, TrackScore]
    against: Against | None = None


def judge(clips: Sequence[Followed], *, against: Sequence[TrackBoxes] | None = None, resamples: int) -> TracksReport:
    """Judge the results of ``clips``, and hold them ``against`` other results of the same clips, in the same order."""
    held = [hold(clip.truth, clip.result, frames=clip.frames) for clip in clips]
    units = [tracks.sums(one) for one in held]
    scores = {clip.name: tracks.score_of(rows.sum(axis=0)) for clip, rows in zip(clips, units, strict=True)}
    lights = sorted({clip.truth.light for clip in clips} - {""})
    return TracksReport(
        frames=sum(clip.truth.frames for clip in clips),
        frames_judged=sum(one.frames for one in held),
        tracks=tracks.score_of(_added(units)),
        intervals=bootstrap.intervals(units, tracks.measures, resamples=resamples),
        boxes=detection.pooled(
            [detection.score(clip.truth, clip.result, pairing_of(one)) for clip, one in zip(clips, held, strict=True)]
        ),
        clips=scores,
        by_kind=_by_kind(clips),
        by_size=_by_size(clips),
        by_light={
            light: tracks.score_of(_added([rows for clip, rows in zip(clips, units, strict=True) if clip.truth.light == light]))
            for light in lights
        },
        against=None if against is None else _against(clips, held, units, against, resamples),
    )


def _against(
    clips: Sequence[Followed], ours: Sequence[Held], units: Sequence[F64], against: Sequence[TrackBoxes], resamples: int
) -> Against:
    theirs = [hold(clip.truth, other, frames=clip.frames) for clip, other in zip(clips, against, strict=True)]
    others = [tracks.sums(one) for one in theirs]
    both = [
        side_by_side((a, clip.result, mine), (b, other, yours), judged_frames(clip.truth, clip.frames))
        for clip, other, mine, yours, a, b in zip(clips, against, ours, theirs, units, others, strict=True)
    ]
    return Against(
        tracks=tracks.score_of(_added(others)),
        differences=bootstrap.differences([a for a, _ in both], [b for _, b in both], tracks.measures, resamples=resamples),
    )


def side_by_side(
    ours: tuple[F64, TrackBoxes, Held], theirs: tuple[F64, TrackBoxes, Held], frames: npt.NDArray[np.int64]
) -> tuple[F64, F64]:
    """The sums of both over the same units: the road users, then the false tracks.

    Each side is its ``sums``, its boxes and how they were held. False tracks that share boxes (an overlap of one half) are one
    unit, paired so that they share the most: what fools both is no difference between them.
    """
    (a, _, held), (b, _, _) = ours, theirs
    road_users = held.truth.tracks
    at, which = _false_in_both(ours, theirs, frames)
    alone_a = np.setdiff1d(np.arange(road_users, len(a)), at)
    alone_b = np.setdiff1d(np.arange(road_users, len(b)), which)
    nothing = np.zeros((len(alone_b), tracks.WIDTH)), np.zeros((len(alone_a), tracks.WIDTH))
    return (
        np.concatenate([a[:road_users], a[at], a[alone_a], nothing[0]]),
        np.concatenate([b[:road_users], b[which], nothing[1], b[alone_b]]),
    )


def _false_in_both(
    ours: tuple[F64, TrackBoxes, Held], theirs: tuple[F64, TrackBoxes, Held], frames: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The rows of sums, (K,) of each side, of false tracks that are the same one."""
    rows = []
    for _, table, held in (ours, theirs):
        row = np.full(len(table), -1, np.intp)
        row[held.result.row] = tracks.false_tracks(held)
        rows.append(row)
    both = facing(ours[1], theirs[1], frames)
    near = both.iou >= IOU
    i, j = rows[0][both.truth.row[both.t[near]]], rows[1][both.result.row[both.r[near]]]
    false = (i >= 0) & (j >= 0)
    shared = coo_array((np.ones(false.sum()), (i[false], j[false])), shape=(len(ours[0]), len(theirs[0]))).toarray()
    at, which = linear_sum_assignment(shared, maximize=True)
    same = shared[at, which] > 0
    return at[same], which[same]


def _by_kind(clips: Sequence[Followed]) -> dict[str, TrackScore]:
    usual = [_usual(clip.truth.boxes) for clip in clips]
    return {
        RoadUser(kind).label: _part(
            clips,
            [Part(truth=of == kind, result=clip.result.road_user == kind) for of, clip in zip(usual, clips, strict=True)],
        )
        for kind in np.unique(np.concatenate(usual)).tolist()
    }


def _by_size(clips: Sequence[Followed]) -> dict[str, TrackScore]:
    sizes = [(_size_px(clip.truth.boxes), _size_px(clip.result)) for clip in clips]
    found = {}
    for name, low, high in SIZES_PX:
        parts = [Part(truth=(low <= true) & (true < high), result=(low <= told) & (told < high)) for true, told in sizes]
        if any(part.truth.any() for part in parts):
            found[name] = _part(clips, parts)
    return found


def _part(clips: Sequence[Followed], parts: Sequence[Part]) -> TrackScore:
    held = [hold(clip.truth, clip.result, frames=clip.frames, part=part) for clip, part in zip(clips, parts, strict=True)]
    return tracks.score(held)


def _usual(table: TrackBoxes) -> npt.NDArray[np.int16]:
    """For each box (N,) the kind that most boxes of its track say."""
    _, who = np.unique(table.number, return_inverse=True)
    votes = np.zeros((int(who.max(initial=-1)) + 1, len(RoadUser)))
    np.add.at(votes, (who, table.road_user), 1)
    return votes.argmax(axis=1)[who].astype(np.int16) if len(table) else table.road_user


def _size_px(table: TrackBoxes) -> F64:
    """For each box (N,) the median of its track's: square roots of areas."""
    own = np.sqrt(boxes.area(table.xyxy))
    _, who = np.unique(table.number, return_inverse=True)
    order = np.lexsort((own, who))
    edges = np.concatenate([[0], np.cumsum(np.bincount(who))]).astype(np.intp)
    medians = [float(np.median(own[order[low:high]])) for low, high in pairwise(edges.tolist())]
    return np.asarray(medians, np.float64)[who]


def _added(units: Sequence[F64]) -> F64:
    return np.asarray(np.sum([rows.sum(axis=0) for rows in units], axis=0), np.float64)
