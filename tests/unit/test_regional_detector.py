import numpy as np

from catseye.core.detection import DetectRequest, whole_frame
from catseye.core.frame import U8
from catseye.core.road_users import RoadUser
from catseye.testing import blank_frame
from catseye.vision.decode import Outputs
from catseye.vision.families import DETECTORS
from catseye.vision.regional import RegionalDetector


class WholeInputEngine:
    """Finds one vehicle in each picture: the middle half of the input."""

    input_size = (64, 32)

    def __init__(self) -> None:
        self.shown: list[U8] = []
        self.closed = 0

    def run(self, bgr: U8) -> Outputs:
        self.shown.append(bgr.copy())
        return {"boxes": np.array([[16, 8, 48, 24, 0.9], [5, 5, 5, 9, 0.9]], np.float32), "labels": np.array([0, 0])}

    def close(self) -> None:
        self.closed += 1


def detector() -> tuple[RegionalDetector, WholeInputEngine]:
    engine = WholeInputEngine()
    return RegionalDetector(engine, DETECTORS["person-vehicle-bike"], name="whole", sha256="ab"), engine


def test_boxes_come_back_in_frame_pixels_of_each_region() -> None:
    regions = np.array([[0, 0, 100, 100], [200, 100, 300, 200]], np.float32)
    found, engine = detector()
    (answer,) = found.detect([DetectRequest(frame=blank_frame(size=(640, 360)), regions=regions)])
    assert answer.xyxy.tolist() == [[25, 25, 75, 75], [225, 125, 275, 175]]
    assert answer.road_user.tolist() == [RoadUser.VEHICLE] * 2
    assert answer.searched.tolist() == regions.tolist()
    assert [picture.shape for picture in engine.shown] == [(32, 64, 3)] * 2


def test_regions_outside_the_picture_and_empty_ones_are_not_looked_at() -> None:
    regions = np.array([[700, 0, 800, 100], [5, 5, 5, 50]], np.float32)
    found, engine = detector()
    (answer,) = found.detect([DetectRequest(frame=blank_frame(size=(640, 360)), regions=regions)])
    assert len(answer) == 0
    assert engine.shown == []


def test_requests_of_many_cameras_are_answered_in_order() -> None:
    frames = [blank_frame(seq, size=(64 * (seq + 1), 64)) for seq in range(3)]
    answers = detector()[0].detect([DetectRequest(frame=f, regions=whole_frame(f.size)) for f in frames])
    assert [answer.size for answer in answers] == [frame.size for frame in frames]
    assert [answer.at_ns for answer in answers] == [frame.at_ns for frame in frames]


def test_it_says_what_it_is_and_closes_its_engine() -> None:
    found, engine = detector()
    assert (found.info.name, found.info.sha256, found.info.input_size) == ("whole", "ab", (64, 32))
    assert found.info.road_users == ("vehicle", "pedestrian", "two_wheeler")
    found.close()
    assert engine.closed == 1
