"""Ways through polygons, against many points along them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.geometry import F64, inside, rim_distance, stretches_inside

coordinate = st.integers(-40, 40).map(float)
points = st.tuples(coordinate, coordinate)
polygons = st.lists(points, min_size=3, max_size=7, unique=True).map(np.array)


@given(points, points, polygons)
def test_a_point_of_the_way_is_inside_where_the_stretches_say(a: tuple[float, float], b: tuple[float, float], polygon: F64) -> None:
    parts = stretches_inside(a, b, polygon)
    ends = [share for part in parts for share in part]
    assert ends == sorted(ends)
    shares = np.linspace(0, 1, 60) + 0.003
    shares = shares[(shares < 1) & (np.abs(shares[:, None] - np.array([*ends, 9.0])) > 1e-6).all(axis=1)]
    way = np.array([a]) + shares[:, None] * (np.array(b) - np.array(a))
    clear = rim_distance(way, polygon) > 1e-9  # on the rim it is neither
    told = np.array([any(begin < share < end for begin, end in parts) for share in shares], np.bool_)
    assert told[clear].tolist() == inside(way, polygon)[clear].tolist()


@given(*[st.integers(-30, 30).map(lambda tenths: tenths / 7)] * 2, *[st.floats(-30, 30)] * 2)
def test_an_edge_in_common_is_met_at_the_very_same_share(top: float, bottom: float, ya: float, yb: float) -> None:
    west = np.array([(top, -60.0), (bottom, 60.0), (-90.0, 60.0), (-90.0, -60.0)])
    east = np.array([(bottom, 60.0), (top, -60.0), (90.0, -60.0), (90.0, 60.0)])
    ((_, out),), ((into, _),) = (stretches_inside((-45.0, ya), (45.0, yb), zone) for zone in (west, east))
    assert out == into


def test_the_rim_is_as_far_as_the_nearest_edge_or_corner() -> None:
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    asked = np.array([[5.0, 4.0], [5.0, 0.0], [13.0, 14.0], [-2.0, 5.0]])
    assert rim_distance(asked, square).tolist() == pytest.approx([4.0, 0.0, math.hypot(3, 4), 2.0])
