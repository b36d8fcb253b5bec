import copy
import pickle
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core import boxes
from catseye.core.detection import Detections, nothing_found, whole_frame
from catseye.core.errors import RedactionError
from catseye.core.frame import ArrayPicture
from catseye.core.road_users import RoadUser
from catseye.core.scene import Mask
from catseye.core.tracks import Tracks, no_tracks
from catseye.privacy.redaction import RedactedPicture, Redactor

SIZE = (320, 240)
AT_NS = 1_700_000_000_000_000_000
NOTHING = boxes.empty()
Row = tuple[float, float, float, float]


def picture(size: tuple[int, int] = SIZE) -> ArrayPicture:
    return ArrayPicture(np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def found(
    rows: Sequence[Row],
    kind: RoadUser = RoadUser.PEDESTRIAN,
    *,
    at_ns: int = AT_NS,
    size: tuple[int, int] = SIZE,
    confidence: float = 0.9,
    searched: Row | None = None,
) -> Detections:
    return Detections(
        at_ns=at_ns,
        size=size,
        searched=whole_frame(size) if searched is None else np.array([searched], np.float32),
        xyxy=np.array(rows, np.float32).reshape(-1, 4),
        confidence=np.full(len(rows), confidence, np.float32),
        road_user=np.full(len(rows), int(kind), np.int16),
    )


def tracks(rows: Sequence[Row] = (), kind: RoadUser = RoadUser.PEDESTRIAN, *, at_ns: int = AT_NS) -> Tracks:
    n = len(rows)
    return replace(
        no_tracks(at_ns, SIZE),
        number=np.arange(n),
        xyxy=np.array(rows, np.float32).reshape(-1, 4),
        velocity=np.zeros((n, 2), np.float32),
        state=np.full(n, 2, np.int8),
        detection=np.full(n, -1, np.int32),
        road_user=np.full(n, int(kind), np.int16),
        confidence=np.ones(n, np.float32),
    )


def redact(seen: Detections | None, followed: Tracks | None = None, moving: np.ndarray = NOTHING, **how: object) -> RedactedPicture:
    return Redactor(**how).redact(picture(), seen, tracks() if followed is None else followed, moving)  # type: ignore[arg-type]


def replaced(shown: RedactedPicture) -> np.ndarray:
    mask = np.zeros(shown.size[::-1], bool)
    for x1, y1, x2, y2 in shown.areas:
        mask[y1:y2, x1:x2] = True
    return mask


def covers(shown: RedactedPicture, x1: int, y1: int, x2: int, y2: int) -> bool:
    return bool(replaced(shown)[y1:y2, x1:x2].all())


MAN = (100.0, 80.0, 140.0, 180.0)
HEAD = (112, 80, 128, 95)


def test_the_head_of_a_pedestrian_goes_and_the_feet_stay() -> None:
    shown = redact(found([MAN]))
    assert covers(shown, *HEAD)
    assert not replaced(shown)[150:180].any()


def test_doubtful_detections_are_covered_too() -> None:
    assert covers(redact(found([MAN], confidence=0.1)), *HEAD)


def test_a_coasting_track_is_covered_without_a_detection() -> None:
    assert covers(redact(nothing_found(AT_NS, SIZE), tracks([MAN])), *HEAD)


def test_who_bends_is_covered_across_the_whole_top() -> None:
    assert covers(redact(found([(100, 100, 180, 160)])), 100, 100, 180, 140)


@pytest.mark.parametrize("kind", [RoadUser.BICYCLE, RoadUser.MOTORCYCLE, RoadUser.TWO_WHEELER])
def test_the_head_of_a_rider_goes_whether_the_box_holds_the_rider_or_the_machine_alone(kind: RoadUser) -> None:
    assert covers(redact(found([MAN], kind)), *HEAD)
    machine = (100.0, 120.0, 180.0, 165.0)
    assert covers(redact(found([machine], kind)), 120, 85, 160, 100)


@pytest.mark.parametrize("kind", [RoadUser.CAR, RoadUser.VAN, RoadUser.TRUCK, RoadUser.BUS, RoadUser.VEHICLE, RoadUser.MOTORCYCLE])
def test_plates_go_and_the_roof_stays(kind: RoadUser) -> None:
    shown = redact(found([(100, 60, 180, 120)], kind))
    assert covers(shown, 100, 90, 180, 120)
    if kind is not RoadUser.MOTORCYCLE:
        assert not replaced(shown)[60:75].any()


def test_the_plate_of_a_vehicle_that_the_edge_cuts_goes_though_its_box_is_narrow() -> None:
    assert covers(redact(found([(0, 60, 20, 120)], RoadUser.CAR)), 0, 90, 20, 120)
    assert covers(redact(found([(100, 200, 180, 230)], RoadUser.CAR)), 100, 215, 180, 230)


def test_the_plate_of_a_doubtful_vehicle_goes_and_the_street_under_an_incredible_one_stays() -> None:
    assert covers(redact(found([(100, 60, 180, 120)], RoadUser.CAR, confidence=0.1)), 100, 90, 180, 120)
    assert not redact(found([(0, 0, 320, 200)], RoadUser.CAR, confidence=0.1)).areas.size


def test_a_plate_is_two_or_three_blocks_wide() -> None:
    shown = redact(found([(40, 40, 200, 160)], RoadUser.CAR))
    x1, y1, x2, y2 = shown.areas[0]
    assert len(np.unique(shown.bgr[y1:y2, x1:x2].reshape(-1, 3), axis=0)) <= 12 * 8
    assert (shown.bgr[112:128, 112:128] == shown.bgr[112, 112]).all()  # 16 px: a tenth of the car


def test_a_found_face_goes() -> None:
    class Finder:
        def find(self, bgr: np.ndarray) -> np.ndarray:
            assert bgr.shape == (240, 320, 3)
            return np.array([[200, 100, 220, 130]], np.float32)

    assert covers(redact(nothing_found(AT_NS, SIZE), face_finder=Finder()), 195, 92, 225, 138)


def test_the_top_of_an_unexplained_moving_region_goes_unless_it_is_explained_or_no_person() -> None:
    nobody = nothing_found(AT_NS, SIZE)
    child = (100.0, 80.0, 130.0, 150.0)
    person, lorry = np.array([child], np.float32), np.array([(20, 60, 300, 160)], np.float32)
    assert covers(redact(nobody, moving=person), 105, 80, 125, 110)
    assert not redact(nobody, moving=lorry).areas.size
    explained = redact(found([child], RoadUser.CAR), moving=person)
    assert not covers(explained, 105, 80, 125, 92)


@pytest.mark.parametrize("height", [24, 60, 120, 220])
def test_a_head_is_at_most_25_blocks(height: int) -> None:
    shown = redact(found([(100, 10, 100 + 0.4 * height, 10 + height)]))
    head = round(height / 6.5)
    x1 = round(100 + 0.2 * height - head / 2)
    colours = np.unique(shown.bgr[10 : 10 + head, x1 : x1 + head].reshape(-1, 3), axis=0)
    assert len(colours) <= 25


area = st.tuples(st.floats(-400, 700), st.floats(-400, 700), st.floats(-400, 700), st.floats(-400, 700))


@settings(max_examples=20, deadline=None)
@given(st.lists(area, max_size=6), st.sampled_from(RoadUser), st.lists(area, max_size=3))
def test_nothing_else_is_altered_and_every_area_is_one_colour_a_block(rows: list[Row], kind: RoadUser, moved: list[Row]) -> None:
    original = picture()
    moving = np.array(moved, np.float32).reshape(-1, 4)
    shown = Redactor().redact(original, found(rows, kind), tracks(), moving)
    mask = replaced(shown)
    assert np.array_equal(shown.bgr[~mask], original.bgr()[~mask])
    assert ((shown.bgr[mask] % 32) == 16).all()  # a quantised value: every pixel inside was replaced
    tiles = shown.bgr.reshape(30, 8, 40, 8, 3)
    flat = (tiles == tiles[:, :1, :, :1]).all(axis=(1, 3, 4))
    assert flat[mask[::8, ::8]].all()


@given(st.sampled_from([(-500, -500, -400, -400), (0, 0, 1, 1), (319, 239, 320, 240), (50, 50, 50, 50), (-1e9, -1e9, 1e9, 1e9)]))
def test_odd_boxes_do_no_harm(row: Row) -> None:
    for kind in RoadUser:
        assert redact(found([row], kind)).size == SIZE


def test_redacting_twice_hides_no_less() -> None:
    once = redact(found([MAN]))
    twice = Redactor().redact(ArrayPicture(once.bgr.copy()), found([MAN]), tracks(), NOTHING)
    assert np.array_equal(once.bgr, twice.bgr)


def test_masks_are_black_even_where_something_was_found() -> None:
    mask = Mask(name="window", polygon=((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
    shown = redact(found([MAN]), masks=(mask,))
    assert not shown.bgr[61:179, 81:239].any()
    assert shown.bgr[:50].any()


def test_what_was_seen_stays_covered_until_its_place_is_searched_again() -> None:
    redactor, second = Redactor(), 1_000_000_000
    redactor.see(found([MAN], confidence=0.1))
    quiet = redactor.redact(picture(), None, tracks(at_ns=AT_NS + 60 * second), NOTHING)
    assert covers(quiet, *HEAD)
    elsewhere = found([], at_ns=AT_NS + 61 * second, searched=(200, 0, 320, 240))
    assert covers(redactor.redact(picture(), elsewhere, tracks(at_ns=elsewhere.at_ns), NOTHING), *HEAD)
    here = found([], at_ns=AT_NS + 62 * second)
    assert not redactor.redact(picture(), here, tracks(at_ns=here.at_ns), NOTHING).areas.size


def test_a_detection_lost_for_a_moment_stays_covered() -> None:
    redactor = Redactor()
    redactor.see(found([MAN]))
    next_frame = found([], at_ns=AT_NS + 100_000_000)
    assert covers(redactor.redact(picture(), next_frame, tracks(at_ns=next_frame.at_ns), NOTHING), *HEAD)


def test_a_doubtful_box_over_half_the_picture_hides_nothing() -> None:
    assert not redact(found([(0, 0, 300, 200)], RoadUser.BUS, confidence=0.15)).areas.size
    assert redact(found([(0, 0, 300, 200)], RoadUser.BUS, confidence=0.5)).areas.size


class TestFailsClosed:
    def test_until_all_of_the_picture_was_looked_at(self) -> None:
        with pytest.raises(RedactionError, match="not all of it"):
            redact(None)
        with pytest.raises(RedactionError, match="not all of it"):
            redact(found([], searched=(0, 0, 100, 100)))

    def test_detections_of_another_frame(self) -> None:
        with pytest.raises(RedactionError, match="another frame"):
            redact(found([MAN], at_ns=AT_NS - 1))

    def test_detections_of_another_size(self) -> None:
        with pytest.raises(RedactionError, match="another size"):
            redact(found([MAN], size=(640, 480)))

    def test_tracks_of_another_size(self) -> None:
        with pytest.raises(RedactionError, match="another size"):
            redact(found([]), no_tracks(AT_NS, (1, 1)))

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_boxes_that_are_not_finite(self, bad: float) -> None:
        with pytest.raises(RedactionError):
            redact(found([]), tracks([(0, 0, bad, 10)]))
        with pytest.raises(RedactionError):
            redact(found([]), moving=np.array([[0, 0, bad, 10]]))

    def test_a_face_finder_that_fails_or_lies(self) -> None:
        class Broken:
            def find(self, bgr: np.ndarray) -> np.ndarray:
                raise MemoryError(str(bgr))

        class Lying:
            def find(self, bgr: np.ndarray) -> np.ndarray:
                return np.full((1, 5), bgr[0, 0, 0])

        with pytest.raises(RedactionError, match="MemoryError") as caught:
            redact(found([]), face_finder=Broken())
        assert "[[" not in str(caught.value)
        with pytest.raises(RedactionError, match="proper box"):
            redact(found([]), face_finder=Lying())

    def test_a_picture_that_cannot_be_read(self) -> None:
        class Torn:
            size = SIZE

            def luma(self) -> np.ndarray:
                raise OSError

            def bgr(self) -> np.ndarray:
                raise OSError

        with pytest.raises(RedactionError, match="OSError"):
            Redactor().redact(Torn(), found([]), tracks(), NOTHING)


class TestRedactedPicture:
    def test_nobody_else_makes_one(self) -> None:
        with pytest.raises(TypeError):
            RedactedPicture(object(), np.zeros((2, 2, 3), np.uint8), np.zeros((0, 4), np.int32))

    def test_it_is_not_copied_or_pickled(self) -> None:
        shown = redact(found([]))
        with pytest.raises(TypeError):
            pickle.dumps(shown)
        with pytest.raises(TypeError):
            copy.copy(shown)

    def test_it_is_read_only_and_the_frame_is_left_alone(self) -> None:
        original = picture()
        before = original.bgr().copy()
        shown = Redactor().redact(original, found([MAN]), tracks(), NOTHING)
        with pytest.raises(ValueError, match="read-only"):
            shown.bgr[0, 0] = 1
        assert np.array_equal(original.bgr(), before)

    def test_drawing_makes_another_one_of_redacted_pixels(self) -> None:
        shown = redact(found([MAN]))
        seen: list[np.ndarray] = []

        def draw(canvas: np.ndarray) -> None:
            seen.append(canvas.copy())
            canvas[:5] = 255

        drawn = shown.annotated(draw)
        assert np.array_equal(seen[0], shown.bgr)
        assert (drawn.bgr[:5] == 255).all()
        assert not (shown.bgr[:5] == 255).all()
