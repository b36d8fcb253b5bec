"""The bench and the doctor, run as a user does."""

import json
from pathlib import Path

import pytest

from catseye.app import home as default_home
from catseye.bench.clips import FPS, FRAMES, make_clip
from catseye.cli import main
from catseye.testing.clips import write_clip

INSTALLED = default_home() / "models"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_bench_measures_the_parts_asked_for(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["bench", "--quick", "--json", "tracker", "middle"])
    report = json.loads(capsys.readouterr().out)
    figures = report["figures"]
    assert [figure["part"] for figure in figures] == ["tracker", "tracker", "middle"]
    assert all(figure["value"] > 0 for figure in figures)
    assert code == (0 if all(figure["value"] <= figure["target"] for figure in figures) else 1)
    (clip,) = (home / "bench").iterdir()
    assert clip.suffix == ".mp4"


def test_bench_prints_a_table(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["bench", "--quick", "tracker"])
    printed = capsys.readouterr().out
    assert "100 road users" in printed
    assert "<= 5.0" in printed


def test_bench_refuses_an_unknown_part(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "engine"])
    assert ended.value.code == 2
    assert "ingest" in capsys.readouterr().err


def test_the_street_is_encoded_as_cameras_do(home: Path) -> None:
    from catseye.app import bench_tools

    tools = bench_tools()
    clip = make_clip(tools, "360p")
    assert tools.decode_bare(clip.path) == FRAMES
    source = tools.open_source(clip.path)
    assert (source.info.size, source.info.fps, source.info.codec) == ((640, 360), FPS, "h264")
    source.close()
    bits = 8 * clip.bytes_a_frame / (640 * 360)
    assert 0.07 < bits < 0.14  # what recordings of streets hold
    written = clip.path.stat().st_mtime_ns
    assert make_clip(tools, "360p").path.stat().st_mtime_ns == written


def test_doctor_without_a_detector_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "catseye models fetch" in printed
    assert "h264" in printed


def test_doctor_speaks_json_and_tries_a_source(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "street.mp4", size=(128, 96))
    assert main(["doctor", "--json", "--source", str(clip)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["home_writable"] is True
    assert found["source"]["size"] == [128, 96]
    assert found["source"]["decode_ms"] > 0
    assert found["processor"]["cores"] > 0
    assert "CPU" in found["devices"]["OpenVINO"][0]


def test_doctor_goes_on_where_the_source_is_missing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--source", "/nowhere/street.mp4"]) == 0
    assert "street.mp4 does not exist" in capsys.readouterr().out


def test_doctor_names_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "file" / "home"))
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["home_writable"] is False
    assert any("CATSEYE_HOME" in sentence for sentence in found["advice"])


@pytest.mark.skipif(not any(INSTALLED.glob("*/*.xml")), reason="no detector is installed; make models installs one")
def test_doctor_measures_an_installed_detector(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "models").symlink_to(INSTALLED)
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["detector"]["one_thread_ms"] > 0
    assert len(found["capacities"]) == 12  # three sizes, two rates, busy and idle
    for busy, idle in zip(found["capacities"][::2], found["capacities"][1::2], strict=True):
        assert idle["cpu_s"] < busy["cpu_s"]
        assert idle["cameras"] >= busy["cameras"]


def test_the_studio_is_measured_on_forty_road_users_in_view() -> None:
    from catseye.bench.studio import ROAD_USERS, _observing

    observing, counting = _observing(6.0)
    assert observing.value > 0
    assert counting.value > 0
    assert f"{ROAD_USERS} road users in view" in observing.note
