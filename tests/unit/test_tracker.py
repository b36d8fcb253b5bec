"""Tracks live and die by seconds of watched time, and the same detections always give the same tracks."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.detection import Detections
from catseye.core.ids import RunId
from catseye.core.road_users import RoadUser
from catseye.core.tracks import Tracks, TrackState
from catseye.testing.passing import SIZE, Row, box, detections
from catseye.vision.tracker import Ended, Tracker, TrackerParams

RUN = RunId("run")
FPS = (1, 5, 30)


def drive(
    tracker: Tracker, rows_at: Callable[[float], list[Row]], times_s: Iterable[float]
) -> tuple[list[Tracks], list[tuple[float, Ended]]]:
    frames, ended = [], []
    for at_s in times_s:
        tracks, gone = tracker.update(detections(at_s, rows_at(at_s)))
        frames.append(tracks)
        ended += [(at_s, e) for e in gone]
    return frames, ended


def ticks(fps: float, seconds: float, start_s: float = 0.0) -> list[float]:
    return [start_s + k / fps for k in range(round(seconds * fps) + 1)]


@pytest.mark.parametrize("fps", FPS)
def test_one_road_user_is_one_track_at_any_frame_rate(fps: int) -> None:
    frames, ended = drive(Tracker(RUN), lambda t: [box(100 + 40 * t, 200)], ticks(fps, 8))
    assert len({n for f in frames for n in f.number.tolist()}) == 1
    assert ended == []
    assert frames[-1].state.tolist() == [TrackState.CONFIRMED]
    assert frames[-1].velocity[0] == pytest.approx([40, 0], abs=3)


@pytest.mark.parametrize("fps", FPS)
def test_a_track_is_confirmed_within_a_moment_at_any_frame_rate(fps: int) -> None:
    tracker = Tracker(RUN)
    frames, _ = drive(tracker, lambda _: [box(100, 200)], ticks(fps, 3))
    sure = next(k for k, f in enumerate(frames) if f.state[0] == TrackState.CONFIRMED)
    assert sure >= 1
    assert sure / fps <= max(0.5, 1 / fps)


@pytest.mark.parametrize("fps", FPS)
def test_a_lost_track_lives_its_seconds_not_its_frames(fps: int) -> None:
    tracker = Tracker(RUN)
    drive(tracker, lambda _: [box(100, 200)], ticks(fps, 3))
    frames, ended = drive(tracker, lambda _: [], ticks(fps, 4, 3 + 1 / fps))
    assert frames[0].state.tolist() == [TrackState.COASTING]
    ((at_s, gone),) = ended
    coast_s = TrackerParams().coast_s
    assert coast_s - 1e-6 < at_s - 3 <= coast_s + 1 / fps + 1e-6
    assert (gone.confirmed, gone.reason, gone.road_user) == (True, "lost", RoadUser.CAR)
    assert len(tracker) == 0


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_a_flash_of_one_frame_never_becomes_a_road_user(fps: int) -> None:
    frames, ended = drive(Tracker(RUN), lambda t: [box(100, 200)] if t == 0 else [], ticks(fps, 2))
    assert all(TrackState.CONFIRMED not in f.state and TrackState.COASTING not in f.state for f in frames)
    assert [e.confirmed for _, e in ended] == [False]


def test_a_track_comes_through_a_second_without_detections() -> None:
    frames, ended = drive(Tracker(RUN), lambda t: [] if 2 < t < 3 else [box(100 + 60 * t, 200)], ticks(10, 6))
    assert len({n for f in frames for n in f.number.tolist()}) == 1
    assert ended == []


def test_a_track_that_coasts_does_not_reach_for_a_newcomer() -> None:
    frames, _ = drive(Tracker(RUN), lambda t: [box(100, 200)] if t < 2 else [box(170, 200)] if t > 3.2 else [], ticks(10, 3.7))
    coasting, newcomer = frames[-1].number.tolist()
    assert coasting == frames[10].number[0]
    assert newcomer != coasting
    assert frames[-1].state.tolist() == [TrackState.COASTING, TrackState.CONFIRMED]


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_doubtful_detections_carry_a_track_between_sure_ones_and_begin_none(fps: int) -> None:
    def now_and_then(t: float) -> list[Row]:
        return [box(100, 200, confidence=0.9 if t < 1 or round(t * fps) % round(0.4 * fps) == 0 else 0.2)]

    frames, ended = drive(Tracker(RUN), now_and_then, ticks(fps, 6))
    assert all(f.detection.tolist() == [0] for f in frames[1:])
    assert ended == []
    frames, _ = drive(Tracker(RUN), lambda _: [box(100, 200, confidence=0.2)], ticks(fps, 3))
    assert all(len(f) == 0 for f in frames)


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_doubtful_detections_carry_a_track_on_and_are_told_from_sure_ones(fps: int) -> None:
    times = ticks(fps, 8)
    frames, ended = drive(Tracker(RUN), lambda t: [box(100, 200, confidence=0.9 if t <= 2.0 else 0.2)], times)
    assert ended == []
    assert [f.sure.tolist() for f in frames] == [[t <= 2.0] for t in times]


@pytest.mark.parametrize("fps", [5, 10, 25])
@pytest.mark.parametrize("confidence", [0.45, 0.9])
def test_who_is_seen_surely_is_proven_within_a_moment(fps: int, confidence: float) -> None:
    frames, _ = drive(Tracker(RUN), lambda t: [box(100 + 40 * t, 200, confidence=confidence)], ticks(fps, 2))
    proven_s = next(k / fps for k, f in enumerate(frames) if f.proven.all() and len(f))
    assert proven_s <= 0.34 + 1 / fps
    assert all(f.proven.all() for f in frames[round(proven_s * fps) :])


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_what_is_found_surely_only_now_and_then_is_never_proven(fps: int) -> None:
    """Once a second sure enough, between doubtful boxes and misses: followed, and nobody."""

    def ghost(t: float) -> list[Row]:
        tick = round(t * fps)
        confidence = 0.5 if tick % fps == 0 else 0.17
        return [box(100 + 30 * t, 200, confidence=confidence)] if tick % fps < max(2, fps // 3) else []

    frames, _ = drive(Tracker(RUN), ghost, ticks(fps, 20))
    assert any(len(f) for f in frames)
    assert not any(f.proven.any() for f in frames)


@settings(max_examples=20, deadline=None)
@given(confidences=st.lists(st.sampled_from([None, 0.17, 0.45, 0.9]), min_size=8, max_size=30), fps=st.sampled_from([5, 10, 25]))
def test_a_surer_look_proves_no_later(confidences: list[float | None], fps: int) -> None:
    def seen(floor: float) -> list[list[Row]]:
        rows = [[] if c is None else [box(100, 200, confidence=max(c, floor))] for c in confidences]
        return [[box(100, 200)], [box(100, 200)], [box(100, 200)], *rows]

    def proven(looks: list[list[Row]]) -> list[bool]:
        tracker = Tracker(RUN, TrackerParams(proof_s=0.6))
        return [bool(tracker.update(detections(k / fps, rows))[0].proven.any()) for k, rows in enumerate(looks)]

    assert all(later >= sooner for later, sooner in zip(proven(seen(0.5)), proven(seen(0.0)), strict=True))


def test_who_leaves_the_picture_has_left() -> None:
    _, ended = drive(Tracker(RUN), lambda t: [box(500 + 100 * t, 200)] if t < 1.3 else [], ticks(10, 4))
    assert [e.reason for _, e in ended] == ["left"]


def test_two_who_pass_each_other_keep_their_numbers() -> None:
    frames, _ = drive(Tracker(RUN), lambda t: [box(100 + 80 * t, 150), box(540 - 80 * t, 185)], ticks(10, 5))
    assert len({n for f in frames for n in f.number.tolist()}) == 2
    first, last = frames[5], frames[-1]
    for number in first.number.tolist():
        speed = first.velocity[first.number == number][0, 0]
        assert speed * last.velocity[last.number == number][0, 0] > 0


def test_what_is_not_searched_does_not_age() -> None:
    tracker = Tracker(RUN)
    drive(tracker, lambda _: [box(100, 200), box(500, 200)], ticks(10, 1))
    elsewhere = np.array([[400, 0, 640, 360]], np.float32)
    for at_s in ticks(10, 10, 1.1):
        tracks, ended = tracker.update(replace(detections(at_s, [box(500, 200)]), searched=elsewhere))
        assert ended == []
    assert len(tracks) == 2
    for at_s in ticks(10, 2, 11.2):
        tracks, _ = tracker.update(detections(at_s, [box(500, 200)]))
    assert len(tracks) == 1


def test_nobody_moves_or_ages_while_nobody_looks() -> None:
    tracker = Tracker(RUN)
    frames, _ = drive(tracker, lambda t: [box(100 + 20 * t, 200)], ticks(10, 2))
    before = frames[-1].xyxy
    for k in range(1000):
        held = tracker.hold(detections(2.1 + k / 10, []).at_ns, SIZE)
    assert (held.xyxy == before).all()
    assert held.state.tolist() == [TrackState.CONFIRMED]
    assert (held.velocity == 0).all()
    tracks, _ = tracker.update(detections(102.2, [box(140, 200)]))
    assert tracks.number.tolist() == frames[-1].number.tolist()


def test_a_pedestrian_does_not_become_a_car() -> None:
    frames, _ = drive(Tracker(RUN), lambda t: [box(100, 200, kind=RoadUser.PEDESTRIAN if t < 2 else RoadUser.CAR)], ticks(10, 5))
    assert len({n for f in frames for n in f.number.tolist()}) == 2


def test_a_rider_seen_as_person_and_as_bicycle_is_one_track() -> None:
    kinds = (RoadUser.PEDESTRIAN, RoadUser.BICYCLE)
    frames, _ = drive(Tracker(RUN), lambda t: [box(100 + 20 * t, 200, kind=kinds[round(t * 10) % 2])], ticks(10, 4))
    assert len({n for f in frames for n in f.number.tolist()}) == 1
    assert frames[-1].road_user.tolist() == [RoadUser.BICYCLE]


def test_a_second_opinion_of_a_road_user_begins_no_track() -> None:
    frames, _ = drive(Tracker(RUN), lambda t: [box(100, 200), box(102, 201, kind=RoadUser.TRUCK)][: 1 + (t > 0)], ticks(10, 2))
    assert len(frames[-1]) == 1


def test_numbers_are_never_used_again_and_say_nothing_across_runs() -> None:
    seen: dict[str, list[int]] = {}
    for run in ("one", "two", "one again"):
        tracker = Tracker(RunId(run.removesuffix(" again")))
        frames, _ = drive(tracker, lambda t: [box(60 + 100 * (int(t / 5) % 5), 200)] if t % 5 < 2 else [], ticks(5, 24))
        seen[run] = list(dict.fromkeys(n for f in frames for n in f.number.tolist()))
    assert len(seen["one"]) == 5
    assert len(set(seen["one"])) == 5
    assert not set(seen["one"]) & set(seen["two"])
    assert seen["one"] == seen["one again"]


rows_of_frames = st.lists(
    st.lists(
        st.builds(
            box,
            st.integers(20, 620).map(float),
            st.integers(40, 350).map(float),
            confidence=st.sampled_from([0.12, 0.2, 0.45, 0.9]),
            kind=st.sampled_from(RoadUser),
        ),
        max_size=5,
    ),
    min_size=1,
    max_size=12,
)


def columns(tracks: Tracks) -> list[bytes]:
    parts = (tracks.number, tracks.xyxy, tracks.velocity, tracks.state, tracks.detection, tracks.road_user, tracks.confidence)
    return [part.tobytes() for part in parts]


def replayed(frames: list[Detections]) -> tuple[list[list[bytes]], list[tuple[int, bool, int, float, str]]]:
    tracker, out, gone = Tracker(RUN), [], []
    for found in frames:
        tracks, ended = tracker.update(found)
        out.append(columns(tracks))
        gone += ended
    gone += tracker.close()
    assert len(tracker) == 0
    return out, [(e.number, e.confirmed, e.road_user, e.confidence, e.reason) for e in gone]


@settings(max_examples=6, deadline=None)
@given(rows_of_frames)
def test_replaying_detections_reproduces_the_tracks_bit_for_bit(frames: list[list[Row]]) -> None:
    found = [detections(k / 5, rows) for k, rows in enumerate(frames)]
    assert replayed(found) == replayed(found)


@settings(max_examples=6, deadline=None)
@given(rows_of_frames)
def test_every_track_is_born_once_and_ends_once(frames: list[list[Row]]) -> None:
    tracker, alive, over = Tracker(RUN), set[int](), set[int]()
    for k, rows in enumerate(frames):
        tracks, ended = tracker.update(detections(k / 5, rows))
        gone = {e.number for e in ended}
        assert gone <= alive
        assert not gone & set(tracks.number.tolist())
        assert not over & set(tracks.number.tolist())
        assert len(tracks.number) == len(set(tracks.number.tolist())) == len(tracker) == len(tracker.votes.kinds())
        used = tracks.detection[tracks.detection >= 0]
        assert len(used) == len(set(used.tolist()))
        over |= gone
        alive = set(tracks.number.tolist())


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 2**31))
def test_the_order_of_detections_in_a_frame_changes_nothing(order: list[int], seed: int) -> None:
    noise = np.random.default_rng(seed)
    walks = [(60.0 + 120 * k, 150 + 30 * k, noise.uniform(-30, 30)) for k in range(5)]
    straight, shuffled = Tracker(RUN), Tracker(RUN)
    for tick in range(12):
        rows = [box(x + speed * tick / 10 + noise.normal(0, 1), y) for x, y, speed in walks]
        a, _ = straight.update(detections(tick / 10, rows))
        b, _ = shuffled.update(detections(tick / 10, [rows[k] for k in order]))
        by_number = [np.argsort(tracks.number) for tracks in (a, b)]
        assert (a.number[by_number[0]] == b.number[by_number[1]]).all()
        assert (a.xyxy[by_number[0]] == b.xyxy[by_number[1]]).all()


def test_closing_ends_everyone() -> None:
    tracker = Tracker(RUN)
    drive(tracker, lambda _: [box(100, 200), box(400, 200)], ticks(10, 1))
    assert [(e.confirmed, e.reason) for e in tracker.close()] == [(True, "run_ended")] * 2
    assert tracker.close() == []
