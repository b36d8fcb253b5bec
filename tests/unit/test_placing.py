"""What is seen at a line, and which lines are said to stand in a bad place."""

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import pytest

from catseye.core.detection import Detections, whole_frame
from catseye.core.errors import ConfigError
from catseye.core.geometry import XY
from catseye.core.road_users import RoadUser
from catseye.core.scene import CountLine, Scene
from catseye.core.time import nanoseconds
from catseye.pipeline.camera import CameraPipeline
from catseye.placing.judging import Fault
from catseye.placing.picture import observation_png
from catseye.placing.shifting import shifted
from catseye.placing.watching import Observation, Stretch, watch, watch_detections
from catseye.testing.scripted import ScriptedDetector, blank_frame

SIZE, FPS, CARS, EVERY_S = (640, 360), 5.0, 10, 3.0
Way = Callable[[float], XY | None]  # the middle of a car's lower edge, so many seconds after it set out


def across(t: float) -> XY | None:
    """From the left to the right at 100 px a second."""
    x = 40.0 + 100.0 * t
    return (x, 220.0) if x < 600.0 else None


def looks(way: Way, *, box: tuple[float, float] = (60.0, 40.0), cars: int = CARS) -> Iterator[tuple[int, Detections]]:
    for frame in range(round((cars * EVERY_S + 8.0) * FPS)):
        rows = []
        for car in range(cars):
            t = frame / FPS - car * EVERY_S
            at = way(t) if t >= 0.0 else None
            if at is not None:
                left, right = max(at[0] - box[0] / 2, 0.0), min(at[0] + box[0] / 2, SIZE[0])
                rows.append((left, at[1] - box[1], right, at[1]))
        yield (
            frame,
            Detections(
                at_ns=nanoseconds(frame / FPS),
                size=SIZE,
                searched=whole_frame(SIZE),
                xyxy=np.array(rows, np.float32).reshape(-1, 4),
                confidence=np.full(len(rows), 0.9, np.float32),
                road_user=np.full(len(rows), RoadUser.CAR, np.int16),
            ),
        )


Line = tuple[XY, XY]


def seen(way: Way, *lines: Line, box: tuple[float, float] = (60.0, 40.0), cars: int = CARS) -> Observation:
    return watch_detections(looks(way, box=box, cars=cars), scene(*lines), SIZE, threshold=0.4)


def scene(*lines: Line) -> Scene:
    unit = [((ax / SIZE[0], ay / SIZE[1]), (bx / SIZE[0], by / SIZE[1])) for (ax, ay), (bx, by) in lines]
    return Scene(drawn_for=SIZE, lines=tuple(CountLine(name=f"line {n}", points=ends) for n, ends in enumerate(unit)))


def upright(x: float) -> Line:
    return (x, 120.0), (x, 300.0)


def test_a_line_in_the_open_has_no_fault() -> None:
    (line,) = seen(across, upright(320.0)).lines
    assert (line.judged, line.crossings, line.faults, line.better) == (True, CARS, (), None)
    assert (line.broken, line.stopped, line.unsettled, line.cut) == (0.0, 0.0, 0.0, 0.0)
    assert line.height_px == pytest.approx(40.0, abs=1.0)
    assert line.width_px == pytest.approx(60.0, abs=2.0)
    assert line.angle_deg == pytest.approx(90.0, abs=2.0)


def hidden(t: float) -> XY | None:
    """Behind something for longer than a track is kept."""
    at = across(t)
    return None if at is None or 300.0 < at[0] < 540.0 else at


def test_where_road_users_are_lost_the_line_is_moved_along_the_way() -> None:
    watched = seen(hidden, upright(290.0), upright(200.0))
    line, inward = watched.lines
    assert Fault.BROKEN in line.faults
    assert len(watched.ends_px[0]) >= CARS
    assert line.better is not None
    x = [point[0] * SIZE[0] for point in line.better]
    assert x[0] == pytest.approx(x[1], abs=0.1)
    assert x[0] < 260.0
    assert inward.crossings == CARS
    assert inward.faults == ()


def stops_at(where: float) -> Way:
    def way(t: float) -> XY | None:
        before_s = (where - 40.0) / 100.0
        return across(min(t, max(before_s, t - 2.8)))

    return way


def test_a_queue_on_the_line() -> None:
    line, before = seen(stops_at(422.0), upright(420.0), upright(300.0)).lines
    assert Fault.STOPPED in line.faults
    assert (before.stopped, before.faults) == (0.0, ())


def ends_at(where: float) -> Way:
    def way(t: float) -> XY | None:
        at = across(t)
        return None if at is None or at[0] > where else at

    return way


def test_who_does_not_get_clear_of_the_line() -> None:
    line, before = seen(ends_at(421.0), upright(418.0), upright(300.0)).lines
    assert (line.crossings, line.unsettled) == (0, 1.0)
    assert {Fault.UNSETTLED, Fault.BROKEN} <= set(line.faults)
    assert (before.crossings, before.faults) == (CARS, ())


