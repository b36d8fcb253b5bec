import csv
import io
import math
from functools import cache
from itertools import pairwise

import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catseye.core.geometry import F64
from catseye.studio.camera import PoleCamera
from catseye.studio.camera_file import border_px
from catseye.studio.siting.aim import best_look_at
from catseye.studio.siting.density import across_px_m
from catseye.studio.siting.ground_plan import BANDS, band, draw_plan, frame_for, view_polygon
from catseye.studio.siting.hiding import beside, by_bus, hidden_share, hides
from catseye.studio.siting.places import along_lanes, bodies_at
from catseye.studio.siting.report import LineCounts, SiteReport, ranked, report_on, score_of, summed
from catseye.studio.siting.sheet import draw_sheet
from catseye.studio.siting.sight import sight_of
from catseye.studio.siting.tables import COLUMNS, site_csv, site_json
from catseye.studio.street import Fixture, GroundLine, Lane, Street, Surface

POLE = PoleCamera(position_m=(0.0, -12.0, 9.0), look_at_m=(0.0, 4.0), fov_deg=70.0)
WALL = Fixture(kind="building", position_m=(0.0, -6.0), height_m=12.0, outline=((-40, -8), (40, -8), (40, -5), (-40, -5)))


def street(*, lanes: int = 2, fixtures: tuple[Fixture, ...] = ()) -> Street:
    """A road along x with lanes 3.3 m apart from y = 0 on, and two count lines across it."""
    return Street(
        name="road",
        style="town",
        lanes=tuple(
            Lane(name=f"lane {k}", approach="", centre=((-60.0, 3.3 * k), (60.0, 3.3 * k)), width_m=3.3, limit_mps=13.9)
            for k in range(lanes)
        ),
        surfaces=(Surface(kind="carriageway", polygon=((-60, -2), (60, -2), (60, 3.3 * lanes), (-60, 3.3 * lanes))),),
        markings=(),
        signals=(),
        fixtures=fixtures,
        lines=(
            GroundLine(name="near", points=((0.0, -2.0), (0.0, 3.3 * lanes)), directions=("east", "west")),
            GroundLine(name="far", points=((50.0, -2.0), (50.0, 3.3 * lanes)), directions=("east", "west")),
        ),
        zones=(),
        movements=(),
    )


def test_pixels_per_metre_in_the_middle_of_the_picture_are_focal_length_over_distance() -> None:
    camera = PoleCamera(position_m=(0.0, 0.0, 6.0), look_at_m=(8.0, 0.0))
    found = across_px_m(np.array([[8.0, 0.0]]), np.zeros(1), camera)
    assert found[0] == pytest.approx(camera.focal_px / 10.0, rel=1e-6)  # 6, 8 and 10 make a right angle


@given(
    x=st.floats(15.0, 60.0),
    y=st.floats(-10.0, 10.0),
    heading=st.floats(-3.1, 3.1),
    height=st.floats(5.0, 20.0),
    k1=st.sampled_from([0.0, -0.05]),
)
def test_pixels_per_metre_are_how_fast_the_picture_moves_across_the_lane(
    x: float, y: float, heading: float, height: float, k1: float
) -> None:
    camera = PoleCamera(position_m=(0.0, 0.0, height), look_at_m=(25.0, 0.0), fov_deg=60.0, k1=k1)
    step = 1e-4 * np.array([-math.sin(heading), math.cos(heading), 0.0])
    at = np.array([x, y, 0.0])
    px, _ = camera.project(np.stack([at - step, at + step]))
    slope = float(np.hypot(*(px[1] - px[0]))) / 2e-4
    assert across_px_m(at[None, :2], np.array([heading]), camera)[0] == pytest.approx(slope, rel=0.03)


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> F64:
    return np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def behind_bus(height_m: float, away_m: float, board_m: float, spacing_m: float = 3.3) -> float:
    """The hidden share of a board in the middle of the lane behind a long bus, seen square to the road and almost level."""
    camera = PoleCamera(position_m=(0.0, 0.0, height_m), look_at_m=(0.0, 95.0 * height_m), fov_deg=120.0, size=(1920, 1080))
    bus = box((-30.0, away_m - 1.275, 0.0), (30.0, away_m + 1.275, 3.1))
    board = box((-0.5, away_m + spacing_m, 0.0), (0.5, away_m + spacing_m + 1e-4, board_m))
    return hidden_share(camera.project(board)[0], camera.project(bus)[0], camera.size)


