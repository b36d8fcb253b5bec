"""Truths and results of tracking as files: one clip, or a folder of several."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.truth import TrackBoxes, Truth
from catseye.wire import cvat, motchallenge, ottrk

_REMEDY = "Give a MOTChallenge gt.txt (or the folder that holds gt/gt.txt), a CVAT 1.1 XML file or an OTVision .ottrk file."
_SUFFIXES = (".txt", ".xml", ".ottrk")
_TRACKS = "catseye watch writes them as tracks.txt; MOTChallenge text, CVAT 1.1 XML and .ottrk of other programs are read too."


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Where the truth and the results of one clip are, one for each result asked for. ``name`` tells it from the others."""

    name: str
    truth: Path
    results: tuple[Path, ...]


def truth_for(path: Path) -> Truth:
    """The truth in a file or a MOTChallenge folder, its format told by its content. Raises ConfigError."""
    if path.is_dir():
        path = path / "gt" / "gt.txt"
    content = _content(path, "truth", _REMEDY)
    if _is_xml(content):
        truth = cvat.decode_truth(content)
    elif _is_ottrk(content):
        truth = ottrk.decode_truth(content)
    else:
        beside = path.parent.parent / "seqinfo.ini"
        info = motchallenge.decode_info(_text(beside, beside.read_bytes())) if beside.is_file() else None
        truth = motchallenge.decode_truth(_text(path, content), info)
    _once_a_frame(path, truth.boxes)
    return truth


def result_for(path: Path) -> TrackBoxes:
    """The tracks in a file, its format told by its content, or in the folder of a watch or of a MOTChallenge clip.

    Raises ConfigError.
    """
    if path.is_dir():
        path = next((file for name in ("tracks.txt", "gt/gt.txt") if (file := path / name).is_file()), path / "tracks.txt")
    content = _content(path, "tracks", _TRACKS)
    if _is_xml(content):
        boxes = cvat.decode_truth(content).boxes
    elif _is_ottrk(content):
        boxes = ottrk.decode(content)
    else:
        boxes = motchallenge.decode(_text(path, content))
    _once_a_frame(path, boxes)
    return boxes


def clips(truths: Sequence[Path], results: Sequence[Path], *more: Sequence[Path]) -> list[Clip]:
    """The clips that are meant: pairs of a truth and a result in the order given, or a folder of clips and one of their results.

    ``more`` are further results of the same clips. In folders a result is found by the name of its clip. Raises ConfigError.
    """
    sides = (results, *more)
    if any(len(side) != len(truths) for side in sides):
        wrong = next(len(side) for side in sides if len(side) != len(truths))
        raise ConfigError(
            f"{len(truths)} truths and {wrong} results do not pair.", "Give a result for each truth, in the same order."
        )
    found: list[Clip] = []
    for truth, *those in zip(truths, *sides, strict=True):
        inside = _clips_in(truth)
        if inside is None:
            found.append(Clip(name=_name(truth), truth=truth, results=tuple(those)))
        else:
            found += [Clip(name=_name(t), truth=t, results=tuple(_result_in(r, _name(t)) for r in those)) for t in inside]
    return _told_apart(found)


def _clips_in(folder: Path) -> list[Path] | None:
    """The truths of a folder of clips, by name; None where it is one clip."""
    if not folder.is_dir() or (folder / "gt" / "gt.txt").is_file():
        return None
    inside = sorted(
        child
        for child in folder.iterdir()
        if (child / "gt" / "gt.txt").is_file() or (child.is_file() and child.suffix in _SUFFIXES[1:])
    )
    if not inside:
        raise ConfigError(f"There is no truth in {folder}.", _REMEDY)
    return inside


def _result_in(folder: Path, name: str) -> Path:
    """The result of the clip ``name`` in a folder of results."""
    tried = [folder / f"{name}{suffix}" for suffix in _SUFFIXES] + [folder / name]
    for path in tried:
        if path.exists():
            return path
    raise ConfigError(
        f"There is no result for {name} in {folder}.", f"Put {name}.txt, {name}.xml, {name}.ottrk or a folder {name} there."
    )


def _told_apart(found: list[Clip]) -> list[Clip]:
    """The clips with names that are each their own: one that occurs again gets a number."""
    names: dict[str, int] = {}
    told = []
    for clip in found:
        names[clip.name] = names.get(clip.name, 0) + 1
        name = clip.name if names[clip.name] == 1 else f"{clip.name} ({names[clip.name]})"
        told.append(Clip(name=name, truth=clip.truth, results=clip.results))
    return told


def _name(path: Path) -> str:
    if path.name == "gt.txt" and path.parent.name == "gt":
        path = path.parent.parent
    name = path.resolve().name
    return next((name.removesuffix(end) for end in (".cvat.xml", *_SUFFIXES) if name.endswith(end)), name)


def _is_xml(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _is_ottrk(content: bytes) -> bool:
    return content.startswith(ottrk.MAGIC) or content.lstrip().startswith(b"{")


def _once_a_frame(path: Path, boxes: TrackBoxes) -> None:
    """A track is in one place at a time; measures of tracks mean nothing otherwise."""
    pairs, times = np.unique(np.stack([boxes.frame, boxes.number], axis=1), axis=0, return_counts=True)
    if (times > 1).any():
        frame, number = pairs[np.argmax(times > 1)].tolist()
        raise ConfigError(
            f"Track {number} of {path} has several boxes in frame {frame + 1}.", "Give every track a number of its own."
        )


def _content(path: Path, what: str, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"Cannot read the {what} {path}: {error.strerror}.", remedy) from error


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text.", _REMEDY) from error
