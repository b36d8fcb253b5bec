import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.geometry import inside
from catseye.studio.bodies import MODELS
from catseye.studio.camera import PoleCamera
from catseye.studio.observe.hiding import visible_shares
from catseye.studio.observe.projection import inside_grid
from catseye.studio.observe.standing import SCALE, standing
from catseye.studio.observe.truth_boxes import TrueBoxes, joined, true_boxes
from catseye.studio.plain import plain_truth, ways
from catseye.studio.street import Fixture, Street, Surface
from catseye.studio.truth import StudioTruth

POLE = PoleCamera(position_m=(17.0, -18.0, 13.0), look_at_m=(-2.0, 2.0), fov_deg=58.0)
Stand = tuple[str, float, float, float]  # model, x, y, yaw


def street(fixtures: tuple[Fixture, ...] = (), surfaces: tuple[Surface, ...] = ()) -> Street:
    return Street(
        name="test",
        style="town",
        lanes=(),
        surfaces=surfaces,
        markings=(),
        signals=(),
        fixtures=fixtures,
        lines=(),
        zones=(),
        movements=(),
    )


def run(stands: Sequence[Stand], *, steps: int = 2, vx: float = 0.0) -> StudioTruth:
    """Road users that stand, or all go east at ``vx`` metres a second."""
    n = len(stands)
    xy = np.array([[x, y] for _, x, y, _ in stands], np.float64).reshape(-1, 2)
    at_s = np.repeat(np.arange(steps) / 10.0, n)
    table = ways(
        np.repeat(np.arange(steps, dtype=np.int32), n),
        np.tile(np.arange(1, n + 1, dtype=np.int32), steps),
        np.tile(xy, (steps, 1)) + np.column_stack([at_s * vx, np.zeros(len(at_s))]),
        yaw_rad=np.tile([yaw for *_, yaw in stands], steps).astype(np.float64),
        speed_mps=vx,
        walked_m=at_s * vx,
    )
    return plain_truth(table, {k + 1: model for k, (model, *_) in enumerate(stands)}, steps / 10)


def look(stands: Sequence[Stand], camera: PoleCamera = POLE, on: Street | None = None) -> TrueBoxes:
    return joined(list(true_boxes(run(stands), on or street(), camera, np.array([0.0]))))


def corners(model: str, x: float, y: float, yaw: float) -> npt.NDArray[np.float64]:
    """The eight corners of a body's cuboid."""
    size = MODELS[model]
    local = [(a * size.length_m, b * size.width_m, c * size.height_m) for a in (-0.5, 0.5) for b in (-0.5, 0.5) for c in (0.0, 1.0)]
    cos, sin = math.cos(yaw), math.sin(yaw)
    return np.array([(x + p * cos - q * sin, y + p * sin + q * cos, r) for p, q, r in local])


places = st.tuples(st.sampled_from(sorted(MODELS)), st.floats(-8, 4), st.floats(-3, 8), st.floats(-math.pi, math.pi))


@given(places)
@settings(max_examples=50, deadline=None)
def test_a_box_lies_within_the_cuboid_around_the_body_and_fills_most_of_it(stand: Stand) -> None:
    found = look([stand])
    px, _ = POLE.project(corners(*stand))
    low, high = px.min(axis=0), px.max(axis=0)
    if (low > 0).all() and (high < POLE.size).all():
        assert found.inside[0] == pytest.approx(1.0)
        mirrors = 1.5 + 0.06 * (high - low)  # they stick out of the given sizes
        assert (found.xyxy[0, :2] >= low - mirrors).all()
        assert (found.xyxy[0, 2:] <= high + mirrors).all()
        size = found.xyxy[0, 2:] - found.xyxy[0, :2]
        # A walker's cuboid is as long as its longest stride: with its legs together, from the side, it fills 0.44 of its width.
        assert size[0] >= (0.4 if stand[0] == "walker" else 0.5) * (high - low)[0]
        assert size[1] >= 0.6 * (high - low)[1]
    assert ((found.xyxy >= 0) & (found.xyxy <= [*POLE.size, *POLE.size])).all()
    assert found.visible.tolist() == [1.0]


