import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.config.credentials import Credentials, read_credentials
from catseye.core.address import redacted, with_credentials
from catseye.core.errors import ConfigError
from catseye.ports import SourceOptions

SECRET = "s3cr3t:/@"


@pytest.mark.parametrize("text", [f"ann\n{SECRET}\n", f"ann\r\n{SECRET}\r\n", f"ann:{SECRET}", f"ann:{SECRET}\n"])
def test_files_and_the_environment(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate"
    path.write_text(text, newline="")
    path.chmod(0o600)
    told = read_credentials(f"file:{path}")
    assert (told.user, told.password, told.notes) == ("ann", SECRET, ())
    assert read_credentials("env:GATE", {"GATE": f"ann:{SECRET}"}) == told
    assert read_credentials("") == Credentials()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_can_read_is_told(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "gate"
    path.write_text(f"ann\n{SECRET}")
    path.chmod(mode)
    (note,) = read_credentials(f"file:{path}").notes
    assert "chmod 600" in note
    assert SECRET not in note


@pytest.mark.parametrize("text", ["", "\n", SECRET.replace(":", ""), f"a\n{SECRET}\nc", f":{SECRET}", SECRET * 1000, "ann:"])
def test_what_is_no_pair_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gate"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_credentials(f"file:{path}")
    error: BaseException | None = caught.value
    while error:
        assert "s3cr3t" not in repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("where", ["env:NOT_THERE", "file:/nowhere/at/all", "ann:s3cr3t", "file:", "s3cr3t"])
def test_places_that_hold_nothing(where: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_credentials(where, {})
    assert "s3cr3t" not in str(caught.value)


def test_nothing_shows_them(caplog: pytest.LogCaptureFixture) -> None:
    told = read_credentials("env:GATE", {"GATE": f"ann:{SECRET}"})
    options = SourceOptions(user=told.user, password=told.password)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").debug("%s %r %r", told, told, options)
    assert "s3cr3t" not in caplog.text


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=6),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6),
)
def test_an_address_with_credentials_is_redacted_whole(user: str, password: str) -> None:
    shown = redacted(with_credentials("rtsp://10.1.2.3/street", user, password))
    assert shown == "rtsp://***@10.1.2.3/street"
