import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.events import LineCrossed
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene
from catseye.core.time import CELL_S, NS_PER_S
from catseye.core.truth import Truth, track_boxes
from catseye.evaluate import counts
from catseye.evaluate import crossings as crossings_module
from catseye.evaluate.crossings import Crossing, crossings
from catseye.evaluate.fan import MOST_LINES, fan

SIZE = (200, 100)
# From the upper to the lower edge, in the middle: its walker faces down, so its right hand is the picture's left.
SCENE = Scene(lines=(CountLine(name="mid", points=((0.5, 0.1), (0.5, 0.9)), directions=("west", "east")),))
CAR = RoadUser.CAR
Foot = tuple[int, float, float]  # frame, x, y


def truth_of(*ways: list[Foot], kind: RoadUser = CAR, parked: bool = False, ignored: bool = False) -> Truth:
    """Road users 0, 1, ... whose feet go these ways; boxes are 20 px wide and high."""
    rows = [(f, n, (x - 10, y - 20, x + 10, y), kind, 1.0) for n, way in enumerate(ways) for f, x, y in way]
    rows.sort(key=lambda row: row[0])
    return Truth(
        boxes=track_boxes(rows),
        ignored=np.full(len(rows), ignored),
        parked=np.full(len(rows), parked),
        stopped=np.zeros(len(rows), np.bool_),
        kinds=frozenset({kind}),
        frames=max(row[0] for row in rows) + 1,
        size=SIZE,
    )


def walk(xs: list[float], y: float = 50.0) -> list[Foot]:
    return [(frame, x, y) for frame, x in enumerate(xs)]


def crossed(truth: Truth, *, optional: bool = False) -> list[tuple[str, float]]:
    return [(c.direction, round(c.frame, 3)) for c in crossings(truth, SCENE, SIZE) if c.optional == optional]


@pytest.mark.parametrize(
    ("xs", "expected"),
    [
        ([80, 90, 110, 120], [("east", 1.5)]),
        ([120, 115, 95, 80], [("west", 1.75)]),
        ([80, 99, 101, 99, 101, 99, 101, 120], [("east", 5.5)]),  # trembles on the line, passes once
        ([80, 99, 101, 99, 80], []),  # looks over and goes back
        ([80, 100, 120], [("east", 1.0)]),  # a foot right on the line
        ([80, 100, 100, 80], []),
        ([80, 120, 80], [("east", 0.5), ("west", 1.5)]),  # there and back
        ([100, 100.5, 99.5, 101], []),  # stands on it
    ],
)
def test_who_crossed(xs: list[float], expected: list[tuple[str, float]]) -> None:
    assert crossed(truth_of(walk(xs))) == expected


def test_beyond_the_ends_is_no_crossing() -> None:
    assert crossed(truth_of(walk([80, 120], y=9.0))) == []
    assert crossed(truth_of(walk([80, 120], y=11.0))) == [("east", 0.5)]


def test_frames_that_nobody_marked_are_bridged() -> None:
    assert crossed(truth_of([(0, 80, 50), (10, 120, 50)])) == [("east", 5.0)]


@pytest.mark.parametrize(
    ("xs", "expected"),
    [
        ([80, 99, 101, 99, 80], [("east", 1.5), ("west", 2.5)]),  # looks over by less than the hand shakes
        ([99, 101, 120], [("east", 0.5)]),  # begins on the line
        ([80, 99, 101], [("east", 1.5)]),  # ends on it
        ([80, 99, 101, 99, 101, 120], []),  # trembles, but passes
        ([80, 90, 95], []),
    ],
)
def test_what_is_never_clear_of_the_line_is_optional(xs: list[float], expected: list[tuple[str, float]]) -> None:
    assert crossed(truth_of(walk(xs)), optional=True) == expected


def test_what_is_parked_crosses_nothing() -> None:
    assert crossed(truth_of(walk([80, 120]), parked=True)) == []