@pytest.mark.parametrize("height_m", [3.6, 5.0, 7.0, 9.0])
def test_a_bus_hides_what_the_ray_over_its_roof_says(height_m: float) -> None:
    away, spacing, board = 12.0, 3.3, 2.0
    # From the camera over the far edge of the roof, down to the middle of the next lane.
    falls = (height_m - 3.1) / (away + 1.275)
    shadow = 3.1 - falls * (spacing - 1.275)
    assert behind_bus(height_m, away, board) == pytest.approx(min(max(shadow / board, 0.0), 1.0), abs=0.02)


@given(away=st.floats(8.0, 25.0), low=st.floats(3.5, 12.0), more=st.floats(0.1, 6.0), board=st.floats(1.0, 3.0))
@settings(deadline=None)
def test_from_higher_up_a_bus_hides_no_more(away: float, low: float, more: float, board: float) -> None:
    assert behind_bus(low + more, away, board) <= behind_bus(low, away, board) + 0.005


def test_from_a_higher_pole_buses_hide_less_of_cars_and_cyclists() -> None:
    places = along_lanes(street(), 4.0)
    spots = beside(places, street().lanes)
    heights = (6.0, 9.0, 13.0, 18.0)
    cameras = [PoleCamera(position_m=(0.0, -12.0, height), look_at_m=(0.0, 4.0), fov_deg=100.0) for height in heights]
    for model in ("saloon", "bicycle"):
        shares = np.stack([by_bus(model, places, spots, camera, 12.0) for camera in cameras])
        abreast = np.abs(spots.xy_m[:, 0] - places.xy_m[spots.row, 0]) < 2.0
        means = shares[:, abreast & ~np.isnan(shares).any(axis=0)].mean(axis=1).tolist()  # of what is in every picture
        # Below a height the bus hides all of who stands behind it; then the shape of the rest alone decides, by a hair.
        assert all(higher <= lower + 0.005 for lower, higher in pairwise(means))
        assert means[0] > 0.1
        assert means[-1] < 0.6 * means[0]


def test_a_bus_in_the_farther_lane_hides_nothing_of_the_nearer_one() -> None:
    places = along_lanes(street(), 4.0)
    spots = beside(places, street().lanes)
    shares = by_bus("saloon", places, spots, POLE, 12.0)
    nearer = places.lane[spots.row] == 0
    assert np.nanmax(shares[nearer]) == 0.0
    assert np.nanmax(shares[~nearer]) > 0.3


def test_buses_stand_in_the_next_lanes_alone() -> None:
    three = street(lanes=3)
    places = along_lanes(three, 10.0)
    spots = beside(places, three.lanes)
    apart = np.abs(spots.xy_m[:, 1] - places.xy_m[spots.row, 1])
    assert apart == pytest.approx(np.full(len(apart), 3.3))
    assert set(places.lane[spots.row].tolist()) == {0, 1, 2}


@st.composite
def rectangles(draw: st.DrawFn) -> F64:
    x, y = draw(st.floats(-15, 15)), draw(st.floats(-15, 15))
    long, wide, yaw = draw(st.floats(1, 14)), draw(st.floats(0.5, 4)), draw(st.floats(-3.1, 3.1))
    corners = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * [long / 2, wide / 2]
    turn = np.array([[math.cos(yaw), -math.sin(yaw)], [math.sin(yaw), math.cos(yaw)]])
    return np.asarray(corners @ turn.T + [x, y], np.float64)


