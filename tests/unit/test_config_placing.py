"""Warnings of lines and zones over which little can be counted, told from the drawing alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.config import dump_scene, parse_scene
from catseye.core.geometry import XY
from catseye.core.scene import CountLine, Mask, Movement, Scene, Zone
from catseye.studio.camera import PoleCamera
from catseye.studio.scene_of import _homography

CAMERA = PoleCamera(position_m=(0.0, -20.0, 9.0), look_at_m=(0.0, 5.0), fov_deg=60.0, size=(1280, 720))


def warned(scene: Scene, size: tuple[int, int] | None = None) -> list[tuple[str, str]]:
    """(key, message) of every finding; each must say what to do."""
    parsed, found = parse_scene(dump_scene(scene), name="scene.toml", size=size)
    assert parsed == scene
    assert all(finding.remedy and finding.severity == "warning" for finding in found)
    return [(finding.key, finding.message) for finding in found]


def unit(*points_m: XY) -> tuple[XY, ...]:
    """Where the camera sees points on the ground."""
    px, _ = CAMERA.project(np.column_stack([np.array(points_m), np.zeros(len(points_m))]))
    return tuple((float(x), float(y)) for x, y in np.clip(px / np.array(CAMERA.size), 0.0, 1.0).round(6).tolist())


def calibrated(a: XY, b: XY, *, masks: tuple[Mask, ...] = (), zones: tuple[Zone, ...] = ()) -> Scene:
    homography, error_m = _homography(CAMERA)
    (p, q) = unit(a, b)
    lines = (CountLine(name="n", points=(p, q)),)
    return Scene(drawn_for=CAMERA.size, lines=lines, masks=masks, zones=zones, homography=homography, error_m=error_m)


def drawn(a: XY, b: XY, **more: object) -> Scene:
    return Scene(drawn_for=(640, 360), lines=(CountLine(name="n", points=(a, b)),), **more)  # type: ignore[arg-type]


def test_a_line_in_the_open_is_not_warned_of() -> None:
    assert warned(calibrated((-4.0, 5.0), (4.0, 5.0))) == []
    assert warned(drawn((0.3, 0.5), (0.7, 0.5))) == []


def test_a_line_by_the_edge_of_a_calibrated_picture() -> None:
    left_m = float(CAMERA.ground(np.array([[0.0, 360.0]]))[0, 0])
    ((key, message),) = warned(calibrated((left_m + 1.5, 2.0), (left_m + 1.5, 8.0)))
    assert key == "lines[0].points"
    assert "must be seen for 3 m on either side" in message
    assert warned(calibrated((left_m + 9.0, 2.0), (left_m + 9.0, 8.0))) == []


def test_a_line_by_the_edge_of_any_picture() -> None:
    ((_, message),) = warned(drawn((0.3, 0.95), (0.7, 0.95)))
    assert "the picture ends" in message
    assert warned(drawn((0.3, 0.85), (0.7, 0.85))) == []


@given(st.floats(0.0, 0.05), st.floats(0.0, 1.0), st.sampled_from(["left", "right", "top", "bottom"]))
@settings(max_examples=60, deadline=None)
def test_far_enough_inward_no_edge_is_warned_of(near: float, turn: float, edge: str) -> None:
    def across(depth: float) -> Scene:
        low, high = 0.3, 0.7
        ends = {
            "left": ((depth, low), (depth + 0.02 * turn, high)),
            "right": ((1 - depth, low), (1 - depth - 0.02 * turn, high)),
            "top": ((low, depth), (high, depth + 0.02 * turn)),
            "bottom": ((low, 1 - depth), (high, 1 - depth - 0.02 * turn)),
        }
        return drawn(*ends[edge])

    steps = [any("picture" in message for _, message in warned(across(near + k * 0.03))) for k in range(7)]
    assert steps == sorted(steps, reverse=True), "moving on inward warns again"
    assert not steps[-1]
    assert any(steps) or near > 0.02


def test_a_mask_beside_a_line_hides_the_way() -> None:
    beside = Mask(name="garden", polygon=((0.0, 0.52), (1.0, 0.52), (1.0, 1.0), (0.0, 1.0)))
    ((_, message),) = warned(drawn((0.3, 0.5), (0.7, 0.5), masks=(beside,)))
    assert "a mask hides the way" in message
    further = Mask(name="garden", polygon=((0.0, 0.7), (1.0, 0.7), (1.0, 1.0), (0.0, 1.0)))
    assert warned(drawn((0.3, 0.5), (0.7, 0.5), masks=(further,))) == []


def test_a_mask_over_most_of_a_line() -> None:
    over = Mask(name="tree", polygon=((0.0, 0.2), (0.6, 0.2), (0.6, 0.8), (0.0, 0.8)))
    ((_, message),) = warned(drawn((0.3, 0.5), (0.7, 0.5), masks=(over,)))
    assert "of the line lies in a mask" in message
    less = Mask(name="tree", polygon=((0.0, 0.2), (0.4, 0.2), (0.4, 0.8), (0.0, 0.8)))
    assert warned(drawn((0.3, 0.5), (0.7, 0.5), masks=(less,))) == []


def test_a_line_narrower_than_who_passes() -> None:
    ((_, message),) = warned(calibrated((0.0, 5.0), (0.8, 5.0)))
    assert "is 0.8 m long" in message
    assert warned(calibrated((0.0, 5.0), (2.0, 5.0))) == []


def test_a_line_where_road_users_are_too_small() -> None:
    far, near = calibrated((-12.0, 150.0), (12.0, 150.0)), calibrated((-6.0, 40.0), (6.0, 40.0))
    ((_, message),) = warned(far)
    assert "many are not found" in message
    assert warned(near) == []
    assert warned(far, (2560, 1440)) == [], "a larger picture of the same view finds them"


def test_without_calibration_nothing_is_said_of_sizes() -> None:
    assert warned(drawn((0.5, 0.5), (0.53, 0.5))) == []


WEST = Zone(name="west", polygon=((0.1, 0.4), (0.2, 0.4), (0.2, 0.6), (0.1, 0.6)))
EAST = Zone(name="east", polygon=((0.8, 0.4), (0.9, 0.4), (0.9, 0.6), (0.8, 0.6)))
THROUGH = Movement(name="through", origin="west", destination="east")


def test_a_line_along_a_movement() -> None:
    ((_, message),) = warned(drawn((0.3, 0.48), (0.7, 0.52), zones=(WEST, EAST), movements=(THROUGH,)))
    assert "runs along the movements" in message
    assert warned(drawn((0.45, 0.3), (0.55, 0.7), zones=(WEST, EAST), movements=(THROUGH,))) == []


def test_lines_on_one_another_are_counted_twice() -> None:
    first, second = (CountLine(name=name, points=((0.3, y), (0.7, y))) for name, y in (("a", 0.5), ("b", 0.505)))
    ((key, message),) = warned(Scene(drawn_for=(640, 360), lines=(first, second)))
    assert (key, "counted by both" in message) == ("lines[1].points", True)
    apart = CountLine(name="b", points=((0.3, 0.56), (0.7, 0.56)))
    assert warned(Scene(drawn_for=(640, 360), lines=(first, apart))) == []


def test_zones_within_one_another() -> None:
    around = Zone(name="east", polygon=((0.05, 0.3), (0.9, 0.3), (0.9, 0.7), (0.05, 0.7)))
    ((key, message),) = warned(Scene(drawn_for=(640, 360), zones=(WEST, around), movements=(THROUGH,)))
    assert (key, "never completes" in message) == ("movements[0]", True)
    assert warned(Scene(drawn_for=(640, 360), zones=(WEST, EAST), movements=(THROUGH,))) == []


@pytest.mark.parametrize(("depth_m", "shallow"), [(0.3, True), (5.0, False)])
def test_a_zone_shallower_than_a_position_is_sure(depth_m: float, shallow: bool) -> None:
    polygon = unit((-4.0, 5.0), (4.0, 5.0), (4.0, 5.0 + depth_m), (-4.0, 5.0 + depth_m))
    found = warned(calibrated((-4.0, 5.0), (4.0, 5.0), zones=(Zone(name="z", polygon=polygon),)))
    assert [key for key, _ in found] == (["zones[0].polygon"] if shallow else [])
