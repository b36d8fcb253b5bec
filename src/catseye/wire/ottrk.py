"""OTVision's tracks (``.ottrk``): JSON, compressed by bzip2.

``metadata`` holds ``otdet_version``, ``video`` (width, height, recorded_fps or actual_fps, number_of_frames) and ``detection``
(normalized_bbox); ``data.detections`` a list of boxes with ``class``, ``confidence``, ``x``, ``y``, ``w``, ``h``, ``frame`` from 1
and ``track-id``. Up to otdet 1.0 x and y are the middle of a box, after that its upper left corner. Field names are those of
OTVision's ``dataformat.py``, the two meanings those of OTAnalytics' ``OttrkFormatFixer``.
"""

import bz2
import io
import math

import msgspec
import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth, track_boxes

MAGIC = b"BZh"
MAX_BYTES = 1024 * 1024 * 1024
_REMEDY = "Give an .ottrk file as OTVision's track.py writes it."
_MIDDLE_UNTIL = (1, 0)
_CLASSES = {
    "person": RoadUser.PEDESTRIAN,
    "pedestrian": RoadUser.PEDESTRIAN,
    "bicycle": RoadUser.BICYCLE,
    "bicyclist": RoadUser.BICYCLE,
    "cargo_bike_driver": RoadUser.BICYCLE,
    "motorcycle": RoadUser.MOTORCYCLE,
    "motorcyclist": RoadUser.MOTORCYCLE,
    "scooter_driver": RoadUser.TWO_WHEELER,
    "car": RoadUser.CAR,
    "car_with_trailer": RoadUser.CAR,
    "private_van": RoadUser.VAN,
    "private_van_with_trailer": RoadUser.VAN,
    "delivery_van": RoadUser.VAN,
    "delivery_van_with_trailer": RoadUser.VAN,
    "van": RoadUser.VAN,
    "truck": RoadUser.TRUCK,
    "truck_with_trailer": RoadUser.TRUCK,
    "truck_with_semitrailer": RoadUser.TRUCK,
    "bus": RoadUser.BUS,
}


class _Detection(msgspec.Struct, frozen=True):
    confidence: float
    x: float
    y: float
    w: float
    h: float
    frame: int
    kind: str = msgspec.field(name="class")
    track: int | str = msgspec.field(name="track-id")


class _Video(msgspec.Struct, frozen=True):
    width: float
    height: float
    recorded_fps: float | None = None
    actual_fps: float | None = None
    number_of_frames: float | None = None


class _Detector(msgspec.Struct, frozen=True):
    normalized_bbox: bool = False


class _Metadata(msgspec.Struct, frozen=True):
    video: _Video
    otdet_version: str
    detection: _Detector = _Detector()


class _Data(msgspec.Struct, frozen=True):
    detections: list[_Detection]


class _File(msgspec.Struct, frozen=True):
    metadata: _Metadata
    data: _Data


def decode(content: bytes) -> TrackBoxes:
    """The boxes of road users, in order of frame; other classes are left out. Raises ConfigError."""
    return _boxes(_read(content))


def decode_truth(content: bytes) -> Truth:
    """The file taken for the truth: every box counts, and the kinds in it are those that were marked. Raises ConfigError."""
    file = _read(content)
    boxes = _boxes(file)
    video = file.metadata.video
    no = np.zeros(len(boxes), np.bool_)
    last = int(boxes.frame.max(initial=-1)) + 1
    return Truth(
        boxes=boxes,
        ignored=no,
        parked=no,
        stopped=no,
        kinds=frozenset(RoadUser(kind) for kind in np.unique(boxes.road_user).tolist()),
        frames=max(round(video.number_of_frames or 0), last),
        size=(round(video.width), round(video.height)),
        fps=video.actual_fps or video.recorded_fps,
    )


def _read(content: bytes) -> _File:
    text = _unpacked(content) if content.startswith(MAGIC) else content
    try:
        file = msgspec.json.decode(text, type=_File)
    except msgspec.DecodeError as error:
        raise ConfigError(f"Not an .ottrk file of OTVision 1.0 or newer: {error}.", _REMEDY) from error
    numbers = [n for d in file.data.detections for n in (d.x, d.y, d.w, d.h, d.confidence)]
    if not all(map(math.isfinite, numbers)) or any(d.frame < 1 or d.w < 0 or d.h < 0 for d in file.data.detections):
        raise ConfigError("Not an .ottrk file: a frame below 1, a negative size or a number that is not finite.", _REMEDY)
    return file


def _unpacked(content: bytes) -> bytes:
    """The JSON text. A file that unpacks to more than ``MAX_BYTES`` is refused."""
    try:
        text = bz2.BZ2File(io.BytesIO(content)).read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise ConfigError(f"The .ottrk file cannot be unpacked: {error}".rstrip(".") + ".", _REMEDY) from error
    if len(text) > MAX_BYTES:
        raise ConfigError(f"The .ottrk file unpacks to more than {MAX_BYTES} bytes.", "Split the video into shorter parts.")
    return text


def _boxes(file: _File) -> TrackBoxes:
    found = sorted((d for d in file.data.detections if d.kind.lower() in _CLASSES), key=lambda d: d.frame)
    names = {name: number for number, name in enumerate(dict.fromkeys(str(d.track) for d in found), start=1)}
    video = file.metadata.video
    unit_x, unit_y = (video.width, video.height) if file.metadata.detection.normalized_bbox else (1.0, 1.0)
    share = 0.5 if _version(file.metadata.otdet_version) <= _MIDDLE_UNTIL else 0.0
    rows = []
    for d in found:
        left, top = d.x - share * d.w, d.y - share * d.h
        box = (left * unit_x, top * unit_y, (left + d.w) * unit_x, (top + d.h) * unit_y)
        rows.append((d.frame - 1, names[str(d.track)], box, int(_CLASSES[d.kind.lower()]), d.confidence))
    return track_boxes(rows)


def _version(text: str) -> tuple[int, int]:
    try:
        major, minor = (int(part) for part in text.split(".")[:2])
    except ValueError as error:
        raise ConfigError(f"Not an .ottrk file: otdet_version {text!r}.", _REMEDY) from error
    return major, minor
