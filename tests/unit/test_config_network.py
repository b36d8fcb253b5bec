"""Network files: what is refused and where, what is led from the file's folder, and edits that leave the rest alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from catseye.config.network_edit import with_camera, with_paused, without_camera
from catseye.config.network_file import camera_of, load_network
from catseye.core.cameras import PRIVATE_INTERIORS, Camera, Place
from catseye.core.errors import ConfigError
from catseye.core.ids import StreamId

EXAMPLE = Path(__file__).parents[2] / "examples" / "network" / "network.toml"
GOOD = """
# the gate, by the river
[network]
name = "Town"
timezone = "Europe/London"

[reach]
allow = ["10.0.0.0/8"]

[[cameras]]
name = "gate"   # do not rename
address = "rtsp://10.0.0.1/live"
kind_of_place = "street"
purpose = "counts"
legal_basis = "Road Traffic Act"
district = "North"
place = { point = [-0.1, 51.5] }
"""
GATE = Camera(name=StreamId("gate"), address="rtsp://10.0.0.1/live", kind_of_place="street", purpose="counts", legal_basis="law")


def load(text: str, folder: Path) -> object:
    path = folder / "network.toml"
    path.write_text(text, "utf-8")
    return load_network(path)


def test_the_example_loads() -> None:
    network = load_network(EXAMPLE)
    assert [camera.name for camera in network.cameras] == ["crossroads-north", "crossroads-south", "mill-road"]
    assert all(Path(camera.address).is_file() for camera in network.cameras)
    assert Path(network.network.data).is_absolute()


def test_a_network_without_cameras_is_one(tmp_path: Path) -> None:
    assert load("", tmp_path).cameras == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("was", "now", "line", "why"),
    [
        ('"street"', '"toilet"', 13, "private interior"),
        ('"street"', '"streat"', 13, "Did you mean 'street'"),
        ('"counts"', '" "', 14, "'purpose' is empty"),
        ('"Road Traffic Act"', '""', 15, "'legal_basis' is empty"),
        ("10.0.0.1/live", "me:hush@10.0.0.1/live", 12, "holds credentials"),
        ("rtsp://10.0.0.1", "gopher://10.0.0.1", 12, "no known kind"),
        ("[-0.1, 51.5]", "[51.5, -100.1]", 17, "no place"),
        ('"gate"', '"../gate"', 11, "cannot name a camera"),
        ('"gate"', '"gate"\npriority = 0', 12, "'priority' is 0"),
        ('"gate"', '"gate"\nanalysed_fps = 99', 12, "'analysed_fps' is 99"),
        ('"gate"', '"gate"\nretention_h = 9000', 12, "short-lived"),
        ('"gate"', '"gate"\ncredentials = "me:hush"', 12, "says where they are"),
        ('"gate"', '"gate"\npaused = 1', 12, "must be true or false"),
        ('"gate"', '"gate"\nplate = "x"', 12, "unknown key 'plate'"),
        ('["10.0.0.0/8"]', '["10.0.0.0/99"]', 8, "no network"),
        ("Europe/London", "Europe/Londom", 5, "Unknown time zone"),
        ('name = "Town"', 'name = "Town"\nlisten = "8420"', 5, "no address to listen on"),
    ],
)
def test_what_is_wrong_is_told_on_its_line(was: str, now: str, line: int, why: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as wrong:
        load(GOOD.replace(was, now, 1), tmp_path)
    assert f"network.toml:{line}:" in str(wrong.value)
    assert why in str(wrong.value)
    assert "hush" not in str(wrong.value)


@pytest.mark.parametrize("kind", sorted(PRIVATE_INTERIORS))
def test_no_private_interior_is_registered(kind: str) -> None:
    with pytest.raises(ConfigError, match="private interior"):
        camera_of({"name": "x", "address": "rtsp://10.0.0.1/x", "kind_of_place": kind, "purpose": "p", "legal_basis": "l"})


def test_two_cameras_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is taken"):
        load(GOOD + GOOD[GOOD.index("[[cameras]]") :].replace('"gate"', '"Gate"'), tmp_path)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('start = "2026-01-02T08:00"\nend = "2026-01-02T08:00"\nwhy = "x"\ncameras = ["gate"]', "not after"),
        ('start = "soon"\nend = "2026-01-02T08:00"\nwhy = "x"\ncameras = ["gate"]', "Not a date"),
        ('start = "2026-01-02T08:00"\nend = "2026-01-02T09:00"\nwhy = "x"\ncameras = ["gates"]', "Did you mean 'gate'"),
        ('start = "2026-01-02T08:00"\nend = "2026-01-02T09:00"\nwhy = "x"\ndistrict = "Nord"', "no camera is in the district"),
        ('start = "2026-01-02T08:00"\nend = "2026-01-02T09:00"\nwhy = "x"', "of nothing"),
    ],
)
def test_maintenance_is_of_known_cameras_and_takes_time(more: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=why):
        load(f"{GOOD}\n[[maintenance]]\n{more}\n", tmp_path)


def test_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no scene file"):
        load(GOOD.replace('"gate"', '"gate"\nscene = "gate.toml"', 1), tmp_path)
    with pytest.raises(ConfigError, match="no clip"):
        load(GOOD.replace("rtsp://10.0.0.1/live", "gate.mp4"), tmp_path)


def test_an_edit_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    paused = with_paused(GOOD, "gate", paused=True)
    assert "# do not rename" in paused
    assert "# the gate, by the river" in paused
    assert load(paused, tmp_path).cameras[0].paused  # type: ignore[attr-defined]
    assert with_paused(paused, "gate", paused=False) == GOOD
    moved = replace(load(GOOD, tmp_path).cameras[0], address="rtsp://10.0.0.9/live")  # type: ignore[attr-defined]
    changed = with_camera(GOOD, moved)
    assert [a for a, b in zip(GOOD.splitlines(), changed.splitlines(), strict=True) if a != b] == [
        'address = "rtsp://10.0.0.1/live"'
    ]


def test_a_camera_is_added_and_taken_out(tmp_path: Path) -> None:
    mill = replace(GATE, name=StreamId("mill"), place=Place(point=(0.5, 51.0), reach_m=40.0))
    both = with_camera(GOOD, mill)
    assert load(both, tmp_path).cameras[1] == mill  # type: ignore[attr-defined]
    assert load(without_camera(both, "gate"), tmp_path).cameras == (mill,)  # type: ignore[attr-defined]
    assert load(with_camera("", mill), tmp_path).cameras == (mill,)  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match="No camera 'nobody'"):
        without_camera(GOOD, "nobody")


@given(
    title=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30),
    priority=st.integers(1, 9),
    fps=st.floats(0.1, 30),
    paused=st.booleans(),
)
def test_what_is_written_is_read_again(title: str, priority: int, fps: float, *, paused: bool) -> None:
    import tempfile

    camera = replace(GATE, title=title, priority=priority, analysed_fps=fps, paused=paused)
    with tempfile.TemporaryDirectory() as folder:
        assert load(with_camera(GOOD, camera), Path(folder)).cameras == (camera,)  # type: ignore[attr-defined]
