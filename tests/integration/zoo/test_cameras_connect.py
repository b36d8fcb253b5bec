"""``catseye cameras test`` and ``discover`` on cameras of the zoo."""

import argparse
import re
from pathlib import Path

import msgspec
import pytest
from tests import zoo
from tests.zoo.onvif import OnvifCamera, onvif_camera

from catseye.cli import cameras_connect
from catseye.core.errors import ConfigError, SourceDeniedError, SourceUnreachableError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cameras_connect.add_parsers(parser.add_subparsers())
    args = parser.parse_args(words)
    return int(args.run(args))


NETWORK = """
[reach]
allow = ["{allow}"]

[[cameras]]
name = "gate"
address = "{url}"
onvif = "{onvif}"
credentials = "file:gate.txt"
kind_of_place = "street"
purpose = "Traffic counts"
legal_basis = "Traffic act"
"""


def test_a_camera_of_a_network_by_onvif_with_its_credentials(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "gate.txt"
    secret.write_text(f"{zoo.USER}\n{zoo.PASSWORD}\n")
    secret.chmod(0o644)
    camera = OnvifCamera(user=zoo.USER, password=zoo.PASSWORD, ahead_s=60)
    with zoo.camera("auth_failure") as url, onvif_camera(camera) as onvif:
        path = tmp_path / "network.toml"
        path.write_text(NETWORK.format(allow="127.0.0.1", url=url, onvif=onvif))
        assert run("test", "gate", "--network", str(path), "--seconds", "1", "--json", "--set-rate") == 1
        out = capsys.readouterr()
        told = msgspec.json.decode(out.out)
        assert told["codec"] == "h264"
        assert told["camera"]["chosen"]["fps"] == 8.0
        said = " ".join(finding["what"] for finding in told["findings"])
        off = re.search(r"off by \+([\d.]+) s", said)  # ONVIF tells whole seconds
        assert off is not None
        assert abs(float(off[1]) - 60) <= 1.5
        assert "can be read by others" in said
        assert zoo.PASSWORD not in out.out + out.err
        assert run("test", "--seconds", "1", str(path), "gate") == 1
        assert "auth" not in capsys.readouterr().out
        path.write_text(NETWORK.format(allow="10.0.0.0/8", url=url, onvif=""))
        with pytest.raises(SourceDeniedError, match="not among what Catseye may connect to"):
            run("test", str(path), "gate")
        with pytest.raises(ConfigError, match="no camera 'gaet'"):
            run("test", str(path), "gaet")


def test_a_service_that_does_not_answer_hides_no_stream(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gate.txt").write_text(f"{zoo.USER}\n{zoo.PASSWORD}\n")
    (tmp_path / "gate.txt").chmod(0o600)
    with zoo.camera("auth_failure") as url:
        path = tmp_path / "network.toml"
        path.write_text(NETWORK.format(allow="127.0.0.1", url=url, onvif="http://127.0.0.1:9/onvif/device_service"))
        assert run("test", str(path), "gate", "--seconds", "1", "--json") == 1
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["codec"] == "h264"
    assert any("cannot be asked over ONVIF" in finding["what"] for finding in told["findings"])


def test_a_network_file_without_a_camera_or_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word, remedy in (("town.toml", "name a camera after"), ("gate", "give its network file first")):
        with pytest.raises(ConfigError, match="no network file here") as caught:
            run("test", word)
        assert remedy in caught.value.remedy


def test_an_address_and_what_is_lost_on_the_way(capsys: pytest.CaptureFixture[str]) -> None:
    with zoo.camera("packet_loss", after_s=0.0) as url:
        assert run("test", url, "--seconds", "2") == 1
    assert "packets were lost" in capsys.readouterr().out


def test_nobody_answers_a_probe_and_an_interface_of_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("discover", "--interface", "127.0.0.1", "--wait", "0.2", "--json") == 0
    assert msgspec.json.decode(capsys.readouterr().out) == []
    with pytest.raises(SourceUnreachableError, match="interface"):
        run("discover", "--interface", "203.0.113.9")
