"""MOTChallenge text: a line ``frame,id,left,top,width,height,confidence,class,visibility`` for each box, frames from 1.

Files of 2015 hold three world coordinates after the confidence and know pedestrians alone. In a truth, confidence 0 marks a box
to be ignored. Layout and class numbers: Milan et al. 2016, "MOT16: A benchmark for multi-object tracking", tables 3 and 4.
"""

import configparser
import io

import msgspec
import numpy as np

from catseye.core.errors import ConfigError
from catseye.core.road_users import RoadUser
from catseye.core.truth import TrackBoxes, Truth

# 1 to 13 are MOT16's; it has no number for the rest, so they follow after.
CLASS_OF = {
    RoadUser.PEDESTRIAN: 1,
    RoadUser.CAR: 3,
    RoadUser.BICYCLE: 4,
    RoadUser.MOTORCYCLE: 5,
    RoadUser.VAN: 14,
    RoadUser.TRUCK: 15,
    RoadUser.BUS: 16,
    RoadUser.VEHICLE: 17,
    RoadUser.TWO_WHEELER: 18,
}
_ROAD_USER_OF = {number: road_user for road_user, number in CLASS_OF.items()}
# People who are no walkers (on a vehicle, standing about, in a shop window, mirrored): MOT16 asks to ignore what is found there.
_IGNORED_PEOPLE = (2, 7, 8, 12)
_COLUMNS_OF_2015 = 10
_COLUMNS_OF_2016 = 9


class SequenceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What ``seqinfo.ini`` says. ``size`` is (width, height); ``light`` is the line ``light=`` of ours, "" without one."""

    fps: float
    frames: int
    size: tuple[int, int]
    light: str = ""


def encode(boxes: TrackBoxes) -> str:
    """Lines of a result, each ended by a line break; "" for no rows."""
    low, size = boxes.xyxy[:, :2], boxes.xyxy[:, 2:] - boxes.xyxy[:, :2]
    columns = (boxes.frame, boxes.number, low, size, boxes.confidence, boxes.road_user)
    return "".join(
        f"{frame + 1},{number},{x:.2f},{y:.2f},{w:.2f},{h:.2f},{confidence:.4f},{CLASS_OF[RoadUser(kind)]},1\n"
        for frame, number, (x, y), (w, h), confidence, kind in zip(*(column.tolist() for column in columns), strict=True)
    )


def decode(text: str) -> TrackBoxes:
    """The boxes of a result. Without a class column everyone is a pedestrian. Raises ConfigError."""
    table = _table(text)
    _, kind = _kinds(table)
    return _boxes(table, kind)


def decode_truth(text: str, info: SequenceInfo | None = None) -> Truth:
    """The boxes of a ``gt.txt``, in order of frame, those with flag 0 ignored. Raises ConfigError."""
    table = _table(text)
    table = table[np.argsort(table[:, 0], kind="stable")]
    known, kind = _kinds(table)
    ignored = (table[:, 6] == 0) | ~known
    if not known.all():
        walkers = np.isin(table[:, 7], _IGNORED_PEOPLE)
        table, kind, ignored = (column[known | walkers] for column in (table, kind, ignored))
    last = int(table[:, 0].max(initial=0))
    no = np.zeros(len(table), np.bool_)
    return Truth(
        boxes=_boxes(table, kind),
        ignored=ignored,
        parked=no,
        stopped=no,
        kinds=frozenset(RoadUser(k) for k in np.unique(kind[~ignored]).tolist()),
        frames=info.frames if info else last,
        size=info.size if info else None,
        fps=info.fps if info else None,
        visible=table[:, 8] if table.shape[1] == _COLUMNS_OF_2016 else None,
        light=info.light if info else "",
    )


def decode_info(text: str) -> SequenceInfo:
    """A ``seqinfo.ini``. Raises ConfigError."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        section = parser["Sequence"]
        return SequenceInfo(
            fps=float(section["frameRate"]),
            frames=int(section["seqLength"]),
            size=(int(section["imWidth"]), int(section["imHeight"])),
            light=section.get("light", "").strip(),
        )
    except (configparser.Error, KeyError, ValueError) as error:
        raise ConfigError(
            f"Not a MOTChallenge seqinfo.ini: {error}.", "It needs frameRate, seqLength, imWidth, imHeight."
        ) from error


def _table(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """All lines as float64 (N, >= 7), checked."""
    remedy = "Each line reads frame,id,left,top,width,height,confidence[,class,visibility]; frames count from 1."
    if not text.strip():
        return np.zeros((0, 9))
    try:
        table = np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2, dtype=np.float64)
    except ValueError as error:
        raise ConfigError(f"Not a MOTChallenge file: {error}.", remedy) from error
    if table.shape[1] < 7:
        raise ConfigError(f"Not a MOTChallenge file: {table.shape[1]} columns.", remedy)
    if not np.isfinite(table[:, :7]).all() or (table[:, 0] < 1).any() or (table[:, 4:6] < 0).any():
        raise ConfigError("Not a MOTChallenge file: a frame below 1, a negative size or a number that is not finite.", remedy)
    return table


def _kinds(table: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row's class is a road user's, bool (N,), and its RoadUser value, int16 (N,)."""
    if table.shape[1] in (7, _COLUMNS_OF_2015):
        return np.ones(len(table), np.bool_), np.full(len(table), RoadUser.PEDESTRIAN, np.int16)
    classes = table[:, 7].astype(np.int64).tolist()
    known = np.array([c in _ROAD_USER_OF for c in classes], np.bool_)
    return known, np.array([_ROAD_USER_OF.get(c, RoadUser.PEDESTRIAN) for c in classes], np.int16)


def _boxes(table: np.ndarray[tuple[int, int], np.dtype[np.float64]], kind: np.ndarray) -> TrackBoxes:
    return TrackBoxes(
        frame=table[:, 0].astype(np.int64) - 1,
        number=table[:, 1].astype(np.int64),
        xyxy=np.concatenate([table[:, 2:4], table[:, 2:4] + table[:, 4:6]], axis=1),
        road_user=kind,
        confidence=table[:, 6].astype(np.float64),
    )
