"""Proposed count lines cross the flows of a street, and nothing that stands."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catseye.config.scene_file import dump_scene, parse_scene
from catseye.core.geometry import F64, segments_cross
from catseye.core.scene import CountLine, Scene
from catseye.rules.flows import propose_scene
from catseye.rules.lines import LineCounter
from catseye.testing.passing import RUN, STREAM, sighting

SIZE = (1280, 720)
AHEAD = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


def walk(a: tuple[float, float], b: tuple[float, float], *, seed: int = 0, points: int = 40) -> F64:
    share = np.linspace(0, 1, points)[:, None]
    line = np.array(a) + share * (np.array(b) - np.array(a))
    return np.asarray(line + np.random.default_rng(seed).normal(0, 1.5, (points, 2)), np.float64)


def parked(x: float, y: float, *, seed: int = 0) -> F64:
    return np.array([x, y]) + np.random.default_rng(seed).normal(0, 3, (300, 2))


def two_way_road() -> list[F64]:
    right = [walk((20, 400 + 4 * k), (1260, 400 + 4 * k), seed=k) for k in range(6)]
    left = [walk((1260, 320 + 4 * k), (20, 320 + 4 * k), seed=10 + k) for k in range(6)]
    return right + left


def crossroads() -> list[F64]:
    return [
        *(walk((20, 340 + 10 * k), (1260, 340 + 10 * k), seed=k) for k in range(5)),
        *(walk((620 + 10 * k, 700), (620 + 10 * k, 20), seed=20 + k) for k in range(5)),
    ]


def plaza() -> list[F64]:
    draw = np.random.default_rng(7)
    return [walk(tuple(draw.uniform((0, 0), SIZE)), tuple(draw.uniform((0, 0), SIZE)), seed=k) for k in range(40)]


def crosses(line: CountLine, path: F64) -> bool:
    a, b = ((x * SIZE[0], y * SIZE[1]) for x, y in line.points)
    return any(segments_cross(tuple(p), tuple(q), a, b) for p, q in itertools.pairwise(path))


def share_crossed(scene: Scene, paths: list[F64]) -> float:
    return float(np.mean([any(crosses(line, path) for line in scene.lines) for path in paths]))


def valid(scene: Scene, *, short_paths: bool = False) -> bool:
    """No finding at all; of paths that are too short for it, that they leave a line too little room is one."""
    within = all(0.0 <= v <= 1.0 for line in scene.lines for point in line.points for v in point)
    parsed, findings = parse_scene(dump_scene(scene), name="scene.toml")
    left = [finding for finding in findings if not (short_paths and finding.message.startswith("the picture ends"))]
    return within and parsed == scene and not left


def test_one_line_crosses_both_ways_of_a_road_squarely() -> None:
    scene = propose_scene(two_way_road(), SIZE)
    assert scene is not None
    (line,) = scene.lines
    assert all(crosses(line, path) for path in two_way_road())
    (ax, ay), (bx, by) = line.points
    assert abs(ax - bx) * SIZE[0] < 0.2 * abs(ay - by) * SIZE[1]
    assert set(line.directions) == {"left", "right"}
    assert valid(scene)


def test_every_arm_of_a_crossroads_is_crossed() -> None:
    scene = propose_scene(crossroads(), SIZE)
    assert scene is not None
    assert 1 <= len(scene.lines) <= 4
    assert share_crossed(scene, crossroads()) == 1.0
    assert valid(scene)


def test_most_of_a_plaza_is_crossed_by_few_lines() -> None:
    scene = propose_scene(plaza(), SIZE)
    assert scene is not None
    assert len(scene.lines) <= 4
    assert share_crossed(scene, plaza()) > 0.6
    assert len({line.name for line in scene.lines}) == len(scene.lines)
    assert valid(scene)


def test_parked_things_propose_nothing_and_change_nothing() -> None:
    still = [parked(200 + 90 * k, 500, seed=k) for k in range(10)]
    assert propose_scene(still, SIZE) is None
    assert propose_scene([*still, walk((20, 300), (1260, 300))], SIZE) is None  # one passer-by is no flow
    with_still, without = propose_scene([*two_way_road(), *still], SIZE), propose_scene(two_way_road(), SIZE)
    assert with_still == without


def test_nothing_proposes_nothing() -> None:
    assert propose_scene([], SIZE) is None
    assert propose_scene([np.zeros((1, 2))] * 5, SIZE) is None


@pytest.mark.parametrize("way", list(AHEAD))
def test_a_direction_goes_where_its_name_says(way: str) -> None:
    step, middle = np.array(AHEAD[way]), np.array([640, 360])
    paths = [walk(tuple(middle - 300 * step + k), tuple(middle + 300 * step + k), seed=k) for k in range(4)]
    scene = propose_scene(paths, SIZE)
    assert scene is not None
    counter = LineCounter(scene.lines[0], scene.fit(SIZE), stream=STREAM, run=RUN)
    events = [e for k, (x, y) in enumerate(paths[0].tolist()) for e in counter.update(sighting(k / 10, {1: (x, y)}))]
    assert [e.direction for e in events] == [way]


points = st.tuples(st.floats(0, SIZE[0]), st.floats(0, SIZE[1]))


@settings(max_examples=40, deadline=None)
@example([[(0.0, 0.0), (0.0, 118.0)], [(0.0, 0.0), (0.0, 118.0)]])
@given(st.lists(st.lists(points, min_size=1, max_size=5), max_size=10))
def test_whatever_the_paths_a_proposal_is_valid_and_always_the_same(corners: list[list[tuple[float, float]]]) -> None:
    paths = [np.array(path, float) for path in corners]
    scene = propose_scene(paths, SIZE)
    assert scene == propose_scene([path.copy() for path in paths], SIZE)
    if scene is not None:
        assert scene.lines
        assert scene.drawn_for == SIZE
        assert valid(scene, short_paths=True)


@pytest.mark.parametrize("edge", [0.0, 720.0])
def test_feet_at_the_edge_of_the_picture_are_counted_over_the_proposal(edge: float) -> None:
    paths = [np.stack([np.linspace(20, 1260, 40), np.full(40, edge)], axis=1)] * 3
    scene = propose_scene(paths, SIZE)
    assert scene is not None
    assert valid(scene)
    counter = LineCounter(scene.lines[0], scene.fit(SIZE), stream=STREAM, run=RUN)
    events = [e for k, (x, y) in enumerate(paths[0].tolist()) for e in counter.update(sighting(k / 10, {1: (x, y)}))]
    assert [e.direction for e in events] == ["right"]
