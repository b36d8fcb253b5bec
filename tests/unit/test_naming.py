import numpy as np
import pytest

from catseye.core.boxes import F32
from catseye.core.detection import Detections, DetectRequest, whole_frame
from catseye.core.frame import U8
from catseye.core.road_users import RoadUser
from catseye.ports import DetectorInfo
from catseye.testing import ScriptedDetector, blank_frame
from catseye.vision import naming
from catseye.vision.naming import PairedDetector, TypingDetector

Row = tuple[float, float, float, float, float, RoadUser]
VEHICLE, CAR, BUS, PERSON = RoadUser.VEHICLE, RoadUser.CAR, RoadUser.BUS, RoadUser.PEDESTRIAN


def name_found(found: Detections, named: Detections) -> Detections:
    return naming.name_found(found, named, alone_from=0.5)


def seen(*rows: Row) -> Detections:
    table = np.array([row[:5] for row in rows], np.float32).reshape(-1, 5)
    kinds = np.array([row[5] for row in rows], np.int16)
    size = (640, 360)
    return Detections(at_ns=0, size=size, searched=whole_frame(size), xyxy=table[:, :4], confidence=table[:, 4], road_user=kinds)


def test_a_found_vehicle_takes_its_name_and_keeps_its_box() -> None:
    named = name_found(seen((0, 0, 40, 20, 0.9, VEHICLE)), seen((2, 0, 42, 20, 0.3, BUS)))
    assert named.road_user.tolist() == [BUS]
    assert named.xyxy.tolist() == [[0, 0, 40, 20]]


def test_a_faint_name_is_not_heard() -> None:
    assert name_found(seen((0, 0, 40, 20, 0.9, VEHICLE)), seen((0, 0, 40, 20, 0.15, BUS))).road_user.tolist() == [VEHICLE]


def test_a_name_of_another_family_is_not_taken() -> None:
    named = name_found(seen((0, 0, 40, 20, 0.9, VEHICLE)), seen((0, 0, 40, 20, 0.4, PERSON)))
    assert named.road_user.tolist() == [VEHICLE]


def test_each_name_goes_to_one_vehicle_and_the_best_fits_win() -> None:
    found = seen((0, 0, 40, 20, 0.9, VEHICLE), (6, 0, 46, 20, 0.9, VEHICLE))
    assert name_found(found, seen((6, 0, 46, 20, 0.4, CAR), (0, 0, 40, 21, 0.4, BUS))).road_user.tolist() == [BUS, CAR]


def test_what_only_the_namer_sees_is_believed_when_it_is_sure() -> None:
    named = name_found(seen(), seen((0, 0, 40, 20, 0.6, BUS), (100, 0, 140, 20, 0.4, CAR)))
    assert named.road_user.tolist() == [BUS]


def test_a_second_opinion_of_a_found_vehicle_is_not_a_second_vehicle() -> None:
    named = name_found(seen((0, 0, 40, 20, 0.9, VEHICLE)), seen((0, 0, 40, 20, 0.9, CAR), (0, 0, 40, 22, 0.8, BUS)))
    assert named.road_user.tolist() == [CAR]


def test_the_namer_is_asked_only_where_names_are_wanted() -> None:
    finder = ScriptedDetector({0: [(0, 0, 40, 20, 0.9, VEHICLE)], 1: [(0, 0, 40, 20, 0.9, VEHICLE)]})
    namer = ScriptedDetector({0: [(0, 0, 40, 20, 0.9, CAR)], 1: [(0, 0, 40, 20, 0.9, CAR)]})
    frames = [blank_frame(seq) for seq in (0, 1)]
    requests = [DetectRequest(frame=f, regions=whole_frame(f.size), name=f.seq == 1) for f in frames]
    answers = PairedDetector(finder, namer).detect(requests)
    assert [answer.road_user.tolist() for answer in answers] == [[VEHICLE], [CAR]]
    assert namer.asked == [1]


def test_the_pair_believes_what_only_the_namer_sees_a_margin_over_the_namers_threshold() -> None:
    namer = ScriptedDetector({0: [(0, 0, 40, 20, 0.41, CAR), (80, 0, 120, 20, 0.39, CAR)]})
    namer.info = DetectorInfo(name="n", sha256="bb", input_size=(4, 4), road_users=("car",), threshold=0.3)
    frame = blank_frame()
    (answer,) = PairedDetector(ScriptedDetector({}), namer).detect([DetectRequest(frame=frame, regions=whole_frame(frame.size))])
    assert answer.xyxy.tolist() == [[0, 0, 40, 20]]


def test_a_pair_says_what_both_can_say() -> None:
    finder, namer = ScriptedDetector({}), ScriptedDetector({})
    finder.info = DetectorInfo(name="f", sha256="aa", input_size=(8, 8), road_users=("vehicle", "pedestrian"), threshold=0.3)
    namer.info = DetectorInfo(name="n", sha256="bb", input_size=(4, 4), road_users=("pedestrian", "car", "bus"))
    info = PairedDetector(finder, namer).info
    assert (info.name, info.sha256, info.input_size, info.threshold) == ("f+n", "aa+bb", (8, 8), 0.3)
    assert info.road_users == ("pedestrian", "car", "bus", "vehicle")


class _SureTyper:
    """Takes every box it is shown for a van, surely or hardly."""

    def __init__(self, sure: float) -> None:
        self.sure, self.asked = sure, 0

    def types(self, bgr: U8, xyxy: F32) -> F32:
        self.asked += len(xyxy)
        rest = (1 - self.sure) / 3
        return np.tile(np.array([rest, self.sure, rest, rest], np.float32), (len(xyxy), 1))


@pytest.mark.parametrize(("sure", "kind"), [(0.95, RoadUser.VAN), (0.5, RoadUser.CAR)])
def test_a_sure_typer_makes_vans_of_large_cars_and_trucks_alone(sure: float, kind: RoadUser) -> None:
    rows = [
        (10, 10, 90, 60, 0.8, RoadUser.CAR),
        (100, 10, 115, 20, 0.8, RoadUser.CAR),  # too small to show a body
        (200, 10, 300, 90, 0.8, RoadUser.BUS),
        (300, 10, 320, 80, 0.8, RoadUser.PEDESTRIAN),
    ]
    typer = _SureTyper(sure)
    detector = TypingDetector(ScriptedDetector({0: rows, 1: rows}), typer)
    frame = blank_frame(0)
    (found,) = detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size), name=True)])
    assert found.road_user.tolist() == [kind, RoadUser.CAR, RoadUser.BUS, RoadUser.PEDESTRIAN]
    assert typer.asked == 1
    assert "van" in detector.info.road_users
    (unasked,) = detector.detect([DetectRequest(frame=frame, regions=whole_frame(frame.size), name=False)])
    assert unasked.road_user[0] == RoadUser.CAR