@given(st.sampled_from(sorted(set(MODELS) - {"articulated"})), st.floats(0.2, 1.0))
@settings(max_examples=30, deadline=None)
def test_the_nearer_of_two_alike_is_the_bigger(model: str, share: float) -> None:
    pole = PoleCamera(position_m=(0.0, -20.0, 9.0), look_at_m=(0.0, 0.0))
    near, far = look([(model, 0.0, -5.0, 0.3)], pole), look([(model, 0.0, -5.0 + 20 * share, 0.3)], pole)
    assert near.reach_m[0] < far.reach_m[0]
    height = [float(found.xyxy[0, 3] - found.xyxy[0, 1]) for found in (near, far)]
    assert height[0] > height[1]


def test_an_articulated_vehicle_is_as_long_as_it_is_and_bends() -> None:
    above = PoleCamera(position_m=(0.0, -0.1, 60.0), look_at_m=(0.0, 0.0), fov_deg=60.0)
    (box,) = look([("articulated", 0.0, 0.0, 0.0)], above).xyxy.tolist()
    px, _ = above.project(np.array([[-8.25, 0.0, 2.0], [8.25, 0.0, 2.0]]))
    assert box[2] - box[0] == pytest.approx(px[1, 0] - px[0, 0], rel=0.05)
    truth = run([("articulated", 0.0, 0.0, 0.0)])
    truth.trajectories.trailer_yaw_rad[:] = 0.6
    (bent,) = joined(list(true_boxes(truth, street(), above, np.array([0.0])))).xyxy.tolist()
    assert bent[3] - bent[1] > 2 * (box[3] - box[1])


def test_lens_and_mast_move_boxes_as_they_move_points() -> None:
    bent = PoleCamera(position_m=POLE.position_m, look_at_m=POLE.look_at_m, fov_deg=58.0, k1=-0.1, k2=0.02, sway_px=2.0, seed=4)
    stands: list[Stand] = [("saloon", -3.0, 4.0, 0.4), ("walker", 2.0, 1.0, 0.0)]
    at_s = np.arange(40) / 10.0
    there = joined(list(true_boxes(run(stands, steps=41), street(), bent, at_s)))
    sway = bent.sway(at_s)
    for number in (1, 2):
        mine = there[there.number == number]
        assert len(mine) == len(at_s)
        still = mine.xyxy - np.tile(sway, 2)
        assert np.ptp(still, axis=0) == pytest.approx(np.zeros(4), abs=1e-6)
    plain = look(stands)
    for row in range(2):
        moved = bent.distort(plain.xyxy[row].reshape(2, 2)).ravel()
        assert moved == pytest.approx((there.xyxy[row] - np.tile(sway[0], 2)).tolist(), abs=0.6)


def test_a_walker_on_a_sidewalk_stands_higher() -> None:
    kerb = Surface(kind="sidewalk", polygon=((-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)), height_m=0.5)
    on, off = look([("walker", 0.0, 0.0, 0.0)], on=street(surfaces=(kerb,))), look([("walker", 0.0, 0.0, 0.0)])
    assert on.xyxy[0, 3] < off.xyxy[0, 3] - 3


outlines = st.lists(  # sheared by less than what makes them lines, which have no share
    st.tuples(st.floats(20, 140), st.floats(20, 100), st.floats(12, 60), st.floats(12, 60), st.floats(0, 1.0)),
    min_size=1,
    max_size=6,
)


@given(outlines)
@settings(max_examples=40, deadline=None)
def test_visible_shares_are_those_of_a_picture_painted_far_to_near(shapes: list[tuple[float, float, float, float, float]]) -> None:
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    points = np.array(
        [np.column_stack([x + w / 2 * np.cos(turn + t), y + h / 2 * np.sin(turn)]) for x, y, w, h, t in shapes],
        np.float32,
    )
    size = (160, 120)
    xyxy = np.clip(np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1), 0, [*size, *size]).astype(np.float64)
    reach = np.arange(len(shapes), 0, -1).astype(np.float64) + 5.0
    nearest = np.full((60, 80), np.inf, np.float32)
    found = visible_shares(np.zeros(len(points), np.int32), points, xyxy, reach, nearest)
    fine = 8
    painted = np.zeros((size[1] * fine, size[0] * fine), np.uint8)
    alone = []
    for k, body in enumerate(points):  # the first is the farthest
        sheet = np.zeros_like(painted)
        cv2.fillConvexPoly(sheet, cv2.convexHull(np.rint(body * fine).astype(np.int32)), 1)
        alone.append(int(sheet.sum()))
        painted[sheet > 0] = k + 1
    truly = [(painted == k + 1).sum() / alone[k] for k in range(len(points))]
    assert found == pytest.approx(truly, abs=0.03)


