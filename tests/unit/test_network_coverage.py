"""What cameras see on the map, how densely, and which to add: against projections, symmetries and every choice tried."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.cameras import Place
from catseye.core.geometry import F64, polygon_area
from catseye.core.scene import Scene
from catseye.network.coverage import Eye, KeyPlace, additions, look
from catseye.network.density import too_dense_to_m
from catseye.network.plane import LocalPlane
from catseye.network.view import Footprint, Sector, View, view_of

SIZE = (1280, 720)
FOCAL_PX, HEIGHT_M, TILT = 900.0, 8.0, math.radians(20)
FOV_DEG = 2 * math.degrees(math.atan(SIZE[0] / 2 / FOCAL_PX))
HERE = (-0.12, 51.5)


def homography(turn_deg: float, origin: tuple[float, float], *, mirrored: bool) -> tuple[float, ...]:
    """Of a camera 8 m high that looks 20 degrees down, over ground whose axes are turned, moved and perhaps mirrored."""
    down, ahead = np.array([0.0, -math.sin(TILT), -math.cos(TILT)]), np.array([0.0, math.cos(TILT), -math.sin(TILT)])
    rotation = np.array([[1.0, 0.0, 0.0], down, ahead])  # x aside, y ahead, z up
    lens = np.array([[FOCAL_PX, 0, SIZE[0] / 2], [0, FOCAL_PX, SIZE[1] / 2], [0, 0, 1]])
    to_px = lens @ np.column_stack([rotation[:, :2], rotation @ [0.0, 0.0, -HEIGHT_M]])
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    axes = np.array([[c, -s, origin[0]], [s, c, origin[1]], [0, 0, 1]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0, 1.0])
    whole = axes @ np.linalg.inv(to_px) @ np.diag([*SIZE, 1.0])
    return tuple((whole / whole[2, 2]).ravel().tolist())


def footprint(heading_deg: float, turn_deg: float = 0.0, *, mirrored: bool = False, reach_m: float | None = 60.0) -> Footprint:
    scene = Scene(drawn_for=SIZE, homography=homography(turn_deg, (13.0, -40.0), mirrored=mirrored))  # type: ignore[arg-type]
    view = view_of(Place(point=HERE, heading_deg=heading_deg, reach_m=reach_m), scene, None)
    assert isinstance(view, Footprint)
    return view


def seen_from(view: View, heading_deg: float, ahead_m: Sequence[float], aside_m: Sequence[float]) -> F64:
    """Points by how far ahead of the foot and to its right they are."""
    turned = math.radians(heading_deg)
    forward, right = np.array([math.sin(turned), math.cos(turned)]), np.array([math.cos(turned), -math.sin(turned)])
    return np.outer(ahead_m, forward) + np.outer(aside_m, right)


@settings(deadline=None)
@given(heading=st.floats(0, 360), turn=st.floats(0, 360), mirrored=st.booleans())
def test_a_footprint_does_not_depend_on_the_axes_of_its_scene(heading: float, turn: float, *, mirrored: bool) -> None:
    view = footprint(heading, turn, mirrored=mirrored)
    ahead, aside = [20.0, 40.0, 40.0, 59.0, 61.0, 5.0, -20.0], [0.0, 20.0, -20.0, 0.0, 0.0, 0.0, 0.0]
    assert view.sees(seen_from(view, heading, ahead, aside)).tolist() == [True, True, True, True, False, False, False]
    assert view.sees(seen_from(view, heading, [40.0, 40.0], [32.0, -32.0])).tolist() == [False, False]
    assert polygon_area(tuple(map(tuple, view.outline))) == pytest.approx(
        polygon_area(tuple(map(tuple, footprint(0.0).outline))), rel=1e-4
    )


@given(ahead=st.floats(15, 59))
def test_the_density_of_a_footprint_is_that_of_its_lens(ahead: float) -> None:
    depth_m = ahead * math.cos(TILT) + HEIGHT_M * math.sin(TILT)
    view = footprint(75.0, 30.0)
    assert view.px_per_m(seen_from(view, 75.0, [ahead], [0.0])) == pytest.approx([FOCAL_PX / depth_m], rel=1e-6)


def test_a_footprint_says_how_far_it_is_too_dense() -> None:
    assert footprint(0.0).too_dense_to_m == 0.0  # its nearest ground, 10 m away, has 77 px/m
    near = Scene(drawn_for=(2560, 1440), homography=homography(0.0, (0, 0), mirrored=False))  # type: ignore[arg-type]
    view = view_of(Place(point=HERE, heading_deg=0.0, reach_m=60.0), near, None)
    assert view is not None
    assert view.too_dense_to_m is not None
    ground = np.stack(np.meshgrid(np.linspace(-40, 40, 161), np.linspace(1, 60, 119)), -1).reshape(-1, 2)
    ground = ground[view.sees(ground)]
    dense = view.px_per_m(ground) > 125
    assert np.hypot(*ground[dense].T).max() == pytest.approx(view.too_dense_to_m, abs=1.0)


def test_without_a_reach_a_footprint_ends_where_little_is_made_out() -> None:
    view = footprint(0.0, reach_m=None)
    edge_m = (FOCAL_PX / 12.5 - HEIGHT_M * math.sin(TILT)) / math.cos(TILT)
    assert view.sees(np.array([[0.0, edge_m - 0.1], [0.0, edge_m + 0.1]])).tolist() == [True, False]


@given(heading=st.floats(0, 360), bearing=st.floats(0, 360), away=st.floats(0.1, 99), wide=st.floats(1, 360))
def test_a_sector_sees_what_is_within_its_angle_and_reach(heading: float, bearing: float, away: float, wide: float) -> None:
    view = view_of(Place(point=HERE, heading_deg=heading, field_of_view_deg=wide, reach_m=50.0), None, None)
    assert isinstance(view, Sector)
    apart = abs((bearing - heading + 180.0) % 360.0 - 180.0)
    if abs(apart - wide / 2) > 1e-6 and abs(away - 50.0) > 1e-6:
        point = away * np.array([[math.sin(math.radians(bearing)), math.cos(math.radians(bearing))]])
        assert bool(view.sees(point)[0]) == (away < 50.0 and apart < wide / 2)


def test_the_density_of_a_sector_is_that_of_the_stated_model() -> None:
    place = Place(point=HERE, heading_deg=0.0, field_of_view_deg=FOV_DEG, reach_m=50.0, height_m=6.0)
    view = view_of(place, None, SIZE[0])
    assert view is not None
    assert view.px_per_m(np.array([[0.0, 8.0]])) == pytest.approx([FOCAL_PX / 10.0])
    assert too_dense_to_m(SIZE[0], FOV_DEG, 6.0) == pytest.approx(math.sqrt((FOCAL_PX / 125) ** 2 - 36))
    assert too_dense_to_m(SIZE[0], FOV_DEG, 8.0) == 0.0
    unknown = view_of(place, None, None)
    assert unknown is not None
    assert np.isnan(unknown.px_per_m(np.array([[0.0, 8.0]]))).all()
    assert unknown.too_dense_to_m is None


def test_a_view_that_is_not_told_is_not_known() -> None:
    assert view_of(None, None, 640) is None
    assert view_of(Place(point=HERE, heading_deg=0.0, reach_m=50.0), None, 640) is None


@given(longitude=st.floats(-180, 180), latitude=st.floats(-85, 85), east=st.floats(-5000, 5000), north=st.floats(-5000, 5000))
def test_the_plane_leads_back(longitude: float, latitude: float, east: float, north: float) -> None:
    plane = LocalPlane((longitude, latitude))
    there = [(float(x), float(y)) for x, y in plane.lonlat(np.array([[east, north]]))]
    assert plane.metres(there) == pytest.approx(np.array([[east, north]]), abs=1e-5)


def test_a_degree_is_as_long_as_on_the_ellipsoid() -> None:
    """Lengths of a degree of WGS 84 at 45 degrees: 78 846.8 m of longitude, 111 131.8 m of latitude."""
    assert LocalPlane((10.0, 45.0)).metres([(10.001, 45.0), (10.0, 45.001)]) == pytest.approx(
        np.array([[78.8468, 0.0], [0.0, 111.1318]]), abs=2e-3
    )


def test_places_are_seen_by_whom_they_are_in_view_of() -> None:
    plane = LocalPlane(HERE)
    view = view_of(Place(point=HERE, heading_deg=90.0, field_of_view_deg=60.0, reach_m=50.0), None, 1000)
    assert view is not None

    def key(name: str, *metres: tuple[float, float]) -> KeyPlace:
        return KeyPlace(name=name, kind="stop", points=tuple((float(x), float(y)) for x, y in plane.lonlat(np.array(metres))))

    square = [(30.0, -5.0), (40.0, -5.0), (40.0, 5.0), (30.0, 5.0), (30.0, -5.0)]
    half_out = [(x + 16.0, y) for x, y in square]  # 4 m of its 10 are within reach
    found = look(
        [key("near", (20.0, 0.0)), key("behind", (-20.0, 0.0)), key("square", *square), key("out", *half_out)],
        [Eye("east", HERE, view)],
    )
    assert [[sight.camera for sight in place.by] for place in found] == [["east"], [], ["east"], []]
    assert found[0].by[0].away_m == 20.0
    assert found[0].by[0].px_per_m == pytest.approx(1000 / (40 * math.tan(math.radians(30))), abs=0.06)
    assert found[2].by[0].share == 1.0


PLACES = [KeyPlace(name=f"p{i}", kind="", points=(HERE,)) for i in range(8)]
sets = st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.integers(0, 7)), min_size=1)


@given(sets=sets, seen=st.frozensets(st.integers(0, 7)), most=st.integers(1, 4))
def test_no_choice_exceeds_the_bound_and_the_choice_made_holds_its_promise(
    sets: dict[str, frozenset[int]], seen: frozenset[int], most: int
) -> None:
    made = additions(sets, seen, PLACES, most)
    covered = seen
    for k, one in enumerate(made, 1):
        new = sets[one.camera] - covered
        assert one.adds == tuple(f"p{i}" for i in sorted(new))
        assert new
        covered |= new
        assert one.seen == len(covered)
        best = max(len(seen.union(*(sets[name] for name in chosen))) for chosen in combinations(sets, min(k, len(sets))))
        assert one.seen <= best <= one.at_most <= len(seen.union(*sets.values()))
        assert one.seen - len(seen) >= (1 - 1 / math.e) * (best - len(seen))
    if len(made) < min(most, len(sets)):
        assert seen.union(*sets.values()) == covered
