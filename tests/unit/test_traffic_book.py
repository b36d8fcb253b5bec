from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.events import LineCrossed
from catseye.core.geometry import F64
from catseye.core.ground import GroundSightings
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import FittedScene, Scene
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.core.traffic import Passage, TrafficRecord
from catseye.rules.ground import ground_view
from catseye.rules.positions import Positions
from catseye.studio.camera import PoleCamera
from catseye.studio.scene_of import scene_of
from catseye.studio.street import Street
from catseye.traffic.book import LAG_S, TrafficBook, book_of
from catseye.traffic.engine import Moment

CAMERA = PoleCamera(position_m=(0.0, -30.0, 10.0), look_at_m=(0.0, 0.0), size=(1280, 720))
STREET = Street(
    name="s", style="town", lanes=(), surfaces=(), markings=(), signals=(), fixtures=(), lines=(), zones=(), movements=()
)
FITTED: FittedScene = scene_of(STREET, CAMERA).fit(CAMERA.size)
JITTER_PX = 2.0
Way = dict[float, dict[int, tuple[float, float]]]  # by second: who is seen where, in metres


class Kept:
    """An engine that keeps what it is given."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.closed_ns: list[int] = []

    def update(self, moment: Moment) -> list[TrafficRecord]:
        self.moments.append(moment)
        return []

    def close(self, at_ns: int) -> list[TrafficRecord]:
        self.closed_ns.append(at_ns)
        return []


def unknown(n: int) -> Callable[[], F64]:
    return lambda: np.full((n, 2), np.nan)


def positions(at_s: float, there: dict[int, tuple[float, float]], jitter_px: float = 0.0) -> Positions:
    numbers = sorted(there)
    rng = np.random.default_rng(round(at_s * 1000))
    metres = np.array([(*there[n], 0.0) for n in numbers], np.float64).reshape(-1, 3)
    px, _ = CAMERA.project(metres)
    n = len(numbers)
    return Positions(
        nanoseconds(at_s),
        np.array(numbers, np.int64),
        px + rng.normal(0, jitter_px, (n, 2)),
        np.full(n, JITTER_PX / 0.6),
        np.full(n, RoadUser.CAR, np.int16),
        np.zeros(n, np.bool_),
        np.ones(n, np.bool_),
    )


def run(
    frames: Iterable[tuple[float, Sequence[Positions]]], events: Sequence[LineCrossed] = ()
) -> tuple[Kept, list[TrafficRecord]]:
    view, kept = ground_view(FITTED), Kept()
    assert view is not None
    book = TrafficBook(FITTED, view, [kept])
    records: list[TrafficRecord] = []
    waiting = list(events)
    alive: set[int] = set()
    for at_s, told in frames:
        alive |= {n for seen in told for n in seen.number.tolist()}
        due = [event for event in waiting if event.seen_at_ns <= nanoseconds(at_s)]
        waiting = [event for event in waiting if event not in due]
        number = np.array(sorted({n for seen in told if seen.at_ns == nanoseconds(at_s) for n in seen.number.tolist()}), np.int64)
        records += book.update(nanoseconds(at_s), told, due, number, unknown(len(number)))
    records += book.close([], waiting)
    return kept, records


def frames(way: Way, jitter_px: float = 0.0) -> list[tuple[float, list[Positions]]]:
    return [(at_s, [positions(at_s, there, jitter_px)]) for at_s, there in sorted(way.items())]


def drive(seconds: float, fps: float, velocity: tuple[float, float], start: tuple[float, float] = (-15.0, 0.0)) -> Way:
    times = np.arange(int(seconds * fps)) / fps
    return {float(t): {7: (start[0] + t * velocity[0], start[1] + t * velocity[1])} for t in times}


def of(kept: Kept) -> list[GroundSightings]:
    return [moment.seen for moment in kept.moments]


def crossed(at_s: float, settled_s: float) -> LineCrossed:
    return LineCrossed(
        id="c",
        stream=StreamId("s"),
        run=RunId("r"),
        track=7,
        rule="line",
        at_ns=nanoseconds(at_s),
        seen_at_ns=nanoseconds(settled_s),
        road_user="car",
        point_unit=(0.5, 0.5),
        scene_revision="",
        direction="forward",
    )


@settings(deadline=None, max_examples=15)
@given(st.sampled_from([2.0, 5.0, 10.0, 25.0]), st.floats(-9, 9), st.floats(-3, 3))
def test_who_goes_at_a_constant_speed_has_that_speed_at_every_moment(fps: float, vx: float, vy: float) -> None:
    speed = float(np.hypot(vx, vy))
    start = (-15.0 if vx > 0 else 15.0, 0.0)
    kept, _ = run(frames(drive(3.0, fps, (vx, vy), start)))
    assert [seen.at_ns for seen in of(kept)] == [nanoseconds(k / fps) for k in range(int(3 * fps))]
    if speed > 1.5:  # who is slower may stand, for all that is known
        assert np.allclose([seen.velocity_mps[0] for seen in of(kept)], (vx, vy), atol=0.05)
        off = np.cos([seen.heading_rad[0] - np.arctan2(vy, vx) for seen in of(kept)])
        assert np.allclose(off[1:], 1.0, atol=1e-3)
        assert np.isnan(off[0]) or off[0] > 0.999  # of one that is slow it may not be known at once


@pytest.mark.parametrize("fps", [2.0, 5.0, 25.0])
def test_who_stands_stands_however_its_box_trembles(fps: float) -> None:
    kept, _ = run(frames(drive(30.0, fps, (0.0, 0.0), (3.0, 4.0)), JITTER_PX))
    speed = np.array([seen.speed_mps[0] for seen in of(kept)])
    assert (speed < 0.3).mean() > 0.97
    assert np.isnan(of(kept)[0].heading_rad[0])


def test_frames_that_were_dropped_are_no_moments_and_change_no_speed() -> None:
    whole = drive(4.0, 10.0, (8.0, 0.0))
    some = {at_s: there for k, (at_s, there) in enumerate(whole.items()) if k % 7 not in {2, 3, 5}}
    kept, _ = run(frames(some))
    assert [seen.at_ns for seen in of(kept)] == [nanoseconds(at_s) for at_s in some]
    assert np.allclose([seen.velocity_mps[0] for seen in of(kept)], (8.0, 0.0), atol=0.05)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.booleans(), min_size=60, max_size=60))
def test_sightings_told_late_make_the_same_moments(late: list[bool]) -> None:
    way = drive(6.0, 10.0, (5.0, 1.0))
    held: list[Positions] = []
    told: list[tuple[float, list[Positions]]] = []
    for (at_s, there), hold in zip(way.items(), late, strict=True):
        held.append(positions(at_s, there))
        if hold and len(held) < 20:
            told.append((at_s, []))
        else:
            told.append((at_s, held))
            held = []
    told[-1][1].extend(held)
    at_once, _ = run(frames(way))
    later, _ = run(told)
    for a, b in zip(of(at_once), of(later), strict=True):
        assert a.at_ns == b.at_ns
        assert a.number.tolist() == b.number.tolist()
        assert np.allclose(a.velocity_mps, b.velocity_mps, atol=1e-6)


def test_between_two_sightings_it_is_there_and_said_to_be_unseen() -> None:
    way = drive(8.0, 5.0, (4.0, 0.0))
    gone = {at_s: ({} if 2.0 < at_s < 3.6 else there) for at_s, there in way.items()}
    kept, _ = run(frames(gone))
    assert [bool(seen.seen[0]) for seen in of(kept)] == [bool(there) for there in gone.values()]
    middle = next(seen for seen in of(kept) if seen.at_ns == nanoseconds(2.8))
    assert middle.xy_m[0] == pytest.approx((-15.0 + 2.8 * 4.0, 0.0), abs=0.2)
    assert middle.place_error_m[0] > of(kept)[5].place_error_m[0]


def test_who_was_given_out_as_gone_comes_back_as_another() -> None:
    way = drive(20.0, 5.0, (0.5, 0.0))
    gone = {at_s: ({} if 5.0 < at_s < 12.0 else there) for at_s, there in way.items()}
    kept, _ = run(frames(gone))
    numbers = [seen.number.tolist() for seen in of(kept)]
    before, after = numbers[10], numbers[-10]
    assert before == [7]
    assert len(after) == 1
    assert after != before
    last = max(k for k, row in enumerate(numbers) if row == before)
    assert all(row != before for row in numbers[last + 1 :])
    assert [] in numbers


def test_a_moment_is_made_once_all_is_known_that_will_be() -> None:
    view, kept = ground_view(FITTED), Kept()
    assert view is not None
    book = TrafficBook(FITTED, view, [kept])
    for at_s, told in frames(drive(10.0, 10.0, (1.0, 0.0))):
        book.update(nanoseconds(at_s), told, (), np.array([7]), unknown(1))
        assert all(seen.at_ns <= nanoseconds(at_s - LAG_S) for seen in of(kept))
        if kept.moments:
            assert nanoseconds(at_s) - of(kept)[-1].at_ns < nanoseconds(LAG_S + 1.5)


def test_a_crossing_has_the_speed_of_its_instant_and_is_told_with_its_moment() -> None:
    times = np.arange(60) / 10
    way: Way = {float(t): {7: (-15.0 + 2.0 * t + 0.75 * t**2, 0.0)} for t in times}
    kept, records = run(frames(way), [crossed(2.03, 2.4)])
    (passage,) = (record for record in records if isinstance(record, Passage))
    assert passage.speed_mps == pytest.approx(2.0 + 1.5 * 2.03, abs=0.1)
    assert passage.error_mps is not None
    assert passage.length_m == pytest.approx(4.4)
    (told,) = (moment for moment in kept.moments if moment.events)
    assert told.seen.at_ns == nanoseconds(2.1)
    assert [one.event for one in told.passages] == ["c"]


def test_a_crossing_that_is_settled_long_after_has_its_speed_all_the_same() -> None:
    way = drive(25.0, 5.0, (0.4, 0.0))
    _, records = run(frames(way), [crossed(5.0, 20.0)])
    (passage,) = (record for record in records if isinstance(record, Passage))
    assert passage.speed_mps is not None


def test_who_was_followed_for_too_short_has_no_speed() -> None:
    way = {at_s: (there if at_s < 0.4 else {}) for at_s, there in drive(5.0, 10.0, (20.0, 0.0)).items()}
    _, records = run(frames(way), [crossed(0.2, 0.3)])
    (passage,) = (record for record in records if isinstance(record, Passage))
    assert (passage.speed_mps, passage.error_mps, passage.length_m) == (None, None, None)


def test_what_nobody_watched_ends_everyone() -> None:
    way = drive(30.0, 5.0, (0.5, 0.0))
    dark = {at_s: there for at_s, there in way.items() if not 10.0 < at_s < 14.0}
    kept, _ = run(frames(dark))
    assert [seen.at_ns for seen in of(kept)] == [nanoseconds(at_s) for at_s in dark]
    assert kept.closed_ns == [nanoseconds(max(dark))]
    slow = [seen for seen in of(kept) if abs(seen.at_ns - 12 * NS_PER_S) < 3 * NS_PER_S]
    assert all(len(seen) == 1 for seen in slow)  # told of up to the gap's edges, not across it


def test_who_was_not_looked_for_stands_where_it_stood() -> None:
    """Nothing moves, so the detector is asked every few seconds only; the track lives on meanwhile."""
    view, kept = ground_view(FITTED), Kept()
    assert view is not None
    book = TrafficBook(FITTED, view, [kept])
    for k in range(200):
        at_s = k / 10
        told = [positions(at_s, {7: (3.0, 4.0)}, JITTER_PX)] if k % 40 == 0 or k < 10 else []
        book.update(nanoseconds(at_s), told, (), np.array([7]), unknown(1))
    book.close([], [])
    assert all(seen.number.tolist() == [7] for seen in of(kept) if seen.at_ns <= 16 * NS_PER_S)
    assert max(seen.speed_mps[0] for seen in of(kept) if len(seen)) < 0.3


def test_without_a_homography_there_is_no_book() -> None:
    assert book_of(Scene().fit((640, 360)), StreamId("s"), RunId("r")) is None


def test_without_known_errors_of_the_calibration_no_error_of_a_speed_is_told() -> None:
    bare = Scene(drawn_for=FITTED.scene.drawn_for, homography=FITTED.scene.homography)
    view, kept = ground_view(bare.fit(CAMERA.size)), Kept()
    assert view is not None
    book = TrafficBook(bare.fit(CAMERA.size), view, [kept])
    passages: list[TrafficRecord] = []
    for at_s, told in frames(drive(3.0, 10.0, (8.0, 0.0))):
        due = [crossed(1.0, 1.2)] if at_s == 1.2 else []
        passages += book.update(nanoseconds(at_s), told, due, np.array([7]), unknown(1))
    passages += book.close([], [])
    assert np.isnan([seen.speed_error_mps[0] for seen in of(kept)]).all()
    (passage,) = passages
    assert isinstance(passage, Passage)
    assert passage.speed_mps == pytest.approx(8.0, abs=0.1)
    assert passage.error_mps is None
