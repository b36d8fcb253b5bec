"""Truths and results as files."""

from pathlib import Path

from catseye.core.errors import ConfigError
from catseye.core.truth import TrackBoxes, Truth
from catseye.wire import cvat, motchallenge

_REMEDY = "Give a MOTChallenge gt.txt (or the folder that holds gt/gt.txt) or a CVAT 1.1 XML file."


def truth_for(path: Path) -> Truth:
    """The truth in a file or a MOTChallenge folder, its format told by its content. Raises ConfigError."""
    if path.is_dir():
        path = path / "gt" / "gt.txt"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"Cannot read the truth {path}: {error.strerror}.", _REMEDY) from error
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return cvat.decode_truth(content)
    beside = path.parent.parent / "seqinfo.ini"
    info = motchallenge.decode_info(_text(beside, beside.read_bytes())) if beside.is_file() else None
    return motchallenge.decode_truth(_text(path, content), info)


def result_for(path: Path) -> TrackBoxes:
    """The tracks in a MOTChallenge result file. Raises ConfigError."""
    try:
        return motchallenge.decode(_text(path, path.read_bytes()))
    except OSError as error:
        raise ConfigError(
            f"Cannot read the tracks {path}: {error.strerror}.", "catseye watch writes them as tracks.txt."
        ) from error


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text.", _REMEDY) from error
