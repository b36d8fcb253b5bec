"""A folder of numbered pictures, as MOTChallenge lays them out: ``img1/000001.jpg`` with ``seqinfo.ini`` beside ``img1``."""

import configparser
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from catseye.core.capture_clock import DEFAULT_FPS, CaptureClock, MediaTime
from catseye.core.errors import SourceFormatError, SourceNotFoundError
from catseye.core.frame import ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.ports import Clock, RunTime, SourceInfo, SourceOptions, StreamTraffic

_KINDS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})
_LIMIT = 10_000_000  # ticks a second: a rate as exact as seqinfo.ini can write it


class ImageFolder:
    """A FrameSource over pictures in the order of their numbers. A picture that cannot be read is counted; its time passes."""

    def __init__(
        self,
        folder: Path,
        *,
        ids: tuple[StreamId, RunId],
        clock: Clock,
        start_ns: int | None = None,
        options: SourceOptions,
    ) -> None:
        """Raises SourceNotFoundError where there is no such folder, SourceFormatError where no picture in it can be read."""
        self._time = RunTime(clock)
        self._stream, self._run = ids
        self._pictures, stated_fps = _find(folder)
        fps = options.fps or stated_fps or DEFAULT_FPS
        self._time_base = 1 / Fraction(fps).limit_denominator(_LIMIT)
        media = MediaTime(time_base=self._time_base, fps=fps, max_gap_s=options.max_gap_s)
        self._capture = CaptureClock(media, start_ns=self._time.now_ns() if start_ns is None else start_ns)
        self._corrupt = 0
        self._closed = False
        self._pictures_in = self._bytes_in = 0
        size = next((picture.shape[1::-1] for picture in map(_read, self._pictures) if picture is not None), None)
        if size is None:
            raise SourceFormatError(f"{folder} holds no picture that can be read.", "Give a folder of JPEG or PNG files.")
        unsaid = () if options.fps or stated_fps else (f"{folder} does not say how many pictures a second; {DEFAULT_FPS:g} taken.",)
        self.info = SourceInfo(
            name=str(folder),
            live=False,
            size=(size[0], size[1]),
            codec=self._pictures[0].suffix[1:].lower(),
            fps=fps,
            frames=len(self._pictures),
            duration_s=len(self._pictures) / fps,
            notes=unsaid,
        )

    @property
    def corrupt(self) -> int:
        """Pictures that could not be read so far."""
        return self._corrupt

    def frames(self) -> Iterator[Frame]:
        """Every readable picture."""
        seq = 0
        for pts, path in enumerate(self._pictures):
            if self._closed:
                return
            self._pictures_in, self._bytes_in = self._pictures_in + 1, self._bytes_in + path.stat().st_size
            bgr = _read(path)
            if bgr is None:
                self._corrupt += 1
                continue
            arrived_ns = self._time.now_ns()
            yield Frame(
                stream=self._stream,
                run=self._run,
                seq=seq,
                pts=pts,
                time_base=self._time_base,
                at_ns=self._capture.stamp(pts, arrived_ns),
                arrived_ns=arrived_ns,
                picture=ArrayPicture(bgr),
            )
            seq += 1

    def thin(self, key_frames_only: bool) -> None:
        """Goes on as before: every picture stands for itself."""

    def traffic(self) -> StreamTraffic:
        """A packet is a picture's file."""
        pictures = self._pictures_in
        return StreamTraffic(
            bytes_in=self._bytes_in, packets=pictures, key_frames=pictures, codec=self.info.codec, size=self.info.size
        )

    def close(self) -> None:
        """Stop before the next picture."""
        self._closed = True


def _find(folder: Path) -> tuple[list[Path], float | None]:
    """The pictures in order and the rate stated beside them."""
    if not folder.is_dir():
        raise SourceNotFoundError(f"{folder} is not a folder.", "Check the path.")
    inner = folder / "img1"
    place, stated = (inner, folder / "seqinfo.ini") if inner.is_dir() else (folder, folder / "seqinfo.ini")
    if not stated.is_file():
        stated = place.parent / "seqinfo.ini"
    pictures = [path for path in place.iterdir() if path.suffix.lower() in _KINDS and path.is_file()]
    return sorted(pictures, key=_order), _rate(stated)


def _order(path: Path) -> tuple[list[int], str]:
    return [int(digits) for digits in re.findall(r"\d+", path.stem)], path.name


def _rate(stated: Path) -> float | None:
    parser = configparser.ConfigParser()
    try:
        parser.read(stated, encoding="utf-8")
        rate = parser.getfloat("Sequence", "frameRate")
    except (configparser.Error, ValueError):
        return None
    return rate if rate > 0 else None


def _read(path: Path) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]] | None:
    coded = np.fromfile(path, np.uint8)
    picture = cv2.imdecode(coded, cv2.IMREAD_COLOR) if coded.size else None
    return None if picture is None else np.asarray(picture, np.uint8)
