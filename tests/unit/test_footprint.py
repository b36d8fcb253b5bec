"""Where road users stand on calibrated ground, held against boxes of solid blocks drawn through a lens of the test's own."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.geometry import F64
from catseye.core.road_users import RoadUser
from catseye.core.scene import Scene
from catseye.rules.footprint import BUILDS, Footprints
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


def block(camera: F64, at: tuple[float, float], heading: float, build: tuple[float, float, float]) -> F64:
    """The box (4,) px of a block on the ground, not cut."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)]) * build
    cos, sin = math.cos(heading), math.sin(heading)
    flat = corners[:, :2] @ np.array([[cos, sin], [-sin, cos]]) + at
    px = seen(camera, np.column_stack([flat, corners[:, 2]]))
    return np.concatenate([px.min(axis=0), px.max(axis=0)])


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


def driven(kind: RoadUser, build: tuple[float, float, float], heading: float, *, clip: bool = False) -> tuple[float, float]:
    """How far the place found for the last of many boxes on a straight way is off, and how far the lower edge's middle is, in m."""
    camera = lens(8.0, 0.45, 800.0)
    view = view_of(camera)
    assert view is not None
    footprints, off, foot_off = Footprints(view, SIZE), math.inf, math.inf
    for k in range(30):
        way = (k - 29) * 0.3
        at = (0.0 + way * math.cos(heading), 22.0 + way * math.sin(heading))
        box = block(camera, at, heading, build)
        if clip:
            box = np.clip(box, 0, [*SIZE, *SIZE])
        found = footprints.points(np.array([7]), box[None], np.zeros((1, 2)), np.array([kind], np.int16))
        off = math.dist(view.metres(found)[0], at)
        foot_off = math.dist(view.metres(np.array([[(box[0] + box[2]) / 2, box[3]]]))[0], at)
    return off, foot_off


@given(st.sampled_from(KINDS), st.integers(0, 3), st.floats(0, 2 * math.pi))
def test_a_block_of_a_known_build_is_found_where_it_stands(kind: RoadUser, which: int, heading: float) -> None:
    build = BUILDS[kind][min(which, len(BUILDS[kind]) - 1)]
    off, _ = driven(kind, build, heading)
    assert off < 0.05 * build[0] + 0.1


def test_a_bus_that_comes_towards_the_camera_is_not_where_its_bumper_is() -> None:
    off, foot_off = driven(RoadUser.BUS, (12.0, 2.55, 3.1), math.pi / 2)
    assert foot_off > 5.0
    assert off < 0.5


def test_what_has_ended_is_let_go_of() -> None:
    view = view_of(lens(8.0, 0.45, 800.0))
    assert view is not None
    footprints = Footprints(view, SIZE)
    box = np.array([[100.0, 100.0, 160.0, 140.0]])
    for number in range(50):
        footprints.points(np.array([number]), box, np.zeros((1, 2)), np.array([RoadUser.CAR], np.int16))
        footprints.forget([number])
    assert len(footprints) == 0
