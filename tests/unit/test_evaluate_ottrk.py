import bz2
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.wire import ottrk


def detection(frame: int, track: int | str, kind: str = "car", box: tuple[float, ...] = (10.0, 20.0, 30.0, 40.0)) -> dict[str, Any]:
    x, y, w, h = box
    told = {"class": kind, "confidence": 0.5, "x": x, "y": y, "w": w, "h": h, "frame": frame, "track-id": track}
    return told | {"occurrence": 1577836800.0, "first": False, "finished": False, "interpolated-detection": False}


def packed(*detections: dict[str, Any], version: str = "1.2", **more: Any) -> bytes:
    video = {"filename": "yard", "width": 800.0, "height": 600.0, "recorded_fps": 20.0, "number_of_frames": 60.0}
    metadata = {"otdet_version": version, "video": video, "detection": {"model": {}, "normalized_bbox": False} | more}
    return bz2.compress(json.dumps({"metadata": metadata, "data": {"detections": detections}}).encode())


def test_detections_become_rows_in_order_of_frame() -> None:
    content = packed(
        detection(7, 3, "truck_with_trailer"), detection(2, 5), detection(2, "x", "bicyclist"), detection(2, 8, "stop sign")
    )
    boxes = ottrk.decode(content)
    assert boxes.frame.tolist() == [1, 1, 6]
    assert boxes.road_user.tolist() == [RoadUser.CAR, RoadUser.BICYCLE, RoadUser.TRUCK]
    assert len(set(boxes.number.tolist())) == 3
    assert boxes.xyxy[0].tolist() == [10, 20, 40, 60]
    assert boxes.confidence.tolist() == [0.5] * 3


def test_a_file_may_be_the_truth() -> None:
    truth = ottrk.decode_truth(packed(detection(2, 5)))
    assert (truth.frames, truth.size, truth.fps) == (60, (800, 600), 20.0)
    assert truth.kinds == {RoadUser.CAR}
    assert not truth.ignored.any()


def test_old_files_give_the_middle_of_a_box_and_some_give_shares_of_the_picture() -> None:
    assert ottrk.decode(packed(detection(1, 1), version="1.0")).xyxy[0].tolist() == [-5, 0, 25, 40]
    unit = packed(detection(1, 1, box=(0.25, 0.5, 0.25, 0.25)), normalized_bbox=True)
    assert ottrk.decode(unit).xyxy[0].tolist() == [200, 300, 400, 450]


def test_plain_json_and_several_streams_are_read_too() -> None:
    content = packed(detection(1, 1))
    text = bz2.decompress(content)
    assert len(ottrk.decode(text)) == 1
    assert len(ottrk.decode(bz2.compress(text[:50]) + bz2.compress(text[50:]))) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{}", "metadata"),
        (b'{"vid_config": {}, "data": []}', "OTVision 1.0 or newer"),
        (packed(detection(0, 1)), "frame below 1"),
        (packed(detection(1, 1, box=(0, 0, -1, 1))), "negative"),
        (packed(detection(1, 1), version="new"), "otdet_version"),
        (packed(detection(1, 1))[:-8], "unpacked"),
        (b"BZh9 this is none", "unpacked"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(content: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        ottrk.decode(content)
    assert "\n" not in caught.value.message


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ottrk, "MAX_BYTES", 100)
    with pytest.raises(ConfigError, match="more than 100 bytes"):
        ottrk.decode(packed(detection(1, 1)))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for given_content in (content, b"BZh" + content, b"{" + content):
        with pytest.raises(ConfigError):
            ottrk.decode(given_content)
