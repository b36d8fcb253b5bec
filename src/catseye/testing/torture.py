"""The product's real pipeline over scripted detections, without a picture."""

from collections import Counter
from dataclasses import replace

from catseye.core.events import LineCrossed
from catseye.core.frame import Frame
from catseye.core.ids import RunId
from catseye.core.scene import Scene
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.testing import torture_cases, torture_clocks
from catseye.testing.passing import SIZE, STREAM, detections, scene_of
from catseye.testing.scripted import START_NS, blank_frame
from catseye.testing.torture_script import Case, Frames

CASES = [*torture_cases.CASES, *torture_clocks.CASES]
_BLANK = blank_frame(size=SIZE, value=90)


def camera_for(scene: Scene, run: str = "run") -> CameraPipeline:
    return CameraPipeline(stream=STREAM, run=RunId(run), size=SIZE, scene=scene, params=PipelineParams(input_size=SIZE))


def frame(at_s: float) -> Frame:
    at_ns = START_NS + round(at_s * 1e9)
    return replace(_BLANK, seq=round(at_s * 1000), at_ns=at_ns, arrived_ns=at_ns)


def counted(case: Case) -> list[LineCrossed]:
    """All crossings that the product tells of, run after run."""
    scene = scene_of([("line", *case.line)])
    return [event for k, frames in enumerate(case.runs) for event in _of_run(frames, camera_for(scene, f"run {k}"))]


def _of_run(frames: Frames, camera: CameraPipeline) -> list[LineCrossed]:
    records = [record for at_s, rows in frames for record in camera.advance(frame(at_s), detections(at_s, rows))]
    return [record for record in [*records, *camera.close()] if isinstance(record, LineCrossed)]


def volumes(events: list[LineCrossed]) -> Counter[tuple[str, str]]:
    """How many of each direction and kind."""
    return Counter((event.direction, event.road_user) for event in events)
