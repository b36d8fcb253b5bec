"""Rates with exact intervals, and where conflicts gather."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from catseye.calibration.pairs import degrees_at
from catseye.core.ids import RunId, StreamId
from catseye.core.traffic import Conflict
from catseye.report.conflict_map import conflict_map
from catseye.report.drawing import svg
from catseye.testing.ground import road, watch
from catseye.traffic.conflicts.exposure import by_movements, poisson_interval, rate
from catseye.traffic.conflicts.hotspots import density, hotspots


def conflict(movements: tuple[str, str] = ("", ""), point: tuple[float, float] = (0.0, 0.0)) -> Conflict:
    return Conflict(
        id="c",
        stream=StreamId("s"),
        run=RunId("r"),
        scene_revision="",
        kind="crossing",
        at_ns=0,
        seen_at_ns=0,
        point_m=point,
        point_unit=(0.5, 0.5),
        road_users=("car", "bicycle"),
        movements=movements,
        ttc_s=1.2,
        pet_s=None,
        drac_mps2=2.0,
        delta_v_mps=(0.5, 8.0),
        angle_rad=1.5,
        speeds_mps=(5.0, 5.0),
    )


@given(st.integers(0, 200))
def test_the_interval_leaves_two_and_a_half_percent_at_each_side(events: int) -> None:
    low, high = poisson_interval(events)
    assert low <= events <= high
    assert poisson.cdf(events, high) == pytest.approx(0.025)
    assert (poisson.sf(events - 1, low) if events else 0.025) == pytest.approx(0.025)


def test_a_rate_is_per_million_and_none_where_nobody_was_counted() -> None:
    told = rate(3, 20_000)
    assert (told.per_million, told.conflicts) == (150.0, 3)
    assert told.low is not None
    assert told.high is not None
    assert told.low < 150.0 < told.high
    for exposure in (None, 0):
        assert rate(3, exposure).per_million is None
    assert rate(0, 1_000).per_million == 0.0


def test_movements_pair_in_either_order_and_share_the_root_of_both_volumes() -> None:
    told = [conflict(("left", "through")), conflict(("through", "left")), conflict(("", "left"))]
    first, second = by_movements(told, {"left": 400, "through": 900})
    assert (first.movements, first.rate.conflicts, first.rate.exposure) == (("left", "through"), 2, 600.0)
    assert second.movements == ("", "left")
    assert second.rate.per_million is None


points = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=12)


@given(points, st.floats(0, 2))
def test_the_density_adds_up_to_the_conflicts(places: list[tuple[float, float]], error_m: float) -> None:
    found = density(places, error_m)
    assert found.per_are.sum() * found.cell_m**2 / 100 == pytest.approx(len(places), rel=0.01)


def test_two_clusters_are_two_hot_spots_and_a_single_conflict_is_none() -> None:
    rng = np.random.default_rng(1)
    near = [(float(x), float(y)) for x, y in rng.normal((0, 0), 0.8, (6, 2))]
    far = [(float(x), float(y)) for x, y in rng.normal((30, 10), 0.8, (4, 2))]
    places = [*near, *far, (60.0, 0.0)]
    first, second = hotspots(places, density(places, 0.2))
    assert (first.conflicts, second.conflicts) == (6, 4)
    assert first.point_m == pytest.approx((0, 0), abs=1.0)
    assert second.point_m == pytest.approx((30, 10), abs=1.0)


def test_a_plan_shows_every_conflict_and_says_what_it_was() -> None:
    of = watch(road())
    told = [conflict(point=(0.0, 1.0)), conflict(point=(1.0, 1.5)), conflict(point=(-20.0, 4.0))]
    text = svg(conflict_map(told, of.fitted, of.view, "3 conflicts"))
    assert text.count("<title>crossing: car and bicycle, TTC 1.2 s</title>") == 3
    assert svg(conflict_map([], of.fitted, of.view, "none")).count("<title>") == 0


@given(st.floats(-180, 180), st.floats(-70, 70))
def test_metres_become_degrees(lon: float, lat: float) -> None:
    east, north = degrees_at(np.array([[1000.0, 0.0], [0.0, 1000.0]]), (lon, lat)) - (lon, lat)
    assert north[1] == pytest.approx(1 / 111.1, rel=0.01)
    assert east[0] * np.cos(np.radians(lat)) == pytest.approx(1 / 111.5, rel=0.01)
    assert (east[1], north[0]) == pytest.approx((0, 0), abs=1e-9)
