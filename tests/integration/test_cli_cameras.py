"""``catseye cameras``: the register of a network from the command line."""

import json
from pathlib import Path

import pytest

from catseye.cli import main
from catseye.config.network_file import load_network

TOWN = """# the town
[reach]
allow = ["10.0.0.0/8"]

[[cameras]]
name = "gate"  # by the river
address = "rtsp://10.0.0.1/live"
kind_of_place = "street"
purpose = "counts"
legal_basis = "law"
credentials = "env:HUSH"
place = { point = [-0.1, 51.5], heading_deg = 90, field_of_view_deg = 60, reach_m = 50 }
"""
NEW = ("--address", "rtsp://10.0.0.2/x", "--kind-of-place", "street", "--purpose", "queues", "--legal-basis", "law")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "network.toml"
    path.write_text(TOWN, "utf-8")
    return path


def cameras(*words: object) -> int:
    return main(["cameras", *map(str, words)])


def test_a_camera_is_added_changed_paused_resumed_and_removed(town: Path) -> None:
    assert cameras("add", town, "mill", *NEW, "--longitude", "-0.2", "--latitude", "51.6", "--priority", "1", "--udp") == 0
    mill = load_network(town).cameras[1]
    assert (mill.name, mill.priority, mill.udp, mill.place and mill.place.point) == ("mill", 1, True, (-0.2, 51.6))
    assert cameras("change", town, "mill", "--heading-deg", "120", "--title", "Mill Road", "--no-udp") == 0
    mill = load_network(town).cameras[1]
    assert (mill.title, mill.udp, mill.place and mill.place.heading_deg) == ("Mill Road", False, 120.0)
    assert cameras("pause", town, "mill") == 0
    assert load_network(town).cameras[1].paused
    assert cameras("resume", town, "mill") == 0
    assert not load_network(town).cameras[1].paused
    assert cameras("remove", town, "mill") == 0
    assert town.read_text("utf-8") == TOWN


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "gate", *NEW), "is registered"),
        (("add", "mill", "--address", "rtsp://10.0.0.2/x"), "kind_of_place, purpose, legal_basis missing"),
        (("add", "mill", *NEW, "--kind-of-place", "hotel_room"), "private interior"),
        (("add", "mill", *NEW, "--address", "rtsp://me:hush@10.0.0.2/x"), "holds credentials"),
        (("add", "mill", *NEW, "--scene", "nowhere.toml"), "no scene file"),
        (("add", "mill", *NEW, "--heading-deg", "90"), "a longitude and a latitude"),
        (("change", "gatte", "--priority", "3"), "Did you mean 'gate'"),
        (("change", "gate", "--priority", "30"), "'priority' is 30"),
        (("pause", "nobody"), "No camera 'nobody'"),
        (("remove", "nobody"), "No camera 'nobody'"),
    ],
)
def test_what_cannot_be_leaves_the_file_as_it_was(
    words: tuple[str, ...], why: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cameras(words[0], town, *words[1:]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert "hush" not in said
    assert town.read_text("utf-8") == TOWN


def test_a_register_is_shown_without_where_credentials_are(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("list", town), ("list", town, "--json"), ("show", town, "gate"), ("show", town, "gate", "--json")):
        assert cameras(*words) == 0
        said = capsys.readouterr().out
        assert "gate" in said
        assert "HUSH" not in said


@pytest.mark.parametrize("name", ["cameras.csv", "cameras.geojson"])
def test_an_export_comes_back(name: str, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / name
    assert cameras("export", town, table) == 0
    assert "HUSH" not in table.read_text("utf-8")
    assert cameras("import", town, table) == 0
    assert "0 new, 0 changed, 1 as they were" in capsys.readouterr().out
    assert town.read_text("utf-8") == TOWN
    other = tmp_path / "other.toml"
    other.write_text("", "utf-8")
    assert cameras("import", other, table, "--credentials", "env:HUSH", "--dry-run") == 0
    assert other.read_text("utf-8") == ""
    assert cameras("import", other, table, "--credentials", "env:HUSH") == 0
    assert load_network(other).cameras == load_network(town).cameras


def test_views_go_out_as_polygons(town: Path, tmp_path: Path) -> None:
    table = tmp_path / "cameras.geojson"
    assert cameras("export", town, table, "--views") == 0
    _, view = json.loads(table.read_text("utf-8"))["features"]
    ring = view["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1] == [-0.1, 51.5]
    assert all(-0.1 <= longitude <= -0.0992 for longitude, _ in ring)  # 50 m east at 51.5 degrees is 0.00072 degrees


def test_an_import_is_taken_whole_or_not_at_all(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "more.csv"
    rows = "a,rtsp://10.0.0.3/x,street,counts,law\nb,rtsp://10.0.0.4/x,home,counts,law\nc,rtsp://me:hush@10.0.0.5/x,street,counts,law\n"
    table.write_text(f"name,address,kind_of_place,purpose,legal_basis\n{rows}", "utf-8")
    assert cameras("import", town, table) == 2
    said = capsys.readouterr().err
    assert "line 3: camera.kind_of_place: a private interior (home) is refused" in said
    assert "line 4: camera.address: 'address' holds credentials" in said
    assert "hush" not in said
    assert town.read_text("utf-8") == TOWN


def test_everything_wrong_is_told_at_once(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mill = 'name = "mill"\naddress = "rtsp://192.168.0.9/x"\nkind_of_place = "street"\npurpose = "q"\nlegal_basis = "l"\n'
    town.write_text(f'{TOWN}\n[[cameras]]\n{mill}scene = "mill.toml"\n', "utf-8")
    assert cameras("check", town, "--json") == 2
    report = json.loads(capsys.readouterr().out)
    found = {(one["line"], one["key"], one["severity"]) for one in report["findings"]}
    assert {
        (11, "cameras[0].credentials", "error"),
        (16, "cameras[1].address", "error"),
        (20, "cameras[1].scene", "error"),
        (14, "cameras[1]", "warning"),
    } <= found
    assert cameras("check", town) == 2
    assert f"{town}:16: error: 192.168.0.9, port 554, is not among what Catseye may connect to." in capsys.readouterr().out


def test_a_file_with_faults_of_its_own_is_told_line_by_line(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town.write_text(TOWN.replace('"street"', '"toilet"').replace('"counts"', '""'), "utf-8")
    assert cameras("check", town) == 2
    said = capsys.readouterr().out
    assert ":8: error: a private interior (toilet) is refused." in said
    assert ":9: error: 'purpose' is empty." in said


def point(name: str, east_m: float, kind: str = "junction") -> dict[str, object]:
    """So many metres east of the gate, at 51.5 degrees north."""
    where = [-0.1 + east_m / 69_440, 51.5]
    return {"type": "Feature", "properties": {"name": name, "kind": kind}, "geometry": {"type": "Point", "coordinates": where}}


def collection(path: Path, *features: dict[str, object]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_coverage_says_what_is_seen_and_what_to_add(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = collection(tmp_path / "places.geojson", *(point(f"{at} m", at) for at in (20, 45, 120, 130, 300, -40)))
    poles = tmp_path / "poles.csv"
    rows = ("both,-0.0985,51.5,90,60,50", "one,-0.0957,51.5,90,60,50", "again,-0.1,51.5,90,60,50")
    poles.write_text("\n".join(("name,longitude,latitude,heading_deg,field_of_view_deg,reach_m", *rows)), "utf-8")
    for plot in ("plan.svg", "plan.png"):
        words = ("--places", places, "--candidates", poles, "--width-px", 640, "--plot", tmp_path / plot, "--json")
        assert cameras("coverage", town, *words) == 0
    report = json.loads(capsys.readouterr().out.partition("\n}\n")[0] + "}")
    assert [bool(place["by"]) for place in report["places"]] == [True, True, False, False, False, False]
    assert report["places"][0]["by"][0]["px_per_m"] == pytest.approx(640 / (2 * 20 * 0.57735), rel=0.01)
    assert [(one["camera"], one["adds"], one["seen"], one["at_most"]) for one in report["additions"]] == [
        ("both", ["120 m", "130 m"], 4, 4),
        ("one", ["300 m"], 5, 5),
    ]
    assert (tmp_path / "plan.svg").read_text("utf-8").startswith("<svg ")
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")


def test_a_view_denser_than_its_purpose_needs_is_told(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = collection(tmp_path / "places.geojson", point("here", 20))
    assert cameras("coverage", town, "--places", places, "--width-px", 1920) == 0
    assert "gate: to 13 m a metre has more than 125 pixels" in " ".join(capsys.readouterr().out.split())
    assert cameras("coverage", town, "--places", places, "--width-px", 640) == 0
    assert "125 pixels" not in capsys.readouterr().out


def test_places_that_are_none_are_refused(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cameras("coverage", town, "--places", collection(tmp_path / "none.geojson")) == 2
    assert "There is no place" in capsys.readouterr().err
    line: dict[str, object] = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    }
    assert cameras("coverage", town, "--places", collection(tmp_path / "line.geojson", line)) == 2
    assert "its geometry is 'LineString'" in capsys.readouterr().err
