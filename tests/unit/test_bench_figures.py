"""The made-up street, the figures, and the cameras they allow."""

import numpy as np
import pytest

from catseye.bench.capacity import HEADROOM, Costs, capacities, cpu_s, looks_a_frame
from catseye.bench.report import Figure, ratio
from catseye.bench.street import Painter, Street
from catseye.core import boxes
from catseye.core.detection import whole_frame

SMALL = (320, 180)
COSTS = Costs(pixels=640 * 360, decode_s=0.001, busy_s=0.002, idle_s=0.001, look_s=0.02, input_size=(512, 512))


def test_the_same_instant_gives_the_same_street() -> None:
    one, two = Street(SMALL, 8), Street(SMALL, 8)
    first, again = (street.found(1.2, 7, whole_frame(SMALL)) for street in (one, two))
    assert np.array_equal(first.xyxy, again.xyxy)
    assert np.array_equal(Painter(one).picture(1.2), Painter(two).picture(1.2))


def test_a_picture_is_planar_and_shows_its_road_users() -> None:
    street, empty = Street(SMALL, 10, noise=0.0), Street(SMALL, 0, noise=0.0)
    picture, ground = Painter(street).picture(2.0), Painter(empty).picture(2.0)
    assert picture.shape == (270, 320)
    changed = picture[:180] != ground[:180]
    corners, _ = street.boxes(2.0)
    inside = np.zeros_like(changed)
    for x1, y1, x2, y2 in np.rint(boxes.clip(corners, SMALL)).astype(int).tolist():
        inside[y1:y2, x1:x2] = True
    assert not (changed & ~inside).any()
    assert changed[inside].mean() > 0.5


def test_a_detector_sees_only_where_it_looks_and_close_to_the_truth() -> None:
    street = Street((640, 360), 20)
    left = np.array([[0, 0, 320, 360]], np.float32)
    found = street.found(3.0, 0, left)
    assert 0 < len(found) < len(street.found(3.0, 0, whole_frame((640, 360))))
    assert (boxes.centre(found.xyxy)[:, 0] <= 320).all()
    truth = boxes.clip(street.boxes(3.0)[0], (640, 360))
    assert (boxes.iou(found.xyxy, truth).max(axis=1) > 0.5).all()


def test_a_target_is_met_up_to_itself() -> None:
    at_limit = ratio("part", "what", product=3.0, limit=2.0, target=1.5, measured_in="ms")
    assert (at_limit.value, at_limit.met) == (1.5, True)
    assert ratio("part", "what", product=3.1, limit=2.0, target=1.5, measured_in="ms").met is False
    assert Figure(part="part", what="what", value=9.0, unit="ms").met is None


def test_the_cost_of_a_camera_is_the_sum_of_its_parts() -> None:
    idle = cpu_s(COSTS, (640, 360), 25, 10, busy=False)
    assert idle == pytest.approx(25 * 0.001 + 10 * 0.001 + 0.02 / 4)
    assert looks_a_frame((640, 360), (512, 512)) == 1.0
    busy = cpu_s(COSTS, (640, 360), 25, 10, busy=True)
    assert busy == pytest.approx(25 * 0.001 + 10 * 0.002 + 10 * 0.02)
    assert cpu_s(COSTS, (1280, 720), 25, 10, busy=False) - idle == pytest.approx(3 * 25 * 0.001)


def test_cameras_fill_the_cores_but_not_the_headroom() -> None:
    for capacity in capacities(COSTS, cores=16, most=1000):
        assert capacity.cameras * capacity.cpu_s <= HEADROOM * 16 + 0.01
        assert (capacity.cameras + 1) * capacity.cpu_s > HEADROOM * 16 - 0.01
    assert {capacity.cameras for capacity in capacities(COSTS, cores=64, most=2)} == {2}
