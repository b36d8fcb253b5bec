from typing import Literal

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.geometry import F64, XY, inside
from catseye.studio.street import Fixture, GroundLine, Lane, Street, Surface
from catseye.studio.surroundings import OPEN_CORNER, surround

Style = Literal["town", "suburb", "country"]
STYLES: tuple[Style, ...] = ("town", "suburb", "country")


def cross(style: Style = "town", *, half_m: float = 6.6, limit_mps: float = 13.9) -> Street:
    """Two roads that cross in the middle, with sidewalks of 3 m."""
    walk = half_m + 3.0
    across: tuple[XY, ...] = ((-150, -half_m), (150, -half_m), (150, half_m), (-150, half_m))
    bend: tuple[XY, ...] = ((half_m, 150), (half_m, half_m), (150, half_m), (150, walk), (walk, walk), (walk, 150))
    surfaces = [Surface(kind="carriageway", polygon=across), Surface(kind="carriageway", polygon=tuple((y, x) for x, y in across))]
    for sx, sy in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        surfaces.append(Surface(kind="sidewalk", height_m=0.12, polygon=tuple((sx * x, sy * y) for x, y in bend)))
    way: tuple[XY, ...] = ((-2.0, 140.0), (-2.0, 12.0))
    return Street(
        name="cross",
        style=style,
        lanes=(Lane(name="in", approach="north", centre=way, width_m=3.3, limit_mps=limit_mps, stops=True),),
        surfaces=tuple(surfaces),
        markings=(),
        signals=(),
        fixtures=(),
        lines=(GroundLine(name="all", points=((-5.0, -5.0), (5.0, 5.0)), directions=("a", "b")),),
        zones=(),
        movements=(),
    )


_U, _V = (grid.reshape(-1) for grid in np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 1, 12)))
_WEIGHTS = np.column_stack([(1 - _U) * (1 - _V), _U * (1 - _V), _U * _V, (1 - _U) * _V])  # of the corners of a foot


def foot(fixture: Fixture) -> F64:
    """Points (N, 2) all over the foot of a fixture."""
    if not fixture.outline:
        return np.array([fixture.position_m])
    return np.asarray(_WEIGHTS @ np.asarray(fixture.outline, np.float64), np.float64)


@settings(max_examples=8, deadline=None)  # three styles, two speeds; a run of one holds hundreds of things
@given(st.sampled_from(STYLES), st.integers(0, 10_000), st.floats(3.0, 12.0), st.sampled_from([13.9, 33.3]))
def test_nothing_stands_on_the_street_or_before_a_camera(style: Style, seed: int, half_m: float, limit_mps: float) -> None:
    street = surround(cross(style, half_m=half_m, limit_mps=limit_mps), seed)
    assert len(street.fixtures) > 20
    everywhere = np.concatenate([foot(fixture) for fixture in street.fixtures])
    for surface in street.surfaces:
        assert not inside(everywhere, np.asarray(surface.polygon)).any()
    tall = np.concatenate([foot(fixture) for fixture in street.fixtures if fixture.height_m > 1.3])
    assert not inside(tall, np.asarray(OPEN_CORNER) * 0.99 + np.array([0.2, -0.2])).any()


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_and_another_another(style: Style) -> None:
    street = cross(style)
    once = surround(street, 3)
    assert surround(street, 3) == once
    assert surround(street, 4).fixtures != once.fixtures


def test_buildings_do_not_stand_in_one_another() -> None:
    buildings = [fixture for fixture in surround(cross(), 1).fixtures if fixture.kind == "building"]
    shrunk = [(foot(one) - one.position_m) * 0.93 + one.position_m for one in buildings]
    for k, other in enumerate(buildings[1:], 1):
        assert not inside(np.concatenate(shrunk[:k]), np.asarray(other.outline)).any()


def test_buildings_and_lamp_posts_face_the_street() -> None:
    for fixture in surround(cross(), 5).fixtures:
        if fixture.kind in {"building", "lamp_post"}:
            x, y = np.array(fixture.position_m)
            ahead = np.array([x + np.cos(fixture.facing_rad), y + np.sin(fixture.facing_rad)])
            assert np.abs(ahead).min() < min(abs(x), abs(y))


def test_what_stood_there_before_stays_and_keeps_its_ground() -> None:
    street = cross("suburb")
    tower = Fixture(kind="building", position_m=(-30, 30), height_m=20, outline=((-50, 12), (-12, 12), (-12, 50), (-50, 50)))
    street = surround(msgspec.structs.replace(street, fixtures=(tower,)), 2)
    assert street.fixtures[0] == tower
    for fixture in street.fixtures[1:]:
        assert not inside(foot(fixture), np.array([(-49, 13), (-13, 13), (-13, 49), (-49, 49)])).any()


def test_a_fast_road_has_barriers_and_a_gantry_and_a_town_has_none() -> None:
    fast = {fixture.kind for fixture in surround(cross("country", limit_mps=36.1), 1).fixtures}
    assert {"barrier", "gantry", "tree"} <= fast
    town = {fixture.kind for fixture in surround(cross("town"), 1).fixtures}
    assert {"building", "lamp_post", "tree", "sign"} <= town
    assert not {"barrier", "gantry"} & town


def test_a_street_with_nothing_on_it_is_surrounded_without_error() -> None:
    bare = Street(
        name="bare", style="country", lanes=(), surfaces=(), markings=(), signals=(), fixtures=(), lines=(), zones=(), movements=()
    )
    assert surround(bare, 1) == bare
