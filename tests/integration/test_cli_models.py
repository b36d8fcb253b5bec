import hashlib
import json
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from catseye.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def network(tmp_path: Path) -> Path:
    source = ops.parameter([1, 3, 64, 64], np.float32)
    rows = ops.constant(np.zeros((1, 84, 85), np.float32))
    path = tmp_path / "yolox_made.xml"
    ov.save_model(ov.Model([ops.add(rows, ops.reduce_mean(source, np.array([0, 1, 2, 3])))], [source]), path)
    return path


def hashes(network: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (network, network.with_suffix(".bin"))]


def test_nothing_installed_is_said_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    assert "catseye models fetch" in capsys.readouterr().out
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_add_list_default_verify_remove(network: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", str(network), "--sha256", *hashes(network)]) == 0
    assert "In use now: yolox_made." in capsys.readouterr().out

    assert main(["models", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.splitlines()[1].startswith("*  yolox_made  detector  pedestrian, bicycle, car, motorcycle, bus, truck  64x64")
    assert main(["models", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["in_use"], row["sha256"]) == ("yolox_made", True, hashes(network)[1])

    assert main(["models", "default", "yolox_made"]) == 0
    assert main(["models", "verify"]) == 0
    with (home / "models" / "yolox_made" / "yolox_made.bin").open("ab") as weights:
        weights.write(b"x")
    assert main(["models", "verify"]) == 4
    assert "yolox_made.bin was changed" in capsys.readouterr().err

    assert main(["models", "remove", "yolox_made"]) == 0
    assert main(["models", "default", "yolox_made"]) == 4


def test_a_refused_model_cites_the_principle_and_exits_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "facenet.onnx").write_bytes(b"whatever")
    assert main(["models", "add", str(tmp_path / "facenet.onnx"), "--sha256", "0" * 64]) == 4
    message = capsys.readouterr().err
    assert "refused" in message
    assert "recognises and profiles nobody" in message


def test_an_unknown_model_needs_its_hash(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "add", str(network)]) == 4
    assert "--sha256" in capsys.readouterr().err
