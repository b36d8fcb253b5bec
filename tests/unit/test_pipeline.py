"""One camera from frame to records, with scripted detections: volumes, coverage and what bad time does to them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as replaced

from catseye.core.detection import Detections, DetectRequest, nothing_found
from catseye.core.events import Coverage, LineCrossed
from catseye.core.frame import ArrayPicture, Frame
from catseye.core.ids import RunId
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Mask, Scene
from catseye.core.time import NS_PER_S
from catseye.core.tracks import TrackState, Trajectory
from catseye.core.traffic import Passage, TrafficRecord
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.ports import Record
from catseye.testing.ground import SIZE as ROAD_SIZE
from catseye.testing.ground import road
from catseye.testing.passing import RUN, SIZE, STREAM, Row, box, detections, scene_of
from catseye.testing.scripted import START_NS, blank_frame
from catseye.traffic.book import EnginesFor, engines_for

LINE = scene_of([("line", (320.0, 0.0), (320.0, 360.0))])
SPEED = 80.0
Rows = Callable[[float], Sequence[Row]]


def pipeline(scene: Scene | None = LINE, *, run: str = RUN, learn_s: float = 30.0) -> CameraPipeline:
    params = PipelineParams(input_size=SIZE, learn_s=learn_s)
    return CameraPipeline(stream=STREAM, run=RunId(run), size=SIZE, scene=scene, params=params)


def frame(at_s: float, *, value: int = 90) -> Frame:
    at_ns = START_NS + round(at_s * 1e9)
    return replace(flat(value), seq=round(at_s * 1000), at_ns=at_ns, arrived_ns=at_ns)


@cache
def flat(value: int) -> Frame:
    return blank_frame(size=SIZE, value=value)


def answer(request: DetectRequest | None, rows: Sequence[Row]) -> Detections | None:
    if request is None:
        return None
    found = detections(0, rows)
    return replace(found, at_ns=request.frame.at_ns, searched=request.regions)


def drive(
    camera: CameraPipeline, rows_at: Rows, times_s: Iterable[float], *, lost: Callable[[float], bool] = lambda _: False
) -> list[Record]:
    records: list[Record] = []
    for k, at_s in enumerate(times_s):
        shot = frame(at_s, value=90 if k % 2 else 150)  # so that the gate always lets the detector look
        request = camera.plan(shot)
        records += camera.advance(shot, None if lost(at_s) else answer(request, rows_at(at_s)))
    return records


def ticks(fps: float, until_s: float, from_s: float = 0.0) -> list[float]:
    return [from_s + k / fps for k in range(int((until_s - from_s) * fps) + 1)]


def passage(at_s: float) -> list[Row]:
    x = 60 + SPEED * at_s
    return [box(x, 200)] if x < 600 else []


def two_ways(at_s: float) -> list[Row]:
    return [row for x, y in ((60 + SPEED * at_s, 120), (580 - SPEED * at_s, 300)) if 40 < x < 600 for row in [box(x, y)]]


def crossings(records: Sequence[Record]) -> list[LineCrossed]:
    return [record for record in records if isinstance(record, LineCrossed)]


def watched_s(records: Sequence[Record]) -> float:
    return sum(r.end_ns - r.start_ns for r in records if isinstance(r, Coverage)) / NS_PER_S


def after_s(event: LineCrossed) -> float:
    return (event.at_ns - START_NS) / NS_PER_S


def run_through(rows_at: Rows, times_s: Iterable[float], **how: Callable[[float], bool]) -> list[Record]:
    camera = pipeline()
    return [*drive(camera, rows_at, times_s, **how), *camera.close()]


@pytest.mark.parametrize("fps", [1, 5, 30])
def test_the_same_street_gives_the_same_volumes_at_any_frame_rate(fps: int) -> None:
    records = run_through(two_ways, ticks(fps, 9))
    assert Counter(e.direction for e in crossings(records)) == {"forward": 1, "backward": 1}
    for event in crossings(records):
        assert after_s(event) == pytest.approx(260 / SPEED, abs=0.1)
        assert event.road_user == "car"
    assert watched_s(records) == pytest.approx(9.0)


def test_dropped_and_repeated_frames_change_no_volume() -> None:
    draw = np.random.default_rng(5)
    times = [t for t in ticks(10, 9) for _ in range(draw.choice([0, 1, 1, 1, 3]))]
    records = run_through(two_ways, times)
    assert Counter(e.direction for e in crossings(records)) == {"forward": 1, "backward": 1}
    assert watched_s(records) == pytest.approx(times[-1] - times[0])


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(-40, 12), min_size=10, max_size=80))
def test_frames_out_of_order_are_as_if_they_had_never_come(steps: list[int]) -> None:
    times = list(np.cumsum(np.array([0, *steps]) / 10 + 0.05))
    in_order = [t for k, t in enumerate(times) if t > max(times[:k], default=-1e9)]
    assert run_through(two_ways, times) == run_through(two_ways, in_order)


def test_a_gap_is_neither_covered_nor_counted_over() -> None:
    seen_before, seen_after = ticks(10, 2.5), ticks(10, 9, 6.5)
    records = run_through(passage, [*seen_before, *seen_after])  # it crosses at 3.25 s, unseen
    assert crossings(records) == []
    assert watched_s(records) == pytest.approx(2.5 + 2.5)
    jumped = run_through(lambda t: passage(t if t < 100 else t - 3600), [*ticks(10, 2.9), *ticks(10, 3609, 3604)])
    assert crossings(jumped) == []
    assert watched_s(jumped) == pytest.approx(2.9 + 5)


def test_an_unanswered_request_covers_nothing_and_ages_nothing() -> None:
    records = run_through(passage, ticks(10, 9), lost=lambda t: 5.05 < t < 8.05)
    assert watched_s(records) == pytest.approx(5.0 + 0.9)
    short = run_through(passage, ticks(10, 9), lost=lambda t: 2.95 < t < 3.55)
    (event,) = crossings(short)
    assert after_s(event) == pytest.approx(260 / SPEED, abs=0.1)
    all_lost = run_through(passage, ticks(10, 9), lost=lambda _: True)
    assert all_lost == []


def test_a_detection_lost_for_a_second_while_crossing_counts_once_at_its_time() -> None:
    records = run_through(lambda t: [] if 2.75 < t < 3.75 else passage(t), ticks(10, 9))
    (event,) = crossings(records)
    assert after_s(event) == pytest.approx(260 / SPEED, abs=0.15)
    assert len([r for r in records if isinstance(r, Trajectory)]) == 1


def test_a_flickering_detector_counts_one_road_user_once() -> None:
    draw = np.random.default_rng(11)
    noise = {round(t * 10): draw.normal(0, 2, 4) for t in ticks(10, 9)}
    kept = {tick: draw.random() > 0.3 for tick in noise}

    def flicker(t: float) -> list[Row]:
        tick, rows = round(t * 10), passage(t)
        if not rows or not kept[tick]:
            return []
        kind = RoadUser.VAN if tick % 7 == 0 else RoadUser.CAR
        x1, y1, x2, y2 = (np.array(rows[0][:4]) + noise[tick]).tolist()
        return [(x1, y1, x2, y2, 0.25 if tick % 5 == 0 else 0.7, kind)]

    (event,) = crossings(run_through(flicker, ticks(10, 9)))
    assert event.road_user == "car"
    assert after_s(event) == pytest.approx(260 / SPEED, abs=0.2)


def test_what_is_parked_on_the_line_is_never_counted() -> None:
    draw = np.random.default_rng(4)
    records = run_through(lambda _: [box(320 + draw.normal(0, 1.5), 200 + draw.normal(0, 1.5))], ticks(4, 60))
    assert crossings(records) == []
    assert watched_s(records) == pytest.approx(60)


def test_replaying_a_run_reproduces_its_records_bit_for_bit() -> None:
    def once(run: str) -> list[bytes]:
        camera = pipeline(run=run)
        return [msgspec.json.encode(r) for r in [*drive(camera, two_ways, ticks(10, 9)), *camera.close()]]

    assert once("one") == once("one")
    numbers = [{msgspec.json.decode(r).get("track") for r in once(run)} - {None} for run in ("one", "two")]
    assert len(numbers[0]) == len(numbers[1]) == 2
    assert not numbers[0] & numbers[1]


def test_nothing_is_kept_of_tracks_that_ended() -> None:
    for scene in (LINE, None):
        camera = pipeline(scene, learn_s=6.0)
        drive(camera, two_ways, ticks(5, 14))
        assert len(camera.tracks) == 0
        assert camera._paths._paths == {}
        assert len(camera._tracker) == len(camera._tracker.votes.kinds()) == len(camera._stillness._number) == 0
        assert [len(line) for line in camera._rules._lines] == [0] * len(camera.scene.lines)
        assert camera.scene.lines


def test_without_a_scene_what_was_seen_while_learning_is_counted_too() -> None:
    camera = pipeline(None, learn_s=17.0)

    def traffic(t: float) -> list[Row]:
        return two_ways(t % 10)

    learning = drive(camera, traffic, ticks(5, 16))
    assert learning == [r for r in learning if isinstance(r, Trajectory)]
    assert camera.learning_s == pytest.approx(1.0)
    records = [*drive(camera, traffic, ticks(5, 40, 16.2)), *camera.close()]
    assert camera.learning_s is None
    (line,) = camera.scene.lines
    assert Counter(e.direction for e in crossings(records)) == {"left": 4, "right": 4}
    assert min(after_s(e) for e in crossings(records)) < 5
    covered = [r for r in records if isinstance(r, Coverage)]
    assert covered[0].start_ns == START_NS
    assert watched_s(records) == pytest.approx(40)
    assert {r.scene_revision for r in covered} == {camera.scene.revision}
    assert {e.rule for e in crossings(records)} == {line.name}


def test_a_clip_shorter_than_the_learning_time_is_counted_at_its_end() -> None:
    camera = pipeline(None)
    assert crossings(drive(camera, two_ways, ticks(5, 9))) == []
    records = camera.close()
    assert Counter(e.direction for e in crossings(records)) == {"left": 1, "right": 1}
    assert watched_s(records) == pytest.approx(9)
    assert camera.close() == ()


def test_a_street_without_flows_proposes_nothing_and_claims_nothing() -> None:
    camera = pipeline(None, learn_s=2.0)
    records = [*drive(camera, lambda _: [box(100, 200)], ticks(5, 9)), *camera.close()]
    assert [type(r) for r in records] == [Trajectory]
    assert camera.scene.lines == ()


def test_what_stands_in_a_mask_is_neither_shown_to_the_detector_nor_followed() -> None:
    mask = Mask(name="garden", polygon=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    camera = pipeline(msgspec.structs.replace(LINE, masks=(mask,)))
    records: list[Record] = []
    shown = 0
    for k, at_s in enumerate(ticks(10, 9)):
        shot = frame(at_s, value=90 if k % 2 else 150)
        request = camera.plan(shot)
        for picture in [request.frame.picture] if request else []:
            shown += 1
            assert picture.luma()[:, :320].max() == picture.bgr()[:, :320].max() == 0
            assert picture.luma()[:, 322:].min() > 0
        records += camera.advance(shot, answer(request, [*passage(at_s), box(100, 300)]))
        assert (camera.tracks.xyxy[:, 0] + camera.tracks.xyxy[:, 2] >= 2 * 300).all()
    assert crossings(records) == []
    assert shown > 30


def test_motion_in_a_mask_wakes_nobody() -> None:
    mask = Mask(name="garden", polygon=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    camera = pipeline(Scene(masks=(mask,)))
    asked = 0
    for k in range(30):
        picture = np.full((360, 640, 3), 90, np.uint8)
        picture[100:200, 20 + 8 * k : 60 + 8 * k] = 240
        shot = replace(frame(k / 10), picture=ArrayPicture(picture))
        request = camera.plan(shot)
        asked += request is not None
        camera.advance(shot, answer(request, []))
    assert asked == 1


def test_a_frame_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        pipeline().plan(blank_frame(size=(320, 180)))


def test_a_street_where_nothing_moves_is_looked_at_rarely_and_what_is_parked_is_found() -> None:
    camera, asked, at_s = pipeline(), [], ticks(5, 60)
    for t in at_s:
        shot = frame(t)
        request = camera.plan(shot)
        if request is not None:
            asked.append(t)
        camera.advance(shot, answer(request, [box(200, 200)] if t > 10 else []))
    assert 10 <= len(asked) <= 30
    assert camera.tracks.state.tolist() == [TrackState.CONFIRMED]
    assert camera.still_s[0] > 30
    assert watched_s(camera.close()) < 2  # all but the last moment has been handed out


def looks_at(
    camera: CameraPipeline, until_s: float, rows_at: Rows, *, busy: Callable[[float], bool] = lambda _: False
) -> list[float]:
    """When a street in which nothing moves is looked at."""
    asked = []
    for t in ticks(5, until_s):
        shot = frame(t)
        request = camera.plan(shot, busy=busy(t))
        if request is not None:
            asked.append(t)
        camera.advance(shot, answer(request, rows_at(t)))
    return asked


def test_an_empty_street_is_looked_at_less_often_than_one_where_somebody_stands() -> None:
    empty = [looks_at(pipeline(run=run), 60, lambda _: []) for run in ("one", "two", "three")]
    assert all(asked[:2] == pytest.approx([0, 4]) for asked in empty), "who stood there and was not found is looked for again"
    assert all(15 <= pause <= 25.2 for asked in empty for pause in np.diff(asked[1:]))
    assert len({tuple(asked) for asked in empty}) == 3, "cameras that begin together do not look together"
    stands = looks_at(pipeline(), 50, lambda _: [box(200, 200)])
    assert max(np.diff(stands)) == pytest.approx(4.0)


def test_after_anything_moved_an_empty_street_is_looked_at_soon() -> None:
    size = (960, 540)
    camera = CameraPipeline(stream=STREAM, run=RUN, size=size, scene=Scene(), params=PipelineParams(input_size=(256, 256)))
    whole = []
    for t in ticks(5, 40):
        picture = np.full((540, 960, 3), 90, np.uint8)
        if t == 10:
            picture[100:140, 100:160] = 240
        shot = replace(frame(t), picture=ArrayPicture(picture))
        request = camera.plan(shot)
        if request is not None and len(request.regions) == 1 and request.regions[0].tolist() == [0, 0, *size]:
            whole.append(t)
        camera.advance(shot, None if request is None else nothing_found(shot.at_ns, size, request.regions))
    assert whole[:4] == pytest.approx([0, 4, 10, 14])
    assert 29 <= whole[4] <= 39.2


def test_a_look_at_what_stands_still_waits_for_a_busy_detector_but_not_for_ever() -> None:
    at_s = looks_at(pipeline(), 60, lambda _: [box(200, 200)], busy=lambda t: t > 10)
    assert max(np.diff([t for t in at_s if t > 10])) == pytest.approx(8.0)
    assert max(np.diff([t for t in at_s if 3 < t < 10])) == pytest.approx(4.0)


def test_what_moves_is_looked_at_however_busy_the_detector_is() -> None:
    camera = pipeline()
    for k, t in enumerate(ticks(5, 4)):
        shot = frame(t, value=90 if k % 2 else 150)
        request = camera.plan(shot, busy=True)
        assert request is not None
        camera.advance(shot, answer(request, []))


def test_a_large_street_busy_in_one_corner_is_still_looked_at_whole_now_and_then() -> None:
    size = (960, 540)
    params = PipelineParams(input_size=(256, 256))
    camera = CameraPipeline(stream=STREAM, run=RUN, size=size, scene=Scene(), params=params)
    whole = 0
    for k in range(50):
        picture = np.full((540, 960, 3), 90, np.uint8)
        picture[150:170, 50 + 12 * k : 90 + 12 * k] = 240
        shot = replace(frame(k / 5), picture=ArrayPicture(picture))
        request = camera.plan(shot)
        assert request is not None
        whole += bool((request.regions[0] == [0, 0, *size]).all())
        found = nothing_found(shot.at_ns, size, request.regions)
        camera.advance(shot, found)
    assert 3 <= whole <= 4


def test_without_engines_the_same_is_counted_and_nothing_is_measured() -> None:
    line = CountLine(name="line", points=((0.5, 0.0), (0.5, 1.0)))
    scene = replaced(road(), lines=(line,))

    def drive_by(engines: EnginesFor | None) -> list[Record]:
        params = PipelineParams(input_size=ROAD_SIZE)
        camera = CameraPipeline(stream=STREAM, run=RUN, size=ROAD_SIZE, scene=scene, params=params, engines=engines)
        shot = blank_frame(size=ROAD_SIZE, value=90)
        records: list[Record] = []
        for at_s in ticks(5, 8):
            at_ns = START_NS + round(at_s * 1e9)
            found = detections(at_s, [box(200 + 120 * at_s, 400)], size=ROAD_SIZE)
            records += camera.advance(replace(shot, at_ns=at_ns, arrived_ns=at_ns), found)
        return [*records, *camera.close()]

    measured, counted = drive_by(engines_for), drive_by(None)
    assert len(crossings(counted)) == 1
    assert crossings(counted) == crossings(measured)
    assert any(isinstance(record, Passage) for record in measured)
    assert not any(isinstance(record, TrafficRecord) for record in counted)
