"""The redactor's recall, on a clip with a known pedestrian and on real footage."""

import json
from pathlib import Path

import numpy as np
import pytest

from catseye.cli import main
from catseye.core.ids import RunId, StreamId
from catseye.core.road_users import RoadUser
from catseye.core.truth import Truth, track_boxes
from catseye.evaluate.redaction import score
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
    assert judged.all.heads == FRAMES
    return judged.all.recall


def test_who_is_detected_is_covered_and_who_is_not_counts_as_missed() -> None:
    assert recall(range(FRAMES)) == 1.0
    assert recall(range(0)) == 0.0


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