def test_frames_seen_together_are_those_seen_alone() -> None:
    rng = np.random.default_rng(3)
    frame = np.sort(rng.integers(0, 6, 60)).astype(np.int32)
    centre, size = rng.uniform(30, 100, (60, 1, 2)), rng.uniform(10, 60, (60, 1, 2))
    points = (centre + size * rng.uniform(-0.5, 0.5, (60, 9, 2))).astype(np.float32)
    xyxy = np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1).astype(np.float64)
    reach, nearest = rng.uniform(5, 50, 60), np.full((70, 80), np.inf, np.float32)
    nearest[20:40, 10:40] = 25.0
    together = visible_shares(frame, points, xyxy, reach, nearest)
    assert 0.0 < (together < 1.0).mean() < 1.0
    for one in np.unique(frame).tolist():
        rows = np.flatnonzero(frame == one)
        alone = visible_shares(frame[rows], points[rows], xyxy[rows], reach[rows], nearest)
        assert together[rows].tolist() == alone.tolist()


def test_nobody_in_a_frame_is_no_share() -> None:
    none = np.zeros(0)
    nearest = np.full((4, 4), np.inf, np.float32)
    assert visible_shares(none.astype(np.int32), np.zeros((0, 3, 2), np.float32), np.zeros((0, 4)), none, nearest).tolist() == []


def test_what_stands_before_a_road_user_hides_it_and_what_stands_behind_does_not() -> None:
    pole = PoleCamera(position_m=(0.0, -20.0, 6.0), look_at_m=(0.0, 0.0))
    wall = ((-10.0, -4.0), (10.0, -4.0), (10.0, -3.8), (-10.0, -3.8))
    before = street((Fixture(kind="barrier", position_m=(0.0, -4.0), height_m=4.0, outline=wall),))
    behind = street((Fixture(kind="barrier", position_m=(0.0, 4.0), height_m=4.0, outline=tuple((x, -y) for x, y in wall)),))
    post = street((Fixture(kind="lamp_post", position_m=(0.0, -3.0), height_m=8.0),))
    car: list[Stand] = [("hatchback", 0.0, 0.0, 0.0)]
    assert look(car, pole, before).visible[0] < 0.05
    assert look(car, pole, behind).visible[0] == 1.0
    assert 0.85 < look(car, pole, post).visible[0] < 0.99


def test_the_map_of_what_stands_tells_how_far_away_it_is() -> None:
    tree = Fixture(kind="tree", position_m=(-2.0, 2.0), height_m=6.0)
    nearest = standing(street((tree,)), POLE)
    px, _ = POLE.project(np.array([-2.0, 2.0, 4.0]))
    assert nearest[int(px[1] * SCALE), int(px[0] * SCALE)] == pytest.approx(math.hypot(19.0, 20.0), abs=0.1)
    assert np.isinf(nearest[0, 0])


@given(
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=3, max_size=9),
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from([0.5, 0.75, 1.0]),
)
@settings(max_examples=60, deadline=None)
def test_a_grid_lies_in_a_polygon_where_each_of_its_points_does(
    corners: list[tuple[int, int]], columns: int, rows: int, apart: float
) -> None:
    polygon = np.array(corners, np.float64)
    x, y = (np.arange(n, dtype=np.float64) * apart - least for n, least in ((columns, 3.0), (rows, 2.5)))
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    assert inside_grid(x, y, polygon).ravel().tolist() == inside(points, polygon).tolist()