def out_to_the_left(t: float) -> XY | None:
    x = 600.0 - 100.0 * t
    middle = max(x, (x + 30.0) / 2)  # of what is left of a box 60 px wide
    return (middle, 220.0) if x > -28.0 else None


def test_a_line_at_the_edge_sees_boxes_that_are_cut() -> None:
    line, inward = seen(out_to_the_left, upright(24.0), upright(200.0)).lines
    assert Fault.CUT in line.faults
    assert (inward.cut, inward.faults) == (0.0, ())


def test_small_ones() -> None:
    (line,) = seen(across, upright(320.0), box=(18.0, 12.0)).lines
    assert line.faults == (Fault.SMALL,)
    (line,) = seen(across, upright(320.0), box=(30.0, 20.0)).lines
    assert line.faults == ()


def slanting(t: float) -> XY | None:
    at = across(t)
    return None if at is None else (at[0], 180.0 + 0.12 * at[0])


def test_a_line_along_the_way() -> None:
    line, square = seen(slanting, ((60.0, 218.0), (600.0, 219.0)), upright(320.0)).lines
    assert line.crossings > 0
    assert Fault.SHARP in line.faults
    assert square.faults == ()


def test_a_line_shorter_than_a_car_is_wide() -> None:
    short, longer = seen(across, ((320.0, 200.0), (320.0, 240.0)), ((320.0, 180.0), (320.0, 260.0))).lines
    assert Fault.SHORT in short.faults
    assert longer.faults == ()


def test_nothing_is_said_of_a_line_that_nobody_passes() -> None:
    (line,) = seen(across, ((100.0, 10.0), (500.0, 10.0)), cars=2).lines
    assert (line.judged, line.crossings, line.faults) == (False, 0, ())
    assert (line.broken, line.stopped, line.height_px, line.angle_deg) == (None, None, None, None)
    (line,) = seen(hidden, upright(290.0), cars=3).lines
    assert (line.judged, line.faults) == (False, ()), "a few do not tell"


def test_moved_lines_lie_beside_the_line_and_in_the_picture() -> None:
    fitted = scene(upright(320.0)).fit(SIZE)
    found = shifted(fitted.scene.lines[0], fitted)
    middles = [sum(point[0] for point in line.points) / 2 * SIZE[0] for line in found]
    assert len(found) == 8
    apart = [abs(x - 320.0) for x in middles]
    assert apart == sorted(apart)
    assert min(apart) > 20.0
    assert all(0.0 <= v <= 1.0 for line in found for point in line.points for v in point)
    edge = scene(upright(10.0)).fit(SIZE)
    assert len(shifted(edge.scene.lines[0], edge)) == 4, "those beyond the edge are left out"


def test_from_pictures_the_same_is_seen_and_only_a_redacted_still_is_kept() -> None:
    script: dict[int, Sequence[tuple[float, float, float, float, float, RoadUser]]] = {
        frame: [(*map(float, box), 0.9, RoadUser.CAR) for box in found.xyxy.tolist()]  # type: ignore[misc]
        for frame, found in looks(across)
    }
    frames = [blank_frame(frame, fps=FPS) for frame in script]
    done: list[float] = []
    drawing = scene(upright(320.0))
    watched = watch(frames, ScriptedDetector(script), drawing, Stretch(still=True), done=done.append)
    assert watched.lines[0].faults == ()
    assert watched.still is not None
    assert done[-1] == pytest.approx(len(frames) / FPS, abs=0.21)
    shown = cv2.imdecode(np.frombuffer(observation_png(drawing, watched), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (720, 1280, 3)
    some = watch(frames, ScriptedDetector(script), drawing, Stretch(seconds=5.0))
    assert some.still is None
    assert some.watched_s == pytest.approx(5.0, abs=0.25)
    with pytest.raises(ConfigError, match="no frame"):
        watch([], ScriptedDetector({}), drawing, Stretch())


def test_nothing_of_a_track_is_kept_once_it_has_ended() -> None:
    from catseye.pipeline.blind import NoPicture, unseen_frame
    from catseye.pipeline.camera import PipelineParams
    from catseye.placing.observer import Observer
    from catseye.placing.watching import _RUN, _STREAM

    drawing = scene(upright(320.0))
    observer = Observer(drawing.fit(SIZE), drawing.lines)
    pipeline = CameraPipeline(stream=_STREAM, run=_RUN, size=SIZE, scene=drawing, params=PipelineParams())
    most = 0
    for seq, found in looks(across):
        records = pipeline.advance(unseen_frame(seq, found.at_ns, NoPicture(SIZE)), found)
        observer.see(pipeline.tracks, records)
        most = max(most, len(observer))
    assert most > 0
    assert len(observer) == 0
