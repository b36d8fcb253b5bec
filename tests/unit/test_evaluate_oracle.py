"""Tracking measures against TrackEval, the reference code of HOTA's authors, which is fed from the tables directly."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core import boxes
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth, track_boxes
from catseye.evaluate import tracks
from catseye.evaluate.files import truth_for
from catseye.evaluate.overlaps import hold

with contextlib.redirect_stdout(io.StringIO()):  # it tells of data sets that it cannot read here
    import trackeval

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "truth"
CAR = RoadUser.CAR
Results = dict[str, dict[str, Any]]


def by_trackeval(truth: TrackBoxes, result: TrackBoxes, frames: int) -> Results:
    names = [np.unique(table.number) for table in (truth, result)]
    rows = [[np.flatnonzero(table.frame == frame) for frame in range(frames)] for table in (truth, result)]
    data = {
        "num_timesteps": frames,
        "num_gt_dets": len(truth),
        "num_tracker_dets": len(result),
        "num_gt_ids": len(names[0]),
        "num_tracker_ids": len(names[1]),
        "gt_ids": [np.searchsorted(names[0], truth.number[at]) for at in rows[0]],
        "tracker_ids": [np.searchsorted(names[1], result.number[at]) for at in rows[1]],
        "similarity_scores": [boxes.iou(truth.xyxy[t], result.xyxy[r]) for t, r in zip(*rows, strict=True)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        metrics = (trackeval.metrics.HOTA(), trackeval.metrics.CLEAR(), trackeval.metrics.Identity())
        return {metric.get_name(): metric.eval_sequence(data) for metric in metrics}


def pooled_by_trackeval(clips: list[Results]) -> Results:
    with contextlib.redirect_stdout(io.StringIO()):
        metrics = (trackeval.metrics.HOTA(), trackeval.metrics.CLEAR(), trackeval.metrics.Identity())
    return {
        metric.get_name(): metric.combine_sequences({str(n): clip[metric.get_name()] for n, clip in enumerate(clips)})
        for metric in metrics
    }


def assert_equal(ours: tracks.TrackScore, theirs: Results) -> None:
    hota, clear, identity = theirs["HOTA"], theirs["CLEAR"], theirs["Identity"]
    expected = {
        "hota": hota["HOTA"].mean(),
        "deta": hota["DetA"].mean(),
        "assa": hota["AssA"].mean(),
        "loca": hota["LocA"].mean(),
        "idf1": identity["IDF1"],
        "idp": identity["IDP"],
        "idr": identity["IDR"],
        "mota": clear["MOTA"],
        "motp": clear["MOTP"],
        "switches": clear["IDSW"],
        "fragmentations": clear["Frag"],
        "mostly_tracked": clear["MT"],
        "mostly_lost": clear["ML"],
        "found": clear["CLR_TP"],
        "extra": clear["CLR_FP"],
    }
    told = {name: getattr(ours, name) for name in expected}
    # A ratio of nothing is None here; there it is 0, and 1 for the overlap of no boxes.
    assert {name: (name == "loca") if value is None else value for name, value in told.items()} == pytest.approx(
        expected, abs=1e-6, rel=0
    )


def truth_of(table: TrackBoxes, frames: int) -> Truth:
    no = np.zeros(len(table), np.bool_)
    return Truth(boxes=table, ignored=no, parked=no, stopped=no, kinds=frozenset({CAR}), frames=frames)


def table_of(rows: list[tuple[int, int, float, float]], rng: np.random.Generator) -> TrackBoxes:
    """Boxes about 20 px wide and high; no two pairs overlap exactly alike, so there is one best assignment."""
    return track_boxes(
        [
            (frame, number, (x + a, y + b, x + 20 + c, y + 20 + d), CAR, 1.0)
            for frame, number, x, y in sorted(rows)
            for a, b, c, d in [rng.normal(0, 1.5, 4)]
        ]
    )


def a_street(seed: int, people: int, frames: int, crowd: float, doubt: float) -> tuple[TrackBoxes, TrackBoxes]:
    """Road users that wander over each other, and tracks that lose, swap, double and invent them."""
    rng = np.random.default_rng(seed)
    true: list[tuple[int, int, float, float]] = []
    told: list[tuple[int, int, float, float]] = []
    for number in range(people):
        begin, end = sorted(rng.integers(0, frames + 1, 2).tolist())
        x, y = rng.uniform(0, crowd, 2)
        dx, dy = rng.normal(0, 3, 2)
        name = number
        for frame in range(begin, end):
            place = (x + dx * (frame - begin), y + dy * (frame - begin))
            if rng.random() > doubt / 4:  # the makers skip a frame now and then
                true.append((frame, number * 7, *place))
            name = int(rng.integers(100)) * 50 + number if rng.random() < doubt / 3 else name
            if rng.random() > doubt:
                told.append((frame, name, *place))
            if rng.random() < doubt / 3:
                told.append((frame, 10_000 + number, place[0] + float(rng.normal(0, 8)), place[1]))
    return table_of(true, rng), table_of(told, rng)


streets = st.builds(
    a_street,
    seed=st.integers(0, 2**32 - 1),
    people=st.integers(0, 8),
    frames=st.integers(1, 20),
    crowd=st.sampled_from([5.0, 40.0, 200.0]),
    doubt=st.sampled_from([0.0, 0.2, 0.6, 1.0]),
)


@settings(max_examples=60, deadline=None)
@given(streets)
def test_a_clip_scores_as_trackeval_scores_it(street: tuple[TrackBoxes, TrackBoxes]) -> None:
    true, told = street
    assert_equal(tracks.score(hold(truth_of(true, 20), told)), by_trackeval(true, told, 20))


@settings(max_examples=12, deadline=None)
@given(st.lists(streets, min_size=1, max_size=4))
def test_pooled_clips_score_as_trackeval_combines_them(clips: list[tuple[TrackBoxes, TrackBoxes]]) -> None:
    ours = tracks.score([hold(truth_of(true, 20), told) for true, told in clips])
    assert_equal(ours, pooled_by_trackeval([by_trackeval(true, told, 20) for true, told in clips]))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the data folder beside the checkout is absent")
@pytest.mark.parametrize("name", ["tfl-jamcam/03604.cvat.xml", "tfl-jamcam/06514.cvat.xml", "PETS09-S2L1", "TUD-Stadtmitte"])
def test_a_real_truth_scores_as_trackeval_scores_it(name: str) -> None:
    read = truth_for(SHARED / name)
    true = TrackBoxes(
        frame=read.boxes.frame,
        number=read.boxes.number,
        xyxy=read.boxes.xyxy,
        road_user=np.full(len(read.boxes), CAR, np.int16),
        confidence=read.boxes.confidence,
    )
    rng = np.random.default_rng(7)
    kept = np.flatnonzero(rng.random(len(true)) < 0.8)
    told = TrackBoxes(
        frame=true.frame[kept],
        number=true.number[kept] * 40 + true.frame[kept] // 50 * (true.number[kept] % 3 == 0),
        xyxy=true.xyxy[kept] + rng.normal(0, 3, (len(kept), 4)),
        road_user=true.road_user[kept],
        confidence=true.confidence[kept],
    )
    assert_equal(tracks.score(hold(truth_of(true, read.frames), told)), by_trackeval(true, told, read.frames))