@settings(max_examples=40)
@given(st.lists(st.floats(0, 200), min_size=2, max_size=12), st.floats(-1.9, 1.9))
def test_a_way_backwards_crosses_as_often_the_other_way(xs: list[float], tremble: float) -> None:
    there = crossed(truth_of(walk(xs)))
    back = crossed(truth_of(walk(xs[::-1])))
    assert [d for d, _ in back] == [{"east": "west", "west": "east"}[d] for d, _ in reversed(there)]
    # Ways that start and end clear of the line cross it an odd number of times just when they change sides.
    if abs(xs[0] - 100) > 2 and abs(xs[-1] - 100) > 2:
        assert len(there) % 2 == ((xs[0] < 100) != (xs[-1] < 100))


def test_the_judge_shares_no_code_with_the_counting_rule() -> None:
    source = inspect.getsource(crossings_module)
    assert "catseye.rules" not in source
    assert "signed_distance" not in source


START = 1_700_000_100 * NS_PER_S  # the beginning of a cell
TIMES = START + np.arange(2000) * NS_PER_S  # one frame a second


def event(at_s: float, direction: str = "east", kind: RoadUser = CAR, line: str = "mid") -> LineCrossed:
    at_ns = START + round(at_s * NS_PER_S)
    return LineCrossed(
        id=f"{line}{direction}{at_s}",
        stream=StreamId("s"),
        run=RunId("r"),
        track=1,
        rule=line,
        at_ns=at_ns,
        seen_at_ns=at_ns,
        road_user=kind.label,
        point_unit=(0.5, 0.5),
        scene_revision="",
        direction=direction,
    )


def true(at_s: float, direction: str = "east", kind: RoadUser = CAR, *, optional: bool = False) -> Crossing:
    return Crossing(line="mid", direction=direction, frame=at_s, road_user=kind, number=1, point_px=(0, 0), optional=optional)


ANY = truth_of(walk([0.0, 1.0]))


def judge(crossed_by: list[Crossing], counted: list[LineCrossed]) -> counts.CountScore:
    return counts.score(ANY, crossed_by, counted, TIMES)


def test_a_hand_counted_case() -> None:
    score = judge(
        [true(10), true(12), true(50), true(70, "west")],
        [
            event(11.0),
            event(11.4),
            event(52.0),
            event(70.0),
            event(70.2, "west", RoadUser.BUS),
            event(80, kind=RoadUser.PEDESTRIAN),
        ],
    )
    assert (score.all.matched, score.all.missed, score.all.extra, score.all.net) == (3, 1, 2, 1)
    assert score.all.wrong == pytest.approx(3 / 4)
    assert score.kinds == {"right": 2, "wrong": 1, "unnamed": 0}
    assert score.confusion == {"car": {"car": 2, "bus": 1}}
    assert score.cell_error == 1  # east 3 true and 4 counted, west 1 and 1
    assert score.time_error_s == pytest.approx(0.6)
    assert score.by_line["mid"] == score.all


def test_as_many_as_possible_are_paired_though_a_nearer_one_is_taken() -> None:
    score = judge([true(10), true(12)], [event(11.0), event(13.4)])
    assert (score.all.matched, score.all.missed, score.all.extra) == (2, 0, 0)


def test_an_optional_crossing_is_neither_missed_nor_extra() -> None:
    assert judge([true(10, optional=True)], []).all == counts.LineScore(matched=0, missed=0, extra=0)
    assert judge([true(10, optional=True)], [event(10)]).all == counts.LineScore(matched=0, missed=0, extra=0)
    assert judge([true(10, optional=True), true(10.5)], [event(10)]).all == counts.LineScore(matched=1, missed=0, extra=0)


def test_errors_that_cancel_over_the_day_do_not_cancel_over_cells() -> None:
    score = judge([true(10)], [event(CELL_S + 10)])
    assert (score.all.net, score.cell_error) == (0, 2)


