"""Detectors through the composition root: real engines, networks made on the spot, and the published ones on real pictures."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from catseye import app
from catseye.adapters import openvino_detector
from catseye.core import boxes
from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.errors import ModelError
from catseye.core.frame import U8, ArrayPicture
from catseye.core.road_users import MOTOR_VEHICLES, RoadUser
from catseye.ports import Detector
from catseye.testing import blank_frame

COACH = np.array([[2, 26, 125, 116]], np.float32)  # in frame 60 of 06514.mp4, measured by hand
WALKERS = np.array([[586, 158, 619, 235], [491, 151, 522, 219], [345, 203, 379, 273]], np.float32)  # frame 100 of the demo clip
PUBLISHED = ("person-vehicle-bike-detection-2003", "person-vehicle-bike-detection-2004", "picodet_s_416_coco", "yolox_nano_416")
OWN_HOME = app.home()  # the user's own, before any test points elsewhere


def picture(path: Path, number: int) -> U8:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == number:
                return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    raise AssertionError(f"{path} has no frame {number}")


def look(detector: Detector, bgr: U8, regions: F32 | None = None) -> Detections:
    frame = replace(blank_frame(), picture=ArrayPicture(bgr))
    return detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size) if regions is None else regions)])[0]


def overlap(wanted: F32, found: Detections, *kinds: RoadUser) -> list[float]:
    """For each wanted box the IoU of the best found one of these kinds."""
    chosen = found[np.isin(found.road_user, [int(kind) for kind in kinds])]
    return list(boxes.iou(wanted, chosen.xyxy).max(axis=1, initial=0.0))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of Catseye."""
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with every published model of the data folder, in force for this module's tests that name it."""
    weights = Path(__file__).parents[3].parent / "shared" / "data" / "weights"
    if not weights.is_dir():
        pytest.skip("needs the data folder beside the checkout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATSEYE_HOME", str(tmp_path_factory.mktemp("published")))
        for path in (*weights.glob("*.onnx"), *weights.glob("*/*.xml")):
            app.model_store().add(str(path))
        yield weights


@pytest.fixture
def coach(truth: Path) -> U8:
    return picture(truth / "tfl-jamcam" / "06514.mp4", 60)


@pytest.fixture
def street(truth: Path) -> U8:
    picture = cv2.imread(str(truth / "TUD-Stadtmitte" / "img1" / "000060.jpg"))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_a_network_is_run_and_its_boxes_come_back_in_frame_pixels(home: Path, yolox: Path) -> None:
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (yolox, yolox.with_suffix(".bin"))]
    app.model_store().add(str(yolox), hashes)
    detector = app.open_detector(threads=1)
    found = look(detector, np.zeros((64, 128, 3), np.uint8))  # letterboxed to 64 x 32 of 64 x 64
    assert found.road_user.tolist() == [RoadUser.BUS]
    assert found.confidence.tolist() == pytest.approx([0.8], abs=1e-3)  # weights are kept as float16
    np.testing.assert_allclose(found.xyxy, [[32, 48, 96, 64]], atol=0.01)  # the lower half lies below the picture
    detector.close()
    detector.close()
    with pytest.raises(ModelError, match="was closed"):
        look(detector, np.zeros((64, 128, 3), np.uint8))
    with pytest.raises(ModelError, match=r"reads \.onnx files"):
        app.open_detector(engine="onnx")
    with pytest.raises(ModelError, match="no engine 'tensorrt'"):
        app.open_detector(engine="tensorrt")


def test_on_a_fresh_machine_the_remedy_is_named(home: Path) -> None:
    with pytest.raises(ModelError, match="No detector") as error:
        app.open_detector()
    assert "catseye models fetch" in error.value.remedy
    assert app.models_in_use() == ()
    assert app.open_face_finder() is None
    assert app.open_vehicle_typer() is None


def test_the_default_detector_sees_the_walkers_of_the_demo_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = OWN_HOME / "clips" / "vtest.avi"
    monkeypatch.setenv("CATSEYE_HOME", str(OWN_HOME))
    if not clip.exists() or not (OWN_HOME / "models" / "centernet").exists():
        pytest.skip("needs the default detector and the demo clip: make models clip")
    detector = app.open_detector("centernet")
    found = look(detector, picture(clip, 100))
    sure = found[found.confidence >= detector.info.threshold]
    assert min(overlap(WALKERS, sure, RoadUser.PEDESTRIAN)) > 0.6
    assert len(sure) <= 12
    assert detector.info.sha256.startswith("1b635a15")


