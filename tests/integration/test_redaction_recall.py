"""The redactor's recall, on a clip with a known pedestrian and on real footage."""

import json
from pathlib import Path

import numpy as np
import pytest

from catseye.cli import main
from catseye.core import boxes
from catseye.core.detection import Detections, whole_frame
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.tracks import no_tracks
from catseye.core.truth import Truth, track_boxes
from catseye.evaluate.redaction import judge_plates, score
from catseye.pipeline.camera import CameraPipeline, PipelineParams
from catseye.privacy.redaction import Redactor
from catseye.testing import ScriptedDetector, blank_frame

SHARED = Path(__file__).parents[3] / "shared" / "data"
SIZE = (640, 360)
FRAMES = 10
Box = tuple[float, float, float, float]


def walking(frame: int) -> Box:
    return (100.0 + 4 * frame, 100.0, 140.0 + 4 * frame, 210.0)


def truth() -> Truth:
    no = np.zeros(FRAMES, np.bool_)
    return Truth(
        boxes=track_boxes([(k, 1, walking(k), int(RoadUser.PEDESTRIAN), 1.0) for k in range(FRAMES)]),
        ignored=no,
        parked=no,
        stopped=no,
        kinds=frozenset({RoadUser.PEDESTRIAN}),
        frames=FRAMES,
    )


def recall(seen: range) -> float | None:
    detector = ScriptedDetector({k: [(*walking(k), 0.9, RoadUser.PEDESTRIAN)] for k in seen})
    pipeline = CameraPipeline(stream=StreamId("s"), run=RunId("r"), size=SIZE, scene=None, params=PipelineParams(input_size=SIZE))
    judged = score([blank_frame(k) for k in range(FRAMES)], detector, pipeline, Redactor(), truth())
    assert judged.frames == FRAMES
    assert judged.withheld == 0
    assert judged.all.number == FRAMES
    return judged.all.recall


def test_who_is_detected_is_covered_and_who_is_not_counts_as_missed() -> None:
    assert recall(range(FRAMES)) == 1.0
    assert recall(range(0)) == 0.0


def test_lower_halves_of_vehicles_are_judged_apart_where_the_edge_cuts_them_and_from_a_legible_size() -> None:
    frame = blank_frame(0)
    size = frame.picture.size
    car = Detections(
        at_ns=frame.at_ns,
        size=size,
        searched=whole_frame(size),
        xyxy=np.array([(100, 100, 200, 160)], np.float32),
        confidence=np.array([0.9], np.float32),
        road_user=np.array([int(RoadUser.CAR)], np.int16),
    )
    shown = Redactor().redact(frame.picture, car, no_tracks(frame.at_ns, size), boxes.empty())
    marked = np.array([(100, 100, 200, 160), (0, 100, 30, 160), (300, 100, 400, 139), (-50, 300, -1, 350)], np.float64)
    judged = judge_plates(marked, shown)
    assert judged.cover.tolist() == [1.0, 0.0]
    assert judged.cut.tolist() == [False, True]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the data folder beside the checkout")
def test_nearly_all_heads_on_a_real_street_are_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path))
    weights = SHARED / "weights" / "person-vehicle-bike-detection-2004" / "person-vehicle-bike-detection-2004.xml"
    assert main(["models", "add", str(weights)]) == 0
    capsys.readouterr()
    street = SHARED / "truth" / "TUD-Stadtmitte"
    plot = tmp_path / "recall.png"
    command = ["evaluate", "redaction", "--truth", str(street), "--source", str(street / "img1"), "--every", "12", "--json"]
    assert main([*command, "--plot", str(plot)]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert judged["frames"] == 15
    assert judged["withheld"] == 0
    assert judged["all"]["recall"] >= 0.98
    assert judged["altered"] < 0.3
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_truth_that_is_missing_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "redaction", "--truth", str(tmp_path / "none.txt"), "--source", "x.mp4"]) == 2
    assert "Cannot read the truth" in capsys.readouterr().err
