import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.config import Severity, dump_scene, parse_scene
from catseye.core.geometry import signed_distance
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import load_camera
from catseye.studio.scenarios import SCENARIOS
from catseye.studio.scene_of import LEAST_ERROR_M, scene_of
from catseye.studio.street import GroundLine, GroundMovement, GroundZone, Lane, Street

EXAMPLES = Path(__file__).parents[2] / "examples" / "studio"
POLE = PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0), fov_deg=58.0)


def street(
    lines: tuple[GroundLine, ...] = (),
    zones: tuple[GroundZone, ...] = (),
    movements: tuple[GroundMovement, ...] = (),
    lanes: tuple[Lane, ...] = (),
) -> Street:
    return Street(
        name="test",
        style="town",
        lanes=lanes,
        surfaces=(),
        markings=(),
        signals=(),
        fixtures=(),
        lines=lines,
        zones=zones,
        movements=movements,
    )


def line(a: tuple[float, float], b: tuple[float, float]) -> GroundLine:
    return GroundLine(name="line", points=(a, b), directions=("right", "left"))


poles = st.builds(
    PoleCamera,
    position_m=st.tuples(st.floats(10, 30), st.floats(-30, -10), st.floats(5, 20)),
    look_at_m=st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
    fov_deg=st.floats(40, 80),
    roll_deg=st.floats(-5, 5),
    k1=st.sampled_from([0.0, -0.08]),
)


@given(poles, st.floats(-math.pi, math.pi))
@settings(max_examples=15, deadline=None)
def test_the_first_direction_is_from_the_left_hand_to_the_right_in_the_picture_too(pole: PoleCamera, turn: float) -> None:
    along = np.array([math.cos(turn), math.sin(turn)])
    right = np.array([along[1], -along[0]])  # seen from above
    scene = scene_of(street((line(tuple(-3 * along), tuple(3 * along)),)), pole)
    (found,) = scene.lines
    px, _ = pole.project(np.append(3 * right, 0.0)[None])
    a, b = (tuple(np.array(point) * pole.size) for point in found.points)
    assert signed_distance(px, a, b)[0] > 0
    assert found.directions == ("right", "left")


def test_a_line_lies_where_it_is_on_the_ground() -> None:
    scene = scene_of(street((line((-3.0, -2.0), (-3.0, 2.0)),)), POLE)
    ends = np.array([[-3.0, -2.0, 0.0], [-3.0, 2.0, 0.0]])
    assert np.array(scene.lines[0].points) * POLE.size == pytest.approx(POLE.project(ends)[0], abs=0.01)


def test_what_is_out_of_view_is_left_out_or_cut() -> None:
    unseen = line((60.0, -60.0), (60.0, -50.0))
    half = GroundLine(name="half", points=((-2.0, 2.0), (20.0, 10.0)), directions=("a", "b"))
    zones = (
        GroundZone(name="near", polygon=((-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0))),
        GroundZone(name="behind", polygon=((40.0, -40.0), (50.0, -40.0), (50.0, -30.0), (40.0, -30.0))),
    )
    movements = (GroundMovement(name="gone", origin="near", destination="behind", turn="left"),)
    scene = scene_of(street((unseen, half), zones, movements), POLE)
    assert [found.name for found in scene.lines] == ["half"]
    assert [found.name for found in scene.zones] == ["near"]
    assert scene.movements == ()
    assert scene.lines[0].points[0] == pytest.approx(POLE.project(np.array([-2.0, 2.0, 0.0]))[0] / POLE.size, abs=0.02)
    assert scene.lines[0].points[1][0] > 0.97
    points = np.array([*scene.lines[0].points, *(p for zone in scene.zones for p in zone.polygon)])
    assert ((points >= 0) & (points <= 1)).all()


@given(poles)
@settings(max_examples=15, deadline=None)
def test_the_scene_is_one_that_a_file_can_hold(pole: PoleCamera) -> None:
    square = ((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0))
    scene = scene_of(street((line((-3.0, 0.0), (3.0, 1.0)),), (GroundZone(name="middle", polygon=square),)), pole)
    read, findings = parse_scene(dump_scene(scene), name="scene.toml")
    assert [finding.message for finding in findings] == []
    assert read == scene


@given(poles, st.floats(-6, 6), st.floats(-6, 6))
@settings(max_examples=15, deadline=None)
def test_the_homography_leads_back_to_the_ground(pole: PoleCamera, x: float, y: float) -> None:
    scene = scene_of(street(), pole)
    assert scene.homography is not None
    px, _ = pole.project(np.array([x, y, 0.0]))
    flat = np.array(scene.homography).reshape(3, 3) @ np.append(px / pole.size, 1.0)
    if pole.k1 == 0.0:
        assert flat[:2] / flat[2] == pytest.approx([x, y], abs=1e-5)
        assert scene.error_m == LEAST_ERROR_M
    else:
        assert np.hypot(*(flat[:2] / flat[2] - [x, y])) < 1.5
        assert scene.error_m is not None
        assert scene.error_m > LEAST_ERROR_M


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_scene_of_every_scenario_is_one_that_can_be_used(name: str) -> None:
    drawn = scene_of(SCENARIOS[name].street(), load_camera(EXAMPLES / f"{name}-camera.toml"))
    read, findings = parse_scene(dump_scene(drawn), name="scene.toml")
    assert read == drawn
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
