import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.truth import track_boxes
from catseye.wire import cvat, motchallenge

CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations><meta><task><stop_frame>9</stop_frame>
<labels><label><name>vehicle</name><attributes><attribute><name>type</name><values>undefined
car
truck</values></attribute></attributes></label></labels>
<original_size><width>352</width><height>288</height></original_size></task></meta>
<track id="4" label="vehicle">
  <box frame="2" outside="0" occluded="1" xtl="1.5" ytl="2" xbr="11.5" ybr="22"><attribute name="type">undefined</attribute></box>
  <box frame="3" outside="1" occluded="0" xtl="1" ytl="2" xbr="3" ybr="4"/>
</track>
<track id="5" label="vehicle">
  <box frame="0" outside="0" occluded="0" xtl="0" ytl="0" xbr="5" ybr="6"><attribute name="parked">true</attribute>
  <attribute name="stopped">false</attribute><attribute name="type">car</attribute></box>
</track></annotations>"""


def test_cvat_tracks_become_rows_in_order_of_frame() -> None:
    truth = cvat.decode_truth(CVAT.encode())
    assert truth.boxes.frame.tolist() == [0, 2]
    assert truth.boxes.number.tolist() == [5, 4]
    assert truth.boxes.road_user.tolist() == [RoadUser.CAR, RoadUser.VEHICLE]
    assert truth.boxes.xyxy.tolist() == [[0, 0, 5, 6], [1.5, 2, 11.5, 22]]
    assert truth.ignored.tolist() == [False, True]
    assert truth.parked.tolist() == [True, False]
    assert not truth.stopped.any()
    assert (truth.frames, truth.size) == (10, (352, 288))
    assert truth.kinds == {RoadUser.CAR, RoadUser.TRUCK, RoadUser.VEHICLE}


LAUGHS = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;">]><annotations>&m;</annotations>'


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        ("", "no element"),
        ("<annotations></annotations>", "no track"),
        (CVAT[:-20], "line"),
        (CVAT.replace('xtl="0"', 'xtl="nan"'), "nan"),
        (CVAT.replace('frame="2"', 'frame="-1"'), "-1"),
        (CVAT.replace('frame="2" ', ""), "frame"),
        (CVAT.replace("undefined</a", "x</a").replace('"vehicle"', '"dragon"'), "dragon"),
        (LAUGHS, "document type"),
    ],
)
def test_a_file_that_is_no_cvat_is_refused_in_one_line(xml: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        cvat.decode_truth(xml.encode())
    assert "\n" not in caught.value.message


def test_a_cvat_file_over_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cvat, "MAX_BYTES", 100)
    with pytest.raises(ConfigError, match="limit"):
        cvat.decode_truth(CVAT.encode())


INFO = "[Sequence]\nname=x\nframeRate=7\nseqLength=30\nimWidth=768\nimHeight=576\n"


def test_a_truth_of_2015_ignores_flag_zero() -> None:
    text = "2,9,10,20,30,40,1,-4.1,-7.3,0\n1,9,12,20,30,40,0,-4.1,-7.3,0\n"
    truth = motchallenge.decode_truth(text, motchallenge.decode_info(INFO))
    assert truth.boxes.frame.tolist() == [0, 1]
    assert truth.boxes.xyxy.tolist() == [[12, 20, 42, 60], [10, 20, 40, 60]]
    assert truth.ignored.tolist() == [True, False]
    assert truth.kinds == {RoadUser.PEDESTRIAN}
    assert (truth.frames, truth.size, truth.fps) == (30, (768, 576), 7.0)


def test_a_truth_of_2016_has_classes_and_drops_what_is_no_road_user() -> None:
    rows = [(1, 1), (2, 3), (3, 8), (4, 9)]  # walker, car, mirrored or painted walker, a thing that hides
    text = "".join(f"1,{number},0,0,10,10,1,{kind},0.9\n" for number, kind in rows)
    truth = motchallenge.decode_truth(text)
    assert truth.boxes.number.tolist() == [1, 2, 3]
    assert truth.boxes.road_user.tolist() == [RoadUser.PEDESTRIAN, RoadUser.CAR, RoadUser.PEDESTRIAN]
    assert truth.ignored.tolist() == [False, False, True]
    assert truth.frames == 1


@pytest.mark.parametrize("text", ["hello", "1,2,3\n", "0,1,1,1,1,1,1\n", "1,1,1,1,-5,1,1\n", "1,1,nan,1,5,1,1\n", "1,1,1\n1,1\n"])
def test_text_that_is_no_motchallenge_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="MOTChallenge"):
        motchallenge.decode(text)


@pytest.mark.parametrize("text", ["", "[Sequence]\nframeRate=7\n", "[Other]\n", "nonsense"])
def test_a_broken_seqinfo_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="seqinfo"):
        motchallenge.decode_info(text)


def test_an_empty_result_is_a_result() -> None:
    assert len(motchallenge.decode(motchallenge.encode(track_boxes([])))) == 0


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6),
            st.integers(0, 2**52 - 1),
            st.tuples(*[st.integers(-100, 4000)] * 2, *[st.integers(4001, 8000)] * 2),
            st.sampled_from(list(RoadUser)),
            st.integers(0, 10).map(lambda tenths: tenths / 10),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_a_result_survives_being_written(rows: list[tuple[int, int, tuple[float, float, float, float], int, float]]) -> None:
    boxes = track_boxes(rows)
    back = motchallenge.decode(motchallenge.encode(boxes))
    for column in ("frame", "number", "xyxy", "road_user", "confidence"):
        np.testing.assert_array_equal(getattr(back, column), getattr(boxes, column))
