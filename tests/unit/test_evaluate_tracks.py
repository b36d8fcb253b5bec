from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth, track_boxes
from catseye.evaluate import detection, tracks
from catseye.evaluate.kinds import Verdict, judged, verdict
from catseye.evaluate.matching import match
from catseye.evaluate.overlaps import hold

Row = tuple[int, int, float, RoadUser]  # frame, number, x, kind: boxes are 20 px wide, 10 high, on the line y = 0


def boxes(rows: list[Row]) -> TrackBoxes:
    return track_boxes([(frame, number, (x, 0.0, x + 20, 10.0), kind, 1.0) for frame, number, x, kind in rows])


def truth_of(rows: list[Row], *, ignored: frozenset[int] = frozenset(), kinds: frozenset[RoadUser] | None = None) -> Truth:
    """A truth; ``ignored`` are row indices."""
    no = np.zeros(len(rows), np.bool_)
    hidden = no.copy()
    hidden[list(ignored)] = True
    return Truth(
        boxes=boxes(rows),
        ignored=hidden,
        parked=no,
        stopped=no,
        kinds=frozenset(row[3] for row in rows) if kinds is None else kinds,
        frames=max((row[0] for row in rows), default=-1) + 1,
    )


def scored(truth: Truth, result: TrackBoxes) -> tracks.TrackScore:
    return tracks.score(hold(truth, result))


CAR = RoadUser.CAR


def path(number: int, frames: range, x: float = 0.0, kind: RoadUser = CAR) -> list[Row]:
    return [(frame, number, x, kind) for frame in frames]


def test_a_hand_counted_case() -> None:
    # Road user 1: found in 0..3 by 7, missed in 4, found in 5..9 by 8: one switch, one fragmentation. 2: found in 1 of 10 frames.
    truth = truth_of([*path(1, range(10)), *path(2, range(10), 100)])
    result = boxes([*path(7, range(4), 4), *path(8, range(5, 10), 2), *path(9, range(1), 100), *path(9, range(3, 5), 500)])
    score = scored(truth, result)
    assert (score.road_users, score.boxes, score.found, score.extra) == (2, 20, 10, 2)
    assert (score.switches, score.fragmentations, score.mostly_tracked, score.mostly_lost) == (1, 1, 1, 1)
    assert score.mota == pytest.approx(1 - (10 + 2 + 1) / 20)
    # Tracks 8 (5 boxes) with 1 and 9 (1 box) with 2 are the best assignment: 6 of 20 and of 12.
    assert score.idf1 == pytest.approx(2 * 6 / (20 + 12))


def test_a_pair_stays_a_pair_though_another_overlaps_more() -> None:
    truth = truth_of(path(1, range(2)))
    result = boxes([(0, 7, 0.0, CAR), (1, 7, 5.0, CAR), (1, 8, 0.0, CAR)])
    pairing = match(truth, result)
    assert result.number[pairing.result].tolist() == [7, 7]
    assert result.number[pairing.extra].tolist() == [8]


def test_an_overlap_below_one_half_is_no_pair() -> None:
    truth = truth_of(path(1, range(1)))
    assert scored(truth, boxes([(0, 1, 20 / 3 - 0.01, CAR)])).found == 1  # intersection 13.34 of 26.66
    assert scored(truth, boxes([(0, 1, 20 / 3 + 0.01, CAR)])).found == 0


def test_what_is_hidden_is_neither_missed_nor_extra() -> None:
    truth = truth_of([*path(1, range(4)), *path(2, range(4), 100)], ignored=frozenset({1, 2, 4}))
    result = boxes([*path(7, range(3)), (0, 8, 100.0, CAR), (0, 9, 102.0, CAR), (0, 10, 300.0, CAR)])
    score = scored(truth, result)
    # Judged: 1 in frames 0 and 3, 2 in frames 1, 2, 3. Of the result, only the box at 300 is out of place.
    assert (score.boxes, score.found, score.extra) == (5, 1, 1)


def test_kinds_that_were_not_marked_are_not_false_alarms() -> None:
    truth = truth_of(path(1, range(1)), kinds=frozenset({CAR, RoadUser.MOTORCYCLE}))
    found = [RoadUser.PEDESTRIAN, RoadUser.BICYCLE, RoadUser.TWO_WHEELER, RoadUser.MOTORCYCLE, RoadUser.BUS]
    pairing = match(truth, boxes([(0, n, 100.0 * (n + 1), kind) for n, kind in enumerate(found)]))
    assert [found[row] for row in pairing.extra] == [RoadUser.MOTORCYCLE, RoadUser.BUS]


def test_a_walker_is_not_a_car() -> None:
    truth = truth_of(path(1, range(1)), kinds=frozenset(RoadUser))
    score = scored(truth, boxes(path(1, range(1), kind=RoadUser.PEDESTRIAN)))
    assert (score.found, score.extra) == (0, 1)