@pytest.mark.shared
@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_detector_sees_the_vehicles_of_a_london_street(published: Path, coach: U8, name: str) -> None:
    detector = app.open_detector(name, threads=2)
    found = look(detector, coach)
    sure = found[found.confidence >= detector.info.threshold]
    assert int(np.isin(sure.road_user, [int(kind) for kind in MOTOR_VEHICLES]).sum()) >= 5
    assert max(overlap(COACH, found, *MOTOR_VEHICLES)) > 0.5
    assert set(found.road_user.tolist()) <= {int(RoadUser[label.upper()]) for label in detector.info.road_users}
    detector.close()


@pytest.mark.shared
def test_the_pair_finds_the_coach_and_calls_it_a_bus(published: Path, coach: U8) -> None:
    assert app.models_in_use()[:2] == ("person-vehicle-bike-detection-2003", "picodet_s_416_coco")
    detector = app.open_detector("person-vehicle-bike-detection-2004+picodet_s_416_coco")
    assert overlap(COACH, look(detector, coach), RoadUser.BUS)[0] > 0.7
    detector.close()


def pairs(street: U8, name: str) -> tuple[Detections, Detections]:
    """What OpenVINO is sure of, and what of ONNX Runtime's overlaps with it most."""
    pytest.importorskip("onnxruntime")
    regions = np.array([[0, 0, 400, 480], [240, 0, 640, 480]], np.float32)
    first, second = (look(app.open_detector(name, engine=engine), street, regions) for engine in ("openvino", "onnx"))
    sure = first[first.confidence >= 0.3]
    assert len(sure) >= 3
    return sure, second[boxes.iou(sure.xyxy, second.xyxy).argmax(axis=1)]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["picodet_s_416_coco", "yolox_nano_416"])
def test_both_engines_give_the_same_boxes(published: Path, street: U8, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    monkeypatch.setattr(openvino_detector, "settings", lambda core, threads: exact)
    ours, theirs = pairs(street, name)
    np.testing.assert_allclose(theirs.xyxy, ours.xyxy, atol=1.0)
    np.testing.assert_allclose(theirs.confidence, ours.confidence, atol=0.02)
    assert theirs.road_user.tolist() == ours.road_user.tolist()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["picodet_s_416_coco", "yolox_nano_416"])
def test_in_bfloat16_where_a_processor_computes_in_it_boxes_are_nearly_the_same(published: Path, street: U8, name: str) -> None:
    ours, theirs = pairs(street, name)
    assert boxes.iou(ours.xyxy, theirs.xyxy).diagonal().min() > 0.9
    assert theirs.road_user.tolist() == ours.road_user.tolist()


@pytest.mark.shared
def test_a_region_finds_what_the_whole_picture_shows_there(published: Path, street: U8) -> None:
    detector = app.open_detector("picodet_s_416_coco")
    walker = np.array([[409, 95, 488, 291]], np.float32)
    assert overlap(walker, look(detector, street), RoadUser.PEDESTRIAN)[0] > 0.7
    part = look(detector, street, np.array([[300, 40, 560, 340]], np.float32))
    assert overlap(walker, part, RoadUser.PEDESTRIAN)[0] > 0.7
    assert (part.xyxy >= [300, 40, 300, 40]).all()
    assert (part.xyxy <= [560, 340, 560, 340]).all()
    detector.close()


@pytest.mark.shared
def test_faces_are_found_as_boxes_in_picture_pixels(published: Path, street: U8) -> None:
    finder = app.open_face_finder()
    assert finder is not None
    found = finder.find(street)
    assert found.shape[1:] == (4,)
    head = np.array([[415, 100, 450, 140]], np.float32)
    assert boxes.covered(found, head).max() > 0.9
    doubled = finder.find(np.repeat(np.repeat(street, 2, axis=0), 2, axis=1))
    assert boxes.covered(doubled, head * 2).max() > 0.9
    assert finder.find(np.zeros((50, 70, 3), np.uint8)).shape == (0, 4)


@pytest.mark.shared
def test_vehicle_types_are_probabilities(published: Path, coach: U8) -> None:
    typer = app.open_vehicle_typer()
    assert typer is not None
    types = typer.types(coach, np.array([[132, 137, 198, 203], [500, 500, 510, 510]], np.float32))
    np.testing.assert_allclose(types.sum(axis=1), 1.0, atol=1e-4)
    assert types[0].argmax() == 0  # a private car
    assert types[1].tolist() == [0.25] * 4  # outside the picture
    assert typer.types(coach, boxes.empty()).shape == (0, 4)