def rays_meet(eye: F64, ways: F64, foot: F64) -> F64:
    """How far along rays (R, 2) a rectangle begins, (R,); infinite where they miss."""
    side, to = np.roll(foot, -1, axis=0) - foot, foot - eye

    def cross(a: F64, b: F64) -> F64:
        return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], np.float64)

    across = cross(ways[:, None], side[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        far = cross(to, side) / across
        share = cross(to[None], ways[:, None]) / across
    return np.asarray(np.where((far > 0) & (share >= 0) & (share <= 1), far, np.inf).min(axis=1), np.float64)


def apart_m(one: F64, other: F64) -> float:
    """How far two disjoint rectangles are apart: some corner of one is nearest to the other."""
    return -max(
        cv2.pointPolygonTest(foot.astype(np.float32), (float(x), float(y)), measureDist=True)
        for foot, corners in ((one, other), (other, one))
        for x, y in corners
    )


@given(hidden=rectangles(), hiding=rectangles(), eye=st.tuples(st.floats(-30, 30), st.floats(-30, 30)))
@settings(deadline=None)
def test_who_hides_whom_is_what_rays_meet_first(hidden: F64, hiding: F64, eye: tuple[float, float]) -> None:
    at = np.array(eye)
    for foot in (hidden, hiding):
        assume(cv2.pointPolygonTest(foot.astype(np.float32), eye, measureDist=True) < -0.1)
    assume(cv2.intersectConvexConvex(hidden.astype(np.float32), hiding.astype(np.float32))[0] == 0.0)
    assume(apart_m(hidden, hiding) > 1e-4)  # nothing parts bodies that touch, and OpenCV measures in float32
    one = bool(hides(hidden[None], hiding[None], at)[0])
    other = bool(hides(hiding[None], hidden[None], at)[0])
    assert not (one and other)
    turns = np.linspace(0, 2 * math.pi, 360, endpoint=False)
    ways = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    far, near = rays_meet(at, ways, hidden), rays_meet(at, ways, hiding)
    both = np.isfinite(far) & np.isfinite(near)
    assert (near[both] < far[both]).all() if one else not (near[both] < far[both]).any()
    assert (far[both] < near[both]).all() if other else not (far[both] < near[both]).any()


def round_the_middle(middle: tuple[float, float], radii: list[float]) -> F64:
    turns = np.arange(len(radii)) * 2 * math.pi / len(radii)
    return np.asarray(np.array(middle) + np.array(radii)[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1), np.float64)


MIDDLES = st.tuples(st.floats(40, 160), st.floats(40, 160))
RADII = st.lists(st.floats(40, 120), min_size=4, max_size=9)


@given(hidden=st.builds(round_the_middle, MIDDLES, RADII), hiding=st.builds(round_the_middle, MIDDLES, RADII))
@settings(deadline=None, max_examples=60)
def test_hidden_shares_are_areas(hidden: F64, hiding: F64) -> None:
    sheets = []
    for corners in (hidden, hiding):
        sheet = np.zeros((800, 800), np.uint8)
        hull = (cv2.convexHull(corners.astype(np.float32)) * 4 - 0.5) * 16
        cv2.fillConvexPoly(sheet, np.rint(hull).astype(np.int32), 1, shift=4)
        sheets.append(sheet)
    drawn = int((sheets[0] & sheets[1]).sum()) / int(sheets[0].sum())
    assert hidden_share(hidden, hiding, (200, 200)) == pytest.approx(drawn, abs=0.01)


def test_an_edge_in_common_hides_nothing_more() -> None:
    hidden = np.array([(0.0, 0.0), (0.0, 111.0), (22.0, 0.0)])
    hiding = np.array([(0.0, 0.0), (0.0, 3.0), (82.0, 0.0)])
    assert hidden_share(hidden, hiding, (200, 200)) == pytest.approx(0.047, abs=0.002)


def test_a_lane_is_in_view_where_the_picture_shows_it_and_nothing_stands_before_it() -> None:
    camera = msgspec.structs.replace(POLE, fov_deg=50.0)
    sight, viewed = sight_of(street(), camera)
    near, far = sight.lines
    assert near.seen == 1.0
    assert (far.seen, far.height_px) == (0.0, None)
    assert near.crossed_by == "saloon"
    assert 0.0 < sight.lanes[0].in_view < 0.5
    inside = camera.project(np.column_stack([viewed.places.xy_m, np.zeros(len(viewed.px_m))]))[0]
    assert (inside[:, 0] > -40).all()
    assert (inside[:, 0] < camera.size[0] + 40).all()
    walled, nothing = sight_of(street(fixtures=(WALL,)), camera)
    assert [lane.in_view for lane in walled.lanes] == [0.0, 0.0]
    assert len(nothing.px_m) == 0
    assert [line.seen for line in walled.lines] == [0.0, 0.0]


def test_what_is_too_small_is_in_view_but_not_usable() -> None:
    tight = sight_of(street(), POLE, 8.0)[0].lanes[0]
    assert tight.car_px is not None
    strict = sight_of(street(), POLE, tight.car_px + 0.5)[0].lanes[0]
    assert tight.in_view == strict.in_view > 0.0
    assert tight.usable > strict.usable
    assert tight.px_m_least is not None
    assert tight.px_m_median is not None
    assert tight.px_m_least <= tight.px_m_median


def test_walkers_cross_where_no_lane_leads() -> None:
    crossing = GroundLine(name="crossing", points=((10.0, 8.0), (10.0, 12.0)), directions=("a", "b"))
    sight, _ = sight_of(msgspec.structs.replace(street(), lines=(crossing,)), POLE)
    assert sight.lines[0].crossed_by == "walker"


@pytest.mark.parametrize(("x", "y", "height"), [(-20.0, -9.0, 6.0), (25.0, -18.0, 12.0)])
def test_the_proposed_direction_is_at_least_as_good_as_the_middle(x: float, y: float, height: float) -> None:
    road = street()

    def to(look_at_m: tuple[float, float]) -> PoleCamera:
        return PoleCamera(position_m=(x, y, height), look_at_m=look_at_m, fov_deg=60.0)

    proposed, middle = (sight_of(road, to(at))[0] for at in (best_look_at(road, to, 16.0), (25.0, 2.3)))
    # Seeing all lanes is worth less than a third of one line of two.
    assert sum(line.seen for line in proposed.lines) >= sum(line.seen for line in middle.lines) - 0.65


@cache
def reports(road: Street) -> SiteReport:
    away = PoleCamera(position_m=(0.0, -12.0, 9.0), look_at_m=(0.0, -40.0))
    in_road = msgspec.structs.replace(POLE, position_m=(0.0, -1.0, 9.0))
    cameras = {"away": away, "good": POLE, "in the road": in_road}
    made = [report_on(name, camera, sight_of(road, camera)[0], road, aimed=False) for name, camera in cameras.items()]
    return SiteReport(street="road", least_height_px=16.0, light="day", poles=ranked(made))


def test_a_pole_that_sees_nothing_comes_last_and_says_so() -> None:
    last = reports(street()).poles[-1]
    assert (last.name, last.score) == ("away", 0.0)
    assert "sees nothing" in last.why
    assert any("no lane" in warning for warning in last.warnings)


def test_a_pole_on_the_road_or_in_a_house_is_warned_of() -> None:
    by_name = {pole.name: pole for pole in reports(street()).poles}
    assert by_name["good"].warnings == ()
    assert any("carriageway" in warning for warning in by_name["in the road"].warnings)
    house = msgspec.structs.replace(POLE, position_m=(0.0, -6.0, 9.0))
    inside = report_on("house", house, sight_of(street(fixtures=(WALL,)), house)[0], street(fixtures=(WALL,)), aimed=False)
    assert any("inside a building" in warning for warning in inside.warnings)


def test_counts_decide_before_the_score() -> None:
    good, *_, poor = reports(street()).poles
    assert good.score > poor.score

    def counting(missed: int) -> LineCounts:
        return LineCounts(line="near", direction="east", true=50, missed=missed, extra=1)

    swapped = [
        msgspec.structs.replace(good, counting=summed(3.0, "perfect", [counting(20)])),
        msgspec.structs.replace(poor, counting=summed(3.0, "perfect", [counting(2)])),
    ]
    assert [pole.name for pole in ranked(swapped)] == [poor.name, good.name]
    assert swapped[0].counting is not None
    assert swapped[0].counting.error == pytest.approx(21 / 50)
    assert summed(3.0, "perfect", []).error is None


def test_the_score_is_what_is_seen_less_what_is_hidden() -> None:
    sight, _ = sight_of(street(lanes=1), POLE)  # one lane: no bus beside it
    assert score_of(sight) == pytest.approx(100 * sum(line.seen for line in sight.lines) / 2, abs=0.1)
    assert score_of(sight_of(street(lanes=2), POLE)[0]) < score_of(sight)


def test_csv_and_json_hold_every_lane_and_line() -> None:
    report = reports(street())
    rows = list(csv.DictReader(io.StringIO(site_csv(report))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["rank"], row["what"], row["name"]) for row in rows[:4]] == [
        ("1", "lane", "lane 0"), ("1", "lane", "lane 1"), ("1", "line", "near"), ("1", "line", "far"),
    ]  # fmt: skip
    assert len(rows) == 3 * 4
    good = next(pole for pole in report.poles if pole.name == "good")
    row = next(row for row in rows if row["pole"] == "good" and row["name"] == "lane 1")
    assert float(row["car_by_bus_mean"]) == good.sight.lanes[1].car_by_bus.mean != 0.0
    assert msgspec.json.decode(site_json(report), type=SiteReport) == report


def test_the_field_of_view_on_the_ground_is_what_the_borders_show() -> None:
    polygon = view_polygon(POLE)
    shown = POLE.ground(border_px(POLE, 25))
    near = shown[~np.isnan(shown).any(axis=1)]
    near = near[np.hypot(*(near - np.array(POLE.position_m[:2])).T) < 149.0]
    assert len(near) > 20
    for point in near:
        assert np.hypot(*(polygon - point).T).min() < 1e-6
    assert np.hypot(*(polygon - np.array(POLE.position_m[:2])).T).max() <= 150.0 + 1e-6


@given(a=st.floats(0, 100), b=st.floats(0, 100))
def test_more_pixels_have_a_later_colour(a: float, b: float) -> None:
    colours = [colour for _, colour in BANDS]
    low, high = sorted((a, b))
    assert colours.index(band(low)) <= colours.index(band(high))


def test_the_plan_colours_what_is_seen_and_nothing_else() -> None:
    road, report = street(), reports(street())
    frame = frame_for(road, [pole.camera for pole in report.poles], (420, 300))
    colours = [colour for _, colour in BANDS]
    for name, expected in (("good", True), ("away", False)):
        pole = next(pole for pole in report.poles if pole.name == name)
        drawing = draw_plan(road, pole, sight_of(road, pole.camera)[1], report.poles, frame)
        assert drawing.shape == (300, 420, 3)
        assert any((np.abs(drawing.astype(int) - colour).max(axis=2) <= 2).sum() > 50 for colour in colours) is expected


def test_a_sheet_has_room_for_any_number_of_poles() -> None:
    road, report = street(), reports(street())
    viewed = [sight_of(road, pole.camera)[1] for pole in report.poles]
    one = msgspec.structs.replace(report, poles=report.poles[:1])
    single, all_three = draw_sheet(road, one, viewed[:1]), draw_sheet(road, report, viewed)
    assert single.shape[1] == all_three.shape[1]
    assert single.shape[0] < all_three.shape[0]
    for sheet in (single, all_three):
        assert (sheet[-20:] == 255).all()  # nothing runs over its lower edge
        assert (sheet[:, -20:] == 255).all()


def test_bodies_are_where_they_stand() -> None:
    bodies = bodies_at("saloon", np.array([[0.0, 3.0]]), np.array([math.pi / 2]), POLE)
    assert np.ptp(bodies.foot[0], axis=0) == pytest.approx([1.83, 4.70])
    assert bodies.foot[0].mean(axis=0) == pytest.approx([0.0, 3.0])
    assert bodies.front[0]
    assert bodies.height_px[0] > 10