def test_a_wrong_kind_of_motor_vehicle_is_found_and_named_wrong() -> None:
    truth = truth_of([*path(1, range(1)), *path(2, range(1), 100), *path(3, range(1), 200, RoadUser.BUS)])
    result = boxes([(0, 1, 0.0, RoadUser.VAN), (0, 2, 100.0, RoadUser.VEHICLE), (0, 3, 200.0, CAR), (0, 4, 300.0, CAR)])
    score = detection.score(truth, result, match(truth, result))
    assert score.kinds == {"right": 1, "wrong": 1, "unnamed": 1}
    assert score.by_kind["bus"] == detection.Found(found=1, missed=0, extra=0)
    assert score.by_kind["car"] == detection.Found(found=2, missed=0, extra=1)
    assert score.by_size["below 16 px"].recall == 1.0
    assert score.by_size["16 to 32 px"].recall is None
    assert score.all.precision == pytest.approx(3 / 4)


def test_a_van_is_only_right_for_a_car_where_the_truth_knows_no_vans() -> None:
    assert verdict(CAR, RoadUser.VAN, {CAR}) is Verdict.RIGHT
    assert verdict(CAR, RoadUser.VAN, {CAR, RoadUser.VAN}) is Verdict.WRONG
    assert verdict(RoadUser.BUS, RoadUser.VAN, {RoadUser.BUS}) is Verdict.WRONG
    assert judged({RoadUser.PEDESTRIAN}) == {RoadUser.PEDESTRIAN}
    assert RoadUser.BICYCLE in judged({RoadUser.TWO_WHEELER})


def test_nothing_and_nobody() -> None:
    empty = truth_of([])
    assert scored(empty, boxes([])).mota is None
    score = scored(truth_of(path(1, range(3))), boxes([]))
    assert (score.mota, score.idf1, score.mostly_lost) == (0.0, 0.0, 1)


def test_only_the_frames_asked_for_are_judged() -> None:
    truth = truth_of(path(1, range(10)))
    result = boxes([(frame, 5, 0.0, CAR) for frame in range(0, 10, 2)])
    score = tracks.score(hold(truth, result, frames=np.arange(0, 30, 2)))
    assert (score.boxes, score.mota, score.fragmentations) == (5, 1.0, 0)


# Road users on lanes 30 px apart, each for a stretch of frames.
streets: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=6
).map(
    lambda lives: [
        (f, n, 30.0 * n + f * step, CAR) for n, (start, long, step) in enumerate(lives) for f in range(start, start + long)
    ]
)


@settings(max_examples=25)
@given(streets)
def test_the_truth_itself_is_perfect(rows: list[Row]) -> None:
    truth = truth_of(rows)
    score = scored(truth, truth.boxes)
    assert (score.mota, score.idf1, score.switches, score.fragmentations) == (1.0, 1.0, 0, 0)
    assert (score.hota, score.deta, score.assa, score.loca) == pytest.approx((1.0,) * 4)
    assert score.mostly_tracked == score.road_users
    found = detection.score(truth, truth.boxes, match(truth, truth.boxes))
    assert (found.all.recall, found.all.precision, found.kinds["wrong"]) == (1.0, 1.0, 0)


def renumbered(result: TrackBoxes, names: Mapping[int, int]) -> TrackBoxes:
    rows = [(int(f), names.get(int(n), int(n)), tuple(b), int(k), 1.0) for f, n, b, k in
            zip(result.frame, result.number, result.xyxy.tolist(), result.road_user, strict=True)]  # fmt: skip
    return track_boxes(rows)


@settings(max_examples=25)
@given(streets, st.permutations(range(6)), st.lists(st.booleans(), min_size=36, max_size=36))
def test_names_of_tracks_do_not_matter(rows: list[Row], names: list[int], kept: list[bool]) -> None:
    truth = truth_of(rows)
    result = boxes([row for row, keep in zip(rows, kept, strict=False) if keep])
    assert scored(truth, result) == scored(truth, renumbered(result, dict(enumerate(names))))


@settings(max_examples=25)
@given(st.integers(2, 6), st.integers(2, 8))
def test_when_everyone_changes_tracks_midway_each_switches_once(people: int, frames: int) -> None:
    rows = [(f, n, 100.0 * n, CAR) for f in range(frames) for n in range(people)]
    swapped = boxes([(f, (n + (f >= frames // 2)) % people, x, kind) for f, n, x, kind in rows])
    score = scored(truth_of(rows), swapped)
    assert score.switches == people
    assert score.mota == pytest.approx(1 - 1 / frames)
    assert score.idf1 == pytest.approx(max(frames // 2, frames - frames // 2) / frames)


@settings(max_examples=25)
@given(streets, st.data())
def test_scores_stay_within_their_bounds(rows: list[Row], data: st.DataObject) -> None:
    truth = truth_of(rows, ignored=frozenset(data.draw(st.sets(st.integers(0, len(rows) - 1)))))
    moved = [(f, n % 2, x + data.draw(st.sampled_from([0.0, 8.0, 40.0])), kind) for f, n, x, kind in rows]
    pairing = match(truth, boxes(moved))
    judged_rows = [*pairing.truth.tolist(), *pairing.missed.tolist()]
    assert sorted(judged_rows) == np.flatnonzero(~truth.ignored).tolist()
    assert len({*pairing.result.tolist()} & {*pairing.extra.tolist()}) == 0
    score = scored(truth, boxes(moved))
    for name in ("hota", "deta", "assa", "loca", "idf1", "idp", "idr", "motp"):
        assert getattr(score, name) is None or -1e-9 <= getattr(score, name) <= 1 + 1e-9
    assert score.mota is None or score.mota <= 1
