import numpy as np
import pytest

from catseye.core.road_users import RoadUser
from catseye.vision import decode

SIZE = (64, 64)
YOLOX_CELLS = 8 * 8 + 4 * 4 + 2 * 2


def test_pvb_labels_are_vehicle_person_and_bike() -> None:
    rows = np.array([[1, 2, 3, 4, 0.9], [5, 6, 7, 8, 0.8], [9, 10, 11, 12, 0.7], [0, 0, 9, 9, 0.05]], np.float32)
    found = decode.pvb({"boxes": rows, "labels": np.array([0, 1, 2, 0])}, SIZE)
    assert found.road_user.tolist() == [RoadUser.VEHICLE, RoadUser.PEDESTRIAN, RoadUser.TWO_WHEELER]
    assert found.xyxy[1].tolist() == [5, 6, 7, 8]


def test_pvb_rows_of_unknown_labels_are_no_road_users() -> None:
    rows = np.array([[1, 2, 3, 4, 0.9], [1, 2, 3, 4, 0.9]], np.float32)
    assert len(decode.pvb({"boxes": rows, "labels": np.array([-1, 3])}, SIZE)) == 0


def test_a_centernet_peak_is_one_box_and_its_flanks_are_none() -> None:
    heat, reach = np.zeros((1, 6, 16, 16), np.float32), np.zeros((1, 4, 16, 16), np.float32)
    heat[0, 2, 5, 7], heat[0, 2, 5, 8], heat[0, 2, 6, 7] = 0.8, 0.6, 0.5
    reach[0, :, 5, 7] = 4, 5, 6, 7
    found = decode.centernet({"heat": heat, "reach": reach}, SIZE)
    assert found.road_user.tolist() == [RoadUser.CAR]
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.xyxy.tolist() == [[7 * 4 - 4, 5 * 4 - 5, 7 * 4 + 6, 5 * 4 + 7]]


def test_an_empty_centernet_heat_is_nothing() -> None:
    assert len(decode.centernet({"heat": np.zeros((1, 6, 16, 16)), "reach": np.zeros((1, 4, 16, 16))}, SIZE)) == 0


def test_yolox_rows_are_offsets_from_the_cells_of_three_strides() -> None:
    rows = np.zeros((1, YOLOX_CELLS, 85), np.float32)
    cell = 64 + 1 * 4 + 2  # stride 16: third column, second row
    rows[0, cell, :5] = 0.5, 0.25, np.log(2.0), np.log(1.0), 0.9
    rows[0, cell, 5 + 7] = 0.5
    found = decode.yolox({"output": rows}, SIZE)
    assert found.road_user.tolist() == [RoadUser.TRUCK]
    assert found.confidence.tolist() == pytest.approx([0.45])
    np.testing.assert_allclose(found.xyxy, [[40 - 16, 20 - 8, 40 + 16, 20 + 8]], rtol=1e-6)


def test_classes_of_coco_that_are_no_road_users_are_dropped() -> None:
    rows = np.zeros((1, YOLOX_CELLS, 85), np.float32)
    rows[0, 0, 4], rows[0, 0, 5 + 16] = 1.0, 1.0  # a dog
    assert len(decode.yolox({"output": rows}, SIZE)) == 0


def picodet_outputs(size: tuple[int, int]) -> dict[str, np.ndarray]:
    counts = [len(decode.cells(size, stride)) for stride in (8, 16, 32, 64)]
    scores = {f"s{i}": np.zeros((1, count, 80), np.float32) for i, count in enumerate(counts)}
    return scores | {f"r{i}": np.zeros((1, count, 32), np.float32) for i, count in enumerate(counts)}


def test_picodet_edges_are_the_means_of_their_distributions() -> None:
    outputs = picodet_outputs(SIZE)
    outputs["s1"][0, 5, 0] = 0.7  # stride 16: second column, second row
    bins = np.full((4, 8), -50.0, np.float32)
    bins[0, 1] = bins[1, 0] = bins[2, 2] = 0.0
    bins[3, 0] = bins[3, 1] = 0.0  # half-way between no stride and one
    outputs["r1"][0, 5] = bins.ravel()
    found = decode.picodet(outputs, SIZE)
    assert found.road_user.tolist() == [RoadUser.PEDESTRIAN]
    np.testing.assert_allclose(found.xyxy, [[24 - 16, 24 - 0, 24 + 32, 24 + 8]], atol=1e-4)


def test_picodet_with_nothing_likely_is_nothing() -> None:
    assert len(decode.picodet(picodet_outputs((416, 416)), (416, 416))) == 0


def test_a_face_is_read_from_its_cell_and_doubles_go() -> None:
    outputs: dict[str, np.ndarray] = {}
    for stride in decode.FACE_STRIDES:
        count = len(decode.cells(SIZE, stride))
        outputs |= {f"cls_{stride}": np.zeros((1, count, 1)), f"obj_{stride}": np.zeros((1, count, 1))}
        outputs[f"bbox_{stride}"] = np.zeros((1, count, 4), np.float32)
    for cell, score in ((9, 0.9), (10, 0.8)):
        outputs["cls_8"][0, cell], outputs["obj_8"][0, cell] = score, score
    outputs["bbox_8"][0, 9] = 0.5, 0.5, np.log(2), np.log(2)
    outputs["bbox_8"][0, 10] = -0.5, 0.5, np.log(2), np.log(2)
    np.testing.assert_allclose(decode.faces(outputs, SIZE), [[4, 4, 20, 20]], rtol=1e-6)
