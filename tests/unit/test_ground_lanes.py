import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.scene import FittedScene, Lane, Scene
from catseye.rules.ground import GroundView
from catseye.traffic.lanes import OFF, GroundLanes, project


def lanes(*drawn: Lane) -> GroundLanes:
    flat = GroundView(camera=np.eye(3, 4), ground=np.eye(3))
    return GroundLanes(drawn, FittedScene(scene=Scene(), size=(1, 1)), flat)


EAST = Lane(name="east", points=((0.0, 0.0), (50.0, 0.0)), width_m=3.0)
NORTH = Lane(name="north", points=((50.0, 0.0), (50.0, 40.0)), width_m=3.0)


def test_who_is_on_which_lane() -> None:
    on = lanes(EAST, NORTH).locate(np.array([[10.0, 1.0], [10.0, -1.0], [10.0, 1.6], [-1.0, 0.0], [50.0, 20.0]]))
    assert on.lane.tolist() == [0, 0, OFF, OFF, 1]
    assert on.along_m[:2] == pytest.approx(10.0)
    assert on.aside_m[:2] == pytest.approx([1.0, -1.0])  # left of the way is positive
    assert on.heading_rad[[0, 4]] == pytest.approx([0.0, np.pi / 2])


def test_nobody_is_on_a_street_without_lanes() -> None:
    assert lanes().locate(np.zeros((3, 2))).lane.tolist() == [OFF] * 3


@given(st.floats(-100, 100), st.floats(-20, 20), st.floats(-3, 3), st.floats(-50, 50))
def test_a_place_is_found_back_along_a_straight_lane(along: float, aside: float, turn: float, shift: float) -> None:
    way, left = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    begin = np.array([shift, -shift])
    centre = begin + np.array([0.0, 20.0, 45.0])[:, None] * way
    found = project((begin + along * way + aside * left)[None], centre)
    assert [float(value[0]) for value in found[:2]] == pytest.approx([along, aside], abs=1e-6)
