"""Registers as CSV and GeoJSON: what is written is read again, secrets are not in it, and what is wrong is told by row."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.config.network_change import merged, merged_rows
from catseye.core.cameras import Camera, Network, Place
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId
from catseye.wire import cameras_csv, cameras_geojson
from catseye.wire.geojson import read_features

GATE = Camera(
    name=StreamId("gate"),
    address="rtsp://10.0.0.1/live",
    kind_of_place="street",
    purpose="counts",
    legal_basis="law",
    credentials="file:hush.txt",
    place=Place(point=(-0.1, 51.5), heading_deg=90.0),
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).filter(
    lambda text: text == text.strip()
)
registered = st.builds(
    Camera,
    name=st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True),
    address=st.just("rtsp://10.0.0.1/live"),
    kind_of_place=st.sampled_from(["street", "junction"]),
    purpose=texts.filter(bool),
    legal_basis=texts.filter(bool),
    title=texts,
    owner=texts,
    place=st.none()
    | st.builds(
        Place,
        point=st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
        heading_deg=st.none() | st.floats(0, 360),
        reach_m=st.none() | st.floats(1, 2000),
    ),
    udp=st.booleans(),
    paused=st.booleans(),
    analysed_fps=st.floats(0.1, 30),
    priority=st.integers(1, 9),
)


@given(st.lists(registered, max_size=4, unique_by=lambda camera: camera.name))
def test_what_is_exported_is_imported_again(cameras: list[Camera]) -> None:
    for rows in (cameras_csv.decode(cameras_csv.encode(cameras)), cameras_geojson.decode(cameras_geojson.encode(cameras, {}))):
        assert merged_rows(Network(), rows) == (cameras, [])


def test_nothing_of_credentials_leaves() -> None:
    ring = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0))
    for text in (cameras_csv.encode([GATE]), cameras_geojson.encode([GATE], {"gate": ring})):
        assert "hush" not in text
        assert "credentials" not in text


@pytest.mark.parametrize(
    "address", ["rtsp://10.0.0.1/live?user=me&password=hush", "rtsp://10.0.0.1/user=me_password=hush_1", "rtsp://10.0.0.1?pwd=hush"]
)
def test_an_address_that_tells_a_secret_does_not_leave_and_stays_on_import(address: str) -> None:
    sly = merged(GATE, {"address": address})
    table, features = cameras_csv.encode([sly]), cameras_geojson.encode([sly], {})
    for rows, text in ((cameras_csv.decode(table), table), (cameras_geojson.decode(features), features)):
        assert "hush" not in text
        assert merged_rows(Network(cameras=(sly,)), rows) == ([sly], [])
        assert "address missing" in str(merged_rows(Network(), rows)[1][0][1])


def test_a_query_that_chooses_a_channel_is_no_secret() -> None:
    address = "rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0"
    assert cameras_csv.decode(cameras_csv.encode([merged(GATE, {"address": address})]))[0][1]["address"] == address  # type: ignore[index]


def test_brackets_without_end_are_no_geojson() -> None:
    with pytest.raises(ConfigError, match="not JSON"):
        cameras_geojson.decode('{"type":"FeatureCollection","features":' + "[" * 100_000)


def test_views_are_polygons_of_their_own_and_are_not_read_as_cameras() -> None:
    ring = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0))
    text = cameras_geojson.encode([GATE], {"gate": ring})
    point, view = json.loads(text)["features"]
    assert point["geometry"] == {"type": "Point", "coordinates": [-0.1, 51.5]}
    assert view["properties"] == {"view_of": "gate"}
    assert len(cameras_geojson.decode(text)) == 1


def test_a_cell_that_a_spreadsheet_would_run_is_inert_and_comes_back() -> None:
    sly = merged(GATE, {"title": "=1+1"})
    text = cameras_csv.encode([sly])
    assert "'=1+1" in text
    assert merged_rows(Network(), cameras_csv.decode(text))[0][0].title == "=1+1"


def test_what_is_not_told_stays() -> None:
    rows = cameras_csv.decode("name,purpose,reach_m\ngate,queues,60\n")
    (changed,), wrong = merged_rows(Network(cameras=(GATE,)), rows, credentials="env:OTHER")
    assert wrong == []
    assert changed == merged(GATE, {"purpose": "queues", "place": {"reach_m": 60.0}})
    assert changed.credentials == GATE.credentials
    assert changed.place == Place(point=(-0.1, 51.5), heading_deg=90.0, reach_m=60.0)


def test_new_ones_sign_in_as_told() -> None:
    rows = cameras_csv.decode("name,address,kind_of_place,purpose,legal_basis\nmill,rtsp://10.0.0.2/x,street,counts,law\n")
    (mill,), _ = merged_rows(Network(cameras=(GATE,)), rows, credentials="env:CITY")
    assert mill.credentials == "env:CITY"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,rtsp://me:hush@10.0.0.2/x,street,counts,law,1,0", "holds credentials"),
        ("a,rtsp://10.0.0.2/x,toilet,counts,law,1,0", "private interior"),
        ("a,rtsp://10.0.0.2/x,street,,law,1,0", "purpose missing"),
        ("a,rtsp://10.0.0.2/x,street,counts,law,first,0", "'priority' is 'first'"),
        ("a,rtsp://10.0.0.2/x,street,counts,law,1,", "longitude alone"),
        ("a,rtsp://10.0.0.2/x,street,counts,law,12,0", "'priority' is 12"),
        ("a,rtsp://10.0.0.2/x,street,counts,law,1,95", "no place"),
        ("a,rtsp://10.0.0.2/x,street,counts,law,1,0,more", "more cells than columns"),
    ],
)
def test_what_is_wrong_is_told_by_line(row: str, why: str) -> None:
    header = "name,address,kind_of_place,purpose,legal_basis,priority,latitude,longitude\n"
    good = "b,rtsp://10.0.0.3/x,street,counts,law,1,51,0\n"
    cells = row.split(",")
    line = ",".join([*cells[:7], "0", *cells[7:]]) + "\n"
    cameras, wrong = merged_rows(Network(), cameras_csv.decode(header + good + line))
    assert [camera.name for camera in cameras] == ["b"]
    ((number, error),) = wrong
    assert number == 3
    assert why in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize("text", ["name,plate\na,b\n", "name,credentials\na,file:x\n", "name,name\na,b\n", 'name\n"a\n'])
def test_a_table_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        cameras_csv.decode(text)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.recursive(st.none() | st.booleans() | finite | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_odd_geometries_are_told_and_nothing_breaks(coordinates: object) -> None:
    for kind in ("Point", "Polygon", "LineString"):
        geometry = {"type": kind, "coordinates": coordinates}
        whole = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry, "properties": {}}]}
        (feature,) = read_features(json.dumps(whole))
        assert isinstance(feature, ConfigError) or feature.points


@pytest.mark.parametrize("text", ["", "[]", "{", '{"type": "Feature"}', '{"type": "FeatureCollection", "features": {}}'])
def test_what_is_no_collection_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        read_features(text)