def test_a_line_nobody_counted_on_is_reported() -> None:
    assert judge([], [event(5, line="other")]).by_line["other"].extra == 1
    assert judge([], []).all.wrong is None


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["east", "west"])), max_size=8))
def test_true_crossings_counted_are_perfect(passages: list[tuple[int, str]]) -> None:
    score = judge([true(at, way) for at, way in passages], [event(at, way) for at, way in passages])
    assert score.all == counts.LineScore(matched=len(passages), missed=0, extra=0)
    assert score.cell_error == 0


def test_a_fan_lies_square_across_the_flow_and_inside_the_picture() -> None:
    eastward = [(f, 20.0 + 4 * f, 50.0) for f in range(40)]
    still = [(f, 60.0, 80.0) for f in range(40)]
    truth = truth_of(eastward, still)
    scene = fan(truth, SIZE)
    assert 1 <= len(scene.lines) <= MOST_LINES
    for line in scene.lines:
        (ax, ay), (bx, by) = line.points
        assert ax == pytest.approx(bx, abs=1e-3)
        assert all(0.039 <= part <= 0.961 for part in (ax, ay, bx, by))
    assert {c.number for c in crossings(truth, scene, SIZE)} == {0}
    assert fan(truth, SIZE) == scene


def test_a_street_where_nothing_moves_has_no_fan() -> None:
    assert fan(truth_of([(f, 60.0, 80.0) for f in range(40)]), SIZE).lines == ()


def test_on_calibrated_ground_the_middle_of_the_footprint_crosses() -> None:
    """A bus of 12 m comes towards a camera that hangs 8 m up: its lower edge is over the line metres before its middle."""
    size, tilt, fps = (960, 540), 0.4, 10.0
    cos, sin = np.cos(tilt), np.sin(tilt)
    turn = np.array([[1.0, 0.0, 0.0], [0.0, -sin, -cos], [0.0, cos, -sin]])
    camera = np.array([[900.0, 0, 480], [0, 900.0, 270], [0, 0, 1]]) @ np.column_stack([turn, -turn @ [0.0, 0.0, 8.0]])

    def seen(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        flat = np.column_stack([points, np.ones(len(points))]) @ camera.T
        return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)

    rows = []
    for frame in range(60):
        hull = [(x, y, z) for x in (-1.27, 1.27) for y in (-6.0, 6.0) for z in (0.3, 3.1)]
        wheels = [(x, y, 0.0) for x in (-1.2, 1.2) for y in (-3.3, 2.7)]
        mirrors = [(x, -5.8, 2.2) for x in (-1.45, 1.45)]
        body = np.array([*hull, *wheels, *mirrors])
        body[:, 1] += 45 - 0.5 * frame
        outline = seen(body)
        low, high = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
        rows.append((frame, 0, (low[0], low[1], high[0], high[1]), RoadUser.BUS, 1.0))
    mask = np.zeros(len(rows), np.bool_)
    truth = Truth(
        boxes=track_boxes(rows),
        ignored=mask,
        parked=mask,
        stopped=mask,
        kinds=frozenset({RoadUser.BUS}),
        frames=60,
        size=size,
        fps=fps,
    )
    (ax, ay), (bx, by) = (seen(np.array([[-6.0, 30, 0], [6.0, 30, 0]])) / size).tolist()
    line = CountLine(name="line", points=((ax, ay), (bx, by)), directions=("north", "south"))
    matrix = np.linalg.inv(np.diag([1 / size[0], 1 / size[1], 1.0]) @ camera[:, [0, 1, 3]])
    a, b, c, d, e, f, g, h, i = (matrix / matrix[2, 2]).reshape(-1).tolist()
    (by_foot,) = crossings(truth, Scene(drawn_for=size, lines=(line,)), size)
    (by_middle,) = crossings(truth, Scene(drawn_for=size, lines=(line,), homography=(a, b, c, d, e, f, g, h, i)), size)
    assert by_foot.frame < 30 - 8
    assert by_middle.frame == pytest.approx(30, abs=1)
