"""Where road users stand on calibrated ground, held against boxes of bodies drawn through a lens of the test's own."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.rules.builds import BUILDS, outline
from catseye.rules.footprint import Footprints
from catseye.rules.ground import GroundView, ground_view

SIZE = (960, 540)
KINDS = sorted(BUILDS)


def lens(height_m: float, tilt_rad: float, focal_px: float) -> F64:
    """A camera (3, 4) over (0, 0) that looks along y and down."""
    cos, sin = math.cos(tilt_rad), math.sin(tilt_rad)
    turn = np.array([[1.0, 0.0, 0.0], [0.0, -sin, -cos], [0.0, cos, -sin]])
    inner = np.array([[focal_px, 0, SIZE[0] / 2], [0, focal_px, SIZE[1] / 2], [0, 0, 1.0]])
    return np.asarray(inner @ np.column_stack([turn, -turn @ np.array([0.0, 0.0, height_m])]))


def view_of(camera: F64, *, mirrored: bool = False) -> GroundView | None:
    flat = camera[:, [0, 1, 3]] @ np.diag([1.0, -1.0 if mirrored else 1.0, 1.0])
    matrix = np.linalg.inv(np.diag([1 / SIZE[0], 1 / SIZE[1], 1.0]) @ flat)
    a, b, c, d, e, f, g, h, i = (matrix / matrix[2, 2]).reshape(-1).tolist()
    return ground_view(Scene(drawn_for=SIZE, homography=(a, b, c, d, e, f, g, h, i)).fit(SIZE))


def seen(camera: F64, points: F64) -> F64:
    flat = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ camera.T
    return np.asarray(flat[:, :2] / flat[:, 2:])


def box_of(camera: F64, at: tuple[float, float], heading: float, body: F64) -> F64:
    """The box (4,) px of a body (P, 3) on the ground, not cut."""
    cos, sin = math.cos(heading), math.sin(heading)
    flat = body[:, :2] @ np.array([[cos, sin], [-sin, cos]]) + at
    px = seen(camera, np.column_stack([flat, body[:, 2]]))
    return np.concatenate([px.min(axis=0), px.max(axis=0)])


def block(length: float, width: float, low: float, high: float, middle: float = 0.0) -> F64:
    """The corners of a block whose middle is ``middle`` before the body's."""
    corners = [(middle + x * length, y * width, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (low, high)]
    return np.array(corners)


def bus() -> F64:
    """A bus as a test would draw it: a long block over four wheels that stand far in."""
    wheels = [block(0.5, 2.5, 0.0, 0.9, middle) for middle in (3.1, -2.5)]
    return np.concatenate([block(12.0, 2.5, 0.3, 3.1), *wheels])


cameras = st.builds(lens, st.floats(4, 15), st.floats(0.25, 0.8), st.floats(500, 1500))


@given(cameras, st.booleans(), st.floats(-8, 8), st.floats(12, 40), st.floats(0, 4))
def test_the_homography_tells_the_camera(camera: F64, mirrored: bool, x: float, y: float, z: float) -> None:
    view = view_of(camera, mirrored=mirrored)
    assert view is not None
    point = np.array([[x, -y if mirrored else y, z]])
    truly = seen(camera, np.array([[x, y, z]]))
    assert view.pixels(point) == pytest.approx(truly, abs=1e-4)
    flat = point * [1.0, 1.0, 0.0]
    assert view.metres(view.pixels(flat)) == pytest.approx(flat[:, :2], abs=1e-5)
    assert np.isnan(view.metres(np.array([[480.0, -1e5]]))).all()


def test_a_scene_that_is_not_calibrated_tells_no_camera() -> None:
    assert ground_view(Scene(drawn_for=SIZE).fit(SIZE)) is None
    straight_down = (100.0, 0.0, -50.0, 0.0, 100.0, -50.0, 0.0, 0.0, 1.0)
    assert ground_view(Scene(drawn_for=SIZE, homography=straight_down).fit(SIZE)) is None


def driven(
    kind: RoadUser, body: F64, headings: list[float], *, looks: int = 15, step_m: float = 0.6, to: tuple[float, float] = (0.0, 22.0)
) -> tuple[list[float], list[float]]:
    """How far off the places are, in m, that are found for the last boxes of straight ways, and how far their lower edges' middles.

    Boxes are cut to the picture.
    """
    camera = lens(8.0, 0.45, 800.0)
    view = view_of(camera)
    assert view is not None
    footprints, many = Footprints(view, SIZE), len(headings)
    off = foot_off = [math.inf]
    for k in range(looks):
        way = (k + 1 - looks) * step_m
        at = [(to[0] + way * math.cos(heading), to[1] + way * math.sin(heading)) for heading in headings]
        box = np.stack([box_of(camera, here, heading, body) for here, heading in zip(at, headings, strict=True)])
        box = np.clip(box, 0, [*SIZE, *SIZE])
        found = footprints.points(np.arange(many), box, np.zeros((many, 2)), np.full(many, kind, np.int16))
        foot = np.column_stack([(box[:, 0] + box[:, 2]) / 2, box[:, 3]])
        off, foot_off = (np.hypot(*(view.metres(px) - at).T).tolist() for px in (found, foot))
    return off, foot_off


ways = st.lists(st.floats(0, 2 * math.pi), min_size=8, max_size=8)
AWAY_RAD = math.radians(3)  # of straight away from the camera, where lengths of 16 and 18 m are hard to tell from shorter ones


@settings(max_examples=20)
@given(st.sampled_from(KINDS), st.integers(0, 3), ways)
def test_a_body_of_a_known_build_is_found_where_it_stands(kind: RoadUser, which: int, headings: list[float]) -> None:
    build = BUILDS[kind][min(which, len(BUILDS[kind]) - 1)]
    off, _ = driven(kind, outline(kind, build), headings)
    straight = [build.length_m > 15 and abs(heading - math.pi / 2) < AWAY_RAD for heading in headings]
    assert all(one < (3.5 if away else 0.05 * build.length_m + 0.1) for one, away in zip(off, straight, strict=True))


@settings(max_examples=10)
@given(ways)
def test_a_bus_is_not_where_its_bumper_is(headings: list[float]) -> None:
    off, _ = driven(RoadUser.BUS, bus(), headings)
    assert max(off) < 0.4


def test_a_bus_that_comes_towards_the_camera_is_far_behind_its_bumper() -> None:
    off, foot_off = driven(RoadUser.BUS, bus(), [math.pi / 2])
    assert foot_off[0] > 4.0
    assert off[0] < 0.4


@settings(max_examples=10)
@given(st.sampled_from([RoadUser.TRUCK, RoadUser.BUS]), ways)
def test_a_car_that_is_called_something_longer_stands_where_a_car_does(kind: RoadUser, headings: list[float]) -> None:
    off, _ = driven(kind, outline(RoadUser.CAR, BUILDS[RoadUser.CAR][1]), headings)
    assert max(off) < 0.3


def test_a_bus_that_comes_in_through_a_corner_of_the_picture_is_headed_where_it_goes() -> None:
    for side in (-1.0, 1.0):
        off, _ = driven(RoadUser.BUS, bus(), [math.pi / 2 + side], looks=40, step_m=0.3, to=(side * 4.5, 12.0))
        assert off[0] < 1.0


def test_one_first_seen_over_the_horizon_is_found_once_it_is_below() -> None:
    camera = lens(8.0, 0.25, 800.0)
    view = view_of(camera)
    assert view is not None
    footprints, car = Footprints(view, SIZE), outline(RoadUser.CAR, BUILDS[RoadUser.CAR][1])
    kind = np.array([RoadUser.CAR], np.int16)
    above = np.array([[470.0, 2.0, 490.0, 6.0]])
    assert footprints.points(np.array([7]), above, np.zeros((1, 2)), kind).tolist() == [[480.0, 6.0]]
    for k in range(30):
        box = box_of(camera, (0.0, 32.0 - 0.3 * k), -math.pi / 2, car)
        found = footprints.points(np.array([7]), box[None], np.zeros((1, 2)), kind)
    assert math.dist(view.metres(found)[0], (0.0, 32.0 - 0.3 * 29)) < 0.3


def test_what_has_ended_is_let_go_of() -> None:
    view = view_of(lens(8.0, 0.45, 800.0))
    assert view is not None
    footprints = Footprints(view, SIZE)
    box = np.array([[100.0, 100.0, 160.0, 140.0]])
    for number in range(50):
        footprints.points(np.array([number]), box, np.zeros((1, 2)), np.array([RoadUser.CAR], np.int16))
        footprints.forget([number])
    assert len(footprints) == 0
