"""CVAT for video 1.1: an XML file of tracks with a box for each frame.

The file comes from outside, so it is read by the bare parser: a document type is refused, with it every entity, and nothing is
kept but the rows.
"""

import math
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.truth import Truth, track_boxes

MAX_BYTES = 256 * 1024 * 1024
MAX_FRAMES = 100_000_000
_REMEDY = "Export the task as 'CVAT for video 1.1'."
_NAMES = {road_user.label: road_user for road_user in RoadUser} | {
    "person": RoadUser.PEDESTRIAN,
    "bike": RoadUser.BICYCLE,
    "cyclist": RoadUser.BICYCLE,
    "motorbike": RoadUser.MOTORCYCLE,
    "motorcyclist": RoadUser.MOTORCYCLE,
    "lorry": RoadUser.TRUCK,
}
_TEXT_ELEMENTS = ("attribute", "name", "values", "stop_frame", "width", "height")


def decode_truth(xml: bytes) -> Truth:
    """Tracks in order of frame; boxes marked ``outside`` are left out, ``occluded`` ones are ignored when judging.

    The kind is the attribute ``type``, or the label where that says none. Raises ConfigError.
    """
    if len(xml) > MAX_BYTES:
        raise ConfigError(f"The CVAT file has {len(xml)} bytes; {MAX_BYTES} are the limit.", "Export fewer frames at a time.")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ConfigError(f"Not a CVAT file: {error}.", _REMEDY) from error
    except (LookupError, ValueError) as error:
        line = parser.CurrentLineNumber
        raise ConfigError(f"Not a CVAT file: line {line} lacks or misstates {error}.", _REMEDY) from error
    return reader.truth()


def _refuse(*_: object) -> None:
    raise ConfigError("The CVAT file declares a document type, which none from CVAT does.", _REMEDY)


@dataclass(slots=True)
class _Row:
    frame: int
    number: int
    xyxy: tuple[float, float, float, float]
    label: str
    occluded: bool
    outside: bool
    attributes: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Follows the elements; keeps one row a box."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._path: list[str] = []
        self._label = ""
        self._number = -1
        self._attribute = ""
        self._text = ""
        self._declared = ""
        self._types: set[str] = set()
        self._meta: dict[str, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text = ""
        if name == "track":
            self._number, self._label = int(attributes["id"]), attributes["label"]
        elif name == "box" and self._path[-2:-1] == ["track"]:
            x1, y1, x2, y2 = (_finite(attributes[key]) for key in ("xtl", "ytl", "xbr", "ybr"))
            self._rows.append(
                _Row(
                    frame=_natural(attributes["frame"]),
                    number=self._number,
                    xyxy=(x1, y1, x2, y2),
                    label=self._label,
                    occluded=attributes.get("occluded") == "1",
                    outside=attributes.get("outside") == "1",
                ),
            )
        elif name == "attribute":
            self._attribute = attributes.get("name", "")

    def text(self, data: str) -> None:
        if self._path and self._path[-1] in _TEXT_ELEMENTS:
            self._text += data

    def end(self, name: str) -> None:
        self._path.pop()
        parent, text = self._path[-1] if self._path else "", self._text.strip()
        if name == "attribute" and parent == "box":
            self._rows[-1].attributes[self._attribute] = text
        elif name == "name" and parent in {"attribute", "label"}:
            self._declared = text
        elif name == "values" and self._declared == "type":
            self._types.update(text.split())
        elif name in {"stop_frame", "width", "height"}:
            self._meta[name] = _natural(text)
        self._text = ""

    def truth(self) -> Truth:
        if not self._rows:
            raise ConfigError("The CVAT file holds no track.", _REMEDY)
        rows = sorted((row for row in self._rows if not row.outside), key=lambda row: row.frame)
        kinds = {_kind(row) for row in rows} | {_NAMES[name] for name in self._types if name in _NAMES}
        last = max(row.frame for row in self._rows)
        size = (self._meta["width"], self._meta["height"]) if {"width", "height"} <= self._meta.keys() else None
        return Truth(
            boxes=track_boxes([(row.frame, row.number, row.xyxy, _kind(row), 1.0) for row in rows]),
            ignored=np.array([row.occluded for row in rows], np.bool_),
            parked=np.array([row.attributes.get("parked") == "true" for row in rows], np.bool_),
            stopped=np.array([row.attributes.get("stopped") == "true" for row in rows], np.bool_),
            kinds=frozenset(kinds),
            frames=self._meta.get("stop_frame", last) + 1,
            size=size,
        )


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _natural(text: str) -> int:
    number = int(text)
    if not 0 <= number < MAX_FRAMES:
        raise ValueError(text)
    return number


def _kind(row: _Row) -> RoadUser:
    for name in (row.attributes.get("type", ""), row.label):
        if name.lower() in _NAMES:
            return _NAMES[name.lower()]
    raise ConfigError(f"The CVAT label {row.label!r} is no kind of road user.", f"Known kinds: {', '.join(sorted(_NAMES))}.")
