"""A camera that cannot be relied on: nothing is counted, no time is covered, and it counts again afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from catseye.core.detection import Detections, DetectRequest
from catseye.core.events import Coverage, LineCrossed
from catseye.core.ids import RunId
from catseye.core.scene import Scene
from catseye.core.time import NS_PER_S
from catseye.core.tracks import Trajectory
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.ports import Record
from catseye.testing.ground import SIZE as ROAD_SIZE
from catseye.testing.ground import road
from catseye.testing.passing import RUN, SIZE, STREAM, Row, box, detections, scene_of
from catseye.testing.scripted import START_NS, blank_frame

LINE = scene_of([("line", (320.0, 0.0), (320.0, 360.0))])
ROUND_S = 8.0  # each of them one passes from left to right, over the line half way


def passing(at_s: float) -> list[Row]:
    x = 40 + 70 * (at_s % ROUND_S)
    return [box(x, 200)]


def answer(request: DetectRequest | None, rows: Sequence[Row]) -> Detections | None:
    return None if request is None else replace(detections(0, rows), at_ns=request.frame.at_ns, searched=request.regions)


def drive(
    until_s: float, blind: Callable[[float], float | None], scene: Scene | None = LINE
) -> tuple[CameraPipeline, list[Record]]:
    """The records of a street where somebody passes, and ``blind(at_s)`` says since when nothing may be counted."""
    camera = CameraPipeline(stream=STREAM, run=RunId(RUN), size=SIZE, scene=scene, params=PipelineParams(input_size=SIZE))
    records: list[Record] = []
    for k in range(int(until_s * 10)):
        at_s = k / 10
        at_ns = START_NS + round(at_s * NS_PER_S)
        frame = replace(blank_frame(size=SIZE, value=90 if k % 2 else 150), seq=k, at_ns=at_ns, arrived_ns=at_ns)
        request = camera.plan(frame)
        since_s = blind(at_s)
        records += camera.blind(None if since_s is None else START_NS + round(since_s * NS_PER_S))
        records += camera.advance(frame, answer(request, passing(at_s)))
        assert camera.tracks.at_ns == at_ns
    return camera, [*records, *camera.close()]


def crossed_s(records: Sequence[Record]) -> list[float]:
    return [(record.at_ns - START_NS) / NS_PER_S for record in records if isinstance(record, LineCrossed)]


def covered(records: Sequence[Record]) -> list[tuple[float, float]]:
    return [((r.start_ns - START_NS) / NS_PER_S, (r.end_ns - START_NS) / NS_PER_S) for r in records if isinstance(r, Coverage)]


def test_nothing_is_counted_or_covered_while_it_is_blind_and_all_is_before_and_after() -> None:
    _, records = drive(40, lambda t: 10.0 if 16 <= t < 24 else None)
    assert [round(at_s) for at_s in crossed_s(records)] == [4, 12, 28, 36]
    told = covered(records)
    assert all(end <= 16 or start >= 24 for start, end in told)
    assert sum(end - start for start, end in told) == pytest.approx(16 + 16, abs=1.2)


def test_coverage_that_was_not_handed_out_is_given_up_from_when_it_began() -> None:
    _, whole = drive(0.9, lambda _: None)
    _, blind = drive(0.9, lambda t: 0.3 if t > 0.7 else None)
    assert sum(end - start for start, end in covered(whole)) == pytest.approx(0.8)
    assert sum(end - start for start, end in covered(blind)) == pytest.approx(0.3)


def test_who_is_seen_only_while_it_is_blind_leaves_no_trajectory() -> None:
    _, records = drive(16, lambda t: 0.0 if t < 15.9 else None)
    assert crossed_s(records) == []
    assert [record for record in records if isinstance(record, Trajectory)] == []
    assert covered(records) == []


def test_a_watch_that_ends_blind_tells_only_of_before() -> None:
    _, records = drive(14, lambda t: 10.0 if t >= 10 else None)
    assert [round(at_s) for at_s in crossed_s(records)] == [4]


def test_flows_are_not_learned_while_it_is_blind() -> None:
    camera, records = drive(40, lambda _: 0.0, scene=None)
    assert camera.scene.lines == ()
    assert records == []


def test_a_calibrated_street_goes_on_measuring_after_it() -> None:
    camera = CameraPipeline(
        stream=STREAM, run=RunId(RUN), size=ROAD_SIZE, scene=road(), params=PipelineParams(input_size=ROAD_SIZE)
    )
    for k in range(200):
        at_ns = START_NS + k * NS_PER_S // 10
        frame = replace(blank_frame(size=ROAD_SIZE, value=90 if k % 2 else 150), seq=k, at_ns=at_ns, arrived_ns=at_ns)
        request = camera.plan(frame)
        camera.blind(START_NS + 5 * NS_PER_S if 60 <= k < 120 else None)
        found = detections(0, [box(100 + 3 * (k % 100), 300)], size=ROAD_SIZE)
        camera.advance(frame, None if request is None else replace(found, at_ns=at_ns, searched=request.regions))
    camera.close()
